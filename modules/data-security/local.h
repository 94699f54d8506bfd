/* SPDX-License-Identifier: BSD-2-Clause */

/* What the files share that know the host. */

#pragma once

#include "basis.h"
#include "deadlines.h"
#include "grade.h"
#include "mlps.h"
#include "transfer.h"

#include <entrepot.h>

/* The instance: the tables of data/. */
struct security_state {
	struct grade_tables grade;
	struct table bases, points;
	struct transfer_tables transfer;
	struct deadline_tables deadlines;
	struct detector *detector;
};

/* security.c: memory of the operation. */
struct memory operation_memory(struct ep_op *op);

/* security.c: ends the operation with a refusal of this module's; at a place
 * of the input, with what was expected there. */
ep_status refuse(struct ep_op *op, fault code);
ep_status refuse_at(struct ep_op *op, fault code, const char *pointer,
    const char *expected);

/* security.c: a member's text, "" when there is none. */
const char *member_text(const struct ep_node *object, const char *name);
bool member_bool(const struct ep_node *object, const char *name, bool fallback);

/* security.c: the day whose rules are asked for: the member "on", else today
 * (UTC).  Refuses bad_date. */
ep_status rule_day(struct ep_op *op, int64_t *out);

/* security.c: a member's hexadecimal digits.  Refuses bad_hex. */
ep_status member_hex(struct ep_op *op, const char *name, struct span *out);

/* The operations. */
ep_handler security_data_map; /* data_map.c */
ep_handler security_grade, security_lawful_basis, security_mask,
    security_mlps_gap, security_pseudonymise;            /* grading.c */
ep_handler security_transfer_cn, security_transfer_gdpr; /* transfers.c */
ep_handler security_breach, security_dsar_deadline,
    security_retention; /* rights.c */
ep_handler security_merkle_consistency, security_merkle_inclusion,
    security_merkle_root, security_merkle_verify; /* proofs.c */
ep_handler security_keys;                         /* keys.c */
ep_handler security_digest, security_gcm_open, security_gcm_seal, security_hkdf,
    security_hmac; /* primitives.c */
