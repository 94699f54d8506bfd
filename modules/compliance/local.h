/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the host-facing files of this module share: the instance's memory and
 * the handlers.  Pure logic (identifier.h, name.h, match.h, list.h, index.h)
 * knows nothing of it.
 */

#pragma once

#include <entrepot.h>

#include "baseline.h"
#include "identifier.h"
#include "index.h"
#include "law.h"
#include "match.h"
#include "memory.h"
#include "name.h"

#define SNAPSHOT "names" /* as the manifest names it */
#define EPOCH "lists"

/* Zeroed by the host, filled by the start; a cache as all instance memory. */
struct compliance_state {
	uint32_t magic;
#define COMPLIANCE_MAGIC 0x71c0a3d5
	struct identifier_data *identifiers;
	struct name_reader reader; /* of this process' only thread */
	struct lexicon *lexicon; /* the reader's; read-only, threads may too */
	struct match_config match;
	struct law *law; /* data/import_law.csv and us_entry_rules.csv */
	struct baseline_list baseline; /* data/sanctions_synthetic.csv */
	struct index index;            /* the snapshot opened last */
	size_t index_length;
	uint64_t index_checksum;
};

/* The instance's memory; never NULL within an operation. */
struct compliance_state *compliance_state(struct ep_op *op);

/* Pure logic's memory that lives as long as the operation. */
struct memory operation_memory(struct ep_op *op);

/* names_snapshot.c: the lists as screenings see them.  Pinned until the
 * operation ends; opened and checked once for each new snapshot. */
ep_status names_open(struct ep_op *op, const struct index **index_out);
ep_status names_build(struct ep_op *op);

/* validate.c */
ep_status id_validate(struct ep_op *op);
ep_status id_validate_batch(struct ep_op *op);

/* screening.c */
ep_status compliance_screen(struct ep_op *op);
ep_status compliance_match_names(struct ep_op *op);

/* baselines.c */
ep_handler compliance_name_score, compliance_screen_name;

/* taxes.c */
ep_handler compliance_cn_import_tax, compliance_parcel_tax,
    compliance_eu_import, compliance_uk_import, compliance_us_entry,
    compliance_landed_cost, compliance_supervision_code;

/* products.c */
ep_handler compliance_product_check, compliance_rules_status,
    compliance_ad_words, compliance_kyb_check;

/* lists.c */
ep_status compliance_lists(struct ep_op *op);

/* import.c; the sample is imported only into a store without any list, and
 * that another process does so meanwhile is no failure: it is waited for. */
ep_status compliance_import_list(struct ep_op *op);
ep_status import_sample(struct ep_op *op);

/* import_rows.c: the short transactions that an import consists of */
ep_status compliance_import_begin(struct ep_op *op);
ep_status compliance_import_stage(struct ep_op *op);
ep_status compliance_import_activate(struct ep_op *op);
ep_status compliance_import_discard(struct ep_op *op);

/* Is there any list?  From within the start or a transaction. */
ep_status import_any_list(struct ep_op *op, bool *any_out);
