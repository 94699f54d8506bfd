/* SPDX-License-Identifier: BSD-2-Clause */

#include "name_script.h"

#include <stddef.h>
#include <stdio.h>

/* U+0400 to U+045F */
static const char *const cyrillic[] = { "e", "yo", "dj", "g", "ye", "z", "i",
	"yi", "j", "lj", "nj", "c", "k", "i", "u", "dz", "a", "b", "v", "g",
	"d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s",
	"t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu",
	"ya", "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m",
	"n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch",
	"", "y", "", "e", "yu", "ya", "e", "yo", "dj", "g", "ye", "z", "i",
	"yi", "j", "lj", "nj", "c", "k", "i", "u", "dz" };

/* U+05D0 to U+05EA */
static const char *const hebrew[] = { "a", "b", "g", "d", "h", "v", "z", "h",
	"t", "y", "k", "k", "l", "m", "m", "n", "n", "s", "a", "p", "p", "ts",
	"ts", "k", "r", "sh", "t" };

/* U+0621 to U+064A */
static const char *const arabic[] = { "", "a", "a", "w", "a", "y", "a", "b",
	"a", "t", "th", "j", "h", "kh", "d", "dh", "r", "z", "s", "sh", "s",
	"d", "t", "z", "a", "gh", "", "", "", "", "", "", "f", "q", "k", "l",
	"m", "n", "h", "w", "a", "y" };

struct letter {
	uint32_t cp;
	const char *latin;
};

static const struct letter arabic_more[] = { { 0x0671, "a" }, { 0x0679, "t" },
	{ 0x067e, "p" }, { 0x0681, "dz" }, { 0x0685, "ts" }, { 0x0686, "ch" },
	{ 0x0688, "d" }, { 0x0689, "d" }, { 0x0691, "r" }, { 0x0693, "r" },
	{ 0x0698, "zh" }, { 0x069a, "sh" }, { 0x06a9, "k" }, { 0x06ab, "g" },
	{ 0x06af, "g" }, { 0x06ba, "n" }, { 0x06bc, "n" }, { 0x06be, "h" },
	{ 0x06c0, "h" }, { 0x06c1, "h" }, { 0x06c3, "a" }, { 0x06cc, "y" },
	{ 0x06cd, "y" }, { 0x06d0, "y" }, { 0x06d2, "y" }, { 0x06d5, "a" } };

static const struct letter cyrillic_more[] = { { 0x0490, "g" }, { 0x0491, "g" },
	{ 0x0492, "gh" }, { 0x0493, "gh" }, { 0x0496, "j" }, { 0x0497, "j" },
	{ 0x049a, "k" }, { 0x049b, "k" }, { 0x04a2, "n" }, { 0x04a3, "n" },
	{ 0x04ae, "u" }, { 0x04af, "u" }, { 0x04b0, "u" }, { 0x04b1, "u" },
	{ 0x04b2, "h" }, { 0x04b3, "h" }, { 0x04b6, "j" }, { 0x04b7, "j" },
	{ 0x04ba, "h" }, { 0x04bb, "h" }, { 0x04c0, "" }, { 0x04cf, "" },
	{ 0x04d8, "a" }, { 0x04d9, "a" }, { 0x04e2, "i" }, { 0x04e3, "i" },
	{ 0x04e8, "o" }, { 0x04e9, "o" }, { 0x04ee, "u" }, { 0x04ef, "u" } };

static const char *const hangul_first[] = { "k", "k", "n", "t", "t", "r", "m",
	"p", "p", "s", "s", "", "j", "j", "ch", "k", "t", "p", "h" };
static const char *const hangul_vowel[] = { "a", "ae", "ya", "yae", "o", "e",
	"yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu",
	"u", "ui", "i" };
static const char *const hangul_last[] = { "", "k", "k", "k", "n", "n", "n",
	"t", "l", "k", "m", "l", "l", "l", "l", "l", "m", "p", "p", "t", "t",
	"ng", "t", "t", "k", "t", "p", "t" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *
find(const struct letter *table, size_t count, uint32_t cp)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (table[i].cp == cp)
			return table[i].latin;
	}
	return NULL;
}

int
script_is_han(uint32_t cp)
{
	return (cp >= 0x3400 && cp <= 0x9fff) ||
	    (cp >= 0x20000 && cp <= 0x323af) || cp == 0x3005;
}

int
script_is_hangul(uint32_t cp)
{
	return cp >= 0xac00 && cp <= 0xd7a3;
}

static enum script_answer
cyrillic_latin(uint32_t cp, const char **latin_out)
{
	if (cp <= 0x045f)
		*latin_out = cyrillic[cp - 0x0400];
	else
		*latin_out = find(cyrillic_more, COUNT(cyrillic_more), cp);
	return *latin_out != NULL ? SCRIPT_SPELT : SCRIPT_UNKNOWN;
}

static enum script_answer
abjad_latin(uint32_t cp, const char **latin_out)
{
	if (cp >= 0x05d0 && cp <= 0x05ea)
		*latin_out = hebrew[cp - 0x05d0];
	else if ((cp >= 0x0591 && cp <= 0x05f4) ||
	    (cp >= 0x064b && cp <= 0x065f) || cp == 0x0670)
		*latin_out = "";
	else if (cp >= 0x0621 && cp <= 0x064a)
		*latin_out = arabic[cp - 0x0621];
	else
		*latin_out = find(arabic_more, COUNT(arabic_more), cp);
	return *latin_out != NULL ? SCRIPT_ABJAD : SCRIPT_UNKNOWN;
}

enum script_answer
script_latin(uint32_t cp, char *room, const char **latin_out)
{
	if (cp >= 0x0400 && cp <= 0x04ff)
		return cyrillic_latin(cp, latin_out);
	if (cp >= 0x0591 && cp <= 0x06d5)
		return abjad_latin(cp, latin_out);
	if (script_is_hangul(cp)) {
		uint32_t n = cp - 0xac00;

		snprintf(room, 16, "%s%s%s", hangul_first[n / 588],
		    hangul_vowel[n % 588 / 28], hangul_last[n % 28]);
		*latin_out = room;
		return SCRIPT_SPELT;
	}
	return SCRIPT_UNKNOWN;
}
