/* SPDX-License-Identifier: BSD-2-Clause */

/* Books, lives of payments, matching: inputs are read and answered. */

#include "day.h"
#include "documents.h"
#include "ledger.h"
#include "lifecycle.h"
#include "local.h"
#include "reconcile.h"
#include "replay.h"

#include <string.h>

/* ---------------------------------------------------------------- ledger */

static ep_status
read_accounts(struct ep_op *op, const struct ep_node *list,
    struct account *accounts)
{
	for (uint32_t i = 0; i < ep_node_count(list); i++) {
		const struct ep_node *n = ep_node_at(list, i);
		struct account *a = &accounts[i];

		a->id = member_text(n, "id");
		a->currency = member_text(n, "currency");
		a->is_closed = ep_node_bool(ep_node_get(n, "closed"), false);
		a->may_be_negative =
		    ep_node_bool(ep_node_get(n, "allow_negative"), false);
		if (!account_type_read(member_text(n, "type"), &a->type))
			return ep_fail(op, EP_REFUSED, "bad_account_type",
			    EP_ARG("id", a->id));
	}
	return EP_OK;
}

static ep_status
read_entries(struct ep_op *op, const struct ep_node *list,
    struct entry *entries)
{
	for (uint32_t i = 0; i < ep_node_count(list); i++) {
		const struct ep_node *n = ep_node_at(list, i);
		const struct ep_node *lines = ep_node_get(n, "lines");
		uint32_t count = ep_node_count(lines);
		struct line *l = ep_alloc(op, (count + 1) * sizeof *l);

		for (uint32_t k = 0; k < count; k++) {
			const struct ep_node *x = ep_node_at(lines, k);

			l[k].account = member_text(x, "account");
			l[k].side = member_text(x, "side");
			l[k].currency = member_text(x, "currency");
			EP_TRY(member_minor(op, x, "amount_minor", 0,
			    &l[k].amount_minor));
		}
		entries[i] = (struct entry){ member_text(n, "id"), l, count,
			false };
	}
	return EP_OK;
}

ep_status
payment_ledger(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *account_list = ep_node_get(in, "accounts");
	const struct ep_node *entry_list = ep_node_get(in, "entries");
	uint32_t n_accounts = ep_node_count(account_list);
	uint32_t n_entries = ep_node_count(entry_list);
	struct account *accounts = ep_alloc(op,
	    (n_accounts + 1) * sizeof *accounts);
	struct entry *entries = ep_alloc(op, (n_entries + 1) * sizeof *entries);
	struct ep_node *log = ep_array(op), *balances = ep_object(op);

	EP_TRY(read_accounts(op, account_list, accounts));
	EP_TRY(read_entries(op, entry_list, entries));
	for (uint32_t i = 0; i < n_entries; i++)
		EP_TRY(ep_append(op, log,
		    ledger_post(accounts, n_accounts, entries, i)));
	for (uint32_t i = 0; i < n_accounts; i++)
		EP_TRY(ep_set(op, balances,
		    ep_named(accounts[i].id, ep_int(accounts[i].balance))));
	return ep_reply(op, 200, EP_ARG("log", log),
	    EP_ARG("balances", balances));
}

/* ------------------------------------------------------------- lifecycle */

ep_status
payment_run(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *events = ep_node_get(in, "events");
	struct ep_node *log = ep_array(op);
	struct payment p = { .state = PAYMENT_CREATED };

	EP_TRY(member_minor(op, in, "amount_minor", 0, &p.amount_minor));
	if (p.amount_minor <= 0)
		return refuse(op, "non_positive_amount");
	for (uint32_t i = 0; i < ep_node_count(events); i++) {
		const struct ep_node *e = ep_node_at(events, i);
		const char *said;
		int64_t amount;

		EP_TRY(member_minor(op, e, "amount_minor", 0, &amount));
		said = payment_event(&p, member_text(e, "type"),
		    has_member(e, "amount_minor") ? &amount : NULL);
		EP_TRY(ep_append(op, log,
		    strcmp(said, "ok") == 0 ? said
					    : ep_concat(op, "refused:", said)));
	}
	return ep_reply(op, 200, EP_ARG("state", payment_state_name[p.state]),
	    EP_ARG("authorised_minor", p.authorised_minor),
	    EP_ARG("captured_minor", p.captured_minor),
	    EP_ARG("refunded_minor", p.refunded_minor), EP_ARG("log", log));
}

/* -------------------------------------------------------- reconciliation */

static ep_status
read_movements(struct ep_op *op, const struct ep_node *list,
    struct movement *out)
{
	for (uint32_t i = 0; i < ep_node_count(list); i++) {
		const struct ep_node *n = ep_node_at(list, i);
		const char *date = member_text(n, "date");

		out[i].ref = member_text(n, "ref");
		out[i].currency = member_text(n, "currency");
		EP_TRY(member_minor(op, n, "amount_minor", 0,
		    &out[i].amount_minor));
		if (!day_read(date, strlen(date), &out[i].day))
			return ep_fail(op, EP_REFUSED, "bad_date",
			    EP_ARG("ref", out[i].ref));
	}
	return EP_OK;
}

/* How often each status occurs, in the order of their first. */
static ep_status
count_up(struct ep_op *op, const struct reconciled *items, size_t n,
    struct ep_node *counts)
{
	for (size_t i = 0; i < n; i++) {
		int64_t so_far =
		    ep_node_int(ep_node_get(counts, items[i].status), 0);

		EP_TRY(ep_set(op, counts,
		    ep_named(items[i].status, ep_int(so_far + 1))));
	}
	return EP_OK;
}

ep_status
payment_recon(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *ours = ep_node_get(in, "internal");
	const struct ep_node *theirs = ep_node_get(in, "statement");
	uint32_t n_ours = ep_node_count(ours), n_theirs = ep_node_count(theirs);
	struct movement *internal = ep_alloc(op,
	    (n_ours + 1) * sizeof *internal);
	struct movement *lines = ep_alloc(op, (n_theirs + 1) * sizeof *lines);
	struct reconciled *found = ep_alloc(op,
	    (n_ours + n_theirs + 1) * sizeof *found);
	struct reconciliation r = { internal, lines, n_ours, n_theirs,
		ep_in_int(op, "date_window_days", 3), 0 };
	struct ep_node *items = ep_array(op), *counts = ep_object(op);
	size_t n;

	EP_TRY(member_minor(op, in, "amount_tolerance_minor", 0,
	    &r.tolerance_minor));
	EP_TRY(read_movements(op, ours, internal));
	EP_TRY(read_movements(op, theirs, lines));
	n = reconcile(&r, found);
	for (size_t i = 0; i < n; i++) {
		struct ep_node *item = ep_object(op,
		    EP_ARG("ref", found[i].ref),
		    EP_ARG("status", found[i].status));

		if (found[i].has_difference)
			EP_TRY(ep_set(op, item,
			    EP_ARG("difference_minor",
				found[i].difference_minor)));
		EP_TRY(ep_append(op, items, item));
	}
	EP_TRY(count_up(op, found, n, counts));
	return ep_reply(op, 200, EP_ARG("items", items),
	    EP_ARG("counts", counts));
}

/* -------------------------------------------------------- three documents */

static ep_status
read_amount(struct ep_op *op, const struct ep_node *from, const char *name,
    struct amount *out)
{
	out->is_there = has_member(from, name);
	return member_minor(op, from, name, 0, &out->fen);
}

static ep_status
read_order(struct ep_op *op, const struct ep_node *n, struct order_document *o)
{
	*o = (struct order_document){
		.order_no = member_or_null(n, "orderNo"),
		.ebp_code = member_or_null(n, "ebpCode"),
		.transaction = member_or_null(n, "payTransactionId"),
		.payer_id = member_or_null(n, "buyerIdNumber"),
		.payer_name = member_or_null(n, "buyerName"),
		.currency = member_or_null(n, "currency"),
		.consignee = member_or_null(n, "consignee"),
		.telephone = member_or_null(n, "consigneeTelephone"),
		.address = member_or_null(n, "consigneeAddress"),
	};
	EP_TRY(read_amount(op, n, "goodsValue_fen", &o->goods));
	EP_TRY(read_amount(op, n, "freight_fen", &o->freight));
	EP_TRY(read_amount(op, n, "taxTotal_fen", &o->tax));
	EP_TRY(read_amount(op, n, "discount_fen", &o->discount));
	return read_amount(op, n, "acturalPaid_fen", &o->paid);
}

static ep_status
read_payment(struct ep_op *op, const struct ep_node *n,
    struct payment_document *p)
{
	*p = (struct payment_document){
		.order_no = member_or_null(n, "orderNo"),
		.ebp_code = member_or_null(n, "ebpCode"),
		.transaction = member_or_null(n, "payTransactionId"),
		.payer_id = member_or_null(n, "payerIdNumber"),
		.payer_name = member_or_null(n, "payerName"),
		.currency = member_or_null(n, "currency"),
	};
	return read_amount(op, n, "amountPaid_fen", &p->paid);
}

ep_status
payment_threeway(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *waybill = ep_node_get(in, "logistics");
	struct mismatch found[MISMATCHES_MAX];
	struct ep_node *list = ep_array(op);
	struct order_document o;
	struct payment_document p;
	struct logistics_document l = {
		.order_no = member_or_null(waybill, "orderNo"),
		.consignee = member_or_null(waybill, "consignee"),
		.telephone = member_or_null(waybill, "consigneeTelephone"),
		.address = member_or_null(waybill, "consigneeAddress"),
	};
	int64_t tolerance;
	size_t n;

	EP_TRY(read_amount(op, waybill, "freight_fen", &l.freight));
	EP_TRY(read_order(op, ep_node_get(in, "order"), &o));
	EP_TRY(read_payment(op, ep_node_get(in, "payment"), &p));
	EP_TRY(member_minor(op, in, "tolerance_fen", 0, &tolerance));
	n = documents_match(&o, &p, &l, tolerance, found);
	for (size_t i = 0; i < n; i++)
		EP_TRY(ep_append(op, list,
		    ep_object(op, EP_ARG("field", found[i].field),
			EP_ARG("code", found[i].code))));
	return ep_reply(op, 200, EP_ARG("result", n == 0 ? "pass" : "fail"),
	    EP_ARG("mismatches", list));
}

/* ----------------------------------------------------------- idempotency */

static struct ep_node *
response_node(struct ep_op *op, const struct replay_request *r)
{
	if (r->error != NULL)
		return ep_object(op, EP_ARG("status", r->status),
		    EP_ARG("error", r->error));
	return ep_object(op, EP_ARG("status", r->status),
	    EP_ARG("replayed", r->is_replayed),
	    EP_ARG("result_no", r->result_no));
}

ep_status
payment_idempotency(struct ep_op *op)
{
	const struct ep_node *list = ep_node_get(ep_input(op), "requests");
	uint32_t n = ep_node_count(list);
	struct replay_request *r = ep_alloc(op, (n + 1) * sizeof *r);
	struct ep_node *out = ep_array(op);

	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *x = ep_node_at(list, i);

		r[i] = (struct replay_request){
			.client = member_text(x, "client"),
			.key = member_text(x, "key"),
			.method = member_text(x, "method"),
			.path = member_text(x, "path"),
			.body = member_text(x, "body"),
			.at = ep_node_int(ep_node_get(x, "at"), 0),
			.takes_s = ep_node_int(ep_node_get(x, "takes_s"), 0),
		};
	}
	replay_run(r, n, ep_in_int(op, "ttl_s", 86400));
	for (uint32_t i = 0; i < n; i++)
		EP_TRY(ep_append(op, out, response_node(op, &r[i])));
	return ep_reply(op, 200, EP_ARG("responses", out));
}
