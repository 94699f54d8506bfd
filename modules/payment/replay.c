/* SPDX-License-Identifier: BSD-2-Clause */

#include "replay.h"

#include <string.h>

__extension__ typedef __int128 wide;

/* Method, path and body are what a fingerprint is made of. */
static bool
is_same(const struct replay_request *a, const struct replay_request *b)
{
	return strcmp(a->method, b->method) == 0 &&
	    strcmp(a->path, b->path) == 0 && strcmp(a->body, b->body) == 0;
}

/* The last execution under the key of a client. */
static const struct replay_request *
first_use(const struct replay_request *requests, size_t at)
{
	const struct replay_request *r = &requests[at];

	for (size_t i = at; i > 0; i--)
		if (requests[i - 1].is_first &&
		    strcmp(requests[i - 1].client, r->client) == 0 &&
		    strcmp(requests[i - 1].key, r->key) == 0)
			return &requests[i - 1];
	return NULL;
}

static void
refuse(struct replay_request *r, int status, const char *error)
{
	r->status = status;
	r->error = error;
}

void
replay_run(struct replay_request *requests, size_t n, int64_t ttl_s)
{
	int64_t executions = 0;

	for (size_t i = 0; i < n; i++) {
		struct replay_request *r = &requests[i];
		const struct replay_request *first = first_use(requests, i);

		if (first == NULL || (wide)r->at - first->at > ttl_s) {
			r->status = 201;
			r->is_first = true;
			r->result_no = ++executions;
		} else if (!is_same(r, first)) {
			refuse(r, 422, "idempotency_key_reuse");
		} else if ((wide)r->at < (wide)first->at + first->takes_s) {
			refuse(r, 409, "in_progress");
		} else {
			r->status = 201;
			r->is_replayed = true;
			r->result_no = first->result_no;
		}
	}
}
