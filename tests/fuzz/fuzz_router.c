/* SPDX-License-Identifier: BSD-2-Clause */

/* Input: lines, the first the target of a request, the others templates. */

#include "core/operation/query.h"
#include "core/operation/router.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
request(struct arena *a, const struct router *r, const char *p, size_t n)
{
	const char *mark = memchr(p, '?', n);
	size_t path = mark != NULL ? (size_t)(mark - p) : n, length;
	struct err err = { 0 };
	struct route_match m;
	struct query q;

	if (router_find(r, "GET", p, path, &m) == ROUTE_FOUND)
		for (uint32_t i = 0; i < m.n_parameters; i++)
			(void)percent_decode(m.parameters[i].raw,
			    m.parameters[i].length,
			    arena_raw(a, m.parameters[i].length + 1), &length,
			    &err);
	if (mark != NULL)
		(void)query_parse(a, mark + 1, n - path - 1, 100, &q, &err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *p = (const char *)bytes, *end = p + size;
	const char *line = size > 0 ? memchr(p, '\n', size) : NULL;
	size_t first = line != NULL ? (size_t)(line - p) : size;
	struct arena *a = arena_new(8192);
	struct router *r = router_new(a);

	while (line != NULL && line < end) {
		const char *start = line + 1;
		struct err err = { 0 };

		line = memchr(start, '\n', (size_t)(end - start));
		(void)router_add(r, "GET",
		    arena_copy(a, start,
			(size_t)((line != NULL ? line : end) - start)),
		    r, &err);
	}
	request(a, r, p, first);
	arena_free(&a);
	return 0;
}
