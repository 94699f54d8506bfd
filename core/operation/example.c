/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/example.h"

#include "core/base/buf.h"
#include "core/base/json.h"
#include "core/module/manifest.h"

#include <string.h>

#define DEPTH 6     /* beyond, a value is null */
#define VALUES 500  /* of one example, at most */
#define ITEMS 2     /* of an array, at most */
#define ENUM_MAX 8u /* words of an enumeration that are told */

struct maker {
	struct arena *arena;
	const struct ep_node *document;
	enum example_kind kind;
	unsigned left; /* values that it may still make */
};

/* The type of a schema; of a list the first that is not null. */
static const char *
type_of(const struct ep_node *s)
{
	const struct ep_node *type = node_get(s, "type");

	if (type != NULL && type->type == EP_T_ARRAY) {
		const char *first = node_text(node_at(type, 0), "null");

		if (strcmp(first, "null") == 0 && type->count > 1)
			first = node_text(node_at(type, 1), "null");
		return first;
	}
	if (type != NULL)
		return node_text(type, "");
	if (node_get(s, "properties") != NULL)
		return "object";
	return node_get(s, "items") != NULL ? "array" : "";
}

/* What the schema itself says a value could be, or NULL. */
static const struct ep_node *
told(const struct ep_node *s)
{
	static const char *const words[] = { "example", "const", "default" };
	const struct ep_node *n = node_at(node_get(s, "examples"), 0);

	for (size_t i = 0; n == NULL && i < sizeof words / sizeof *words; i++)
		n = node_get(s, words[i]);
	return n != NULL ? n : node_at(node_get(s, "enum"), 0);
}

static struct ep_node *
make_text(struct arena *a, const struct ep_node *s)
{
	static const char *const formats[][2] = {
		{ "date", "2026-01-31" },
		{ "date-time", "2026-01-31T12:00:00Z" },
		{ "time", "12:00:00Z" },
		{ "uuid", "0190163d-8694-739b-aea5-966c26f8ad91" },
		{ "email", "ann@example.com" },
		{ "uri", "https://example.com/" },
		{ "hostname", "example.com" },
		{ "ipv4", "192.0.2.1" },
		{ "ipv6", "2001:db8::1" },
	};
	const char *format = node_text(node_get(s, "format"), "");
	int64_t least = node_int(node_get(s, "minLength"), 0);
	int64_t most = node_int(node_get(s, "maxLength"), 1000);
	char text[64] = { 't', 'e', 'x', 't' };
	size_t n = 4;

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (strcmp(format, formats[i][0]) == 0)
			return node_new_text(a, formats[i][1],
			    strlen(formats[i][1]));
	memset(text + n, 'x', sizeof text - n);
	if ((int64_t)n < least)
		n = (size_t)(least < 64 ? least : 64);
	if ((int64_t)n > most)
		n = (size_t)(most > 0 ? most : 0);
	return node_new_text(a, text, n);
}

static struct ep_node *
make_number(struct arena *a, const struct ep_node *s)
{
	const struct ep_node *least = node_get(s, "minimum");
	const struct ep_node *above = node_get(s, "exclusiveMinimum");
	int64_t most = node_int(node_get(s, "maximum"), INT64_MAX);
	int64_t i = 1;

	if (least != NULL)
		i = node_int(least, (int64_t)node_real(least, 1));
	else if (above != NULL)
		i = node_int(above, (int64_t)node_real(above, 0)) + 1;
	return node_new_int(a, i < most ? i : most);
}

static bool
is_required(const struct ep_node *s, const char *name)
{
	const struct ep_node *list = node_get(s, "required");

	for (uint32_t i = 0; list != NULL && i < list->count; i++)
		if (strcmp(node_text(&list->u.items[i], ""), name) == 0)
			return true;
	return false;
}

/* NULL: the type is none of the plain ones. */
static struct ep_node *
make_plain(struct arena *a, const struct ep_node *s, const char *type)
{
	struct ep_node *n;

	if (strcmp(type, "string") == 0)
		return make_text(a, s);
	if (strcmp(type, "integer") == 0 || strcmp(type, "number") == 0)
		return make_number(a, s);
	if (strcmp(type, "null") == 0)
		return node_new(a, EP_T_NULL);
	if (strcmp(type, "boolean") != 0)
		return NULL;
	n = node_new(a, EP_T_BOOL);
	n->u.integer = 1;
	return n;
}

static void
add_members(struct arena *a, struct ep_node *object, const struct ep_node *more)
{
	if (more->type != EP_T_OBJECT)
		return;
	for (uint32_t i = 0; i < more->count; i++)
		(void)node_set(a, object, more->u.items[i].key,
		    &more->u.items[i]);
}

static struct ep_node *
make(struct maker *m, const struct ep_node *s, unsigned depth)
{
	struct arena *a = m->arena;
	const struct ep_node *all, *either, *members, *own;
	const char *type;
	struct ep_node *made;
	int64_t least;

	s = manifest_follow(m->document, s);
	if (s == NULL || s->type != EP_T_OBJECT || depth > DEPTH ||
	    m->left == 0)
		return node_new(a, EP_T_NULL);
	m->left--;
	own = told(s);
	type = type_of(s);
	made = own != NULL ? node_copy(a, own) : make_plain(a, s, type);
	if (made != NULL)
		return made;
	made = node_new(a, EP_T_OBJECT);
	if (strcmp(type, "array") == 0) {
		least = node_int(node_get(s, "minItems"), 1);
		made = node_new(a, EP_T_ARRAY);
		for (int64_t i = 0; i < 1 || (i < least && i < ITEMS); i++)
			(void)node_append(a, made,
			    make(m, node_get(s, "items"), depth + 1));
		return made;
	}
	all = node_get(s, "allOf");
	for (uint32_t i = 0; all != NULL && i < all->count; i++)
		add_members(a, made, make(m, &all->u.items[i], depth + 1));
	either = node_get(s, "oneOf");
	either = either != NULL ? either : node_get(s, "anyOf");
	if (either != NULL && type[0] == '\0')
		return make(m, node_at(either, 0), depth + 1);
	members = node_get(s, "properties");
	for (uint32_t i = 0; members != NULL && i < members->count; i++)
		if (m->kind == EXAMPLE_ANSWER ||
		    is_required(s, members->u.items[i].key))
			(void)node_set(a, made, members->u.items[i].key,
			    make(m, &members->u.items[i], depth + 1));
	return made;
}

struct ep_node *
example_of_schema(struct arena *a, const struct ep_node *document,
    const struct ep_node *schema, enum example_kind kind)
{
	struct maker m = { a, document, kind, VALUES };

	return make(&m, schema, 0);
}

struct ep_node *
example_of(struct arena *a, const struct ep_node *document,
    const struct ep_node *object, enum example_kind kind)
{
	const struct ep_node *n = node_get(object, "example");
	const struct ep_node *first = node_at(node_get(object, "examples"), 0);

	if (n == NULL && first != NULL)
		n = node_get(manifest_follow(document, first), "value");
	if (n != NULL)
		return node_copy(a, n);
	return example_of_schema(a, document, node_get(object, "schema"), kind);
}

/* ------------------------------------------------------------------ type */

static void
write_short(struct buf *b, const struct ep_node *n)
{
	if (n->type == EP_T_TEXT)
		buf_append(b, n->text, n->count);
	else
		json_write(b, n);
}

static void
write_range(struct buf *b, const struct ep_node *s, const char *low,
    const char *high)
{
	const struct ep_node *least = node_get(s, low);
	const struct ep_node *most = node_get(s, high);

	if (least == NULL && most == NULL)
		return;
	buf_text(b, least == NULL ? " ≤ " : most == NULL ? " ≥ " : " ");
	if (least != NULL)
		json_write(b, least);
	if (least != NULL && most != NULL)
		buf_text(b, "…");
	if (most != NULL)
		json_write(b, most);
}

static void
write_enum(struct buf *b, const struct ep_node *list)
{
	for (uint32_t i = 0; i < list->count && i < ENUM_MAX; i++) {
		if (i > 0)
			buf_text(b, " | ");
		write_short(b, &list->u.items[i]);
	}
	if (list->count > ENUM_MAX)
		buf_text(b, " | …");
}

static void
write_type(struct buf *b, const struct ep_node *document,
    const struct ep_node *s, unsigned depth)
{
	const struct ep_node *n, *either;
	const char *type;

	s = manifest_follow(document, s);
	if (s == NULL || depth > DEPTH)
		return;
	either = node_get(s, "oneOf");
	either = either != NULL ? either : node_get(s, "anyOf");
	type = type_of(s);
	n = node_get(s, "enum");
	if (n != NULL && n->count > 0) {
		write_enum(b, n);
	} else if (strcmp(type, "array") == 0) {
		buf_text(b, "array");
		write_range(b, s, "minItems", "maxItems");
		buf_text(b, " of ");
		write_type(b, document, node_get(s, "items"), depth + 1);
	} else if (type[0] != '\0') {
		buf_text(b, node_text(node_get(s, "format"), type));
	} else if (either != NULL) {
		for (uint32_t i = 0; i < either->count; i++) {
			buf_text(b, i > 0 ? " | " : "");
			write_type(b, document, &either->u.items[i], depth + 1);
		}
	} else {
		buf_text(b, node_get(s, "allOf") != NULL ? "object" : "any");
	}
	write_range(b, s, "minLength", "maxLength");
	write_range(b, s, "minimum", "maximum");
	n = node_get(s, "default");
	if (n != NULL) {
		buf_text(b, " = ");
		write_short(b, n);
	}
}

const char *
example_type(struct arena *a, const struct ep_node *document,
    const struct ep_node *schema)
{
	struct buf b = { 0 };
	const char *text;

	write_type(&b, document, schema, 0);
	text = arena_copy(a, buf_data(&b), buf_length(&b));
	buf_fini(&b);
	return text;
}
