/* SPDX-License-Identifier: BSD-2-Clause */

#include "xml_text.h"

#include <ctype.h>
#include <string.h>

static void
add(struct xml_text *t, const char *bytes, size_t n)
{
	if (t->length + n + 1 > t->room) {
		char *old = t->bytes;

		t->room = (t->length + n + 1) * 2 + 256;
		t->bytes = t->memory->alloc(t->memory->owner, t->room);
		if (t->length > 0)
			memcpy(t->bytes, old, t->length);
	}
	memcpy(t->bytes + t->length, bytes, n);
	t->length += n;
	t->bytes[t->length] = '\0';
}

void
xml_add(struct xml_text *t, const char *markup)
{
	add(t, markup, strlen(markup));
}

void
xml_add_escaped(struct xml_text *t, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '&')
			add(t, "&amp;", 5);
		else if (*text == '<')
			add(t, "&lt;", 4);
		else if (*text == '>')
			add(t, "&gt;", 4);
		else if (*text == '"')
			add(t, "&quot;", 6);
		else if ((unsigned char)*text < ' ' || *text == 0x7f)
			add(t, " ", 1);
		else
			add(t, text, 1);
	}
}

void
xml_add_member(struct xml_text *t, const char *name, const char *text)
{
	xml_add(t, "<");
	xml_add(t, name);
	xml_add(t, ">");
	xml_add_escaped(t, text);
	xml_add(t, "</");
	xml_add(t, name);
	xml_add(t, ">\n");
}

bool
xml_is_name(const char *name)
{
	if (*name == '\0' || isdigit((unsigned char)*name) != 0)
		return false;
	for (; *name != '\0'; name++)
		if ((unsigned char)*name >= 0x80 ||
		    (isalnum((unsigned char)*name) == 0 && *name != '_'))
			return false;
	return true;
}
