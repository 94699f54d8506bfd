/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a service manager and the supervisor tell each other, by the protocol
 * that systemd documents in sd_notify(3) and sd_listen_fds(3): datagrams of
 * NAME=value lines to the socket NOTIFY_SOCKET, and sockets handed over as
 * descriptors from 3 on.  Both are a page of code; libsystemd would bring
 * its own dependencies into the process that must not fall.
 *
 * Without a service manager all of it does nothing.
 */

#pragma once

#include "core/base/err.h"

#include <sys/socket.h>
#include <sys/un.h>

struct notify {
	uint32_t magic;
#define NOTIFY_MAGIC 0x5d0717f1
	int fd; /* -1: nobody asked */
	struct sockaddr_un to;
	socklen_t to_length;
	int64_t watchdog_us; /* he wants to hear of us so often; 0: never */
	int64_t next_us;     /* when he hears next, monotonic */
};

/* Reads the environment and takes the variables out of it: children are not
 * meant. */
void notify_open(struct notify *n);
void notify_close(struct notify *n);

/* One message, "STOPPING=1" or several lines.  Never waits; one that does not
 * fit into the manager's queue is lost. */
void notify_send(struct notify *n, const char *format, ...) EP_PRINTF(2, 3);

/* Every worker serves; or a reload ended, in words. */
void notify_ready(struct notify *n, const char *status);

/* A reload began. */
void notify_reloading(struct notify *n);

/* To be called at least twice in each period of the watchdog; sends when half
 * of it has passed. */
void notify_alive(struct notify *n, int64_t now_us);

/* The listening socket that the manager handed over, close-on-exec and
 * non-blocking; -1 when there is none.  Errors: EP_INVALID "bad_socket" when
 * it is no TCP socket that listens on a loopback address, or one of
 * several. */
ep_status notify_listen_fd(int *fd_out, struct err *err);
