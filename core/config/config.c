/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/config/config.h"

#include "core/base/file.h"
#include "core/base/yaml.h"
#include "core/config/embedded.h"
#include "core/config/fault.h"
#include "core/config/interpolate.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>

#define CONFIG_MAGIC 0xc0f19a01u
#define FILE_MOST (1u << 20)

const char *const config_module_keys[] = { "file", "enabled", "trust", NULL };

const struct ep_node *
config_host_schema(struct arena *a)
{
	const struct ep_node *n;
	struct err err = { 0 };

	/* a fault in a text of our own is a bug */
	if (yaml_parse(a, "host_schema.yaml", embedded_host_schema,
		(size_t)(embedded_host_schema_end - embedded_host_schema), &n,
		&err) != EP_OK)
		ep_panic(__FILE__, __LINE__, __func__, err.text);
	return n;
}

static struct schema *
host_schema(struct arena *a)
{
	const struct ep_node *n = config_host_schema(a);
	struct err err = { 0 };
	struct schema *s;

	if (schema_compile(a, n, n, "host_schema.yaml", &s, &err) != EP_OK)
		ep_panic(__FILE__, __LINE__, __func__, err.text);
	return s;
}

/* ------------------------------------------------------ single settings -- */

static bool
is_loopback(const char *host)
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &six) == 1 &&
	    IN6_IS_ADDR_LOOPBACK(&six);
}

static void
read_listen(struct fault_sink *f, struct config *c, const struct ep_node *n)
{
	const char *colon = strrchr(n->text, ':');
	char *host, *end = NULL;
	long port = -1;
	size_t length = colon != NULL ? (size_t)(colon - n->text) : 0;
	const char *shown = n->flags & NODE_SECRET ? "what was put in"
						   : n->text;

	if (colon != NULL && colon[1] >= '0' && colon[1] <= '9')
		port = strtol(colon + 1, &end, 10);
	if (port < 0 || port > 65535 || *end != '\0' || length == 0) {
		fault_value(f, "bad_listen", n)->words[0] = shown;
		return;
	}
	host = arena_copy(f->arena, n->text, length);
	if (host[0] == '[' && host[length - 1] == ']') {
		host[length - 1] = '\0';
		host++;
	}
	if (strcmp(host, "localhost") == 0)
		host = arena_strdup(f->arena, "127.0.0.1");
	if (!is_loopback(host))
		fault_value(f, "not_loopback", n)->words[0] = shown;
	c->host = host;
	c->port = (uint16_t)port;
}

static void
read_store(struct fault_sink *f, struct config *c)
{
	const struct ep_node *n = node_get(node_get(c->root, "store"), "url");

	c->store_url = n->text;
	if (strncmp(n->text, "sqlite:", 7) == 0 && n->text[7] != '\0')
		return;
	(void)fault_value(f,
	    strncmp(n->text, "postgres", 8) == 0 ? "store_postgres"
						 : "bad_store",
	    n);
}

#define LIMIT(name)                                         \
	{                                                   \
#name, offsetof(struct config_limits, name) \
	}

static void
read_limits(struct config *c)
{
	static const struct {
		const char *name;
		size_t offset;
	} rows[] = { LIMIT(max_body), LIMIT(max_header_bytes),
		LIMIT(max_headers), LIMIT(max_target), LIMIT(header_timeout_ms),
		LIMIT(body_timeout_ms), LIMIT(idle_timeout_ms),
		LIMIT(write_timeout_ms), LIMIT(min_body_rate),
		LIMIT(max_connections), LIMIT(max_fibers), LIMIT(max_tx_ms),
		LIMIT(max_rows), LIMIT(max_result_bytes), LIMIT(max_arena),
		LIMIT(json_depth), LIMIT(deadline_ms), LIMIT(slow_ms),
		LIMIT(stall_ms) };
	const struct ep_node *limits = node_get(c->root, "limits");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t value = node_int(node_get(limits, rows[i].name), 0);

		memcpy((char *)&c->limits + rows[i].offset, &value,
		    sizeof value);
	}
}

static unsigned
word_of(const char *const *words, const char *text)
{
	unsigned i = 0;

	while (words[i] != NULL && strcmp(words[i], text) != 0)
		i++;
	return i;
}

static bool
is_module_key(const char *name)
{
	for (size_t i = 0; config_module_keys[i] != NULL; i++)
		if (strcmp(config_module_keys[i], name) == 0)
			return true;
	return false;
}

static void
read_modules(struct arena *a, struct config *c)
{
	const struct ep_node *all = node_get(c->root, "modules");

	c->n_modules = all->count;
	c->modules = arena_array(a, all->count, sizeof *c->modules);
	for (uint32_t i = 0; i < all->count; i++) {
		const struct ep_node *n = all->u.items + i;
		struct config_module *m = c->modules + i;
		struct ep_node *options = node_new(a, EP_T_OBJECT);

		options->line = n->line;
		options->column = n->column;
		for (uint32_t k = 0; n->type == EP_T_OBJECT && k < n->count;
		     k++)
			if (!is_module_key(n->u.items[k].key))
				(void)node_set(a, options, n->u.items[k].key,
				    n->u.items + k);
		m->name = n->key;
		m->node = n;
		m->file = node_text(node_get(n, "file"), NULL);
		m->is_enabled = node_bool(node_get(n, "enabled"), true);
		m->in_process = node_get(n, "trust") != NULL;
		m->options = options;
	}
}

/* Its folder has to be there before the host starts. */
static void
read_log_file(struct fault_sink *f, struct config *c, const struct ep_node *n)
{
	const char *slash, *folder = ".";
	struct config_error *one;
	struct stat st;

	c->log_file = node_text(n, "");
	slash = strrchr(c->log_file, '/');
	if (slash != NULL)
		folder = arena_copy(f->arena, c->log_file,
		    (size_t)(slash - c->log_file) + 1);
	if (*c->log_file == '\0' ||
	    (stat(folder, &st) == 0 && S_ISDIR(st.st_mode)))
		return;
	one = fault_value(f, "log_folder", n);
	one->words[0] = folder;
}

static void
read_settings(struct fault_sink *f, struct fault_sink *of_listen,
    struct config *c)
{
	static const char *const modes[] = { "production", "development",
		"test", NULL };
	static const char *const levels[] = { "debug", "info", "warn", "error",
		NULL };
	const struct ep_node *r = c->root, *log = node_get(r, "log");

	read_listen(of_listen, c, node_get(r, "listen"));
	read_store(f, c);
	read_limits(c);
	read_modules(f->arena, c);
	c->mode = (enum config_mode)word_of(modes,
	    node_text(node_get(r, "mode"), ""));
	c->workers = (uint32_t)node_int(node_get(r, "workers"), 0);
	c->log_level = word_of(levels, node_text(node_get(log, "level"), ""));
	c->log_format = node_text(node_get(log, "format"), "auto");
	read_log_file(f, c, node_get(log, "file"));
	c->drain_timeout_ms = node_int(node_get(r, "drain_timeout_ms"), 0);
	c->require_signature = node_bool(node_get(r, "require_signature"),
	    false);
	c->trust = node_get(r, "modules_trust");
}

/* ------------------------------------------------------------- loading -- */

static ep_status
read_text(struct fault_sink *f, const char *path, struct config *c,
    size_t *length)
{
	struct err err = { 0 };
	const char *slash;
	char *text;

	c->file = f->file = path != NULL ? arena_strdup(f->arena, path)
					 : "(built in)";
	c->folder = ".";
	if (path == NULL) {
		c->text = f->text = embedded_default;
		*length = (size_t)(embedded_default_end - embedded_default);
		return EP_OK;
	}
	slash = strrchr(path, '/');
	if (slash != NULL)
		c->folder = slash == path
		    ? "/"
		    : arena_copy(f->arena, path, (size_t)(slash - path));
	if (file_read(f->arena, path, FILE_MOST, &text, length, &err)) {
		fault_at(f, "file_unreadable", 0, 0)->words[0] =
		    arena_strdup(f->arena, err.text);
		return EP_INVALID;
	}
	c->text = f->text = text;
	return EP_OK;
}

static void
override(struct arena *a, struct ep_node *root,
    const struct config_overrides *o)
{
	if (o != NULL && o->listen != NULL)
		(void)node_set_text(a, root, "listen", o->listen);
	if (o != NULL && o->state != NULL)
		(void)node_set_text(a, root, "state", o->state);
}

/* ${STATE} may stand anywhere, but for the state itself. */
static const char *
settle_state(struct fault_sink *f, struct ep_node *root, const char *folder)
{
	const struct ep_node *n = node_get(root, "state");

	if (n == NULL || n->type != EP_T_TEXT)
		return "state";
	if (strstr(n->text, "${STATE}") != NULL) {
		(void)fault_value(f, "state_in_state", n);
		return "state";
	}
	for (uint32_t i = 0; i < root->count; i++)
		if (strcmp(root->u.items[i].key, "state") == 0)
			interpolate(f, root->u.items + i, folder, "");
	return node_text(node_get(root, "state"), "state");
}

/* Each member by itself, since one validation tells so many faults only. */
static void
check_members(struct fault_sink *f, const struct schema *schema,
    const struct ep_node *root)
{
	struct schema_errors errors;

	if (root->type != EP_T_OBJECT || root->count == 0) {
		if (schema_validate(schema, root, f->arena, &errors) != EP_OK)
			fault_from_schema(f, &errors, "", NULL);
		return;
	}
	for (uint32_t i = 0; i < root->count; i++) {
		struct ep_node one = *root;

		one.flags = 0;
		one.count = 1;
		one.u.items = root->u.items + i;
		if (schema_validate(schema, &one, f->arena, &errors) != EP_OK)
			fault_from_schema(f, &errors, "", NULL);
	}
}

static void
put_in(struct fault_sink *f, const struct config *c, struct ep_node *root)
{
	for (uint32_t i = 0; root->type == EP_T_OBJECT && i < root->count; i++)
		if (strcmp(root->u.items[i].key, "state") != 0)
			interpolate(f, root->u.items + i, c->folder, c->state);
}

/* What was overridden stands in no file. */
static void
read_settings_from(struct fault_sink *f, struct config *c,
    const struct config_overrides *o)
{
	struct fault_sink outside = { .arena = f->arena,
		.file = "ENTREPOT_LISTEN",
		.errors = f->errors };

	if (o != NULL && o->listen != NULL)
		outside.text = o->listen;
	read_settings(f, outside.text != NULL ? &outside : f, c);
}

static ep_status
build(struct fault_sink *f, struct config *c, struct ep_node *root,
    const struct config_overrides *overrides)
{
	struct schema *schema = host_schema(f->arena);
	const struct ep_node *modules;
	struct ep_node *whole;
	bool is_bad;

	if (root->type == EP_T_NULL)
		root = node_new(f->arena, EP_T_OBJECT);
	if (root->type == EP_T_OBJECT)
		override(f->arena, root, overrides);
	c->state = settle_state(f, root, c->folder);
	put_in(f, c, root);
	check_members(f, schema, root);
	is_bad = f->errors->n_faults > 0;
	modules = node_get(root, "modules");
	if (is_bad && (modules == NULL || modules->type != EP_T_OBJECT))
		return EP_INVALID;
	whole = node_copy(f->arena, schema_defaults(schema, f->arena, root));
	c->root = whole;
	if (is_bad) {
		read_modules(f->arena, c);
		return EP_INVALID;
	}
	/* the one default that hangs on another setting */
	if (node_get(node_get(root, "store"), "url") == NULL)
		(void)node_set_text(f->arena,
		    node_set(f->arena, whole, "store",
			node_get(whole, "store")),
		    "url",
		    arena_format(f->arena, "sqlite:%s/entrepot.db", c->state));
	read_settings_from(f, c, overrides);
	return f->errors->n_faults > 0 ? EP_INVALID : EP_OK;
}

ep_status
config_read(struct arena *a, const char *path,
    const struct config_overrides *overrides, struct config **config_out,
    struct config_errors *errors)
{
	struct fault_sink f = { .arena = a, .errors = errors };
	struct config *c = arena_alloc(a, sizeof *c);
	struct err err = { 0 };
	ep_status st;
	size_t length;

	memset(errors, 0, sizeof *errors);
	*config_out = NULL;
	c->magic = CONFIG_MAGIC;
	c->places.arena = a;
	f.places = &c->places;
	EP_TRY(read_text(&f, path, c, &length));
	if (yaml_parse_noted(c->file, c->text, length, &c->places, &err) !=
	    EP_OK)
		fault_from_yaml(&f);
	c->written = c->places.root;
	if (c->written == NULL)
		return EP_INVALID;
	st = build(&f, c, node_copy(a, c->written), overrides);
	if (c->modules != NULL || st == EP_OK)
		*config_out = c;
	return st;
}

ep_status
config_load(struct arena *a, const char *path,
    const struct config_overrides *overrides, struct config **config_out,
    struct config_errors *errors)
{
	struct config *c;
	ep_status st = config_read(a, path, overrides, &c, errors);

	config_errors_sort(a, errors);
	if (st == EP_OK)
		*config_out = c;
	return st;
}

const struct config_module *
config_module(const struct config *c, const char *name)
{
	EP_CHECK(c, CONFIG_MAGIC);
	for (uint32_t i = 0; i < c->n_modules; i++)
		if (strcmp(c->modules[i].name, name) == 0)
			return c->modules + i;
	return NULL;
}

/* What the operator wrote has had its ${…} put in; the schema's defaults for
 * what he did not write have not. */
static const struct ep_node *
own_defaults(struct fault_sink *f, const struct config *c,
    const struct ep_node *written, struct ep_node *whole)
{
	for (uint32_t i = 0; i < whole->count; i++)
		if (node_get(written, whole->u.items[i].key) == NULL)
			interpolate(f, &whole->u.items[i], c->folder, c->state);
	return whole;
}

ep_status
config_check_module(struct arena *a, const struct config *c,
    const struct config_module *module, const struct schema *schema,
    const struct ep_node **options_out, struct config_errors *errors)
{
	struct fault_sink f = { a, c->file, c->text, &c->places, errors };
	struct schema_errors found;

	EP_CHECK(c, CONFIG_MAGIC);
	*options_out = own_defaults(&f, c, module->options,
	    node_copy(a, schema_defaults(schema, a, module->options)));
	if (schema_validate(schema, *options_out, a, &found) == EP_OK)
		return EP_OK;
	fault_from_schema(&f, &found,
	    arena_format(a, "modules.%s", module->name), config_module_keys);
	return EP_INVALID;
}
