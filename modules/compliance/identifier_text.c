/* SPDX-License-Identifier: BSD-2-Clause */

#include "identifier_scheme.h"

#include <string.h>

/* Shorter names for the table below, which is easier to check by eye. */
enum {
	BL = IDENTIFIER_BLANK,
	DI = IDENTIFIER_DIGIT | IDENTIFIER_BASE31,
	LE = IDENTIFIER_LETTER,
	LB = IDENTIFIER_LETTER | IDENTIFIER_BASE31,
	LX = IDENTIFIER_LETTER | IDENTIFIER_BASE31 | IDENTIFIER_LETTER_X,
	BR = IDENTIFIER_BRACKET
};

#define LETTERS(a)                                                          \
	[a] = LB, [(a) + 1] = LB, [(a) + 2] = LB, [(a) + 3] = LB,           \
	[(a) + 4] = LB, [(a) + 5] = LB, [(a) + 6] = LB, [(a) + 7] = LB,     \
	[(a) + 8] = LE, [(a) + 9] = LB, [(a) + 10] = LB, [(a) + 11] = LB,   \
	[(a) + 12] = LB, [(a) + 13] = LB, [(a) + 14] = LE, [(a) + 15] = LB, \
	[(a) + 16] = LB, [(a) + 17] = LB, [(a) + 18] = LE, [(a) + 19] = LB, \
	[(a) + 20] = LB, [(a) + 21] = LE, [(a) + 22] = LB, [(a) + 23] = LX, \
	[(a) + 24] = LB, [(a) + 25] = LE

static const uint16_t byte_class[256] = {
	['\t'] = BL,
	['\n'] = BL,
	['\v'] = BL,
	['\f'] = BL,
	['\r'] = BL,
	[' '] = BL,
	['('] = BR,
	[')'] = BR,
	['+'] = IDENTIFIER_PLUS,
	['-'] = IDENTIFIER_HYPHEN,
	['.'] = IDENTIFIER_DOT,
	['/'] = IDENTIFIER_SLASH,
	['0'] = DI,
	['1'] = DI,
	['2'] = DI,
	['3'] = DI,
	['4'] = DI,
	['5'] = DI,
	['6'] = DI,
	['7'] = DI,
	['8'] = DI,
	['9'] = DI,
	['<'] = IDENTIFIER_ANGLE,
	LETTERS('A'),
	LETTERS('a'),
};

static unsigned
class_of(char c)
{
	return byte_class[(unsigned char)c];
}

void
identifier_trim(const char **value, size_t *length)
{
	while (*length > 0 && (class_of(**value) & IDENTIFIER_BLANK) != 0) {
		(*value)++;
		(*length)--;
	}
	while (*length > 0 &&
	    (class_of((*value)[*length - 1]) & IDENTIFIER_BLANK) != 0)
		(*length)--;
}

enum identifier_error
identifier_text_read(const char *value, size_t length, unsigned removed,
    unsigned allowed, struct identifier_text *text_out)
{
	size_t kept = 0;

	text_out->length = 0;
	text_out->letters = 0;
	memset(text_out->at, 0, 4);
	identifier_trim(&value, &length);
	if (length == 0)
		return IDENTIFIER_EMPTY;
	for (size_t i = 0; i < length; i++) {
		unsigned class = class_of(value[i]);
		bool is_letter = (class & IDENTIFIER_LETTER) != 0;

		if ((class & removed) != 0)
			continue;
		if ((class & allowed) == 0)
			return IDENTIFIER_CHARSET;
		text_out->letters += is_letter;
		text_out->length++;
		if (kept < IDENTIFIER_TEXT_MAX)
			text_out->at[kept++] =
			    (char)(is_letter ? value[i] & ~0x20 : value[i]);
	}
	text_out->at[kept] = '\0';
	return IDENTIFIER_OK;
}

static bool
match_one(char pattern, char c)
{
	bool digit = c >= '0' && c <= '9';
	bool letter = c >= 'A' && c <= 'Z';

	switch (pattern) {
	case '9':
		return digit;
	case 'd':
		return digit && c != '0';
	case 'b':
		return c == '0' || c == '1';
	case '@':
		return letter;
	case '*':
		return digit || letter;
	case 'w':
		return c >= 'A' && c <= 'W';
	case 'i':
		return c >= 'A' && c <= 'I';
	case 'n':
		return letter && strchr("KLMXYZ", c) != NULL;
	case 'c':
		return letter && strchr("ABCDEFGHJNPQRSUVW", c) != NULL;
	default:
		return c == pattern;
	}
}

enum identifier_error
identifier_match(const char *patterns, const char *text, size_t length)
{
	enum identifier_error error = IDENTIFIER_LENGTH;

	for (;;) {
		size_t pattern_length = strcspn(patterns, "|");

		if (pattern_length == length) {
			size_t i = 0;

			while (i < length && match_one(patterns[i], text[i]))
				i++;
			if (i == length)
				return IDENTIFIER_OK;
			error = IDENTIFIER_FORMAT;
		}
		if (patterns[pattern_length] == '\0')
			return error;
		patterns += pattern_length + 1;
	}
}
