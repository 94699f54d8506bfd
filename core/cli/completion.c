/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Completions for three shells, from what --help says.  Each script knows
 * the subcommands, the options behind each, and which of them want a file.
 */

#include "core/cli/help_text.h"

#include <string.h>

struct writer {
	const struct help_text *texts;
	size_t n;
};

/* Text inside '…' of a shell; colons too where zsh divides by them. */
static void
quoted(const char *text, const char *escaped)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'') {
			(void)fputs("'\\''", stdout);
			continue;
		}
		if (strchr(escaped, *text) != NULL)
			(void)putchar('\\');
		(void)putchar(*text == '\n' ? ' ' : *text);
	}
}

static void
first_words(const struct writer *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (help_is_first(w->texts, i))
			(void)printf("%s ", w->texts[i].first);
}

static bool
is_group(const struct writer *w, size_t i)
{
	return w->texts[i].second != NULL && help_is_first(w->texts, i);
}

static void
second_words(const struct writer *w, const char *first)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->texts[i].second != NULL &&
		    strcmp(w->texts[i].first, first) == 0)
			(void)printf("%s ", w->texts[i].second);
}

static bool
takes_files(const struct help_text *t)
{
	return help_wants_file(t->command->arguments);
}

/* ------------------------------------------------------------------ bash */

static void
bash_one(const struct help_text *t)
{
	(void)printf("\t'%s '*)\n\t\tcase $before in\n", t->command->name);
	for (unsigned i = 0; i < t->n_options; i++)
		if (t->options[i]->argument != NULL &&
		    !option_is_joined(t->options[i]))
			(void)printf("\t\t%s) words= files=%s ;;\n",
			    t->options[i]->name,
			    help_wants_file(t->options[i]->argument) ? "yes"
								     : "no");
	(void)printf("\t\t*) words='--help");
	for (unsigned i = 0; i < t->n_options; i++)
		(void)printf(" %s%s", t->options[i]->name,
		    option_is_joined(t->options[i]) ? "=" : "");
	(void)printf("' files=%s ;;\n\t\tesac\n\t\t;;\n",
	    takes_files(t) ? "yes" : "no");
}

static void
bash(const struct writer *w)
{
	(void)fputs("# bash completion for entrepot; made by: entrepot "
		    "completion bash\n_entrepot()\n{\n"
		    "\tlocal now=${COMP_WORDS[COMP_CWORD]} words= files=no\n"
		    "\tlocal before=${COMP_WORDS[COMP_CWORD - 1]}\n"
		    "\tlocal line=\"${COMP_WORDS[*]:1:COMP_CWORD - 1} \"\n"
		    "\tcase $line in\n",
	    stdout);
	for (size_t i = 0; i < w->n; i++)
		bash_one(&w->texts[i]);
	for (size_t i = 0; i < w->n; i++) {
		if (!is_group(w, i))
			continue;
		(void)printf("\t'%s ') words='", w->texts[i].first);
		second_words(w, w->texts[i].first);
		(void)fputs("' ;;\n", stdout);
	}
	(void)fputs("\t' ') words='", stdout);
	first_words(w);
	(void)fputs("--help --version' ;;\n\tesac\n"
		    "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
		    "\"$now\")\n"
		    "\tif [ \"$files\" = yes ] && [ \"${now#-}\" = \"$now\" ]; "
		    "then\n"
		    "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$now\")\n"
		    "\t\tcompopt -o filenames 2>/dev/null\n"
		    "\tfi\n\treturn 0\n}\n"
		    "complete -F _entrepot entrepot\n",
	    stdout);
}

/* ------------------------------------------------------------------- zsh */

static void
zsh_option(const struct option *o)
{
	(void)printf(" \\\n\t\t    '%s%s[", o->name,
	    o->argument == NULL       ? ""
		: option_is_joined(o) ? "=-"
				      : "");
	quoted(o->words, "[]:");
	(void)putchar(']');
	if (o->argument != NULL)
		(void)printf(":%s:%s", o->argument,
		    help_wants_file(o->argument) ? "_files" : "");
	(void)putchar('\'');
}

static void
zsh_one(const struct help_text *t)
{
	(void)printf("\t'%s') _arguments '--help[more about it]'",
	    t->command->name);
	for (unsigned i = 0; i < t->n_options; i++)
		zsh_option(t->options[i]);
	if (takes_files(t))
		(void)fputs(" \\\n\t\t    '*:file:_files'", stdout);
	(void)fputs(" ;;\n", stdout);
}

static void
zsh_words(const struct writer *w, const char *group)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct help_text *t = &w->texts[i];
		bool is_here = group == NULL
		    ? help_is_first(w->texts, i)
		    : t->second != NULL && strcmp(t->first, group) == 0;

		if (!is_here)
			continue;
		(void)printf(" \\\n\t\t    '%s:",
		    group == NULL ? t->first : t->second);
		quoted(group == NULL && t->second != NULL ? "more words follow"
							  : t->command->summary,
		    ":");
		(void)putchar('\'');
	}
}

static void
zsh(const struct writer *w)
{
	(void)fputs("#compdef entrepot\n"
		    "# made by: entrepot completion zsh\n"
		    "_entrepot() {\n\tlocal -a words_here\n"
		    "\tlocal name=$words[2] skip=1\n"
		    "\tcase $name in\n",
	    stdout);
	for (size_t i = 0; i < w->n; i++)
		if (is_group(w, i))
			(void)printf("\t%s) (( CURRENT > 3 )) && "
				     "name=\"$words[2] $words[3]\" skip=2 ;;\n",
			    w->texts[i].first);
	(void)fputs("\tesac\n\tif (( CURRENT == 2 )); then\n"
		    "\t\twords_here=(",
	    stdout);
	zsh_words(w, NULL);
	(void)fputs(")\n\t\t_describe subcommand words_here\n\t\treturn\n"
		    "\tfi\n",
	    stdout);
	for (size_t i = 0; i < w->n; i++) {
		if (!is_group(w, i))
			continue;
		(void)printf("\tif (( CURRENT == 3 )) && [[ $name == %s ]]; "
			     "then\n\t\twords_here=(",
		    w->texts[i].first);
		zsh_words(w, w->texts[i].first);
		(void)printf(")\n\t\t_describe %s words_here\n\t\treturn\n"
			     "\tfi\n",
		    w->texts[i].first);
	}
	(void)fputs("\tshift $skip words\n\t(( CURRENT -= skip ))\n"
		    "\tcase $name in\n",
	    stdout);
	for (size_t i = 0; i < w->n; i++)
		zsh_one(&w->texts[i]);
	(void)fputs("\tesac\n}\n_entrepot \"$@\"\n", stdout);
}

/* ------------------------------------------------------------------ fish */

static void
fish_option(const struct help_text *t, const struct option *o)
{
	bool is_long = strncmp(o->name, "--", 2) == 0;

	(void)printf("complete -c entrepot -n '__entrepot_at %s'%s -%c %s",
	    t->command->name, o->argument == NULL ? "" : " -r",
	    is_long ? 'l' : 's', o->name + (is_long ? 2 : 1));
	if (help_wants_file(o->argument))
		(void)fputs(" -F", stdout);
	(void)fputs(" -d '", stdout);
	quoted(o->words, "");
	(void)fputs("'\n", stdout);
}

static void
fish_one(const struct writer *w, size_t i)
{
	const struct help_text *t = &w->texts[i];

	if (help_is_first(w->texts, i)) {
		(void)printf("complete -c entrepot -n '__entrepot_at' -a %s "
			     "-d '",
		    t->first);
		quoted(t->second != NULL ? "more words follow"
					 : t->command->summary,
		    "");
		(void)fputs("'\n", stdout);
	}
	if (t->second != NULL) {
		(void)printf("complete -c entrepot -n '__entrepot_at %s; and "
			     "not __entrepot_at %s' -a %s -d '",
		    t->first, t->command->name, t->second);
		quoted(t->command->summary, "");
		(void)fputs("'\n", stdout);
	}
	for (unsigned k = 0; k < t->n_options; k++)
		fish_option(t, t->options[k]);
	if (takes_files(t))
		(void)printf("complete -c entrepot -n '__entrepot_at %s' -F\n",
		    t->command->name);
}

static void
fish(const struct writer *w)
{
	(void)fputs("# made by: entrepot completion fish\n"
		    "# Are these the words behind the program's name?\n"
		    "function __entrepot_at\n"
		    "\tset -l words (commandline -opc)\n"
		    "\tset -e words[1]\n"
		    "\tif test (count $argv) = 0\n"
		    "\t\ttest (count $words) = 0\n\t\treturn\n\tend\n"
		    "\tset -l n (count $argv)\n"
		    "\ttest (count $words) -ge $n; and "
		    "test \"$words[1..$n]\" = \"$argv\"\n"
		    "end\ncomplete -c entrepot -f\n"
		    "complete -c entrepot -l help -d 'more about it'\n"
		    "complete -c entrepot -n '__entrepot_at' -l version "
		    "-d 'versions of everything'\n",
	    stdout);
	for (size_t i = 0; i < w->n; i++)
		fish_one(w, i);
}

static const struct shell {
	const char *name;
	void (*write)(const struct writer *w);
} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

int
command_completion(const struct command_line *line)
{
	for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
		struct arena *a;
		struct writer w;

		if (strcmp(shells[i].name, line->argv[0]) != 0)
			continue;
		a = arena_new(65536);
		w.texts = help_texts(a, &w.n);
		shells[i].write(&w);
		arena_free(&a);
		return 0;
	}
	(void)fprintf(stderr,
	    "entrepot completion: \"%s\" is none of bash, zsh, fish\n",
	    line->argv[0]);
	return 2;
}
