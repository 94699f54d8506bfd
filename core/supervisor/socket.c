/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/supervisor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

static ep_status
failed(struct err *err, const char *what, const char *where)
{
	const char *mend = errno == EADDRINUSE
	    ? "; another program listens there: stop it, or set listen (or "
	      "ENTREPOT_LISTEN) to another port"
	    : "";

	return err_set(err, EP_UNAVAILABLE, "cannot_listen", "%s %s: %s%s",
	    what, where, strerror(errno), mend);
}

static void
address(struct supervisor *s, int fd)
{
	struct sockaddr_storage bound;
	socklen_t length = sizeof bound;
	char host[128] = "?", port[16] = "?";

	if (getsockname(fd, (struct sockaddr *)&bound, &length) == 0)
		(void)getnameinfo((struct sockaddr *)&bound, length, host,
		    sizeof host, port, sizeof port,
		    NI_NUMERICHOST | NI_NUMERICSERV);
	(void)snprintf(s->address, sizeof s->address,
	    strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
}

ep_status
socket_listen(struct supervisor *s, struct err *err)
{
	struct addrinfo want = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV |
		    AI_PASSIVE,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	int one = 1, fd;
	char where[160];

	EP_TRY(notify_listen_fd(&s->listen_fd, err));
	if (s->listen_fd >= 0) {
		address(s, s->listen_fd);
		return EP_OK;
	}
	(void)snprintf(where, sizeof where, "%s:%s", s->plan.listen_host,
	    s->plan.listen_port);
	if (getaddrinfo(s->plan.listen_host, s->plan.listen_port, &want,
		&found) != 0)
		return err_set(err, EP_INVALID, "bad_address",
		    "listen: %s is no numeric address and port", where);
	fd = socket(found->ai_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
	    bind(fd, found->ai_addr, found->ai_addrlen) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		ep_status st = failed(err, "listen", where);

		freeaddrinfo(found);
		if (fd >= 0)
			(void)close(fd);
		return st;
	}
	freeaddrinfo(found);
	s->listen_fd = fd;
	address(s, fd);
	return EP_OK;
}

/* A socket file of that name in the state folder, for its owner alone. */
static ep_status
own_socket(struct supervisor *s, const char *name, int type, int *fd_out,
    struct err *err)
{
	struct sockaddr_un where = { .sun_family = AF_UNIX };
	mode_t old;
	int fd, n;

	n = snprintf(where.sun_path, sizeof where.sun_path, "%s/%s",
	    s->plan.state, name);
	if (n < 0 || (size_t)n >= sizeof where.sun_path)
		return err_set(err, EP_INVALID, "path_too_long",
		    "state: %s is too long for a socket in it (at most %zu "
		    "characters)",
		    s->plan.state, sizeof where.sun_path - strlen(name) - 2);
	/* We hold the lock on the folder, so this is nobody's. */
	(void)unlink(where.sun_path);
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	old = umask(0177);
	if (fd < 0 || bind(fd, (struct sockaddr *)&where, sizeof where) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		(void)umask(old);
		if (fd >= 0)
			(void)close(fd);
		return failed(err, name, where.sun_path);
	}
	(void)umask(old);
	*fd_out = fd;
	return EP_OK;
}

ep_status
socket_control(struct supervisor *s, struct err *err)
{
	return own_socket(s, "control.sock", SOCK_STREAM, &s->control_fd, err);
}

ep_status
socket_order(struct supervisor *s, struct err *err)
{
	return own_socket(s, ORDER_SOCKET, SOCK_SEQPACKET, &s->order_fd, err);
}
