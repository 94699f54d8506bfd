/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/sqlite.h"

#include "core/base/clock.h"

#include <poll.h>
#include <unistd.h>

void
waiter_wake(struct waiter *w)
{
	if (w->fiber != NULL && w->fiber != fiber_self())
		fiber_wake(w->fiber);
}

#define BURST 16u /* transactions in one turn while others wait */

void
turn_advance(struct store *s)
{
	struct store_shared *shared = s->options.shared;
	struct waiter *w;

	if (s->writer_busy)
		return;
	w = TAILQ_FIRST(&s->writing);
	if (s->turn_asked &&
	    (w == NULL ||
		(s->burst >= BURST &&
		    shared_turn_held(shared, s->options.worker) &&
		    shared_turn_wanted(shared, s->options.worker)))) {
		s->turn_asked = false;
		shared_turn_give(shared, s->options.worker);
	}
	if (w == NULL)
		return;
	if (!s->turn_asked) {
		s->turn_asked = true;
		s->burst = 0;
		shared_turn_ask(shared, s->options.worker);
	}
	if (!shared_turn_held(shared, s->options.worker))
		return;
	TAILQ_REMOVE(&s->writing, w, link);
	w->granted = true;
	s->writer_busy = true;
	s->burst++;
	waiter_wake(w);
}

void
sync_advance(struct store *s)
{
	struct waiter *w, *next;
	uint64_t synced;
	bool failed;

	if (TAILQ_EMPTY(&s->syncing))
		return;
	shared_sync_wanted(s->options.shared, s->options.worker);
	failed = store_shared_failed(s->options.shared);
	synced = shared_synced(s->options.shared);
	for (w = TAILQ_FIRST(&s->syncing); w != NULL; w = next) {
		next = TAILQ_NEXT(w, link);
		if (!failed && w->point > synced)
			continue;
		TAILQ_REMOVE(&s->syncing, w, link);
		w->granted = true;
		waiter_wake(w);
	}
}

void
turn_on_eventfd(void *store)
{
	struct store *s = store;
	uint64_t count;

	if (read(shared_eventfd(s->options.shared, s->options.worker), &count,
		sizeof count) < 0)
		return;
	turn_advance(s);
	sync_advance(s);
}

static ep_status
wait_blocking(struct store *s, const struct waiter *w, int64_t deadline_us)
{
	struct pollfd p = {
		.fd = shared_eventfd(s->options.shared, s->options.worker),
		.events = POLLIN,
	};

	while (!w->granted) {
		int64_t left = deadline_us == 0
		    ? 100000
		    : deadline_us - clock_monotonic_us();

		if (left <= 0)
			return EP_TIMEOUT;
		(void)poll(&p, 1, (int)(left / 1000 > 100 ? 100 : 1));
		turn_on_eventfd(s);
	}
	return EP_OK;
}

ep_status
wait_granted(struct store *s, struct waiters *list, struct waiter *w,
    int64_t deadline_us)
{
	ep_status st = EP_OK;

	if (s->options.loop == NULL)
		st = wait_blocking(s, w, deadline_us);
	else
		while (!w->granted && st == EP_OK)
			st = fiber_wait(deadline_us);
	if (!w->granted)
		TAILQ_REMOVE(list, w, link);
	return w->granted ? EP_OK : st;
}
