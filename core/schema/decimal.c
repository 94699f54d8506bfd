/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/decimal.h"

#include <stdio.h>

/* Exponents beyond this are all alike: the text of a number is bounded. */
#define EXPONENT_BOUND INT64_C(1000000000000)

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int64_t
read_exponent(const char *p, const char *end)
{
	bool negative = false;
	int64_t e = 0;

	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	for (; p < end && is_digit(*p); p++)
		if (e < EXPONENT_BOUND)
			e = e * 10 + (*p - '0');
	return negative ? -e : e;
}

static void
read_text(struct decimal *d, const char *p, const char *end)
{
	int64_t after_point = 0, behind = 0;
	uint32_t zeros = 0;
	bool point = false;

	if (p < end && *p == '-') {
		d->negative = true;
		p++;
	}
	for (; p < end && (is_digit(*p) || *p == '.'); p++) {
		if (*p == '.') {
			point = true;
			continue;
		}
		after_point += point ? 1 : 0;
		if (*p == '0') {
			zeros += d->count > 0 ? 1 : 0;
			behind += point ? 0 : 1;
			continue;
		}
		if (d->count == 0)
			d->first = p;
		d->count += zeros + 1;
		d->exponent = -after_point;
		zeros = 0;
		behind = 0;
	}
	if (p < end && (*p == 'e' || *p == 'E'))
		d->exponent += read_exponent(p + 1, end);
	d->exponent += behind;
	if (d->count == 0) {
		d->exponent = 0;
		d->negative = false;
	}
}

void
decimal_read(struct decimal *d, const struct ep_node *n)
{
	const char *text = n->text;
	size_t length = n->count;

	d->negative = false;
	d->count = 0;
	d->exponent = 0;
	d->first = d->own;
	if (n->type == EP_T_INT || text == NULL || length == 0) {
		int k = n->type == EP_T_INT
		    ? snprintf(d->own, sizeof d->own, "%lld",
			  (long long)n->u.integer)
		    : snprintf(d->own, sizeof d->own, "%.17g", n->u.real);
		text = d->own;
		length = k > 0 ? (size_t)k : 0;
	}
	read_text(d, text, text + length);
}

bool
decimal_is_integer(const struct decimal *d)
{
	return d->count == 0 || d->exponent >= 0;
}

static char
next_digit(const char **p)
{
	if (**p == '.')
		(*p)++;
	return *(*p)++;
}

int
decimal_compare(const struct decimal *a, const struct decimal *b)
{
	int sign = a->negative ? -1 : 1;
	int64_t top_a = a->exponent + (int64_t)a->count;
	int64_t top_b = b->exponent + (int64_t)b->count;
	const char *p = a->first, *q = b->first;

	if (a->count == 0 || b->count == 0) {
		if (a->count != 0)
			return sign;
		return b->count == 0 ? 0 : b->negative ? 1 : -1;
	}
	if (a->negative != b->negative)
		return sign;
	if (top_a != top_b)
		return top_a > top_b ? sign : -sign;
	for (uint32_t i = 0; i < a->count && i < b->count; i++) {
		char x = next_digit(&p), y = next_digit(&q);

		if (x != y)
			return x > y ? sign : -sign;
	}
	if (a->count == b->count)
		return 0;
	return a->count > b->count ? sign : -sign;
}

static uint64_t
times(uint64_t a, uint64_t b, uint64_t m)
{
	__extension__ unsigned __int128 product = a;

	product = product * b % m;
	return (uint64_t)product;
}

bool
decimal_is_multiple(const struct decimal *a, const struct decimal *unit)
{
	uint64_t m = 0, r = 0, power = 10;
	const char *p = unit->first;
	int64_t e = a->exponent - unit->exponent;

	if (a->count == 0)
		return true;
	/* a's last digit is not zero, so it would be one place too fine */
	if (e < 0)
		return false;
	for (uint32_t i = 0; i < unit->count && i < DECIMAL_UNIT; i++)
		m = m * 10 + (uint64_t)(next_digit(&p) - '0');
	if (m == 0)
		return false;
	p = a->first;
	for (uint32_t i = 0; i < a->count; i++)
		r = (times(r, 10, m) + (uint64_t)(next_digit(&p) - '0')) % m;
	for (power %= m; e > 0; e >>= 1) {
		if (e & 1)
			r = times(r, power, m);
		power = times(power, power, m);
	}
	return r == 0;
}

uint64_t
decimal_hash(const struct decimal *d, uint64_t seed)
{
	const char *p = d->first;
	uint64_t h = seed ^ (uint64_t)d->exponent ^ (d->negative ? 1u : 0u);

	for (uint32_t i = 0; i < d->count; i++) {
		h = (h ^ (uint64_t)(unsigned char)next_digit(&p)) *
		    UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h;
}
