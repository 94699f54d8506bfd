/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Text in any script to plain lower-case ASCII, so that names can be compared
 * letter by letter.
 *
 * ASCII and Latin letters are folded by a table made once; Cyrillic, Arabic,
 * Hebrew and Hangul by the tables of name_script.h; only the rest asks ICU's
 * Any-Latin transliterator, which costs milliseconds to open and therefore
 * lives in the folder.  A folder is used by one thread at a time.
 */

#pragma once

#include "memory.h"

struct folder;

/*
 * The folded text: a-z, 0-9, and of the separators blank . , / ( ) - only.
 * abjad[i] tells that byte i comes from a script that leaves vowels out.
 */
struct folded {
	const char *text;
	const unsigned char *abjad;
	size_t len;
	int transliterated; /* was any letter not Latin? */
	int hangul;         /* was any letter Hangul? */
};

/* Opens ICU; ends the process when ICU has no transliterator data. */
struct folder *folder_new(void);
void folder_free(struct folder **folderp);

/*
 * Folds len bytes of UTF-8.  Invalid bytes become blanks.  At most the first
 * 4096 bytes are read: no name is longer.  The result lives in memory.
 */
void fold(struct folder *folder, const char *text, size_t len,
    const struct memory *memory, struct folded *folded_out);
