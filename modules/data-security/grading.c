/* SPDX-License-Identifier: BSD-2-Clause */

/* Grading and protecting: inputs are read, worked out and answered. */

#include "crypto.h"
#include "local.h"
#include "mask.h"

static struct ep_node *
impacts_node(struct ep_op *op, const struct impact *impacts, size_t n)
{
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < n; i++)
		if (impacts[i].level != NULL)
			(void)ep_append(op, list,
			    ep_object(op, EP_ARG("object", impacts[i].object),
				EP_ARG("degree", impacts[i].degree),
				EP_ARG("level", impacts[i].level)));
	return list;
}

ep_status
security_grade(struct ep_op *op)
{
	const struct security_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const struct ep_node *list = ep_node_get(in, "impacts");
	const struct ep_node *p = ep_node_get(in, "personal");
	size_t n = ep_node_count(list);
	struct impact *impacts = ep_alloc(op, (n + 1) * sizeof *impacts);
	struct personal personal = { ep_node_type(p) == EP_T_OBJECT,
		member_bool(p, "sensitive", false),
		ep_node_int(ep_node_get(p, "persons"), 0) };
	struct ep_node *answer;
	struct grade grade;
	int64_t day;
	fault f;

	EP_TRY(rule_day(op, &day));
	for (size_t i = 0; i < n; i++) {
		const struct ep_node *x = ep_node_at(list, (uint32_t)i);

		impacts[i].object = member_text(x, "object");
		impacts[i].degree = member_text(x, "degree");
	}
	f = grade_data(&state->grade, day, impacts, n, &personal, &grade);
	if (f != NULL)
		return refuse(op, f);
	answer = ep_object(op, EP_ARG("level", grade.level),
	    EP_ARG("basis", impacts_node(op, impacts, n)));
	if (grade.sublevel > 0)
		EP_TRY(ep_set(op, answer,
		    EP_ARG("general_sublevel", grade.sublevel)));
	if (grade.personal_class != NULL) {
		EP_TRY(ep_set(op, answer,
		    EP_ARG("personal_class", grade.personal_class)));
		EP_TRY(ep_set(op, answer,
		    EP_ARG("large_scale_10m", grade.is_large_scale)));
	}
	return ep_reply_node(op, 200, answer);
}

ep_status
security_mask(struct ep_op *op)
{
	const struct memory memory = operation_memory(op);
	const char *type = ep_in_text(op, "type"), *value, *masked = "";
	uint32_t length = 0;
	fault f;

	value = ep_node_text(ep_node_get(ep_input(op), "value"), &length);
	f = mask_value(&memory, type, value, length, &masked);
	if (f != NULL)
		return ep_fail(op, EP_REFUSED, f, EP_ARG("type", type));
	return ep_reply(op, 200, EP_ARG("masked", masked));
}

ep_status
security_pseudonymise(struct ep_op *op)
{
	const struct memory memory = operation_memory(op);
	const char *value, *token = "";
	uint32_t length = 0;
	struct span key;
	fault f;

	EP_TRY(member_hex(op, "key_hex", &key));
	value = ep_node_text(ep_node_get(ep_input(op), "value"), &length);
	f = pseudonym(&memory, key, ep_in_text(op, "domain"), value, length,
	    &token);
	if (f != NULL)
		return refuse(op, f);
	return ep_reply(op, 200, EP_ARG("token", token));
}

ep_status
security_lawful_basis(struct ep_op *op)
{
	const struct security_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const struct processing p = {
		.law = member_text(in, "law"),
		.basis = member_text(in, "basis"),
		.is_sensitive = member_bool(in, "sensitive", false),
		.is_minor = member_bool(in, "minor_under_14", false),
		.has_separate_consent = member_bool(in, "separate_consent",
		    false),
		.has_guardian_consent = member_bool(in, "guardian_consent",
		    false),
		.goes_abroad = member_bool(in, "abroad", false),
		.goes_to_others = member_bool(in, "third_party", false),
		.is_withdrawn = member_bool(in, "consent_withdrawn", false),
		.is_explicit = member_bool(in, "explicit", false),
	};
	struct ep_node *missing = ep_array(op), *answer;
	struct basis_answer a;
	int64_t day;
	fault f;

	EP_TRY(rule_day(op, &day));
	f = basis_check(&state->bases, day, &p, &a);
	if (f != NULL)
		return refuse(op, f);
	for (size_t i = 0; i < a.n_missing; i++)
		(void)ep_append(op, missing, a.missing[i]);
	answer = ep_object(op, EP_ARG("allowed", a.n_missing == 0),
	    EP_ARG("missing", missing));
	if (a.must_stop)
		EP_TRY(ep_set(op, answer, EP_ARG("stop", true)));
	else
		EP_TRY(ep_set(op, answer,
		    EP_ARG("impact_assessment_required", a.needs_assessment)));
	return ep_reply_node(op, 200, answer);
}

ep_status
security_mlps_gap(struct ep_op *op)
{
	const struct security_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const struct ep_node *given = ep_node_get(in, "results");
	size_t n = ep_node_count(given);
	struct mlps_result *results = ep_alloc(op, (n + 1) * sizeof *results);
	struct ep_node *status = ep_object(op), *open = ep_array(op);
	struct mlps_gap gap;
	fault f;

	for (size_t i = 0; i < n; i++) {
		const struct ep_node *x = ep_node_at(given, (uint32_t)i);
		const char *word = ep_node_text(x, NULL);

		results[i].id = ep_node_key(x);
		results[i].status = word != NULL ? word : "";
	}
	f = mlps_gap(&state->points, ep_in_int(op, "level", 0), results, n,
	    &gap);
	if (f != NULL)
		return refuse(op, f);
	for (int i = 0; i < MLPS_STATUSES; i++)
		(void)ep_set(op, status,
		    ep_named(mlps_status_names[i], ep_int(gap.counts[i])));
	for (size_t i = 0; i < gap.n_open; i++)
		(void)ep_append(op, open, gap.open[i]);
	return ep_reply(op, 200, EP_ARG("required", gap.required),
	    EP_ARG("status", status),
	    EP_ARG("score", (double)gap.hundredths / 100),
	    EP_ARG("open", open));
}
