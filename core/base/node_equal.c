/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/node.h"
#include "core/base/number.h"

#include <math.h>

static bool
is_number(const struct ep_node *n)
{
	return n->type == EP_T_INT || n->type == EP_T_REAL;
}

static bool
numbers_equal(const struct ep_node *a, const struct ep_node *b)
{
	if (a->type == EP_T_INT && b->type == EP_T_INT)
		return a->u.integer == b->u.integer;
	if (node_real(a, 0) != node_real(b, 0))
		return false;
	if (a->text != NULL && b->text != NULL)
		return number_equal(a->text, a->count, b->text, b->count);
	if (a->type == EP_T_REAL && b->type == EP_T_REAL)
		return true;
	if (a->type == EP_T_REAL) {
		const struct ep_node *swap = a;

		a = b;
		b = swap;
	}
	return b->u.real >= -0x1p63 && b->u.real < 0x1p63 &&
	    b->u.real == trunc(b->u.real) && (int64_t)b->u.real == a->u.integer;
}

static bool
same_name(const struct ep_node *a, const struct ep_node *b)
{
	return a->key_length == b->key_length &&
	    memcmp(a->key, b->key, a->key_length) == 0;
}

static bool
children_equal(const struct ep_node *a, const struct ep_node *b)
{
	uint32_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++) {
		const struct ep_node *x = a->u.items + i;
		const struct ep_node *y = b->u.items + i;

		if (a->type == EP_T_OBJECT && !same_name(x, y))
			y = node_get_n(b, x->key, x->key_length);
		if (!node_equal(x, y))
			return false;
	}
	return true;
}

bool
node_equal(const struct ep_node *a, const struct ep_node *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (is_number(a) && is_number(b))
		return numbers_equal(a, b);
	if (a->type != b->type)
		return false;
	if ((a->type == EP_T_ARRAY || a->type == EP_T_OBJECT))
		return children_equal(a, b);
	if (a->type == EP_T_TEXT)
		return a->count == b->count &&
		    memcmp(a->text, b->text, a->count) == 0;
	return a->type == EP_T_NULL || a->u.integer == b->u.integer;
}
