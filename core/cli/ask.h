/* SPDX-License-Identifier: BSD-2-Clause */

/* An order to the supervisor of a running host, see supervisor/order.h, and
 * what it answers until it is done. */

#pragma once

#include "core/base/err.h"
#include "core/supervisor/order.h"

/* Called for each step, and with NULL about four times a second meanwhile. */
typedef void ask_step_fn(const struct order_answer *answer, void *arg);

/* Sends the order and waits for its end; the last answer is then whole.
 * An order that fails is no error here: see its record.  Errors: as
 * socket_open(); EP_UNAVAILABLE "connection_lost"; EP_UNSUPPORTED
 * "other_version" when the host speaks another dialect; EP_CANCELLED
 * "interrupted" by SIGINT (the order goes on). */
ep_status ask(const char *state, const struct order *order, ask_step_fn *step,
    void *arg, struct order_answer *last_out, struct err *err);
