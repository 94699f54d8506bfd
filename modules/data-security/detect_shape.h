/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Shapes of numbers, as the table spells them, and the index that gives for a
 * token of letters and digits the shapes it can belong to.
 *
 *   9        a digit            A   an ASCII letter     X   either
 *   h        a letter "h" in any case (any small letter)
 *   0 to 8   that digit         <3> <2-4>   the one before, so many times
 *   _        blanks, or hyphens, the same at each _ of the shape
 *   ~        nothing, a blank or a hyphen, each ~ by itself
 *   |        or
 *
 * Everything else stands for itself.  All is expanded when the table is read
 * into flat shapes of fixed length, so a match is one comparison for each
 * character, without going back.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SHAPE_TOKEN = 34, /* longest token that has shapes */
	SHAPE_LENGTH = 38,
	SHAPE_COUNT = 1500,
};

/* Kinds of anchors: of digits only, with places for either, with letters; each
 * with nothing or with something of the shape behind it. */
enum {
	SHAPE_DIGITS,
	SHAPE_DIGITS_MORE,
	SHAPE_EITHER,
	SHAPE_EITHER_MORE,
	SHAPE_LETTERS,
	SHAPE_LETTERS_MORE,
	SHAPE_KINDS
};

/* One flat shape; the anchor is its first part with a digit. */
struct detect_shape {
	uint64_t digits; /* bit i: a digit at i of the anchor */
	uint64_t letters;
	uint16_t row;
	unsigned char length;
	char prior; /* what stands before and behind the anchor, 0: the end */
	char after;
	unsigned char before; /* characters before the anchor */
	char text[SHAPE_LENGTH];
};

struct detect_shapes {
	struct detect_shape at[SHAPE_COUNT];
	uint16_t count;
	/* by kind and length of the anchor; a kind goes up to the next */
	uint16_t first[SHAPE_TOKEN + 2][SHAPE_KINDS];
};

/* Expands the shapes of all rows; false: they do not fit or have no digit. */
bool detect_shapes_fill(struct detect_shapes *shapes);

/* Does the shape stand in the text with its anchor at token?  What the index
 * tells is taken for granted. */
bool detect_shape_fits(const struct detect_shape *shape,
    const unsigned char *text, size_t length, size_t token);
