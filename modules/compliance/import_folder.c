/* SPDX-License-Identifier: BSD-2-Clause */

#include "import_work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_MAX 255

static int
fault_of_errno(struct import_work *work)
{
	if (errno == ENOENT)
		return import_work_fault(work, IMPORT_NO_FILE, "no such file");
	if (errno == ELOOP || errno == ENOTDIR)
		return import_work_fault(work, IMPORT_BAD_PATH,
		    "expected folders and a file without symbolic links");
	return import_work_fault(work, IMPORT_BAD_PATH, "cannot be opened: %s",
	    strerror(errno));
}

/* One step down; what stood before is closed.  -1 with errno. */
static int
step(int fd, const char *part, int flags)
{
	int next = openat(fd, part,
	    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
	int saved = errno;

	(void)close(fd);
	errno = saved;
	return next;
}

static int
part_is_sound(const char *part, size_t n)
{
	return n > 0 && n <= PART_MAX && strncmp(part, ".", n) != 0 &&
	    (n != 2 || memcmp(part, "..", 2) != 0);
}

/* A descriptor of what path names below folder, or -1. */
static int
open_below(struct import_work *work)
{
	const char *path = work->path;
	char part[PART_MAX + 1];
	size_t n;
	int fd = open(work->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (fd >= 0) {
		n = strcspn(path, "/");
		if (!part_is_sound(path, n)) {
			(void)close(fd);
			return import_work_fault(work, IMPORT_BAD_PATH,
			    "expected names divided by /, without . and ..");
		}
		memcpy(part, path, n);
		part[n] = '\0';
		path += n;
		fd = step(fd, part, *path == '/' ? O_DIRECTORY : 0);
		if (*path == '\0')
			break;
		path++;
	}
	return fd >= 0 ? fd : fault_of_errno(work);
}

static int
read_all(int fd, char *at, size_t size)
{
	ssize_t n;

	while (size > 0) {
		n = read(fd, at, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += n;
		size -= (size_t)n;
	}
	return 0;
}

/* The bytes of an open file as the next of the work's files. */
static int
file_take(struct import_work *work, int fd, const char *name)
{
	struct memory m = pool_memory(work->pool);
	struct list_file *file = &work->files[work->file_count];
	size_t total = 0, i;
	struct stat st;
	char *text;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return import_work_fault(work, IMPORT_BAD_PATH,
		    "%s is not a file", name);
	for (i = 0; i < work->file_count; i++)
		total += work->files[i].len;
	if ((uint64_t)st.st_size > IMPORT_BYTES_MAX - total)
		return import_work_fault(work, IMPORT_TOO_LARGE,
		    "%s: more than %zu bytes in all", name, IMPORT_BYTES_MAX);
	text = m.alloc(m.owner, (size_t)st.st_size + 1);
	if (read_all(fd, text, (size_t)st.st_size) != 0)
		return import_work_fault(work, IMPORT_BAD_PATH,
		    "%s changed while it was being read", name);
	*file = (struct list_file){ name, text, (size_t)st.st_size };
	work->file_count++;
	return 0;
}

static int
ofac_read(struct import_work *work, int folder)
{
	static const char *const names[] = { "add.csv", "alt.csv", "sdn.csv" };
	size_t i;
	int fd, rc = 0;

	for (i = 0; i < 3 && rc == 0; i++) {
		fd = openat(folder, names[i],
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
		if (fd < 0 && errno == ENOENT && i < 2)
			continue;
		if (fd < 0)
			return fault_of_errno(work);
		rc = file_take(work, fd, names[i]);
		(void)close(fd);
	}
	return rc;
}

int
import_folder_read(struct import_work *work)
{
	const char *name = strrchr(work->path, '/');
	struct stat st;
	int fd = open_below(work), rc;

	if (fd < 0)
		return -1;
	name = name != NULL ? name + 1 : work->path;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		rc = work->format == LIST_OFAC_CSV
		    ? ofac_read(work, fd)
		    : import_work_fault(work, IMPORT_BAD_PATH,
			  "names a folder; name the file");
	} else
		rc = file_take(work, fd, name);
	(void)close(fd);
	return rc;
}
