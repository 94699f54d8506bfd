/* SPDX-License-Identifier: BSD-2-Clause */

#include "name_fold.h"

#include "name_script.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utrans.h>

#define FOLDER_MAGIC 0x1fd3a90bu
#define TEXT_MAX 4096
#define RUN_MAX 64
#define OUT_MAX ((size_t)TEXT_MAX * 4)
#define LATIN_FIRST 0xc0u
#define LATIN_END 0x250u
#define EXTRA_FIRST 0x1e00u
#define EXTRA_END 0x1f00u

struct folder {
	uint32_t magic;
	UTransliterator *any;
	char latin[LATIN_END - LATIN_FIRST][4];
	char extra[EXTRA_END - EXTRA_FIRST][4];
};

/* What is being written. */
struct writer {
	char *text;
	unsigned char *abjad;
	size_t len;
	size_t cap;
	int transliterated;
	int hangul;
};

static void
put(struct writer *w, char c, int abjad)
{
	if (w->len >= w->cap)
		return;
	w->text[w->len] = c;
	w->abjad[w->len] = (unsigned char)abjad;
	w->len++;
}

static void
put_text(struct writer *w, const char *s, int abjad)
{
	for (; *s != '\0'; s++)
		put(w, *s, abjad);
}

static int
is_kept(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
	    c == ',' || c == '/' || c == '(' || c == ')' || c == '-';
}

/* ASCII keeps letters, digits and the separators that carry meaning. */
static void
put_ascii(struct writer *w, unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		put(w, (char)(c | 0x20), 0);
	else if (is_kept(c))
		put(w, (char)c, 0);
	else if (c == '\'' || c == '`')
		return;
	else if (c == '&')
		put_text(w, " and ", 0);
	else if (c == '%')
		put_text(w, " percent ", 0);
	else
		put(w, ' ', 0);
}

/* One run through ICU; the result is made ASCII and lower case by its rules. */
static size_t
icu_latin(struct folder *f, const uint32_t *run, size_t count, char *out,
    size_t cap)
{
	UChar buf[RUN_MAX * 8];
	int32_t len = 0, limit, i;
	size_t n = 0, k;
	UErrorCode status = U_ZERO_ERROR;

	for (k = 0; k < count; k++)
		U16_APPEND_UNSAFE(buf, len, run[k]);
	limit = len;
	utrans_transUChars(f->any, buf, &len, (int32_t)(RUN_MAX * 8), 0, &limit,
	    &status);
	if (U_FAILURE(status))
		return 0;
	for (i = 0; i < limit && n + 1 < cap; i++) {
		UChar c = buf[i];

		if (c < 0x80)
			out[n++] = (char)c;
	}
	out[n] = '\0';
	return n;
}

static void
put_run(struct folder *f, struct writer *w, const uint32_t *run, size_t count)
{
	char out[RUN_MAX * 8];
	size_t n, i;

	if (count == 0)
		return;
	n = icu_latin(f, run, count, out, sizeof(out));
	/* A script that ICU cannot spell still compares with itself. */
	for (i = 0; n == 0 && i < count; i++)
		put(w, (char)('a' + run[i] % 26), 0);
	for (i = 0; i < n; i++) {
		if (out[i] == '.' || out[i] == ',' || out[i] == '/')
			put(w, ' ', 0);
		else
			put_ascii(w, (unsigned char)out[i]);
	}
	w->transliterated = 1;
}

static int
is_apostrophe(uint32_t c)
{
	return c == 0xb4 || (c >= 0x2b0 && c <= 0x2ff) || c == 0x2018 ||
	    c == 0x2019 || c == 0x201b || c == 0x2032;
}

static int
is_ignored(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) ||
	    c == 0xad || c == 0x640 || c == 0xfeff || is_apostrophe(c);
}

static int
is_blank(uint32_t c)
{
	return c < 0xc0 || c == 0xd7 || c == 0xf7 ||
	    (c >= 0x2000 && c <= 0x206f) || (c >= 0x2190 && c <= 0x2bff) ||
	    (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) ||
	    c == 0x30fb || c == 0x060c || c == 0x061b || c == 0x061f;
}

/* The next code point of UTF-8, -1 for bytes that are none. */
static int32_t
next_point(const char *text, int32_t *at, int32_t len)
{
	const unsigned char *u = (const unsigned char *)text;
	unsigned char lead = u[(*at)++];
	int32_t c, i, more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;

	if (lead < 0x80)
		return lead;
	if (lead < 0xc2 || lead > 0xf4 || *at + more > len)
		return -1;
	c = lead & (0x3f >> more);
	for (i = 0; i < more; i++) {
		if ((u[*at + i] & 0xc0) != 0x80)
			return -1;
		c = (c << 6) | (u[*at + i] & 0x3f);
	}
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return -1;
	*at += more;
	return c;
}

/* The Arabic article is written to its noun: part it as Latin names do. */
static int
is_article(const char *text, int32_t at, int32_t len)
{
	int32_t c[5] = { 0 };
	int i;

	for (i = 0; i < 5 && at < len; i++)
		c[i] = next_point(text, &at, len);
	return i == 5 && c[0] == 0x0627 && c[1] == 0x0644 && c[2] > 0x620 &&
	    c[3] > 0x620 && c[4] > 0x620 && !(c[2] == 0x0644);
}

static int
put_special(struct folder *f, struct writer *w, uint32_t c)
{
	char room[16];
	const char *latin;
	enum script_answer answer;

	if (c >= 0xff01 && c <= 0xff5e) {
		put_ascii(w, (unsigned char)(c - 0xfee0));
		return 1;
	}
	if (c >= LATIN_FIRST && c < LATIN_END && c != 0xd7 && c != 0xf7) {
		put_text(w, f->latin[c - LATIN_FIRST], 0);
		return 1;
	}
	if (c >= EXTRA_FIRST && c < EXTRA_END) {
		put_text(w, f->extra[c - EXTRA_FIRST], 0);
		return 1;
	}
	if (c >= 0x2010 && c <= 0x2015) {
		put(w, '-', 0);
		return 1;
	}
	if (is_ignored(c))
		return 1;
	if (is_blank(c)) {
		put(w, ' ', 0);
		return 1;
	}
	answer = script_latin(c, room, &latin);
	if (answer == SCRIPT_UNKNOWN)
		return 0;
	if (script_is_hangul(c)) {
		/* a leading surname Yi is written Ri or Lee in Latin */
		if (latin[0] == 'i' && latin[1] == '\0')
			latin = "ri";
		put(w, ' ', 0);
		put_text(w, latin, 0);
		put(w, ' ', 0);
		w->hangul = 1;
	} else
		put_text(w, latin, answer == SCRIPT_ABJAD);
	w->transliterated = 1;
	return 1;
}

static void
fold_text(struct folder *f, struct writer *w, const char *text, int32_t len)
{
	uint32_t run[RUN_MAX];
	size_t count = 0;
	int32_t i = 0;
	int at_start = 1;

	while (i < len) {
		int32_t before = i;
		int32_t c = next_point(text, &i, len);

		if (c >= 0x80 && at_start && is_article(text, before, len)) {
			put_run(f, w, run, count);
			count = 0;
			put_text(w, "al-", 0);
			i = before + 4;
			at_start = 0;
			continue;
		}
		at_start = c < 'A' || is_blank((uint32_t)c & 0xffffff);
		if (c >= 0x80 && count < RUN_MAX) {
			struct writer probe = { .cap = 0 };

			if (!put_special(f, &probe, (uint32_t)c)) {
				run[count++] = (uint32_t)c;
				continue;
			}
		}
		put_run(f, w, run, count);
		count = 0;
		if (c < 0)
			put(w, ' ', 0);
		else if (c < 0x80)
			put_ascii(w, (unsigned char)c);
		else if (!put_special(f, w, (uint32_t)c))
			run[count++] = (uint32_t)c;
	}
	put_run(f, w, run, count);
}

static void
table_fill(struct folder *f, uint32_t first, uint32_t end, char (*table)[4])
{
	uint32_t c;

	for (c = first; c < end; c++) {
		char out[RUN_MAX];
		size_t n = icu_latin(f, &c, 1, out, sizeof(out)), i, k = 0;

		for (i = 0; i < n && k < 3; i++) {
			if (out[i] >= 'a' && out[i] <= 'z')
				table[c - first][k++] = out[i];
		}
	}
}

struct folder *
folder_new(void)
{
	static const UChar id[] = u"Any-Latin; Latin-ASCII; Lower";
	struct folder *f = calloc(1, sizeof(*f));
	UErrorCode status = U_ZERO_ERROR;

	if (f == NULL)
		abort();
	f->magic = FOLDER_MAGIC;
	f->any = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	if (U_FAILURE(status))
		abort();
	table_fill(f, LATIN_FIRST, LATIN_END, f->latin);
	table_fill(f, EXTRA_FIRST, EXTRA_END, f->extra);
	return f;
}

void
folder_free(struct folder **folderp)
{
	struct folder *f = *folderp;

	if (f->magic != FOLDER_MAGIC)
		abort();
	utrans_close(f->any);
	f->magic = 0;
	free(f);
	*folderp = NULL;
}

void
fold(struct folder *folder, const char *text, size_t len,
    const struct memory *memory, struct folded *folded_out)
{
	struct writer w = { 0 };

	if (folder->magic != FOLDER_MAGIC)
		abort();
	if (len > TEXT_MAX)
		len = TEXT_MAX;
	w.cap = len * 8 + 16;
	if (w.cap > OUT_MAX)
		w.cap = OUT_MAX;
	w.text = memory->alloc(memory->owner, w.cap + 1);
	w.abjad = memory->alloc(memory->owner, w.cap + 1);
	fold_text(folder, &w, text, (int32_t)len);
	*folded_out = (struct folded){
		.text = w.text,
		.abjad = w.abjad,
		.len = w.len,
		.transliterated = w.transliterated,
		.hangul = w.hangul,
	};
}
