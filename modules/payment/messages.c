/* SPDX-License-Identifier: BSD-2-Clause */

/* Messages of banks: inputs are read, worked out and answered. */

#include "camt.h"
#include "local.h"
#include "pain.h"
#include "statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ pain */

static void
read_transfers(struct ep_op *op, const struct ep_node *list,
    struct instruction *out)
{
	uint32_t n = ep_node_count(list);
	struct transfer *x = ep_alloc(op, (n + 1) * sizeof *x);

	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *t = ep_node_at(list, i);

		x[i] = (struct transfer){ member_or_null(t, "e2e"),
			member_or_null(t, "amount"),
			member_or_null(t, "currency"),
			member_or_null(t, "creditor"),
			member_or_null(t, "iban"), member_or_null(t, "bic"),
			member_or_null(t, "info"), member_or_null(t, "uetr") };
	}
	out->transfers = x;
	out->n = n;
}

static struct initiation
read_initiation(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op), *m = ep_node_get(in, "msg");
	const struct ep_node *list = ep_node_get(m, "payments");
	uint32_t n = ep_node_count(list);
	struct instruction *p = ep_alloc(op, (n + 1) * sizeof *p);

	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *x = ep_node_at(list, i);

		p[i] = (struct instruction){ .id = member_or_null(x, "id"),
			.date = member_or_null(x, "date"),
			.debtor = member_or_null(x, "debtor"),
			.iban = member_or_null(x, "iban"),
			.bic = member_or_null(x, "bic") };
		read_transfers(op, ep_node_get(x, "txs"), &p[i]);
	}
	return (struct initiation){ member_text(in, "version"),
		member_or_null(m, "msg_id"), member_or_null(m, "created"),
		member_or_null(m, "initiator"), p, n };
}

static struct ep_node *
errors_node(struct ep_op *op, const struct pain_report *r)
{
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < r->n_errors; i++)
		if (ep_append(op, list,
			ep_object(op,
			    EP_ARG("path", (const char *)r->errors[i].path),
			    EP_ARG("code", r->errors[i].code))) != EP_OK)
			break; /* the operation has failed */
	return list;
}

static ep_status
check(struct ep_op *op, const struct initiation *m, struct pain_report *out)
{
	fault f;

	out->errors = ep_alloc(op, PAIN_ERRORS * sizeof *out->errors);
	f = pain_check(currencies(op), m, out);
	return f != NULL ? refuse(op, f) : EP_OK;
}

ep_status
payment_pain_check(struct ep_op *op)
{
	struct initiation m = read_initiation(op);
	struct pain_report report;
	char number[24];

	EP_TRY(check(op, &m, &report));
	(void)snprintf(number, sizeof number, "%zu", report.n_transfers);
	return ep_reply(op, 200, EP_ARG("valid", report.n_errors == 0),
	    EP_ARG("errors", errors_node(op, &report)),
	    EP_ARG("NbOfTxs", (const char *)number),
	    EP_ARG("CtrlSum", (const char *)report.sum));
}

/* The text is written twice: once to know its length. */
struct text {
	char *bytes;
	size_t length;
};

static void
put(void *arg, const char *text, size_t length)
{
	struct text *t = arg;

	if (t->bytes != NULL)
		memcpy(t->bytes + t->length, text, length);
	t->length += length;
}

ep_status
payment_pain_build(struct ep_op *op)
{
	struct initiation m = read_initiation(op);
	struct pain_report report;
	struct text t = { NULL, 0 };

	EP_TRY(check(op, &m, &report));
	if (report.n_errors > 0)
		return ep_fail(op, EP_REFUSED, "invalid_message",
		    EP_ARG("errors", errors_node(op, &report)));
	pain_write(&m, put, &t);
	t.bytes = ep_alloc(op, t.length + 1);
	t.length = 0;
	pain_write(&m, put, &t);
	return ep_reply(op, 200,
	    EP_ARG("xml", ep_textn(t.bytes, (uint32_t)t.length)));
}

/* ------------------------------------------------------------------ camt */

struct camt_answer {
	struct ep_op *op;
	struct ep_node *entries, *answer;
	ep_status status; /* of what was added */
};

static struct ep_value
text_or_null(const char *text)
{
	return text != NULL ? ep_text(text) : ep_null();
}

static struct ep_value
minor_or_null(bool has, int64_t minor)
{
	return has ? ep_int(minor) : ep_null();
}

static void
add_entry(const struct camt_entry *e, void *arg)
{
	struct camt_answer *a = arg;
	const char *date = e->date;

	if (a->status != EP_OK)
		return;
	a->status = ep_append(a->op, a->entries,
	    ep_object(a->op, EP_ARG("ref", text_or_null(e->ref)),
		EP_ARG("amount_minor", e->amount_minor),
		EP_ARG("status", text_or_null(e->status)),
		EP_ARG("date",
		    date != NULL ? ep_textn(date, (uint32_t)strnlen(date, 10))
				 : ep_null()),
		EP_ARG("reversal", e->is_reversal)));
}

static struct ep_value
balanced(const struct camt_statement *s)
{
	__extension__ typedef __int128 wide;

	if (!s->has_opening || !s->has_closing)
		return ep_null();
	return ep_bool(
	    (wide)s->opening_minor + s->booked_minor == s->closing_minor);
}

static void
add_statement(const struct camt_statement *s, void *arg)
{
	struct camt_answer *a = arg;

	a->answer = ep_object(a->op,
	    EP_ARG("version", (const char *)s->version),
	    EP_ARG("statement_id", text_or_null(s->id)),
	    EP_ARG("iban", text_or_null(s->iban)),
	    EP_ARG("opening_minor",
		minor_or_null(s->has_opening, s->opening_minor)),
	    EP_ARG("closing_minor",
		minor_or_null(s->has_closing, s->closing_minor)),
	    EP_ARG("entries", a->entries), EP_ARG("balanced", balanced(s)));
}

ep_status
payment_camt053_parse(struct ep_op *op)
{
	struct camt_answer a = { op, ep_array(op), NULL, EP_OK };
	struct camt_reader to = { add_entry, add_statement, &a };
	uint32_t length = 0;
	const char *xml = ep_node_text(ep_node_get(ep_input(op), "xml"),
	    &length);
	fault f = camt_read(currencies(op), xml != NULL ? xml : "", length,
	    &to);

	if (f != NULL)
		return refuse(op, f);
	EP_TRY(a.status);
	return ep_reply_node(op, 200, a.answer);
}

/* ------------------------------------------------------------------- csv */

struct csv_answer {
	struct ep_op *op;
	struct ep_node *entries, *errors;
	ep_status status;
};

static void
add_row(const struct statement_row *row, void *arg)
{
	struct csv_answer *a = arg;

	if (a->status != EP_OK)
		return;
	if (row->fault != NULL)
		a->status = ep_append(a->op, a->errors,
		    ep_object(a->op, EP_ARG("line", (int64_t)row->line),
			EP_ARG("code", row->fault)));
	else
		a->status = ep_append(a->op, a->entries,
		    ep_object(a->op, EP_ARG("date", row->date),
			EP_ARG("ref", row->ref),
			EP_ARG("amount_minor", row->amount_minor),
			EP_ARG("currency", row->currency)));
}

ep_status
payment_statement_csv(struct ep_op *op)
{
	struct csv_answer a = { op, ep_array(op), ep_array(op), EP_OK };
	uint32_t length = 0;
	const char *text = ep_node_text(ep_node_get(ep_input(op), "text"),
	    &length);
	char *copy = ep_alloc(op, (uint64_t)length + 1);
	const char *column = NULL;
	fault f;

	memcpy(copy, text != NULL ? text : "", length);
	f = statement_read(currencies(op), copy, length, &column, add_row, &a);
	if (f != NULL && column != NULL)
		return ep_fail(op, EP_REFUSED, f, EP_ARG("column", column));
	if (f != NULL)
		return refuse(op, f);
	EP_TRY(a.status);
	return ep_reply(op, 200, EP_ARG("entries", a.entries),
	    EP_ARG("errors", a.errors));
}
