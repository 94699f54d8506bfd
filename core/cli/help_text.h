/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What --help says, read back: the one text that people, the manual page and
 * the completions agree on.  An option is a line of it that begins with two
 * blanks and a dash,
 *
 *	  -c FILE   the configuration [conf/entrepot.yaml]
 *	  --json    for programs
 *
 * its words separated by two blanks or more; lines that begin with four
 * blanks go on with them.
 */

#pragma once

#include "core/base/arena.h"
#include "core/cli/command.h"

#define HELP_OPTIONS 16

struct help_option {
	const char *name;     /* "-c", "--json" */
	const char *argument; /* "FILE"; NULL: takes none */
	bool is_joined;       /* by "=" rather than a blank */
	const char *words;
};

struct help_text {
	const struct command *command;
	const char *first, *second; /* of its name; second may be NULL */
	struct help_option options[HELP_OPTIONS];
	unsigned n_options;
};

/* All subcommands in the order of the table. */
const struct help_text *help_texts(struct arena *a, size_t *n_out);

/* Is this the first of the subcommands with its first word? */
bool help_is_first(const struct help_text *texts, size_t i);

/* Does an argument of this name ("FILE", "@FILE|JSON") name a file? */
bool help_wants_file(const char *argument);
