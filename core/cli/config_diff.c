/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/client.h"
#include "core/cli/command.h"
#include "core/cli/setting.h"

#include "core/base/file.h"
#include "core/base/json.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MOST (16u << 20)

/* The generation that a running host serves; 0: no host runs. */
static int64_t
running(struct arena *a, const char *state)
{
	struct client *c = NULL;
	struct client_answer answer;
	const struct ep_node *n = NULL;
	struct err err = { 0 };
	int64_t number = 0;

	if (client_open(state, &c, &err) == EP_OK &&
	    client_send(c, "GET", "/v1/host/status", NULL, 0, &err) == EP_OK &&
	    client_read(c, &answer, &err) == EP_OK &&
	    json_parse_copy(a, answer.body, answer.length, &n, &err) == EP_OK)
		number = node_int(node_get(n, "generation"), 0);
	client_close(&c);
	return number;
}

/* The newest document; 0: there is none. */
static int64_t
newest(const char *folder)
{
	DIR *d = opendir(folder);
	int64_t most = 0, number;
	struct dirent *e;
	char *end;

	while (d != NULL && (e = readdir(d)) != NULL) {
		number = strtoll(e->d_name, &end, 10);
		if (end != e->d_name && strcmp(end, ".json") == 0 &&
		    number > most)
			most = number;
	}
	if (d != NULL)
		(void)closedir(d);
	return most;
}

static ep_status
read_generation(struct settings *s, const struct command_line *line,
    struct err *err)
{
	struct arena *a = s->arena;
	const struct ep_node *document = NULL;
	char state[4096], *text;
	const char *folder;
	int64_t number;
	size_t length;

	EP_TRY(path_state(line, state, sizeof state, err));
	folder = arena_format(a, "%s/generations", state);
	number = running(a, state);
	if (number == 0)
		number = newest(folder);
	if (number == 0)
		return err_set(err, EP_NOT_FOUND, "no_generation",
		    "%s: no host has run there; compare two files instead",
		    state);
	EP_TRY(file_read(a,
	    arena_format(a, "%s/%lld.json", folder, (long long)number),
	    DOCUMENT_MOST, &text, &length, err));
	EP_TRY(json_parse_copy(a, text, length, &document, err));
	settings_of_generation(s, document);
	return EP_OK;
}

static bool
read_file(struct settings *s, const struct command_line *line, const char *file)
{
	struct inspection_source source = { .config = file,
		.module_folder = path_default_modules(),
		.listen = line->listen,
		.state = line->state };
	struct inspection n;
	bool is_good = inspect_all(s->arena, &source, &n);

	if (buf_length(&n.report) > 0)
		(void)fwrite(buf_data(&n.report), 1, buf_length(&n.report),
		    stderr);
	buf_fini(&n.report);
	if (is_good)
		settings_of(s, &n, &source, true);
	return is_good;
}

struct output {
	struct buf text;
	struct ep_node *list;
	struct arena *arena;
	unsigned n;
};

/* A setting that one side has otherwise, or not at all (NULL). */
static void
tell(struct output *o, const struct setting *old, const struct setting *new)
{
	struct arena *a = o->arena;
	struct ep_node *x = node_new(a, EP_T_OBJECT);
	struct setting was, is;

	o->n++;
	if (old != NULL)
		was = *old;
	if (new != NULL)
		is = *new;
	if (old != NULL && new != NULL)
		was.is_secret = is.is_secret = was.is_secret || is.is_secret;
	(void)node_set_text(a, x, "key", old != NULL ? old->key : new->key);
	(void)node_set_text(a, x, "change",
	    old == NULL       ? "added"
		: new == NULL ? "removed"
			      : "changed");
	if (old != NULL) {
		(void)node_set(a, x, "old", setting_shown(a, &was));
		buf_format(&o->text, "- %s: %s\n", was.key,
		    setting_text(a, &was));
	}
	if (new != NULL) {
		(void)node_set(a, x, "new", setting_shown(a, &is));
		buf_format(&o->text, "+ %s: %s\n", is.key,
		    setting_text(a, &is));
	}
	(void)node_append(a, o->list, x);
}

/* modules.NAME.file while the host runs those very bytes: a reload finds
 * nothing changed, wherever they lie. */
static bool
is_other_place(const struct settings *old, const struct settings *new,
    const char *key)
{
	static const char ending[] = ".file";
	size_t n = strlen(key), m = sizeof ending - 1;
	const struct setting *was, *is;

	if (strncmp(key, "modules.", 8) != 0 || n < m ||
	    strcmp(key + n - m, ending) != 0)
		return false;
	key = arena_format(old->arena, "%.*s.(sha256)", (int)(n - m), key);
	was = setting_find(old, key);
	is = setting_find(new, key);
	return was != NULL && is != NULL && node_equal(was->value, is->value);
}

/* is_live: old is what the host runs. */
static void
compare(struct output *o, const struct settings *old,
    const struct settings *new, bool is_live)
{
	for (uint32_t i = 0; i < old->n; i++) {
		const struct setting *x = &old->items[i];
		const struct setting *y = setting_find(new, x->key);

		if ((y == NULL || !node_equal(x->value, y->value)) &&
		    !(is_live && is_other_place(old, new, x->key)))
			tell(o, x, y);
	}
	for (uint32_t i = 0; i < new->n; i++)
		if (setting_find(old, new->items[i].key) == NULL &&
		    !(is_live && is_other_place(old, new, new->items[i].key)))
			tell(o, NULL, &new->items[i]);
}

/* Both sides; false, and said why, when one cannot be read. */
static bool
read_sides(const struct command_line *line, struct settings *old,
    struct settings *new)
{
	struct err err = { 0 };

	if (line->argc == 2)
		return read_file(old, line, line->argv[0]) &&
		    read_file(new, line, line->argv[1]);
	if (read_generation(old, line, &err) != EP_OK) {
		(void)fprintf(stderr, "entrepot config diff: %s\n", err.text);
		return false;
	}
	return read_file(new, line,
	    line->argc == 1            ? line->argv[0]
		: line->config != NULL ? line->config
				       : path_default_config());
}

int
command_config_diff(const struct command_line *line)
{
	struct arena *a = arena_new(1 << 20);
	struct settings old = { .arena = a }, new = { .arena = a };
	struct output o = { .arena = a, .list = node_new(a, EP_T_ARRAY) };
	int code = 2;

	if (read_sides(line, &old, &new)) {
		compare(&o, &old, &new, line->argc < 2);
		code = o.n > 0;
		if (line->json) {
			buf_fini(&o.text);
			json_write(&o.text, o.list);
			buf_byte(&o.text, '\n');
		}
		if (buf_length(&o.text) > 0)
			(void)fwrite(buf_data(&o.text), 1, buf_length(&o.text),
			    stdout);
	}
	buf_fini(&o.text);
	arena_free(&a);
	return code;
}
