/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Words that name what follows: "IBAN", "pesel", "mobile".  Letters are
 * compared without case; "idCard", "id_card" and "id-card" are the words "id"
 * and "card".  Words of scripts without blanks are found anywhere.
 */

#pragma once

#include "detect.h"

enum {
	WORDS_MAX = 2048,
	WORDS_SLOTS = 4096,
	WORDS_LANGUAGES = 32,
	WORDS_RECENT = 48,
	WORDS_REACH = 64, /* bytes before a find where its name may stand */
};

struct detect_word {
	const char *at;
	unsigned char length;
	unsigned char language; /* index into languages */
	unsigned char type;
	uint16_t next; /* of the same slot, +1; 0: none */
};

struct detect_words {
	struct detect_word at[WORDS_MAX];
	uint16_t count;
	uint16_t slots[WORDS_SLOTS]; /* word + 1 */
	char languages[WORDS_LANGUAGES][8];
	unsigned language_count;
};

/* Words met on the way through a text. */
struct detect_reader {
	const struct detect_words *words;
	const unsigned char *text;
	size_t length;
	size_t read;   /* up to here */
	int language;  /* -1: any */
	size_t mapped; /* named is for this place, +1; 0: for none */
	uint64_t named[DETECT_MAP]; /* types that a word names there */
	unsigned recent_count;

	struct {
		size_t at; /* in the text */
		uint16_t word;
	} recent[WORDS_RECENT];
};

/* Reads type,language,word lines after a head line. */
bool detect_words_fill(struct detect_words *w, const char *csv, size_t length,
    char error[DETECT_ERROR]);

void detect_reader_init(struct detect_reader *r, const struct detect_words *w,
    const struct detect_wish *wish, const char *text, size_t length);

/* Does a word before the byte at name the type?  Places asked for may not go
 * back by more than a token. */
bool detect_reader_names(struct detect_reader *r, unsigned type, size_t at);

/* The nearest such word; NULL: there is none. */
const struct detect_word *detect_reader_word(struct detect_reader *r,
    unsigned type, size_t at);
