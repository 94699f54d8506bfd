/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which generation a request belongs to: the active one when its head was
 * complete, looked at once, until its answer is made.  What is pinned is
 * neither stopped nor unloaded.
 *
 * The supervisor makes a generation active only when every process that
 * listens has it ready; one that began to listen at that very moment may
 * still lack it.  Then the request is parked, its connection held, until the
 * generation is there.
 */

#pragma once

#include "core/http/http.h"
#include "core/operation/host.h"

/* One request's; in its arena. */
struct pin {
	struct generation *generation; /* NULL: given back */
	struct http_request *request;
	struct pin *next, **from; /* of those whose bodies still come */
};

/* In head(): the active generation, pinned until pin_end() or until the
 * request's arena is reset; NULL when this process does not have it ready:
 * park the request. */
struct pin *pin_active(struct host *host, struct http_request *request);

/* The body is there; from now on a fiber is responsible. */
void pin_run(struct pin *p);

/* Nothing of the generation is needed for what is left to be sent.  May come
 * twice. */
void pin_end(struct pin *p);

/* From the top of the loop: requests of the generation whose bodies still
 * come are refused, 503. */
void pin_refuse(struct generation *g);

/* For what runs without a request. */
void pin_take(struct generation *g);
void pin_give(struct generation *g);

/* In head(): the request waits, at no cost, and its head() is called again
 * later; it may end before, with its client. */
void pin_park(struct host *host, struct http_request *request);

/* From the top of the loop: parked requests go on, or are parked again. */
void pin_unpark(struct host *host);

/* How many are parked. */
unsigned pin_parked(const struct host *host);

/* The generation of that number when it is ready here, else NULL. */
struct generation *host_generation(const struct host *host, uint64_t number);
