/* SPDX-License-Identifier: BSD-2-Clause */

#include "index_find.h"

#include "align.h"
#include "name_edit.h"

#include <stdlib.h>
#include <string.h>

#define JOIN_MAX 3
#define LENGTH_GAP 4

/* One word of the query, or several written together. */
struct probe {
	struct token token;
	float weight;
	uint8_t number; /* from 1 */
	uint8_t joined;
	uint8_t view;
	struct edit_sounds sounds;
};

const void *
index_section(const struct index *index, enum section section)
{
	return index->base + index->header->sections[section].offset;
}

static size_t
section_count(const struct index *index, enum section section)
{
	return (size_t)index->header->sections[section].count;
}

void
index_name(const struct index *index, uint32_t i, struct token *tokens,
    struct name *name_out)
{
	const struct name_record *r =
	    (const struct name_record *)index_section(index, SECTION_NAMES) + i;
	const struct token_record *t =
	    (const struct token_record *)index_section(index, SECTION_TOKENS) +
	    r->tokens.first;
	const char *texts = index_section(index, SECTION_TEXT);
	uint32_t k;

	for (k = 0; k < r->tokens.count; k++) {
		tokens[k].text = texts + t[k].text;
		tokens[k].signature = t[k].signature;
		memcpy(tokens[k].group, t[k].group, sizeof(t[k].group));
		tokens[k].len = t[k].len;
		tokens[k].kind = t[k].kind;
		tokens[k].flags = t[k].flags;
		tokens[k].weight = t[k].weight;
	}
	*name_out = (struct name){
		.text = texts + r->text,
		.tokens = tokens,
		.count = r->tokens.count,
		.form = r->form,
		.form_text = r->form_text != 0 ? texts + r->form_text : NULL,
		.view = r->view,
		.transliterated = r->transliterated,
	};
}

void
finder_init(struct finder *finder, const struct index *index,
    const struct memory *memory)
{
	size_t n = index_name_count(index) + 1;

	*finder = (struct finder){
		.index = index,
		.memory = memory,
		.found = memory->alloc(memory->owner, n * sizeof(float)),
		.best = memory->alloc(memory->owner, n * sizeof(float)),
		.last = memory->alloc(memory->owner, n),
		.touched = memory->alloc(memory->owner, n * sizeof(uint32_t)),
	};
}

static void
found(struct finder *f, const struct word_record *w, const struct probe *p,
    float likeness)
{
	const struct posting *post =
	    (const struct posting *)index_section(f->index, SECTION_POSTINGS) +
	    w->postings.first;
	uint32_t i;

	for (i = 0; i < w->postings.count; i++) {
		uint32_t n = post[i].name;
		float weight = (float)post[i].weight / 100.0f, add;

		if (p->weight > weight)
			weight = p->weight;
		add = weight * likeness;
		if (f->found[n] <= 0)
			f->touched[f->touched_count++] = n;
		if (f->last[n] != p->number) {
			f->last[n] = p->number;
			f->found[n] += add;
			f->best[n] = add;
		} else if (add > f->best[n]) {
			/* the same word again, better: it counts once */
			f->found[n] += add - f->best[n];
			f->best[n] = add;
		}
	}
}

static void
try_word(struct finder *f, const struct word_record *w, const struct probe *p)
{
	struct token t = {
		.text = (const char *)index_section(f->index, SECTION_TEXT) +
		    w->text,
		.signature = w->signature,
		.len = w->len,
		.kind = w->kind,
		.flags = w->flags,
	};
	uint8_t why;
	float likeness;

	memcpy(t.group, w->group, sizeof(t.group));
	likeness = token_likeness(&p->token, &t, &why);
	if (likeness > 0)
		found(f, w, p, likeness);
}

/* Is the spelling near enough to look closer? */
static int
is_near(const struct word_record *w, const struct probe *p, uint64_t counts,
    const struct edit_pattern *pattern, const char *texts)
{
	size_t longer = w->len > p->token.len ? w->len : p->token.len;
	unsigned budget = p->joined || w->part % PARTS == PART_JOINED
	    ? join_budget(longer)
	    : edit_budget(longer);

	return edit_bits_within(w->signature, p->token.signature,
		   edit_bits(budget)) &&
	    edit_sounds_fit(&w->sounds, &p->sounds, budget) &&
	    edit_bits_within(w->counts, counts, edit_count_bits(budget)) &&
	    edit_pattern_cost(pattern, texts + w->text, w->len, budget) <=
	    budget;
}

static const struct bucket *
bucket_first(const struct index *index, uint32_t part)
{
	const struct bucket *b = index_section(index, SECTION_BUCKETS);
	size_t lo = 0, hi = section_count(index, SECTION_BUCKETS);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (b[mid].part < part)
			lo = mid + 1;
		else
			hi = mid;
	}
	return b + lo;
}

/* Visit the buckets whose sounds are near enough. */
static void
scan(struct finder *f, struct probe *p)
{
	const struct bucket *b = bucket_first(f->index, p->view * PARTS);
	const struct bucket *end = bucket_first(f->index,
	    (p->view + 1u) * PARTS);
	const struct word_record *words = index_section(f->index,
	    SECTION_WORDS);
	const char *texts = index_section(f->index, SECTION_TEXT);
	uint64_t counts = edit_counts(p->token.text, p->token.len);
	int abjad = p->token.flags & TOKEN_ABJAD;
	int gap = p->joined ? 2 : LENGTH_GAP;
	size_t len = p->token.len + (size_t)gap;
	int join_bits = edit_bits(join_budget(len));
	int word_bits = p->joined ? join_bits : edit_bits(edit_budget(len));
	struct edit_pattern pattern;
	uint32_t i;

	p->sounds = edit_sounds(p->token.text, p->token.len);
	edit_pattern_init(&pattern, p->token.text, p->token.len);
	for (; b < end; b++) {
		const struct word_record *w = words + b->words.first;
		enum part part = (enum part)(b->part % PARTS);
		int all = abjad || part == PART_ABJAD;
		int bits = part == PART_JOINED ? join_bits : word_bits;

		if (part == PART_JOINED && p->joined)
			continue;
		if (!all &&
		    !edit_bits_within(b->signature, p->token.signature, bits))
			continue;
		for (i = 0; i < b->words.count; i++, w++) {
			int d = (int)w->len - (int)p->token.len;

			if (all ||
			    (d <= gap && -d <= gap &&
				is_near(w, p, counts, &pattern, texts)))
				try_word(f, w, p);
		}
	}
}

/* Words that the lexicon calls another form of the query's word. */
static void
scan_groups(struct finder *f, const struct probe *p)
{
	const struct group_record *g = index_section(f->index, SECTION_GROUPS);
	const struct word_record *words = index_section(f->index,
	    SECTION_WORDS);
	size_t n = section_count(f->index, SECTION_GROUPS), i;

	for (i = 0; i < WORD_GROUPS && p->token.group[i] != 0; i++) {
		size_t lo = 0, hi = n;

		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;

			if (g[mid].group < p->token.group[i])
				lo = mid + 1;
			else
				hi = mid;
		}
		for (; lo < n && g[lo].group == p->token.group[i]; lo++)
			try_word(f, words + g[lo].word, p);
	}
}

static void
probe_joined(struct finder *f, const struct name *q, size_t at, size_t n,
    uint8_t number)
{
	char room[TOKEN_LEN + 1];
	struct probe p = { .number = number, .joined = 1, .view = q->view };
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		const struct token *t = &q->tokens[at + i];

		if (t->kind == TOKEN_NUMBER || len + t->len > TOKEN_LEN)
			return;
		memcpy(room + len, t->text, t->len);
		len += t->len;
		p.weight += (float)t->weight / 100.0f;
		p.token.flags |= t->flags & TOKEN_ABJAD;
	}
	if (!join_allowed(n, len))
		return;
	room[len] = '\0';
	p.token.text = room;
	p.token.len = (uint8_t)len;
	p.token.signature = edit_signature(room, len);
	scan(f, &p);
}

static void
probe_initials(struct finder *f, const struct name *q, uint8_t number)
{
	char room[TOKEN_LEN + 1];
	struct probe p = { .number = number, .joined = 1, .view = q->view };
	size_t i;

	if (q->count < 2 || q->count > 6 || q->view != VIEW_ENTITY)
		return;
	for (i = 0; i < q->count; i++)
		room[i] = q->tokens[i].text[0];
	room[q->count] = '\0';
	p.token.text = room;
	p.token.len = (uint8_t)q->count;
	p.token.signature = edit_signature(room, q->count);
	p.weight = (float)q->count;
	scan(f, &p);
}

static int
candidate_order(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->share > y->share || x->share < y->share)
		return x->share > y->share ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static size_t
select_names(struct finder *f, const struct name *q, float cutoff,
    struct candidate *out, size_t limit)
{
	const struct name_record *names = index_section(f->index,
	    SECTION_NAMES);
	struct candidate *all = f->memory->alloc(f->memory->owner,
	    (f->touched_count + 1) * sizeof(*all));
	float mass = 0;
	size_t i, n = 0;

	for (i = 0; i < q->count; i++)
		mass += (float)q->tokens[i].weight / 100.0f;
	for (i = 0; i < f->touched_count; i++) {
		uint32_t at = f->touched[i];
		float other = (float)names[at].mass / 100.0f;
		float less = other < mass ? other : mass;

		if (names[at].view == q->view && f->found[at] >= cutoff * less)
			all[n++] = (struct candidate){ at,
				f->found[at] / (less + 0.01f) };
		f->found[at] = 0;
		f->last[at] = 0;
	}
	f->touched_count = 0;
	if (n > limit) {
		qsort(all, n, sizeof(*all), candidate_order);
		n = limit;
	}
	memcpy(out, all, n * sizeof(*all));
	return n;
}

size_t
finder_run(struct finder *finder, const struct name *query, float cutoff,
    struct candidate *candidates_out, size_t limit)
{
	size_t i, n;
	uint8_t number = 0;

	for (i = 0; i < query->count; i++) {
		struct probe p = { .token = query->tokens[i],
			.view = query->view };

		if (p.token.kind == TOKEN_INITIAL && query->count > 1)
			continue;
		p.weight = (float)p.token.weight / 100.0f;
		p.number = ++number;
		scan(finder, &p);
		scan_groups(finder, &p);
	}
	for (n = 2; n <= JOIN_MAX; n++) {
		for (i = 0; i + n <= query->count; i++)
			probe_joined(finder, query, i, n, ++number);
	}
	probe_initials(finder, query, ++number);
	return select_names(finder, query, cutoff, candidates_out, limit);
}
