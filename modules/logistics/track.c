/* SPDX-License-Identifier: BSD-2-Clause */

#include "track.h"

#include <stdlib.h>
#include <string.h>

#define STATES_MAX 64
#define CODES_MAX 512
#define BEGINNING "CREATED"
#define GOING_BACK "RETURNING"

/* ---------------------------------------------------------------- tables */

const struct track_state *
track_state_find(const struct track_tables *t, const char *name)
{
	for (size_t i = 0; i < t->n_states; i++)
		if (strcmp(t->states[i].name, name) == 0)
			return &t->states[i];
	return NULL;
}

fault
track_read_states(struct track_tables *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->states = c->memory->alloc(c->memory->owner,
	    STATES_MAX * sizeof *t->states);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		struct track_state *s = &t->states[t->n_states];

		if (n != 6 || t->n_states == STATES_MAX)
			return "tracking_states.csv: 6 columns, 64 rows";
		s->name = cells[0];
		s->rank = cells[1][0] == '\0' ? TRACK_EXCEPTION
					      : (int)strtol(cells[1], NULL, 10);
		s->is_final = strcmp(cells[2], "yes") == 0;
		s->status = cells[3];
		s->name_en = cells[4];
		s->name_zh = cells[5];
		t->n_states++;
	}
	if (f == NULL && track_state_find(t, BEGINNING) == NULL)
		return "tracking_states.csv: expected the state CREATED";
	return f;
}

fault
track_read_codes(struct track_tables *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->codes = c->memory->alloc(c->memory->owner,
	    CODES_MAX * sizeof *t->codes);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		struct track_code *k = &t->codes[t->n_codes];

		if (n != 5 || t->n_codes == CODES_MAX)
			return "tracking_events.csv: 5 columns, 512 rows";
		*k = (struct track_code){ cells[0], cells[1], cells[2],
			cells[3], track_state_find(t, cells[4]) };
		if (k->state == NULL)
			return "tracking_events.csv: a state that is none";
		t->n_codes++;
	}
	return f;
}

/* --------------------------------------------------------------- folding */

static const struct track_code *
code_find(const struct track_tables *t, const struct track_event *e)
{
	for (size_t i = 0; i < t->n_codes; i++)
		if (strcmp(t->codes[i].code, e->code) == 0 &&
		    strcmp(t->codes[i].source, e->source) == 0)
			return &t->codes[i];
	return NULL;
}

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_content(const struct track_event *a, const struct track_event *b)
{
	int order = strcmp(a->source, b->source);

	if (order == 0)
		order = strcmp(a->code, b->code);
	if (order == 0)
		order = compare(a->at, b->at);
	if (order == 0 && (a->place == NULL || b->place == NULL))
		return (a->place != NULL) - (b->place != NULL);
	return order == 0 ? strcmp(a->place, b->place) : order;
}

static int
by_content_and_arrival(const void *a, const void *b)
{
	const struct track_event *x = a, *y = b;
	int order = by_content(x, y);

	return order != 0 ? order
			  : compare((int64_t)x->arrival, (int64_t)y->arrival);
}

static int
by_arrival(const void *a, const void *b)
{
	const struct track_event *x = a, *y = b;

	return compare((int64_t)x->arrival, (int64_t)y->arrival);
}

static int
by_time(const void *a, const void *b)
{
	const struct track_event *x = a, *y = b;
	int order = compare(x->at, y->at);

	return order != 0 ? order : by_arrival(a, b);
}

/* Of several that are the same in all, the first to arrive stays. */
static size_t
drop_repeats(struct track_event *events, size_t n)
{
	size_t kept = 0;

	if (n == 0)
		return 0;
	qsort(events, n, sizeof *events, by_content_and_arrival);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || by_content(&events[kept - 1], &events[i]) != 0)
			events[kept++] = events[i];
	qsort(events, kept, sizeof *events, by_arrival);
	return kept;
}

static size_t
set_unknown_aside(const struct track_tables *t, struct track_event *events,
    size_t n, struct track *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		events[i].known = code_find(t, &events[i]);
		if (events[i].known == NULL)
			out->unknown[out->n_unknown++] = events[i].code;
		else
			events[kept++] = events[i];
	}
	return kept;
}

static void
note(struct track *out, const struct track_event *e, const char *problem)
{
	out->anomalies[out->n_anomalies++] = (struct track_anomaly){ e,
		problem };
}

static bool
is_believed(const struct track_state *from, const struct track_state *to)
{
	if (strcmp(to->name, GOING_BACK) == 0)
		return true;
	if (strcmp(from->name, GOING_BACK) == 0)
		return to->is_final;
	return to->rank >= from->rank;
}

static void
step(struct track *out, const struct track_event *e)
{
	const struct track_state *to = e->known->state;

	if (out->state->is_final) {
		note(out, e, "after_final");
	} else if (to->rank == TRACK_EXCEPTION) {
		out->exceptions[out->n_exceptions++] = e;
	} else if (is_believed(out->state, to)) {
		out->state = to;
	} else if (strcmp(out->state->name, GOING_BACK) != 0) {
		note(out, e, "backward");
	}
}

void
track_fold(const struct track_tables *t, struct track_event *events, size_t n,
    const struct memory *memory, struct track *out)
{
	size_t kept = drop_repeats(events, n);

	memset(out, 0, sizeof *out);
	out->duplicates = n - kept;
	out->state = track_state_find(t, BEGINNING);
	out->unknown = memory->alloc(memory->owner,
	    (n + 1) * sizeof *out->unknown);
	out->exceptions = memory->alloc(memory->owner,
	    (n + 1) * sizeof *out->exceptions);
	out->anomalies = memory->alloc(memory->owner,
	    (n + 1) * sizeof *out->anomalies);
	n = set_unknown_aside(t, events, kept, out);
	if (n == 0)
		return;
	qsort(events, n, sizeof *events, by_time);
	out->has_events = true;
	out->first = events[0].at;
	out->last = events[n - 1].at;
	for (size_t i = 0; i < n; i++) {
		bool was_final = out->state->is_final;

		step(out, &events[i]);
		if (out->state->is_final && !was_final)
			out->finished = events[i].at;
	}
}
