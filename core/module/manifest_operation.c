/* SPDX-License-Identifier: BSD-2-Clause */

/* Paths, methods and parameters. */

#include "core/module/manifest_local.h"

#include <string.h>

static const char *const methods[][2] = { { "get", "GET" }, { "head", "HEAD" },
	{ "post", "POST" }, { "put", "PUT" }, { "patch", "PATCH" },
	{ "delete", "DELETE" } };

#define PATHS_MAX 1000
#define N_METHODS (sizeof methods / sizeof methods[0])

static const char *const operation_words[] = { "operationId", "tags", "summary",
	"description", "externalDocs", "parameters", "requestBody", "responses",
	"deprecated", "security", "x-entrepot-tx", "x-entrepot-max-body",
	"x-entrepot-deadline-ms", "x-entrepot-exposure",
	"x-entrepot-idempotency", "x-entrepot-conflict-keys",
	"x-entrepot-clauses", NULL };

/* One operation while it is being read. */
struct place {
	const struct ep_node *item; /* the path item */
	const char *path;
};

static void
read_tx(struct manifest_reader *r, const struct ep_node *n,
    struct manifest_operation *op)
{
	static const char *const words[] = { "read", "write", "none", "step",
		NULL };
	const struct ep_node *tx = node_get(n, "x-entrepot-tx");
	const char *text = manifest_text(r, n, "x-entrepot-tx", false);
	const char *near;
	bool safe;
	int i;

	safe = strcmp(op->method, "GET") == 0 ||
	    strcmp(op->method, "HEAD") == 0;
	op->tx = safe ? TX_READ : TX_WRITE;
	for (i = 0; text != NULL && words[i] != NULL; i++)
		if (strcmp(text, words[i]) == 0) {
			op->tx = (enum manifest_tx)i;
			text = NULL;
		}
	if (text != NULL) {
		near = manifest_nearest(text, words);
		manifest_fault(r, tx, NULL,
		    "x-entrepot-tx: expected read, write, none or step, found "
		    "%.40s%s%s",
		    text, near != NULL ? "; did you mean " : "",
		    near != NULL ? near : "");
	}
	if (safe && (op->tx == TX_WRITE || op->tx == TX_STEP))
		manifest_fault(r, tx, "make it a POST",
		    "a %s changes nothing (RFC 9110 9.2.1), so it cannot be %s",
		    op->method, words[op->tx]);
}

static int64_t
read_number(struct manifest_reader *r, const struct ep_node *n,
    const char *name, int64_t most)
{
	const struct ep_node *x = node_get(n, name);

	if (x == NULL)
		return 0;
	if (x->type != EP_T_INT || x->u.integer < 1 || x->u.integer > most) {
		manifest_fault(r, x, NULL,
		    "%s: expected an integer from 1 to %lld", name,
		    (long long)most);
		return 0;
	}
	return x->u.integer;
}

static void
read_extensions(struct manifest_reader *r, const struct ep_node *n,
    struct manifest_operation *op)
{
	const struct ep_node *x = node_get(n, "x-entrepot-exposure");
	const char *text = manifest_text(r, n, "x-entrepot-exposure", false);

	op->internal = text != NULL && strcmp(text, "internal") == 0;
	if (text != NULL && !op->internal && strcmp(text, "public") != 0)
		manifest_fault(r, x, NULL,
		    "x-entrepot-exposure: expected public or internal, found "
		    "%.40s",
		    text);
	op->idempotent = op->tx != TX_READ;
	x = node_get(n, "x-entrepot-idempotency");
	if (x != NULL && x->type != EP_T_BOOL)
		manifest_fault(r, x, NULL,
		    "x-entrepot-idempotency: expected true or false");
	else if (x != NULL)
		op->idempotent = node_bool(x, true);
	op->max_body = read_number(r, n, "x-entrepot-max-body", 1ll << 32);
	op->deadline_ms = read_number(r, n, "x-entrepot-deadline-ms", 86400000);
	op->conflict_keys = manifest_texts(r, n, "x-entrepot-conflict-keys");
	op->clauses = node_get(n, "x-entrepot-clauses");
	(void)manifest_texts(r, n, "x-entrepot-clauses");
}

static bool
is_scalar(const struct manifest_reader *r, const struct ep_node *schema)
{
	const struct ep_node *type;
	uint32_t i;

	schema = manifest_follow(r->manifest->document, schema);
	type = node_get(schema, "type");
	if (node_get(schema, "properties") != NULL ||
	    node_get(schema, "items") != NULL)
		return false;
	if (type != NULL && type->type == EP_T_ARRAY) {
		for (i = 0; i < type->count; i++)
			if (strcmp(node_text(node_at(type, i), ""), "object") ==
				0 ||
			    strcmp(node_text(node_at(type, i), ""), "array") ==
				0)
				return false;
		return type->count > 0;
	}
	if (type == NULL)
		return node_get(schema, "enum") != NULL ||
		    node_get(schema, "const") != NULL;
	return strcmp(node_text(type, ""), "object") != 0 &&
	    strcmp(node_text(type, ""), "array") != 0;
}

static bool
read_in(struct manifest_reader *r, const struct ep_node *n,
    struct manifest_parameter *p)
{
	static const char *const words[] = { "path", "query", "header", NULL };
	const char *in = manifest_text(r, n, "in", true);
	int i;

	if (in == NULL)
		return false;
	for (i = 0; words[i] != NULL; i++)
		if (strcmp(in, words[i]) == 0) {
			p->in = (enum manifest_in)i;
			return true;
		}
	manifest_fault(r, node_get(n, "in"), NULL,
	    "in: expected path, query or header, found %.40s", in);
	return false;
}

static bool
read_parameter(struct manifest_reader *r, const struct ep_node *at,
    struct manifest_parameter *p)
{
	static const char *const words[] = { "name", "in", "required", "schema",
		"description", "deprecated", "example", "examples", NULL };
	const struct ep_node *n = manifest_follow(r->manifest->document, at);

	if (n == NULL || n->type != EP_T_OBJECT) {
		manifest_fault(r, at, NULL, "expected a parameter object");
		return false;
	}
	manifest_known_members(r, n, words);
	p->node = n;
	p->name = manifest_text(r, n, "name", true);
	p->required = node_bool(node_get(n, "required"), false);
	p->schema = node_get(n, "schema");
	if (!read_in(r, n, p) || p->name == NULL)
		return false;
	if (p->in == IN_PATH && !p->required)
		manifest_fault(r, n, "add required: true",
		    "path parameter %.80s is always required", p->name);
	if (p->schema == NULL)
		manifest_fault(r, n, NULL, "parameter %.80s has no schema",
		    p->name);
	else if (!is_scalar(r, p->schema))
		manifest_fault(r, p->schema,
		    "give it a type: string, integer, number or boolean",
		    "parameter %.80s is not a single value", p->name);
	return true;
}

/* Adds those of one list; an operation's own replaces the path's. */
static uint32_t
read_parameter_list(struct manifest_reader *r, const struct ep_node *list,
    struct manifest_parameter *out, uint32_t n, uint32_t inherited)
{
	struct manifest_parameter p;
	uint32_t i, k, start = inherited;

	if (list != NULL && list->type != EP_T_ARRAY) {
		manifest_fault(r, list, NULL,
		    "parameters: expected a list, found %s",
		    node_type_name(list));
		return n;
	}
	for (i = 0; list != NULL && i < list->count; i++) {
		memset(&p, 0, sizeof p);
		if (!read_parameter(r, node_at(list, i), &p))
			continue;
		for (k = 0; k < n; k++)
			if (out[k].in == p.in &&
			    strcmp(out[k].name, p.name) == 0)
				break;
		if (k < n && k >= start)
			manifest_fault(r, node_at(list, i), NULL,
			    "parameter %.80s is declared twice", p.name);
		out[k] = p;
		n += k == n;
	}
	return n;
}

static void
read_parameters(struct manifest_reader *r, const struct place *place,
    const struct ep_node *n, struct manifest_operation *op)
{
	const struct ep_node *common = node_get(place->item, "parameters");
	const struct ep_node *own = node_get(n, "parameters");
	struct manifest_parameter *list;
	uint32_t most = 1, inherited;

	most += common != NULL && common->type == EP_T_ARRAY ? common->count
							     : 0;
	most += own != NULL && own->type == EP_T_ARRAY ? own->count : 0;
	list = arena_array(r->arena, most, sizeof *list);
	inherited = read_parameter_list(r, common, list, 0, 0);
	op->n_parameters = read_parameter_list(r, own, list, inherited,
	    inherited);
	op->parameters = list;
}

static bool
path_names(const char *path, const char *name)
{
	size_t n = strlen(name);

	for (path = strchr(path, '{'); path != NULL; path = strchr(path, '{'))
		if (strncmp(++path, name, n) == 0 && path[n] == '}')
			return true;
	return false;
}

/* Path template against the declared path parameters, both ways. */
static void
check_template(struct manifest_reader *r, const struct ep_node *n,
    const struct manifest_operation *op)
{
	const char *p;
	uint32_t i;
	size_t length;

	for (i = 0; i < op->n_parameters; i++)
		if (op->parameters[i].in == IN_PATH &&
		    !path_names(op->path, op->parameters[i].name))
			manifest_fault(r, op->parameters[i].node, NULL,
			    "path parameter %.80s is not in %.120s",
			    op->parameters[i].name, op->path);
	for (p = strchr(op->path, '{'); p != NULL; p = strchr(p, '{')) {
		length = strcspn(++p, "}");
		for (i = 0; i < op->n_parameters; i++)
			if (op->parameters[i].in == IN_PATH &&
			    strlen(op->parameters[i].name) == length &&
			    strncmp(op->parameters[i].name, p, length) == 0)
				break;
		if (i == op->n_parameters)
			manifest_fault(r, n,
			    "add {name: ..., in: path, required: true}",
			    "{%.*s} in the path is not declared", (int)length,
			    p);
	}
}

/* The module's name as a prefix: '_' for '-', as in its tables. */
static bool
is_named_so(const char *name, const char *id, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (name[i] == '\0' ||
		    (name[i] == '-' ? '_' : name[i]) != id[i])
			return false;
	return name[n] == '\0';
}

/* Operations bear one of the declared prefixes, or else the module's name. */
static bool
prefix_is_own(const struct manifest *m, const char *id, size_t n)
{
	const char *const *p = m->prefixes;

	if (*p == NULL)
		return m->name == NULL || is_named_so(m->name, id, n);
	for (; *p != NULL; p++)
		if (strlen(*p) == n && strncmp(*p, id, n) == 0)
			return true;
	return false;
}

static void
read_id(struct manifest_reader *r, const struct ep_node *n,
    struct manifest_operation *op)
{
	const char *id = manifest_text(r, n, "operationId", true), *dot;
	uint32_t i;

	if (id == NULL)
		return;
	op->id = id;
	dot = strchr(id, '.');
	if (dot == NULL || !manifest_is_name(id, (size_t)(dot - id)) ||
	    !manifest_is_name(dot + 1, strlen(dot + 1)))
		manifest_fault(r, node_get(n, "operationId"), NULL,
		    "operationId: expected prefix.lower_case, found %.80s", id);
	else if (!prefix_is_own(r->manifest, id, (size_t)(dot - id)))
		manifest_fault(r, node_get(n, "operationId"),
		    "add it to prefixes in x-entrepot",
		    "operationId: %.*s is not a prefix of this module",
		    (int)(dot - id), id);
	for (i = 0; i < r->manifest->n_operations; i++)
		if (strcmp(r->manifest->operations[i].id, id) == 0)
			manifest_fault(r, node_get(n, "operationId"), NULL,
			    "operationId %.80s is taken by %s %.120s", id,
			    r->manifest->operations[i].method,
			    r->manifest->operations[i].path);
}

static void
read_operation(struct manifest_reader *r, const struct place *place,
    const char *method, const struct ep_node *n, struct manifest_operation *op)
{
	op->id = "";
	op->method = method;
	op->path = place->path;
	op->node = n;
	manifest_known_members(r, n, operation_words);
	read_id(r, n, op);
	op->summary = manifest_text(r, n, "summary", false);
	op->description = manifest_text(r, n, "description", false);
	read_tx(r, n, op);
	read_extensions(r, n, op);
	read_parameters(r, place, n, op);
	check_template(r, n, op);
	manifest_read_body(r, n, op);
	manifest_read_responses(r, n, op);
	manifest_check_collisions(r, op);
}

static bool
segment_is_sound(const char *s, size_t n)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:@"
				    "!$&'()*+,;=";

	if (n > 2 && s[0] == '{' && s[n - 1] == '}')
		return manifest_is_name(s + 1, n - 2);
	return n > 0 && strspn(s, plain) >= n && strncmp(s, ".", n) != 0 &&
	    strncmp(s, "..", n) != 0;
}

/* "/v1/orders/{id}": a parameter is a whole segment. */
static bool
path_is_sound(const char *path)
{
	const char *p = path, *other;
	size_t n;

	if (*p != '/')
		return false;
	while (*p == '/') {
		n = strcspn(++p, "/");
		if (!segment_is_sound(p, n))
			return false;
		if (*p == '{')
			for (other = strchr(p + n, '{'); other != NULL;
			     other = strchr(other + 1, '{'))
				if (strncmp(other, p, n) == 0)
					return false;
		p += n;
	}
	return true;
}

/* Do two templates match the same requests?  Names do not count. */
static bool
path_same(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		if (*a == '{' && *b == '{') {
			a += strcspn(a, "}");
			b += strcspn(b, "}");
		}
		if (*a != *b)
			return false;
		a++;
		b++;
	}
	return *a == *b;
}

static void
check_paths(struct manifest_reader *r, const struct ep_node *paths)
{
	const struct ep_node *n;
	uint32_t i, k;

	for (i = 0; i < paths->count; i++) {
		n = node_at(paths, i);
		if (!path_is_sound(n->key))
			manifest_fault(r, n, NULL,
			    "path %.120s: expected segments like /v1/orders/"
			    "{id}, each name once",
			    n->key);
		for (k = 0; k < i; k++)
			if (path_same(n->key, node_at(paths, k)->key))
				manifest_fault(r, n,
				    "put their methods under one of them",
				    "path %.120s matches what %.120s matches",
				    n->key, node_at(paths, k)->key);
	}
}

static void
read_path(struct manifest_reader *r, const struct ep_node *item,
    struct manifest_operation *list)
{
	static const char *const words[] = { "get", "head", "post", "put",
		"patch", "delete", "parameters", "summary", "description",
		NULL };
	struct place place = { item, item->key };
	const struct ep_node *n;
	size_t i;

	if (item->type != EP_T_OBJECT) {
		manifest_fault(r, item, NULL, "path %.120s: expected methods",
		    item->key);
		return;
	}
	manifest_known_members(r, item, words);
	for (i = 0; i < N_METHODS; i++) {
		n = node_get(item, methods[i][0]);
		if (n == NULL)
			continue;
		if (n->type != EP_T_OBJECT) {
			manifest_fault(r, n, NULL,
			    "%s: expected an operation object", methods[i][0]);
			continue;
		}
		read_operation(r, &place, methods[i][1], n,
		    &list[r->manifest->n_operations]);
		r->manifest->n_operations++;
	}
}

void
manifest_read_operations(struct manifest_reader *r)
{
	const struct ep_node *paths = node_get(r->manifest->document, "paths");
	struct manifest_operation *list;
	uint32_t i;

	if (paths == NULL || paths->type != EP_T_OBJECT || paths->count == 0) {
		manifest_fault(r, paths != NULL ? paths : r->manifest->document,
		    NULL, "paths: expected at least one operation");
		return;
	}
	if (paths->count > PATHS_MAX) {
		manifest_fault(r, paths, "divide the module",
		    "paths: more than %d", PATHS_MAX);
		return;
	}
	check_paths(r, paths);
	list = arena_array(r->arena, paths->count * N_METHODS, sizeof *list);
	r->manifest->operations = list;
	for (i = 0; i < paths->count; i++)
		read_path(r, node_at(paths, i), list);
}
