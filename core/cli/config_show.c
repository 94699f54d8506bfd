/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/command.h"
#include "core/cli/setting.h"

#include "core/base/json.h"

#include <stdio.h>

static const char *
origin_text(struct arena *a, const struct settings *s, const struct setting *x)
{
	switch (x->origin) {
	case ORIGIN_LISTEN:
		return "ENTREPOT_LISTEN";
	case ORIGIN_STATE:
		return "ENTREPOT_STATE";
	case ORIGIN_FILE:
		return arena_format(a, "%s:%u:%u%s%s", s->file, x->line,
		    x->column, x->variables != NULL ? ", " : "",
		    x->variables != NULL ? x->variables : "");
	default:
		return "default";
	}
}

static void
put_text(struct arena *a, struct buf *out, const struct settings *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		const struct setting *x = &s->items[i];
		const char *line = arena_format(a, "%s: %s", x->key,
		    setting_text(a, x));

		buf_format(out, "%-48s # %s\n", line, origin_text(a, s, x));
	}
}

static void
put_json(struct arena *a, struct buf *out, const struct settings *s)
{
	static const char *const origins[] = { "file", "default", "environment",
		"environment", "running" };
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (uint32_t i = 0; i < s->n; i++) {
		const struct setting *x = &s->items[i];
		struct ep_node *o = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, o, "key", x->key);
		(void)node_set(a, o, "value", setting_shown(a, x));
		(void)node_set_text(a, o, "origin", origins[x->origin]);
		if (x->origin == ORIGIN_FILE) {
			(void)node_set_text(a, o, "file", s->file);
			(void)node_set_int(a, o, "line", x->line);
			(void)node_set_int(a, o, "column", x->column);
		}
		if (x->origin == ORIGIN_LISTEN || x->origin == ORIGIN_STATE)
			(void)node_set_text(a, o, "variable",
			    origin_text(a, s, x));
		if (x->variables != NULL)
			(void)node_set_text(a, o, "variables", x->variables);
		(void)node_append(a, list, o);
	}
	json_write(out, list);
	buf_byte(out, '\n');
}

int
command_config_show(const struct command_line *line)
{
	struct inspection_source source = { .config = line->config != NULL
		    ? line->config
		    : path_default_config(),
		.module_folder = path_default_modules(),
		.listen = line->listen,
		.state = line->state };
	struct arena *a = arena_new(1 << 20);
	struct settings s = { .arena = a };
	struct buf out = { 0 };
	struct inspection n;
	bool is_good = inspect_all(a, &source, &n);

	if (buf_length(&n.report) > 0)
		(void)fwrite(buf_data(&n.report), 1, buf_length(&n.report),
		    stderr);
	if (n.config != NULL) {
		settings_of(&s, &n, &source, line->effective);
		if (line->json)
			put_json(a, &out, &s);
		else
			put_text(a, &out, &s);
		if (buf_length(&out) > 0)
			(void)fwrite(buf_data(&out), 1, buf_length(&out),
			    stdout);
	}
	buf_fini(&out);
	buf_fini(&n.report);
	arena_free(&a);
	return is_good ? 0 : 1;
}
