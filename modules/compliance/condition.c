/* SPDX-License-Identifier: BSD-2-Clause */

#include "condition.h"

#include "json_data.h"
#include "law.h"

#include <string.h>

#define DEPTH 16 /* of conditions within conditions */

/* The node that a path such as "product.hs" leads to; NULL when it is not
 * there, or null. */
static const struct ep_node *
field(const struct ep_node *facts, const char *path)
{
	char name[64];

	while (facts != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");

		if (n >= sizeof name)
			return NULL;
		memcpy(name, path, n);
		name[n] = '\0';
		facts = ep_node_get(facts, name);
		path += n + (path[n] == '.');
	}
	return ep_node_type(facts) == EP_T_NULL ? NULL : facts;
}

static bool
is_number(const struct ep_node *n)
{
	return ep_node_type(n) == EP_T_INT || ep_node_type(n) == EP_T_REAL;
}

/* A number or a decimal text as an exact fraction. */
static bool
read_number(const struct ep_node *n, mpq_t out)
{
	const char *text = ep_node_text(n, NULL);
	bool is_negative = text != NULL && *text == '-';

	if (ep_node_type(n) == EP_T_INT) {
		mpq_set_si(out, ep_node_int(n, 0), 1);
		return true;
	}
	if (ep_node_type(n) == EP_T_REAL) {
		mpq_set_d(out, ep_node_real(n, 0));
		return true;
	}
	if (text == NULL || rate_read(text + is_negative, out) != NULL)
		return false;
	if (is_negative)
		mpq_neg(out, out);
	return true;
}

/* -1, 0 or 1; 2 when the two do not compare. */
static int
compare(const struct ep_node *a, const struct ep_node *b)
{
	mpq_t x, y;
	int result = 2;

	mpq_init(x);
	mpq_init(y);
	if (read_number(a, x) && read_number(b, y)) {
		result = mpq_cmp(x, y);
		result = (result > 0) - (result < 0);
	}
	mpq_clear(x);
	mpq_clear(y);
	return result;
}

static bool
is_equal(const struct ep_node *a, const struct ep_node *b)
{
	const char *x = ep_node_text(a, NULL), *y = ep_node_text(b, NULL);

	if (x != NULL && y != NULL)
		return strcmp(x, y) == 0;
	if (is_number(a) && is_number(b))
		return compare(a, b) == 0;
	return ep_node_type(a) == EP_T_BOOL && ep_node_type(b) == EP_T_BOOL &&
	    ep_node_bool(a, false) == ep_node_bool(b, false);
}

static bool
is_among(const struct ep_node *n, const struct ep_node *list)
{
	for (uint32_t i = 0; i < ep_node_count(list); i++)
		if (is_equal(n, ep_node_at(list, i)))
			return true;
	return false;
}

static bool
op_eq(const struct ep_node *n, const struct ep_node *value)
{
	return is_equal(n, value);
}

static bool
op_ne(const struct ep_node *n, const struct ep_node *value)
{
	return !is_equal(n, value);
}

static bool
op_in(const struct ep_node *n, const struct ep_node *value)
{
	return is_among(n, value);
}

static bool
op_nin(const struct ep_node *n, const struct ep_node *value)
{
	return !is_among(n, value);
}

static bool
op_gt(const struct ep_node *n, const struct ep_node *value)
{
	return compare(n, value) == 1;
}

static bool
op_gte(const struct ep_node *n, const struct ep_node *value)
{
	int c = compare(n, value);

	return c == 0 || c == 1;
}

static bool
op_lt(const struct ep_node *n, const struct ep_node *value)
{
	return compare(n, value) == -1;
}

static bool
op_lte(const struct ep_node *n, const struct ep_node *value)
{
	int c = compare(n, value);

	return c == 0 || c == -1;
}

static bool
op_hs_prefix(const struct ep_node *n, const struct ep_node *value)
{
	const char *text = ep_node_text(n, NULL);

	for (uint32_t i = 0; text != NULL && i < ep_node_count(value); i++) {
		const char *each = ep_node_text(ep_node_at(value, i), NULL);

		if (each != NULL && strncmp(text, each, strlen(each)) == 0)
			return true;
	}
	return false;
}

static bool
op_contains(const struct ep_node *n, const struct ep_node *value)
{
	return ep_node_type(n) == EP_T_ARRAY && is_among(value, n);
}

static bool
op_contains_any(const struct ep_node *n, const struct ep_node *value)
{
	for (uint32_t i = 0; i < ep_node_count(value); i++)
		if (op_contains(n, ep_node_at(value, i)))
			return true;
	return false;
}

static bool
op_lacks(const struct ep_node *n, const struct ep_node *value)
{
	return ep_node_type(n) == EP_T_ARRAY && !is_among(value, n);
}

static bool
op_lacks_all(const struct ep_node *n, const struct ep_node *value)
{
	return ep_node_type(n) == EP_T_ARRAY && !op_contains_any(n, value);
}

static bool
op_exists(const struct ep_node *n, const struct ep_node *value)
{
	(void)n;
	(void)value;
	return true;
}

static const struct operator_row {
	const char *name;
	bool (*holds)(const struct ep_node *n, const struct ep_node *value);
} operators[] = { { "exists", op_exists }, { "eq", op_eq }, { "ne", op_ne },
	{ "in", op_in }, { "nin", op_nin }, { "gt", op_gt }, { "gte", op_gte },
	{ "lt", op_lt }, { "lte", op_lte }, { "hs_prefix", op_hs_prefix },
	{ "contains", op_contains }, { "contains_any", op_contains_any },
	{ "lacks", op_lacks }, { "lacks_all", op_lacks_all },
	{ "missing", NULL } };

static const struct operator_row *
operator_of(const struct ep_node *condition)
{
	const char *name = json_text(condition, "op");

	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (strcmp(operators[i].name, name) == 0)
			return &operators[i];
	return NULL;
}

bool
condition_holds(const struct ep_node *condition, const struct ep_node *facts)
{
	const struct ep_node *all = ep_node_get(condition, "all");
	const struct ep_node *any = ep_node_get(condition, "any");
	const struct ep_node *not = ep_node_get(condition, "not");
	const struct operator_row *o;
	const struct ep_node *n;

	if (all != NULL) {
		for (uint32_t i = 0; i < ep_node_count(all); i++)
			if (!condition_holds(ep_node_at(all, i), facts))
				return false;
		return true;
	}
	if (any != NULL) {
		for (uint32_t i = 0; i < ep_node_count(any); i++)
			if (condition_holds(ep_node_at(any, i), facts))
				return true;
		return false;
	}
	if (not != NULL)
		return !condition_holds(not, facts);
	o = operator_of(condition);
	n = field(facts, json_text(condition, "field"));
	if (o == NULL || n == NULL)
		return o != NULL && o->holds == NULL;
	return o->holds != NULL && o->holds(n, ep_node_get(condition, "value"));
}

static bool
is_good(const struct ep_node *condition, int depth)
{
	static const char *const lists[] = { "all", "any" };
	const struct ep_node *not = ep_node_get(condition, "not");

	if (depth == DEPTH)
		return false;
	for (size_t i = 0; i < 2; i++) {
		const struct ep_node *list = ep_node_get(condition, lists[i]);

		for (uint32_t k = 0; k < ep_node_count(list); k++)
			if (!is_good(ep_node_at(list, k), depth + 1))
				return false;
		if (list != NULL)
			return true;
	}
	return not != NULL ? is_good(not, depth + 1)
			   : operator_of(condition) != NULL;
}

bool
condition_is_good(const struct ep_node *condition)
{
	return is_good(condition, 0);
}
