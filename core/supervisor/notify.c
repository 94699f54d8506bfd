/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/notify.h"

#include "core/base/clock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_FD 3 /* SD_LISTEN_FDS_START */
#define MESSAGE_MAX 1024

/* A variable as a number above zero, 0: none. */
static int64_t
number(const char *name)
{
	const char *text = getenv(name);
	char *end = NULL;
	long long value;

	if (text == NULL || *text < '0' || *text > '9')
		return 0;
	value = strtoll(text, &end, 10);
	return *end == '\0' ? value : 0;
}

/* Is what the variable of this name says meant for us?  The watchdog's may
 * be left out. */
static bool
is_ours(const char *name, bool if_missing)
{
	return getenv(name) != NULL ? number(name) == getpid() : if_missing;
}

void
notify_open(struct notify *n)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t length = path != NULL ? strlen(path) : 0;

	memset(n, 0, sizeof *n);
	n->magic = NOTIFY_MAGIC;
	n->fd = -1;
	/* "@" stands for the NUL of an abstract address. */
	if (length > 1 && length < sizeof n->to.sun_path &&
	    (*path == '/' || *path == '@')) {
		n->to.sun_family = AF_UNIX;
		memcpy(n->to.sun_path, path, length);
		if (*path == '@')
			n->to.sun_path[0] = '\0';
		n->to_length = (socklen_t)(offsetof(struct sockaddr_un,
					       sun_path) +
		    length);
		n->fd = socket(AF_UNIX,
		    SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	}
	if (n->fd >= 0 && is_ours("WATCHDOG_PID", true))
		n->watchdog_us = number("WATCHDOG_USEC");
	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");
}

void
notify_close(struct notify *n)
{
	EP_CHECK(n, NOTIFY_MAGIC);
	if (n->fd >= 0)
		(void)close(n->fd);
	n->fd = -1;
}

void
notify_send(struct notify *n, const char *format, ...)
{
	char text[MESSAGE_MAX];
	va_list ap;
	int length;

	EP_CHECK(n, NOTIFY_MAGIC);
	if (n->fd < 0)
		return;
	va_start(ap, format);
	length = vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (length < 0 || (size_t)length >= sizeof text)
		length = (int)sizeof text - 1;
	(void)sendto(n->fd, text, (size_t)length, MSG_NOSIGNAL,
	    (const struct sockaddr *)&n->to, n->to_length);
}

void
notify_ready(struct notify *n, const char *status)
{
	notify_send(n, "READY=1\nSTATUS=%.*s", (int)strcspn(status, "\n"),
	    status);
}

void
notify_reloading(struct notify *n)
{
	notify_send(n, "RELOADING=1\nMONOTONIC_USEC=%" PRId64 "\nSTATUS=reload",
	    clock_monotonic_us());
}

void
notify_alive(struct notify *n, int64_t now_us)
{
	EP_CHECK(n, NOTIFY_MAGIC);
	if (n->watchdog_us == 0 || now_us < n->next_us)
		return;
	notify_send(n, "WATCHDOG=1");
	n->next_us = now_us + n->watchdog_us / 2;
}

/* ---------------------------------------------------------------- sockets */

static bool
is_loopback(const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)a;

		return ntohl(in->sin_addr.s_addr) >> 24 == 127;
	}
	if (a->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)a;

		return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr) != 0;
	}
	return false;
}

/* What is wrong with a socket that was handed over, NULL: nothing. */
static const char *
fault_of(int fd)
{
	struct sockaddr_storage a = { 0 };
	socklen_t length = sizeof a, size = sizeof(int);
	int type = 0, listens = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
		return "it is no socket";
	if (type != SOCK_STREAM)
		return "it is no stream socket (ListenStream=)";
	size = sizeof listens;
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 ||
	    !listens)
		return "it does not listen (Accept=no)";
	if (getsockname(fd, (struct sockaddr *)&a, &length) != 0 ||
	    !is_loopback(&a))
		return "its address is no loopback address; callers cannot be "
		       "told apart yet: ListenStream=127.0.0.1:PORT";
	return NULL;
}

ep_status
notify_listen_fd(int *fd_out, struct err *err)
{
	int64_t count = number("LISTEN_FDS");
	bool is_meant = is_ours("LISTEN_PID", false);
	const char *fault;

	*fd_out = -1;
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDNAMES");
	if (!is_meant || count == 0)
		return EP_OK;
	if (count != 1)
		return err_set(err, EP_INVALID, "bad_socket",
		    "the service manager handed over %" PRId64
		    " sockets, expected one",
		    count);
	fault = fault_of(FIRST_FD);
	if (fault != NULL)
		return err_set(err, EP_INVALID, "bad_socket",
		    "the socket of the service manager: %s", fault);
	if (fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC) != 0 ||
	    fcntl(FIRST_FD, F_SETFL, fcntl(FIRST_FD, F_GETFL) | O_NONBLOCK) !=
		0)
		return err_set(err, EP_UNAVAILABLE, "bad_socket",
		    "the socket of the service manager cannot be set up");
	*fd_out = FIRST_FD;
	return EP_OK;
}
