/* SPDX-License-Identifier: BSD-2-Clause */

#include "index.h"

#include "index_file.h"

#include <string.h>

static const uint16_t record_sizes[SECTIONS] = {
	[SECTION_TEXT] = 1,
	[SECTION_LISTS] = sizeof(struct list_record),
	[SECTION_ENTRIES] = sizeof(struct entry_record),
	[SECTION_NAMES] = sizeof(struct name_record),
	[SECTION_TOKENS] = sizeof(struct token_record),
	[SECTION_WORDS] = sizeof(struct word_record),
	[SECTION_POSTINGS] = sizeof(struct posting),
	[SECTION_BUCKETS] = sizeof(struct bucket),
	[SECTION_GROUPS] = sizeof(struct group_record),
	[SECTION_BIRTHS] = sizeof(struct birth_record),
	[SECTION_COUNTRIES] = sizeof(struct country_record),
	[SECTION_IDENTIFIERS] = sizeof(struct identifier_record),
	[SECTION_PROGRAMS] = sizeof(uint32_t),
	[SECTION_LOOKUP] = sizeof(struct lookup_record),
};

uint64_t
index_record_size(enum section section)
{
	return record_sizes[section];
}

uint64_t
index_checksum(uint64_t start, const void *bytes, uint64_t len)
{
	const unsigned char *p = bytes;
	uint64_t h = start ^ 0xcbf29ce484222325u, i, w;

	for (i = 0; i < len; i += 8) {
		w = 0;
		memcpy(&w, p + i, len - i < 8 ? len - i : 8);
		h = (h ^ w) * 0x100000001b3u;
		h ^= h >> 29;
	}
	return h;
}

static const void *
section(const struct index *ix, enum section s)
{
	return ix->base + ix->header->sections[s].offset;
}

static uint64_t
count(const struct index *ix, enum section s)
{
	return ix->header->sections[s].count;
}

static int
in(const struct index *ix, const struct range *r, enum section s)
{
	return (uint64_t)r->first + r->count <= count(ix, s);
}

static int
sections_sound(const struct index_header *h, size_t len)
{
	uint64_t at = sizeof(*h), sum = 0;
	const unsigned char *base = (const void *)h;
	int i;

	for (i = 0; i < SECTIONS; i++) {
		const struct index_section *s = &h->sections[i];
		uint64_t bytes;

		if (s->offset != at || s->count > len)
			return 0;
		bytes = (s->count * record_sizes[i] + 7) & ~(uint64_t)7;
		if (bytes > len - at)
			return 0;
		sum = index_checksum(sum, base + at, bytes);
		at += bytes;
	}
	return at == len && sum == h->checksum;
}

#define EACH(ix, s, type, p)                                              \
	for (const type *p = section(ix, s), *p##_end = p + count(ix, s); \
	     p < p##_end; p++)

static int
words_sound(const struct index *ix)
{
	uint64_t texts = count(ix, SECTION_TEXT);

	EACH(ix, SECTION_TOKENS, struct token_record, t)
	{
		if ((uint64_t)t->text + t->len >= texts || t->len > TOKEN_LEN ||
		    t->kind > TOKEN_NUMBER)
			return 0;
	}
	EACH(ix, SECTION_WORDS, struct word_record, w)
	{
		if ((uint64_t)w->text + w->len >= texts || w->len > TOKEN_LEN ||
		    w->kind > TOKEN_NUMBER ||
		    !in(ix, &w->postings, SECTION_POSTINGS))
			return 0;
	}
	EACH(ix, SECTION_POSTINGS, struct posting, p)
	{
		if (p->name >= count(ix, SECTION_NAMES))
			return 0;
	}
	EACH(ix, SECTION_BUCKETS, struct bucket, b)
	{
		if (!in(ix, &b->words, SECTION_WORDS))
			return 0;
	}
	EACH(ix, SECTION_GROUPS, struct group_record, g)
	{
		if (g->word >= count(ix, SECTION_WORDS))
			return 0;
	}
	return 1;
}

static int
entries_sound(const struct index *ix)
{
	uint64_t texts = count(ix, SECTION_TEXT);

	EACH(ix, SECTION_LISTS, struct list_record, l)
	{
		if (l->name >= texts || l->version >= texts ||
		    l->sha256 >= texts || l->note >= texts)
			return 0;
	}
	EACH(ix, SECTION_ENTRIES, struct entry_record, e)
	{
		if (e->list >= count(ix, SECTION_LISTS) || e->id >= texts ||
		    e->remarks >= texts || e->type > PARTY_AIRCRAFT ||
		    !in(ix, &e->names, SECTION_NAMES) ||
		    !in(ix, &e->births, SECTION_BIRTHS) ||
		    !in(ix, &e->countries, SECTION_COUNTRIES) ||
		    !in(ix, &e->identifiers, SECTION_IDENTIFIERS) ||
		    !in(ix, &e->programs, SECTION_PROGRAMS))
			return 0;
	}
	EACH(ix, SECTION_NAMES, struct name_record, n)
	{
		if (n->entry >= count(ix, SECTION_ENTRIES) ||
		    n->text >= texts || n->form_text >= texts ||
		    n->tokens.count > NAME_TOKENS || n->view > VIEW_CRAFT ||
		    n->kind > NAME_WEAK_AKA ||
		    !in(ix, &n->tokens, SECTION_TOKENS))
			return 0;
	}
	return 1;
}

static int
values_sound(const struct index *ix)
{
	uint64_t texts = count(ix, SECTION_TEXT);

	EACH(ix, SECTION_IDENTIFIERS, struct identifier_record, i)
	{
		if (i->type >= texts || i->value >= texts)
			return 0;
	}
	EACH(ix, SECTION_PROGRAMS, uint32_t, p)
	{
		if (*p >= texts)
			return 0;
	}
	EACH(ix, SECTION_LOOKUP, struct lookup_record, l)
	{
		if (l->entry >= count(ix, SECTION_ENTRIES))
			return 0;
	}
	EACH(ix, SECTION_COUNTRIES, struct country_record, c)
	{
		if (c->code[2] != '\0')
			return 0;
	}
	return 1;
}

const char *
index_open(const void *bytes, size_t len, struct index *index_out)
{
	const struct index_header *h = bytes;
	struct index ix = { bytes, h };
	const char *texts;

	if (len < sizeof(*h) || memcmp(h->magic, INDEX_MAGIC, 8) != 0)
		return "snapshot: not a screening snapshot";
	if (h->version != INDEX_VERSION || h->endian != INDEX_ENDIAN)
		return "snapshot: of another version or machine; import again";
	if (h->size != len || (uintptr_t)bytes % 8 != 0)
		return "snapshot: cut short";
	if (!sections_sound(h, len))
		return "snapshot: damaged, the checksum differs";
	texts = section(&ix, SECTION_TEXT);
	if (count(&ix, SECTION_TEXT) < 8 || texts[0] != '\0' ||
	    texts[count(&ix, SECTION_TEXT) - 1] != '\0')
		return "snapshot: damaged, texts do not end";
	if (!words_sound(&ix) || !entries_sound(&ix) || !values_sound(&ix))
		return "snapshot: damaged, an offset leads outside";
	*index_out = ix;
	return NULL;
}

size_t
index_list_count(const struct index *index)
{
	return count(index, SECTION_LISTS);
}

size_t
index_name_count(const struct index *index)
{
	return count(index, SECTION_NAMES);
}

void
index_list(const struct index *index, size_t i, struct list_meta *meta_out)
{
	const struct list_record *r = section(index, SECTION_LISTS);
	const char *texts = section(index, SECTION_TEXT);

	r += i;
	*meta_out = (struct list_meta){ texts + r->name, texts + r->version,
		texts + r->sha256, texts + r->note, r->entries };
}
