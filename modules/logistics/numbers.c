/* SPDX-License-Identifier: BSD-2-Clause */

#include "numbers.h"

#include <string.h>

bool
wide_fits(wide x, int64_t *out)
{
	if (x > INT64_MAX || x < INT64_MIN)
		return false;
	*out = (int64_t)x;
	return true;
}

wide
wide_divide(wide numerator, wide denominator)
{
	if (numerator < 0)
		return -wide_divide(-numerator, denominator);
	return (numerator + denominator / 2) / denominator;
}

wide
wide_step(wide x, wide step)
{
	return (x + step - 1) / step * step;
}

/* Ten times the sum and a digit; false when that is too much. */
static bool
push(int64_t *sum, int digit)
{
	return !__builtin_mul_overflow(*sum, 10, sum) &&
	    !__builtin_add_overflow(*sum, digit, sum);
}

/* Digits from text on, at most length; how many there are. */
static size_t
digits(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && text[n] >= '0' && text[n] <= '9')
		n++;
	return n;
}

bool
decimal_read(const char *text, size_t length, int places, int64_t *out)
{
	size_t sign = length > 0 && text[0] == '-' ? 1 : 0;
	size_t whole = digits(text + sign, length - sign);
	size_t point = sign + whole, part = 0;
	int64_t sum = 0;

	if (point < length && text[point] == '.') {
		part = digits(text + point + 1, length - point - 1);
		if (part == 0)
			return false;
	}
	if (whole == 0 || point + (part > 0 ? part + 1 : 0) != length)
		return false;
	for (size_t i = 0; i < whole; i++)
		if (!push(&sum, text[sign + i] - '0'))
			return false;
	for (size_t i = 0; i < part || i < (size_t)places; i++) {
		int digit = i < part ? text[point + 1 + i] - '0' : 0;

		if (i < (size_t)places ? !push(&sum, digit) : digit != 0)
			return false;
	}
	*out = sign == 1 ? -sum : sum;
	return true;
}

char *
text_copy(const struct memory *memory, const char *text, size_t length)
{
	char *out = memory->alloc(memory->owner, length + 1);

	memcpy(out, text, length);
	return out;
}
