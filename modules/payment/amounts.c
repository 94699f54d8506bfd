/* SPDX-License-Identifier: BSD-2-Clause */

/* Amounts, exchange and splits: inputs are read, worked out and answered. */

#include "day.h"
#include "exchange.h"
#include "local.h"
#include "split.h"

#include <string.h>

static const char *
text_or(const struct ep_node *in, const char *name, const char *fallback)
{
	const char *text = member_or_null(in, name);

	return text != NULL ? text : fallback;
}

ep_status
payment_to_minor(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct currency *currency;
	enum rounding rounding;
	uint32_t length = 0;
	const char *amount = ep_node_text(ep_node_get(in, "amount"), &length);
	const char *code = member_text(in, "currency");
	struct decimal d;
	int64_t minor;
	fault f;

	decimal_init(&d);
	f = decimal_read(&d, amount != NULL ? amount : "", length);
	if (f == NULL)
		f = currency_find(currencies(op), code, &currency);
	if (f == NULL &&
	    !rounding_read(text_or(in, "mode", "exact"), &rounding))
		f = "bad_mode";
	if (f == NULL)
		f = decimal_to_minor(&d, (unsigned)currency->units, rounding,
		    &minor);
	decimal_fini(&d);
	return f != NULL ? refuse(op, f)
			 : ep_reply(op, 200, EP_ARG("minor", minor));
}

ep_status
payment_format(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct currency *currency;
	struct decimal d;
	char text[48];
	int64_t minor;
	fault f;

	EP_TRY(member_minor(op, in, "minor", 0, &minor));
	f = currency_find(currencies(op), member_text(in, "currency"),
	    &currency);
	if (f != NULL)
		return refuse(op, f);
	decimal_init(&d);
	decimal_from_minor(&d, minor, (unsigned)currency->units);
	(void)decimal_write(&d, false, text, sizeof text);
	decimal_fini(&d);
	return ep_reply(op, 200, EP_ARG("amount", (const char *)text));
}

/* -------------------------------------------------------------- exchange */

static fault
read_side(const struct ep_node *in, bool *buys_out)
{
	const char *side = text_or(in, "side", "customer_sells");

	*buys_out = strcmp(side, "customer_buys") == 0;
	return *buys_out || strcmp(side, "customer_sells") == 0 ? NULL
								: "bad_side";
}

ep_status
payment_fx_convert(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	struct conversion c = { .spread_bp = ep_in_int(op, "spread_bp", 0) };
	char effective[RATE_TEXT];
	uint32_t length = 0;
	int64_t minor;
	fault f;

	EP_TRY(member_minor(op, in, "minor", 0, &c.minor));
	c.rate = ep_node_text(ep_node_get(in, "rate"), &length);
	c.rate_length = length;
	if (c.rate == NULL)
		c.rate = "";
	f = exchange_check_rate(&c);
	if (f == NULL)
		f = currency_find(currencies(op), member_text(in, "frm"),
		    &c.from);
	if (f == NULL)
		f = currency_find(currencies(op), member_text(in, "to"), &c.to);
	if (f == NULL &&
	    !rounding_read(text_or(in, "mode", "half_even"), &c.rounding))
		f = "bad_mode";
	if (f == NULL)
		f = read_side(in, &c.customer_buys);
	if (f == NULL)
		f = exchange_convert(&c, &minor, effective);
	if (f != NULL)
		return refuse(op, f);
	return ep_reply(op, 200, EP_ARG("minor", minor),
	    EP_ARG("effective_rate", (const char *)effective));
}

/* What the state refuses is "refused:STATE". */
static struct ep_value
log_word(struct ep_op *op, const char *word)
{
	if (strcmp(word, "ok") == 0)
		return ep_text(word);
	return ep_text(ep_concat(op, "refused:", word));
}

ep_status
payment_fx_run(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *quote = ep_node_get(in, "quote");
	const struct ep_node *events = ep_node_get(in, "events");
	struct ep_node *log = ep_array(op);
	struct quote q = {
		.created = ep_node_int(ep_node_get(quote, "created"), 0),
		.ttl_s = ep_node_int(ep_node_get(quote, "ttl_s"), 0),
		.lock_s = ep_node_int(ep_node_get(quote, "lock_s"), 0),
	};

	EP_TRY(member_minor(op, quote, "max_minor", 0, &q.max_minor));
	for (uint32_t i = 0; i < ep_node_count(events); i++) {
		const struct ep_node *e = ep_node_at(events, i);
		int64_t amount;

		EP_TRY(member_minor(op, e, "amount_minor", 0, &amount));
		EP_TRY(ep_append(op, log,
		    log_word(op,
			quote_event(&q, member_text(e, "type"),
			    ep_node_int(ep_node_get(e, "at"), 0), amount))));
	}
	return ep_reply(op, 200, EP_ARG("state", quote_state_name[q.state]),
	    EP_ARG("log", log));
}

ep_status
payment_fx_quota(struct ep_op *op)
{
	const struct payment_tables *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const char *on = member_text(in, "on");
	struct quota_request r = {
		.day = ep_now(op) / INT64_C(86400000000),
		.kind = member_text(in, "kind"),
		.channel = member_text(in, "channel"),
		.has_trade_record = ep_in_bool(op, "has_trade_record", false),
	};
	struct quota_answer a;
	struct ep_node *out;
	fault f = NULL;

	EP_TRY(
	    member_minor(op, in, "year_used_usd_cents", 0, &r.used_usd_cents));
	EP_TRY(
	    member_minor(op, in, "amount_usd_cents", 0, &r.amount_usd_cents));
	if (*on != '\0' && !day_read(on, strlen(on), &r.day))
		f = "bad_date";
	if (f == NULL)
		f = quota_ask(&state->limits, &r, &a);
	if (f != NULL)
		return refuse(op, f);
	out = ep_object(op, EP_ARG("allowed", a.is_allowed),
	    EP_ARG("reason", a.reason));
	if (a.has_used)
		EP_TRY(ep_set(op, out,
		    EP_ARG("quota_used_cents", a.used_usd_cents)));
	return ep_reply_node(op, 200, out);
}

/* ----------------------------------------------------------------- split */

static ep_status
read_fees(struct ep_op *op, const struct ep_node *list, struct fee *fees)
{
	for (uint32_t i = 0; i < ep_node_count(list); i++) {
		const struct ep_node *n = ep_node_at(list, i);
		struct fee *f = &fees[i];

		f->bp = ep_node_int(ep_node_get(n, "bp"), 0);
		EP_TRY(member_minor(op, n, "fixed_minor", 0, &f->fixed_minor));
		EP_TRY(
		    member_minor(op, n, "min_minor", INT64_MIN, &f->min_minor));
		EP_TRY(
		    member_minor(op, n, "max_minor", INT64_MAX, &f->max_minor));
	}
	return EP_OK;
}

static ep_status
add_part(struct ep_op *op, struct ep_node *list, const struct ep_node *from,
    int64_t minor)
{
	return ep_append(op, list,
	    ep_object(op, EP_ARG("id", member_text(from, "id")),
		EP_ARG("minor", minor)));
}

ep_status
payment_split(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *fee_list = ep_node_get(in, "fees");
	const struct ep_node *share_list = ep_node_get(in, "shares");
	uint32_t n_fees = ep_node_count(fee_list);
	uint32_t n_shares = ep_node_count(share_list);
	struct fee *fees = ep_alloc(op, (n_fees + 1) * sizeof *fees);
	struct share *shares = ep_alloc(op, (n_shares + 1) * sizeof *shares);
	struct ep_node *fees_out = ep_array(op), *shares_out = ep_array(op);
	int64_t total, check = 0;
	fault f;

	EP_TRY(member_minor(op, in, "total_minor", 0, &total));
	EP_TRY(read_fees(op, fee_list, fees));
	for (uint32_t i = 0; i < n_shares; i++)
		shares[i].weight =
		    ep_node_int(ep_node_get(ep_node_at(share_list, i),
				    "weight"),
			0);
	f = split_amount(total, fees, n_fees, shares, n_shares);
	if (f != NULL)
		return refuse(op, f);
	for (uint32_t i = 0; i < n_fees; i++) {
		EP_TRY(add_part(op, fees_out, ep_node_at(fee_list, i),
		    fees[i].minor));
		check += fees[i].minor;
	}
	for (uint32_t i = 0; i < n_shares; i++) {
		EP_TRY(add_part(op, shares_out, ep_node_at(share_list, i),
		    shares[i].minor));
		check += shares[i].minor;
	}
	return ep_reply(op, 200, EP_ARG("fees", fees_out),
	    EP_ARG("shares", shares_out), EP_ARG("check", check));
}
