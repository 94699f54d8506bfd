/* SPDX-License-Identifier: BSD-2-Clause */

/* What the files share that know the host. */

#pragma once

#include "currency.h"
#include "quota.h"

#include <entrepot.h>

/* The instance: the tables of data/. */
struct payment_tables {
	struct currencies currencies;
	struct quota_limits limits;
};

/* payment.c: the instance's currencies. */
const struct currencies *currencies(struct ep_op *op);

/* payment.c: ends the operation with a refusal of this module's. */
ep_status refuse(struct ep_op *op, fault code);

/* payment.c: a member's text, "" when there is none. */
const char *member_text(const struct ep_node *object, const char *name);

/* payment.c: the same, NULL when there is none. */
const char *member_or_null(const struct ep_node *object, const char *name);

/* payment.c: a member in whole minor units, or fallback when there is none.
 * Fails the operation (400) when it is a number with a fraction. */
ep_status member_minor(struct ep_op *op, const struct ep_node *object,
    const char *name, int64_t fallback, int64_t *out);

static inline bool
has_member(const struct ep_node *object, const char *name)
{
	return ep_node_type(ep_node_get(object, name)) != EP_T_NULL;
}

ep_handler payment_to_minor, payment_format, payment_fx_convert, payment_fx_run,
    payment_fx_quota, payment_split; /* amounts.c */
ep_handler payment_ledger, payment_run, payment_recon, payment_threeway,
    payment_idempotency; /* books.c */
ep_handler payment_pain_check, payment_pain_build, payment_camt053_parse,
    payment_statement_csv; /* messages.c */
