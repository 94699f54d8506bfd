/* SPDX-License-Identifier: BSD-2-Clause */

/* Bytes, check digits and dates: what schemes share. */

#include "detect_local.h"

#include <string.h>

/* clang-format off */
#define D (DETECT_DIGIT | DETECT_HEX | DETECT_MAIL)
#define U (DETECT_UPPER | DETECT_MAIL)
#define L (DETECT_LOWER | DETECT_MAIL)
const unsigned char detect_class[256] = {
	['0'] = D, ['1'] = D, ['2'] = D, ['3'] = D, ['4'] = D,
	['5'] = D, ['6'] = D, ['7'] = D, ['8'] = D, ['9'] = D,
	['A'] = U | DETECT_HEX, ['B'] = U | DETECT_HEX, ['C'] = U | DETECT_HEX,
	['D'] = U | DETECT_HEX, ['E'] = U | DETECT_HEX, ['F'] = U | DETECT_HEX,
	['G'] = U, ['H'] = U, ['I'] = U, ['J'] = U, ['K'] = U, ['L'] = U,
	['M'] = U, ['N'] = U, ['O'] = U, ['P'] = U, ['Q'] = U, ['R'] = U,
	['S'] = U, ['T'] = U, ['U'] = U, ['V'] = U, ['W'] = U, ['X'] = U,
	['Y'] = U, ['Z'] = U,
	['a'] = L | DETECT_HEX, ['b'] = L | DETECT_HEX, ['c'] = L | DETECT_HEX,
	['d'] = L | DETECT_HEX, ['e'] = L | DETECT_HEX, ['f'] = L | DETECT_HEX,
	['g'] = L, ['h'] = L, ['i'] = L, ['j'] = L, ['k'] = L, ['l'] = L,
	['m'] = L, ['n'] = L, ['o'] = L, ['p'] = L, ['q'] = L, ['r'] = L,
	['s'] = L, ['t'] = L, ['u'] = L, ['v'] = L, ['w'] = L, ['x'] = L,
	['y'] = L, ['z'] = L,
	['.'] = DETECT_MAIL, ['_'] = DETECT_MAIL, ['%'] = DETECT_MAIL,
	['+'] = DETECT_MAIL, ['-'] = DETECT_MAIL,
};

/* clang-format on */

bool
detect_normalise(struct detect_find *find)
{
	size_t i;

	find->length = 0;
	for (i = find->start; i < find->end; i++) {
		unsigned char c = find->text.at[i];

		if (!(detect_class[c] & DETECT_ALNUM))
			continue;
		if (find->length == DETECT_NORMAL - 1)
			return false;
		if (detect_class[c] & DETECT_LOWER)
			c = (unsigned char)(c & ~32);
		find->normal[find->length++] = (char)c;
	}
	find->normal[find->length] = '\0';
	return true;
}

/* Weights are spelt as characters: '0' to '9', and 'A' for 10 and on. */
unsigned
detect_weighted(const char *digits, const char *weights)
{
	unsigned sum = 0;

	for (; *weights != '\0'; weights++, digits++) {
		unsigned w = *weights <= '9' ? (unsigned)(*weights - '0')
					     : (unsigned)(*weights - 'A') + 10;

		sum += w * (unsigned)(*digits - '0');
	}
	return sum;
}

bool
detect_luhn(const char *digits, size_t count)
{
	unsigned sum = 0, i;

	for (i = 0; i < count; i++) {
		unsigned v = (unsigned)(digits[count - 1 - i] - '0');

		if (i % 2 == 1)
			v = v < 5 ? 2 * v : 2 * v - 9;
		sum += v;
	}
	return sum % 10 == 0;
}

bool
detect_mod11_10(const char *digits, size_t count)
{
	unsigned p = 10;
	size_t i;

	for (i = 0; i + 1 < count; i++) {
		p = (p + (unsigned)(digits[i] - '0')) % 10;
		p = (p == 0 ? 10 : p) * 2 % 11;
	}
	return (11 - p) % 10 == (unsigned)(digits[count - 1] - '0');
}

/* Verhoeff 1969: the dihedral group of order 10, whose product is computed
 * instead of tabled, and the powers of one permutation. */
static unsigned
dihedral(unsigned a, unsigned b)
{
	unsigned reflected = a / 5;
	unsigned turn = reflected ? a % 5 + 5 - b % 5 : a % 5 + b % 5;

	return turn % 5 + 5 * (reflected ^ (b / 5));
}

bool
detect_verhoeff(const char *digits, size_t count)
{
	static const unsigned char permuted[10] = { 1, 5, 7, 6, 2, 8, 3, 0, 9,
		4 };
	unsigned c = 0;
	size_t i, k;

	for (i = 0; i < count; i++) {
		unsigned v = (unsigned)(digits[count - 1 - i] - '0');

		for (k = 0; k < i % 8; k++)
			v = permuted[v];
		c = dihedral(c, v);
	}
	return c == 0;
}

unsigned
detect_icao(const char *s, size_t count)
{
	static const unsigned char weights[3] = { 7, 3, 1 };
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		unsigned v = s[i] <= '9' ? (unsigned)(s[i] - '0')
					 : (unsigned)(s[i] - 'A') + 10;

		sum += v * weights[i % 3];
	}
	return sum % 10;
}

bool
detect_all_same(const char *s, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++)
		if (s[i] != s[0])
			return false;
	return true;
}

unsigned
detect_number(const char *digits, size_t count)
{
	unsigned n = 0;

	while (count-- > 0)
		n = n * 10 + (unsigned)(*digits++ - '0');
	return n;
}

bool
detect_date_is(unsigned year, unsigned month, unsigned day)
{
	static const unsigned char days[] = { 31, 29, 31, 30, 31, 30, 31, 31,
		30, 31, 30, 31 };

	if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return false;
	return month != 2 || day < 29 ||
	    (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

bool
detect_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

bool
detect_pair_in(const char *two, const char *list)
{
	for (; list[0] != '\0' && list[1] != '\0'; list += 3) {
		if (list[0] == two[0] && list[1] == two[1])
			return true;
		if (list[2] == '\0')
			break;
	}
	return false;
}
