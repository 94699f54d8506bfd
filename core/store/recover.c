/* SPDX-License-Identifier: BSD-2-Clause */

/* What stands before the first opening: see store_recover(). */

#include "core/store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096

static ep_status
trouble(const char *what, const char *path, struct err *err)
{
	return err_set(err, EP_UNAVAILABLE, "store_failed", "store: %s %s: %s",
	    what, path, strerror(errno));
}

static ep_status
sync_path(const char *path, int flags, struct err *err)
{
	int fd = open(path, flags | O_CLOEXEC), rc;

	if (fd < 0)
		return errno == ENOENT ? EP_OK : trouble("open", path, err);
	rc = fsync(fd);
	if (rc != 0)
		(void)trouble("sync", path, err);
	(void)close(fd);
	return rc == 0 ? EP_OK : EP_UNAVAILABLE;
}

static ep_status
sync_directory(const char *path, struct err *err)
{
	char copy[PATH_BYTES];

	(void)snprintf(copy, sizeof copy, "%s", path);
	return sync_path(dirname(copy), O_RDONLY | O_DIRECTORY, err);
}

static ep_status
copy_bytes(int from, int to, const char *path, struct err *err)
{
	static char block[1 << 16];
	ssize_t n, done;

	while ((n = read(from, block, sizeof block)) > 0)
		for (ssize_t at = 0; at < n; at += done) {
			done = write(to, block + at, (size_t)(n - at));
			if (done < 0)
				return trouble("write", path, err);
		}
	return n == 0 ? EP_OK : trouble("read", path, err);
}

/* Makes PATH-copy, on disk. */
static ep_status
copy_file(const char *path, bool *made_out, struct err *err)
{
	char name[PATH_BYTES + 8];
	int from = open(path, O_RDONLY | O_CLOEXEC), to;
	ep_status st;

	*made_out = false;
	if (from < 0)
		return errno == ENOENT ? EP_OK : trouble("open", path, err);
	(void)snprintf(name, sizeof name, "%s-copy", path);
	to = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (to < 0) {
		st = trouble("create", name, err);
	} else {
		st = copy_bytes(from, to, path, err);
		if (st == EP_OK && fsync(to) != 0)
			st = trouble("sync", name, err);
		(void)close(to);
	}
	(void)close(from);
	*made_out = st == EP_OK;
	return st;
}

static ep_status
put_in_place(const char *path, struct err *err)
{
	char name[PATH_BYTES + 8];

	(void)snprintf(name, sizeof name, "%s-copy", path);
	return rename(name, path) == 0 ? EP_OK : trouble("rename", name, err);
}

/* Both copies are whole and on disk before either takes its place: the
 * mark stays until then, so that dying in between only repeats this.  A new
 * database beside the old -wal is harmless, both hold the same. */
static ep_status
renew(const char *path, const char *wal, const char *mark, struct err *err)
{
	bool has_database, has_wal;

	EP_TRY(copy_file(path, &has_database, err));
	EP_TRY(copy_file(wal, &has_wal, err));
	if (has_database)
		EP_TRY(put_in_place(path, err));
	if (has_wal)
		EP_TRY(put_in_place(wal, err));
	EP_TRY(sync_directory(path, err));
	if (unlink(mark) != 0)
		return trouble("remove", mark, err);
	return sync_directory(path, err);
}

/* Going over to WAL needs the file alone, so it is not left to the first
 * of many processes. */
static ep_status
create(const char *path, struct err *err)
{
	sqlite3 *db = NULL;

	EP_TRY(sqlite_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	    &db, err));
	(void)sqlite3_close(db);
	return EP_OK;
}

ep_status
store_recover(const char *path, struct err *err)
{
	char wal[PATH_BYTES], mark[PATH_BYTES];

	if (strlen(path) > PATH_BYTES - 32)
		return err_set(err, EP_INVALID, "bad_path",
		    "store: path is longer than %d bytes", PATH_BYTES - 32);
	(void)snprintf(wal, sizeof wal, "%s-wal", path);
	(void)snprintf(mark, sizeof mark, "%s-failed", path);
	if (access(mark, F_OK) == 0)
		return renew(path, wal, mark, err);
	if (access(path, F_OK) != 0)
		EP_TRY(create(path, err));
	EP_TRY(sync_path(wal, O_RDWR, err));
	EP_TRY(sync_path(path, O_RDWR, err));
	return sync_directory(path, err);
}
