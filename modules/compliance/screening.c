/* SPDX-License-Identifier: BSD-2-Clause */

#include "local.h"

#include "party.h"

#include <string.h>

#define THRESHOLD_LEAST 0.000001f /* 0 means "as configured" below */

/* A byte for each list of the index, 1 where it was asked for; NULL: all. */
static ep_status
lists_wanted(struct ep_op *op, const struct index *index,
    const unsigned char **wanted_out)
{
	const struct ep_node *names = ep_node_get(ep_input(op), "lists");
	size_t n = index_list_count(index), k;
	unsigned char *wanted = ep_alloc(op, n + 1);
	struct list_meta meta;
	const char *name;
	uint32_t i;

	*wanted_out = ep_node_count(names) > 0 ? wanted : NULL;
	for (i = 0; i < ep_node_count(names); i++) {
		name = ep_node_text(ep_node_at(names, i), NULL);
		for (k = 0; k < n; k++) {
			index_list(index, k, &meta);
			if (strcmp(meta.name, name) == 0)
				break;
		}
		if (k == n)
			return ep_fail(op, EP_REFUSED, "unknown_list",
			    EP_ARG("list", name));
		wanted[k] = 1;
	}
	return EP_OK;
}

static const char *
list_note(const struct index *index, const char *list)
{
	struct list_meta meta;
	size_t i;

	for (i = 0; i < index_list_count(index); i++) {
		index_list(index, i, &meta);
		if (strcmp(meta.name, list) == 0)
			return meta.note;
	}
	return "";
}

static struct ep_node *
programs_array(struct ep_op *op, const struct hit *hit)
{
	struct ep_node *programs = ep_array(op);
	size_t i;

	for (i = 0; i < hit->program_count; i++)
		(void)ep_append(op, programs, hit->programs[i]);
	return programs;
}

static struct ep_node *
hit_object(struct ep_op *op, const struct index *index, const struct hit *hit)
{
	static const char *const kinds[] = { [NAME_PRIMARY] = "primary",
		[NAME_STRONG_AKA] = "strong_aka",
		[NAME_WEAK_AKA] = "weak_aka" };
	struct ep_node *out = ep_object(op, EP_ARG("list", hit->list),
	    EP_ARG("entry_id", hit->entry_id), EP_ARG("name", hit->primary),
	    EP_ARG("matched", hit->name), EP_ARG("kind", kinds[hit->kind]),
	    EP_ARG("type", party_type_name(hit->type)),
	    EP_ARG("score", party_score(hit->result.score)),
	    EP_ARG("decision", party_decision(hit->result.decision)),
	    EP_ARG("programs", programs_array(op, hit)),
	    EP_ARG("features", party_features(op, &hit->result)),
	    EP_ARG("note", list_note(index, hit->list)));

	if (hit->remarks[0] != '\0')
		(void)ep_set(op, out, EP_ARG("remarks", hit->remarks));
	return out;
}

static struct ep_node *
lists_array(struct ep_op *op, const struct index *index,
    const unsigned char *wanted)
{
	struct ep_node *lists = ep_array(op);
	struct list_meta meta;
	size_t i;

	for (i = 0; i < index_list_count(index); i++) {
		if (wanted != NULL && wanted[i] == 0)
			continue;
		index_list(index, i, &meta);
		(void)ep_append(op, lists,
		    ep_object(op, EP_ARG("list", meta.name),
			EP_ARG("version", meta.version),
			EP_ARG("sha256", meta.sha256),
			EP_ARG("entries", meta.entries),
			EP_ARG("note", meta.note)));
	}
	return lists;
}

static ep_status
options_read(struct ep_op *op, const struct index *index,
    struct screen_options *options)
{
	const struct ep_node *threshold = ep_node_get(ep_input(op),
	    "threshold");

	options->config = &compliance_state(op)->match;
	options->limit = (size_t)ep_in_int(op, "limit", 10);
	if (threshold != NULL) {
		options->threshold = (float)ep_node_real(threshold, 0);
		if (options->threshold < THRESHOLD_LEAST)
			options->threshold = THRESHOLD_LEAST;
	}
	return lists_wanted(op, index, &options->lists);
}

ep_status
compliance_screen(struct ep_op *op)
{
	const struct memory memory = operation_memory(op);
	struct screen_options options = { 0 };
	struct screen_result result;
	struct party_question q;
	const struct index *index;
	struct ep_node *hits, *answer;
	size_t i;

	EP_TRY(party_read(op, ep_input(op), "", PARTY_ANY, &q));
	EP_TRY(names_open(op, &index));
	EP_TRY(options_read(op, index, &options));
	index_screen(index, &compliance_state(op)->reader, &q.query, &options,
	    &memory, &result);
	hits = ep_array(op);
	for (i = 0; i < result.hit_count; i++)
		EP_TRY(ep_append(op, hits,
		    hit_object(op, index, &result.hits[i])));
	answer = ep_object(op,
	    EP_ARG("decision", party_decision(result.decision)),
	    EP_ARG("hits", hits),
	    EP_ARG("lists", lists_array(op, index, options.lists)));
	if (ep_node_count(q.ignored) > 0)
		(void)ep_set(op, answer, EP_ARG("ignored", q.ignored));
	(void)ep_counter_add(op, "screenings", 1);
	return ep_reply_node(op, 200, answer);
}

/* ---------------------------------------------------------- match_names -- */

static struct party
party_of(struct ep_op *op, const struct screen_query *q, enum name_view view)
{
	struct party party = {
		.type = q->type,
		.births = q->births,
		.birth_count = q->birth_count,
		.countries = q->countries,
		.country_count = q->country_count,
		.identifiers = q->identifiers,
		.identifier_count = q->identifier_count,
	};

	party.name_count = party_names(op, q, view, &party.names);
	return party;
}

/* The better reading counts where neither side says what it is. */
static void
compare(struct ep_op *op, const struct screen_query *a,
    const struct screen_query *b, struct match_result *best)
{
	static const enum name_view views[] = { VIEW_PERSON, VIEW_ENTITY,
		VIEW_CRAFT };
	const struct memory memory = operation_memory(op);
	enum party_type known = a->type != PARTY_ANY ? a->type : b->type;
	struct match_result result;
	struct party query, listed;
	size_t i;
	bool first = true;

	for (i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		if (known != PARTY_ANY && view_of(known) != views[i])
			continue;
		query = party_of(op, a, views[i]);
		listed = party_of(op, b, views[i]);
		match_parties(&compliance_state(op)->match, &query, &listed,
		    &memory, &result);
		if (first || result.score > best->score)
			*best = result;
		first = false;
	}
}

ep_status
compliance_match_names(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	enum party_type type = party_type_read(in);
	struct party_question query, candidate;
	struct match_result result = { 0 };
	struct ep_node *answer;
	uint32_t i;

	EP_TRY(
	    party_read(op, ep_node_get(in, "query"), "/query", type, &query));
	EP_TRY(party_read(op, ep_node_get(in, "candidate"), "/candidate", type,
	    &candidate));
	compare(op, &query.query, &candidate.query, &result);
	answer = ep_object(op,
	    EP_ARG("decision", party_decision(result.decision)),
	    EP_ARG("match", result.decision == MATCH_MATCH),
	    EP_ARG("score", party_score(result.score)),
	    EP_ARG("features", party_features(op, &result)));
	for (i = 0; i < ep_node_count(candidate.ignored); i++)
		EP_TRY(ep_append(op, query.ignored,
		    ep_node_at(candidate.ignored, i)));
	if (ep_node_count(query.ignored) > 0)
		(void)ep_set(op, answer, EP_ARG("ignored", query.ignored));
	return ep_reply_node(op, 200, answer);
}
