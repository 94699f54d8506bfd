/* SPDX-License-Identifier: BSD-2-Clause */

/* The module: its tables are read, its operations listed. */

#include "local.h"

#include <string.h>

const struct currencies *
currencies(struct ep_op *op)
{
	const struct payment_tables *state = ep_state(op);

	return &state->currencies;
}

ep_status
refuse(struct ep_op *op, fault code)
{
	return ep_fail(op, EP_REFUSED, code);
}

const char *
member_or_null(const struct ep_node *object, const char *name)
{
	return ep_node_text(ep_node_get(object, name), NULL);
}

const char *
member_text(const struct ep_node *object, const char *name)
{
	const char *text = member_or_null(object, name);

	return text != NULL ? text : "";
}

ep_status
member_minor(struct ep_op *op, const struct ep_node *object, const char *name,
    int64_t fallback, int64_t *out)
{
	const struct ep_node *n = ep_node_get(object, name);
	uint32_t type = ep_node_type(n);

	*out = fallback;
	if (type == EP_T_NULL)
		return EP_OK;
	if (type != EP_T_INT)
		return ep_fail(op, EP_INVALID, "amount_must_be_integer_minor",
		    EP_ARG("member", name));
	*out = ep_node_int(n, fallback);
	return EP_OK;
}

static ep_status
start(struct ep_op *op)
{
	struct payment_tables *state = ep_state(op);
	const void *bytes;
	uint64_t length;
	fault f;

	EP_TRY(ep_data(op, "currencies.csv", &bytes, &length));
	f = currencies_read(&state->currencies, bytes, (size_t)length);
	if (f != NULL)
		return ep_fail(op, EP_INTERNAL, f,
		    EP_ARG("file", "currencies.csv"));
	EP_TRY(ep_data(op, "fx_limits.csv", &bytes, &length));
	f = quota_limits_read(&state->limits, bytes, (size_t)length);
	if (f != NULL)
		return ep_fail(op, EP_INTERNAL, f,
		    EP_ARG("file", "fx_limits.csv"));
	return EP_OK;
}

EP_MODULE(EP_START(start), EP_STATE(struct payment_tables),
    EP_OPERATION("payment.camt053_parse", payment_camt053_parse),
    EP_OPERATION("payment.format", payment_format),
    EP_OPERATION("payment.fx_convert", payment_fx_convert),
    EP_OPERATION("payment.fx_quota", payment_fx_quota),
    EP_OPERATION("payment.fx_run", payment_fx_run),
    EP_OPERATION("payment.idempotency", payment_idempotency),
    EP_OPERATION("payment.ledger", payment_ledger),
    EP_OPERATION("payment.pain_build", payment_pain_build),
    EP_OPERATION("payment.pain_check", payment_pain_check),
    EP_OPERATION("payment.recon", payment_recon),
    EP_OPERATION("payment.run", payment_run),
    EP_OPERATION("payment.split", payment_split),
    EP_OPERATION("payment.statement_csv", payment_statement_csv),
    EP_OPERATION("payment.threeway", payment_threeway),
    EP_OPERATION("payment.to_minor", payment_to_minor));
