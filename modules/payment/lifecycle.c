/* SPDX-License-Identifier: BSD-2-Clause */

#include "lifecycle.h"

#include <string.h>

#define BIT(state) (1u << PAYMENT_##state)

const char *const payment_state_name[] = { "created", "authorised", "failed",
	"cancelled", "captured", "voided", "expired", "settled",
	"partially_refunded", "refunded", "disputed", "charged_back" };

/* What each event is allowed in, and where it leads. */
static const struct row {
	const char *type;
	unsigned from;
	enum payment_state to;
} rows[] = {
	{ "authorise", BIT(CREATED), PAYMENT_AUTHORISED },
	{ "fail", BIT(CREATED), PAYMENT_FAILED },
	{ "cancel", BIT(CREATED), PAYMENT_CANCELLED },
	{ "capture", BIT(AUTHORISED), PAYMENT_CAPTURED },
	{ "void", BIT(AUTHORISED), PAYMENT_VOIDED },
	{ "expire", BIT(AUTHORISED), PAYMENT_EXPIRED },
	{ "settle", BIT(CAPTURED), PAYMENT_SETTLED },
	{ "refund", BIT(CAPTURED) | BIT(SETTLED) | BIT(PARTIALLY_REFUNDED),
	    PAYMENT_REFUNDED },
	{ "chargeback", BIT(CAPTURED) | BIT(SETTLED) | BIT(PARTIALLY_REFUNDED),
	    PAYMENT_DISPUTED },
	{ "win", BIT(DISPUTED), PAYMENT_SETTLED },
	{ "lose", BIT(DISPUTED), PAYMENT_CHARGED_BACK },
};

static const struct row *
row_of(const char *type)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(type, rows[i].type) == 0)
			return &rows[i];
	return NULL;
}

/* The amount of an event out of what is left; false when it does not fit. */
static bool
take(const int64_t *amount, int64_t left, int64_t *out)
{
	*out = amount != NULL ? *amount : left;
	return *out > 0 && *out <= left;
}

const char *
payment_event(struct payment *p, const char *type, const int64_t *amount)
{
	const struct row *row = row_of(type);
	int64_t minor;

	if (row == NULL || (row->from >> p->state & 1) == 0)
		return payment_state_name[p->state];
	if (row->to == PAYMENT_AUTHORISED)
		p->authorised_minor = p->amount_minor;
	if (row->to == PAYMENT_CAPTURED) {
		if (!take(amount, p->authorised_minor, &minor))
			return "amount";
		p->captured_minor = minor;
	}
	if (row->to == PAYMENT_REFUNDED) {
		if (!take(amount, p->captured_minor - p->refunded_minor,
			&minor))
			return "amount";
		p->refunded_minor += minor;
		if (p->refunded_minor < p->captured_minor) {
			p->state = PAYMENT_PARTIALLY_REFUNDED;
			return "ok";
		}
	}
	p->state = row->to;
	return "ok";
}
