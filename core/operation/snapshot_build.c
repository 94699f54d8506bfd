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

/* Files of the same snapshot but of another epoch or build go, once nobody
 * can want to open them; who has one mapped keeps it. */
static void
remove_old(const struct snapshot *s, const char *folder, const char *keep)
{
	char prefix[256];
	struct dirent *e;
	DIR *d = opendir(folder);
	int n = snprintf(prefix, sizeof prefix, "%s.%s.", s->instance->name,
	    s->name);

	if (d == NULL)
		return;
	while (n > 0 && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, prefix, (size_t)n) == 0 &&
		    strcmp(e->d_name, keep) != 0)
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

ep_status
snapshots_build(struct generation *g, struct err *err)
{
	while (snapshots_are_behind(g))
		for (unsigned i = 0; i < g->n_instances; i++) {
			struct instance *in = g->instances[i];

			for (unsigned n = 0; n < in->n_snapshots; n++) {
				struct snapshot *s = &in->snapshots[n];

				if (atomic_load(&s->built->value) <=
				    atomic_load(&s->epoch->value))
					EP_TRY(build(g, s, err));
			}
		}
	return EP_OK;
}
