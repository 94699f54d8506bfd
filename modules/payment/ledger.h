/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Double entry: journal entries that balance in every currency, accounts that
 * do not go below zero on their normal side (debit for assets and expenses,
 * credit for the others).  An entry is posted as a whole or not at all.
 */

#pragma once

#include "decimal.h"

enum account_type {
	ACCOUNT_ASSET,
	ACCOUNT_LIABILITY,
	ACCOUNT_EQUITY,
	ACCOUNT_REVENUE,
	ACCOUNT_EXPENSE
};

struct account {
	const char *id, *currency;
	enum account_type type;
	bool is_closed, may_be_negative;
	int64_t balance; /* on its normal side, minor units */
	int64_t after;   /* the same while an entry is tried */
};

struct line {
	const char *account, *side, *currency;
	int64_t amount_minor;
	struct account *to; /* found by ledger_post() */
};

struct entry {
	const char *id;
	struct line *lines;
	size_t n;
	bool is_posted;
};

bool account_type_read(const char *name, enum account_type *out);

/*
 * Posts entries[at], if it keeps the rules: "posted", or the first of
 * duplicate_entry (one of that id is posted), too_few_lines; line by line
 * unknown_account, account_closed, non_positive_amount, bad_side,
 * currency_mismatch; then unbalanced, insufficient_balance,
 * amount_out_of_range (a balance beyond 64 bits).
 */
const char *ledger_post(struct account *accounts, size_t n_accounts,
    struct entry *entries, size_t at);
