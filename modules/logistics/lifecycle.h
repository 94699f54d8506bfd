/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * From which state to which a record may go (状态流转): shipments, messages,
 * and the orders of a warehouse.  A table; what stands there may happen, and
 * nothing else.
 */

#pragma once

#include "csv.h"

struct transition {
	const char *machine, *from, *to;
	const char *needs; /* what must be shown for it, or "" */
};

struct lifecycles {
	struct transition *rows;
	size_t n;
};

/* Reads transitions.csv.  What is wrong in it, or NULL. */
fault lifecycles_read(struct lifecycles *t, struct csv *c);

/* Does the machine have this state, as a beginning or an end?  With a NULL
 * state: is there such a machine? */
bool lifecycle_has(const struct lifecycles *t, const char *machine,
    const char *state);

/* The transition, or NULL when it may not happen. */
const struct transition *lifecycle_find(const struct lifecycles *t,
    const char *machine, const char *from, const char *to);

/* Seconds to wait before a message is sent again after so many tries that
 * timed out (1, 5 and 30 minutes); -1: no more, somebody must look. */
int64_t message_retry_after(int64_t tries);
