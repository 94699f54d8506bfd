/* SPDX-License-Identifier: BSD-2-Clause */

/* Transfers abroad: inputs are read, decided and answered. */

#include "local.h"

/* Is there a list?  Its name, or true. */
static bool
is_named(const struct ep_node *n)
{
	uint32_t length = 0;

	return ep_node_bool(n, false) ||
	    (ep_node_text(n, &length) != NULL && length > 0);
}

/* Every row that was looked at, and whether it applied. */
static struct ep_node *
steps(struct ep_op *op, const struct transfer_tables *t, int64_t day,
    const struct transfer_cn *x)
{
	struct ep_node *list = ep_array(op);
	bool is_found = false;

	for (size_t i = 0; i < t->cn_rules.n_rows && !is_found; i++) {
		if (!table_holds(&t->cn_rules, i, day))
			continue;
		is_found = transfer_cn_applies(t, i, day, x);
		(void)ep_append(op, list,
		    ep_object(op,
			EP_ARG("when", table_cell(&t->cn_rules, i, "when")),
			EP_ARG("applies", is_found),
			EP_ARG("basis", table_cell(&t->cn_rules, i, "basis")),
			EP_ARG("source",
			    table_cell(&t->cn_rules, i, "source"))));
	}
	return list;
}

ep_status
security_transfer_cn(struct ep_op *op)
{
	const struct security_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const struct transfer_cn x = {
		.persons = ep_in_int(op, "persons", 0),
		.sensitive_persons = ep_in_int(op, "sensitive_persons", 0),
		.purpose = member_text(in, "purpose"),
		.is_ciio = member_bool(in, "ciio", false),
		.is_important = member_bool(in, "important_data", false),
		.is_collected_abroad = member_bool(in, "collected_abroad",
		    false),
		.is_domestic_added = member_bool(in, "domestic_pi_added",
		    false),
		.has_negative_list = is_named(
		    ep_node_get(in, "ftz_negative_list")),
		.is_listed = member_bool(in, "in_list", true),
		.has_personal = member_bool(in, "contains_personal", true),
		.is_emergency = member_bool(in, "emergency", false),
	};
	struct transfer_path path;
	struct ep_node *answer;
	int64_t day;
	fault f;

	EP_TRY(rule_day(op, &day));
	f = transfer_cn(&state->transfer, day, &x, &path);
	if (f != NULL)
		return refuse(op, f);
	answer = ep_object(op, EP_ARG("path", path.path),
	    EP_ARG("basis", path.basis));
	if (member_bool(in, "explain", false))
		EP_TRY(ep_set(op, answer,
		    EP_ARG("steps", steps(op, &state->transfer, day, &x))));
	return ep_reply_node(op, 200, answer);
}

ep_status
security_transfer_gdpr(struct ep_op *op)
{
	const struct security_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const struct transfer_gdpr x = {
		.to = member_text(in, "to"),
		.derogation = member_text(in, "derogation"),
		.is_dpf_certified = member_bool(in, "us_dpf_certified", false),
		.is_commercial = member_bool(in, "ca_commercial", true),
		.has_bcr = member_bool(in, "bcr", false),
		.has_scc = member_bool(in, "scc_signed", false),
		.has_tia = member_bool(in, "tia_done", false),
		.is_repetitive = member_bool(in, "repetitive", false),
	};
	struct transfer_mechanism m;
	struct ep_node *answer;
	int64_t day;
	fault f;

	EP_TRY(rule_day(op, &day));
	f = transfer_gdpr(&state->transfer, day, &x, &m);
	if (f != NULL)
		return refuse(op, f);
	answer = ep_object(op, EP_ARG("mechanism", m.mechanism),
	    EP_ARG("basis", m.basis));
	if (m.needs_tia) {
		EP_TRY(ep_set(op, answer, EP_ARG("tia_required", true)));
		EP_TRY(ep_set(op, answer, EP_ARG("allowed", x.has_tia)));
	}
	return ep_reply_node(op, 200, answer);
}
