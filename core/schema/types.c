/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/shape.h"

uint32_t
shape_types_of(const struct ep_node *value)
{
	struct decimal d;

	switch (value->type) {
	case EP_T_INT:
		return 1u << EP_T_REAL | SHAPE_INTEGER;
	case EP_T_REAL:
		decimal_read(&d, value);
		return 1u << EP_T_REAL |
		    (decimal_is_integer(&d) ? SHAPE_INTEGER : 0u);
	default:
		return 1u << value->type;
	}
}

const char *
shape_types_words(struct arena *a, uint32_t types)
{
	static const struct {
		uint32_t bit;
		const char *word;
	} rows[] = {
		{ 1u << EP_T_OBJECT, "object" },
		{ 1u << EP_T_ARRAY, "array" },
		{ 1u << EP_T_TEXT, "string" },
		{ SHAPE_INTEGER, "integer" },
		{ 1u << EP_T_REAL, "number" },
		{ 1u << EP_T_BOOL, "boolean" },
		{ 1u << EP_T_NULL, "null" },
	};

	const char *words = NULL;

	if (types & 1u << EP_T_REAL)
		types &= ~SHAPE_INTEGER;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (types & rows[i].bit)
			words = words == NULL
			    ? rows[i].word
			    : arena_format(a, "%s or %s", words, rows[i].word);
	return words != NULL ? words : "no type";
}
