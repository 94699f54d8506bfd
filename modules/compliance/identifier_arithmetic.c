/* SPDX-License-Identifier: BSD-2-Clause */

#include "identifier_scheme.h"

unsigned
identifier_value(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10);
}

bool
identifier_all_digits(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	return true;
}

unsigned
identifier_number(const char *digits, size_t count)
{
	unsigned number = 0;

	for (size_t i = 0; i < count; i++)
		number = number * 10 + identifier_value(digits[i]);
	return number;
}

unsigned
identifier_weighted(const char *text, const uint8_t *weights, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += identifier_value(text[i]) * weights[i];
	return sum;
}

bool
identifier_luhn(const char *digits, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned value = identifier_value(digits[count - 1 - i]);

		if (i % 2 == 1)
			value = value * 2 - (value > 4 ? 9 : 0);
		sum += value;
	}
	return sum % 10 == 0;
}

unsigned
identifier_mod97(unsigned begin, const char *text, size_t length)
{
	unsigned rest = begin;

	for (size_t i = 0; i < length; i++) {
		unsigned value = identifier_value(text[i]);

		rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
	}
	return rest;
}

bool
identifier_mod11_10(const char *digits, size_t count)
{
	unsigned product = 10;

	for (size_t i = 0; i + 1 < count; i++) {
		unsigned sum = (identifier_value(digits[i]) + product) % 10;

		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return (11 - product) % 10 == identifier_value(digits[count - 1]);
}
