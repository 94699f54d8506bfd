/* SPDX-License-Identifier: BSD-2-Clause */

#include "decimal.h"

#include <string.h>

void
decimal_init(struct decimal *d)
{
	mpz_init(d->digits);
	d->scale = 0;
}

void
decimal_fini(struct decimal *d)
{
	mpz_clear(d->digits);
}

bool
rounding_read(const char *name, enum rounding *out)
{
	static const char *const names[] = { "exact", "half_up", "half_even",
		"down", "up", "ceiling", "floor" };

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum rounding)i;
			return true;
		}
	return false;
}

static size_t
digits_at(const char *text, size_t length, size_t at)
{
	size_t n = 0;

	while (at + n < length && text[at + n] >= '0' && text[at + n] <= '9')
		n++;
	return n;
}

fault
decimal_read(struct decimal *d, const char *text, size_t length)
{
	char digits[DECIMAL_DIGITS + 1];
	size_t at = length > 0 && text[0] == '-', whole, part = 0, n = 0;

	if (length > DECIMAL_DIGITS)
		return "bad_decimal";
	whole = digits_at(text, length, at);
	if (whole == 0 || (whole > 1 && text[at] == '0'))
		return "bad_decimal";
	memcpy(digits, text, at + whole);
	n = at + whole;
	if (n < length) {
		if (text[n] != '.')
			return "bad_decimal";
		part = digits_at(text, length, n + 1);
		if (part == 0 || n + 1 + part != length)
			return "bad_decimal";
		memcpy(digits + n, text + n + 1, part);
	}
	digits[n + part] = '\0';
	d->scale = (unsigned)part;
	return mpz_set_str(d->digits, digits, 10) == 0 ? NULL : "bad_decimal";
}

void
decimal_from_minor(struct decimal *d, int64_t minor, unsigned units)
{
	mpz_set_si(d->digits, minor);
	d->scale = units;
}

void
decimal_multiply(struct decimal *a, const struct decimal *by)
{
	mpz_mul(a->digits, a->digits, by->digits);
	a->scale += by->scale;
}

/* More digits behind the point, the same value. */
static void
widen(struct decimal *d, unsigned scale)
{
	mpz_t factor;

	mpz_init(factor);
	mpz_ui_pow_ui(factor, 10, scale - d->scale);
	mpz_mul(d->digits, d->digits, factor);
	d->scale = scale;
	mpz_clear(factor);
}

void
decimal_add(struct decimal *a, const struct decimal *other)
{
	struct decimal b;

	mpz_init_set(b.digits, other->digits);
	b.scale = other->scale;
	if (a->scale < b.scale)
		widen(a, b.scale);
	if (b.scale < a->scale)
		widen(&b, a->scale);
	mpz_add(a->digits, a->digits, b.digits);
	decimal_fini(&b);
}

int
decimal_sign(const struct decimal *d)
{
	return mpz_sgn(d->digits);
}

/* Is the quotient, cut off towards zero, to move one away from zero?  half:
 * how twice the remainder compares with the divisor. */
static bool
moves(enum rounding rounding, int sign, int half, bool is_odd)
{
	switch (rounding) {
	case ROUND_HALF_UP:
		return half >= 0;
	case ROUND_HALF_EVEN:
		return half > 0 || (half == 0 && is_odd);
	case ROUND_UP:
		return true;
	case ROUND_CEILING:
		return sign > 0;
	case ROUND_FLOOR:
		return sign < 0;
	case ROUND_EXACT:
	case ROUND_DOWN:
		break;
	}
	return false;
}

static fault
divide(mpz_t quotient, const mpz_t divisor, enum rounding rounding)
{
	int sign = mpz_sgn(quotient);
	fault f = NULL;
	mpz_t rest;

	mpz_init(rest);
	mpz_tdiv_qr(quotient, rest, quotient, divisor);
	if (mpz_sgn(rest) != 0) {
		mpz_mul_2exp(rest, rest, 1);
		if (rounding == ROUND_EXACT)
			f = "too_many_decimals";
		else if (moves(rounding, sign, mpz_cmpabs(rest, divisor),
			     mpz_odd_p(quotient)))
			(sign > 0 ? mpz_add_ui : mpz_sub_ui)(quotient, quotient,
			    1);
	}
	mpz_clear(rest);
	return f;
}

fault
decimal_to_minor(const struct decimal *d, unsigned units,
    enum rounding rounding, int64_t *out)
{
	mpz_t value, factor;
	fault f = NULL;

	mpz_init_set(value, d->digits);
	mpz_init(factor);
	if (units >= d->scale) {
		mpz_ui_pow_ui(factor, 10, units - d->scale);
		mpz_mul(value, value, factor);
	} else {
		mpz_ui_pow_ui(factor, 10, d->scale - units);
		f = divide(value, factor, rounding);
	}
	if (f == NULL && !mpz_fits_slong_p(value))
		f = "amount_out_of_range";
	if (f == NULL)
		*out = mpz_get_si(value);
	mpz_clear(value);
	mpz_clear(factor);
	return f;
}

bool
decimal_write(const struct decimal *d, bool is_short, char *out, size_t size)
{
	char digits[512];
	size_t n, whole, part = d->scale;
	bool is_negative = mpz_sgn(d->digits) < 0;
	const char *p = digits + is_negative;
	char *to = out;

	if (mpz_sizeinbase(d->digits, 10) + 2 > sizeof digits)
		return false;
	(void)mpz_get_str(digits, 10, d->digits);
	n = strlen(p);
	whole = n > part ? n - part : 0;
	if (whole + part + 4 > size)
		return false;
	if (is_negative)
		*to++ = '-';
	memcpy(to, whole > 0 ? p : "0", whole > 0 ? whole : 1);
	to += whole > 0 ? whole : 1;
	if (part > 0) {
		*to++ = '.';
		for (size_t zeros = n; zeros < part; zeros++)
			*to++ = '0';
		memcpy(to, p + whole, n - whole);
		to += n - whole;
	}
	while (is_short && part > 0 && to[-1] == '0')
		to--;
	if (is_short && to[-1] == '.')
		to--;
	*to = '\0';
	return true;
}
