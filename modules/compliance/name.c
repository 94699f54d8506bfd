/* SPDX-License-Identifier: BSD-2-Clause */

#include "name.h"

#include "name_edit.h"

#include <stdio.h>
#include <string.h>

#define PIECES 64
#define PHRASE 6

/* A run of letters or digits before it is known what it means. */
struct piece {
	char text[TOKEN_LEN + 1];
	uint8_t len;
	uint8_t flags;
	uint8_t used;
};

struct pieces {
	struct piece at[PIECES];
	size_t count;
};

static int
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Is position i a dot that joins two single letters, as in "a.b"? */
static int
is_joining_dot(const char *s, size_t len, size_t i, size_t piece_len)
{
	return piece_len >= 1 && s[i] == '.' && i + 1 < len &&
	    is_alnum(s[i + 1]) && !is_digit(s[i + 1]) &&
	    (i < 2 || !is_alnum(s[i - 2])) && !is_digit(s[i - 1]) &&
	    (i + 2 >= len || !is_alnum(s[i + 2]));
}

static void
pieces_cut(const struct folded *f, size_t from, size_t to, struct pieces *out)
{
	const char *s = f->text;
	struct piece *p = NULL;
	size_t i;

	out->count = 0;
	for (i = from; i < to; i++) {
		if (p != NULL && is_joining_dot(s, to, i, p->len)) {
			p->flags |= TOKEN_DOTTED;
			continue;
		}
		if (!is_alnum(s[i])) {
			p = NULL;
			continue;
		}
		if (p == NULL) {
			if (out->count == PIECES)
				return;
			p = &out->at[out->count++];
			memset(p, 0, sizeof(*p));
		}
		if (p->len < TOKEN_LEN)
			p->text[p->len++] = s[i];
		if (f->abjad[i])
			p->flags |= TOKEN_ABJAD;
	}
}

/* "Sech1n": digits that stand for letters in a person's name. */
static void
piece_unmask(struct piece *p)
{
	static const char letters[] = "oizeasgtbg";
	size_t i, digits = 0;

	for (i = 0; i < p->len; i++)
		digits += is_digit(p->text[i]) ? 1 : 0;
	if (digits == 0 || digits * 2 >= p->len)
		return;
	for (i = 0; i < p->len; i++) {
		if (is_digit(p->text[i]))
			p->text[i] = letters[p->text[i] - '0'];
	}
}

static size_t
phrase_join(const struct pieces *ps, size_t at, size_t n, char *out, size_t cap)
{
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		const struct piece *p = &ps->at[at + i];

		if (p->used || len + p->len + 2 > cap)
			return 0;
		if (i > 0)
			out[len++] = ' ';
		memcpy(out + len, p->text, p->len);
		len += p->len;
	}
	out[len] = '\0';
	return len;
}

static void
token_add(struct name *name, const char *text, size_t len, unsigned flags,
    enum token_kind kind)
{
	struct token *t;

	if (name->count == NAME_TOKENS || len == 0)
		return;
	t = &name->tokens[name->count++];
	t->text = text;
	t->len = (uint8_t)(len > TOKEN_LEN ? TOKEN_LEN : len);
	t->flags = (uint8_t)flags;
	t->kind = (uint8_t)kind;
}

void
token_weigh(struct token *token, enum name_view view)
{
	static const uint8_t weights[] = { 100, 35, 18, 8, 45, 75, 70 };

	token->signature = edit_signature(token->text, token->len);
	token->weight = weights[token->kind];
	if (token->kind == TOKEN_PARTICLE && token->len >= 5)
		token->weight = 45; /* "abdul" is half a name */
	if (token->kind != TOKEN_WORD)
		return;
	if (token->len <= 2)
		token->weight = 70;
	else if (token->flags & TOKEN_COMMON && view == VIEW_PERSON)
		token->weight = 85;
}

static char *
text_keep(const struct memory *memory, const char *text, size_t len)
{
	char *copy = memory->alloc(memory->owner, len + 1);

	memcpy(copy, text, len);
	return copy;
}

/* The phrase without its blanks: "hong kong" is one word. */
static size_t
close_up(char *text, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (text[i] != ' ')
			text[n++] = text[i];
	}
	text[n] = '\0';
	return n;
}

static uint32_t
kinds_for(enum name_view view)
{
	switch (view) {
	case VIEW_PERSON:
		return WORD_TITLE | WORD_PARTICLE | WORD_NICK | WORD_COMMON;
	case VIEW_ENTITY:
		return WORD_FORM | WORD_GENERIC | WORD_STOP | WORD_NICK |
		    WORD_COUNTRY | WORD_NUMBER | WORD_ROMAN;
	case VIEW_CRAFT:
		return WORD_NUMBER | WORD_ROMAN | WORD_STOP;
	}
	return 0;
}

/* Short forms such as "as" or "co" count only at either end of the name. */
static int
form_fits(const struct pieces *ps, size_t at, size_t n, size_t len)
{
	size_t i;

	if (len > 3)
		return 1;
	for (i = at + n; i < ps->count; i++) {
		if (!ps->at[i].used)
			break;
	}
	if (i == ps->count)
		return 1;
	for (i = 0; i < at; i++) {
		if (!ps->at[i].used)
			return 0;
	}
	return len > 1;
}

static void
form_set(struct name *name, struct pieces *ps, size_t at, size_t n,
    uint32_t form, const char *text)
{
	static const char any[] = "any";
	size_t i;

	if (name->form == 0 || name->form == word_hash(any, 3)) {
		name->form = form;
		name->form_text = text;
	}
	for (i = 0; i < n; i++)
		ps->at[at + i].used = 1;
}

static size_t
left(const struct pieces *ps)
{
	size_t i, n = 0;

	for (i = 0; i < ps->count; i++)
		n += ps->at[i].used ? 0 : 1;
	return n;
}

/* Take legal forms away, the longest first, as long as a word remains. */
static void
forms_take(const struct name_reader *reader, struct pieces *ps,
    const struct memory *memory, struct name *name)
{
	char phrase[PHRASE * (TOKEN_LEN + 1)];
	size_t n, k;

	for (n = PHRASE; n > 0; n--) {
		for (k = ps->count; k-- > 0;) {
			size_t len = k + n > ps->count
			    ? 0
			    : phrase_join(ps, k, n, phrase, sizeof(phrase));
			const struct word *w;
			uint32_t form = 0;

			if (len == 0 || left(ps) <= n)
				continue;
			w = lexicon_find(reader->lexicon, phrase, len);
			if (w != NULL && w->kinds & WORD_FORM)
				form = w->form;
			else if (w == NULL && (k == 0 || k + n == ps->count))
				form = lexicon_form_near(reader->lexicon,
				    phrase, len);
			if (form == 0 || !form_fits(ps, k, n, len))
				continue;
			form_set(name, ps, k, n, form,
			    text_keep(memory, phrase, len));
		}
	}
}

static enum token_kind
kind_of(const struct word *w, uint32_t kinds, const struct name *name,
    int is_last)
{
	if (kinds & WORD_NUMBER)
		return TOKEN_NUMBER;
	if (kinds & WORD_ROMAN && name->count > 0 &&
	    (is_last || w->canonical[0] != 0))
		return TOKEN_NUMBER;
	if (kinds & WORD_COUNTRY)
		return TOKEN_COUNTRY;
	if (kinds & WORD_TITLE)
		return TOKEN_TITLE;
	if (kinds & WORD_PARTICLE)
		return TOKEN_PARTICLE;
	if (kinds & WORD_GENERIC)
		return TOKEN_GENERIC;
	return TOKEN_WORD;
}

/* A word from the lexicon becomes a token; returns 0 if it is left out. */
static int
word_token(struct name *name, struct pieces *ps, size_t at, size_t n,
    const struct word *w, const struct memory *memory)
{
	uint32_t kinds = w->kinds & kinds_for((enum name_view)name->view);
	char phrase[PHRASE * (TOKEN_LEN + 1)];
	size_t len = phrase_join(ps, at, n, phrase, sizeof(phrase));
	enum token_kind kind;
	struct token *t;

	if (kinds & WORD_STOP && left(ps) > n)
		return 0;
	kind = kind_of(w, kinds, name, at + n == ps->count);
	if (kind == TOKEN_WORD && len == 1)
		kind = TOKEN_INITIAL;
	if (kind == TOKEN_NUMBER) {
		len = strlen(w->canonical);
		memcpy(phrase, w->canonical, len + 1);
	}
	len = close_up(phrase, len);
	token_add(name, text_keep(memory, phrase, len), len, ps->at[at].flags,
	    kind);
	t = &name->tokens[name->count - 1];
	if (kinds & (WORD_NICK | WORD_COUNTRY))
		memcpy(t->group, w->group, sizeof(t->group));
	if (kinds & WORD_COMMON)
		t->flags |= TOKEN_COMMON;
	return 1;
}

static void
plain_token(struct name *name, const struct piece *p,
    const struct memory *memory)
{
	size_t i, digits = 0;
	enum token_kind kind = TOKEN_WORD;

	for (i = 0; i < p->len; i++)
		digits += is_digit(p->text[i]) ? 1 : 0;
	if (digits > 0 && digits * 2 >= p->len)
		kind = TOKEN_NUMBER;
	else if (p->len == 1)
		kind = TOKEN_INITIAL;
	token_add(name, text_keep(memory, p->text, p->len), p->len, p->flags,
	    kind);
}

static const struct word *
longest(const struct name_reader *reader, const struct pieces *ps, size_t at,
    uint32_t kinds, size_t *n_out)
{
	char phrase[PHRASE * (TOKEN_LEN + 1)];
	size_t n;

	for (n = 4; n > 0; n--) {
		const struct word *w;
		size_t len;

		if (at + n > ps->count)
			continue;
		len = phrase_join(ps, at, n, phrase, sizeof(phrase));
		w = len == 0 ? NULL
			     : lexicon_find(reader->lexicon, phrase, len);
		if (w == NULL || !(w->kinds & kinds))
			continue;
		*n_out = n;
		return w;
	}
	return NULL;
}

/* The pieces of one reading to tokens.  Returns 0 when nothing is left. */
static int
tokens_make(const struct name_reader *reader, struct pieces *ps,
    const struct memory *memory, struct name *name)
{
	uint32_t kinds = kinds_for((enum name_view)name->view);
	size_t i, n;

	name->tokens = memory->alloc(memory->owner,
	    sizeof(*name->tokens) * NAME_TOKENS);
	if (name->view == VIEW_ENTITY)
		forms_take(reader, ps, memory, name);
	for (i = 0; i < ps->count && name->view == VIEW_PERSON; i++)
		piece_unmask(&ps->at[i]);
	for (i = 0; i < ps->count; i += n) {
		const struct word *w;

		n = 1;
		if (ps->at[i].used || name->count == NAME_TOKENS)
			continue;
		w = longest(reader, ps, i, kinds, &n);
		if (w != NULL)
			word_token(name, ps, i, n, w, memory);
		else
			plain_token(name, &ps->at[i], memory);
	}
	for (i = 0; i < name->count; i++)
		token_weigh(&name->tokens[i], (enum name_view)name->view);
	return name->count > 0;
}

/*
 * Han words of the lexicon are replaced before folding.  Returns 1 when a
 * Japanese name was among them, whose reading then stands beside the Chinese.
 * The text and its length are replaced by the copy's.
 */
static int
raw_replace(const struct lexicon *lexicon, uint32_t kinds,
    const struct memory *memory, const char **text, size_t *len)
{
	size_t cap = *len * 4 + 64, n = 0, i = 0;
	char *copy = memory->alloc(memory->owner, cap);
	int japanese = 0;

	while (i < *len && n + 64 < cap) {
		const struct raw_word *r = lexicon_raw(lexicon, *text + i,
		    *len - i);

		if (r == NULL || !(r->kind & kinds)) {
			copy[n++] = (*text)[i++];
			continue;
		}
		if (r->kind == WORD_JAPANESE)
			japanese++;
		n += (size_t)snprintf(copy + n, cap - n, " %s ", r->latin);
		i += r->len;
	}
	*text = copy;
	*len = n;
	return japanese;
}

static int
has_cjk(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if ((unsigned char)text[i] >= 0xe3 &&
		    (unsigned char)text[i] <= 0xed)
			return 1;
	}
	return 0;
}

static size_t
reading_add(const struct name_reader *reader, const struct folded *f,
    const size_t range[2], const struct memory *memory, struct name *name)
{
	struct pieces ps;

	pieces_cut(f, range[0], range[1], &ps);
	name->transliterated = (uint8_t)(f->transliterated != 0);
	return ps.count > 0 && tokens_make(reader, &ps, memory, name) ? 1 : 0;
}

/* "A/B" names one thing twice: each part with a real word stands alone. */
static size_t
parts_add(const struct name_reader *reader, const struct folded *f,
    const struct memory *memory, struct name *readings, size_t count)
{
	const char *slash = memchr(f->text, '/', f->len);
	size_t at[3] = { 0, 0, f->len }, i, k;
	struct name base = readings[0];

	if (slash == NULL)
		return count;
	at[1] = (size_t)(slash - f->text);
	for (i = 0; i < 2 && count < NAME_READINGS; i++) {
		struct name *n = &readings[count];
		size_t range[2] = { at[i], at[i + 1] }, words = 0;

		*n = (struct name){ .text = base.text, .view = base.view };
		if (range[1] - range[0] < 6 ||
		    !reading_add(reader, f, range, memory, n))
			continue;
		for (k = 0; k < n->count; k++)
			words += n->tokens[k].kind == TOKEN_WORD &&
			    n->tokens[k].len > 3;
		count += words > 0 ? 1 : 0;
	}
	return count;
}

size_t
name_read(const struct name_reader *reader, const char *text, size_t len,
    enum name_view view, const struct memory *memory,
    struct name readings_out[NAME_READINGS])
{
	const char *given = text_keep(memory, text, len), *raw = text;
	size_t count = 0, raw_len = len, range[2];
	struct folded f;

	if (has_cjk(text, len) && view != VIEW_PERSON)
		raw_replace(reader->lexicon, WORD_FORM, memory, &raw, &raw_len);
	fold(reader->folder, raw, raw_len, memory, &f);
	range[0] = 0;
	range[1] = f.len;
	readings_out[0] = (struct name){ .text = given, .view = (uint8_t)view };
	if (!reading_add(reader, &f, range, memory, &readings_out[0]))
		return 0;
	count = parts_add(reader, &f, memory, readings_out, 1);
	if (has_cjk(text, len) && view == VIEW_PERSON &&
	    count < NAME_READINGS &&
	    raw_replace(reader->lexicon, WORD_JAPANESE, memory, &raw,
		&raw_len) > 1) {
		struct name *n = &readings_out[count];

		*n = (struct name){ .text = given, .view = (uint8_t)view };
		fold(reader->folder, raw, raw_len, memory, &f);
		range[1] = f.len;
		count += reading_add(reader, &f, range, memory, n);
	}
	return count;
}
