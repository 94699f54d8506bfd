/* SPDX-License-Identifier: BSD-2-Clause */

#include "party.h"

#include <math.h>
#include <string.h>

#define IDENTIFIER_BYTES 64

/* Schemas of FollowTheMoney that are narrower than PARTY_ANY. */
static const struct {
	const char *schema;
	enum party_type type;
} schemas[] = {
	{ "Person", PARTY_INDIVIDUAL },
	{ "Company", PARTY_ENTITY },
	{ "Organization", PARTY_ENTITY },
	{ "Vessel", PARTY_VESSEL },
	{ "Airplane", PARTY_AIRCRAFT },
};

enum party_type
party_type_read(const struct ep_node *object)
{
	uint32_t n;
	const char *text = ep_node_text(ep_node_get(object, "type"), &n);
	size_t i;

	if (text != NULL)
		return party_type_find(text, n);
	text = ep_node_text(ep_node_get(object, "schema"), NULL);
	for (i = 0; text != NULL && i < sizeof(schemas) / sizeof(schemas[0]);
	     i++)
		if (strcmp(schemas[i].schema, text) == 0)
			return schemas[i].type;
	return PARTY_ANY;
}

static void
ignore(struct ep_op *op, struct party_question *q, const char *prefix,
    const char *pointer)
{
	(void)ep_append(op, q->ignored, ep_concat(op, prefix, pointer));
}

/* The values of a member and of its plural, each with its pointer. */
struct values {
	const struct ep_node *one, *many;
	const char *one_pointer, *many_pointer;
};

static uint32_t
value_count(const struct values *v)
{
	return (v->one != NULL ? 1 : 0) + ep_node_count(v->many);
}

static const struct ep_node *
value_at(struct ep_op *op, const struct values *v, uint32_t i,
    const char **pointer_out)
{
	if (v->one != NULL && i == 0) {
		*pointer_out = v->one_pointer;
		return v->one;
	}
	i -= v->one != NULL ? 1 : 0;
	*pointer_out = ep_concat(op, v->many_pointer, "/",
	    ep_format(op, (int64_t)i));
	return ep_node_at(v->many, i);
}

static void
births_read(struct ep_op *op, const struct ep_node *node, const char *prefix,
    struct party_question *q)
{
	const struct values v = { ep_node_get(node, "birth_date"),
		ep_node_get(node, "birth_dates"), "/birth_date",
		"/birth_dates" };
	struct birth_date *dates = ep_alloc(op,
	    (value_count(&v) + 1) * sizeof(*dates));
	const char *pointer, *text;
	uint32_t i, n;

	q->query.births = dates;
	for (i = 0; i < value_count(&v); i++) {
		text = ep_node_text(value_at(op, &v, i, &pointer), &n);
		if (text != NULL &&
		    birth_date_read(text, n, &dates[q->query.birth_count]))
			q->query.birth_count++;
		else
			ignore(op, q, prefix, pointer);
	}
}

static void
countries_read(struct ep_op *op, const struct ep_node *node, const char *prefix,
    struct party_question *q)
{
	const struct values v = { ep_node_get(node, "country"),
		ep_node_get(node, "countries"), "/country", "/countries" };
	const struct name_reader *reader = &compliance_state(op)->reader;
	const struct memory memory = operation_memory(op);
	struct country *out = ep_alloc(op,
	    (value_count(&v) + 1) * sizeof(*out));
	const char *pointer, *text, *code;
	uint32_t i, n;

	q->query.countries = out;
	for (i = 0; i < value_count(&v); i++) {
		text = ep_node_text(value_at(op, &v, i, &pointer), &n);
		code = text == NULL ? NULL
				    : country_code(reader->lexicon,
					  reader->folder, &memory, text, n);
		if (code == NULL && n == 2)
			code = country_code_valid(reader->lexicon, text);
		if (code == NULL) {
			ignore(op, q, prefix, pointer);
			continue;
		}
		memcpy(out[q->query.country_count++].code, code, 2);
	}
}

static void
identifiers_read(struct ep_op *op, const struct ep_node *node,
    struct party_question *q)
{
	const struct ep_node *all = ep_node_get(node, "identifiers"), *n;
	struct identifier *out = ep_alloc(op,
	    (ep_node_count(all) + 1) * sizeof(*out));
	const char *text, *type;
	uint32_t i, length;
	char *value;

	q->query.identifiers = out;
	for (i = 0; i < ep_node_count(all); i++) {
		n = ep_node_at(all, i);
		text = ep_node_text(ep_node_get(n, "value"), &length);
		type = ep_node_text(ep_node_get(n, "type"), NULL);
		value = ep_alloc(op, IDENTIFIER_BYTES + 1);
		if (text == NULL ||
		    identifier_normalise(text, length, value,
			IDENTIFIER_BYTES) < 3)
			continue;
		out[q->query.identifier_count++] = (struct identifier){
			type != NULL ? type : "identifier", value
		};
	}
}

static void
names_read(struct ep_op *op, const struct ep_node *node,
    struct party_question *q)
{
	const struct ep_node *aliases = ep_node_get(node, "aliases");
	const char **texts = ep_alloc(op,
	    (ep_node_count(aliases) + 1) * sizeof(*texts));
	const char *text;
	uint32_t i, n = 0;

	text = ep_node_text(ep_node_get(node, "name"), &n);
	q->query.name = text != NULL ? text : "";
	q->query.name_len = text != NULL ? n : 0;
	q->query.aliases = texts;
	for (i = 0; i < ep_node_count(aliases); i++) {
		text = ep_node_text(ep_node_at(aliases, i), NULL);
		if (text != NULL)
			texts[q->query.alias_count++] = text;
	}
}

ep_status
party_read(struct ep_op *op, const struct ep_node *node, const char *prefix,
    enum party_type type, struct party_question *question_out)
{
	struct party_question *q = question_out;

	memset(q, 0, sizeof(*q));
	q->ignored = ep_array(op);
	if (ep_node_type(node) == EP_T_TEXT)
		node = ep_object(op, EP_ARG("name", node));
	q->query.type = party_type_read(node);
	if (q->query.type == PARTY_ANY)
		q->query.type = type;
	names_read(op, node, q);
	births_read(op, node, prefix, q);
	countries_read(op, node, prefix, q);
	identifiers_read(op, node, q);
	if (!party_has_name(op, &q->query))
		return ep_fail(op, EP_REFUSED, "empty_name");
	return EP_OK;
}

bool
party_has_name(struct ep_op *op, const struct screen_query *query)
{
	const struct memory memory = operation_memory(op);
	struct name readings[NAME_READINGS];

	return query->name_len > 0 &&
	    name_read(&compliance_state(op)->reader, query->name,
		query->name_len, view_of(query->type), &memory, readings) > 0;
}

size_t
party_names(struct ep_op *op, const struct screen_query *query,
    enum name_view view, const struct name **names_out)
{
	const struct name_reader *reader = &compliance_state(op)->reader;
	const struct memory memory = operation_memory(op);
	struct name *names = ep_alloc(op,
	    (query->alias_count + 1) * NAME_READINGS * sizeof(*names));
	size_t n, i;

	n = name_read(reader, query->name, query->name_len, view, &memory,
	    names);
	for (i = 0; i < query->alias_count; i++)
		n += name_read(reader, query->aliases[i],
		    strlen(query->aliases[i]), view, &memory, names + n);
	*names_out = names;
	return n;
}

double
party_score(float score)
{
	return round((double)score * 1e6) / 1e6;
}

const char *
party_decision(enum match_decision decision)
{
	static const char *const names[] = { [MATCH_CLEAR] = "clear",
		[MATCH_REVIEW] = "review",
		[MATCH_MATCH] = "match" };

	return names[decision];
}

struct ep_node *
party_features(struct ep_op *op, const struct match_result *result)
{
	struct ep_node *features = ep_array(op), *one;
	size_t i;

	for (i = 0; i < result->feature_count; i++) {
		const struct feature *f = &result->features[i];

		one = ep_object(op, EP_ARG("name", f->name),
		    EP_ARG("score", party_score(f->score)));
		if (f->query != NULL && f->query[0] != '\0')
			(void)ep_set(op, one, EP_ARG("query", f->query));
		if (f->listed != NULL && f->listed[0] != '\0')
			(void)ep_set(op, one, EP_ARG("listed", f->listed));
		if (f->detail != NULL && f->detail[0] != '\0')
			(void)ep_set(op, one, EP_ARG("detail", f->detail));
		(void)ep_append(op, features, one);
	}
	return features;
}
