/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/config/fault.h"

#include "core/schema/spell.h"

#define KNOWN_MOST 96

static const struct {
	const char *rule, *id;
} rows[] = {
	{ "type", "wrong_type" },
	{ "enum", "not_allowed" },
	{ "const", "not_allowed" },
	{ "minimum", "out_of_range" },
	{ "maximum", "out_of_range" },
	{ "exclusiveMinimum", "out_of_range" },
	{ "exclusiveMaximum", "out_of_range" },
	{ "multipleOf", "out_of_range" },
	{ "minLength", "wrong_length" },
	{ "maxLength", "wrong_length" },
	{ "pattern", "wrong_pattern" },
	{ "format", "wrong_pattern" },
	{ "minItems", "wrong_count" },
	{ "maxItems", "wrong_count" },
	{ "minProperties", "wrong_count" },
	{ "maxProperties", "wrong_count" },
	{ "contains", "wrong_count" },
	{ "minContains", "wrong_count" },
	{ "maxContains", "wrong_count" },
	{ "uniqueItems", "wrong_count" },
	{ "required", "missing_key" },
	{ "dependentRequired", "missing_key" },
	{ "propertyNames", "bad_module_name" },
};

static const char *
id_of(const char *rule)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].rule, rule) == 0)
			return rows[i].id;
	return "wrong_shape"; /* anyOf, oneOf, not, false, too deep */
}

/* "/limits/max_body" below "" is limits.max_body. */
static const char *
dotted(struct arena *a, const char *prefix, const char *pointer)
{
	char *words = arena_format(a, "%s%s", prefix, pointer);

	for (char *p = words; *p != '\0'; p++)
		if (*p == '/')
			*p = '.';
	return words[0] == '.' ? words + 1 : words;
}

/* "one of a, b" with the further words, as a list. */
static uint32_t
known_words(struct arena *a, const char *expected, const char *const *more,
    const char *words[KNOWN_MOST])
{
	uint32_t n = 0;
	char *p, *end;

	for (; more != NULL && *more != NULL && n < KNOWN_MOST; more++)
		words[n++] = *more;
	if (strncmp(expected, "one of ", 7) != 0)
		return n;
	for (p = arena_strdup(a, expected + 7); n < KNOWN_MOST; p = end + 2) {
		end = strstr(p, ", ");
		if (end != NULL)
			*end = '\0';
		if (strcmp(p, "…") != 0)
			words[n++] = p;
		if (end == NULL)
			break;
	}
	return n;
}

static void
unknown_key(struct fault_sink *f, const struct schema_error *e,
    const char *where, const char *const *more)
{
	struct config_error *one = fault_name(f, "unknown_key", e->at);
	const char *words[KNOWN_MOST], *list = "";
	uint32_t n = known_words(f->arena, e->expected, more, words);
	const char *dot = where + strlen(where) - e->at->key_length;

	one->words[0] = e->at->key;
	one->words[1] = dot > where
	    ? arena_copy(f->arena, where, (size_t)(dot - where) - 1)
	    : NULL;
	for (uint32_t i = 0; i < n; i++)
		list = arena_format(f->arena, "%s%s%s", list, i > 0 ? ", " : "",
		    words[i]);
	one->expected = list;
	one->suggestion = e->hint != NULL && more == NULL
	    ? e->hint
	    : spell_nearest(e->at->key, e->at->key_length, words, n);
}

/* What word a value must be, "'auto'" (or something else), without quotes. */
static const char *
only_word(struct arena *a, const struct schema_error *e)
{
	const char *word;

	if (strcmp(e->rule, "const") != 0 || e->expected[0] != '\'' ||
	    e->at->type != EP_T_TEXT)
		return NULL;
	word = arena_copy(a, e->expected + 1, strcspn(e->expected + 1, "'"));
	return spell_nearest(e->at->text, e->at->count, &word, 1);
}

/* What could not be put in has been told already. */
static bool
lacks_variable(const struct fault_sink *f, const struct ep_node *n)
{
	const struct yaml_mark *m = fault_mark(f, n);

	if (m == NULL || n->type != EP_T_TEXT)
		return false;
	for (const struct config_error *e = f->errors->first; e != NULL;
	     e = e->next)
		if (strncmp(e->id, "variable_", 9) == 0 && e->line == m->line &&
		    e->column >= m->column && e->column < m->end_column)
			return true;
	return false;
}

void
fault_from_schema(struct fault_sink *f, const struct schema_errors *errors,
    const char *prefix, const char *const *more)
{
	for (uint32_t i = 0; i < errors->count; i++) {
		const struct schema_error *e = errors->items + i;
		const char *where = dotted(f->arena, prefix, e->pointer);
		const char *id = id_of(e->rule);
		bool is_top = strchr(e->pointer + (*e->pointer == '/'), '/') ==
		    NULL;
		struct config_error *one;

		if (strcmp(e->rule, "additionalProperties") == 0) {
			unknown_key(f, e, where, is_top ? more : NULL);
			continue;
		}
		if (lacks_variable(f, e->at))
			continue;
		if (strcmp(id, "bad_module_name") == 0 ||
		    (strcmp(id, "missing_key") == 0 && e->at->key != NULL))
			one = fault_name(f, id, e->at);
		else
			one = fault_value(f, id, e->at);
		one->words[0] = *where != '\0' ? where : "entrepot.yaml";
		if (strcmp(id, "bad_module_name") == 0)
			one->words[0] = e->at->key;
		one->expected = e->expected;
		one->got = e->got;
		one->suggestion = e->hint != NULL ? e->hint
						  : only_word(f->arena, e);
	}
	f->errors->has_more = f->errors->has_more || errors->has_more;
}
