/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/metrics.h"

#include "core/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t
sum(struct host *host, int series, size_t offset)
{
	uint64_t total = 0;

	for (unsigned p = 0; p < BOARD_PROCESSES; p++) {
		const char *metric =
		    (const char *)&host->board->process[p].metrics[series];

		total += atomic_load_explicit(
		    (const _Atomic uint64_t *)(const void *)(metric + offset),
		    memory_order_relaxed);
	}
	return total;
}

#define SUM(host, series, member) \
	sum(host, series, offsetof(struct board_metric, member))

static bool
is_named(const struct board_name *n)
{
	return atomic_load(&n->state) == 2;
}

/* A family of counters over all operations that were ever called. */
static void
operations(struct buf *b, struct host *host, const char *name, const char *help,
    size_t offset)
{
	buf_format(b, "# HELP entrepot_%s %s\n# TYPE entrepot_%s counter\n",
	    name, help, name);
	for (int i = 0; i < BOARD_SERIES && is_named(&host->board->series[i]);
	     i++)
		buf_format(b, "entrepot_%s_total{operation=\"%s\"} %llu\n",
		    name, host->board->series[i].name,
		    (unsigned long long)sum(host, i, offset));
}

static void
latency(struct buf *b, struct host *host, int i)
{
	const char *operation = host->board->series[i].name;
	uint64_t below = 0;

	for (int k = 0; k < BOARD_BUCKETS; k++) {
		char bound[32] = "+Inf";

		below += sum(host, i,
		    offsetof(struct board_metric, buckets) +
			(size_t)k * sizeof(uint64_t));
		if (k < BOARD_BUCKETS - 1)
			(void)snprintf(bound, sizeof bound, "%g",
			    (double)board_bucket_us[k] / 1e6);
		buf_format(b,
		    "entrepot_operation_duration_seconds_bucket{operation="
		    "\"%s\",le=\"%s\"} %llu\n",
		    operation, bound, (unsigned long long)below);
	}
	buf_format(b,
	    "entrepot_operation_duration_seconds_count{operation=\"%s\"} "
	    "%llu\nentrepot_operation_duration_seconds_sum{operation=\"%s\"} "
	    "%.6f\n",
	    operation, (unsigned long long)below, operation,
	    (double)SUM(host, i, sum_us) / 1e6);
}

static void
latencies(struct buf *b, struct host *host)
{
	buf_text(b,
	    "# HELP entrepot_operation_duration_seconds From the head of the "
	    "request to its answer.\n"
	    "# TYPE entrepot_operation_duration_seconds histogram\n"
	    "# UNIT entrepot_operation_duration_seconds seconds\n");
	for (int i = 0; i < BOARD_SERIES && is_named(&host->board->series[i]);
	     i++)
		latency(b, host, i);
}

struct usage {
	uint64_t cpu_ns, memory_peak;
};

static struct usage
module_usage(struct host *host, int module)
{
	struct usage total = { 0, 0 };

	for (unsigned p = 0; p < BOARD_PROCESSES; p++) {
		struct board_usage *u = &host->board->process[p].usage[module];
		uint64_t peak = atomic_load(&u->memory_peak);

		total.cpu_ns += atomic_load(&u->cpu_ns);
		if (peak > total.memory_peak)
			total.memory_peak = peak;
	}
	return total;
}

static void
modules(struct buf *b, struct host *host)
{
	buf_text(b,
	    "# HELP entrepot_module_cpu_seconds Time the module's handlers "
	    "held a worker.\n"
	    "# TYPE entrepot_module_cpu_seconds counter\n"
	    "# UNIT entrepot_module_cpu_seconds seconds\n");
	for (int i = 0; i < BOARD_MODULES && is_named(&host->board->modules[i]);
	     i++)
		buf_format(b,
		    "entrepot_module_cpu_seconds_total{module=\"%s\"} %.6f\n",
		    host->board->modules[i].name,
		    (double)module_usage(host, i).cpu_ns / 1e9);
	buf_text(b,
	    "# HELP entrepot_module_memory_peak_bytes The most that one "
	    "operation of the module held.\n"
	    "# TYPE entrepot_module_memory_peak_bytes gauge\n"
	    "# UNIT entrepot_module_memory_peak_bytes bytes\n");
	for (int i = 0; i < BOARD_MODULES && is_named(&host->board->modules[i]);
	     i++)
		buf_format(b,
		    "entrepot_module_memory_peak_bytes{module=\"%s\"} %llu\n",
		    host->board->modules[i].name,
		    (unsigned long long)module_usage(host, i).memory_peak);
}

uint64_t
process_resident(pid_t pid)
{
	char path[64], line[128] = "";
	const char *second;
	FILE *f;

	(void)snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	if (fgets(line, sizeof line, f) == NULL)
		line[0] = '\0';
	(void)fclose(f);
	second = strchr(line, ' ');
	if (second == NULL)
		return 0;
	return strtoull(second, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void
processes(struct buf *b, struct host *host)
{
	buf_text(b,
	    "# HELP entrepot_worker_resident_bytes Resident memory of a "
	    "worker.\n"
	    "# TYPE entrepot_worker_resident_bytes gauge\n"
	    "# UNIT entrepot_worker_resident_bytes bytes\n");
	for (unsigned p = 0; p < host->board->workers + host->board->spares;
	     p++) {
		pid_t pid = atomic_load(&host->board->slots[p].pid);

		if (pid != 0)
			buf_format(b,
			    "entrepot_worker_resident_bytes{worker=\"%u\"} "
			    "%llu\n",
			    p, (unsigned long long)process_resident(pid));
	}
	buf_format(b,
	    "# HELP entrepot_worker_restarts Workers that died and were "
	    "replaced.\n"
	    "# TYPE entrepot_worker_restarts counter\n"
	    "entrepot_worker_restarts_total %llu\n",
	    (unsigned long long)atomic_load(&host->board->restarts));
}

static void
counters(struct buf *b, struct host *host)
{
	buf_text(b,
	    "# HELP entrepot_module_counter What modules count.\n"
	    "# TYPE entrepot_module_counter gauge\n");
	for (int i = 0; i < BOARD_WORDS; i++) {
		struct board_word *w = &host->board->words[i];
		const char *slash;

		if (atomic_load(&w->state) != 2)
			break;
		if (strncmp(w->name, "counter ", 8) != 0)
			continue;
		slash = strchr(w->name, '/');
		buf_format(b,
		    "entrepot_module_counter{module=\"%.*s\",counter=\"%s\"} "
		    "%lld\n",
		    (int)(slash - w->name - 8), w->name + 8, slash + 1,
		    (long long)atomic_load(&w->value));
	}
}

static void
one(struct buf *b, const char *name, const char *type, const char *help,
    uint64_t value)
{
	buf_format(b,
	    "# HELP entrepot_%s %s\n# TYPE entrepot_%s %s\n"
	    "entrepot_%s%s %llu\n",
	    name, help, name, type, name,
	    strcmp(type, "counter") == 0 ? "_total" : "",
	    (unsigned long long)value);
}

static void
connections(struct buf *b, struct host *host)
{
	uint64_t open = 0, requests = 0, errors = 0;

	for (unsigned p = 0; p < host->board->workers + host->board->spares;
	     p++) {
		struct board_slot *s = &host->board->slots[p];

		open += atomic_load(&s->connections);
		requests += atomic_load(&s->requests);
		errors += atomic_load(&s->responses_5xx);
	}
	one(b, "http_connections", "gauge", "Open client connections.", open);
	one(b, "http_requests", "counter", "Requests answered.", requests);
	one(b, "http_server_errors", "counter",
	    "Requests answered with a status of 500 or above.", errors);
}

void
metrics_write(struct buf *b, struct host *host,
    const struct store_counts *counts)
{
	buf_format(b,
	    "# HELP entrepot_build The running program.\n"
	    "# TYPE entrepot_build info\n"
	    "entrepot_build_info{version=\"%s\"} 1\n",
	    host->version);
	operations(b, host, "operation_calls", "Calls of an operation.",
	    offsetof(struct board_metric, count));
	operations(b, host, "operation_errors",
	    "Calls answered with a status of 500 or above.",
	    offsetof(struct board_metric, errors));
	operations(b, host, "operation_refusals",
	    "Calls answered with a status from 400 to 499.",
	    offsetof(struct board_metric, refusals));
	latencies(b, host);
	modules(b, host);
	counters(b, host);
	connections(b, host);
	processes(b, host);
	metrics_write_reloads(b, host->board);
	if (counts != NULL) {
		one(b, "store_commits", "counter", "Transactions committed.",
		    counts->finished);
		one(b, "store_syncs", "counter", "Syncs of the disk.",
		    counts->syncs);
		one(b, "store_checkpoints", "counter", "Checkpoints.",
		    counts->checkpoints);
		one(b, "store_log_pages", "gauge",
		    "Pages in the write-ahead log.", counts->wal_frames);
	}
	buf_text(b, "# EOF\n");
}
