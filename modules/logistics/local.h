/* SPDX-License-Identifier: BSD-2-Clause */

/* What the files share that know the host. */

#pragma once

#include "carrier.h"
#include "customs.h"
#include "incoterms.h"
#include "lithium.h"

#include <entrepot.h>

/* The instance: the tables of data/. */
struct logistics_state {
	struct track_tables track;
	struct carrier_tables carriers;
	struct customs_tables customs;
	struct incoterms incoterms;
	struct message_kinds messages;
	struct number_tables numbers;
	struct lithium_limits lithium;
};

/* logistics.c: memory of the operation. */
struct memory operation_memory(struct ep_op *op);

/* logistics.c: ends the operation with a refusal of this module's. */
ep_status refuse(struct ep_op *op, fault code);

/* logistics.c: a refusal that names the place and what was expected there. */
ep_status refuse_at(struct ep_op *op, fault code, const char *pointer,
    const char *expected);

/* logistics.c: a member's text, "" when there is none; its text or fallback;
 * its decimal of so many places, false when it is none. */
const char *member_text(const struct ep_node *object, const char *name);
bool member_decimal(const struct ep_node *object, const char *name, int places,
    int64_t *out);

/* logistics.c: hundredths as a number. */
static inline struct ep_value
hundredths_value(int64_t x)
{
	return ep_real((double)x / 100);
}

/* declarations.c: the members of an object. */
struct element *read_elements(struct ep_op *op, const struct ep_node *object,
    size_t *n_out);

/* The operations. */
ep_handler logistics_chargeable_weight, logistics_girth, logistics_match,
    logistics_rate; /* pricing.c */
ep_handler logistics_normalise_event, logistics_track,
    logistics_tracking_number; /* tracking.c */
ep_handler logistics_customs_check,
    logistics_customs_regimes;                           /* declarations.c */
ep_handler logistics_incoterms, logistics_lithium;       /* goods.c */
ep_handler logistics_warehouse, logistics_warehouse_kpi; /* stock.c */
ep_handler logistics_message_check;                      /* messages.c */
