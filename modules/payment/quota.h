/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * May this foreign exchange be made (结售汇额度)?  The limits are data
 * (data/fx_limits.csv) with the days on which they hold.  Sources: 汇发〔2019〕
 * 13号 (single transaction through a payment institution), 汇发〔2020〕11号
 * (trade items of individuals are not counted), 个人外汇管理办法实施细则 (the
 * annual quota of an individual).
 */

#pragma once

#include "decimal.h"

#define QUOTA_LIMITS 16

struct quota_limit {
	char name[24];    /* single_txn, annual_individual */
	int64_t from, to; /* days since 1970-01-01, both inclusive */
	int64_t usd_cents;
};

struct quota_limits {
	struct quota_limit rows[QUOTA_LIMITS];
	size_t n;
};

/* name,effective_from,effective_to,usd_cents,source.  Refuses bad_data. */
fault quota_limits_read(struct quota_limits *t, const char *csv, size_t length);

struct quota_request {
	int64_t used_usd_cents, amount_usd_cents, day;
	const char *kind;    /* individual, enterprise */
	const char *channel; /* bank, payment_institution */
	bool has_trade_record;
};

struct quota_answer {
	bool is_allowed, has_used;
	const char *reason;
	int64_t used_usd_cents; /* of the year, afterwards; when has_used */
};

/* Refuses bad_channel, non_positive_amount, bad_kind, no_limit_in_force. */
fault quota_ask(const struct quota_limits *t, const struct quota_request *r,
    struct quota_answer *out);
