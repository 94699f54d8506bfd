/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Parts of the manual pages, in mdoc(7): what --help says of subcommands, and
 * what the schema says of keys.  Free text stays out of macro lines, where
 * words and quotes have meanings of their own.
 */

#include "core/cli/help_text.h"

#include "core/base/json.h"
#include "core/base/yaml.h"
#include "core/config/embedded.h"

#include <string.h>

#define COLUMNS 78

/* One character of free text. */
static void
put(char c, bool is_line_start)
{
	if (is_line_start && (c == '.' || c == '\''))
		(void)fputs("\\&", stdout);
	if (c == '\\')
		(void)fputs("\\e", stdout);
	else
		(void)putchar(c);
}

/* Lines as they are. */
static void
literal(const char *text)
{
	(void)puts(".Bd -literal -offset indent");
	for (size_t i = 0; text[i] != '\0'; i++)
		put(text[i], i == 0 || text[i - 1] == '\n');
	(void)puts("\n.Ed");
}

/* Sentences, each on a line of its own, as mdoc wants it. */
static void
sentences(const char *text)
{
	size_t column = 0;

	for (; *text != '\0'; text++) {
		bool is_blank = *text == ' ' || *text == '\n';

		if (is_blank && column == 0)
			continue;
		if (is_blank &&
		    (text[-1] == '.' ||
			column + strcspn(text + 1, " \n") >= COLUMNS)) {
			(void)putchar('\n');
			column = 0;
			continue;
		}
		if (is_blank)
			(void)putchar(' ');
		else
			put(*text, column == 0);
		column++;
	}
	if (column > 0)
		(void)putchar('\n');
}

/* The text with a capital at its beginning and a full stop at its end. */
static void
sentence(const char *text)
{
	size_t n = strlen(text);

	if (n == 0)
		return;
	(void)putchar(*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text);
	(void)printf("%s%s\n", text + 1, text[n - 1] == '.' ? "" : ".");
}

static void
option_macro(const struct option *o)
{
	const char *name = o->name + 1;

	(void)fputs(" Fl ", stdout);
	if (*name == '-') {
		(void)fputs("Fl ", stdout);
		name++;
	}
	(void)fputs(name, stdout);
	if (o->argument != NULL)
		(void)printf("%s Ar %s", option_is_joined(o) ? " Ns = Ns" : "",
		    o->argument);
}

/* "FILE [NAME [NAME]]" */
static void
arguments(const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, " []");

		if (n > 0)
			(void)printf(" Ar %.*s", (int)n, text);
		else if (*text != ' ')
			(void)fputs(*text == '[' ? " Oo" : " Oc", stdout);
		text += n > 0 ? n : 1;
	}
}

static void
subcommand(const struct help_text *t)
{
	(void)printf(".It Nm Cm %s", t->command->name);
	for (unsigned i = 0; i < t->n_options; i++) {
		(void)fputs(" Oo", stdout);
		option_macro(t->options[i]);
		(void)fputs(" Oc", stdout);
	}
	arguments(t->command->arguments);
	(void)putchar('\n');
	sentence(t->command->summary);
	sentences(t->command->help);
	if (t->n_options > 0)
		(void)puts(".Bl -tag -width \"-c FILE\"");
	for (unsigned i = 0; i < t->n_options; i++) {
		(void)fputs(".It", stdout);
		option_macro(t->options[i]);
		(void)putchar('\n');
		sentence(t->options[i]->words);
	}
	if (t->n_options > 0)
		(void)puts(".El");
	(void)puts(".Pp\nExample:");
	literal(t->command->example);
}

static void
subcommands(struct arena *a)
{
	size_t n;
	const struct help_text *texts = help_texts(a, &n);

	(void)puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < n; i++)
		subcommand(&texts[i]);
	(void)puts(".El");
}

static void
exits(struct arena *a)
{
	size_t n;
	const struct exit_status *table = help_exits(&n);

	(void)a;
	(void)puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < n; i++) {
		(void)printf(".It %d\n", table[i].code);
		sentences(table[i].words);
	}
	(void)puts(".El");
}

/* ------------------------------------------------------------------ keys */

static const struct ep_node *
follow(const struct ep_node *root, const struct ep_node *n)
{
	const char *ref = node_text(node_get(n, "$ref"), "");

	return strncmp(ref, "#/$defs/", 8) == 0
	    ? node_get(node_get(root, "$defs"), ref + 8)
	    : n;
}

static const struct ep_node *
member(const struct ep_node *root, const struct ep_node *n, const char *name)
{
	const struct ep_node *own = node_get(n, name);

	return own != NULL ? own : node_get(follow(root, n), name);
}

static void
value(const struct ep_node *n)
{
	struct buf b = { 0 };

	if (n->type == EP_T_TEXT && n->count > 0)
		buf_append(&b, n->text, n->count);
	else
		json_write(&b, n);
	for (size_t i = 0; i < buf_length(&b); i++)
		put(buf_data(&b)[i], false);
	buf_fini(&b);
}

/* "one of a, b, c", "integer from 1 to 64", "string" */
static void
type_of(const struct ep_node *root, const struct ep_node *n)
{
	const struct ep_node *words = member(root, n, "enum");
	const struct ep_node *either = member(root, n, "oneOf");
	const struct ep_node *type = member(root, n, "type");
	const struct ep_node *least = member(root, n, "minimum");
	const struct ep_node *most = member(root, n, "maximum");

	for (uint32_t i = 0; words != NULL && i < words->count; i++) {
		(void)fputs(i == 0 ? "" : " | ", stdout);
		value(node_at(words, i));
	}
	for (uint32_t i = 0; either != NULL && i < either->count; i++) {
		(void)fputs(i == 0 ? "" : " | ", stdout);
		if (member(root, node_at(either, i), "const") != NULL)
			value(member(root, node_at(either, i), "const"));
		else
			type_of(root, node_at(either, i));
	}
	if (words != NULL || either != NULL || type == NULL)
		return;
	value(type->type == EP_T_ARRAY ? node_at(type, 0) : type);
	if (least == NULL || most == NULL)
		return;
	(void)fputs(" from ", stdout);
	value(least);
	(void)fputs(" to ", stdout);
	value(most);
}

static void
keys(const struct ep_node *root, const struct ep_node *properties,
    const char *before)
{
	for (uint32_t i = 0; properties != NULL && i < properties->count; i++) {
		const struct ep_node *k = node_at(properties, i);
		const struct ep_node *inner = node_get(k, "properties");
		const struct ep_node *each = node_get(k,
		    "additionalProperties");
		const struct ep_node *usual = node_get(k, "default");
		char name[128];

		(void)snprintf(name, sizeof name, "%s%s", before, k->key);
		(void)printf(".It Ic %s\n", name);
		sentences(node_text(node_get(k, "description"), ""));
		if (inner == NULL &&
		    (each == NULL || each->type != EP_T_OBJECT)) {
			(void)puts(".br");
			type_of(root, k);
			if (usual != NULL) {
				(void)fputs("; default: ", stdout);
				value(usual);
			}
			(void)putchar('\n');
		}
		(void)snprintf(name, sizeof name, "%s%s.", before, k->key);
		keys(root, inner, name);
		(void)snprintf(name, sizeof name, "%s%s.NAME.", before, k->key);
		keys(root, node_get(each, "properties"), name);
	}
}

static void
all_keys(struct arena *a)
{
	const struct ep_node *root = NULL;
	struct err err = { 0 };

	EP_ASSERT(yaml_parse(a, "host_schema.yaml", embedded_host_schema,
		      (size_t)(embedded_host_schema_end - embedded_host_schema),
		      &root, &err) == EP_OK);
	(void)puts(".Bl -tag -width Ds");
	keys(root, node_get(root, "properties"), "");
	(void)puts(".El");
}

static const struct part {
	const char *name;
	void (*write)(struct arena *a);
} parts[] = { { "subcommands", subcommands }, { "exits", exits },
	{ "keys", all_keys } };

int
command_mdoc(const char *part)
{
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct arena *a;

		if (strcmp(parts[i].name, part) != 0)
			continue;
		a = arena_new(65536);
		parts[i].write(a);
		arena_free(&a);
		return 0;
	}
	(void)fprintf(stderr,
	    "entrepot help --mdoc: \"%s\" is none of subcommands, exits, "
	    "keys\n",
	    part);
	return 2;
}
