/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * From method and path to the operation that answers.  Paths are OpenAPI
 * templates: segments that stand for themselves, and {name} for a whole
 * segment.  A path is compared as it was received, so "//", "." and "..",
 * also written %2e, never lead anywhere: what is not a route is not found.
 */

#pragma once

#include "core/base/arena.h"

#define ROUTE_PARAMETERS 8
#define ROUTE_SEGMENTS 32

struct router;

/* A piece of the path, still percent-encoded; see percent_decode(). */
struct route_parameter {
	const char *name; /* of the template, terminated */
	const char *raw;
	size_t length;
};

enum route_result {
	ROUTE_FOUND,
	ROUTE_UNKNOWN,    /* 404 */
	ROUTE_NOT_ALLOWED /* 405: allow tells the methods */
};

struct route_match {
	void *target;
	const char *template; /* of the route, for logs and metrics */
	const char *allow;    /* "GET, HEAD, POST"; NULL when unknown */
	uint32_t n_parameters;
	struct route_parameter parameters[ROUTE_PARAMETERS];
};

/* An empty router, living in the arena. */
struct router *router_new(struct arena *a);

/* A route to target (not NULL); the texts are copied.  A GET route answers
 * HEAD too, unless HEAD has its own.  Errors: EP_INVALID "bad_path";
 * EP_CONFLICT "route_conflict" when the same method and template are there,
 * or a template that differs in the names of its parameters only. */
ep_status router_add(struct router *r, const char *method, const char *template,
    void *target, struct err *err);

/* path: of the request, without query.  Segments that stand for themselves
 * beat parameters, from left to right; a route further right is found also
 * where the first choice leads nowhere.  Takes no memory; match points into
 * path and the router. */
enum route_result router_find(const struct router *r, const char *method,
    const char *path, size_t length, struct route_match *match);
