/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The life of a certificate (认证证书): who may do what in which state.  One
 * that is suspended may come back within 180 days.
 */

#pragma once

#include <stdint.h>

struct certificate {
	const char *state; /* "applied" at first */
	int64_t suspended_day;
};

void certificate_begin(struct certificate *c);

/* NULL: done.  Else why not, the state stays: "unknown_event", "role", the
 * state's name, "suspension_over_180_days", tested in this order. */
const char *certificate_event(struct certificate *c, const char *type,
    const char *by, int64_t day);
