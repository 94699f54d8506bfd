/* SPDX-License-Identifier: BSD-2-Clause */

/* The builder's side of snapshots. */

#include "core/base/clock.h"
#include "core/operation/run.h"
#include "core/operation/snapshot.h"
#include "core/operation/snapshot_path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ep_status
disk(struct err *err, const char *what, const char *path)
{
	return err_set(err, EP_UNAVAILABLE, "disk", "%s %s: %s", what, path,
	    strerror(errno));
}

static ep_status
folder_sync(const char *folder, struct err *err)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ep_status st = EP_OK;

	if (fd < 0 || fsync(fd) != 0)
		st = disk(err, "fsync", folder);
	if (fd >= 0)
		(void)close(fd);
	return st;
}

/* Only complete files ever bear their name. */
static ep_status
write_file(struct generation *g, struct snapshot *s, struct arena *a,
    const char *path, struct err *err)
{
	struct lifecycle_call call = { .generation = g,
		.instance = s->instance,
		.fn = s->build,
		.arena = a,
		.snapshot_name = s->name };
	const char *part = arena_format(a, "%s.part.%d", path, (int)getpid());
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ep_status st;

	if (fd < 0)
		return disk(err, "open", part);
	call.snapshot_fd = fd;
	st = op_run_lifecycle(&call, err);
	if (st == EP_OK && (fsync(fd) != 0 || fchmod(fd, 0400) != 0))
		st = disk(err, "fsync", part);
	(void)close(fd);
	if (st == EP_OK && rename(part, path) != 0)
		st = disk(err, "rename", part);
	if (st != EP_OK)
		(void)unlink(part);
	return st;
}

/* Files of the same snapshot and build but of another epoch go, once nobody
 * can want to open them; who has one mapped keeps it. */
static void
remove_old(const struct snapshot *s, const char *folder, const char *keep)
{
	char prefix[256], hash[18];
	struct dirent *e;
	DIR *d = opendir(folder);
	int n = snprintf(prefix, sizeof prefix, "%s.%s.", s->instance->name,
	    s->name);

	(void)snprintf(hash, sizeof hash, ".%.16s",
	    s->instance->image->file->sha256);
	if (d == NULL)
		return;
	while (n > 0 && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, prefix, (size_t)n) == 0 &&
		    strstr(e->d_name, hash) != NULL &&
		    strcmp(e->d_name, keep) != 0)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	(void)closedir(d);
}

static bool
is_of(const char *name, const char *const *builds, unsigned n)
{
	char hash[18];

	for (unsigned i = 0; i < n; i++) {
		(void)snprintf(hash, sizeof hash, ".%.16s", builds[i]);
		if (strstr(name, hash) != NULL)
			return true;
	}
	return false;
}

void
snapshots_sweep(const char *state_folder, const char *const *builds, unsigned n)
{
	char folder[4096];
	struct dirent *e;
	DIR *d;

	(void)snprintf(folder, sizeof folder, "%s/snapshots", state_folder);
	d = opendir(folder);
	if (d == NULL)
		return;
	/* There is one builder: what is half there, a dead one has left. */
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' &&
		    (strstr(e->d_name, ".part.") != NULL ||
			!is_of(e->d_name, builds, n)))
			(void)unlinkat(dirfd(d), e->d_name, 0);
	(void)closedir(d);
}

static ep_status
build(struct generation *g, struct snapshot *s, struct err *err)
{
	struct host *host = s->instance->host;
	struct arena *a = arena_new(65536);
	int64_t epoch = atomic_load(&s->epoch->value);
	int64_t began = clock_monotonic_us();
	const char *folder = arena_format(a, "%s/snapshots",
	    host->state_folder);
	const char *path = snapshot_path(a, s, epoch);
	struct log_context about = { .module = s->instance->name };
	struct stat st;
	ep_status status = EP_OK;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		status = disk(err, "mkdir", folder);
	/* Kept from an earlier life of the host? */
	if (status == EP_OK && stat(path, &st) != 0) {
		status = write_file(g, s, a, path, err);
		if (status == EP_OK)
			status = folder_sync(folder, err);
	}
	if (status == EP_OK) {
		struct ep_arg fields[] = {
			{ "snapshot", ep_text(s->name) },
			{ "epoch", ep_int(epoch) },
			{ "ms", ep_int((clock_monotonic_us() - began) / 1000) },
		};

		board_raise(s->built, epoch + 1);
		board_nudge_all(host->board);
		log_write(host->log, EP_INFO, &about, "snapshot_built", fields,
		    3);
		remove_old(s, folder, strrchr(path, '/') + 1);
	}
	arena_free(&a);
	return status;
}

/* Behind its epoch, or built and swept away since. */
static bool
is_due(const struct snapshot *s)
{
	int64_t built = atomic_load(s->built);
	struct arena *a;
	bool is_there;

	if (built <= atomic_load(&s->epoch->value))
		return true;
	a = arena_new(4096);
	is_there = access(snapshot_path(a, s, built - 1), R_OK) == 0;
	arena_free(&a);
	return !is_there;
}

/* Those of one instance that are due; *built_out: there were any. */
static ep_status
build_due(struct generation *g, struct instance *in, bool *built_out,
    struct err *err)
{
	for (unsigned n = 0; n < in->n_snapshots; n++) {
		if (!is_due(&in->snapshots[n]))
			continue;
		*built_out = true;
		EP_TRY(build(g, &in->snapshots[n], err));
	}
	return EP_OK;
}

ep_status
snapshots_build(struct generation *g, struct err *err)
{
	bool has_built = true;

	while (has_built) {
		has_built = false;
		for (unsigned i = 0; i < g->n_instances; i++)
			EP_TRY(build_due(g, g->instances[i], &has_built, err));
	}
	return EP_OK;
}
