/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/load/keepalive_load.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static const char *const outcome_name[OUTCOMES] = { "answered", "other_status",
	"mixed", "wrong_number", "malformed", "reset", "closed",
	"closed_midway", "connect_failed", "unanswered" };

int64_t
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static unsigned
window_of(struct ledger *l, const char *name)
{
	unsigned i;

	for (i = 0; i < l->n_windows; i++)
		if (strcmp(l->windows[i].name, name) == 0)
			return i;
	if (i == WINDOWS_MAX)
		return i - 1;
	(void)snprintf(l->windows[i].name, NAME_MAX_, "%s", name);
	l->n_windows++;
	return i;
}

void
ledger_begin(struct ledger *l)
{
	memset(l, 0, sizeof *l);
	l->began_ns = l->last_answer_ns = l->window_since_ns = now_ns();
	(void)window_of(l, "steady");
}

void
ledger_mark(struct ledger *l, const char *name)
{
	int64_t now = now_ns();

	l->windows[l->window].open_ns += now - l->window_since_ns;
	if (l->window != 0) {
		l->disturbed_until_ns = now;
		l->disturbed_by = l->window;
	}
	l->window = window_of(l, name);
	l->window_since_ns = now;
}

static unsigned
bucket_of(uint64_t us)
{
	unsigned shift = 0;

	while (us >> shift >= 2 * STEPS)
		shift++;
	shift = shift * STEPS + (unsigned)(us >> shift);
	return shift < BUCKETS ? shift : BUCKETS - 1;
}

static int64_t
bucket_us(unsigned bucket)
{
	unsigned shift = bucket < 2 * STEPS ? 0 : bucket / STEPS - 1;

	return (int64_t)(bucket - shift * STEPS) << shift;
}

static void
note_version(struct ledger *l, const char *name)
{
	unsigned i;

	for (i = 0; i < l->n_versions; i++)
		if (strcmp(l->versions[i].name, name) == 0)
			break;
	if (i == VERSIONS_MAX)
		return;
	if (i == l->n_versions) {
		(void)snprintf(l->versions[i].name, NAME_MAX_, "%s", name);
		l->n_versions++;
	}
	l->versions[i].n++;
}

void
ledger_answered(struct ledger *l, int64_t sent_ns, const char *version)
{
	int64_t now = now_ns(), us = (now - sent_ns) / 1000;
	unsigned i = l->window;
	struct window *w;

	if (i == 0 && sent_ns < l->disturbed_until_ns)
		i = l->disturbed_by;
	w = &l->windows[i];
	w->n++;
	w->buckets[bucket_of((uint64_t)us)]++;
	if (us > w->max_us)
		w->max_us = us;
	if (now - l->last_answer_ns > l->longest_silence_ns)
		l->longest_silence_ns = now - l->last_answer_ns;
	l->last_answer_ns = now;
	l->outcomes[ANSWERED]++;
	note_version(l, version);
}

void
ledger_failed(struct ledger *l, enum outcome outcome, unsigned connection,
    uint64_t answered_before, const char *text)
{
	struct failure *f;

	l->outcomes[outcome]++;
	if (l->n_failures == FAILURES_KEPT)
		return;
	f = &l->failures[l->n_failures++];
	f->outcome = outcome;
	f->at_ns = now_ns() - l->began_ns;
	f->connection = connection;
	f->answered_before = answered_before;
	(void)snprintf(f->text, sizeof f->text, "%s", text);
	for (char *p = f->text; *p != '\0'; p++)
		if (*p == '"' || *p == '\\' || *p < ' ')
			*p = '\'';
}

static int64_t
percentile(const struct window *w, double share)
{
	uint64_t wanted = (uint64_t)((double)w->n * share), seen = 0;

	for (unsigned i = 0; i < BUCKETS; i++) {
		seen += w->buckets[i];
		if (seen > wanted)
			return bucket_us(i);
	}
	return w->max_us;
}

static void
write_windows(const struct ledger *l, FILE *out)
{
	(void)fprintf(out, "\"windows\":{");
	for (unsigned i = 0; i < l->n_windows; i++) {
		const struct window *w = &l->windows[i];

		(void)fprintf(out,
		    "%s\"%s\":{\"n\":%" PRIu64
		    ",\"seconds\":%.3f,\"p50_us\":%" PRId64
		    ",\"p99_us\":%" PRId64 ",\"p999_us\":%" PRId64
		    ",\"max_us\":%" PRId64 "}",
		    i > 0 ? "," : "", w->name, w->n, (double)w->open_ns / 1e9,
		    percentile(w, 0.5), percentile(w, 0.99),
		    percentile(w, 0.999), w->max_us);
	}
	(void)fprintf(out, "}");
}

static void
write_failures(const struct ledger *l, FILE *out)
{
	(void)fprintf(out, "\"failures\":[");
	for (unsigned i = 0; i < l->n_failures; i++) {
		const struct failure *f = &l->failures[i];

		(void)fprintf(out,
		    "%s{\"what\":\"%s\",\"at_ms\":%" PRId64 ",\"connection\":%u"
		    ",\"answered_before\":%" PRIu64 ",\"text\":\"%s\"}",
		    i > 0 ? "," : "", outcome_name[f->outcome],
		    f->at_ns / 1000000, f->connection, f->answered_before,
		    f->text);
	}
	(void)fprintf(out, "]");
}

void
ledger_write(struct ledger *l, FILE *out)
{
	const char *comma = "";
	uint64_t failed = 0;

	ledger_mark(l, l->windows[l->window].name);
	for (int i = 0; i < OUTCOMES; i++) {
		failed += i == ANSWERED ? 0 : l->outcomes[i];
		(void)fprintf(out, "%s\"%s\":%" PRIu64, i > 0 ? "," : "{",
		    outcome_name[i], l->outcomes[i]);
	}
	(void)fprintf(out,
	    ",\"failed\":%" PRIu64 ",\"sent\":%" PRIu64 ",\"gets\":%" PRIu64
	    ",\"posts\":%" PRIu64 ",\"connects\":%" PRIu64
	    ",\"closes_announced\":%" PRIu64 ",\"longest_silence_us\":%" PRId64
	    ",\"seconds\":%.3f,\"status\":{",
	    failed, l->sent, l->gets, l->posts, l->connects,
	    l->closes_announced, l->longest_silence_ns / 1000,
	    (double)(now_ns() - l->began_ns) / 1e9);
	for (unsigned i = 0; i < 600; i++)
		if (l->status[i] > 0) {
			(void)fprintf(out, "%s\"%u\":%" PRIu64, comma, i,
			    l->status[i]);
			comma = ",";
		}
	(void)fprintf(out, "},\"versions\":{");
	for (unsigned i = 0; i < l->n_versions; i++)
		(void)fprintf(out, "%s\"%s\":%" PRIu64, i > 0 ? "," : "",
		    l->versions[i].name, l->versions[i].n);
	(void)fprintf(out, "},");
	write_windows(l, out);
	(void)fprintf(out, ",");
	write_failures(l, out);
	(void)fprintf(out, "}\n");
}
