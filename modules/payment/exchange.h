/* SPDX-License-Identifier: BSD-2-Clause */

/* Foreign exchange: converting an amount, and the life of a quote. */

#pragma once

#include "currency.h"

#define RATE_TEXT 160

struct conversion {
	int64_t minor;
	const struct currency *from, *to;
	const char *rate; /* units of `to` for one major unit of `from` */
	size_t rate_length;
	int64_t spread_bp; /* of a hundredth of a percent */
	bool customer_buys;
	enum rounding rounding;
};

/* Refuses bad_decimal, and bad_rate when it is 0 or below. */
fault exchange_check_rate(const struct conversion *c);

/*
 * effective = rate x (1 - bp/10000) when the customer sells, x (1 + bp/10000)
 * when he buys; exact products, rounded once.  Refuses bad_decimal, bad_rate
 * (0 or below, also by the spread), and what decimal_to_minor() refuses.
 */
fault exchange_convert(const struct conversion *c, int64_t *minor_out,
    char effective_out[RATE_TEXT]);

enum quote_state {
	QUOTE_QUOTED,
	QUOTE_LOCKED,
	QUOTE_EXECUTED,
	QUOTE_CANCELLED,
	QUOTE_EXPIRED,
	QUOTE_LOCK_EXPIRED
};

extern const char *const quote_state_name[];

struct quote {
	int64_t created, ttl_s, lock_s, max_minor; /* seconds; minor units */
	enum quote_state state;
};

/* An event (lock, execute, cancel, tick) at a second: "ok", "over_limit",
 * "unknown_event", or the name of the state that refuses it. */
const char *quote_event(struct quote *q, const char *type, int64_t at,
    int64_t amount_minor);
