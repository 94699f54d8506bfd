/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/number.h"

#include "core/base/err.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static locale_t c_locale;

/* Before main(), so that no thread has to ask whether it is there. */
__attribute__((constructor)) static void
open_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	EP_ASSERT(c_locale != (locale_t)0);
}

/* A decimal number: ± 0.digits × 10^exponent, without outer zeros. */
struct decimal {
	const char *text, *end; /* first significant digit; behind the last */
	int64_t exponent;
	bool negative;
};

static bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static int64_t
read_exponent(const char *p, const char *end)
{
	bool negative = false;
	int64_t e = 0;

	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	for (; p < end && is_digit(*p); p++)
		if (e < INT64_MAX / 100)
			e = e * 10 + (*p - '0');
	return negative ? -e : e;
}

static struct decimal
decimal_read(const char *p, size_t n)
{
	const char *end = p + n, *point = NULL, *tail;
	struct decimal d = { NULL, NULL, 0, false };

	if (p < end && *p == '-') {
		d.negative = true;
		p++;
	}
	for (tail = p; tail < end && *tail != 'e' && *tail != 'E'; tail++)
		if (*tail == '.')
			point = tail;
	if (tail < end)
		d.exponent = read_exponent(tail + 1, end);
	if (point == NULL)
		point = tail;
	while (p < tail && (*p == '0' || *p == '.'))
		p++;
	d.text = p;
	while (tail > p && (tail[-1] == '0' || tail[-1] == '.'))
		tail--;
	d.end = tail;
	if (p == tail) { /* zero has no sign and no exponent */
		d.exponent = 0;
		d.negative = false;
	} else {
		d.exponent += p < point ? point - p : point + 1 - p;
	}
	return d;
}

bool
number_equal(const char *a, size_t a_length, const char *b, size_t b_length)
{
	struct decimal x = decimal_read(a, a_length);
	struct decimal y = decimal_read(b, b_length);
	const char *p = x.text, *q = y.text;

	if (x.negative != y.negative || x.exponent != y.exponent)
		return false;
	for (;; p++, q++) {
		if (p < x.end && *p == '.')
			p++;
		if (q < y.end && *q == '.')
			q++;
		if (p >= x.end || q >= y.end)
			return p >= x.end && q >= y.end;
		if (*p != *q)
			return false;
	}
}

double
number_parse(const char *text, size_t n)
{
	static const double power[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
		1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
		1e19, 1e20, 1e21, 1e22 };
	const char *p = text, *end = text + n;
	uint64_t mantissa = 0;
	int64_t exponent = 0;
	double d;

	if (n > 19) /* the mantissa might overflow */
		return strtod_l(text, NULL, c_locale);
	if (p < end && *p == '-')
		p++;
	for (; p < end && is_digit(*p); p++)
		mantissa = mantissa * 10 + (uint64_t)(*p - '0');
	if (p < end && *p == '.')
		for (p++; p < end && is_digit(*p); p++, exponent--)
			mantissa = mantissa * 10 + (uint64_t)(*p - '0');
	if (p < end)
		exponent += read_exponent(p + 1, end);
	/* A mantissa up to 2^53 and a power up to 10^22 are exact doubles, so
	 * that one rounding gives the nearest (Clinger 1990). */
	if (mantissa <= (uint64_t)1 << 53 && exponent >= -22 &&
	    exponent <= 22) {
		d = (double)mantissa;
		d = exponent < 0 ? d / power[-exponent] : d * power[exponent];
		return *text == '-' ? -d : d;
	}
	return strtod_l(text, NULL, c_locale);
}

/* 1e+07 is 1e7 */
static size_t
trim_exponent(char *text, size_t n)
{
	char *from, *to = memchr(text, 'e', n);

	if (to == NULL)
		return n;
	from = ++to;
	if (*from == '-')
		to++;
	from++;
	while (*from == '0')
		from++;
	memmove(to, from, (size_t)(text + n - from) + 1);
	return n - (size_t)(from - to);
}

size_t
number_format(double d, char out[NUMBER_ROOM])
{
	locale_t before;
	int precision, n = 0;

	EP_ASSERT(isfinite(d));
	if (d == 0) {
		memcpy(out, signbit(d) ? "-0.0" : "0", signbit(d) ? 5 : 2);
		return strlen(out);
	}
	before = uselocale(c_locale);
	/* Fifteen digits hold any decimal that short; only denormals may do
	 * with fewer than their fifteen digits show. */
	precision = fabs(d) < 2.2250738585072014e-308 ? 1 : 15;
	for (; precision <= 17; precision++) {
		n = snprintf(out, NUMBER_ROOM, "%.*g", precision, d);
		if (strtod_l(out, NULL, c_locale) == d)
			break;
	}
	(void)uselocale(before);
	return trim_exponent(out, (size_t)n);
}
