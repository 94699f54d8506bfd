/* SPDX-License-Identifier: BSD-2-Clause */

#include "name_words.h"

#include "name_edit.h"
#include "pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEXICON_MAGIC 0x5e0c9a17u
#define LONG_FORM 10

struct slot {
	const char *text;
	size_t len;
	struct word word;
};

struct long_form {
	const char *text;
	size_t len;
	uint32_t form;
};

struct lexicon {
	uint32_t magic;
	struct pool *pool;
	struct slot *slots;
	size_t count, size;
	struct raw_word *raw;
	size_t raw_count, raw_size;
	struct long_form *forms;
	size_t form_count, form_size;
	const char *codes[26][26]; /* country codes by their two letters */
};

struct kind_name {
	const char *name;
	uint32_t kind;
};

static const struct kind_name kind_names[] = {
	{ "form", WORD_FORM },
	{ "title", WORD_TITLE },
	{ "particle", WORD_PARTICLE },
	{ "generic", WORD_GENERIC },
	{ "stop", WORD_STOP },
	{ "nick", WORD_NICK },
	{ "common", WORD_COMMON },
	{ "country", WORD_COUNTRY },
	{ "number", WORD_NUMBER },
	{ "roman", WORD_ROMAN },
	{ "japanese", WORD_JAPANESE },
};

uint32_t
word_hash(const char *text, size_t len)
{
	uint32_t h = 2166136261u; /* FNV-1a */
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h != 0 ? h : 1;
}

static const char *
keep(struct lexicon *lx, const char *text, size_t len)
{
	struct memory m = pool_memory(lx->pool);
	char *copy = m.alloc(m.owner, len + 1);

	memcpy(copy, text, len);
	return copy;
}

static struct slot *
slot_of(struct slot *slots, size_t size, const char *text, size_t len)
{
	size_t i = word_hash(text, len) & (size - 1);

	while (slots[i].text != NULL &&
	    (slots[i].len != len || memcmp(slots[i].text, text, len) != 0))
		i = (i + 1) & (size - 1);
	return &slots[i];
}

static void *
grow(void *old, size_t *size, size_t item)
{
	void *p;

	*size = *size == 0 ? 64 : *size * 2;
	p = realloc(old, *size * item);
	if (p == NULL)
		abort();
	return p;
}

static void
slots_grow(struct lexicon *lx)
{
	size_t size = lx->size * 2, i;
	struct slot *slots = calloc(size, sizeof(*slots));

	if (slots == NULL)
		abort();
	for (i = 0; i < lx->size; i++) {
		if (lx->slots[i].text != NULL)
			*slot_of(slots, size, lx->slots[i].text,
			    lx->slots[i].len) = lx->slots[i];
	}
	free(lx->slots);
	lx->slots = slots;
	lx->size = size;
}

/* Letters to blanks-once form: "s.a. de c.v." is looked up as "sa de cv". */
static size_t
squeeze(const struct folded *in, char *out, size_t cap)
{
	size_t i, n = 0;

	for (i = 0; i < in->len && n + 1 < cap; i++) {
		char c = in->text[i];

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
		else if (c != '.' && n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return n;
}

static void
group_add(struct word *word, uint32_t group)
{
	size_t i;

	for (i = 0; i < WORD_GROUPS; i++) {
		if (word->group[i] == group)
			return;
		if (word->group[i] == 0) {
			word->group[i] = group;
			return;
		}
	}
}

static void
word_add(struct lexicon *lx, uint32_t kind, const char *canonical,
    const char *text, size_t len)
{
	struct slot *s;

	if (len == 0)
		return;
	if (lx->count * 2 >= lx->size)
		slots_grow(lx);
	s = slot_of(lx->slots, lx->size, text, len);
	if (s->text == NULL) {
		s->text = keep(lx, text, len);
		s->len = len;
		lx->count++;
	}
	s->word.kinds |= kind;
	if (kind == WORD_FORM && s->word.form == 0)
		s->word.form = word_hash(canonical, strlen(canonical));
	if (kind & (WORD_NICK | WORD_COUNTRY))
		group_add(&s->word, word_hash(canonical, strlen(canonical)));
	if (kind & (WORD_NUMBER | WORD_ROMAN | WORD_COUNTRY))
		snprintf(s->word.canonical, sizeof(s->word.canonical), "%s",
		    canonical);
	if (kind == WORD_FORM && len >= LONG_FORM) {
		if (lx->form_count == lx->form_size)
			lx->forms = grow(lx->forms, &lx->form_size,
			    sizeof(*lx->forms));
		lx->forms[lx->form_count++] = (struct long_form){ s->text, len,
			s->word.form };
	}
}

static int
is_raw(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if ((unsigned char)text[i] >= 0xe3)
			return 1;
	}
	return 0;
}

static void
raw_add(struct lexicon *lx, uint32_t kind, const char *text, size_t len,
    const char *latin)
{
	if (lx->raw_count == lx->raw_size)
		lx->raw = grow(lx->raw, &lx->raw_size, sizeof(*lx->raw));
	lx->raw[lx->raw_count++] = (struct raw_word){ keep(lx, text, len), len,
		kind, latin };
}

static void
spelling_add(struct lexicon *lx, struct folder *folder, uint32_t kind,
    const char *canonical, const char *text, size_t len)
{
	struct pool *pool = pool_new(1024);
	struct memory m = pool_memory(pool);
	struct folded folded;
	char out[128];
	size_t n;

	if (is_raw(text, len)) {
		const char *latin = canonical;

		if (kind == WORD_FORM)
			latin = strcmp(canonical, "private") == 0 ? "ltd"
			    : strcmp(canonical, "public") == 0    ? "plc"
								  : "co";
		raw_add(lx, kind, text, len, latin);
	} else {
		fold(folder, text, len, &m, &folded);
		n = squeeze(&folded, out, sizeof(out));
		word_add(lx, kind, canonical, out, n);
	}
	pool_free(&pool);
}

static uint32_t
kind_of(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(kind_names) / sizeof(kind_names[0]); i++) {
		if (strlen(kind_names[i].name) == len &&
		    memcmp(kind_names[i].name, text, len) == 0)
			return kind_names[i].kind;
	}
	return 0;
}

static int
line_read(struct lexicon *lx, struct folder *folder, const char *p,
    const char *end)
{
	const char *a = memchr(p, ';', (size_t)(end - p)), *b;
	const char *canonical;
	uint32_t kind;

	if (a == NULL)
		return 0;
	b = memchr(a + 1, ';', (size_t)(end - a - 1));
	kind = kind_of(p, (size_t)(a - p));
	if (b == NULL || kind == 0)
		return 0;
	canonical = keep(lx, a + 1, (size_t)(b - a - 1));
	if (kind == WORD_COUNTRY && canonical[0] >= 'a' &&
	    canonical[0] <= 'z' && canonical[1] >= 'a' && canonical[1] <= 'z')
		lx->codes[canonical[0] - 'a'][canonical[1] - 'a'] = canonical;
	if (kind & (WORD_NICK | WORD_NUMBER))
		spelling_add(lx, folder, kind, canonical, canonical,
		    strlen(canonical));
	for (p = b + 1; p < end;) {
		const char *comma = memchr(p, ',', (size_t)(end - p));

		if (comma == NULL)
			comma = end;
		spelling_add(lx, folder, kind, canonical, p,
		    (size_t)(comma - p));
		p = comma + 1;
	}
	return 1;
}

struct lexicon *
lexicon_new(void)
{
	struct lexicon *lx = calloc(1, sizeof(*lx));

	if (lx == NULL)
		abort();
	lx->magic = LEXICON_MAGIC;
	lx->pool = pool_new(65536);
	lx->size = 4096;
	lx->slots = calloc(lx->size, sizeof(*lx->slots));
	if (lx->slots == NULL)
		abort();
	return lx;
}

void
lexicon_free(struct lexicon **lexiconp)
{
	struct lexicon *lx = *lexiconp;

	if (lx->magic != LEXICON_MAGIC)
		abort();
	pool_free(&lx->pool);
	free(lx->slots);
	free(lx->raw);
	free(lx->forms);
	lx->magic = 0;
	free(lx);
	*lexiconp = NULL;
}

size_t
lexicon_read(struct lexicon *lexicon, struct folder *folder, const char *text,
    size_t len)
{
	const char *p = text, *end = text + len;
	size_t line = 0;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		if (nl == NULL)
			nl = end;
		line++;
		if (nl > p && *p != '#' && !line_read(lexicon, folder, p, nl))
			return line;
		p = nl + 1;
	}
	return 0;
}

const struct word *
lexicon_find(const struct lexicon *lexicon, const char *phrase, size_t len)
{
	const struct slot *s = slot_of(lexicon->slots, lexicon->size, phrase,
	    len);

	return s->text != NULL ? &s->word : NULL;
}

const struct raw_word *
lexicon_raw(const struct lexicon *lexicon, const char *text, size_t len)
{
	const struct raw_word *best = NULL;
	size_t i;

	if (len < 3 || (unsigned char)*text < 0xe3)
		return NULL;
	for (i = 0; i < lexicon->raw_count; i++) {
		const struct raw_word *r = &lexicon->raw[i];

		if (r->len <= len && memcmp(r->text, text, r->len) == 0 &&
		    (best == NULL || r->len > best->len))
			best = r;
	}
	return best;
}

uint32_t
lexicon_form_near(const struct lexicon *lexicon, const char *phrase, size_t len)
{
	size_t i;

	if (len < LONG_FORM)
		return 0;
	for (i = 0; i < lexicon->form_count; i++) {
		const struct long_form *f = &lexicon->forms[i];

		if (f->len + 2 < len || len + 2 < f->len ||
		    f->text[0] != phrase[0])
			continue;
		if (edit_cost(f->text, f->len, phrase, len, 200) <= 200)
			return f->form;
	}
	return 0;
}

const char *
country_code(const struct lexicon *lexicon, struct folder *folder,
    const struct memory *memory, const char *text, size_t len)
{
	const struct word *word;
	struct folded folded;
	char out[96];
	size_t n;

	fold(folder, text, len, memory, &folded);
	n = squeeze(&folded, out, sizeof(out));
	word = lexicon_find(lexicon, out, n);
	if (word == NULL || !(word->kinds & WORD_COUNTRY))
		return NULL;
	return word->canonical;
}

const char *
country_code_valid(const struct lexicon *lexicon, const char *text)
{
	int a = (text[0] | 0x20) - 'a', b = (text[1] | 0x20) - 'a';

	return a >= 0 && a < 26 && b >= 0 && b < 26 ? lexicon->codes[a][b]
						    : NULL;
}
