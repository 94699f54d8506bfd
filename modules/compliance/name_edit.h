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
unsigned edit_cost(
    const char *a, size_t na, const char *b, size_t nb, unsigned limit);

/* The greatest distance at which words with this longer length are alike. */
unsigned edit_budget(size_t longer);

/*
 * A set of the sounds in a word.  Two words within the budget differ in at
 * most edit_bits(budget) elements of it, which spares most distances.
 */
uint32_t edit_signature(const char *text, size_t len);
int edit_bits(unsigned budget);

/*
 * The consonants of a word, by sound, for scripts that leave vowels out.
 * Returns the length; out holds EDIT_MAX + 1 bytes.
 */
size_t edit_skeleton(const char *text, size_t len, char *out);
