/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * How far two folded words are apart.  The distance is the optimal string
 * alignment (insert, delete, replace, swap of neighbours) with prices that
 * follow how transliteration and ears err: a vowel for a vowel, a doubled
 * letter, a silent h or k for q are cheap; an unrelated letter costs 100.
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* Words longer than this are cut. */
#define EDIT_MAX 63

/*
 * The distance in hundredths of an edit; any number above limit when it is
 * above limit.
 */
unsigned edit_cost(const char *a, size_t na, const char *b, size_t nb,
    unsigned limit);

/* The greatest distance at which words with this longer length are alike. */
static inline unsigned
edit_budget(size_t longer)
{
	if (longer <= 2)
		return 40;
	if (longer == 3)
		return 50;
	if (longer == 4)
		return 100;
	if (longer <= 7)
		return 125;
	return longer <= 10 ? 190 : 260;
}

/*
 * A set of the sounds in a word.  Two words within the budget differ in at
 * most edit_bits(budget) elements of it, which spares most distances.
 */
uint32_t edit_signature(const char *text, size_t len);

static inline int
edit_bits(unsigned budget)
{
	return (int)(budget / 100) * 2;
}

/*
 * How often each sound is in a word (up to four times), a bit each time, and
 * the greatest number of bits that differ between words within the budget.
 * Finer than the signature, for words that passed it.
 */
uint64_t edit_counts(const char *text, size_t len);

static inline int
edit_count_bits(unsigned budget)
{
	/* the cheapest change of a count is an h lost between two equal
	 * sounds, for 50 */
	return (int)(budget / 50);
}

/*
 * The first and the last consonant of a word that has three or more, or 0.
 * With a budget below two edits not both may differ.
 */
uint16_t edit_ends(const char *text, size_t len);

static inline int
edit_ends_fit(uint16_t a, uint16_t b, unsigned budget)
{
	return budget >= 200 || a == 0 || b == 0 || (a & 0xff) == (b & 0xff) ||
	    a >> 8 == b >> 8;
}

/* Do a and b differ in at most n bits? */
static inline int
edit_bits_within(uint64_t a, uint64_t b, int n)
{
	uint64_t x = a ^ b;

	while (x != 0 && n-- > 0)
		x &= x - 1;
	return x == 0;
}

/*
 * A word prepared for comparison with thousands of others; the distance is
 * that of edit_cost().
 */
struct edit_pattern {
	uint8_t len;
	char text[EDIT_MAX];
	uint8_t drop[EDIT_MAX];
	uint8_t replace[EDIT_MAX][36];
};

void edit_pattern_init(struct edit_pattern *pattern, const char *text,
    size_t len);

unsigned edit_pattern_cost(const struct edit_pattern *pattern, const char *text,
    size_t len, unsigned limit);

/*
 * The consonants of a word, by sound, for scripts that leave vowels out.
 * Returns the length; out holds EDIT_MAX + 1 bytes.
 */
size_t edit_skeleton(const char *text, size_t len, char *out);
