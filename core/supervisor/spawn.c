/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/supervisor.h"

#include "core/base/clock.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define BEHIND 10 /* nice value: a tenth of a worker's share */

const char *
role_name(enum child_role role)
{
	static const char *const names[] = { "none", "inspector", "sync",
		"boot", "builder", "probe", "worker" };

	return names[role];
}

struct child *
child_by_pid(struct supervisor *s, pid_t pid)
{
	for (unsigned i = 0; i < CHILDREN_MAX; i++)
		if (s->children[i].role != CHILD_NONE &&
		    s->children[i].pid == pid)
			return &s->children[i];
	return NULL;
}

struct child *
child_by_role(struct supervisor *s, enum child_role role)
{
	for (unsigned i = 0; i < CHILDREN_MAX; i++)
		if (s->children[i].role == role)
			return &s->children[i];
	return NULL;
}

struct child *
child_worker(struct supervisor *s, unsigned slot)
{
	for (unsigned i = 0; i < CHILDREN_MAX; i++)
		if (s->children[i].role == CHILD_WORKER &&
		    s->children[i].slot == slot)
			return &s->children[i];
	return NULL;
}

unsigned
builder_slot(const struct supervisor *s)
{
	return s->board->workers + s->board->spares;
}

/* Signals as a program expects to find them; and no child outlives us. */
static void
settle(pid_t supervisor)
{
	sigset_t none;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != supervisor)
		_exit(EXIT_BROKEN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGINT, SIG_IGN); /* the terminal's; ours is SIGTERM */
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
}

static int
sync_main(struct supervisor *s)
{
	struct err err = { 0 };

	(void)signal(SIGTERM, SIG_IGN); /* it ends last, by store_shared_stop */
	if (store_sync_run(s->plan.database, s->store_shared, &err) == EP_OK)
		return EXIT_GOOD;
	(void)log_write(s->log, EP_ERROR, NULL, "sync_failed",
	    &(struct ep_arg){ "detail", ep_text(err.text) }, 1);
	return EXIT_BROKEN;
}

/* Sockets of the supervisor's own. */
static void
close_ours(struct supervisor *s)
{
	(void)close(s->signal_fd);
	(void)close(s->order_fd);
	for (unsigned i = 0; i < ORDER_CLIENTS; i++)
		if (s->clients[i].fd >= 0)
			(void)close(s->clients[i].fd);
}

/* A reload can wait, requests cannot: what it is made with runs when nobody
 * else wants the processor. */
static void
give_way(enum child_role role)
{
	if (role == CHILD_INSPECTOR || role == CHILD_PROBE ||
	    role == CHILD_BUILDER)
		(void)setpriority(PRIO_PROCESS, 0, BEHIND);
}

static int
body(struct supervisor *s, enum child_role role, unsigned slot)
{
	bool is_next = role == CHILD_PROBE;
	const struct plan *plan = is_next ? &s->reload.next : &s->plan;
	struct process_setup setup = { .plan = plan,
		.board = s->board,
		.store_shared = s->store_shared,
		.generation = plan->generation,
		.slot = slot,
		.listen_fds = &s->listen_fd,
		.n_listen = 1,
		.control_fd = s->control_fd,
		.log_fd = s->log_fd };

	close_ours(s);
	give_way(role);
	switch (role) {
	case CHILD_INSPECTOR:
		return inspector_main(&s->reload.task, s->reload.plan_fds[1]);
	case CHILD_SYNC:
		return sync_main(s);
	case CHILD_BOOT:
	case CHILD_PROBE:
	case CHILD_BUILDER:
		return builder_main(&setup, role != CHILD_BUILDER);
	case CHILD_WORKER:
		return worker_main(&setup);
	default:
		return EXIT_BROKEN;
	}
}

struct child *
spawn(struct supervisor *s, enum child_role role, unsigned slot)
{
	struct child *c = child_by_role(s, CHILD_NONE);
	pid_t self = getpid(), pid;

	EP_ASSERT(c != NULL);
	pid = fork();
	if (pid < 0) {
		struct ep_arg fields[] = { { "role", ep_text(role_name(role)) },
			{ "detail", ep_text(strerror(errno)) } };

		note(s, EP_ERROR, "fork_failed", fields, 2);
		return NULL;
	}
	if (pid == 0) {
		settle(self);
		_exit(body(s, role, slot));
	}
	c->role = role;
	c->pid = pid;
	c->slot = slot;
	c->is_killed = c->is_asked = c->is_stalled = false;
	c->started_us = clock_monotonic_us();
	if (role >= CHILD_BOOT)
		atomic_store(&s->board->slots[slot].pid, pid);
	return c;
}
