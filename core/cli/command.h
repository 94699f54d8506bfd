/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The command line: one program, a table of subcommands (main.c), a file
 * for each.  --help and the manual page come from the same table.
 */

#pragma once

#include "core/config/config_error.h"

/* What every subcommand is told. */
struct command_line {
	const char *program;
	const char *config; /* -c FILE; NULL: the default, see paths.h */
	bool json;          /* --json */
	bool jsonl;         /* --jsonl */
	bool effective;     /* --effective */
	const char *format; /* --format=, or NULL */
	const char *lang;   /* --lang=, or NULL */
	const char *listen; /* ENTREPOT_LISTEN, or NULL */
	const char *state;  /* ENTREPOT_STATE, or NULL */
	int argc;           /* what is left behind the subcommand's options */
	char **argv;
};

typedef int command_fn(const struct command_line *line);

struct command {
	const char *name;      /* "module inspect" */
	const char *arguments; /* as --help shows them */
	const char *options;   /* letters of those it takes, see main.c */
	int least, most;       /* number of arguments */
	command_fn *run;
	const char *summary;
	const char *help;
	const char *example;
};

command_fn command_serve, command_check, command_status, command_module_inspect,
    command_call, command_explain, command_config_schema, command_config_show,
    command_config_diff;

/* paths.c: where things are, run from the build tree or installed. */
const char *path_default_config(void);  /* conf/entrepot.yaml */
const char *path_default_modules(void); /* folder of NAME.so */

/* The state folder that a running host of this configuration uses: the
 * override, or what the configuration says. */
ep_status path_state(const struct command_line *line, char *out, size_t size,
    struct err *err);

/* explain.c: the language of --lang, else of the locale; false, and said so,
 * when it is neither English nor Chinese. */
bool command_language(const struct command_line *line, enum language *out);
