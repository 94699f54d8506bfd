/* SPDX-License-Identifier: BSD-2-Clause */

/* Where parcels are: inputs are read, worked out and answered. */

#include "local.h"

#define DAY 86400

static struct track_event *
read_events(struct ep_op *op, const struct ep_node *list)
{
	uint32_t n = ep_node_count(list);
	struct track_event *out = ep_alloc(op, (n + 1) * sizeof *out);

	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *e = ep_node_at(list, i);

		out[i] = (struct track_event){ .source = member_text(e,
						   "source"),
			.code = member_text(e, "code"),
			.place = ep_node_text(ep_node_get(e, "place"), NULL),
			.at = ep_node_int(ep_node_get(e, "at"), 0),
			.arrival = i };
	}
	return out;
}

static struct ep_node *
exceptions_node(struct ep_op *op, const struct track *t)
{
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < t->n_exceptions; i++)
		(void)ep_append(op, list,
		    ep_object(op,
			EP_ARG("state", t->exceptions[i]->known->state->name),
			EP_ARG("at", t->exceptions[i]->at)));
	return list;
}

static struct ep_node *
anomalies_node(struct ep_op *op, const struct track *t)
{
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < t->n_anomalies; i++)
		(void)ep_append(op, list,
		    ep_object(op, EP_ARG("code", t->anomalies[i].event->code),
			EP_ARG("at", t->anomalies[i].event->at),
			EP_ARG("problem", t->anomalies[i].problem)));
	return list;
}

static ep_status
future(struct ep_op *op, uint32_t i)
{
	return refuse_at(op, "future_event",
	    ep_concat(op, "/events/", ep_format(op, (int64_t)i), "/at"),
	    "at most a day after now");
}

/* Whether nothing was heard for too long; only when the caller says how late
 * it is and how long that is. */
static ep_status
set_stale(struct ep_op *op, struct ep_node *answer, const struct track *t)
{
	const struct ep_node *now = ep_node_get(ep_input(op), "now");
	const struct ep_node *hours = ep_node_get(ep_input(op), "stale_h");
	wide silent = (wide)ep_node_int(now, 0) - t->last;

	if (now == NULL || hours == NULL || !t->has_events)
		return EP_OK;
	return ep_set(op, answer,
	    EP_ARG("stale",
		!t->state->is_final &&
		    silent > (wide)ep_node_int(hours, 0) * 3600));
}

ep_status
logistics_track(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const struct ep_node *list = ep_node_get(in, "events");
	const struct ep_node *now = ep_node_get(in, "now");
	const struct memory memory = operation_memory(op);
	struct track_event *events = read_events(op, list);
	struct ep_node *unknown = ep_array(op), *answer;
	uint32_t n = ep_node_count(list);
	int64_t transit;
	struct track t;

	for (uint32_t i = 0; now != NULL && i < n; i++)
		if ((wide)events[i].at - ep_node_int(now, 0) > DAY)
			return future(op, i);
	track_fold(&state->track, events, n, &memory, &t);
	for (size_t i = 0; i < t.n_unknown; i++)
		EP_TRY(ep_append(op, unknown, t.unknown[i]));
	answer = ep_object(op, EP_ARG("state", t.state->name),
	    EP_ARG("duplicates", (int64_t)t.duplicates),
	    EP_ARG("unknown", unknown),
	    EP_ARG("exceptions", exceptions_node(op, &t)),
	    EP_ARG("anomalies", anomalies_node(op, &t)));
	EP_TRY(set_stale(op, answer, &t));
	if (t.state->is_final &&
	    wide_fits((wide)t.finished - t.first, &transit))
		EP_TRY(ep_set(op, answer, EP_ARG("transit_s", transit)));
	return ep_reply_node(op, 200, answer);
}

/* ------------------------------------------------------------- statuses */

ep_status
logistics_normalise_event(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const struct carrier_event event = { member_text(in, "carrier"),
		member_text(in, "code"), ep_in_text(op, "description") };
	const struct memory memory = operation_memory(op);
	struct ep_node *answer;
	struct normal_event e;

	event_normalise(&state->carriers, &state->track, &event, &memory, &e);
	answer = ep_object(op, EP_ARG("status", e.status),
	    EP_ARG("raw", event.code));
	if (*e.reason != '\0')
		EP_TRY(ep_set(op, answer, EP_ARG("reason", e.reason)));
	if (!ep_in_bool(op, "explain", false))
		return ep_reply_node(op, 200, answer);
	EP_TRY(ep_set(op, answer, EP_ARG("by", e.by)));
	if (e.state != NULL)
		EP_TRY(ep_set(op, answer, EP_ARG("state", e.state->name)));
	return ep_reply_node(op, 200, answer);
}

/* -------------------------------------------------------------- numbers */

#define GUESSES 16

static struct ep_node *
guess_node(struct ep_op *op, const struct number_guess *g)
{
	struct ep_node *one = ep_object(op,
	    EP_ARG("carrier", g->format->carrier),
	    EP_ARG("format", g->format->name), EP_ARG("valid", g->is_valid),
	    EP_ARG("has_check", g->has_check));

	if (g->country != NULL)
		(void)ep_set(op, one, EP_ARG("country", g->country->code));
	return one;
}

/* A wrong check character is only a warning: carriers use formats of their
 * own. */
static ep_status
warn(struct ep_op *op, struct ep_node *warnings, const struct number_guess *g,
    size_t n)
{
	if (n == 0)
		return ep_append(op, warnings, "unknown_format");
	if (!g[0].is_valid)
		return ep_append(op, warnings, "check_digit");
	if (n > 1 && g[1].is_valid && g[1].weight == g[0].weight)
		return ep_append(op, warnings, "ambiguous");
	return EP_OK;
}

ep_status
logistics_tracking_number(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	struct ep_node *list = ep_array(op), *warnings = ep_array(op);
	struct number_guess guesses[GUESSES];
	char number[NUMBER_MAX + 1];
	bool is_guessed;
	size_t n;

	if (!number_clean(member_text(ep_input(op), "number"), number))
		return refuse_at(op, "bad_number", "/number",
		    "1 to 64 letters and digits");
	n = number_guess(&state->numbers, number, guesses, GUESSES);
	for (size_t i = 0; i < n; i++)
		EP_TRY(ep_append(op, list, guess_node(op, &guesses[i])));
	EP_TRY(warn(op, warnings, guesses, n));
	is_guessed = n > 0 && guesses[0].is_valid;
	return ep_reply(op, 200, EP_ARG("number", number),
	    EP_ARG("carrier",
		is_guessed ? ep_text(guesses[0].format->carrier) : ep_null()),
	    EP_ARG("candidates", list), EP_ARG("warnings", warnings));
}
