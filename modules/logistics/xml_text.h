/* SPDX-License-Identifier: BSD-2-Clause */

/* XML that is written: a text that grows in the memory of an answer. */

#pragma once

#include "numbers.h"

struct xml_text {
	const struct memory *memory;
	char *bytes; /* ends in a NUL */
	size_t length, room;
};

/* As it is. */
void xml_add(struct xml_text *t, const char *markup);

/* With what XML reserves as references; controls, which XML 1.0 has no place
 * for, as spaces. */
void xml_add_escaped(struct xml_text *t, const char *text);

/* <name>text</name> and a line's end.  The name must be one: see
 * xml_is_name(). */
void xml_add_member(struct xml_text *t, const char *name, const char *text);

/* Letters, digits and underscores that do not begin with a digit. */
bool xml_is_name(const char *name);
