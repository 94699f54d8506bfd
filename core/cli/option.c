/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/option.h"

#include <stddef.h>
#include <string.h>

#define AT(member) offsetof(struct command_line, member)

static const struct option options[] = {
	{ 'c', "-c", "FILE", "the configuration [conf/entrepot.yaml]",
	    AT(config) },
	{ 'j', "--json", NULL, "for programs", AT(json) },
	{ 'l', "--jsonl", NULL, "many calls, one a line", AT(jsonl) },
	{ 'f', "--format", "text|json", "for people, or for programs",
	    AT(format) },
	{ 'g', "--lang", "en|zh",
	    "English or Chinese [by LC_ALL, LC_MESSAGES, LANG]", AT(lang) },
	{ 'e', "--effective", NULL, "with defaults and overrides",
	    AT(effective) },
	{ 'D', "--dry-run", NULL, "say what would change, change nothing",
	    AT(dry_run) },
	{ 'R', "--reason", "TEXT", "why, for the log and the history",
	    AT(reason) },
	{ 'A', "--all", NULL, "not only the newest", AT(all) },
	{ 'L', "--local", NULL, "on a private host", AT(local) },
	{ 'd', "--dir", "FOLDER", "where the new folder is made [.]", AT(dir) },
	{ 's', "--store", NULL, "with a table", AT(store) },
};

#define N_OPTIONS (sizeof options / sizeof *options)

const struct option *
option_of(char letter)
{
	size_t i = 0;

	while (i < N_OPTIONS && options[i].letter != letter)
		i++;
	EP_ASSERT(i < N_OPTIONS);
	return &options[i];
}

bool
option_is_joined(const struct option *o)
{
	return o->argument != NULL && o->name[1] == '-';
}

bool
option_take(const struct command *c, struct command_line *line, int argc,
    char **argv, int *i)
{
	const char *text = argv[*i];

	for (const char *l = c->options; *l != '\0'; l++) {
		const struct option *o = option_of(*l);
		size_t n = strlen(o->name);
		void *to = (char *)line + o->at;

		if (strncmp(text, o->name, n) != 0)
			continue;
		if (o->argument == NULL && text[n] == '\0')
			return *(bool *)to = true;
		if (option_is_joined(o) && text[n] == '=') {
			*(const char **)to = text + n + 1;
			return true;
		}
		if (o->argument != NULL && text[n] == '\0' && *i + 1 < argc) {
			*(const char **)to = argv[++*i];
			return true;
		}
	}
	return false;
}

static const char *
joint(const struct option *o)
{
	return option_is_joined(o) ? "=" : o->argument != NULL ? " " : "";
}

static const char *
argument(const struct option *o)
{
	return o->argument != NULL ? o->argument : "";
}

void
option_usage(const struct command *c, FILE *to)
{
	for (const char *l = c->options; *l != '\0'; l++) {
		const struct option *o = option_of(*l);

		(void)fprintf(to, " [%s%s%s]", o->name, joint(o), argument(o));
	}
}

void
option_lines(const struct command *c, FILE *to)
{
	size_t width = 0;

	for (const char *l = c->options; *l != '\0'; l++) {
		const struct option *o = option_of(*l);
		size_t n = strlen(o->name) + strlen(joint(o)) +
		    strlen(argument(o));

		width = n > width ? n : width;
	}
	for (const char *l = c->options; *l != '\0'; l++) {
		const struct option *o = option_of(*l);
		int n = fprintf(to, "  %s%s%s", o->name, joint(o), argument(o));

		(void)fprintf(to, "%*s%s\n", (int)width + 4 - n, "", o->words);
	}
}
