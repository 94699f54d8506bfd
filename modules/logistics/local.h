/* SPDX-License-Identifier: BSD-2-Clause */

/* What the files share that know the host. */

#pragma once

#include "carrier.h"
#include "customs.h"
#include "dangerous.h"
#include "incoterms.h"
#include "lifecycle.h"
#include "lithium.h"
#include "match.h"

#include <entrepot.h>

/* The instance: the tables of data/. */
struct logistics_state {
	struct track_tables track;
	struct carrier_tables carriers;
	struct customs_tables customs;
	struct dangerous_table dangerous;
	struct incoterms incoterms;
	struct lifecycles lifecycles;
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

/* pricing.c: lists of lengths and of texts; weights of the criteria, with the
 * usual ones for NULL; names of the reasons. */
const int64_t *read_lengths(struct ep_op *op, const struct ep_node *list,
    size_t *n_out);
const char *const *read_texts(struct ep_op *op, const struct ep_node *list,
    size_t *n_out);
void read_weights(const struct ep_node *node, int64_t weights[CRITERIA]);
int64_t member_int(const struct ep_node *object, const char *name,
    int64_t fallback);
struct ep_node *reasons_node(struct ep_op *op, unsigned reasons);

/* tariffs.c: a sheet that is kept; fails the operation when there is none. */
ep_status tariff_load(struct ep_op *op, const char *name, const char **csv_out,
    uint32_t *length_out);

/* tariffs.c: SHA-256 in hexadecimal. */
const char *sha256_text(struct ep_op *op, const void *bytes, size_t length);

/* Is the caller's language Chinese? */
static inline bool
is_chinese(struct ep_op *op)
{
	const char *language = ep_language(op);

	return language[0] == 'z' && language[1] == 'h';
}

/* declarations.c: the members of an object. */
struct element *read_elements(struct ep_op *op, const struct ep_node *object,
    size_t *n_out);

/* The operations. */
ep_handler logistics_chargeable_weight, logistics_girth, logistics_match,
    logistics_rate;        /* pricing.c */
ep_handler logistics_plan; /* planning.c */
ep_handler logistics_rate_sheet, logistics_tariff_list, logistics_tariff_put,
    logistics_tariff_remove, logistics_tariff_show; /* tariffs.c */
ep_handler logistics_normalise_event, logistics_track,
    logistics_tracking_number; /* tracking.c */
ep_handler logistics_customs_check,
    logistics_customs_regimes; /* declarations.c */
ep_handler logistics_dangerous_goods, logistics_incoterms,
    logistics_lithium;                                   /* goods.c */
ep_handler logistics_transition;                         /* states.c */
ep_handler logistics_warehouse, logistics_warehouse_kpi; /* stock.c */
ep_handler logistics_message_check, logistics_message_read,
    logistics_message_write; /* messages.c */
