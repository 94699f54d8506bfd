/* SPDX-License-Identifier: BSD-2-Clause */

#include "ledger.h"

#include <string.h>

__extension__ typedef __int128 wide;

bool
account_type_read(const char *name, enum account_type *out)
{
	static const char *const names[] = { "asset", "liability", "equity",
		"revenue", "expense" };

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum account_type)i;
			return true;
		}
	return false;
}

static struct account *
account_find(struct account *accounts, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(accounts[i].id, id) == 0)
			return &accounts[i];
	return NULL;
}

static fault
check_line(const struct line *l)
{
	if (l->to == NULL)
		return "unknown_account";
	if (l->to->is_closed)
		return "account_closed";
	if (l->amount_minor <= 0)
		return "non_positive_amount";
	if (strcmp(l->side, "debit") != 0 && strcmp(l->side, "credit") != 0)
		return "bad_side";
	if (strcmp(l->currency, l->to->currency) != 0)
		return "currency_mismatch";
	return NULL;
}

/* Debits less credits of one currency. */
static wide
sum(const struct entry *e, const char *currency)
{
	wide total = 0;

	for (size_t i = 0; i < e->n; i++)
		if (strcmp(e->lines[i].currency, currency) == 0)
			total += strcmp(e->lines[i].side, "debit") == 0
			    ? e->lines[i].amount_minor
			    : -(wide)e->lines[i].amount_minor;
	return total;
}

static bool
apply(const struct line *l)
{
	struct account *a = l->to;
	bool is_debit = strcmp(l->side, "debit") == 0;
	bool is_normal = is_debit ==
	    (a->type == ACCOUNT_ASSET || a->type == ACCOUNT_EXPENSE);

	return is_normal
	    ? !__builtin_add_overflow(a->after, l->amount_minor, &a->after)
	    : !__builtin_sub_overflow(a->after, l->amount_minor, &a->after);
}

static fault
check(struct account *accounts, size_t n, const struct entry *entries,
    size_t at)
{
	const struct entry *e = &entries[at];

	for (size_t i = 0; i < at; i++)
		if (entries[i].is_posted && strcmp(entries[i].id, e->id) == 0)
			return "duplicate_entry";
	if (e->n < 2)
		return "too_few_lines";
	for (size_t i = 0; i < e->n; i++) {
		struct line *l = &e->lines[i];
		fault f;

		l->to = account_find(accounts, n, l->account);
		f = check_line(l);
		if (f != NULL)
			return f;
	}
	for (size_t i = 0; i < e->n; i++)
		if (sum(e, e->lines[i].currency) != 0)
			return "unbalanced";
	return NULL;
}

const char *
ledger_post(struct account *accounts, size_t n_accounts, struct entry *entries,
    size_t at)
{
	struct entry *e = &entries[at];
	fault f = check(accounts, n_accounts, entries, at);

	if (f != NULL)
		return f;
	for (size_t i = 0; i < n_accounts; i++)
		accounts[i].after = accounts[i].balance;
	for (size_t i = 0; i < e->n; i++)
		if (!apply(&e->lines[i]))
			return "amount_out_of_range";
	for (size_t i = 0; i < e->n; i++)
		if (e->lines[i].to->after < 0 &&
		    !e->lines[i].to->may_be_negative)
			return "insufficient_balance";
	for (size_t i = 0; i < n_accounts; i++)
		accounts[i].balance = accounts[i].after;
	e->is_posted = true;
	return "posted";
}
