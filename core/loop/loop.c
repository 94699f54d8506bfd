/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/loop/inside.h"

#include "core/base/clock.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct loop_watch {
	struct event event;
	loop_fn *fn;
	void *arg;
};

static void *
check_memory(void *p)
{
	if (p == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	return p;
}

/* --------------------------------------------------------------- timers -- */

static void
heap_put(struct loop *l, size_t place, struct loop_timer *t)
{
	l->heap[place - 1] = t;
	t->place = place;
}

static void
heap_up(struct loop *l, size_t place, struct loop_timer *t)
{
	while (place > 1 && l->heap[place / 2 - 1]->at_us > t->at_us) {
		heap_put(l, place, l->heap[place / 2 - 1]);
		place /= 2;
	}
	heap_put(l, place, t);
}

static void
heap_down(struct loop *l, size_t place, struct loop_timer *t)
{
	for (size_t child; (child = place * 2) <= l->n_heap; place = child) {
		if (child < l->n_heap &&
		    l->heap[child]->at_us < l->heap[child - 1]->at_us)
			child++;
		if (l->heap[child - 1]->at_us >= t->at_us)
			break;
		heap_put(l, place, l->heap[child - 1]);
	}
	heap_put(l, place, t);
}

/* The one libevent timer stands for the earliest of ours. */
static void
timer_arm(struct loop *l)
{
	struct timeval tv = { 0, 0 };
	int64_t left;

	if (l->n_heap == 0 || l->heap[0]->at_us == l->armed_us)
		return;
	l->armed_us = l->heap[0]->at_us;
	left = l->armed_us - clock_monotonic_us();
	if (left > 0) {
		tv.tv_sec = (time_t)(left / 1000000);
		tv.tv_usec = (suseconds_t)(left % 1000000);
	}
	(void)evtimer_add(l->timer_event, &tv);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;
	int64_t now = clock_monotonic_us();

	(void)fd;
	(void)what;
	l->armed_us = 0;
	while (l->n_heap > 0 && l->heap[0]->at_us <= now) {
		struct loop_timer *t = l->heap[0];

		loop_timer_clear(l, t);
		t->fn(t->arg);
	}
	timer_arm(l);
}

void
loop_timer_clear(struct loop *l, struct loop_timer *t)
{
	size_t place = t->place;
	struct loop_timer *last;

	if (place == 0)
		return;
	EP_ASSERT(place <= l->n_heap && l->heap[place - 1] == t);
	last = l->heap[--l->n_heap];
	t->place = 0;
	if (last == t)
		return;
	if (place > 1 && l->heap[place / 2 - 1]->at_us > last->at_us)
		heap_up(l, place, last);
	else
		heap_down(l, place, last);
}

void
loop_timer_set(struct loop *l, struct loop_timer *t, int64_t at_us, loop_fn *fn,
    void *arg)
{
	loop_timer_clear(l, t);
	if (l->n_heap == l->heap_size) {
		l->heap_size = l->heap_size == 0 ? 64 : l->heap_size * 2;
		l->heap = check_memory(realloc(l->heap,
		    l->heap_size * sizeof(struct loop_timer *)));
	}
	t->at_us = at_us;
	t->fn = fn;
	t->arg = arg;
	heap_up(l, ++l->n_heap, t);
	if (t->place == 1)
		timer_arm(l);
}

/* ---------------------------------------------------------------- later -- */

static void
on_later(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;
	size_t n = l->n_later;
	struct job *jobs = l->later;

	(void)fd;
	(void)what;
	/* What is added meanwhile goes to the other array, for the next
	 * turn, so that input and output get their turn between. */
	l->later = l->later_other;
	l->later_other = jobs;
	l->n_later = 0;
	{
		size_t size = l->later_size;

		l->later_size = l->later_other_size;
		l->later_other_size = size;
	}
	for (size_t i = 0; i < n; i++)
		jobs[i].fn(jobs[i].arg);
}

void
loop_later(struct loop *l, loop_fn *fn, void *arg)
{
	if (l->n_later == l->later_size) {
		l->later_size = l->later_size == 0 ? 64 : l->later_size * 2;
		l->later = check_memory(
		    realloc(l->later, l->later_size * sizeof(struct job)));
	}
	l->later[l->n_later].fn = fn;
	l->later[l->n_later].arg = arg;
	if (l->n_later++ == 0)
		event_active(l->later_event, EV_READ, 1);
}

/* ---------------------------------------------------------- descriptors -- */

static void
on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct loop_watch *w = arg;

	(void)fd;
	(void)what;
	w->fn(w->arg);
}

struct loop_watch *
loop_watch(struct loop *l, int fd, loop_fn *fn, void *arg)
{
	struct loop_watch *w = check_memory(calloc(1, sizeof *w));

	w->fn = fn;
	w->arg = arg;
	EP_ASSERT(event_assign(&w->event, l->base, fd, EV_READ | EV_PERSIST,
		      on_watch, w) == 0);
	EP_ASSERT(event_add(&w->event, NULL) == 0);
	return w;
}

void
loop_unwatch(struct loop_watch **wp)
{
	if (*wp == NULL)
		return;
	(void)event_del(&(*wp)->event);
	free(*wp);
	*wp = NULL;
}

/* ----------------------------------------------------------------- post -- */

static void
on_post(void *arg)
{
	struct loop *l = arg;
	struct posted *p, *next;
	uint64_t n;

	if (read(l->post_fd, &n, sizeof n) < 0 && errno != EAGAIN)
		ep_panic(__FILE__, __LINE__, __func__, "eventfd");
	(void)pthread_mutex_lock(&l->post_lock);
	p = l->posted;
	l->posted = NULL;
	l->posted_last = &l->posted;
	(void)pthread_mutex_unlock(&l->post_lock);
	for (; p != NULL; p = next) {
		next = p->next;
		p->fn(p->arg);
		free(p);
	}
}

void
loop_post(struct loop *l, loop_fn *fn, void *arg)
{
	struct posted *p = check_memory(calloc(1, sizeof *p));
	uint64_t one = 1;

	p->fn = fn;
	p->arg = arg;
	(void)pthread_mutex_lock(&l->post_lock);
	*l->posted_last = p;
	l->posted_last = &p->next;
	(void)pthread_mutex_unlock(&l->post_lock);
	while (write(l->post_fd, &one, sizeof one) < 0 && errno == EINTR)
		continue;
}

/* ----------------------------------------------------------------- loop -- */

struct loop *
loop_new(unsigned max_fibers)
{
	struct loop *l = check_memory(calloc(1, sizeof *l));
	struct event_config *c = check_memory(event_config_new());

	l->magic = LOOP_MAGIC;
	l->max_fibers = max_fibers;
	(void)event_config_set_flag(c,
	    EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
	l->base = check_memory(event_base_new_with_config(c));
	event_config_free(c);
	l->timer_event = check_memory(evtimer_new(l->base, on_timer, l));
	l->later_event = check_memory(event_new(l->base, -1, 0, on_later, l));
	l->posted_last = &l->posted;
	(void)pthread_mutex_init(&l->post_lock, NULL);
	l->post_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	EP_ASSERT(l->post_fd >= 0);
	l->post_watch = loop_watch(l, l->post_fd, on_post, l);
	return l;
}

void
loop_set_max_fibers(struct loop *l, unsigned max_fibers)
{
	EP_CHECK(l, LOOP_MAGIC);
	l->max_fibers = max_fibers;
}

void
loop_free(struct loop **lp)
{
	struct loop *l = *lp;

	EP_CHECK(l, LOOP_MAGIC);
	EP_ASSERT(l->n_fibers == 0);
	offload_stop(l);
	fiber_pool_free(l);
	loop_unwatch(&l->post_watch);
	(void)close(l->post_fd);
	event_free(l->timer_event);
	event_free(l->later_event);
	event_base_free(l->base);
	(void)pthread_mutex_destroy(&l->post_lock);
	free(l->heap);
	free(l->later);
	free(l->later_other);
	l->magic = 0;
	free(l);
	*lp = NULL;
}

void
loop_run(struct loop *l)
{
	EP_CHECK(l, LOOP_MAGIC);
	while (!l->stop) {
		if (event_base_loop(l->base,
			EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY) < 0)
			ep_panic(__FILE__, __LINE__, __func__, "event loop");
	}
	l->stop = false; /* a stop asked for before the run counts */
}

void
loop_stop(struct loop *l)
{
	l->stop = true;
	(void)event_base_loopbreak(l->base);
}

struct event_base *
loop_base(struct loop *l)
{
	return l->base;
}

int64_t
loop_now_us(const struct loop *l)
{
	(void)l;
	return clock_monotonic_us();
}
