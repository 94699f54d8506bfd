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
 * The classes of sound of a word's consonants in order, four bits each, the
 * first lowest, equal neighbours once, vowels and h left out; and its
 * letters, five bits each, those that replace each other for 25 alike.
 * SOUNDS_MANY, for words with more than sixteen or twelve of them, fits all.
 */
#define SOUNDS_MANY UINT64_MAX

struct edit_sounds {
	uint64_t sounds, letters;
};

struct edit_sounds edit_sounds(const char *text, size_t len);

/*
 * How many elements of the longer row stand between those that both begin
 * with and those that both end with; less than none when these overlap.
 */
static inline int
edit_between(uint64_t a, uint64_t b, int bits)
{
	uint64_t longer = a > b ? a : b;
	int n = (63 - __builtin_clzll(longer | 1)) / bits + 1, na, nb, same;

	if (a == b)
		return 0;
	same = __builtin_ctzll(a ^ b) / bits;
	na = a == 0 ? 0 : (63 - __builtin_clzll(a)) / bits + 1;
	nb = b == 0 ? 0 : (63 - __builtin_clzll(b)) / bits + 1;
	/* both pushed to the upper end, to compare from the last */
	a <<= bits * (n - na);
	b <<= bits * (n - nb);
	if (a != b)
		n = (63 - __builtin_clzll(a ^ b)) / bits + 1;
	else
		n = 0;
	return n - same;
}

/*
 * May words with these sounds be within the budget?  Only an edit of 100
 * changes the sounds; below 200 there is one of them at most, and it changes
 * two neighbours at most.  When it leaves less than 30, no letter but those
 * may differ either.
 */
static inline int
edit_sounds_fit(const struct edit_sounds *a, const struct edit_sounds *b,
    unsigned budget)
{
	if (a->sounds == b->sounds || budget >= 200 ||
	    a->sounds == SOUNDS_MANY || b->sounds == SOUNDS_MANY)
		return 1;
	if (budget < 100 || edit_between(a->sounds, b->sounds, 4) > 2)
		return 0;
	return budget >= 130 || a->letters == SOUNDS_MANY ||
	    b->letters == SOUNDS_MANY ||
	    edit_between(a->letters, b->letters, 5) <= 2;
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
