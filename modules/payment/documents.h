/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Three documents matched (三单对碰): the order (CEB311), the payment (CEB411)
 * and the waybill (CEB511) of one parcel have to say the same, since the
 * customs compare them.  General Administration of Customs, announcements
 * 194 of 2018 and 165 of 2018 (海关总署公告2018年第194号、第165号); which
 * members are compared, and how, is ours.
 */

#pragma once

#include "decimal.h"

#define MISMATCHES_MAX 16

/* Texts are NULL and has_… false when a document does not say it. */
struct amount {
	bool is_there;
	int64_t fen;
};

struct order_document {
	const char *order_no, *ebp_code, *transaction, *payer_id, *payer_name,
	    *currency, *consignee, *telephone, *address;
	struct amount goods, freight, tax, discount, paid;
};

struct payment_document {
	const char *order_no, *ebp_code, *transaction, *payer_id, *payer_name,
	    *currency;
	struct amount paid;
};

struct logistics_document {
	const char *order_no, *consignee, *telephone, *address;
	struct amount freight;
};

struct mismatch {
	const char *field, *code; /* missing, mismatch, not_142 */
};

size_t documents_match(const struct order_document *o,
    const struct payment_document *p, const struct logistics_document *l,
    int64_t tolerance_fen, struct mismatch out[MISMATCHES_MAX]);
