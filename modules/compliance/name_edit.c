/* SPDX-License-Identifier: BSD-2-Clause */

#include "name_edit.h"

#include <string.h>

/*
 * Sounds: letters of one class replace each other cheaply.  Vowels and h are
 * class 1 and 2 and not in the signature; the others have a bit each.
 */
static const uint8_t sound[256] = { ['a'] = 1,
	['b'] = 5,
	['c'] = 3,
	['d'] = 4,
	['e'] = 1,
	['f'] = 6,
	['g'] = 3,
	['h'] = 2,
	['i'] = 1,
	['j'] = 7,
	['k'] = 3,
	['l'] = 8,
	['m'] = 9,
	['n'] = 10,
	['o'] = 1,
	['p'] = 5,
	['q'] = 3,
	['r'] = 11,
	['s'] = 12,
	['t'] = 4,
	['u'] = 1,
	['v'] = 6,
	['w'] = 6,
	['x'] = 13,
	['y'] = 1,
	['z'] = 12,
	['0'] = 14,
	['1'] = 15,
	['2'] = 16,
	['3'] = 17,
	['4'] = 18,
	['5'] = 19,
	['6'] = 20,
	['7'] = 21,
	['8'] = 22,
	['9'] = 23 };

enum {
	VOWEL = 1,
	BREATH = 2,
	GUTTURAL = 3
};

static inline uint8_t
sound_of(char c)
{
	return sound[(unsigned char)c];
}

static int
is_pair(char a, char b, char x, char y)
{
	return (a == x && b == y) || (a == y && b == x);
}

static unsigned
replace_cost(char a, char b)
{
	uint8_t s = sound_of(a);

	if (a == b)
		return 0;
	if (s == 0 || s > 13 || s != sound_of(b))
		return 100;
	if (s == VOWEL)
		return is_pair(a, b, 'i', 'y') ? 25
		    : is_pair(a, b, 'o', 'u') || is_pair(a, b, 'e', 'i') ||
			is_pair(a, b, 'a', 'e')
		    ? 40
		    : 50;
	if (is_pair(a, b, 'c', 'k') || is_pair(a, b, 'k', 'q') ||
	    is_pair(a, b, 'v', 'w') || is_pair(a, b, 'c', 'q'))
		return 25;
	return is_pair(a, b, 's', 'z') ? 30 : 60;
}

static inline unsigned
drop_cost(const char *text, size_t i)
{
	static const uint8_t by_sound[] = { 100, 60, 50 };
	uint8_t s = sound_of(text[i]);

	if (i > 0 && s <= 13 &&
	    (text[i] == text[i - 1] ||
		(s == GUTTURAL && sound_of(text[i - 1]) == GUTTURAL)))
		return 30;
	return s <= BREATH ? by_sound[s] : 100;
}

static inline unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

unsigned
edit_cost(const char *a, size_t na, const char *b, size_t nb, unsigned limit)
{
	unsigned rows[3][EDIT_MAX + 1];
	unsigned drop_b[EDIT_MAX + 1];
	unsigned *two = rows[0], *one = rows[1], *now = rows[2], *spare;
	unsigned before = 0;
	size_t i, j;

	if (na > EDIT_MAX)
		na = EDIT_MAX;
	if (nb > EDIT_MAX)
		nb = EDIT_MAX;
	one[0] = 0;
	for (j = 1; j <= nb; j++) {
		drop_b[j] = drop_cost(b, j - 1);
		one[j] = one[j - 1] + drop_b[j];
	}
	memset(two, 0, sizeof(rows[0]));
	for (i = 1; i <= na; i++) {
		unsigned drop_a = drop_cost(a, i - 1), least;

		now[0] = one[0] + drop_a;
		least = now[0];
		for (j = 1; j <= nb; j++) {
			now[j] = min3(one[j] + drop_a, now[j - 1] + drop_b[j],
			    one[j - 1] + replace_cost(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && two[j - 2] + 100 < now[j])
				now[j] = two[j - 2] + 100;
			if (now[j] < least)
				least = now[j];
		}
		/* a swap reaches back two rows for 100 */
		if (least > limit && before + 100 > limit)
			return limit + 1;
		before = least;
		spare = two;
		two = one;
		one = now;
		now = spare;
	}
	return one[nb];
}

uint32_t
edit_signature(const char *text, size_t len)
{
	uint32_t bits = 0;
	size_t i;

	for (i = 0; i < len && i < EDIT_MAX; i++) {
		uint8_t s = sound_of(text[i]);

		if (s > BREATH)
			bits |= 1u << s;
	}
	return bits;
}

static char
skeleton_letter(const char *text, size_t len, size_t *at)
{
	char c = text[*at], next = '\0';

	if (*at + 1 < len)
		next = text[*at + 1];
	(*at)++;
	if (next == 'h' && (c == 's' || c == 'c')) {
		(*at)++;
		return 'x';
	}
	if (next == 'h' && strchr("tdkgpz", c) != NULL) {
		(*at)++;
		return (char)(c == 'p' ? 'f' : c);
	}
	if (c == 'c' || c == 'q')
		return 'k';
	if (c == 'z')
		return 's';
	return c;
}

size_t
edit_skeleton(const char *text, size_t len, char *out)
{
	size_t at = 0, n = 0;
	char last = '\0';

	while (at < len && n < EDIT_MAX) {
		char c = skeleton_letter(text, len, &at);

		if (strchr("aeiouyw", c) != NULL)
			continue;
		if (c == 'h' && at == len && n > 0)
			continue; /* a final h is not heard */
		if (c != last)
			out[n++] = c;
		last = c;
	}
	out[n] = '\0';
	return n;
}

uint64_t
edit_counts(const char *text, size_t len)
{
	uint64_t bits = 0;
	uint8_t last = 0, seen[24] = { 0 };
	size_t i;

	for (i = 0; i < len && i < EDIT_MAX; i++) {
		uint8_t s = sound_of(text[i]);

		/* sounds 3 to 13 have four bits, digits one */
		if (s > 13)
			bits |= 1ull << (44 + s - 14);
		else if (s > BREATH && s != last && seen[s] < 4)
			bits |= 1ull << ((s - 3) * 4 + seen[s]++);
		last = s;
	}
	return bits;
}

/* Five bits; digits share some. */
static unsigned
letter_of(char c)
{
	switch (c) {
	case 'y':
		return 'i' - 'a' + 1;
	case 'c':
	case 'q':
		return 'k' - 'a' + 1;
	case 'w':
		return 'v' - 'a' + 1;
	default:
		return c >= 'a' && c <= 'z' ? (unsigned)(c - 'a' + 1)
					    : 27u + (unsigned char)c % 5u;
	}
}

static uint64_t
letters_of(const char *text, size_t len)
{
	uint64_t letters = 0;
	size_t i;

	if (len > 12)
		return SOUNDS_MANY;
	for (i = 0; i < len; i++)
		letters |= (uint64_t)letter_of(text[i]) << (5 * i);
	return letters;
}

struct edit_sounds
edit_sounds(const char *text, size_t len)
{
	struct edit_sounds both = { 0, letters_of(text, len) };
	unsigned last = 0, n = 0;
	size_t i;

	for (i = 0; i < len && i < EDIT_MAX; i++) {
		unsigned s = sound_of(text[i]);

		if (s <= BREATH)
			continue;
		s = s > 15 ? 15 : s; /* digits but 0 share a class */
		if (s == last)
			continue;
		if (n == 16) {
			both.sounds = SOUNDS_MANY;
			break;
		}
		both.sounds |= (uint64_t)s << (4 * n++);
		last = s;
	}
	return both;
}

static uint8_t
code_of(char c)
{
	if (c >= 'a' && c <= 'z')
		return (uint8_t)(c - 'a');
	return c >= '0' && c <= '9' ? (uint8_t)(26 + c - '0') : 0;
}

void
edit_pattern_init(struct edit_pattern *pattern, const char *text, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t i, k;

	if (len > EDIT_MAX)
		len = EDIT_MAX;
	pattern->len = (uint8_t)len;
	memcpy(pattern->text, text, len);
	for (i = 0; i < len; i++) {
		pattern->drop[i] = (uint8_t)drop_cost(text, i);
		for (k = 0; k < 36; k++)
			pattern->replace[i][k] = (uint8_t)replace_cost(text[i],
			    letters[k]);
	}
}

/* The word is the outer loop here: most words fail within a few letters. */
unsigned
edit_pattern_cost(const struct edit_pattern *pattern, const char *text,
    size_t len, unsigned limit)
{
	uint16_t rows[3][EDIT_MAX + 1];
	uint16_t *two = rows[0], *one = rows[1], *now = rows[2], *spare;
	unsigned before = 0, least, cell;
	size_t i, j, n = pattern->len;

	if (len > EDIT_MAX)
		len = EDIT_MAX;
	one[0] = 0;
	for (j = 1; j <= n; j++)
		one[j] = (uint16_t)(one[j - 1] + pattern->drop[j - 1]);
	for (i = 1; i <= len; i++) {
		unsigned drop = drop_cost(text, i - 1);
		uint8_t code = code_of(text[i - 1]);

		least = one[0] + drop;
		now[0] = (uint16_t)least;
		for (j = 1; j <= n; j++) {
			cell = min3(one[j] + drop,
			    now[j - 1] + (unsigned)pattern->drop[j - 1],
			    one[j - 1] +
				(unsigned)pattern->replace[j - 1][code]);
			if (i > 1 && j > 1 &&
			    text[i - 1] == pattern->text[j - 2] &&
			    text[i - 2] == pattern->text[j - 1] &&
			    two[j - 2] + 100u < cell)
				cell = two[j - 2] + 100u;
			now[j] = (uint16_t)cell;
			if (cell < least)
				least = cell;
		}
		if (least > limit && before + 100 > limit)
			return limit + 1;
		before = least;
		spare = two;
		two = one;
		one = now;
		now = spare;
	}
	return one[n];
}
