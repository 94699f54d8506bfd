/* SPDX-License-Identifier: BSD-2-Clause */

/* The inspector as a child of the supervisor: what was found good is put
 * where workers find it, and the supervisor gets its plan. */

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/module/store_file.h"
#include "core/store/store.h"
#include "core/supervisor/inspection.h"
#include "core/supervisor/supervisor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AUTO_WORKERS 1 /* more with the supervisor of generations */

static struct ep_node *
document(const struct inspection *n, const struct plan *plan)
{
	struct arena *a = n->arena;
	struct ep_node *doc = node_new(a, EP_T_OBJECT);
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (unsigned i = 0; i < n->n_modules; i++) {
		const struct inspected_module *m = &n->modules[i];
		struct ep_node *x = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, x, "name", m->manifest->name);
		(void)node_set_text(a, x, "sha256", m->file->sha256);
		(void)node_set(a, x, "config", m->options);
		(void)node_append(a, list, x);
	}
	(void)node_set_int(a, doc, "number", (int64_t)plan->generation);
	(void)node_set(a, doc, "config", n->config->root);
	(void)node_set(a, doc, "modules", list);
	return doc;
}

static ep_status
copy_text(char *out, size_t size, const char *text, const char *what,
    struct err *err)
{
	int n = snprintf(out, size, "%s", text);

	if (n < 0 || (size_t)n >= size)
		return err_set(err, EP_INVALID, "too_long",
		    "%s: longer than %zu characters", what, size - 1);
	return EP_OK;
}

static ep_status
absolute(char out[PLAN_PATH], const char *path, const char *what,
    struct err *err)
{
	char here[PLAN_PATH];
	int n;

	if (path[0] == '/')
		return copy_text(out, PLAN_PATH, path, what, err);
	if (getcwd(here, sizeof here) == NULL)
		return err_set(err, EP_UNAVAILABLE, NULL, "getcwd: %s",
		    strerror(errno));
	n = snprintf(out, PLAN_PATH, "%s/%s", here, path);
	if (n < 0 || n >= PLAN_PATH)
		return err_set(err, EP_INVALID, "too_long", "%s: path too long",
		    what);
	return EP_OK;
}

static ep_status
plan_fill(const struct inspection *n, struct plan *p, struct err *err)
{
	const struct config *c = n->config;
	const char *url = c->store_url;

	p->workers = c->workers != 0 ? c->workers : AUTO_WORKERS;
	p->drain_timeout_ms = c->drain_timeout_ms;
	p->stall_ms = c->limits.stall_ms;
	p->log_level = c->log_level;
	p->log_format = log_format(c->log_format);
	if (*c->log_file != '\0')
		EP_TRY(absolute(p->log_file, c->log_file, "log.file", err));
	EP_TRY(copy_text(p->listen_host, sizeof p->listen_host, c->host,
	    "listen", err));
	(void)snprintf(p->listen_port, sizeof p->listen_port, "%u", c->port);
	EP_TRY(absolute(p->state, c->state, "state", err));
	if (strncmp(url, "sqlite:", 7) != 0)
		return err_set(err, EP_UNSUPPORTED, "store",
		    "store.url: %s: expected sqlite:PATH", url);
	EP_TRY(absolute(p->database, url + 7, "store.url", err));
	return EP_OK;
}

static ep_status
folders(struct arena *a, const struct plan *p, struct err *err)
{
	static const char *const names[] = { "modules", "generations",
		"snapshots", "import" };

	EP_TRY(file_make_folders(p->state, 0700, err));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		EP_TRY(file_make_folders(arena_format(a, "%s/%s", p->state,
					     names[i]),
		    0700, err));
	return EP_OK;
}

/* Module files and the generation's document; the last thing written makes
 * it whole. */
static ep_status
commit(const struct inspection *n, const struct plan *p, struct err *err)
{
	struct buf b = { 0 };
	ep_status st;

	for (unsigned i = 0; i < n->n_modules; i++)
		EP_TRY(store_file_put(arena_format(n->arena, "%s/modules",
					  p->state),
		    n->modules[i].file, err));
	json_write(&b, document(n, p));
	st = file_write_atomic(arena_format(n->arena,
				   "%s/generations/%" PRIu64 ".json", p->state,
				   p->generation),
	    buf_data(&b), buf_length(&b), 0600, err);
	buf_fini(&b);
	return st;
}

static ep_status
send_plan(int fd, const struct plan *p, struct err *err)
{
	const char *at = (const char *)p;
	size_t left = sizeof *p;

	while (left > 0) {
		ssize_t n = write(fd, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, EP_UNAVAILABLE, NULL, "pipe: %s",
			    strerror(errno));
		at += n;
		left -= (size_t)n;
	}
	return EP_OK;
}

int
inspector_main(const struct serve_options *options, uint64_t generation,
    int plan_fd)
{
	struct inspection_source source = { .config = options->config,
		.module_folder = options->module_folder,
		.listen = options->listen,
		.state = options->state };
	struct arena *a = arena_new(1 << 20);
	struct inspection *n = arena_alloc(a, sizeof *n);
	struct plan *p = arena_alloc(a, sizeof *p);
	struct err err = { 0 };
	int lock_fd;
	bool is_good = inspect_all(a, &source, n);

	if (buf_length(&n->report) > 0)
		(void)fwrite(buf_data(&n->report), 1, buf_length(&n->report),
		    stderr);
	if (!is_good)
		return EXIT_CONFIGURATION;
	p->magic = PLAN_MAGIC;
	p->generation = generation;
	/* A host that runs there must not find its files changed; the lock is
	 * held until we end. */
	if (plan_fill(n, p, &err) != EP_OK || folders(a, p, &err) != EP_OK ||
	    state_lock(p->state, &lock_fd, &err) != EP_OK ||
	    commit(n, p, &err) != EP_OK ||
	    store_recover(p->database, &err) != EP_OK ||
	    send_plan(plan_fd, p, &err) != EP_OK) {
		(void)fprintf(stderr, "entrepot: %s\n", err.text);
		return EXIT_BROKEN;
	}
	return EXIT_GOOD;
}
