/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What an Idempotency-Key does to a row of requests: a rehearsal for those
 * who call payment services (the host itself does the like for its own
 * operations).  A key is its client's; method, path and body must stay the
 * same while it is kept.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct replay_request {
	const char *client, *key, *method, *path, *body;
	int64_t at, takes_s; /* seconds */

	/* the answer */
	int status;        /* 201, 409, 422 */
	const char *error; /* of 409 and 422 */
	bool is_replayed;  /* of 201 */
	int64_t result_no; /* of 201: executions count from 1 */
	bool is_first;     /* it was executed */
};

void replay_run(struct replay_request *requests, size_t n, int64_t ttl_s);
