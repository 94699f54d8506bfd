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
#define BUILD_MAX_US 600000000 /* a builder that takes longer hangs */
#define RESPAWN_MAX_US 30000000

void
note(struct supervisor *s, unsigned level, const char *event,
    const struct ep_arg *fields, uint32_t n)
{
	log_write(s->log, level, NULL, event, fields, n);
}

static unsigned
builder_slot(const struct supervisor *s)
{
	return s->plan.workers;
}

/* ------------------------------------------------------------- inspector */

/* The plan comes through a pipe, whole or not at all. */
static ep_status
inspect(struct supervisor *s, struct err *err)
{
	size_t got = 0;
	int fds[2], status = 0;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_set(err, EP_UNAVAILABLE, NULL, "pipe: %s",
		    strerror(errno));
	pid = fork();
	if (pid == 0) {
		(void)close(fds[0]);
		_exit(inspector_main(s->options, 1, fds[1]));
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

	EP_TRY(board_new(s->plan.workers + 1, store_shared_size(), &s->board,
	    &extra, err));
	s->board->workers = s->plan.workers;
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
	return signals(s, err);
}

/* -------------------------------------------------------------- children */

static void
tell_end(struct supervisor *s, const struct child *c, int status)
{
	struct ep_arg fields[6];
	struct board_slot *slot = c->role == CHILD_WORKER
	    ? &s->board->slots[c->slot]
	    : NULL;
	uint32_t n = 0;
	int series;

	fields[n++] = ep_named("role", ep_text(role_name(c->role)));
	fields[n++] = ep_named("pid", ep_int(c->pid));
	if (WIFSIGNALED(status))
		fields[n++] = ep_named("signal", ep_int(WTERMSIG(status)));
	else
		fields[n++] = ep_named("exit", ep_int(WEXITSTATUS(status)));
	series = slot != NULL ? atomic_load(&slot->series) : -1;
	if (series >= 0 && atomic_load(&slot->busy_since_us) != 0)
		fields[n++] = ep_named("during",
		    ep_text(s->board->series[series].name));
	note(s, status == 0 || c->is_killed ? EP_INFO : EP_ERROR, "child_ended",
	    fields, n);
}

static int64_t
wait_after(unsigned failures)
{
	int64_t wait = 100000;

	for (unsigned i = 1; i < failures && wait < RESPAWN_MAX_US; i++)
		wait *= 2;
	return clock_monotonic_us() +
	    (wait > RESPAWN_MAX_US ? RESPAWN_MAX_US : wait);
}

static void
worker_ended(struct supervisor *s, const struct child *c, bool has_served)
{
	bool was_short = !has_served ||
	    clock_monotonic_us() - c->started_us < 1000000;

	(void)atomic_fetch_add(&s->board->restarts, 1);
	/* One that served a while is replaced at once; one that cannot start
	 * is tried ever more slowly. */
	if (was_short) {
		s->failures++;
		s->respawn_at_us = wait_after(s->failures);
	} else {
		s->failures = 0;
		s->respawn_at_us = 0;
	}
}

static void
child_ended(struct supervisor *s, pid_t pid, int status)
{
	struct child *c = child_by_pid(s, pid);
	struct child was;
	bool has_served;

	if (c == NULL)
		return;
	was = *c;
	has_served = was.role == CHILD_WORKER &&
	    atomic_load(&s->board->slots[was.slot].state) == SLOT_READY;
	if (!s->is_stopping || (status != 0 && !c->is_killed))
		tell_end(s, c, status);
	store_shared_bury(s->store_shared, pid);
	board_bury(s->board, pid);
	c->role = CHILD_NONE;
	if (was.role == CHILD_BOOT)
		s->boot_status = status;
	if (s->is_stopping)
		return;
	if (was.role == CHILD_WORKER)
		worker_ended(s, &was, has_served);
	if (was.role == CHILD_SYNC)
		s->sync_at_us = wait_after(++s->sync_failures);
	if (was.role == CHILD_BUILDER) {
		s->build_failures = status == 0 ? 0 : s->build_failures + 1;
		s->build_at_us = status == 0 ? 0
					     : wait_after(s->build_failures);
		if (status != 0)
			atomic_store(&s->board->want_build, 1);
	}
}

static void
reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		child_ended(s, pid, status);
}

static bool
has_worker(struct supervisor *s, unsigned slot)
{
	for (unsigned i = 0; i < CHILDREN_MAX; i++)
		if (s->children[i].role == CHILD_WORKER &&
		    s->children[i].slot == slot)
			return true;
	return false;
}

/* A handler that holds its worker too long takes it from everybody. */
static void
watch_stalls(struct supervisor *s, int64_t now)
{
	for (unsigned i = 0; i < CHILDREN_MAX; i++) {
		struct child *c = &s->children[i];
		struct board_slot *slot;
		int64_t since;
		int series;

		if (c->role == CHILD_BUILDER && !c->is_killed &&
		    now - c->started_us > BUILD_MAX_US) {
			note(s, EP_ERROR, "builder_stalled", NULL, 0);
			c->is_killed = true;
			(void)kill(c->pid, SIGKILL);
		}
		if (c->role != CHILD_WORKER || c->is_killed)
			continue;
		slot = &s->board->slots[c->slot];
		since = atomic_load(&slot->busy_since_us);
		if (since == 0 || now - since < s->plan.stall_ms * 1000)
			continue;
		series = atomic_load(&slot->series);
		{
			struct ep_arg fields[] = {
				{ "pid", ep_int(c->pid) },
				{ "held_ms", ep_int((now - since) / 1000) },
				{ "operation",
				    ep_text(series >= 0
					    ? s->board->series[series].name
					    : "?") },
			};

			note(s, EP_ERROR, "worker_stalled", fields, 3);
		}
		c->is_killed = true;
		(void)kill(c->pid, SIGKILL);
	}
}

static void
keep_syncing(struct supervisor *s)
{
	if (s->plan.database[0] != '\0' &&
	    child_by_role(s, CHILD_SYNC) == NULL &&
	    clock_monotonic_us() >= s->sync_at_us &&
	    !store_shared_failed(s->store_shared))
		(void)spawn(s, CHILD_SYNC, STORE_SLOT_SYNC);
}

static void
keep_alive(struct supervisor *s)
{
	int64_t now = clock_monotonic_us();

	keep_syncing(s);
	if (now >= s->respawn_at_us)
		for (unsigned i = 0; i < s->plan.workers; i++)
			if (!has_worker(s, i))
				(void)spawn(s, CHILD_WORKER, i);
	if (now >= s->build_at_us && child_by_role(s, CHILD_BUILDER) == NULL &&
	    atomic_exchange(&s->board->want_build, 0) != 0 &&
	    spawn(s, CHILD_BUILDER, builder_slot(s)) == NULL)
		atomic_store(&s->board->want_build, 1);
	watch_stalls(s, now);
}

static void
tell_ready(struct supervisor *s)
{
	for (unsigned i = 0; i < s->plan.workers; i++)
		if (atomic_load(&s->board->slots[i].state) != SLOT_READY)
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

static void
signal_workers(struct supervisor *s, int signal)
{
	for (unsigned i = 0; i < CHILDREN_MAX; i++) {
		struct child *c = &s->children[i];

		if (c->role != CHILD_WORKER && c->role != CHILD_BUILDER &&
		    c->role != CHILD_BOOT)
			continue;
		/* Only workers end by themselves when asked. */
		if (signal == SIGKILL || c->role != CHILD_WORKER)
			c->is_killed = true;
		(void)kill(c->pid, signal);
	}
}

static bool
has_children(struct supervisor *s)
{
	return child_by_role(s, CHILD_WORKER) != NULL ||
	    child_by_role(s, CHILD_BUILDER) != NULL;
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
	notify_send(&s->notify, "STOPPING=1\nSTATUS=stopping");
	signal_workers(s, SIGTERM);
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
	note(s, EP_INFO, "stopped", NULL, 0);
}

/* ------------------------------------------------------------------ loop */

static void
on_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			stop_begin(s);
		if (info.ssi_signo == SIGHUP)
			note(s, EP_WARN, "no_reload_yet", NULL, 0);
		if (info.ssi_signo == SIGUSR1)
			log_turn(s);
	}
	reap(s);
}

/* Tables and the first start of every module, before there is a worker.
 * Signals count meanwhile. */
static ep_status
first_start(struct supervisor *s, struct err *err)
{
	struct pollfd fd = { .fd = s->signal_fd, .events = POLLIN };
	int status;

	keep_syncing(s);
	if (spawn(s, CHILD_BOOT, builder_slot(s)) == NULL)
		return err_set(err, EP_UNAVAILABLE, NULL, "fork failed");
	while (child_by_role(s, CHILD_BOOT) != NULL) {
		(void)poll(&fd, 1, TICK_MS);
		on_signals(s);
		keep_syncing(s);
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
	struct pollfd fds[] = { { .fd = s->signal_fd, .events = POLLIN },
		{ .fd = s->board->supervisor_fd, .events = POLLIN } };

	for (;;) {
		if (!s->is_stopping)
			keep_alive(s);
		else if (!has_children(s))
			return;
		else if (clock_monotonic_us() > s->kill_at_us)
			signal_workers(s, SIGKILL);
		if (!s->was_ready && !s->is_stopping)
			tell_ready(s);
		notify_alive(&s->notify, clock_monotonic_us());
		(void)poll(fds, 2, TICK_MS);
		if ((fds[1].revents & POLLIN) != 0)
			board_clear_nudge(s->board->supervisor_fd);
		on_signals(s);
	}
}

int
serve(const struct serve_options *options)
{
	struct supervisor *s = calloc(1, sizeof *s);
	struct err err = { 0 };
	int code;

	EP_ASSERT(s != NULL);
	s->options = options;
	s->log_fd = STDERR_FILENO;
	s->log = log_open(s->log_fd, EP_INFO, LOG_AUTO);
	notify_open(&s->notify);
	if (boot(s, &err) == EP_OK && first_start(s, &err) == EP_OK) {
		run(s);
	} else {
		(void)fprintf(stderr, "entrepot: %s\n", err.text);
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
