/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/setting.h"

#include "core/base/json.h"
#include "core/base/log.h"

#include <string.h>

/* One place of the tree while it is walked. */
struct place {
	const char *key;
	const struct ep_node *value, *written; /* written NULL: in no file */
	const struct ep_node *schema, *document;
	enum origin origin; /* of what is not written */
	bool is_secret;
};

static const char *
variables_in(struct arena *a, const char *text)
{
	const char *out = NULL, *end;

	while ((text = strstr(text, "${")) != NULL) {
		end = strchr(text, '}');
		if (end == NULL)
			break;
		if (strncmp(text, "${ENV:", 6) == 0 ||
		    strncmp(text, "${FILE:", 7) == 0)
			out = arena_format(a, "%s%s%.*s",
			    out != NULL ? out : "", out != NULL ? ", " : "",
			    (int)(end - text) + 1, text);
		text = end;
	}
	return out;
}

static bool
is_marked(const struct ep_node *schema)
{
	return node_bool(node_get(schema, "writeOnly"), false) ||
	    node_get(schema, "x-entrepot-class") != NULL;
}

static void
add(struct settings *s, const struct place *p)
{
	struct setting *x;

	if (s->n == 0 || (s->n & (s->n - 1)) == 0) {
		struct setting *more = arena_array(s->arena,
		    s->n == 0 ? 1 : s->n * 2, sizeof *more);

		if (s->n > 0)
			memcpy(more, s->items, s->n * sizeof *more);
		s->items = more;
	}
	x = &s->items[s->n++];
	memset(x, 0, sizeof *x);
	x->key = p->key;
	x->value = p->value;
	x->origin = p->written != NULL ? ORIGIN_FILE : p->origin;
	if (p->written != NULL) {
		x->line = p->written->line;
		x->column = p->written->column;
		if (p->written->type == EP_T_TEXT)
			x->variables = variables_in(s->arena, p->written->text);
	}
	x->is_secret = p->is_secret || (p->value->flags & NODE_SECRET) != 0 ||
	    (x->variables != NULL && p->written != p->value);
}

static const struct ep_node *
schema_member(const struct place *p, const char *name)
{
	const struct ep_node *s = p->schema, *found;

	if (s == NULL)
		return NULL;
	s = manifest_follow(p->document, s);
	found = node_get(node_get(s, "properties"), name);
	return found != NULL ? found : node_get(s, "additionalProperties");
}

static void
walk(struct settings *s, struct place p)
{
	const char *name = strrchr(p.key, '.');

	name = name != NULL ? name + 1 : p.key;
	p.is_secret = p.is_secret || is_marked(p.schema) ||
	    (p.value->type == EP_T_TEXT && p.value->count > 0 &&
		log_is_secret(name, strlen(name)));
	if (p.value->type != EP_T_OBJECT || p.value->count == 0) {
		add(s, &p);
		return;
	}
	for (uint32_t i = 0; i < p.value->count; i++) {
		const struct ep_node *m = p.value->u.items + i;
		struct place below = p;

		below.key = arena_format(s->arena, "%s%s%s", p.key,
		    *p.key != '\0' ? "." : "", m->key);
		below.value = m;
		below.written = node_get(p.written, m->key);
		below.schema = schema_member(&p, m->key);
		walk(s, below);
	}
}

static const struct inspected_module *
inspected(const struct inspection *n, const char *name)
{
	for (unsigned i = 0; i < n->n_modules; i++)
		if (strcmp(n->modules[i].section->name, name) == 0)
			return &n->modules[i];
	return NULL;
}

/* The host's keys and the module's options, defaults in them. */
static void
walk_module(struct settings *s, const struct inspection *n,
    const struct config_module *c)
{
	const struct inspected_module *m = inspected(n, c->name);
	bool is_good = m != NULL && m->options != NULL;
	struct ep_node *value = node_new(s->arena, EP_T_OBJECT);
	const struct ep_node *options = is_good ? m->options : c->options;

	for (size_t i = 0; config_module_keys[i] != NULL; i++) {
		const struct ep_node *x = node_get(c->node,
		    config_module_keys[i]);

		if (x != NULL)
			(void)node_set(s->arena, value, x->key, x);
	}
	if (node_get(value, "enabled") == NULL)
		(void)node_set_bool(s->arena, value, "enabled", true);
	for (uint32_t i = 0; i < options->count; i++)
		(void)node_set(s->arena, value, options->u.items[i].key,
		    options->u.items + i);
	walk(s,
	    (struct place){ arena_format(s->arena, "modules.%s", c->name),
		value,
		node_get(node_get(n->config->written, "modules"), c->name),
		is_good ? m->manifest->config : NULL,
		is_good ? m->manifest->document : NULL, ORIGIN_DEFAULT,
		false });
	if (m != NULL && m->file != NULL)
		walk(s,
		    (struct place){
			arena_format(s->arena, "modules.%s.(sha256)", c->name),
			node_new_text(s->arena, m->file->sha256, 64), NULL,
			NULL, NULL, ORIGIN_DEFAULT, false });
}

void
settings_of(struct settings *s, const struct inspection *n,
    const struct inspection_source *source, bool effective)
{
	const struct config *c = n->config;
	const struct ep_node *schema = config_host_schema(s->arena);
	struct place top = { "", effective ? c->root : c->written, c->written,
		schema, schema, ORIGIN_DEFAULT, false };

	s->file = c->file;
	if (!effective) {
		if (c->written->type == EP_T_OBJECT)
			walk(s, top);
		return;
	}
	for (uint32_t i = 0; i < c->root->count; i++) {
		struct place p = top;

		p.value = c->root->u.items + i;
		p.key = p.value->key;
		p.written = node_get(c->written, p.key);
		p.schema = schema_member(&top, p.key);
		if (strcmp(p.key, "modules") == 0)
			continue;
		if (strcmp(p.key, "listen") == 0 && source->listen != NULL) {
			p.written = NULL;
			p.origin = ORIGIN_LISTEN;
		}
		if (strcmp(p.key, "state") == 0 && source->state != NULL) {
			p.written = NULL;
			p.origin = ORIGIN_STATE;
		}
		walk(s, p);
	}
	for (uint32_t i = 0; i < c->n_modules; i++)
		walk_module(s, n, &c->modules[i]);
}

static const struct ep_node *
instance(const struct ep_node *document, const char *name)
{
	const struct ep_node *list = node_get(document, "modules");

	for (uint32_t i = 0; list != NULL && i < list->count; i++)
		if (strcmp(node_text(node_get(node_at(list, i), "name"), ""),
			name) == 0)
			return node_at(list, i);
	return NULL;
}

static void
walk_running(struct settings *s, const struct ep_node *document,
    const struct ep_node *section)
{
	const struct ep_node *m = instance(document, section->key);
	const struct ep_node *options = node_get(m, "config");
	struct ep_node *value = node_new(s->arena, EP_T_OBJECT);

	if (section->type == EP_T_OBJECT)
		*value = *section;
	if (node_get(value, "enabled") == NULL)
		(void)node_set_bool(s->arena, value, "enabled", true);
	for (uint32_t i = 0; options != NULL && i < options->count; i++)
		(void)node_set(s->arena, value, options->u.items[i].key,
		    options->u.items + i);
	if (m != NULL)
		(void)node_set(s->arena, value, "(sha256)",
		    node_get(m, "sha256"));
	walk(s,
	    (struct place){ arena_format(s->arena, "modules.%s", section->key),
		value, NULL, NULL, NULL, ORIGIN_RUNNING, false });
}

void
settings_of_generation(struct settings *s, const struct ep_node *document)
{
	const struct ep_node *root = node_get(document, "config");
	const struct ep_node *modules = node_get(root, "modules");

	s->file = "generation";
	for (uint32_t i = 0; root != NULL && i < root->count; i++)
		if (strcmp(root->u.items[i].key, "modules") != 0)
			walk(s,
			    (struct place){ root->u.items[i].key,
				root->u.items + i, NULL, NULL, NULL,
				ORIGIN_RUNNING, false });
	for (uint32_t i = 0; modules != NULL && i < modules->count; i++)
		walk_running(s, document, modules->u.items + i);
}

const struct setting *
setting_find(const struct settings *s, const char *key)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (strcmp(s->items[i].key, key) == 0)
			return &s->items[i];
	return NULL;
}

/* A list with its secret elements masked. */
static const struct ep_node *
masked(struct arena *a, const struct ep_node *n)
{
	struct ep_node *copy;

	if ((n->flags & NODE_SECRET) != 0)
		return node_new_text(a, "***", 3);
	if (n->type != EP_T_ARRAY && n->type != EP_T_OBJECT)
		return n;
	copy = node_new(a, n->type);
	for (uint32_t i = 0; i < n->count; i++) {
		const struct ep_node *x = n->u.items + i;

		if (n->type == EP_T_ARRAY)
			(void)node_append(a, copy, masked(a, x));
		else if (x->type == EP_T_TEXT &&
		    log_is_secret(x->key, x->key_length))
			(void)node_set_text(a, copy, x->key, "***");
		else
			(void)node_set(a, copy, x->key, masked(a, x));
	}
	return copy;
}

const struct ep_node *
setting_shown(struct arena *a, const struct setting *x)
{
	return x->is_secret ? node_new_text(a, "***", 3) : masked(a, x->value);
}

const char *
setting_text(struct arena *a, const struct setting *x)
{
	const struct ep_node *n = setting_shown(a, x);
	struct buf b = { 0 };
	const char *text;

	json_write(&b, n);
	text = arena_copy(a, buf_data(&b), buf_length(&b));
	buf_fini(&b);
	/* plain words are easier to read without quotes */
	if (n->type == EP_T_TEXT && n->count > 0 &&
	    strpbrk(n->text, "\" \\:#{}[],\n") == NULL)
		return n->text;
	return text;
}
