/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/help_text.h"

#include <string.h>

static void
read_one(struct arena *a, const struct command *c, struct help_text *t)
{
	const char *blank = strchr(c->name, ' ');

	t->command = c;
	t->first = blank != NULL
	    ? arena_copy(a, c->name, (size_t)(blank - c->name))
	    : c->name;
	t->second = blank != NULL ? blank + 1 : NULL;
	for (const char *l = c->options; *l != '\0'; l++) {
		EP_ASSERT(t->n_options < HELP_OPTIONS);
		t->options[t->n_options++] = option_of(*l);
	}
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

static const struct exit_status exits[] = {
	{ 0,
	    "It did what was asked; what was compared is the same; what was "
	    "checked has no fault." },
	{ 1,
	    "It did not; or a fault, a difference or a refusal was found.  "
	    "Which is told on standard error or in the answer." },
	{ 2, "The command line was wrong, or what it names cannot be read." },
	{ COMMAND_REFUSED, "reload, rollback: refused before anything began." },
	{ COMMAND_ABORTED,
	    "reload, rollback: ended on the way; everything is "
	    "as it was." },
	{ COMMAND_BUSY,
	    "reload, rollback: another order runs, or came in "
	    "between." },
};

const struct exit_status *
help_exits(size_t *n_out)
{
	*n_out = sizeof exits / sizeof exits[0];
	return exits;
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
