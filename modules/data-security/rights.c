/* SPDX-License-Identifier: BSD-2-Clause */

/* Deadlines of rights, incidents and keeping: inputs are read, worked out and
 * answered. */

#include "day.h"
#include "local.h"

static ep_status
read_day(struct ep_op *op, const struct ep_node *n, const char *pointer,
    int64_t *out)
{
	uint32_t length = 0;
	const char *text = ep_node_text(n, &length);

	*out = 0;
	if (text != NULL && day_read(text, length, out))
		return EP_OK;
	return refuse_at(op, "bad_date", pointer, "YYYY-MM-DD");
}

static const char *
day_text(struct ep_op *op, int64_t day)
{
	char *text = ep_alloc(op, DAY_ROOM);

	day_write(day, text);
	return text;
}

ep_status
security_dsar_deadline(struct ep_op *op)
{
	const struct security_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const struct ep_node *list = ep_node_get(in, "holidays");
	uint32_t n = ep_node_count(list);
	int64_t *holidays = ep_alloc(op, (n + 1) * sizeof *holidays);
	struct request r = { .law = member_text(in, "law"),
		.pending_days = ep_in_int(op, "identity_pending_days", 0),
		.is_extended = member_bool(in, "extended", false),
		.holidays = holidays,
		.n_holidays = n };
	int64_t day, due, acknowledge;
	struct ep_node *answer;
	fault f;

	EP_TRY(rule_day(op, &day));
	EP_TRY(read_day(op, ep_node_get(in, "received"), "/received",
	    &r.received));
	for (uint32_t i = 0; i < n; i++)
		EP_TRY(read_day(op, ep_node_at(list, i),
		    ep_concat(op, "/holidays/", ep_format(op, i)),
		    holidays + i));
	f = request_due(&state->deadlines, day, &r, &due, &acknowledge);
	if (f != NULL)
		return refuse(op, f);
	answer = ep_object(op, EP_ARG("due", day_text(op, due)));
	if (acknowledge != NO_DAY)
		EP_TRY(ep_set(op, answer,
		    EP_ARG("acknowledge_by", day_text(op, acknowledge))));
	return ep_reply_node(op, 200, answer);
}

ep_status
security_breach(struct ep_op *op)
{
	const struct security_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	struct breach b = { .law = member_text(in, "law"),
		.role = member_text(in, "role"),
		.severity = member_text(in, "severity"),
		.risk = member_text(in, "risk") };
	char *due = ep_alloc(op, TIME_ROOM);
	struct breach_duties d;
	struct ep_node *answer;
	uint32_t length = 0;
	const char *aware;
	int64_t day;
	fault f;

	EP_TRY(rule_day(op, &day));
	aware = ep_node_text(ep_node_get(in, "aware"), &length);
	if (aware == NULL || !time_read(aware, length, &b.aware))
		return refuse_at(op, "bad_time", "/aware",
		    "YYYY-MM-DDThh:mm:ssZ, or with an offset (RFC 3339)");
	f = breach_duties(&state->deadlines, day, &b, &d);
	if (f != NULL)
		return refuse(op, f);
	answer = ep_object(op, EP_ARG("notify_authority", d.notify_authority));
	if (d.notify_authority) {
		time_write(d.due, due);
		EP_TRY(ep_set(op, answer, EP_ARG("authority_due", due)));
	}
	if (d.tells_subjects)
		EP_TRY(ep_set(op, answer,
		    EP_ARG("notify_subjects", d.notify_subjects)));
	EP_TRY(ep_set(op, answer, EP_ARG("record", true)));
	return ep_reply_node(op, 200, answer);
}

ep_status
security_retention(struct ep_op *op)
{
	const struct security_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	int64_t day, completed, until;
	struct ep_node *answer;
	fault f;

	EP_TRY(rule_day(op, &day));
	EP_TRY(read_day(op, ep_node_get(in, "completed"), "/completed",
	    &completed));
	f = keep_until(&state->deadlines, day, member_text(in, "cls"),
	    completed, &until);
	if (f != NULL)
		return refuse(op, f);
	answer = ep_object(op, EP_ARG("keep_until", day_text(op, until)));
	if (member_bool(in, "law_hold", false))
		EP_TRY(ep_set(op, answer,
		    ep_named("delete_allowed_from", ep_null())));
	else
		EP_TRY(ep_set(op, answer,
		    EP_ARG("delete_allowed_from", day_text(op, until + 1))));
	return ep_reply_node(op, 200, answer);
}
