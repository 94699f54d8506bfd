/* SPDX-License-Identifier: BSD-2-Clause */

#include "detect_words.h"

#include "detect_local.h"

#include <stdio.h>
#include <string.h>

enum {
	HAN_KEY = 6 /* bytes of a word that are hashed, beyond ASCII */
};

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 32) : c;
}

static uint32_t
hash(const unsigned char *s, size_t n)
{
	uint32_t h = 2166136261u;

	while (n-- > 0)
		h = (h ^ lower(*s++)) * 16777619u;
	return (h ^ (h >> 15)) & (WORDS_SLOTS - 1);
}

static bool
same(const unsigned char *a, const unsigned char *b, size_t n)
{
	while (n > 0 && lower(*a) == lower(*b))
		a++, b++, n--;
	return n == 0;
}

/* Latin letters with accents, Greek and Cyrillic are two bytes from 0xc3 to
 * 0xd3: parts of words with blanks.  From 0xe0 on words are not divided. */
static bool
is_word_byte(unsigned char c)
{
	return (detect_class[c] & DETECT_LETTER) != 0 ||
	    (c >= 0x80 && c < 0xe0);
}

static int
language_of(struct detect_words *w, const char *s, size_t n)
{
	unsigned i;

	if (n == 0 || n >= sizeof w->languages[0])
		return -1;
	for (i = 0; i < w->language_count; i++)
		if (strlen(w->languages[i]) == n &&
		    memcmp(w->languages[i], s, n) == 0)
			return (int)i;
	if (i == WORDS_LANGUAGES)
		return -1;
	memcpy(w->languages[i], s, n);
	w->languages[i][n] = '\0';
	w->language_count++;
	return (int)i;
}

static const char *
add_line(struct detect_words *w, const char *line, size_t length)
{
	const char *language = memchr(line, ',', length), *word;
	struct detect_word *new = &w->at[w->count];
	unsigned type;
	uint32_t slot;
	size_t n;
	int l;

	if (language == NULL ||
	    (word = memchr(language + 1, ',',
		 length - (size_t)(language + 1 - line))) == NULL)
		return "three columns are expected: type,language,word";
	if (!detector_type_find(line, (size_t)(language - line), &type))
		return "the type is not one of the detector";
	l = language_of(w, language + 1, (size_t)(word - language - 1));
	if (l < 0)
		return "the language is missing, too long, or one too many";
	word++;
	n = (size_t)(line + length - word);
	if (n < 2 || n > 60 || w->count == WORDS_MAX)
		return "a word has 2 to 60 bytes, and there are 2048 at most";
	slot = hash((const unsigned char *)word,
	    (unsigned char)*word >= 0xe0 && n > HAN_KEY ? HAN_KEY : n);
	*new = (struct detect_word){ .at = word,
		.length = (unsigned char)n,
		.language = (unsigned char)l,
		.type = (unsigned char)type,
		.next = w->slots[slot] };
	w->slots[slot] = ++w->count;
	return NULL;
}

bool
detect_words_fill(struct detect_words *w, const char *csv, size_t length,
    char error[DETECT_ERROR])
{
	const char *end = csv + length, *stop;
	unsigned line = 1;

	memset(w, 0, sizeof *w);
	for (; csv < end; csv = stop + 1, line++) {
		const char *wrong = NULL;

		stop = memchr(csv, '\n', (size_t)(end - csv));
		if (stop == NULL)
			stop = end;
		if (line > 1 && stop > csv)
			wrong = add_line(w, csv, (size_t)(stop - csv));
		if (wrong != NULL) {
			snprintf(error, DETECT_ERROR, "line %u: %s", line,
			    wrong);
			return false;
		}
	}
	return true;
}

static void
remember(struct detect_reader *r, size_t at, uint16_t word)
{
	r->recent[r->recent_count % WORDS_RECENT].at = at;
	r->recent[r->recent_count % WORDS_RECENT].word = word;
	r->recent_count++;
}

/* Looks the key of n bytes at i up; words of scripts without blanks go on
 * behind their key. */
static void
look_up(struct detect_reader *r, size_t i, size_t n, bool undivided)
{
	uint16_t next = r->words->slots[hash(r->text + i, n)];

	while (next != 0) {
		const struct detect_word *w = &r->words->at[next - 1];

		if (undivided ? w->length <= r->length - i && w->length >= n
			      : w->length == n) {
			if (same((const unsigned char *)w->at, r->text + i,
				w->length))
				remember(r, i + w->length,
				    (uint16_t)(next - 1));
		}
		next = w->next;
	}
}

/* A word ends before a capital that follows a small letter. */
static size_t
word_end(const struct detect_reader *r, size_t i, size_t end)
{
	size_t j = i + 1;

	while (j < end && is_word_byte(r->text[j]) &&
	    !((detect_class[r->text[j]] & DETECT_UPPER) &&
		(detect_class[r->text[j - 1]] & DETECT_LOWER)))
		j++;
	return j;
}

/* "IdNr" is a word, too, beside "id" and "nr". */
static void
look_up_run(struct detect_reader *r, size_t i, size_t stop, size_t end)
{
	size_t run = stop;

	while (run < end && is_word_byte(r->text[run]))
		run++;
	if (run > stop && run - i <= 60)
		look_up(r, i, run - i, false);
}

static void
read_to(struct detect_reader *r, size_t end)
{
	size_t i = r->read, stop;

	while (i < end) {
		if (r->text[i] >= 0xe0) {
			/* two characters are a key, or one at the end */
			if (r->length - i >= HAN_KEY)
				look_up(r, i, HAN_KEY, true);
			i += r->length - i >= 3 ? 3 : 1;
		} else if (is_word_byte(r->text[i])) {
			stop = word_end(r, i, end);
			if (i == 0 || !is_word_byte(r->text[i - 1]))
				look_up_run(r, i, stop, end);
			if (stop - i > 1 && stop - i <= 60)
				look_up(r, i, stop - i, false);
			i = stop;
		} else {
			i++;
		}
	}
	r->read = i;
}

void
detect_reader_init(struct detect_reader *r, const struct detect_words *w,
    const struct detect_wish *wish, const char *text, size_t length)
{
	unsigned i;

	*r = (struct detect_reader){ .words = w,
		.text = (const unsigned char *)text,
		.length = length,
		.language = -1 };
	if (wish->language[0] == '\0')
		return;
	r->language = WORDS_LANGUAGES; /* one that has no words */
	for (i = 0; i < w->language_count; i++)
		if (strcmp(w->languages[i], wish->language) == 0)
			r->language = (int)i;
}

/* The word of a recent find counted from the last, if it counts at the place;
 * NULL: it does not. */
static const struct detect_word *
counting(const struct detect_reader *r, unsigned back, size_t at)
{
	unsigned i = (r->recent_count - 1 - back) % WORDS_RECENT;
	const struct detect_word *w = &r->words->at[r->recent[i].word];

	if (r->recent[i].at > at || at - r->recent[i].at > WORDS_REACH ||
	    (r->language >= 0 && w->language != r->language))
		return NULL;
	return w;
}

static unsigned
kept(const struct detect_reader *r)
{
	return r->recent_count < WORDS_RECENT ? r->recent_count : WORDS_RECENT;
}

static void
map(struct detect_reader *r, size_t at)
{
	size_t from = at > WORDS_REACH ? at - WORDS_REACH : 0;
	unsigned i;

	if (r->read < from) {
		/* do not begin inside a character */
		while (from < at && (r->text[from] & 0xc0) == 0x80)
			from++;
		r->read = from;
	}
	read_to(r, at);
	memset(r->named, 0, sizeof r->named);
	for (i = 0; i < kept(r); i++) {
		const struct detect_word *w = counting(r, i, at);

		if (w != NULL)
			r->named[w->type / 64] |= UINT64_C(1) << w->type % 64;
	}
	r->mapped = at + 1;
}

bool
detect_reader_names(struct detect_reader *r, unsigned type, size_t at)
{
	if (r->mapped != at + 1)
		map(r, at);
	return (r->named[type / 64] >> type % 64 & 1) != 0;
}

const struct detect_word *
detect_reader_word(struct detect_reader *r, unsigned type, size_t at)
{
	unsigned i;

	if (!detect_reader_names(r, type, at))
		return NULL;
	for (i = 0; i < kept(r); i++) {
		const struct detect_word *w = counting(r, i, at);

		if (w != NULL && w->type == type)
			return w;
	}
	return NULL;
}
