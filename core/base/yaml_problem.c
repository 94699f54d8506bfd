/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/yaml_problem.h"

#include <string.h>

static const struct row {
	const char *problem; /* beginning of libyaml's words */
	const char *rule;
	const char *context; /* words in its context, or NULL: any */
	int at_context;      /* the mistake is where the construct begins */
} rows[] = {
	{ "found a tab character", "yaml_tab", NULL, 0 },
	{ "found character that cannot start", "yaml_character", NULL, 0 },
	{ "mapping values are not allowed", "yaml_colon", NULL, 0 },
	{ "block sequence entries are not", "yaml_indent", NULL, 0 },
	{ "mapping keys are not allowed", "yaml_indent", NULL, 0 },
	{ "could not find expected ':'", "yaml_no_colon", NULL, 1 },
	{ "did not find expected key", "yaml_indent", NULL, 0 },
	{ "did not find expected '-'", "yaml_indent", NULL, 0 },
	{ "did not find expected ',' or", "yaml_unclosed", NULL, 0 },
	{ "did not find expected <document", "yaml_indent", NULL, 0 },
	{ "found unexpected end of stream", "yaml_quote", "quoted", 1 },
	{ "found unexpected document", "yaml_quote", "quoted", 1 },
	{ "found unknown escape", "yaml_escape", NULL, 0 },
	{ "did not find expected hex", "yaml_escape", NULL, 0 },
	{ "found invalid Unicode", "yaml_escape", NULL, 0 },
	{ "control characters", "yaml_control", NULL, 0 },
	{ "in", "yaml_encoding", NULL, 0 }, /* invalid, incomplete octets */
	{ "found undefined tag", "yaml_tag", NULL, 0 },
	{ "did not find", "yaml_tag", "tag", 1 },
	{ "found", "yaml_tag", "tag", 1 },
	{ "did not find expected alpha", "yaml_alias", NULL, 1 },
	{ "did not find", "yaml_block", "block scalar", 1 },
	{ "found", "yaml_block", "block scalar", 1 },
};

static const char *
character(char c)
{
	static const char all[] = "!\0\"\0#\0%\0&\0'\0*\0,\0-\0:\0>\0?\0@\0[\0"
				  "]\0`\0{\0|\0}";

	for (size_t i = 0; i < sizeof all; i += 2)
		if (all[i] == c)
			return all + i;
	return NULL;
}

static char
char_at(const char *text, size_t length, yaml_mark_t mark)
{
	const char *p = text, *end = text + length;

	for (size_t line = 0; line < mark.line && p < end; line++) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (p == NULL)
			return '\0';
		p++;
	}
	for (size_t i = 0; i < mark.column && p < end; i++) {
		p++;
		while (p < end && ((unsigned char)*p & 0xc0) == 0x80)
			p++;
	}
	return (char)(p < end ? *p : '\0');
}

static const struct row *
row_of(const yaml_parser_t *y)
{
	const char *context = y->context != NULL ? y->context : "";

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strncmp(y->problem, rows[i].problem,
			strlen(rows[i].problem)) == 0 &&
		    (rows[i].context == NULL ||
			strstr(context, rows[i].context) != NULL))
			return &rows[i];
	return NULL;
}

struct yaml_problem
yaml_problem(const char *text, size_t length, const yaml_parser_t *y,
    yaml_mark_t mark)
{
	const struct row *row = row_of(y);
	struct yaml_problem p = { row != NULL ? row->rule : "yaml_syntax", mark,
		NULL };
	char c = char_at(text, length, mark);

	if (row != NULL && row->at_context)
		p.mark = y->context_mark;
	if (row != NULL && strcmp(row->rule, "yaml_unclosed") == 0) {
		/* more on the same line: it is a comma that is missing */
		if (mark.line == y->context_mark.line && c != '\0' &&
		    c != '\n' && c != '\r')
			p.rule = "yaml_comma";
		else
			p.mark = y->context_mark;
	}
	if (c == '\t' && strcmp(p.rule, "yaml_character") == 0)
		p.rule = "yaml_tab";
	if ((c == ']' || c == '}') && strcmp(p.rule, "yaml_indent") == 0)
		p.rule = "yaml_syntax";
	p.found = character(char_at(text, length, p.mark));
	return p;
}
