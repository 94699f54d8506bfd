/* SPDX-License-Identifier: BSD-2-Clause */

/* What stands percent-encoded in a request's target: segments of the path
 * (RFC 3986) and the query (application/x-www-form-urlencoded). */

#pragma once

#include "core/base/arena.h"

/* Decodes raw into out, which has room for n + 1 bytes and may be raw
 * itself; terminates it.  %2F becomes a '/' within the text.  Errors:
 * EP_INVALID "bad_encoding" for a '%' without two hexadecimal digits, %00
 * and what is not UTF-8 afterwards. */
ep_status percent_decode(const char *raw, size_t n, char *out,
    size_t *length_out, struct err *err);

struct query_pair {
	const char *name, *value; /* decoded, terminated */
	size_t name_length, value_length;
};

/* In the order of the text, duplicates included. */
struct query {
	uint32_t count;
	const struct query_pair *pairs;
};

/* "a=1&b=x+y": the part behind the '?'.  A name without '=' has the value
 * "", empty pieces are left out.  Errors: as above; EP_TOO_LARGE
 * "too_many_parameters" beyond most pairs. */
ep_status query_parse(struct arena *a, const char *text, size_t length,
    uint32_t most, struct query *query_out, struct err *err);
