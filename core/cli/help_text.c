/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/help_text.h"

#include <stdlib.h>
#include <string.h>

/* "-c FILE" or "--format=WORD" taken apart. */
static void
read_name(struct arena *a, const char *text, size_t n, struct help_option *o)
{
	size_t end = strcspn(text, " =");

	if (end > n)
		end = n;
	o->name = arena_copy(a, text, end);
	o->is_joined = end < n && text[end] == '=';
	o->argument = end < n ? arena_copy(a, text + end + 1, n - end - 1)
			      : NULL;
}

static void
read_line(struct arena *a, const char *line, size_t n, struct help_text *t)
{
	static const char blanks[] = "  ";
	const char *gap;
	size_t at;

	if (n > 4 && strncmp(line, "    ", 4) == 0 && t->n_options > 0) {
		struct help_option *o = &t->options[t->n_options - 1];
		size_t lead = strspn(line, " ");

		o->words = arena_format(a, "%s %.*s", o->words, (int)(n - lead),
		    line + lead);
		return;
	}
	if (n < 4 || strncmp(line, "  -", 3) != 0)
		return;
	EP_ASSERT(t->n_options < HELP_OPTIONS);
	gap = memmem(line + 2, n - 2, blanks, 2);
	at = gap != NULL ? (size_t)(gap - line) : n;
	read_name(a, line + 2, at - 2, &t->options[t->n_options]);
	while (at < n && line[at] == ' ')
		at++;
	t->options[t->n_options++].words = arena_copy(a, line + at, n - at);
}

static void
read_one(struct arena *a, const struct command *c, struct help_text *t)
{
	const char *blank = strchr(c->name, ' ');
	char *text = NULL, *at, *end;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	EP_ASSERT(f != NULL);
	command_help(c, f);
	(void)fclose(f);
	t->command = c;
	t->first = blank != NULL
	    ? arena_copy(a, c->name, (size_t)(blank - c->name))
	    : c->name;
	t->second = blank != NULL ? blank + 1 : NULL;
	for (at = text; (end = strchr(at, '\n')) != NULL; at = end + 1)
		read_line(a, at, (size_t)(end - at), t);
	free(text);
}

const struct help_text *
help_texts(struct arena *a, size_t *n_out)
{
	const struct command *table = command_table(n_out);
	struct help_text *texts = arena_array(a, *n_out, sizeof *texts);

	for (size_t i = 0; i < *n_out; i++)
		read_one(a, &table[i], &texts[i]);
	return texts;
}

bool
help_is_first(const struct help_text *texts, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(texts[k].first, texts[i].first) == 0)
			return false;
	return true;
}

bool
help_wants_file(const char *argument)
{
	return argument != NULL &&
	    (strstr(argument, "FILE") != NULL ||
		strstr(argument, "FOLDER") != NULL);
}
