/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is known about words in names: legal forms, titles, particles, short
 * forms of given names, numbers, countries, words that are common.
 *
 * The knowledge is data (data/NAME.txt, one line "kind;canonical;spellings");
 * the reader here does no I/O, its caller has the bytes.  Spellings are folded
 * as names are, so they may be written in their own script.  A lexicon does
 * not change after the last lexicon_read() and may then be shared by threads.
 */

#pragma once

#include "name_fold.h"

#include <stddef.h>
#include <stdint.h>

struct lexicon;

enum word_kind {
	WORD_FORM = 1,
	WORD_TITLE = 2,
	WORD_PARTICLE = 4,
	WORD_GENERIC = 8,
	WORD_STOP = 16,
	WORD_NICK = 32,
	WORD_COMMON = 64,
	WORD_COUNTRY = 128,
	WORD_NUMBER = 256,
	WORD_ROMAN = 512,
	WORD_JAPANESE = 1024,
};

/* Groups are hashes of the canonical spelling: equal in every process. */
#define WORD_GROUPS 3

struct word {
	uint32_t kinds;              /* of enum word_kind */
	uint32_t form;               /* class of the legal form, 0 if none */
	uint32_t group[WORD_GROUPS]; /* names that this may stand for */
	char canonical[16];          /* number value or country code */
};

/* A spelling that is written without blanks (Han, Hangul, kana). */
struct raw_word {
	const char *text;
	size_t len;
	uint32_t kind;
	const char *latin;
};

struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon **lexiconp);

/*
 * Adds the words of one data file.  Returns 0, or the number of the first
 * line that has not three fields or an unknown kind.
 */
size_t lexicon_read(struct lexicon *lexicon, struct folder *folder,
    const char *text, size_t len);

/* The word for a folded phrase with single blanks, or NULL. */
const struct word *lexicon_find(const struct lexicon *lexicon,
    const char *phrase, size_t len);

/* The longest raw word that text begins with, or NULL. */
const struct raw_word *lexicon_raw(const struct lexicon *lexicon,
    const char *text, size_t len);

/*
 * The class of a long legal form that the phrase misspells slightly ("joynt
 * stock company"), or 0.
 */
uint32_t lexicon_form_near(const struct lexicon *lexicon, const char *phrase,
    size_t len);

/* The hash by which groups and form classes are compared. */
uint32_t word_hash(const char *text, size_t len);

/* ISO 3166-1 alpha-2, lower case, of a country's name or code; or NULL. */
const char *country_code(const struct lexicon *lexicon, struct folder *folder,
    const struct memory *memory, const char *text, size_t len);

/* The lower-case code when the two letters at text are one that is known. */
const char *country_code_valid(const struct lexicon *lexicon, const char *text);
