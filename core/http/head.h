/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The gate for request heads.  Two readers must agree: llhttp in strict mode
 * and the checks here, which know what llhttp lets pass (RFC 9112, sections
 * 2.2, 3, 5 and 6; RFC 9110, sections 7.2 and 10.1.1).
 */

#pragma once

#include "core/http/http.h"

#include <sys/types.h>

/* What a byte may be part of. */
#define CHAR_TOKEN 1u  /* RFC 9110, section 5.6.2 */
#define CHAR_VALUE 2u  /* of a field: anything but control characters */
#define CHAR_HOST 4u   /* a name or an IPv4 address */
#define CHAR_TARGET 8u /* printable ASCII, no blank, no "#" */
extern const uint8_t char_class[256];

static inline bool
char_is(char c, unsigned class)
{
	return (char_class[(unsigned char)c] & class) != 0;
}

/* Looks for the end of a head that begins at p.  Returns its length with the
 * empty line; 0: more must come; -1: these bytes cannot become a head (bare
 * CR or LF, a folded line, a control character).  *scanned starts at 0 and is
 * kept between calls over the same, growing bytes. */
ssize_t head_scan(const char *p, size_t n, size_t *scanned);

/* What the head says beyond what http_request tells. */
struct head_facts {
	int64_t length; /* as http_request.announced */
	bool keep_alive;
	bool expects_continue;
	const char *detail; /* words, after a failure */
};

/* Reads a whole head of n bytes, which it changes (NULs, lower case), into
 * the request, whose header array has room for max_headers.  Returns 0 or the
 * status of the refusal, after which framing cannot be trusted. */
int head_parse(struct http_request *r, struct http_header *headers, char *head,
    size_t n, const struct http_limits *limits, struct head_facts *facts);
