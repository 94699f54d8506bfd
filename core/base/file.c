/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/file.h"

#include "core/base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ep_status
fail(struct err *err, const char *path, const char *code, const char *doing)
{
	int trouble = errno;
	ep_status status = EP_UNAVAILABLE;

	if (trouble == ENOENT)
		status = EP_NOT_FOUND;
	else if (trouble == EACCES || trouble == EPERM || trouble == EROFS)
		status = EP_DENIED;
	else if (trouble == EISDIR || trouble == ENOTDIR ||
	    trouble == ENAMETOOLONG)
		status = EP_INVALID;
	return err_set(err, status, code, "%s: %s: %s", path, doing,
	    strerror(trouble));
}

/* Reads to the end or one byte past the limit; false: errno tells. */
static bool
read_all(int fd, size_t limit, struct buf *b)
{
	size_t room;
	ssize_t n;

	while (buf_length(b) <= limit) {
		room = limit - buf_length(b);
		room = room < 65536 ? room + 1 : 65536;
		n = read(fd, buf_reserve(b, room), room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		buf_added(b, (size_t)n);
	}
	return true;
}

ep_status
file_read(struct arena *a, const char *path, size_t limit, char **text_out,
    size_t *length_out, struct err *err)
{
	struct buf b = { 0 };
	ep_status status = EP_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return fail(err, path, "file_unreadable", "cannot be opened");
	if (!read_all(fd, limit, &b)) {
		status = fail(err, path, "file_unreadable", "cannot be read");
	} else if (buf_length(&b) > limit) {
		status = err_set(err, EP_TOO_LARGE, "file_too_large",
		    "%s: is larger than %zu bytes", path, limit);
	} else {
		*length_out = buf_length(&b);
		*text_out = arena_copy(a, buf_data(&b), buf_length(&b));
	}
	(void)close(fd);
	buf_fini(&b);
	return status;
}

static bool
write_all(int fd, const char *bytes, size_t length)
{
	ssize_t n;

	while (length > 0) {
		n = write(fd, bytes, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

/* The folder a path is in, with its slash; "./" when it names none. */
static bool
folder_of(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	int n = slash == NULL
	    ? snprintf(out, PATH_MAX, "./")
	    : snprintf(out, PATH_MAX, "%.*s", (int)(slash + 1 - path), path);

	if (n >= 0 && n < PATH_MAX - 32)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

static bool
sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_good;

	if (fd < 0)
		return false;
	is_good = fsync(fd) == 0;
	(void)close(fd);
	return is_good;
}

/* Fills and syncs an open file, and closes it in any case. */
static bool
fill(int fd, const void *bytes, size_t length, mode_t mode)
{
	bool is_good = write_all(fd, bytes, length) && fchmod(fd, mode) == 0 &&
	    fsync(fd) == 0;
	int trouble = errno;

	if (close(fd) != 0 && is_good)
		return false;
	errno = trouble;
	return is_good;
}

ep_status
file_write_atomic(const char *path, const void *bytes, size_t length,
    mode_t mode, struct err *err)
{
	char folder[PATH_MAX], neighbour[PATH_MAX];
	int fd, trouble;

	if (!folder_of(path, folder))
		return fail(err, path, "file_unwritable", "path");
	(void)snprintf(neighbour, sizeof neighbour, "%.*s.new-XXXXXX",
	    PATH_MAX - 16, folder);
	fd = mkostemp(neighbour, O_CLOEXEC);
	if (fd < 0)
		return fail(err, path, "file_unwritable",
		    "its folder takes no new file");
	if (!fill(fd, bytes, length, mode) || rename(neighbour, path) != 0) {
		trouble = errno;
		(void)unlink(neighbour);
		errno = trouble;
		return fail(err, path, "file_unwritable", "cannot be written");
	}
	if (!sync_folder(folder))
		return fail(err, path, "file_unwritable",
		    "its folder cannot be synced");
	return EP_OK;
}

static bool
is_folder(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

ep_status
file_make_folders(const char *path, mode_t mode, struct err *err)
{
	char part[PATH_MAX];
	size_t i, n = strlen(path);
	int trouble;

	if (n >= sizeof part) {
		errno = ENAMETOOLONG;
		return fail(err, path, "file_unwritable", "path");
	}
	for (i = 1; i <= n; i++) {
		if (i < n && path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, mode) == 0)
			continue;
		trouble = errno;
		if (is_folder(part))
			continue;
		errno = trouble;
		if (trouble == EEXIST || trouble == ENOTDIR)
			return err_set(err, EP_CONFLICT, "file_unwritable",
			    "%s: %s is there and is no folder", path, part);
		return fail(err, path, "file_unwritable",
		    "folder cannot be made");
	}
	return EP_OK;
}
