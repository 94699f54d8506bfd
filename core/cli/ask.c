/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/ask.h"

#include "core/cli/socket.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TICK_MS 250

static volatile sig_atomic_t is_interrupted;

static void
on_interrupt(int signal)
{
	(void)signal;
	is_interrupted = 1;
}

static ep_status
lost(const char *why, struct err *err)
{
	return err_set(err, EP_UNAVAILABLE, "connection_lost",
	    "the supervisor closed the connection before its answer (%s); "
	    "see entrepot generations",
	    why);
}

static bool
is_sound(const struct order_answer *a)
{
	return a->magic == ORDER_ANSWER_MAGIC && a->phase < RELOAD_PHASES &&
	    a->record.phase < RELOAD_PHASES && a->record.kind < RELOAD_KINDS &&
	    a->record.result < RELOAD_RESULTS;
}

static void
terminate(struct order_answer *a)
{
	a->record.reason[sizeof a->record.reason - 1] = '\0';
	a->record.module[sizeof a->record.module - 1] = '\0';
	a->record.text[sizeof a->record.text - 1] = '\0';
	a->document[sizeof a->document - 1] = '\0';
	a->report[sizeof a->report - 1] = '\0';
}

static ep_status
next(int fd, struct order_answer *out, struct err *err)
{
	ssize_t n;

	memset(out, 0, sizeof *out);
	do {
		n = recv(fd, out, sizeof *out, MSG_TRUNC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return lost(strerror(errno), err);
	if (n == 0)
		return lost("end of file", err);
	if (n != (ssize_t)sizeof *out || !is_sound(out))
		return err_set(err, EP_UNSUPPORTED, "other_version",
		    "the running host answers in the manner of another "
		    "version; use the program it was started from, or start "
		    "it again with this one (%s)",
		    ENTREPOT_VERSION);
	terminate(out);
	return EP_OK;
}

static ep_status
listen_to(int fd, ask_step_fn *step, void *arg, struct order_answer *last_out,
    struct err *err)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (;;) {
		int n = poll(&p, 1, TICK_MS);

		if (is_interrupted)
			return err_set(err, EP_CANCELLED, "interrupted",
			    "interrupted; the order goes on: see entrepot "
			    "generations");
		if (n == 0 || (n < 0 && errno == EINTR)) {
			step(NULL, arg);
			continue;
		}
		EP_TRY(next(fd, last_out, err));
		if (last_out->is_last != 0)
			return EP_OK;
		step(last_out, arg);
	}
}

ep_status
ask(const char *state, const struct order *order, ask_step_fn *step, void *arg,
    struct order_answer *last_out, struct err *err)
{
	struct sigaction handler = { .sa_handler = on_interrupt };
	int fd = -1;
	ep_status st;

	EP_TRY(socket_open(state, ORDER_SOCKET, SOCK_SEQPACKET, &fd, err));
	(void)sigaction(SIGINT, &handler, NULL);
	if (send(fd, order, sizeof *order, MSG_NOSIGNAL) !=
	    (ssize_t)sizeof *order)
		st = lost(strerror(errno), err);
	else
		st = listen_to(fd, step, arg, last_out, err);
	(void)close(fd);
	return st;
}
