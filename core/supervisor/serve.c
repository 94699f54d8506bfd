/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/supervisor.h"

#include "core/base/clock.h"
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_MS 250

void
note(struct supervisor *s, unsigned level, const char *event,
    const struct ep_arg *fields, uint32_t n)
{
	log_write(s->log, level, NULL, event, fields, n);
}

/* ------------------------------------------------------------- inspector */

/* The plan comes through a pipe, whole or not at all. */
static ep_status
inspect(struct supervisor *s, struct err *err)
{
	struct inspector_task task = { .options = s->options };
	size_t got = 0;
	int fds[2], status = 0;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_set(err, EP_UNAVAILABLE, NULL, "pipe: %s",
		    strerror(errno));
	pid = fork();
	if (pid == 0) {
		(void)close(fds[0]);
		_exit(inspector_main(&task, fds[1]));
	}
	(void)close(fds[1]);
	while (pid > 0 && got < sizeof s->plan) {
		ssize_t n = read(fds[0], (char *)&s->plan + got,
		    sizeof s->plan - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	(void)close(fds[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (pid < 0 || got != sizeof s->plan || s->plan.magic != PLAN_MAGIC ||
	    status != 0)
		return err_set(err, EP_INVALID, "not_started",
		    "nothing was started");
	return EP_OK;
}

/* ----------------------------------------------------------------- state */

static ep_status
memory(struct supervisor *s, struct err *err)
{
	void *extra = NULL;

	EP_TRY(board_new(s->plan.workers + SPARES + 1, store_shared_size(),
	    &s->board, &extra, err));
	s->board->workers = s->plan.workers;
	s->board->spares = SPARES;
	atomic_store(&s->board->active_generation, s->plan.generation);
	return store_shared_init(extra, &s->store_shared, err);
}

static ep_status
signals(struct supervisor *s, struct err *err)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signal_fd < 0)
		return err_set(err, EP_UNAVAILABLE, NULL, "signalfd: %s",
		    strerror(errno));
	return EP_OK;
}

static ep_status
boot(struct supervisor *s, struct err *err)
{
	EP_TRY(inspect(s, err));
	EP_TRY(log_begin(s, err));
	EP_TRY(state_lock(s->plan.state, &s->lock_fd, err));
	EP_TRY(memory(s, err));
	EP_TRY(socket_listen(s, err));
	EP_TRY(socket_control(s, err));
	EP_TRY(socket_order(s, err));
	EP_TRY(signals(s, err));
	reload_init(s);
	return EP_OK;
}

static void
tell_ready(struct supervisor *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->decision.n_slots; i++)
		if (s->decision.slots[i].listens &&
		    atomic_load(&s->board->slots[i].is_listening) != 0)
			n++;
	if (n < s->plan.workers)
		return;
	s->was_ready = true;
	notify_ready(&s->notify, s->address);
	{
		struct ep_arg fields[] = {
			{ "address", ep_text(s->address) },
			{ "workers", ep_int(s->plan.workers) },
			{ "state", ep_text(s->plan.state) },
		};

		note(s, EP_INFO, "ready", fields, 3);
	}
}

/* -------------------------------------------------------------- stopping */

static bool
has_children(struct supervisor *s)
{
	return child_by_role(s, CHILD_WORKER) != NULL ||
	    child_by_role(s, CHILD_BUILDER) != NULL ||
	    child_by_role(s, CHILD_PROBE) != NULL ||
	    child_by_role(s, CHILD_INSPECTOR) != NULL;
}

static void
stop_begin(struct supervisor *s)
{
	if (s->is_stopping)
		return;
	s->is_stopping = true;
	atomic_store(&s->board->is_stopping, 1);
	s->kill_at_us = clock_monotonic_us() + s->plan.drain_timeout_ms * 1000;
	note(s, EP_INFO, "stopping", NULL, 0);
	if (s->decision.magic == DECISION_MAGIC)
		reload_stop(s);
	notify_send(&s->notify, "STOPPING=1\nSTATUS=stopping");
	children_signal(s, SIGTERM);
}

static void
stop_end(struct supervisor *s)
{
	char path[PLAN_PATH + 16];
	struct child *sync;
	int status;

	store_shared_stop(s->store_shared);
	sync = child_by_role(s, CHILD_SYNC);
	while (sync != NULL && waitpid(sync->pid, &status, 0) < 0 &&
	    errno == EINTR)
		continue;
	(void)snprintf(path, sizeof path, "%s/control.sock", s->plan.state);
	(void)unlink(path);
	(void)snprintf(path, sizeof path, "%s/" ORDER_SOCKET, s->plan.state);
	(void)unlink(path);
	note(s, EP_INFO, "stopped", NULL, 0);
}

/* ------------------------------------------------------------------ loop */

static void
on_signals(struct supervisor *s)
{
	const struct order hup = { .magic = ORDER_MAGIC, .kind = ORDER_RELOAD };
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			stop_begin(s);
		if (info.ssi_signo == SIGHUP)
			(void)reload_ask(s, &hup, RELOAD_SIGNAL, UINT32_MAX);
		if (info.ssi_signo == SIGUSR1)
			log_turn(s);
	}
	children_reap(s);
}

/* Tables and the first start of every module, before there is a worker.
 * Signals count meanwhile. */
static ep_status
first_start(struct supervisor *s, struct err *err)
{
	struct pollfd fd = { .fd = s->signal_fd, .events = POLLIN };
	int status;

	children_sync(s);
	if (spawn(s, CHILD_BOOT, builder_slot(s)) == NULL)
		return err_set(err, EP_UNAVAILABLE, NULL, "fork failed");
	while (child_by_role(s, CHILD_BOOT) != NULL) {
		(void)poll(&fd, 1, TICK_MS);
		on_signals(s);
		children_sync(s);
	}
	status = s->boot_status;
	if (status == 0 || s->is_stopping)
		return EP_OK;
	return err_set(err, EP_REFUSED, "not_started",
	    "%s: %s %d; the log has the reason", role_name(CHILD_BOOT),
	    WIFSIGNALED(status) ? "ended by signal" : "exit code",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void
run(struct supervisor *s)
{
	struct pollfd fds[2 + ORDER_CLIENTS + 1] = {
		{ .fd = s->signal_fd, .events = POLLIN },
		{ .fd = s->board->supervisor_fd, .events = POLLIN },
	};
	bool again = false;

	for (;;) {
		if (!s->is_stopping) {
			children_keep(s);
			again = reload_step(s);
		} else if (!has_children(s)) {
			return;
		} else if (clock_monotonic_us() > s->kill_at_us) {
			children_signal(s, SIGKILL);
		}
		if (!s->was_ready && !s->is_stopping)
			tell_ready(s);
		notify_alive(&s->notify, clock_monotonic_us());
		(void)poll(fds, 2 + order_fds(s, fds + 2),
		    again && !s->is_stopping ? 0 : TICK_MS);
		if ((fds[1].revents & POLLIN) != 0)
			board_clear_nudge(s->board->supervisor_fd);
		on_signals(s);
		order_serve(s);
	}
}

/* A start that came to nothing: its number is free for the next. */
static void
forget(const struct supervisor *s)
{
	if (s->plan.document[0] != '\0')
		(void)unlink(s->plan.document);
}

int
serve(const struct serve_options *options)
{
	struct supervisor *s = calloc(1, sizeof *s);
	int64_t began = clock_monotonic_us();
	struct err err = { 0 };
	int code;

	EP_ASSERT(s != NULL);
	s->options = options;
	s->log_fd = STDERR_FILENO;
	s->log = log_open(s->log_fd, EP_INFO, LOG_AUTO);
	for (unsigned i = 0; i < ORDER_CLIENTS; i++)
		s->clients[i].fd = -1;
	notify_open(&s->notify);
	if (boot(s, &err) == EP_OK && first_start(s, &err) == EP_OK) {
		reload_booted(s, began);
		run(s);
	} else {
		(void)fprintf(stderr, "entrepot: %s\n", err.text);
		forget(s);
		s->exit_code = 1;
	}
	if (s->store_shared != NULL)
		stop_end(s);
	code = s->exit_code;
	notify_close(&s->notify);
	log_close(&s->log);
	free(s);
	return code;
}
