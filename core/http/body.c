/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/http/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int
spool_open(const char *dir)
{
	char path[512];
	int n;
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	/* Not every file system knows O_TMPFILE. */
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	n = snprintf(path, sizeof path, "%s/entrepot-XXXXXX", dir);
	if (n < 0 || (size_t)n >= sizeof path)
		return -1;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

/* False when the disk does not take it. */
static bool
spool_write(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

void
body_start(struct exchange *x)
{
	int64_t n = x->request.announced;

	x->state = EXCHANGE_BODY;
	x->body_left = n;
	if (n < 0)
		chunked_start(&x->chunked);
	else if (n < (int64_t)KEEP_BYTES)
		(void)buf_reserve(&x->body, (size_t)n + 1);
}

static int
body_add(void *arg, const char *p, size_t n)
{
	struct exchange *x = arg;
	struct http_request *r = &x->request;

	r->body_length += n;
	if (x->spool < 0 &&
	    (r->spool_above == 0 || r->body_length <= r->spool_above)) {
		buf_append(&x->body, p, n);
		return 0;
	}
	if (x->spool < 0) {
		x->spool = spool_open(x->server->limits.spool_dir);
		if (x->spool < 0)
			return 507;
		if (buf_length(&x->body) > 0 &&
		    !spool_write(x->spool, buf_data(&x->body),
			buf_length(&x->body)))
			return 507;
		buf_clear(&x->body, 0);
	}
	return spool_write(x->spool, p, n) ? 0 : 507;
}

int
body_take(struct exchange *x, const char *p, size_t n, size_t *used_out,
    bool *end_out)
{
	struct chunked_sink sink = { body_add, x, x->request.max_body };

	if (x->request.announced < 0)
		return chunked_take(&x->chunked, p, n, &sink, used_out,
		    end_out);
	if ((int64_t)n > x->body_left)
		n = (size_t)x->body_left;
	x->body_left -= (int64_t)n;
	*used_out = n;
	*end_out = x->body_left == 0;
	return n > 0 ? body_add(x, p, n) : 0;
}

int
body_finish(struct exchange *x)
{
	struct http_request *r = &x->request;

	if (x->spool < 0) {
		*buf_reserve(&x->body, 1) = '\0';
		r->body = buf_data(&x->body);
		return 0;
	}
	if (!spool_write(x->spool, "", 1)) /* the NUL beyond the end */
		return 507;
	x->map_length = r->body_length + 1;
	x->map = mmap(NULL, x->map_length, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_NORESERVE, x->spool, 0);
	if (x->map == MAP_FAILED) {
		x->map = NULL;
		return 507;
	}
	r->body = x->map;
	return 0;
}

void
body_drop(struct exchange *x)
{
	if (x->map != NULL)
		(void)munmap(x->map, x->map_length);
	x->map = NULL;
	if (x->spool >= 0)
		(void)close(x->spool);
	x->spool = -1;
	buf_clear(&x->body, KEEP_BYTES);
}
