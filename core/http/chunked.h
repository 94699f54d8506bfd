/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The chunked coding (RFC 9112, section 7.1).  Two readers again: the walk
 * here decodes and refuses what llhttp is generous about, llhttp refuses what
 * it knows, and both must find the end at the same byte.
 */

#pragma once

#include "core/base/err.h"

#include <llhttp.h>

struct chunked {
	llhttp_t parser;
	uint8_t state;
	uint8_t digits;      /* of the size at hand */
	bool parser_is_done; /* llhttp saw the end */
	uint32_t extra;      /* bytes of extensions and trailers */
	uint64_t left;       /* of the chunk at hand */
	uint64_t total;      /* announced so far */
};

/* Takes the decoded bytes; 0 or a status to refuse with. */
typedef int chunked_fn(void *arg, const char *bytes, size_t n);

void chunked_start(struct chunked *c);

/* Decodes up to n bytes; *used_out tells how many belonged to this body.
 * Returns 0; or the status of a refusal.  *end_out: the body is whole. */
struct chunked_sink {
	chunked_fn *fn;
	void *arg;
	uint64_t max_body;
};

int chunked_take(struct chunked *c, const char *p, size_t n,
    const struct chunked_sink *sink, size_t *used_out, bool *end_out);
