/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A name taken apart: folded words with their kind and weight.
 *
 * How a name is read depends on whose it is: "Lord" is a title before a
 * person and a word of a vessel's name; "SA" ends a company's name and not a
 * person's.  One text may give several readings (parts around a slash, kanji
 * read as Japanese instead of Chinese); the best of them counts.
 */

#pragma once

#include "memory.h"
#include "name_words.h"

#include <stddef.h>
#include <stdint.h>

enum name_view {
	VIEW_PERSON = 0,
	VIEW_ENTITY = 1,
	VIEW_CRAFT = 2, /* vessel or aircraft */
};

enum token_kind {
	TOKEN_WORD,
	TOKEN_INITIAL,
	TOKEN_PARTICLE,
	TOKEN_TITLE,
	TOKEN_GENERIC,
	TOKEN_COUNTRY,
	TOKEN_NUMBER,
};

enum token_flag {
	TOKEN_ABJAD = 1,  /* written without vowels */
	TOKEN_COMMON = 2, /* borne by very many */
	TOKEN_DOTTED = 4, /* written A.B.C. */
};

#define TOKEN_LEN 40
#define NAME_TOKENS 24
#define NAME_READINGS 4

struct token {
	const char *text; /* NUL-terminated */
	uint32_t signature;
	uint32_t group[WORD_GROUPS];
	uint8_t len;
	uint8_t kind;   /* of enum token_kind */
	uint8_t flags;  /* of enum token_flag */
	uint8_t weight; /* hundredths */
};

struct name {
	const char *text; /* as given */
	struct token *tokens;
	uint32_t count;
	uint32_t form; /* class of the legal form, 0 if none */
	const char *form_text;
	uint8_t view;
	uint8_t transliterated;
};

/* What reading names needs; the folder belongs to one thread. */
struct name_reader {
	struct folder *folder;
	const struct lexicon *lexicon;
};

/*
 * Reads text as a name and stores up to NAME_READINGS readings; returns their
 * number, 0 when the text has neither letter nor digit.
 */
size_t name_read(const struct name_reader *reader, const char *text, size_t len,
    enum name_view view, const struct memory *memory,
    struct name readings_out[NAME_READINGS]);

/* Fill what follows from a token's text: signature and default weight. */
void token_weigh(struct token *token, enum name_view view);
