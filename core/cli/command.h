/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The command line: one program, a table of subcommands (main.c), a file
 * for each.  --help and the manual page come from the same table.
 */

#pragma once

#include "core/base/err.h"

#include <stdio.h>

/* What every subcommand is told. */
struct command_line {
	const char *program;
	const char *config; /* -c FILE; NULL: the default, see paths.h */
	bool json;          /* --json */
	bool jsonl;         /* --jsonl */
	const char *listen; /* ENTREPOT_LISTEN, or NULL */
	const char *state;  /* ENTREPOT_STATE, or NULL */
	int argc;           /* what is left behind the subcommand's options */
	char **argv;
};

typedef int command_fn(const struct command_line *line);

struct command {
	const char *name;      /* "module inspect" */
	const char *arguments; /* as --help shows them */
	const char *options;   /* letters of those it takes: c, j, l */
	int least, most;       /* number of arguments */
	command_fn *run;
	const char *summary;
	const char *help;
	const char *example;
};

command_fn command_serve, command_check, command_status, command_module_inspect,
    command_call, command_completion;

/* main.c: the table; and what --help says of one. */
const struct command *command_table(size_t *n_out);
void command_help(const struct command *c, FILE *to);

/* mdoc.c: a part of a manual page, "subcommands" of entrepot.8 or "keys" of
 * entrepot.yaml.5, to standard output: `entrepot help --mdoc PART`. */
int command_mdoc(const char *part);

/* paths.c: where things are, run from the build tree or installed. */
const char *path_default_config(void);  /* conf/entrepot.yaml */
const char *path_default_modules(void); /* folder of NAME.so */

/* The state folder that a running host of this configuration uses: the
 * override, or what the configuration says. */
ep_status path_state(const struct command_line *line, char *out, size_t size,
    struct err *err);
