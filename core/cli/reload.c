/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/ask.h"
#include "core/cli/command.h"
#include "core/cli/record.h"
#include "core/cli/socket.h"
#include "core/cli/table.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/operation/reload_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_US 2000000 /* before somebody wants to see progress */
#define REPORT_MAX (1u << 20)

struct reloading {
	const struct command_line *line;
	const char *name; /* of the subcommand */
	struct arena *arena;
	char state[4096];
	int64_t began_us;
	bool is_shown; /* progress has been, from now on each step is */
	struct order_answer step;
	struct order_answer last;
	const struct ep_node *record, *document;
	const char *report;
};

/* -------------------------------------------------------------- progress */

static void
show(const struct reloading *r)
{
	const struct order_answer *s = &r->step;

	(void)fprintf(stderr, "%5.1f s  %s",
	    (double)(clock_monotonic_us() - r->began_us) / 1e6,
	    reload_phase_name[s->phase]);
	if (s->waiting > 0)
		(void)fprintf(stderr, ", waits for %" PRIu64 " process%s",
		    s->waiting, s->waiting == 1 ? "" : "es");
	(void)fputc('\n', stderr);
}

static void
on_step(const struct order_answer *answer, void *arg)
{
	struct reloading *r = arg;
	bool is_late = clock_monotonic_us() - r->began_us > PATIENCE_US;

	if (answer != NULL)
		r->step = *answer;
	if (r->line->json || isatty(STDERR_FILENO) != 1)
		return;
	if (is_late && (answer != NULL || !r->is_shown) &&
	    r->step.magic == ORDER_ANSWER_MAGIC) {
		show(r);
		r->is_shown = true;
	}
}

/* ---------------------------------------------------------------- the end */

static int
exit_code(const struct order_answer *a)
{
	if (a->status == EP_CONFLICT || a->status == EP_PRECONDITION)
		return COMMAND_BUSY;
	if (a->status == EP_DENIED)
		return 1;
	switch (a->record.result) {
	case RELOAD_DONE:
	case RELOAD_UNCHANGED:
	case RELOAD_PLANNED:
		return a->status == EP_OK ? 0 : 1;
	case RELOAD_REFUSED:
		return COMMAND_REFUSED;
	case RELOAD_ABORTED:
		return COMMAND_ABORTED;
	default:
		return 1;
	}
}

/* What belongs to the last answer, read from where it says. */
static void
gather(struct reloading *r)
{
	struct err ignored = { 0 };
	size_t length = 0;
	char *text = NULL;

	r->record = reload_record_node(r->arena, &r->last.record);
	r->report = "";
	if (r->last.report[0] != '\0' &&
	    file_read(r->arena, r->last.report, REPORT_MAX, &text, &length,
		&ignored) == EP_OK)
		r->report = text;
	err_clear(&ignored);
	if (r->last.document[0] != '\0' &&
	    file_read(r->arena, r->last.document, (size_t)16 * REPORT_MAX,
		&text, &length, &ignored) == EP_OK)
		(void)json_parse(r->arena, text, length, true, &r->document,
		    &ignored);
	else
		r->document = record_document(r->arena, r->state,
		    r->last.record.to);
}

static struct ep_node *
lines(struct arena *a, const char *text)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		if (n > 0)
			(void)node_append(a, list, node_new_text(a, text, n));
		text += n;
		text += *text == '\n';
	}
	return list;
}

static void
print_json(const struct reloading *r, int code)
{
	struct arena *a = r->arena;
	struct ep_node *n = node_copy(a, r->record);
	const struct ep_node *changes = node_get(r->document, "changes");
	const struct ep_node *restart = node_get(r->document, "restart");
	struct buf b = { 0 };

	/* A conflict and the like ran nothing: there is no result. */
	if (code == COMMAND_BUSY || code == 1)
		(void)node_set_text(a, n, "result", "failed");
	(void)node_set_bool(a, n, "ok", code == 0);
	(void)node_set_int(a, n, "active", (int64_t)r->last.active);
	(void)node_set_text(a, n, "status",
	    r->last.status >= 0 && r->last.status < EP_STATUS_COUNT
		? status_code(r->last.status)
		: "?");
	(void)node_set(a, n, "changes",
	    changes != NULL ? changes : node_new(a, EP_T_ARRAY));
	(void)node_set(a, n, "restart",
	    restart != NULL ? restart : node_new(a, EP_T_ARRAY));
	(void)node_set(a, n, "report", lines(a, r->report));
	json_write_pretty(&b, n);
	(void)fwrite(buf_data(&b), 1, buf_length(&b), stdout);
	(void)fputc('\n', stdout);
	buf_fini(&b);
}

/* The inspector's words keep their lines and lose control characters.  Those
 * of a single line are the reason that print_bad() tells: *count_out is 0. */
static void
print_report(const struct reloading *r, bool is_bad, uint32_t *count_out)
{
	const struct ep_node *list = lines(r->arena, r->report);

	*count_out = is_bad && list->count == 1 ? 0 : list->count;
	for (uint32_t i = 0; i < *count_out; i++)
		(void)fprintf(stderr, "%s\n",
		    table_clean(r->arena, node_text(node_at(list, i), "")));
}

static void
print_good(const struct reloading *r)
{
	const struct board_reload *c = &r->last.record;
	const char *phases = record_phases(r->arena, r->record);
	bool has_colours = paint_is_on(stdout);
	struct buf b = { 0 };

	if (c->result == RELOAD_UNCHANGED)
		buf_format(&b,
		    "unchanged: generation %" PRIu64 " stays active\n",
		    r->last.active);
	else if (c->result == RELOAD_PLANNED)
		buf_format(&b,
		    "a reload would replace generation %" PRIu64 ":\n",
		    r->last.active);
	else
		buf_format(&b,
		    "%sgeneration %" PRIu64 " is active%s (was %" PRIu64 "), "
		    "after %s ms%s%s\n",
		    paint_begin(PAINT_GOOD, has_colours), c->to,
		    paint_end(PAINT_GOOD, has_colours), c->from,
		    record_took(r->arena, r->record),
		    *phases != '\0' ? ": " : "", phases);
	if (c->result != RELOAD_UNCHANGED)
		record_write_changes(r->arena, r->document, has_colours, &b);
	if (c->result == RELOAD_DONE && c->kind == RELOAD_ROLLBACK)
		buf_format(&b,
		    "modules and configuration are those of generation %" PRIu64
		    "\nthe configuration file still has the newer "
		    "configuration: the next reload or start takes it\n",
		    c->source);
	(void)fwrite(buf_data(&b), 1, buf_length(&b), stdout);
	buf_fini(&b);
}

/* Of one that runs already the answer has the record. */
static const char *
reason_of(const struct reloading *r)
{
	const char *why = record_failure(r->arena, r->record);

	if (*why == '\0' && r->last.record.result == RELOAD_RUNNING)
		why = arena_format(r->arena,
		    "another %s runs, asked for at %s by %s, now at %s",
		    reload_kind_name[r->last.record.kind],
		    record_when(r->arena, r->record),
		    record_who(r->arena, r->record),
		    reload_phase_name[r->last.record.phase]);
	return table_clean(r->arena, why);
}

static void
print_bad(const struct reloading *r, int code, bool has_report)
{
	const char *why = reason_of(r);
	bool has_colours = paint_is_on(stderr);
	char owner[128];

	if (has_report && code == COMMAND_REFUSED)
		why = "for what is said above";
	(void)fprintf(stderr, "entrepot %s: %s%s%s: %s\n", r->name,
	    paint_begin(PAINT_BAD, has_colours),
	    code == COMMAND_REFUSED       ? "refused"
		: code == COMMAND_ABORTED ? "aborted"
		: code == COMMAND_BUSY    ? "not now"
					  : "failed",
	    paint_end(PAINT_BAD, has_colours),
	    *why != '\0' ? why : "the supervisor gave no reason; see its log");
	if (r->last.status == EP_DENIED) {
		socket_owner(r->state, owner, sizeof owner);
		(void)fprintf(stderr, "the host's folder belongs to %s\n",
		    owner);
	}
	if (code == COMMAND_REFUSED || code == COMMAND_ABORTED)
		(void)fprintf(stderr,
		    "generation %" PRIu64 " stays active, nothing changed\n",
		    r->last.active);
}

static int
finish(struct reloading *r)
{
	int code = exit_code(&r->last);
	uint32_t count;

	gather(r);
	if (r->line->json) {
		print_json(r, code);
		return code;
	}
	print_report(r, code != 0, &count);
	if (code == 0)
		print_good(r);
	else
		print_bad(r, code, count > 0);
	return code;
}

/* ----------------------------------------------------------- subcommands */

static int
run(const struct command_line *line, const char *name, struct order *order)
{
	struct reloading *r = calloc(1, sizeof *r);
	struct err err = { 0 };
	int code = 1;

	EP_ASSERT(r != NULL);
	r->line = line;
	r->name = name;
	r->arena = arena_new(65536);
	r->began_us = clock_monotonic_us();
	order->magic = ORDER_MAGIC;
	if (line->reason != NULL)
		(void)snprintf(order->reason, sizeof order->reason, "%s",
		    line->reason);
	if (path_state(line, r->state, sizeof r->state, &err) == EP_OK &&
	    ask(r->state, order, on_step, r, &r->last, &err) == EP_OK)
		code = finish(r);
	else
		(void)fprintf(stderr, "entrepot %s: %s\n", name, err.text);
	arena_free(&r->arena);
	free(r);
	return err.status == EP_CANCELLED ? 130 : code;
}

static bool
reason_fits(const struct command_line *line, const char *name)
{
	size_t most = sizeof(((struct order *)0)->reason) - 1;

	if (line->reason == NULL || strlen(line->reason) <= most)
		return true;
	(void)fprintf(stderr,
	    "entrepot %s: --reason: expected at most %zu bytes, got %zu\n",
	    name, most, strlen(line->reason));
	return false;
}

/* The file that -c names; the host rereads its own. */
static void
name_config(const struct command_line *line, struct order *order)
{
	char *path = line->config != NULL ? realpath(line->config, NULL) : NULL;

	if (path != NULL && strlen(path) < sizeof order->config)
		memcpy(order->config, path, strlen(path) + 1);
	free(path);
}

int
command_reload(const struct command_line *line)
{
	struct order order = { .kind = line->dry_run ? ORDER_PLAN
						     : ORDER_RELOAD };

	name_config(line, &order);
	return reason_fits(line, "reload") ? run(line, "reload", &order) : 2;
}

int
command_rollback(const struct command_line *line)
{
	struct order order = { .kind = ORDER_ROLLBACK };
	const char *text = line->argc > 0 ? line->argv[0] : NULL;

	if (!reason_fits(line, "rollback"))
		return 2;
	if (text != NULL) {
		char *end = NULL;

		order.number = strtoull(text, &end, 10);
		if (text[strspn(text, "0123456789")] != '\0' ||
		    order.number == 0 || order.number > INT64_MAX) {
			(void)fprintf(stderr,
			    "entrepot rollback: %s: expected the number of a "
			    "generation, see entrepot generations\n",
			    text);
			return 2;
		}
	}
	return run(line, "rollback", &order);
}
