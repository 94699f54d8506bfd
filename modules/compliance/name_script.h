/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Letters of other scripts in Latin letters, one code point at a time.
 *
 * The tables follow the spellings found in passports and on lists (BGN/PCGN
 * and ICAO 9303 for Cyrillic, common consonant spelling for Arabic and
 * Hebrew, McCune-Reischauer without marks for Hangul) rather than the
 * reversible ISO ones that ICU gives.  Scripts without a table here (Greek,
 * Armenian, Georgian, Indic, Thai, Khmer, kana, Han) go through ICU.
 */

#pragma once

#include <stdint.h>

/* How script_latin() answers. */
enum script_answer {
	SCRIPT_UNKNOWN, /* no table: ask ICU */
	SCRIPT_SPELT,   /* latin_out is set, perhaps to "" */
	SCRIPT_ABJAD,   /* the same, and the script leaves vowels out */
};

/*
 * The Latin spelling of one code point, lower case.  latin_out points to
 * constant text or into room, which holds at least 16 bytes.
 */
enum script_answer script_latin(uint32_t cp, char *room,
    const char **latin_out);

/* Is it a Han ideograph? */
int script_is_han(uint32_t cp);

/* Is it a composed Hangul syllable? */
int script_is_hangul(uint32_t cp);
