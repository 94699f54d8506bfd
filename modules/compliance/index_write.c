/* SPDX-License-Identifier: BSD-2-Clause */

#include "index.h"

#include "align.h"
#include "index_file.h"
#include "name_edit.h"
#include "pool.h"

#include <stdlib.h>
#include <string.h>

#define BUILDER_MAGIC 0x44b0e6d1u
#define JOIN_MAX 3

struct table {
	unsigned char *bytes;
	size_t used, size; /* bytes */
};

/* A word of some names while the index is built. */
struct draft {
	uint32_t word; /* place in the word table before sorting */
	struct posting posting;
};

struct index_builder {
	uint32_t magic;
	const struct name_reader *reader;
	struct pool *pool;
	struct table tables[SECTIONS];
	struct table drafts;
	uint32_t *texts; /* hash of known texts: offsets */
	size_t text_count, text_size;
	uint32_t *words; /* hash of known words: place + 1 */
	size_t word_size;
};

static void *
push(struct table *t, size_t n)
{
	void *p;

	if (t->bytes == NULL || t->used + n > t->size) {
		t->size = t->size == 0 ? 4096 : t->size * 2;
		while (t->size < t->used + n)
			t->size *= 2;
		t->bytes = realloc(t->bytes, t->size);
		if (t->bytes == NULL)
			abort();
	}
	p = t->bytes + t->used;
	memset(p, 0, n);
	t->used += n;
	return p;
}

static uint32_t
records(const struct index_builder *b, enum section s)
{
	return (uint32_t)(b->tables[s].used / index_record_size(s));
}

static void
texts_grow(struct index_builder *b)
{
	size_t size = b->text_size * 2, i;
	uint32_t *texts = calloc(size, sizeof(*texts));

	if (texts == NULL)
		abort();
	for (i = 0; i < b->text_size; i++) {
		const char *s;
		size_t k;

		if (b->texts[i] == 0)
			continue;
		s = (const char *)b->tables[SECTION_TEXT].bytes + b->texts[i];
		k = word_hash(s, strlen(s)) & (size - 1);
		while (texts[k] != 0)
			k = (k + 1) & (size - 1);
		texts[k] = b->texts[i];
	}
	free(b->texts);
	b->texts = texts;
	b->text_size = size;
}

/* The offset of a text, stored once. */
static uint32_t
text(struct index_builder *b, const char *s)
{
	size_t len = strlen(s), k;
	struct table *t = &b->tables[SECTION_TEXT];

	if (len == 0)
		return 0;
	if (b->text_count * 2 >= b->text_size)
		texts_grow(b);
	k = word_hash(s, len) & (b->text_size - 1);
	while (b->texts[k] != 0) {
		if (strcmp((const char *)t->bytes + b->texts[k], s) == 0)
			return b->texts[k];
		k = (k + 1) & (b->text_size - 1);
	}
	if (t->used + len + 1 > UINT32_MAX)
		abort();
	b->texts[k] = (uint32_t)t->used;
	b->text_count++;
	memcpy(push(t, len + 1), s, len);
	return b->texts[k];
}

static struct word_record *
word_at(struct index_builder *b, uint32_t i)
{
	return (struct word_record *)(void *)b->tables[SECTION_WORDS].bytes + i;
}

static int
word_is(const struct word_record *w, uint32_t at, const struct token *t,
    uint8_t part)
{
	return w->text == at && w->part == part && w->kind == t->kind &&
	    ((w->flags ^ t->flags) & TOKEN_ABJAD) == 0 &&
	    memcmp(w->group, t->group, sizeof(w->group)) == 0;
}

/* Knuth's multiplicative hash of a text's place. */
static size_t
hash_of(uint32_t at)
{
	return (size_t)at * 2654435761u;
}

static void
words_grow(struct index_builder *b)
{
	size_t size = b->word_size * 2, i, n = records(b, SECTION_WORDS);
	uint32_t *words = calloc(size, sizeof(*words));

	if (words == NULL)
		abort();
	for (i = 0; i < n; i++) {
		size_t k = hash_of(word_at(b, (uint32_t)i)->text) & (size - 1);

		while (words[k] != 0)
			k = (k + 1) & (size - 1);
		words[k] = (uint32_t)i + 1;
	}
	free(b->words);
	b->words = words;
	b->word_size = size;
}

static void
word_add(struct index_builder *b, const struct token *t, int place,
    uint32_t name, uint32_t weight)
{
	uint32_t at = text(b, t->text);
	uint8_t part = (uint8_t)place;
	struct word_record *w;
	struct draft *d;
	size_t k;

	if (t->flags & TOKEN_ABJAD)
		part = (uint8_t)(part - part % PARTS + PART_ABJAD);
	if (records(b, SECTION_WORDS) >= b->word_size / 2)
		words_grow(b);
	k = hash_of(at) & (b->word_size - 1);
	while (b->words[k] != 0 &&
	    !word_is(word_at(b, b->words[k] - 1), at, t, part))
		k = (k + 1) & (b->word_size - 1);
	if (b->words[k] == 0) {
		w = push(&b->tables[SECTION_WORDS], sizeof(*w));
		w->text = at;
		w->signature = edit_signature(t->text, t->len);
		w->counts = edit_counts(t->text, t->len);
		w->sounds = edit_sounds(t->text, t->len);
		w->len = t->len;
		w->flags = t->flags;
		w->part = part;
		w->kind = t->kind;
		memcpy(w->group, t->group, sizeof(w->group));
		b->words[k] = records(b, SECTION_WORDS);
	}
	d = push(&b->drafts, sizeof(*d));
	d->word = b->words[k] - 1;
	d->posting = (struct posting){ name, weight };
}

/* Neighbours written together, and the initials of all words. */
static void
joins_add(struct index_builder *b, const struct name *n, uint32_t name)
{
	char room[TOKEN_LEN + 1];
	size_t i, k, len;
	struct token t;

	for (i = 0; i < n->count; i++) {
		uint32_t weight = 0;

		memset(&t, 0, sizeof(t));
		for (k = 0, len = 0; k < JOIN_MAX && i + k < n->count; k++) {
			const struct token *p = &n->tokens[i + k];

			if (len + p->len > TOKEN_LEN || p->kind == TOKEN_NUMBER)
				break;
			memcpy(room + len, p->text, p->len);
			len += p->len;
			room[len] = '\0';
			weight += p->weight;
			t.flags |= p->flags & TOKEN_ABJAD;
			t.text = room;
			t.len = (uint8_t)len;
			if (k > 0 && join_allowed(k + 1, len))
				word_add(b, &t, n->view * PARTS + PART_JOINED,
				    name, weight);
		}
	}
	if (n->count < 2 || n->count > 6 || n->view != VIEW_ENTITY)
		return;
	memset(&t, 0, sizeof(t));
	for (i = 0; i < n->count; i++)
		room[i] = n->tokens[i].text[0];
	room[n->count] = '\0';
	t.text = room;
	t.len = (uint8_t)n->count;
	word_add(b, &t, n->view * PARTS + PART_JOINED, name, n->count * 100);
}

static void
name_add(struct index_builder *b, const struct name *n, uint32_t entry,
    enum name_kind kind)
{
	uint32_t at = records(b, SECTION_NAMES), i;
	struct name_record r = { .entry = entry,
		.text = text(b, n->text),
		.form = n->form,
		.form_text = n->form_text != NULL ? text(b, n->form_text) : 0,
		.kind = (uint8_t)kind,
		.view = n->view,
		.transliterated = n->transliterated,
		.tokens = { records(b, SECTION_TOKENS), n->count } };

	for (i = 0; i < n->count; i++) {
		const struct token *t = &n->tokens[i];
		struct token_record tr = { .text = text(b, t->text),
			.signature = t->signature,
			.len = t->len,
			.kind = t->kind,
			.flags = t->flags,
			.weight = t->weight };

		memcpy(tr.group, t->group, sizeof(tr.group));
		memcpy(push(&b->tables[SECTION_TOKENS], sizeof(tr)), &tr,
		    sizeof(tr));
		r.mass += t->weight;
		word_add(b, t, n->view * PARTS + PART_WORD, at, t->weight);
	}
	joins_add(b, n, at);
	memcpy(push(&b->tables[SECTION_NAMES], sizeof(r)), &r, sizeof(r));
}

struct index_builder *
index_builder_new(const struct name_reader *reader)
{
	struct index_builder *b = calloc(1, sizeof(*b));

	if (b == NULL)
		abort();
	b->magic = BUILDER_MAGIC;
	b->reader = reader;
	b->pool = pool_new(65536);
	b->text_size = 4096;
	b->word_size = 4096;
	b->texts = calloc(b->text_size, sizeof(*b->texts));
	b->words = calloc(b->word_size, sizeof(*b->words));
	if (b->texts == NULL || b->words == NULL)
		abort();
	push(&b->tables[SECTION_TEXT], 8); /* offset 0 is the empty text */
	return b;
}

void
index_builder_free(struct index_builder **builderp)
{
	struct index_builder *b = *builderp;
	size_t i;

	if (b->magic != BUILDER_MAGIC)
		abort();
	for (i = 0; i < SECTIONS; i++)
		free(b->tables[i].bytes);
	free(b->drafts.bytes);
	free(b->texts);
	free(b->words);
	pool_free(&b->pool);
	b->magic = 0;
	free(b);
	*builderp = NULL;
}

void
index_builder_list(struct index_builder *builder, const struct list_meta *meta)
{
	struct list_record r = { .name = text(builder, meta->name),
		.version = text(builder, meta->version),
		.sha256 = text(builder, meta->sha256),
		.note = text(builder, meta->note) };

	memcpy(push(&builder->tables[SECTION_LISTS], sizeof(r)), &r, sizeof(r));
}

static struct list_record *
last_list(struct index_builder *b)
{
	if (records(b, SECTION_LISTS) == 0)
		abort();
	return (struct list_record *)(void *)b->tables[SECTION_LISTS].bytes +
	    records(b, SECTION_LISTS) - 1;
}

void
index_builder_stamp(struct index_builder *builder, const char *version,
    const char *sha256)
{
	uint32_t v = text(builder, version), s = text(builder, sha256);

	last_list(builder)->version = v;
	last_list(builder)->sha256 = s;
}

static void
details_add(struct index_builder *b, const struct list_entry *entry,
    struct entry_record *r)
{
	size_t i;

	r->births.first = records(b, SECTION_BIRTHS);
	r->births.count = (uint32_t)entry->birth_count;
	for (i = 0; i < entry->birth_count; i++) {
		struct birth_record *d = push(&b->tables[SECTION_BIRTHS],
		    sizeof(*d));

		d->year = entry->births[i].year;
		d->month = entry->births[i].month;
		d->day = entry->births[i].day;
		d->circa = entry->births[i].circa;
	}
	r->countries.first = records(b, SECTION_COUNTRIES);
	r->countries.count = (uint32_t)entry->country_count;
	for (i = 0; i < entry->country_count; i++)
		memcpy(push(&b->tables[SECTION_COUNTRIES], 4),
		    entry->countries[i].code, 3);
	r->programs.first = records(b, SECTION_PROGRAMS);
	r->programs.count = (uint32_t)entry->program_count;
	for (i = 0; i < entry->program_count; i++) {
		uint32_t t = text(b, entry->programs[i]);

		memcpy(push(&b->tables[SECTION_PROGRAMS], 4), &t, 4);
	}
}

static void
identifiers_add(struct index_builder *b, const struct list_entry *entry,
    struct entry_record *r, uint32_t at)
{
	size_t i;

	r->identifiers.first = records(b, SECTION_IDENTIFIERS);
	r->identifiers.count = (uint32_t)entry->identifier_count;
	for (i = 0; i < entry->identifier_count; i++) {
		const struct identifier *id = &entry->identifiers[i];
		struct identifier_record ir = { text(b, id->type),
			text(b, id->value) };
		struct lookup_record lr = {
			word_hash(id->value, strlen(id->value)), at
		};

		memcpy(push(&b->tables[SECTION_IDENTIFIERS], sizeof(ir)), &ir,
		    sizeof(ir));
		memcpy(push(&b->tables[SECTION_LOOKUP], sizeof(lr)), &lr,
		    sizeof(lr));
	}
}

int
index_builder_entry(void *builder, const struct list_entry *entry)
{
	struct index_builder *b = builder;
	struct memory memory = pool_memory(b->pool);
	struct entry_record r = { 0 };
	uint32_t at = records(b, SECTION_ENTRIES);
	size_t i, k;

	if (b->magic != BUILDER_MAGIC)
		abort();
	pool_reset(b->pool);
	last_list(b)->entries++;
	r.list = records(b, SECTION_LISTS) - 1;
	r.id = text(b, entry->id);
	r.type = (uint32_t)entry->type;
	r.remarks = text(b, entry->remarks);
	r.names.first = records(b, SECTION_NAMES);
	for (i = 0; i < entry->name_count; i++) {
		const struct list_name *ln = &entry->names[i];
		struct name readings[NAME_READINGS];
		size_t n = name_read(b->reader, ln->text, strlen(ln->text),
		    view_of(entry->type), &memory, readings);

		for (k = 0; k < n; k++)
			name_add(b, &readings[k], at, ln->kind);
	}
	r.names.count = records(b, SECTION_NAMES) - r.names.first;
	details_add(b, entry, &r);
	identifiers_add(b, entry, &r, at);
	memcpy(push(&b->tables[SECTION_ENTRIES], sizeof(r)), &r, sizeof(r));
	return 0;
}

/* For qsort: the table being sorted is reached through the records. */
struct order {
	uint32_t part, signature, len, word;
};

static int
word_order(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	if (x->signature != y->signature)
		return x->signature < y->signature ? -1 : 1;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x->word < y->word ? -1 : x->word > y->word;
}

static int
pair_order(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	if (x[0] != y[0])
		return x[0] < y[0] ? -1 : 1;
	return x[1] < y[1] ? -1 : x[1] > y[1];
}

/* Sort the words; place_out tells where each word went. */
static void
words_sort(struct index_builder *b, uint32_t *place_out)
{
	uint32_t n = records(b, SECTION_WORDS), i;
	struct order *order = calloc(n + 1u, sizeof(*order));
	struct word_record *sorted = calloc(n + 1u, sizeof(*sorted));

	if (order == NULL || sorted == NULL)
		abort();
	for (i = 0; i < n; i++) {
		const struct word_record *w = word_at(b, i);

		order[i] = (struct order){ w->part, w->signature, w->len, i };
	}
	qsort(order, n, sizeof(*order), word_order);
	for (i = 0; i < n; i++) {
		sorted[i] = *word_at(b, order[i].word);
		place_out[order[i].word] = i;
	}
	if (n > 0)
		memcpy(word_at(b, 0), sorted, n * sizeof(*sorted));
	free(order);
	free(sorted);
}

static void
postings_make(struct index_builder *b, const uint32_t *place)
{
	size_t n = b->drafts.used / sizeof(struct draft), i;
	const struct draft *d = (const void *)b->drafts.bytes;
	uint32_t words = records(b, SECTION_WORDS), at = 0;
	struct posting *out = push(&b->tables[SECTION_POSTINGS],
	    n * sizeof(*out));

	for (i = 0; i < n; i++)
		word_at(b, place[d[i].word])->postings.count++;
	for (i = 0; i < words; i++) {
		word_at(b, (uint32_t)i)->postings.first = at;
		at += word_at(b, (uint32_t)i)->postings.count;
		word_at(b, (uint32_t)i)->postings.count = 0;
	}
	for (i = 0; i < n; i++) {
		struct range *r = &word_at(b, place[d[i].word])->postings;

		out[r->first + r->count++] = d[i].posting;
	}
}

static void
buckets_make(struct index_builder *b)
{
	uint32_t n = records(b, SECTION_WORDS), i, k;
	struct bucket *last = NULL;

	for (i = 0; i < n; i++) {
		const struct word_record *w = word_at(b, i);

		for (k = 0; k < WORD_GROUPS && w->group[k] != 0; k++) {
			struct group_record *g =
			    push(&b->tables[SECTION_GROUPS], sizeof(*g));

			*g = (struct group_record){ w->group[k], i };
		}
		if (last == NULL || last->signature != w->signature ||
		    last->part != w->part) {
			last = push(&b->tables[SECTION_BUCKETS], sizeof(*last));
			*last = (struct bucket){ w->signature, w->part,
				{ i, 0 } };
		}
		last->words.count++;
	}
}

static void
pairs_sort(struct index_builder *b, enum section s)
{
	if (records(b, s) > 0)
		qsort(b->tables[s].bytes, records(b, s),
		    sizeof(struct group_record), pair_order);
}

int
index_builder_write(struct index_builder *builder, index_write_fn *write,
    void *ctx)
{
	struct index_builder *b = builder;
	struct index_header h = { .version = INDEX_VERSION,
		.endian = INDEX_ENDIAN };
	uint32_t *place = calloc(records(b, SECTION_WORDS) + 1u,
	    sizeof(*place));
	uint64_t at = sizeof(h);
	int i, rc;

	if (place == NULL)
		abort();
	words_sort(b, place);
	postings_make(b, place);
	buckets_make(b);
	pairs_sort(b, SECTION_GROUPS);
	pairs_sort(b, SECTION_LOOKUP);
	free(place);
	memcpy(h.magic, INDEX_MAGIC, sizeof(h.magic));
	h.checksum = 0;
	for (i = 0; i < SECTIONS; i++) {
		struct table *t = &b->tables[i];

		h.sections[i] = (struct index_section){ at,
			records(b, (enum section)i) };
		if (t->used % 8 != 0)
			push(t, 8 - t->used % 8);
		at += t->used;
		h.checksum = index_checksum(h.checksum, t->bytes, t->used);
	}
	h.size = at;
	rc = write(ctx, &h, sizeof(h));
	for (i = 0; i < SECTIONS && rc == 0; i++) {
		if (b->tables[i].used > 0)
			rc = write(ctx, b->tables[i].bytes, b->tables[i].used);
	}
	return rc;
}
