/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/router.h"

#include <string.h>

#define ROUTER_MAGIC 0x70073a01u

struct endpoint {
	const char *method;
	void *target;
	struct endpoint *next;
};

/* A segment of the routes' tree. */
struct stop {
	const char *name;
	size_t length;
	struct stop **fixed; /* sorted */
	uint32_t n_fixed, room;
	struct stop *any; /* {name} */
	/* what ends here */
	struct endpoint *endpoints;
	const char *template;
	const char *allow;
	const char *names[ROUTE_PARAMETERS];
};

struct router {
	uint32_t magic;
	struct arena *arena;
	struct stop root;
};

struct segment {
	const char *text;
	size_t length;
};

/* -------------------------------------------------------------- adding -- */

static int
order(const struct stop *s, const char *text, size_t length)
{
	if (s->length != length)
		return s->length < length ? -1 : 1;
	return memcmp(s->name, text, length);
}

/* Position of a name among the fixed ones, or where it would go. */
static uint32_t
position(const struct stop *s, const char *text, size_t length)
{
	uint32_t low = 0, high = s->n_fixed;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (order(s->fixed[middle], text, length) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct stop *
find_fixed(const struct stop *s, const char *text, size_t length)
{
	uint32_t low = 0, high = s->n_fixed;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		int found = order(s->fixed[middle], text, length);

		if (found == 0)
			return s->fixed[middle];
		if (found < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static struct stop *
add_fixed(struct arena *a, struct stop *s, const char *text, size_t length)
{
	struct stop *child = find_fixed(s, text, length);
	uint32_t at = position(s, text, length);

	if (child != NULL)
		return child;
	child = arena_alloc(a, sizeof *child);
	child->name = arena_copy(a, text, length);
	child->length = length;
	if (s->n_fixed == s->room) {
		struct stop **more;

		s->room = s->room == 0 ? 4 : s->room * 2;
		more = arena_array(a, s->room, sizeof(struct stop *));
		if (s->n_fixed > 0)
			memcpy(more, s->fixed, s->n_fixed * sizeof *more);
		s->fixed = more;
	}
	memmove(s->fixed + at + 1, s->fixed + at,
	    (s->n_fixed - at) * sizeof(struct stop *));
	s->fixed[at] = child;
	s->n_fixed++;
	return child;
}

static bool
is_segment_text(const char *p, size_t n)
{
	if (n == 0 || (n == 1 && *p == '.') ||
	    (n == 2 && p[0] == '.' && p[1] == '.'))
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') &&
		    (c == '\0' || strchr("-._~!$&'()*+,;=:@", c) == NULL))
			return false;
	}
	return true;
}

static ep_status
bad_path(struct err *err, const char *template, const char *words)
{
	return err_set(err, EP_INVALID, "bad_path", "path '%.120s': %s",
	    template, words);
}

/* Of the parameters of one template, in order. */
struct names {
	const char *items[ROUTE_PARAMETERS];
	uint32_t n;
};

static ep_status
add_segment(struct router *r, struct stop **at, const char *template,
    const struct segment *s, struct names *names, struct err *err)
{
	if (s->length == 0 && strcmp(template, "/") == 0) {
		*at = add_fixed(r->arena, *at, "", 0);
		return EP_OK;
	}
	if (s->length < 2 || s->text[0] != '{' ||
	    s->text[s->length - 1] != '}') {
		if (!is_segment_text(s->text, s->length))
			return bad_path(err, template,
			    "expected segments of letters, digits and "
			    "-._~!$&'()*+,;=:@, or {name} for a whole one");
		*at = add_fixed(r->arena, *at, s->text, s->length);
		return EP_OK;
	}
	if (!is_segment_text(s->text + 1, s->length - 2))
		return bad_path(err, template,
		    "expected a name within the braces");
	if (names->n == ROUTE_PARAMETERS)
		return bad_path(err, template, "more than 8 parameters");
	names->items[names->n] = arena_copy(r->arena, s->text + 1,
	    s->length - 2);
	for (uint32_t i = 0; i < names->n; i++)
		if (strcmp(names->items[i], names->items[names->n]) == 0)
			return bad_path(err, template,
			    "the same parameter stands there twice");
	names->n++;
	if ((*at)->any == NULL)
		(*at)->any = arena_alloc(r->arena, sizeof **at);
	*at = (*at)->any;
	return EP_OK;
}

static struct endpoint *
find_method(const struct stop *s, const char *method)
{
	struct endpoint *e;

	for (e = s->endpoints; e != NULL; e = e->next)
		if (strcmp(e->method, method) == 0)
			return e;
	return NULL;
}

static ep_status
end_here(struct router *r, struct stop *s, const char *method,
    const char *template, void *target, struct err *err)
{
	struct endpoint **last = &s->endpoints, *e;

	if (s->template != NULL && strcmp(s->template, template) != 0)
		return err_set(err, EP_CONFLICT, "route_conflict",
		    "paths '%.120s' and '%.120s' differ in the names of "
		    "their parameters only: use the same names",
		    s->template, template);
	if (find_method(s, method) != NULL)
		return err_set(err, EP_CONFLICT, "route_conflict",
		    "%.16s '%.120s' is there already (as %.16s '%.120s')",
		    method, template, method, s->template);
	e = arena_alloc(r->arena, sizeof *e);
	e->method = arena_strdup(r->arena, method);
	e->target = target;
	while (*last != NULL)
		last = &(*last)->next;
	*last = e;
	s->template = arena_strdup(r->arena, template);
	s->allow = "";
	for (e = s->endpoints; e != NULL; e = e->next)
		s->allow = arena_format(r->arena, "%s%s%s", s->allow,
		    s->allow[0] != '\0' ? ", " : "", e->method);
	if (find_method(s, "GET") != NULL && find_method(s, "HEAD") == NULL)
		s->allow = arena_format(r->arena, "%s, HEAD", s->allow);
	return EP_OK;
}

struct router *
router_new(struct arena *a)
{
	struct router *r = arena_alloc(a, sizeof *r);

	r->magic = ROUTER_MAGIC;
	r->arena = a;
	return r;
}

ep_status
router_add(struct router *r, const char *method, const char *template,
    void *target, struct err *err)
{
	struct names names = { 0 };
	const char *p = template;
	uint32_t n = 0;
	struct stop *at;

	EP_CHECK(r, ROUTER_MAGIC);
	EP_ASSERT(target != NULL);
	at = &r->root;
	if (*p != '/')
		return bad_path(err, template, "expected '/' in front");
	while (*p == '/') {
		struct segment s = { p + 1, strcspn(p + 1, "/") };

		if (++n > ROUTE_SEGMENTS)
			return bad_path(err, template, "too many segments");
		EP_TRY(add_segment(r, &at, template, &s, &names, err));
		p = s.text + s.length;
	}
	EP_TRY(end_here(r, at, method, template, target, err));
	memcpy(at->names, names.items, sizeof names.items);
	return EP_OK;
}

/* ------------------------------------------------------------- finding -- */

/* "." and "..", in any spelling. */
static bool
is_dots(const char *p, size_t n)
{
	unsigned dots = 0;

	for (size_t i = 0; i < n; dots++) {
		if (p[i] == '.')
			i++;
		else if (i + 2 < n && p[i] == '%' && p[i + 1] == '2' &&
		    (p[i + 2] == 'e' || p[i + 2] == 'E'))
			i += 3;
		else
			return false;
		if (dots == 2)
			return false;
	}
	return dots > 0;
}

static const struct stop *
walk(const struct stop *s, const char *p, const char *end, unsigned depth,
    struct route_match *m)
{
	uint32_t had = m->n_parameters;
	const struct stop *child, *found = NULL;
	const char *slash;
	size_t n;

	if (p == end)
		return s->endpoints != NULL ? s : NULL;
	if (*p != '/' || depth == ROUTE_SEGMENTS)
		return NULL;
	p++;
	slash = memchr(p, '/', (size_t)(end - p));
	n = (size_t)((slash != NULL ? slash : end) - p);
	child = find_fixed(s, p, n);
	if (child != NULL)
		found = walk(child, p + n, end, depth + 1, m);
	if (found != NULL || s->any == NULL || n == 0 || is_dots(p, n))
		return found;
	m->n_parameters = had;
	m->parameters[had].raw = p;
	m->parameters[had].length = n;
	m->n_parameters++;
	found = walk(s->any, p + n, end, depth + 1, m);
	if (found == NULL)
		m->n_parameters = had;
	return found;
}

enum route_result
router_find(const struct router *r, const char *method, const char *path,
    size_t length, struct route_match *match)
{
	const struct endpoint *e;
	const struct stop *s;

	EP_CHECK(r, ROUTER_MAGIC);
	match->target = NULL;
	match->template = NULL;
	match->allow = NULL;
	match->n_parameters = 0;
	s = length > 0 ? walk(&r->root, path, path + length, 0, match) : NULL;
	if (s == NULL)
		return ROUTE_UNKNOWN;
	match->template = s->template;
	match->allow = s->allow;
	for (uint32_t i = 0; i < match->n_parameters; i++)
		match->parameters[i].name = s->names[i];
	e = find_method(s, method);
	if (e == NULL && strcmp(method, "HEAD") == 0)
		e = find_method(s, "GET");
	if (e == NULL)
		return ROUTE_NOT_ALLOWED;
	match->target = e->target;
	return ROUTE_FOUND;
}
