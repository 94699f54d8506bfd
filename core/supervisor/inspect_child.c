/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/module/store_file.h"
#include "core/store/store.h"
#include "core/supervisor/document.h"
#include "core/supervisor/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AUTO_WORKERS 2 /* one may die, or be held by what it runs */

struct work {
	const struct inspector_task *task;
	struct arena *arena;
	struct inspection *inspection;
	struct plan *plan;
	const struct ep_node *active;
};

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

/* What the supervisor has to know of a generation. */
static void
plan_times(struct plan *p, const struct ep_node *config)
{
	static const char *const levels[] = { "debug", "info", "warn",
		"error" };
	const char *level =
	    node_text(node_get(node_get(config, "log"), "level"), "info");

	p->drain_timeout_ms = node_int(node_get(config, "drain_timeout_ms"),
	    30000);
	p->stall_ms = node_int(node_get(node_get(config, "limits"), "stall_ms"),
	    5000);
	p->prepare_timeout_ms = node_int(node_get(node_get(config, "reload"),
					     "prepare_timeout_ms"),
	    60000);
	for (uint32_t i = 0; i < 4; i++)
		if (strcmp(level, levels[i]) == 0)
			p->log_level = i;
}

/* What only a start decides. */
static ep_status
plan_places(struct plan *p, const struct config *c, struct err *err)
{
	const char *url = c->store_url;

	p->workers = c->workers != 0 ? c->workers : AUTO_WORKERS;
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
	return absolute(p->database, url + 7, "store.url", err);
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

static ep_status
store_modules(struct work *w, struct err *err)
{
	const char *folder = arena_format(w->arena, "%s/modules",
	    w->plan->state);

	for (unsigned i = 0; i < w->inspection->n_modules; i++)
		EP_TRY(store_file_put(folder, w->inspection->modules[i].file,
		    err));
	return EP_OK;
}

/* The last thing written makes the generation whole. */
static ep_status
write_document(struct work *w, const char *ending, const struct ep_node *doc,
    struct err *err)
{
	const char *path;

	EP_TRY(document_write(w->arena, w->plan->state,
	    arena_format(w->arena, "%" PRIu64 "%s", w->plan->generation,
		ending),
	    doc, &path, err));
	return copy_text(w->plan->document, PLAN_PATH, path, "state", err);
}

/* ----------------------------------------------------------------- start */

static ep_status
start(struct work *w, struct err *err)
{
	struct plan *p = w->plan;
	struct ep_node *doc;
	int lock_fd;

	plan_times(p, w->inspection->config->root);
	EP_TRY(plan_places(p, w->inspection->config, err));
	EP_TRY(folders(w->arena, p, err));
	/* A host that runs there must not find its files changed; the lock is
	 * held until we end. */
	EP_TRY(state_lock(p->state, &lock_fd, err));
	p->generation = documents_highest(p->state) + 1;
	EP_TRY(store_modules(w, err));
	doc = document_new(w->inspection);
	document_finish(w->arena, doc, p->generation, NULL, p->state);
	EP_TRY(write_document(w, ".json", doc, err));
	documents_prune(w->arena, p->state, p->generation, true);
	return store_recover(p->database, err);
}

/* ---------------------------------------------------------------- reload */

/* The words of a refusal: the first line for the record, all of it in a file
 * beside the documents. */
static void
refuse(struct work *w, const char *text)
{
	struct plan *p = w->plan;
	const char *path = arena_format(w->arena,
	    "%s/generations/%" PRIu64 ".report", p->state, p->generation);
	struct err err = { 0 };

	p->outcome = PLAN_REFUSED;
	(void)snprintf(p->text, sizeof p->text, "%.*s",
	    (int)strcspn(text, "\n"), text);
	if (file_write_atomic(path, text, strlen(text), 0600, &err) == EP_OK)
		(void)snprintf(p->report, sizeof p->report, "%s", path);
}

/* Warnings do not hinder; the operator reads them where faults stand. */
static void
warn(struct work *w)
{
	struct buf *b = &w->inspection->report;
	const char *path = arena_format(w->arena,
	    "%s/generations/%" PRIu64 ".report", w->plan->state,
	    w->plan->generation);
	struct err err = { 0 };

	if (buf_length(b) > 0 &&
	    file_write_atomic(path, buf_data(b), buf_length(b), 0600, &err) ==
		EP_OK)
		(void)snprintf(w->plan->report, sizeof w->plan->report, "%s",
		    path);
}

/* A module's bytes in the store must be those that the name says. */
static ep_status
check_stored(struct work *w, const struct ep_node *m, struct err *err)
{
	const char *name = node_text(node_get(m, "name"), "?");
	const char *sha256 = node_text(node_get(m, "sha256"), "");
	const char *path = store_file_path(w->arena,
	    arena_format(w->arena, "%s/modules", w->plan->state), sha256);
	char found[SHA256_ROOM] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ep_status st;

	if (fd < 0)
		return err_set(err, EP_REFUSED, "module_gone",
		    "module %s: %s: %s; this generation cannot be brought "
		    "back, load the module from its file instead",
		    name, path, strerror(errno));
	st = sha256_file(fd, found, err);
	(void)close(fd);
	if (st == EP_OK && strcmp(found, sha256) != 0)
		st = err_set(err, EP_REFUSED, "module_changed",
		    "module %s: %s does not hold the bytes of its name any "
		    "more; load the module from its file instead",
		    name, path);
	return st;
}

static ep_status
earlier(struct work *w, struct ep_node **out, struct err *err)
{
	uint64_t number = w->task->source != 0 ? w->task->source
					       : w->task->before;
	const struct ep_node *source, *list;

	if (number == 0)
		return err_set(err, EP_REFUSED, "no_earlier",
		    "no generation was active before %" PRIu64
		    " since the host started; name one (entrepot generations "
		    "lists them)",
		    w->task->active);
	if (document_read(w->arena, w->plan->state, number, &source, err) !=
	    EP_OK) {
		err_prefix(err, "generation %" PRIu64 " cannot be brought back",
		    number);
		return err->status;
	}
	list = node_get(source, "modules");
	for (uint32_t i = 0; list != NULL && i < list->count; i++)
		EP_TRY(check_stored(w, node_at(list, i), err));
	w->plan->source = number;
	*out = document_copy(w->arena, source, w->active);
	return EP_OK;
}

static const char *
restart_words(struct work *w, const struct ep_node *doc)
{
	const struct ep_node *list = node_get(doc, "restart");
	const char *words = "needs a restart:";

	if (list == NULL || list->count == 0)
		return NULL;
	for (uint32_t i = 0; i < list->count; i++)
		words = arena_format(w->arena, "%s%s %s", words,
		    i > 0 ? "," : "", node_text(node_at(list, i), ""));
	return arena_format(w->arena,
	    "%s changed and cannot be changed while the host runs\n", words);
}

static ep_status
found_good(struct work *w, struct ep_node *doc, struct err *err)
{
	struct plan *p = w->plan;
	const char *words;

	document_finish(w->arena, doc, p->generation, w->active, p->state);
	plan_times(p, node_get(doc, "config"));
	if (node_equal(node_get(doc, "hash"), node_get(w->active, "hash"))) {
		p->outcome = PLAN_UNCHANGED;
		return EP_OK;
	}
	words = restart_words(w, doc);
	if (w->task->is_dry)
		EP_TRY(write_document(w, ".plan.json", doc, err));
	if (words != NULL) {
		refuse(w, words);
		return EP_OK;
	}
	p->outcome = w->task->is_dry ? PLAN_DRY : PLAN_GOOD;
	if (w->task->is_dry)
		return EP_OK;
	EP_TRY(write_document(w, ".json", doc, err));
	documents_prune(w->arena, p->state, w->task->active, false);
	return EP_OK;
}

static void
reload(struct work *w)
{
	struct inspector_task const *t = w->task;
	struct plan *p = w->plan;
	struct ep_node *doc = NULL;
	struct err err = { 0 };
	ep_status st;

	*p = *t->plan;
	p->document[0] = p->report[0] = p->text[0] = '\0';
	p->source = 0;
	p->generation = documents_highest(p->state) + 1;
	st = document_read(w->arena, p->state, t->active, &w->active, &err);
	if (st == EP_OK && t->is_rollback) {
		st = earlier(w, &doc, &err);
	} else if (st == EP_OK) {
		if (w->inspection->n_faults > 0) {
			buf_byte(&w->inspection->report, '\0');
			refuse(w, buf_data(&w->inspection->report));
			return;
		}
		st = store_modules(w, &err);
		doc = document_new(w->inspection);
		warn(w);
	}
	if (st == EP_OK)
		st = found_good(w, doc, &err);
	if (st != EP_OK)
		refuse(w, arena_format(w->arena, "%s\n", err.text));
}

/* ----------------------------------------------------------------- whole */

static bool
inspect(struct work *w)
{
	const struct serve_options *o = w->task->options;
	struct inspection_source source = { .config = o->config,
		.module_folder = o->module_folder,
		.listen = o->listen,
		.state = o->state };
	bool is_good = inspect_all(w->arena, &source, w->inspection);
	struct buf *report = &w->inspection->report;

	if (buf_length(report) > 0)
		(void)fwrite(buf_data(report), 1, buf_length(report), stderr);
	return is_good;
}

int
inspector_main(const struct inspector_task *task, int plan_fd)
{
	struct arena *a = arena_new(1 << 20);
	struct work w = { .task = task, .arena = a };
	struct err err = { 0 };

	w.inspection = arena_alloc(a, sizeof *w.inspection);
	w.inspection->arena = a;
	w.plan = arena_alloc(a, sizeof *w.plan);
	if (!task->is_rollback && !inspect(&w) && task->active == 0)
		return EXIT_CONFIGURATION;
	w.plan->magic = PLAN_MAGIC;
	if (task->active != 0)
		reload(&w);
	else if (start(&w, &err) != EP_OK) {
		(void)fprintf(stderr, "entrepot: %s\n", err.text);
		return EXIT_BROKEN;
	}
	if (send_plan(plan_fd, w.plan, &err) != EP_OK) {
		(void)fprintf(stderr, "entrepot: %s\n", err.text);
		return EXIT_BROKEN;
	}
	return EXIT_GOOD;
}
