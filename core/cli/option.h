/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The options of the subcommands: one table, from which the command line is
 * read, and from which --help, the manual page and the completions are
 * written.  Each has a letter, by which a subcommand names it
 * (command.options).
 */

#pragma once

#include "core/cli/command.h"

struct option {
	char letter;
	const char *name;     /* "-c", "--json" */
	const char *argument; /* "FILE"; NULL: takes none */
	const char *words;
	size_t at; /* of its member of command_line: bool, or const char * */
};

/* The option with a letter; there is one. */
const struct option *option_of(char letter);

/* Written with "=" before its argument; a blank is understood as well. */
bool option_is_joined(const struct option *o);

/* True when argv[*i] is an option of this subcommand, which is then taken;
 * *i moves over its argument. */
bool option_take(const struct command *c, struct command_line *line, int argc,
    char **argv, int *i);

/* The options of a subcommand as --help shows them: behind its name, and a
 * line for each. */
void option_usage(const struct command *c, FILE *to);
void option_lines(const struct command *c, FILE *to);
