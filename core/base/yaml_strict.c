/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/yaml_strict.h"

#include <stdbool.h>
#include <string.h>

static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The byte at a mark; the end when it is beyond. */
static size_t
byte_at(struct yaml_cursor *c, yaml_mark_t mark)
{
	while (c->index < mark.index && c->byte < c->length) {
		do
			c->byte++;
		while (c->byte < c->length && is_tail(c->text[c->byte]));
		c->index++;
	}
	while (c->index > mark.index && c->byte > 0) {
		do
			c->byte--;
		while (c->byte > 0 && is_tail(c->text[c->byte]));
		c->index--;
	}
	return c->byte;
}

static char
char_at(const struct yaml_cursor *c, size_t at)
{
	return (char)(at < c->length ? c->text[at] : '\0');
}

static char
char_before(const struct yaml_cursor *c, size_t at)
{
	return (char)(at > 0 ? c->text[at - 1] : '\0');
}

/* Runs to the next line; the end when there is none. */
static size_t
next_line(const struct yaml_cursor *c, size_t at)
{
	const char *p = memchr(c->text + at, '\n', c->length - at);

	return p != NULL ? (size_t)(p - c->text) + 1 : c->length;
}

static const char *
check_block_header(const struct yaml_cursor *c, size_t at, size_t indent)
{
	size_t widest = 0, blanks;
	bool has_width = false;
	char stop;

	/* An anchor or a tag may stand before the indicator. */
	while (at < c->length && c->text[at] != '|' && c->text[at] != '>')
		at++;
	for (at++; at < c->length && strchr("+-0123456789", c->text[at]); at++)
		if (c->text[at] != '+' && c->text[at] != '-')
			has_width = true;
	if (char_at(c, at) == '#')
		return "a comment needs a blank before it";
	if (has_width || indent == YAML_NO_INDENT)
		return NULL;
	for (at = next_line(c, at); at < c->length; at = next_line(c, at)) {
		for (blanks = 0; char_at(c, at + blanks) == ' '; blanks++)
			continue;
		stop = char_at(c, at + blanks);
		if (stop != '\n' && stop != '\r' && stop != '\0')
			return blanks > indent && blanks < widest
			    ? "empty lines before a block of text must not "
			      "be indented more than the text"
			    : NULL;
		widest = blanks > widest ? blanks : widest;
	}
	return NULL;
}

static const char *
check_scalar(struct yaml_cursor *c, const yaml_event_t *e, size_t indent)
{
	const char *value = (const char *)e->data.scalar.value;
	size_t at = byte_at(c, e->start_mark);

	/* Two indicators that are text when no blank follows: libyaml takes
	 * ?a and -, in flow collections for something else. */
	if (char_before(c, at) == '?')
		return "an explicit name needs a blank between ? and it; put "
		       "text that begins with ? in quotes";
	switch (e->data.scalar.style) {
	case YAML_PLAIN_SCALAR_STYLE:
		if (value[0] == '-' && (value[1] == '\0' || value[1] == ' '))
			return "text that is - or begins with it and a blank "
			       "needs quotes";
		return NULL;
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return char_at(c, byte_at(c, e->end_mark)) == '#'
		    ? "a comment needs a blank before it"
		    : NULL;
	default:
		return check_block_header(c, at, indent);
	}
}

const char *
yaml_strict_event(struct yaml_cursor *c, const yaml_event_t *e, size_t indent)
{
	size_t at;

	if (e->type == YAML_SCALAR_EVENT)
		return check_scalar(c, e, indent);
	at = byte_at(c, e->end_mark);
	if ((char_before(c, at) == ']' || char_before(c, at) == '}') &&
	    char_at(c, at) == '#')
		return "a comment needs a blank before it";
	return NULL;
}

const char *
yaml_strict_value(struct yaml_cursor *c, const yaml_event_t *e)
{
	size_t at = byte_at(c, e->start_mark);

	if (e->start_mark.index == e->end_mark.index)
		return NULL; /* nothing is there */
	return char_before(c, at) == ':'
	    ? "a value needs a blank between : and it"
	    : NULL;
}

const char *
yaml_strict_directives(struct yaml_cursor *c, const yaml_event_t *e)
{
	size_t end = byte_at(c, e->end_mark), at, next, i;

	for (at = 0; at < end; at = next) {
		next = next_line(c, at);
		if (char_at(c, at) == '-')
			break; /* the document itself */
		if (next - at < 5 || memcmp(c->text + at, "%YAML", 5) != 0)
			continue;
		for (i = at + 5; i < next && c->text[i] != '#'; i++)
			continue;
		if (i < next && c->text[i - 1] != ' ' && c->text[i - 1] != '\t')
			return "a comment needs a blank before it";
	}
	return NULL;
}
