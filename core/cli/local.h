/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A private host for as long as a command runs: a child that serves the same
 * configuration and state folder on a free loopback port, so that what it
 * answers went through everything a real call goes through.  The command
 * speaks to it over its control socket.
 */

#pragma once

#include "core/cli/client.h"
#include "core/cli/command.h"

#include <sys/types.h>

/* On the caller's stack, zeroed at first. */
struct local {
	pid_t pid; /* 0: not running */
	int log;   /* what the host says */
	struct client *client;
};

/* Starts it and waits until it is ready to answer, at most a minute.  Ends
 * with the command, however that ends.  Errors: EP_CONFLICT
 * "already_running" while a host uses the state folder; EP_UNAVAILABLE
 * "not_started" when it cannot start: why stands on standard error then. */
ep_status local_start(struct local *l, const struct command_line *line,
    struct err *err);

/* Closes the client, stops the host and waits for its end; then what it said
 * goes to standard error: all of it with show_log, else its errors.
 * EP_UNAVAILABLE "not_stopped" when it did not end well. */
ep_status local_stop(struct local *l, bool show_log, struct err *err);
