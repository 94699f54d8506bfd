/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which word of one name is which word of the other.
 *
 * Words are paired best first, in any order; neighbours may stand for one
 * word ("Abd al-Rahman" and "Abdulrahman").  What remains on both sides
 * contradicts; what remains on one side only is merely missing or more.
 */

#pragma once

#include "name.h"

#include <stddef.h>
#include <stdint.h>

/* Why two words are taken for one. */
enum pair_reason {
	PAIR_SAME,
	PAIR_SPELLING, /* a small distance, see name_edit.h */
	PAIR_SHORT,    /* a known other form: Ted, Theodore */
	PAIR_INITIAL,
	PAIR_CONSONANTS, /* one side was written without vowels */
	PAIR_ACRONYM,
};

struct pair {
	uint8_t a, na; /* first word and number of words, this side */
	uint8_t b, nb; /* and that side */
	uint8_t reason;
	float likeness; /* 0..1 */
	float weight;
};

struct alignment {
	struct pair pairs[NAME_TOKENS];
	size_t count;
	uint32_t left_a, left_b; /* bit sets of unpaired words */
	float paired;            /* sum of weight * likeness */
	float weight;            /* sum of weights of the pairs */
	float extra_a, extra_b;  /* weights left on either side */
	float clash;             /* weight that contradicts */
	float words;             /* paired real words, by weight */
	uint8_t numbers_clash, numbers_missing;
};

/* 0..1; 0 when the words are different. */
float token_likeness(const struct token *a, const struct token *b,
    uint8_t *reason_out);

/*
 * Words are written together when they are few and short: two up to 22
 * letters, more up to 14 ("abd al rahman").  They must be liker than single
 * ones; join_budget() is the greatest distance at which they are.
 */
#define JOIN_LIKENESS 0.87f
int join_allowed(size_t words, size_t letters);
unsigned join_budget(size_t longer);

void align(const struct name *a, const struct name *b,
    struct alignment *alignment_out);
