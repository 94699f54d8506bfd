/* SPDX-License-Identifier: BSD-2-Clause */

#include "index.h"

#include "index_file.h"
#include "index_find.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CANDIDATES 600
#define LIMIT_DEFAULT 10
#define LIMIT_MAX 500
#define QUERY_NAMES 24

/* An entry's best name so far. */
struct found_entry {
	uint32_t entry, name;
	uint32_t query; /* which reading of the query */
	float score;
	uint8_t exact; /* letter for letter as listed */
};

/* One call of index_screen(). */
struct screening {
	const struct index *index;
	const struct match_config *config;
	const struct screen_query *query;
	const struct screen_options *options;
	const struct memory *memory;
	float threshold;
	struct name names[QUERY_NAMES]; /* readings of the query */
	size_t name_count;
	struct found_entry *found;
	size_t found_count, found_size;
	size_t scored;
};

static const struct entry_record *
entry_at(const struct index *ix, uint32_t i)
{
	return (const struct entry_record *)index_section(ix, SECTION_ENTRIES) +
	    i;
}

static const struct name_record *
name_at(const struct index *ix, uint32_t i)
{
	return (const struct name_record *)index_section(ix, SECTION_NAMES) + i;
}

static void
found_add(struct screening *s, const struct found_entry *e)
{
	if (s->found_count == s->found_size) {
		size_t size = s->found_size == 0 ? 64 : s->found_size * 2;
		struct found_entry *more = s->memory->alloc(s->memory->owner,
		    size * sizeof(*more));

		if (s->found_count > 0)
			memcpy(more, s->found, s->found_count * sizeof(*more));
		s->found = more;
		s->found_size = size;
	}
	s->found[s->found_count++] = *e;
}

/* The listed party's details, copied into the scorer's form. */
static void
party_load(const struct screening *s, uint32_t entry, struct party *party)
{
	const struct index *ix = s->index;
	const struct entry_record *e = entry_at(ix, entry);
	const struct birth_record *b = index_section(ix, SECTION_BIRTHS);
	const struct country_record *c = index_section(ix, SECTION_COUNTRIES);
	const struct identifier_record *id = index_section(ix,
	    SECTION_IDENTIFIERS);
	const char *texts = index_section(ix, SECTION_TEXT);
	const struct memory *m = s->memory;
	struct birth_date *births;
	struct country *countries;
	struct identifier *ids;
	uint32_t i;

	births = m->alloc(m->owner, (e->births.count + 1) * sizeof(*births));
	countries = m->alloc(m->owner,
	    (e->countries.count + 1) * sizeof(*countries));
	ids = m->alloc(m->owner, (e->identifiers.count + 1) * sizeof(*ids));
	for (i = 0; i < e->births.count; i++) {
		const struct birth_record *r = &b[e->births.first + i];

		births[i] = (struct birth_date){ r->year, r->month, r->day,
			r->circa };
	}
	for (i = 0; i < e->countries.count; i++)
		memcpy(countries[i].code, c[e->countries.first + i].code, 3);
	for (i = 0; i < e->identifiers.count; i++) {
		ids[i].type = texts + id[e->identifiers.first + i].type;
		ids[i].value = texts + id[e->identifiers.first + i].value;
	}
	party->type = (enum party_type)e->type;
	party->births = births;
	party->birth_count = e->births.count;
	party->countries = countries;
	party->country_count = e->countries.count;
	party->identifiers = ids;
	party->identifier_count = e->identifiers.count;
}

static struct party
query_party(const struct screening *s, size_t name)
{
	const struct screen_query *q = s->query;

	return (struct party){
		.type = q->type,
		.names = &s->names[name],
		.name_count = s->name_count > 0 ? 1 : 0,
		.births = q->births,
		.birth_count = q->birth_count,
		.countries = q->countries,
		.country_count = q->country_count,
		.identifiers = q->identifiers,
		.identifier_count = q->identifier_count,
	};
}

static int
is_wanted(const struct screening *s, uint32_t entry)
{
	const struct entry_record *e = entry_at(s->index, entry);

	if (s->options->lists != NULL && s->options->lists[e->list] == 0)
		return 0;
	return s->query->type == PARTY_ANY || e->type == PARTY_ANY ||
	    e->type == (uint32_t)s->query->type;
}

static void
name_score(struct screening *s, size_t query, uint32_t at)
{
	const struct name_record *r = name_at(s->index, at);
	struct token tokens[NAME_TOKENS];
	struct name listed;
	struct alignment al;
	struct party q,
	    l = { .names = &listed, .kinds = &r->kind, .name_count = 1 };
	struct found_entry e = { r->entry, at, (uint32_t)query, 0, 0 };
	size_t a, b;

	if (!is_wanted(s, r->entry))
		return;
	index_name(s->index, at, tokens, &listed);
	s->scored++;
	if (match_names(s->config, &s->names[query], &listed, &al) <
	    s->threshold)
		return;
	party_load(s, r->entry, &l);
	q = query_party(s, query);
	e.score = match_score(s->config, &q, &l, &a, &b);
	e.exact = strcasecmp(s->names[query].text, listed.text) == 0;
	if (e.score + 0.0000005f >= s->threshold)
		found_add(s, &e);
}

/* Entries that carry an identifier of the query, whatever their names. */
static void
identifiers_find(struct screening *s)
{
	const struct lookup_record *l = index_section(s->index, SECTION_LOOKUP);
	size_t n = (size_t)s->index->header->sections[SECTION_LOOKUP].count, i;

	for (i = 0; i < s->query->identifier_count; i++) {
		const char *v = s->query->identifiers[i].value;
		uint32_t hash = word_hash(v, strlen(v));
		size_t lo = 0, hi = n;

		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;

			if (l[mid].hash < hash)
				lo = mid + 1;
			else
				hi = mid;
		}
		for (; lo < n && l[lo].hash == hash; lo++) {
			const struct entry_record *r = entry_at(s->index,
			    l[lo].entry);
			struct found_entry e = { .entry = l[lo].entry };
			struct party q = query_party(s, 0), p = { 0 };
			size_t a, b;

			if (!is_wanted(s, e.entry) || r->names.count == 0)
				continue;
			e.name = r->names.first;
			q.name_count = 0;
			party_load(s, e.entry, &p);
			e.score = match_score(s->config, &q, &p, &a, &b);
			if (e.score >= s->threshold)
				found_add(s, &e);
		}
	}
}

static void
readings_add(struct screening *s, const struct name_reader *reader,
    const char *text, size_t len)
{
	static const enum name_view views[] = { VIEW_PERSON, VIEW_ENTITY,
		VIEW_CRAFT };

	size_t i;

	for (i = 0; i < 3; i++) {
		if (s->query->type != PARTY_ANY &&
		    view_of(s->query->type) != views[i])
			continue;
		if (s->name_count + NAME_READINGS > QUERY_NAMES)
			return;
		s->name_count += name_read(reader, text, len, views[i],
		    s->memory, &s->names[s->name_count]);
	}
}

static int
by_entry(const void *a, const void *b)
{
	const struct found_entry *x = a, *y = b;

	if (x->entry != y->entry)
		return x->entry < y->entry ? -1 : 1;
	if (x->score > y->score || x->score < y->score)
		return x->score > y->score ? -1 : 1;
	if (x->exact != y->exact)
		return x->exact ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static int
by_score(const void *a, const void *b)
{
	const struct found_entry *x = a, *y = b;

	if (x->score > y->score || x->score < y->score)
		return x->score > y->score ? -1 : 1;
	if (x->exact != y->exact)
		return x->exact ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* One row for each entry: its best name; then the best entries first. */
static void
found_order(struct screening *s)
{
	size_t i, n = 0;

	if (s->found_count == 0)
		return;
	qsort(s->found, s->found_count, sizeof(*s->found), by_entry);
	for (i = 0; i < s->found_count; i++) {
		if (n == 0 || s->found[n - 1].entry != s->found[i].entry)
			s->found[n++] = s->found[i];
	}
	s->found_count = n;
	qsort(s->found, n, sizeof(*s->found), by_score);
}

static void
hit_make(const struct screening *s, const struct found_entry *e,
    struct hit *hit)
{
	const struct index *ix = s->index;
	const struct entry_record *r = entry_at(ix, e->entry);
	const struct name_record *n = name_at(ix, e->name);
	const struct list_record *lists = index_section(ix, SECTION_LISTS);
	const uint32_t *programs = index_section(ix, SECTION_PROGRAMS);
	const char *texts = index_section(ix, SECTION_TEXT);
	const struct memory *m = s->memory;
	struct token *tokens = m->alloc(m->owner,
	    sizeof(*tokens) * NAME_TOKENS);
	struct name *listed = m->alloc(m->owner, sizeof(*listed));
	const char **names;
	struct party q = query_party(s, e->query),
		     l = { .names = listed,
			     .kinds = &n->kind,
			     .name_count = 1 };
	uint32_t i;

	index_name(ix, e->name, tokens, listed);
	party_load(s, e->entry, &l);
	names = m->alloc(m->owner, (r->programs.count + 1) * sizeof(*names));
	for (i = 0; i < r->programs.count; i++)
		names[i] = texts + programs[r->programs.first + i];
	*hit = (struct hit){
		.list = texts + lists[r->list].name,
		.entry_id = texts + r->id,
		.name = texts + n->text,
		.primary = texts + name_at(ix, r->names.first)->text,
		.type = (enum party_type)r->type,
		.kind = (enum name_kind)n->kind,
		.remarks = texts + r->remarks,
		.programs = names,
		.program_count = r->programs.count,
	};
	match_parties(s->config, &q, &l, m, &hit->result);
}

/* The same entry may have been imported in pieces: one hit is enough. */
static int
is_repeated(const struct hit *hits, size_t count, const struct hit *hit)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(hits[i].entry_id, hit->entry_id) == 0 &&
		    strcmp(hits[i].list, hit->list) == 0)
			return 1;
	}
	return 0;
}

static void
names_find(struct screening *s)
{
	struct candidate *c = s->memory->alloc(s->memory->owner,
	    sizeof(*c) * CANDIDATES);
	float cutoff = s->threshold * 0.8f;
	struct finder finder;
	size_t i, k, n;

	finder_init(&finder, s->index, s->memory);
	for (i = 0; i < s->name_count; i++) {
		n = finder_run(&finder, &s->names[i],
		    cutoff < 0.56f ? cutoff : 0.56f, c, CANDIDATES);
		for (k = 0; k < n; k++)
			name_score(s, i, c[k].name);
	}
}

void
index_screen(const struct index *index, const struct name_reader *reader,
    const struct screen_query *query, const struct screen_options *options,
    const struct memory *memory, struct screen_result *result_out)
{
	struct screening *s = memory->alloc(memory->owner, sizeof(*s));
	size_t limit = options->limit, i, n = 0;
	struct hit *hits;

	s->index = index;
	s->config = options->config != NULL ? options->config : &match_defaults;
	s->query = query;
	s->options = options;
	s->memory = memory;
	s->threshold = options->threshold > 0 ? options->threshold
					      : s->config->review;
	if (query->name_len > 0)
		readings_add(s, reader, query->name, query->name_len);
	for (i = 0; i < query->alias_count; i++)
		readings_add(s, reader, query->aliases[i],
		    strlen(query->aliases[i]));
	names_find(s);
	identifiers_find(s);
	found_order(s);
	if (limit == 0)
		limit = LIMIT_DEFAULT;
	if (limit > LIMIT_MAX)
		limit = LIMIT_MAX;
	hits = memory->alloc(memory->owner, sizeof(*hits) * (limit + 1));
	for (i = 0; i < s->found_count && n < limit; i++) {
		hit_make(s, &s->found[i], &hits[n]);
		n += is_repeated(hits, n, &hits[n]) ? 0 : 1;
	}
	*result_out = (struct screen_result){
		.decision = s->found_count > 0
		    ? match_decide(s->config, s->found[0].score)
		    : MATCH_CLEAR,
		.hits = hits,
		.hit_count = n,
		.candidates = s->scored,
	};
}
