/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FAULT(err, what, path)                                             \
	err_set(err, EP_UNAVAILABLE, "store_file", "%s: cannot be %s: %s", \
	    path, what, strerror(errno))

static ep_status
write_all(int fd, const struct module_file *f, const char *path,
    struct err *err)
{
	size_t at = 0;
	ssize_t n;

	while (at < f->size) {
		n = write(fd, f->bytes + at, f->size - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FAULT(err, "written", path);
		at += (size_t)n;
	}
	if (fchmod(fd, 0444) != 0)
		return FAULT(err, "written", path);
	return EP_OK;
}

static ep_status
sync_folder(const char *folder, struct err *err)
{
	int fd, bad;

	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return FAULT(err, "opened", folder);
	bad = fsync(fd);
	(void)close(fd);
	return bad != 0 ? FAULT(err, "synced", folder) : EP_OK;
}

/* Does the file hold just these bytes? */
static bool
same_content(const char *path, const struct module_file *f)
{
	unsigned char chunk[16384];
	struct stat st;
	size_t at = 0;
	ssize_t n = 0;
	int fd;

	fd = open(path,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size == f->size)
		while ((n = read(fd, chunk, sizeof chunk)) > 0) {
			if (at + (size_t)n > f->size ||
			    memcmp(chunk, f->bytes + at, (size_t)n) != 0)
				break;
			at += (size_t)n;
		}
	(void)close(fd);
	return n == 0 && at == f->size;
}

/* Either the whole file under its name or no file. */
static ep_status
write_file(const char *folder, const char *path, const struct module_file *f,
    struct err *err)
{
	char draft[PATH_MAX];
	ep_status st;
	int fd;

	if (snprintf(draft, sizeof draft, "%s/.new.XXXXXX", folder) >=
	    (int)sizeof draft)
		return err_set(err, EP_INVALID, "store_file",
		    "%s: name too long", folder);
	fd = mkostemp(draft, O_CLOEXEC);
	if (fd < 0)
		return FAULT(err, "written", folder);
	st = write_all(fd, f, draft, err);
	if (st == EP_OK && fsync(fd) != 0)
		st = FAULT(err, "synced", draft);
	(void)close(fd);
	if (st == EP_OK && rename(draft, path) != 0)
		st = FAULT(err, "renamed", draft);
	if (st != EP_OK) {
		(void)unlink(draft);
		return st;
	}
	return sync_folder(folder, err);
}

const char *
store_file_path(struct arena *a, const char *folder, const char *sha256)
{
	return arena_format(a, "%s/%s.so", folder, sha256);
}

ep_status
store_file_put(const char *folder, const struct module_file *f, struct err *err)
{
	char path[PATH_MAX];

	EP_CHECK(f, MODULE_FILE_MAGIC);
	(void)snprintf(path, sizeof path, "%s/%s.so", folder, f->sha256);
	if (same_content(path, f))
		return EP_OK;
	return write_file(folder, path, f, err);
}

ep_status
store_file_copy(struct arena *a, const char *folder,
    const struct module_file *f, uint64_t generation, const char **path_out,
    struct err *err)
{
	char absolute[PATH_MAX];
	ep_status st;
	int fd;

	EP_CHECK(f, MODULE_FILE_MAGIC);
	if (realpath(folder, absolute) == NULL)
		return FAULT(err, "found", folder);
	*path_out = arena_format(a, "%s/%s.%" PRIu64 ".%d.so", absolute,
	    f->sha256, generation, (int)getpid());
	/* One that an earlier process of our number left behind. */
	(void)unlink(*path_out);
	fd = open(*path_out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return FAULT(err, "written", *path_out);
	st = write_all(fd, f, *path_out, err);
	(void)close(fd);
	if (st != EP_OK)
		(void)unlink(*path_out);
	return st;
}
