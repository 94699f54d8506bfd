/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The command line: one program, a table of subcommands (main.c), a file
 * for each.  --help and the manual page come from the same table.
 */

#pragma once

#include "core/config/config_error.h"

#include <stdio.h>

/* What every subcommand is told. */
struct command_line {
	const char *program;
	const char *config; /* -c FILE; NULL: the default, see paths.h */
	bool json;          /* --json */
	bool jsonl;         /* --jsonl */
	bool dry_run;       /* --dry-run */
	bool all;           /* --all */
	const char *reason; /* --reason TEXT, or NULL */
	bool local;         /* --local */
	bool store;         /* --store */
	const char *dir;    /* --dir DIR; NULL: the working folder */
	bool effective;     /* --effective */
	const char *format; /* --format, or NULL */
	const char *lang;   /* --lang, or NULL */
	const char *listen; /* ENTREPOT_LISTEN, or NULL */
	const char *state;  /* ENTREPOT_STATE, or NULL */
	int argc;           /* what is left behind the subcommand's options */
	char **argv;
};

typedef int command_fn(const struct command_line *line);

struct command {
	const char *name;      /* "module inspect" */
	const char *arguments; /* as --help shows them */
	const char *options;   /* letters of those it takes, see option.c */
	int least, most;       /* number of arguments */
	command_fn *run;
	const char *summary;
	const char *help;
	const char *example;
};

command_fn command_serve, command_check, command_status, command_module_inspect,
    command_call, command_reload, command_rollback, command_generations,
    command_module_list, command_module_new, command_module_describe,
    command_completion, command_explain, command_config_schema,
    command_config_show, command_config_diff;

/* Exit codes beyond 0 (good), 1 (failed) and 2 (wrong use); what is told of
 * them is in help_text.c. */
#define COMMAND_REFUSED 3 /* the configuration or a module: nothing began */
#define COMMAND_ABORTED 4 /* a process failed: everything is as it was */
#define COMMAND_BUSY 5    /* another order runs, or came in between */

/* main.c: the table; and what --help says of one. */
const struct command *command_table(size_t *n_out);
void command_help(const struct command *c, FILE *to);

/* mdoc.c: a part of a manual page, "subcommands" or "exits" of entrepot.8 or
 * "keys" of entrepot.yaml.5, to standard output: `entrepot help --mdoc PART`.
 */
int command_mdoc(const char *part);

/* paths.c: where things are, run from the build tree or installed. */
const char *path_default_config(void);  /* conf/entrepot.yaml */
const char *path_default_modules(void); /* folder of NAME.so */
const char *path_template(void);        /* what module new copies */

/* The folder of entrepot.pc where pkg-config does not look by itself: that of
 * the build tree, or of an installation outside /usr and /usr/local; else
 * NULL. */
const char *path_pkgconfig(void);

/* The state folder that a running host of this configuration uses: the
 * override, or what the configuration says. */
ep_status path_state(const struct command_line *line, char *out, size_t size,
    struct err *err);

/* explain.c: the language of --lang, else of the locale; false, and said so,
 * when it is neither English nor Chinese. */
bool command_language(const struct command_line *line, enum language *out);
