/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/describe.h"

#include "core/base/json.h"

#define DEPTH 3 /* of lists and objects in one phrase */

struct words {
	struct buf *out;
	const struct ep_node *document;
};

static const struct ep_node *
follow(const struct words *w, const struct ep_node *schema)
{
	return manifest_follow(w->document, schema);
}

static bool
is_object(const struct ep_node *n)
{
	return n != NULL && n->type == EP_T_OBJECT;
}

static bool
is_array(const struct ep_node *n)
{
	return n != NULL && n->type == EP_T_ARRAY;
}

/* ----------------------------------------------------- a schema in a phrase */

static void
range(const struct words *w, const struct ep_node *schema, const char *least,
    const char *most)
{
	const struct ep_node *from = node_get(schema, least);
	const struct ep_node *to = node_get(schema, most);

	if (from == NULL && to == NULL)
		return;
	buf_byte(w->out, ' ');
	if (from != NULL)
		json_write(w->out, from);
	buf_text(w->out, "..");
	if (to != NULL)
		json_write(w->out, to);
}

static void
alternatives(const struct words *w, const struct ep_node *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (i > 0)
			buf_text(w->out, " | ");
		json_write(w->out, node_at(list, i));
	}
}

static void
member_names(const struct words *w, const struct ep_node *properties)
{
	buf_byte(w->out, '{');
	for (uint32_t i = 0; i < properties->count; i++)
		buf_format(w->out, "%s%s", i > 0 ? ", " : "",
		    node_at(properties, i)->key);
	buf_byte(w->out, '}');
}

/* "text" for "string" and so on; a list of types joined by "or". */
static void
type_words(const struct words *w, const struct ep_node *type)
{
	const char *name = node_text(type, "");

	if (is_array(type)) {
		for (uint32_t i = 0; i < type->count; i++) {
			if (i > 0)
				buf_text(w->out, " or ");
			type_words(w, node_at(type, i));
		}
		return;
	}
	if (strcmp(name, "string") == 0)
		name = "text";
	else if (strcmp(name, "array") == 0)
		name = "list";
	else if (*name == '\0')
		name = "any";
	buf_text(w->out, name);
}

static void
details(const struct words *w, const struct ep_node *n)
{
	const struct ep_node *fallback = node_get(n, "default");
	const char *format = node_text(node_get(n, "format"), NULL);
	const char *pattern = node_text(node_get(n, "pattern"), NULL);

	range(w, n, "minLength", "maxLength");
	range(w, n, "minimum", "maximum");
	range(w, n, "exclusiveMinimum", "exclusiveMaximum");
	range(w, n, "minItems", "maxItems");
	if (format != NULL)
		buf_format(w->out, ", %s", format);
	if (pattern != NULL)
		buf_format(w->out, ", %s", pattern);
	if (fallback != NULL) {
		buf_text(w->out, ", default ");
		json_write(w->out, fallback);
	}
}

static void
phrase(const struct words *w, const struct ep_node *schema, unsigned depth)
{
	const struct ep_node *n = follow(w, schema), *several;
	const struct ep_node *items = node_get(n, "items");
	const struct ep_node *properties = node_get(n, "properties");

	several = node_get(n, "oneOf");
	if (several == NULL)
		several = node_get(n, "anyOf");
	if (is_array(node_get(n, "enum"))) {
		alternatives(w, node_get(n, "enum"));
	} else if (node_get(n, "const") != NULL) {
		json_write(w->out, node_get(n, "const"));
	} else if (is_array(several) && depth > 0) {
		for (uint32_t i = 0; i < several->count; i++) {
			if (i > 0)
				buf_text(w->out, " or ");
			phrase(w, node_at(several, i), depth - 1);
		}
	} else if (is_object(items) && depth > 0) {
		buf_text(w->out, "list of ");
		phrase(w, items, depth - 1);
	} else if (is_object(properties)) {
		member_names(w, properties);
	} else {
		type_words(w, node_get(n, "type"));
	}
	details(w, n);
}

/* ------------------------------------------------------------ its operations
 */

static bool
is_required(const struct ep_node *schema, const char *name)
{
	const struct ep_node *list = node_get(schema, "required");

	for (uint32_t i = 0; is_array(list) && i < list->count; i++)
		if (strcmp(node_text(node_at(list, i), ""), name) == 0)
			return true;
	return false;
}

/* "    name*      text 1..40 (path)    what for" */
static void
member(const struct words *w, const char *name, bool required,
    const struct ep_node *schema, const char *place)
{
	const char *what = node_text(node_get(follow(w, schema), "description"),
	    NULL);

	buf_format(w->out, "      %s%s%*s ", name, required ? "*" : "",
	    strlen(name) < 20 ? (int)(20 - strlen(name)) - (required ? 1 : 0)
			      : 0,
	    "");
	phrase(w, schema, DEPTH);
	if (place != NULL)
		buf_format(w->out, " (%s)", place);
	if (what != NULL)
		buf_format(w->out, ": %s", what);
	buf_byte(w->out, '\n');
}

/* The members of an object, those of allOf too, or the value in one line. */
static void
members(const struct words *w, const struct ep_node *schema, unsigned depth)
{
	const struct ep_node *n = follow(w, schema);
	const struct ep_node *properties = node_get(n, "properties");
	const struct ep_node *all = node_get(n, "allOf");

	if (!is_object(n))
		return;
	if (!is_object(properties) && !is_array(all)) {
		buf_text(w->out, "      ");
		phrase(w, schema, DEPTH);
		buf_byte(w->out, '\n');
		return;
	}
	for (uint32_t i = 0; i < (depth > 0 && is_array(all) ? all->count : 0);
	     i++)
		members(w, node_at(all, i), depth - 1);
	for (uint32_t i = 0; is_object(properties) && i < properties->count;
	     i++) {
		const struct ep_node *p = node_at(properties, i);

		member(w, p->key, is_required(n, p->key), p, NULL);
	}
}

static void
takes(const struct words *w, const struct ep_node *op)
{
	const struct ep_node *list = node_get(op, "parameters");
	const struct ep_node *body = node_get(op, "body");
	const char *type = node_text(node_get(body, "media_type"), "");

	if (list->count == 0 && !is_object(body))
		return;
	buf_text(w->out, "    takes");
	if (is_object(body) && strcmp(type, "application/json") != 0)
		buf_format(w->out, " %s", type);
	buf_byte(w->out, '\n');
	for (uint32_t i = 0; i < list->count; i++) {
		const struct ep_node *p = node_at(list, i);

		member(w, node_text(node_get(p, "name"), "?"),
		    node_bool(node_get(p, "required"), false),
		    node_get(p, "schema"), node_text(node_get(p, "in"), "?"));
	}
	members(w, node_get(body, "schema"), DEPTH);
}

static void
answers(const struct words *w, const struct ep_node *op)
{
	const struct ep_node *list = node_get(op, "responses");

	for (uint32_t i = 0; i < list->count; i++) {
		const struct ep_node *r = node_at(list, i);
		const char *type = node_text(node_get(r, "media_type"), NULL);
		int64_t status = node_int(node_get(r, "status"), 0);
		bool is_problem = type != NULL &&
		    strcmp(type, "application/problem+json") == 0;

		if (status != 0)
			buf_format(w->out, "    answers %lld",
			    (long long)status);
		else
			buf_text(w->out, "    answers otherwise");
		if (type != NULL && strcmp(type, "application/json") != 0)
			buf_format(w->out, " %s", type);
		buf_format(w->out, ": %s\n",
		    node_text(node_get(r, "description"), ""));
		if (!is_problem) /* RFC 9457, the same everywhere */
			members(w, node_get(r, "schema"), DEPTH);
	}
}

static void
operation(const struct words *w, const struct ep_node *op)
{
	const char *summary = node_text(node_get(op, "summary"), NULL);

	buf_format(w->out, "\n  %s   %s %s   %s%s%s\n",
	    node_text(node_get(op, "id"), "?"),
	    node_text(node_get(op, "method"), "?"),
	    node_text(node_get(op, "path"), "?"),
	    node_text(node_get(op, "tx"), "?"),
	    node_bool(node_get(op, "idempotent"), false)
		? ", takes an Idempotency-Key"
		: "",
	    node_bool(node_get(op, "internal"), false) ? ", internal" : "");
	if (summary != NULL)
		buf_format(w->out, "    %s\n", summary);
	takes(w, op);
	answers(w, op);
}

/* ---------------------------------------------------------------- the rest */

static void
names(const struct words *w, const char *title, const struct ep_node *list)
{
	if (list->count == 0)
		return;
	buf_format(w->out, "%-12s", title);
	for (uint32_t i = 0; i < list->count; i++)
		buf_format(w->out, "%s%s", i > 0 ? ", " : "",
		    node_text(node_at(list, i), "?"));
	buf_byte(w->out, '\n');
}

static void
head(const struct words *w, const struct ep_node *d)
{
	const struct ep_node *abi = node_get(d, "abi");
	const struct ep_node *list = node_get(d, "languages");
	long long major = (long long)node_int(node_get(abi, "major"), 0);

	buf_format(w->out, "%s %s: %s\n", node_text(node_get(d, "module"), "?"),
	    node_text(node_get(d, "version"), "?"),
	    node_text(node_get(d, "title"), "?"));
	buf_format(w->out, "%-12s%s, %lld bytes\n", "file",
	    node_text(node_get(d, "file"), "?"),
	    (long long)node_int(node_get(d, "size"), 0));
	buf_format(w->out, "%-12s%s\n", "sha256",
	    node_text(node_get(d, "sha256"), "?"));
	buf_format(w->out,
	    "%-12s%lld.%lld and later %lld.x, built with %lld.%lld; this host "
	    "%d.%d\n",
	    "ABI", major, (long long)node_int(node_get(abi, "minor_needed"), 0),
	    major, major, (long long)node_int(node_get(abi, "minor_built"), 0),
	    EP_ABI_MAJOR, EP_ABI_MINOR);
	names(w, "requires", node_get(d, "requires"));
	names(w, "libraries", node_get(d, "libraries"));
	for (uint32_t i = 0; i < list->count; i++)
		buf_format(w->out, "%s%s (%lld texts)%s",
		    i == 0 ? "languages   " : ", ",
		    node_text(node_get(node_at(list, i), "language"), "?"),
		    (long long)node_int(node_get(node_at(list, i), "texts"), 0),
		    i + 1 == list->count ? "\n" : "");
}

static void
pairs(const struct words *w, const char *title, const struct ep_node *list,
    const char *name, const char *text, const char *format)
{
	if (!is_array(list) || list->count == 0)
		return;
	buf_format(w->out, "\n%s\n", title);
	for (uint32_t i = 0; i < list->count; i++) {
		buf_format(w->out, "  %s ",
		    node_text(node_get(node_at(list, i), name), "?"));
		buf_format(w->out, "%s%s%s\n", format,
		    node_text(node_get(node_at(list, i), text), "?"),
		    *format == '(' ? ")" : "");
	}
}

void
describe_text(struct buf *out, const struct ep_node *description,
    const struct ep_node *document)
{
	struct words w = { out, document };
	const struct ep_node *list = node_get(description, "operations");

	head(&w, description);
	buf_text(out, "\noperations (* is required)\n");
	for (uint32_t i = 0; i < list->count; i++)
		operation(&w, node_at(list, i));
	pairs(&w, "tables", node_get(description, "tables"), "table", "columns",
	    "(");
	pairs(&w, "snapshots", node_get(description, "snapshots"), "snapshot",
	    "epoch", "built again when this epoch moves: ");
	if (is_object(node_get(description, "options"))) {
		buf_text(out, "\noptions in the host's configuration\n");
		members(&w, node_get(description, "options"), DEPTH);
	}
}
