/* SPDX-License-Identifier: BSD-2-Clause */

#include "exchange.h"

#include <string.h>

#define SPREAD_DIGITS 4 /* basis points: 1/10000 */

fault
exchange_check_rate(const struct conversion *c)
{
	struct decimal rate;
	fault f;

	decimal_init(&rate);
	f = decimal_read(&rate, c->rate, c->rate_length);
	if (f == NULL && decimal_sign(&rate) <= 0)
		f = "bad_rate";
	decimal_fini(&rate);
	return f;
}

fault
exchange_convert(const struct conversion *c, int64_t *minor_out,
    char effective_out[RATE_TEXT])
{
	struct decimal rate, spread, amount;
	fault f;

	decimal_init(&rate);
	decimal_init(&spread);
	decimal_init(&amount);
	f = decimal_read(&rate, c->rate, c->rate_length);
	decimal_from_minor(&spread,
	    c->customer_buys ? 10000 + c->spread_bp : 10000 - c->spread_bp,
	    SPREAD_DIGITS);
	if (f == NULL) {
		decimal_multiply(&rate, &spread);
		if (decimal_sign(&rate) <= 0 || decimal_sign(&spread) <= 0)
			f = "bad_rate";
	}
	if (f == NULL && !decimal_write(&rate, true, effective_out, RATE_TEXT))
		f = "bad_rate";
	if (f == NULL) {
		decimal_from_minor(&amount, c->minor, (unsigned)c->from->units);
		decimal_multiply(&amount, &rate);
		f = decimal_to_minor(&amount, (unsigned)c->to->units,
		    c->rounding, minor_out);
	}
	decimal_fini(&rate);
	decimal_fini(&spread);
	decimal_fini(&amount);
	return f;
}

const char *const quote_state_name[] = { "quoted", "locked", "executed",
	"cancelled", "expired", "lock_expired" };

/* Is at later than the sum?  Sums beyond 64 bits are never reached. */
static bool
is_past(int64_t at, int64_t a, int64_t b, int64_t c)
{
	__extension__ typedef __int128 wide;

	return (wide)at > (wide)a + b + c;
}

const char *
quote_event(struct quote *q, const char *type, int64_t at, int64_t amount_minor)
{
	static const struct {
		const char *type;
		unsigned from; /* bits of the states that allow it */
		enum quote_state to;
	} rows[] = { { "lock", 1u << QUOTE_QUOTED, QUOTE_LOCKED },
		{ "execute", 1u << QUOTE_LOCKED, QUOTE_EXECUTED },
		{ "cancel", 1u << QUOTE_QUOTED | 1u << QUOTE_LOCKED,
		    QUOTE_CANCELLED } };

	if (q->state == QUOTE_QUOTED && is_past(at, q->created, q->ttl_s, 0))
		q->state = QUOTE_EXPIRED;
	if (q->state == QUOTE_LOCKED &&
	    is_past(at, q->created, q->ttl_s, q->lock_s))
		q->state = QUOTE_LOCK_EXPIRED;
	if (strcmp(type, "tick") == 0)
		return "ok";
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (strcmp(type, rows[i].type) != 0)
			continue;
		if ((rows[i].from >> q->state & 1) == 0)
			return quote_state_name[q->state];
		if (rows[i].to == QUOTE_EXECUTED && amount_minor > q->max_minor)
			return "over_limit";
		q->state = rows[i].to;
		return "ok";
	}
	return "unknown_event";
}
