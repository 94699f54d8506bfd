/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/supervisor.h"

#include "core/base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SILENT_US 5000000 /* one that asks nothing for so long is closed */

static void
drop(struct order_client *c)
{
	(void)close(c->fd);
	*c = (struct order_client){ .fd = -1 };
}

static void
fill(struct supervisor *s, struct order_answer *a, bool is_last,
    ep_status status)
{
	struct reload *r = &s->reload;

	memset(a, 0, sizeof *a);
	a->magic = ORDER_ANSWER_MAGIC;
	a->is_last = is_last;
	a->status = status;
	a->phase = r->now.phase;
	a->active = atomic_load(&s->board->active_generation);
	a->waiting = r->waiting;
	a->record = r->now;
	(void)snprintf(a->document, sizeof a->document, "%s", r->next.document);
	(void)snprintf(a->report, sizeof a->report, "%s", r->next.report);
}

/* An asker that does not read loses answers, never holds us up. */
static void
say(struct order_client *c, const struct order_answer *a)
{
	(void)send(c->fd, a, sizeof *a, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void
order_answer(struct supervisor *s, bool is_last, ep_status status)
{
	struct order_answer a;

	for (unsigned i = 0; i < ORDER_CLIENTS; i++) {
		struct order_client *c = &s->clients[i];

		if (c->fd < 0 || !c->is_asker)
			continue;
		fill(s, &a, is_last, status);
		say(c, &a);
		if (is_last)
			drop(c);
	}
}

/* Refused before anything began; the record says what runs, or why. */
static void
refuse(struct supervisor *s, struct order_client *c, ep_status status,
    const char *words)
{
	struct order_answer a;

	fill(s, &a, true, status);
	a.document[0] = a.report[0] = '\0';
	if (words != NULL) {
		a.record = (struct board_reload){ .result = RELOAD_REFUSED,
			.from = a.active,
			.worker = -1,
			.uid = c->uid };
		(void)snprintf(a.record.text, sizeof a.record.text, "%s",
		    words);
	}
	say(c, &a);
	drop(c);
}

/* A host rereads the file that it was started with, and no other. */
static bool
is_ours(const struct supervisor *s, const struct order *order, char *words,
    size_t size)
{
	char *ours = order->config[0] != '\0'
	    ? realpath(s->options->config, NULL)
	    : NULL;
	bool is_same = ours == NULL ||
	    strncmp(ours, order->config, sizeof order->config) == 0;

	if (!is_same)
		(void)snprintf(words, size,
		    "this host runs %.200s, not %.200s: change that file, or "
		    "start a host with the other",
		    ours, order->config);
	free(ours);
	return is_same;
}

static void
take(struct supervisor *s, struct order_client *c, const struct order *order)
{
	static const enum reload_kind kinds[] = { [ORDER_RELOAD] = RELOAD_ORDER,
		[ORDER_PLAN] = RELOAD_ORDER,
		[ORDER_ROLLBACK] = RELOAD_ROLLBACK };

	uint64_t active = atomic_load(&s->board->active_generation);
	char words[640];

	if (order->magic != ORDER_MAGIC || order->kind < ORDER_RELOAD ||
	    order->kind > ORDER_ROLLBACK) {
		refuse(s, c, EP_INVALID,
		    "this order is not known: the program that asks is of "
		    "another version than the host that runs");
		return;
	}
	if (order->expected != 0 && order->expected != active) {
		(void)snprintf(words, sizeof words,
		    "generation %llu is active, not %llu; look again",
		    (unsigned long long)active,
		    (unsigned long long)order->expected);
		refuse(s, c, EP_CONFLICT, words);
		return;
	}
	if (!is_ours(s, order, words, sizeof words)) {
		refuse(s, c, EP_REFUSED, words);
		return;
	}
	if (reload_ask(s, order, kinds[order->kind], c->uid) != EP_OK) {
		refuse(s, c, EP_CONFLICT, NULL);
		return;
	}
	c->is_asker = true;
}

static void
hear(struct supervisor *s, struct order_client *c)
{
	struct order order;
	ssize_t n = recv(c->fd, &order, sizeof order, MSG_DONTWAIT | MSG_TRUNC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		if (!c->is_asker &&
		    clock_monotonic_us() - c->since_us > SILENT_US)
			drop(c);
		return;
	}
	if (n <= 0) {
		drop(c);
		return;
	}
	if (c->is_asker)
		return; /* it has asked; nothing more is expected */
	if (n != (ssize_t)sizeof order)
		order.magic = 0;
	take(s, c, &order);
}

static void
greet(struct supervisor *s, int fd)
{
	struct ucred who = { 0 };
	socklen_t length = sizeof who;
	struct order_client *c = NULL;

	for (unsigned i = 0; i < ORDER_CLIENTS && c == NULL; i++)
		if (s->clients[i].fd < 0)
			c = &s->clients[i];
	if (c == NULL ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0) {
		(void)close(fd);
		return;
	}
	*c = (struct order_client){ .fd = fd,
		.uid = who.uid,
		.since_us = clock_monotonic_us() };
	if (who.uid != 0 && who.uid != getuid())
		refuse(s, c, EP_DENIED,
		    "only root and the owner of the state folder may ask "
		    "this host");
}

unsigned
order_fds(struct supervisor *s, struct pollfd *fds)
{
	unsigned n = 0;

	if (s->is_stopping)
		return 0;
	fds[n++] = (struct pollfd){ .fd = s->order_fd, .events = POLLIN };
	for (unsigned i = 0; i < ORDER_CLIENTS; i++)
		if (s->clients[i].fd >= 0)
			fds[n++] = (struct pollfd){ .fd = s->clients[i].fd,
				.events = POLLIN };
	return n;
}

void
order_serve(struct supervisor *s)
{
	int fd;

	if (s->is_stopping)
		return;
	while ((fd = accept4(s->order_fd, NULL, NULL,
		    SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
		greet(s, fd);
	for (unsigned i = 0; i < ORDER_CLIENTS; i++)
		if (s->clients[i].fd >= 0)
			hear(s, &s->clients[i]);
}

void
order_close(struct supervisor *s)
{
	for (unsigned i = 0; i < ORDER_CLIENTS; i++)
		if (s->clients[i].fd >= 0)
			drop(&s->clients[i]);
	if (s->order_fd > 0)
		(void)close(s->order_fd);
	s->order_fd = -1;
}
