/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/metrics.h"

#include <string.h>

static void
family(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_format(b, "# HELP entrepot_%s %s\n# TYPE entrepot_%s %s\n", name,
	    help, name, type);
}

static void
one(struct buf *b, const char *name, const char *help, double value)
{
	family(b, name, "gauge", help);
	buf_format(b, "entrepot_%s %.15g\n", name, value);
}

static bool
last_finished(struct board *board, struct board_reload *out)
{
	uint64_t n = atomic_load(&board->n_reloads);

	for (uint64_t i = 0; i < BOARD_RELOADS && i < n; i++)
		if (board_reload_read(board, n - 1 - i, out) &&
		    out->result != RELOAD_RUNNING &&
		    out->result != RELOAD_PLANNED)
			return true;
	return false;
}

static void
last_reload(struct buf *b, struct board *board)
{
	struct board_reload r;

	if (!last_finished(board, &r))
		return;
	one(b, "last_reload_success",
	    "Whether the last reload ended well (done or unchanged).",
	    r.result == RELOAD_DONE || r.result == RELOAD_UNCHANGED);
	family(b, "last_reload_timestamp_seconds", "gauge",
	    "When the last reload began.");
	buf_format(b,
	    "# UNIT entrepot_last_reload_timestamp_seconds seconds\n"
	    "entrepot_last_reload_timestamp_seconds %.3f\n",
	    (double)r.began_real_us / 1e6);
	family(b, "last_reload_duration_seconds", "gauge",
	    "How long each step of the last reload took.");
	buf_text(b, "# UNIT entrepot_last_reload_duration_seconds seconds\n");
	for (unsigned i = 0; i < RELOAD_PHASES; i++)
		buf_format(b,
		    "entrepot_last_reload_duration_seconds{phase=\"%s\"} "
		    "%.6f\n",
		    reload_phase_name[i], (double)r.phase_us[i] / 1e6);
}

static void
reloads(struct buf *b, struct board *board)
{
	family(b, "reloads", "counter", "Reloads that ended, by their result.");
	for (unsigned i = RELOAD_RUNNING + 1; i < RELOAD_RESULTS; i++)
		buf_format(b, "entrepot_reloads_total{result=\"%s\"} %llu\n",
		    reload_result_name[i],
		    (unsigned long long)atomic_load(&board->reload_results[i]));
	last_reload(b, board);
	one(b, "active_generation", "The generation that requests begin in.",
	    (double)atomic_load(&board->active_generation));
}

static void
workers(struct buf *b, struct board *board)
{
	unsigned n = board->workers + board->spares, n_ready = 0;

	for (unsigned p = 0; p < n; p++)
		n_ready += atomic_load(&board->slots[p].state) == SLOT_READY &&
		    atomic_load(&board->slots[p].is_listening) != 0;
	one(b, "workers_ready", "Workers that accept connections.", n_ready);
	family(b, "worker_images", "gauge",
	    "Images of modules that are mapped in a worker.");
	for (unsigned p = 0; p < n; p++)
		if (atomic_load(&board->slots[p].pid) != 0)
			buf_format(b,
			    "entrepot_worker_images{worker=\"%u\"} %u\n", p,
			    atomic_load(&board->slots[p].images));
	family(b, "worker_retained_images", "gauge",
	    "Images that a worker could not unmap.");
	for (unsigned p = 0; p < n; p++)
		if (atomic_load(&board->slots[p].pid) != 0)
			buf_format(b,
			    "entrepot_worker_retained_images{worker=\"%u\"} "
			    "%u\n",
			    p, atomic_load(&board->slots[p].retained));
	one(b, "unhealthy_modules", "Modules whose health check says no.",
	    (double)atomic_load(&board->unhealthy));
}

/* A label's value: a version is what its vendor wrote. */
static void
label(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\' || *text == '"')
			buf_byte(b, '\\');
		if (*text == '\n')
			buf_text(b, "\\n");
		else
			buf_byte(b, *text);
	}
}

/* One family over the builds that run or have answered. */
static void
versions(struct buf *b, struct board *board, const char *name, const char *help,
    size_t offset, double scale)
{
	struct board_version_total v;

	family(b, name, "counter", help);
	if (scale > 1)
		buf_format(b, "# UNIT entrepot_%s seconds\n", name);
	for (int i = 0; i < BOARD_VERSIONS; i++) {
		uint64_t value;

		if (!board_version_read(board, i, &v) ||
		    (v.holds == 0 && v.count == 0))
			continue;
		memcpy(&value, (const char *)&v + offset, sizeof value);
		buf_format(b, "entrepot_%s_total{module=\"%s\",version=\"",
		    name, v.module);
		label(b, v.version);
		buf_format(b, "\",hash=\"%s\"} ", v.hash);
		if (scale > 1)
			buf_format(b, "%.6f\n", (double)value / scale);
		else
			buf_format(b, "%llu\n", (unsigned long long)value);
	}
}

void
metrics_write_reloads(struct buf *b, struct board *board)
{
	reloads(b, board);
	workers(b, board);
	versions(b, board, "module_version_requests",
	    "Calls answered by a build of a module.",
	    offsetof(struct board_version_total, count), 1);
	versions(b, board, "module_version_errors",
	    "Calls that a build answered with a status of 500 or above.",
	    offsetof(struct board_version_total, errors), 1);
	versions(b, board, "module_version_cpu_seconds",
	    "Time the handlers of a build held a worker.",
	    offsetof(struct board_version_total, cpu_ns), 1e9);
}
