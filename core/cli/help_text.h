/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The table of subcommands with the options of each, as the manual page and
 * the completions are written from it.
 */

#pragma once

#include "core/base/arena.h"
#include "core/cli/option.h"

#define HELP_OPTIONS 16

struct help_text {
	const struct command *command;
	const char *first, *second; /* of its name; second may be NULL */
	const struct option *options[HELP_OPTIONS];
	unsigned n_options;
};

/* All subcommands in the order of the table. */
const struct help_text *help_texts(struct arena *a, size_t *n_out);

/* What the program exits with, and when. */
struct exit_status {
	int code;
	const char *words;
};

const struct exit_status *help_exits(size_t *n_out);

/* Is this the first of the subcommands with its first word? */
bool help_is_first(const struct help_text *texts, size_t i);

/* Does an argument of this name ("FILE", "@FILE|JSON") name a file? */
bool help_wants_file(const char *argument);
