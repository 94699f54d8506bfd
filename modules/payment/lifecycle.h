/* SPDX-License-Identifier: BSD-2-Clause */

/* The life of a payment: authorised, captured, settled, refunded, disputed. */

#pragma once

#include "decimal.h"

enum payment_state {
	PAYMENT_CREATED,
	PAYMENT_AUTHORISED,
	PAYMENT_FAILED,
	PAYMENT_CANCELLED,
	PAYMENT_CAPTURED,
	PAYMENT_VOIDED,
	PAYMENT_EXPIRED,
	PAYMENT_SETTLED,
	PAYMENT_PARTIALLY_REFUNDED,
	PAYMENT_REFUNDED,
	PAYMENT_DISPUTED,
	PAYMENT_CHARGED_BACK
};

extern const char *const payment_state_name[];

struct payment {
	enum payment_state state;
	int64_t amount_minor, authorised_minor, captured_minor, refunded_minor;
};

/* An event; amount NULL: all there is (capture, refund).  "ok", "amount"
 * (refused for it), or the name of the state that refuses it. */
const char *payment_event(struct payment *p, const char *type,
    const int64_t *amount);
