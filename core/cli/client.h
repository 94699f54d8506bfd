/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A client of the running host over its control socket: HTTP/1.1, blocking,
 * several requests on the wire before the first answer is read.
 */

#pragma once

#include "core/base/arena.h"
#include "core/base/buf.h"

struct client;

struct client_answer {
	int status;
	const char *body; /* until the next client_read() */
	size_t length;
};

/* Errors: EP_UNAVAILABLE "not_running" with what to do. */
ep_status client_open(const char *state, struct client **out, struct err *err);
void client_close(struct client **cp);

/* To wait for an answer by poll(2). */
int client_fd(const struct client *c);

/* Sends a request; a body (may be NULL) is JSON. */
ep_status client_send(struct client *c, const char *method, const char *path,
    const char *body, size_t length, struct err *err);

/* The answer to the oldest request that has none yet. */
ep_status client_read(struct client *c, struct client_answer *answer_out,
    struct err *err);
