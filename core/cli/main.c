/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/option.h"

#include <event2/event.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command commands[] = {
	{ "serve", "", "c", 0, 0, command_serve, "run the host",
	    "Checks the configuration and every module in it, migrates the "
	    "store, then\nserves until SIGTERM or SIGINT.  Running requests "
	    "are answered first.",
	    "entrepot serve -c /etc/entrepot/entrepot.yaml" },
	{ "check", "", "cjfg", 0, 0, command_check,
	    "check the configuration and the modules",
	    "Says all that is wrong, with file, line and column.  Opens no "
	    "port, touches\nno store, runs no code of a module.  Exits with 0 "
	    "(good, or warnings only),\n1 (faults) or 2 (wrong usage).",
	    "entrepot check -c entrepot.yaml --format=json" },
	{ "explain", "[ID]", "g", 0, 1, command_explain,
	    "what a fault of the configuration means",
	    "What the word in error[...] means, how to mend it, and an "
	    "example of both.\nWithout ID: all of them.",
	    "entrepot explain unknown_key" },
	{ "config schema", "", "c", 0, 0, command_config_schema,
	    "the JSON Schema of entrepot.yaml, for editors",
	    "With the options of the modules that the configuration names "
	    "and of those in the\nmodule folder.  Let an editor use it by the "
	    "first line of entrepot.yaml:\n"
	    "# yaml-language-server: $schema=entrepot.schema.json",
	    "entrepot config schema > entrepot.schema.json" },
	{ "config show", "", "cje", 0, 0, command_config_show,
	    "the settings, and where each comes from",
	    "What the file says; with --effective, defaults and overrides "
	    "too.  Secrets are\nshown as ***.  Exits with 1 when the "
	    "configuration has faults.",
	    "entrepot config show --effective" },
	{ "config diff", "[FILE [FILE]]", "cj", 0, 2, command_config_diff,
	    "what a reload would change",
	    "The configuration against the generation that is running (or, "
	    "when no host\nruns, the last one that did); FILE stands for the "
	    "configuration; two FILEs are\ncompared with each other.  Exits "
	    "with 0 (the same), 1 (they differ) or 2\n(trouble).",
	    "entrepot config diff -c entrepot.yaml" },
	{ "status", "", "cj", 0, 0, command_status,
	    "how the running host is doing",
	    "Workers and their generations, modules with version, hash and "
	    "figures, the last\nreload, what is unhealthy, the store.",
	    "entrepot status --json" },
	{ "reload", "", "cjDR", 0, 0, command_reload,
	    "take modules and configuration anew",
	    "The running host inspects the configuration and the modules' "
	    "files, prepares\nwhat differs in every worker and switches all "
	    "at once; no request is lost.  When\nanything fails, everything "
	    "stays as it was.\n\nExits with 0 (done, or nothing changed), 1 "
	    "(no answer from the host), 2 (wrong\nuse), 3 (refused: a fault "
	    "of the configuration or of a module, or a key that\nneeds a "
	    "restart), 4 (aborted: a worker or the trial start failed) or 5 "
	    "(another\norder runs).",
	    "entrepot reload --reason 'tariff of December'" },
	{ "rollback", "[GENERATION]", "cjR", 0, 1, command_rollback,
	    "back to an earlier generation",
	    "Makes a new generation of the modules and the configuration of an "
	    "earlier one:\nthe one before the active, or the one named (see "
	    "entrepot generations).\nThe file on disk keeps the newer "
	    "configuration; the next reload or start takes\nit.  Exits as "
	    "entrepot reload.",
	    "entrepot rollback 12 --reason 'errors since 13'" },
	{ "generations", "", "cjA", 0, 0, command_generations,
	    "reloads and what came of them",
	    "The newest first: when, who, result, which generation followed "
	    "which, what\nchanged, milliseconds of each step, and why.  * "
	    "marks the active one.",
	    "entrepot generations --json" },
	{ "module list", "", "cj", 0, 0, command_module_list,
	    "modules of the running host",
	    "Version, hash and state of each: active, candidate (being "
	    "prepared), draining\n(replaced, some requests still run), failed "
	    "(the last reload ended with it).",
	    "entrepot module list" },
	{ "module inspect", "FILE", "j", 1, 1, command_module_inspect,
	    "what a module's file holds",
	    "Name, version, ABI, operations, statements, migrations, and "
	    "every fault.\nNothing in the file is executed.",
	    "entrepot module inspect build/modules/hello.so" },
	{ "module describe", "FILE|NAME", "j", 1, 1, command_module_describe,
	    "what a module offers",
	    "Its operations with what each takes and answers, tables, "
	    "options, languages.\nNAME is a module of the module folder, "
	    "FILE has a slash or ends in .so.  Nothing\nin the file is "
	    "executed.",
	    "entrepot module describe hello" },
	{ "module new", "NAME", "ds", 1, 1, command_module_new,
	    "begin a module of your own",
	    "Writes the folder NAME: a small module with its contract, code, "
	    "texts, test and\nMakefile, ready for make.  What exists is "
	    "never overwritten.",
	    "entrepot module new notes --store" },
	{ "call", "[OPERATION] [@FILE|JSON|-]", "clL", 0, 2, command_call,
	    "call an operation of the running host",
	    "The input is one JSON object: given as it is, read from a file "
	    "(@FILE) or from\nstandard input (-, the default without a "
	    "terminal).  With --jsonl, standard\ninput is lines {\"op\": "
	    "\"...\", \"input\": {...}}; each gets one line, in order:\n"
	    "{\"status\": 200, \"output\": {...}} or {\"status\": 422, "
	    "\"problem\": {...}}.\n"
	    "With --local no host need run: one is started for this, with "
	    "this\nconfiguration and state folder, on a free loopback port, "
	    "and stopped afterwards.",
	    "entrepot call compliance.screen '{\"name\": \"...\"}'" },
	{ "completion", "SHELL", "", 1, 1, command_completion,
	    "completions for bash, zsh or fish",
	    "Writes them to standard output.  An installed program has them "
	    "installed.",
	    "entrepot completion bash > ~/.bash_completion" },
};

#define N_COMMANDS (sizeof commands / sizeof commands[0])

const struct command *
command_table(size_t *n_out)
{
	*n_out = N_COMMANDS;
	return commands;
}

static void
usage(FILE *to)
{
	(void)fputs("usage: entrepot SUBCOMMAND [options] [arguments]\n\n", to);
	for (size_t i = 0; i < N_COMMANDS; i++)
		(void)fprintf(to, "  %-17s%s\n", commands[i].name,
		    commands[i].summary);
	(void)fputs(
	    "\n  entrepot SUBCOMMAND --help   more about one\n"
	    "  entrepot --version           versions of everything\n\n"
	    "ENTREPOT_LISTEN=HOST:PORT and ENTREPOT_STATE=FOLDER override "
	    "the configuration;\nsubcommands find a running host by the "
	    "same.\n",
	    to);
}

void
command_help(const struct command *c, FILE *to)
{
	(void)fprintf(to, "usage: entrepot %s", c->name);
	option_usage(c, to);
	(void)fprintf(to, "%s%s\n\n%s\n\n", *c->arguments != '\0' ? " " : "",
	    c->arguments, c->help);
	option_lines(c, to);
	(void)fprintf(to, "\nexample: %s\n", c->example);
}

static int
version(void)
{
	(void)printf("entrepot %s\nmodule ABI %d.%d\nlibevent %s\nSQLite %s\n"
		     "%s\n",
	    ENTREPOT_VERSION, EP_ABI_MAJOR, EP_ABI_MINOR, event_get_version(),
	    sqlite3_libversion(), OpenSSL_version(OPENSSL_VERSION));
	return 0;
}

/* The subcommand that the words name, and how many words that takes. */
static const struct command *
find(int argc, char **argv, int *words_out)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		const char *name = commands[i].name;
		const char *blank = strchr(name, ' ');

		*words_out = blank != NULL ? 2 : 1;
		if (blank == NULL) {
			if (strcmp(argv[1], name) == 0)
				return &commands[i];
		} else if (argc > 2 &&
		    strlen(argv[1]) == (size_t)(blank - name) &&
		    strncmp(argv[1], name, (size_t)(blank - name)) == 0 &&
		    strcmp(argv[2], blank + 1) == 0) {
			return &commands[i];
		}
	}
	return NULL;
}

static int
wrong(const struct command *c, const char *what, const char *which)
{
	(void)fprintf(stderr, "entrepot %s: %s%s%s\n\n", c->name, what,
	    *which != '\0' ? ": " : "", which);
	command_help(c, stderr);
	return 2;
}

static int
dispatch(const struct command *c, int words, int argc, char **argv)
{
	struct command_line line = { .program = argv[0],
		.listen = getenv("ENTREPOT_LISTEN"),
		.state = getenv("ENTREPOT_STATE") };

	if (line.listen != NULL && *line.listen == '\0')
		line.listen = NULL;
	if (line.state != NULL && *line.state == '\0')
		line.state = NULL;
	line.argv = argv + words + 1;
	for (int i = words + 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			command_help(c, stdout);
			return 0;
		}
		if (option_take(c, &line, argc, argv, &i))
			continue;
		if (argv[i][0] == '-' && argv[i][1] != '\0')
			return wrong(c, "unknown option", argv[i]);
		line.argv[line.argc++] = argv[i];
	}
	if (line.argc < c->least || line.argc > c->most)
		return wrong(c, "wrong number of arguments", "");
	return c->run(&line);
}

int
main(int argc, char **argv)
{
	const struct command *c;
	int words;

	if (argc < 2) {
		usage(stderr);
		return 2;
	}
	if (strcmp(argv[1], "help") == 0 && argc == 4 &&
	    strcmp(argv[2], "--mdoc") == 0)
		return command_mdoc(argv[3]);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		usage(stdout);
		return 0;
	}
	if (strcmp(argv[1], "--version") == 0)
		return version();
	c = find(argc, argv, &words);
	if (c == NULL && argv[1][0] == '-') {
		(void)fprintf(stderr,
		    "entrepot: %s: options stand behind the subcommand, as in "
		    "entrepot check --lang=zh\n",
		    argv[1]);
		return 2;
	}
	if (c == NULL) {
		(void)fprintf(stderr,
		    "entrepot: there is no subcommand \"%s\"\n\n", argv[1]);
		usage(stderr);
		return 2;
	}
	return dispatch(c, words, argc, argv);
}
