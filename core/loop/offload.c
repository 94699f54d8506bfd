/* SPDX-License-Identifier: BSD-2-Clause */

/* A small pool of threads for work that would hold the loop.  Started with
 * the first work, so that a process without any stays single-threaded. */

#include "core/loop/inside.h"

#include <signal.h>
#include <stdlib.h>

#define N_THREADS 2
#define THREAD_STACK ((size_t)8 << 20)

struct task {
	struct task *next;
	struct loop *loop;
	ep_work *work;
	void *arg;
	struct fiber *fiber;
	bool done;
};

struct offload {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct task *first, **last;
	bool stop;
	pthread_t threads[N_THREADS];
};

static void
finished(void *arg)
{
	struct task *t = arg;

	t->done = true;
	fiber_wake(t->fiber);
}

static void *
thread_main(void *arg)
{
	struct offload *o = arg;

	for (;;) {
		struct task *t;

		(void)pthread_mutex_lock(&o->lock);
		while (o->first == NULL && !o->stop)
			(void)pthread_cond_wait(&o->more, &o->lock);
		t = o->first;
		if (t != NULL) {
			o->first = t->next;
			if (o->first == NULL)
				o->last = &o->first;
		}
		(void)pthread_mutex_unlock(&o->lock);
		if (t == NULL)
			return NULL;
		t->work(t->arg);
		loop_post(t->loop, finished, t);
	}
}

static struct offload *
offload_start(void)
{
	struct offload *o = calloc(1, sizeof *o);
	pthread_attr_t attr;
	sigset_t all, old;

	EP_ASSERT(o != NULL);
	(void)pthread_mutex_init(&o->lock, NULL);
	(void)pthread_cond_init(&o->more, NULL);
	o->last = &o->first;
	(void)pthread_attr_init(&attr);
	(void)pthread_attr_setstacksize(&attr, THREAD_STACK);
	/* Signals are for the loop's thread. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	for (int i = 0; i < N_THREADS; i++)
		EP_ASSERT(
		    pthread_create(&o->threads[i], &attr, thread_main, o) == 0);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	(void)pthread_attr_destroy(&attr);
	return o;
}

ep_status
loop_offload(struct loop *l, ep_work *work, void *arg)
{
	struct task t = { .loop = l, .work = work, .arg = arg };
	struct offload *o = l->offload;

	if (o == NULL)
		o = l->offload = offload_start();
	t.fiber = fiber_self();
	EP_ASSERT(t.fiber != NULL);
	(void)pthread_mutex_lock(&o->lock);
	*o->last = &t;
	o->last = &t.next;
	(void)pthread_cond_signal(&o->more);
	(void)pthread_mutex_unlock(&o->lock);
	/* The thread holds our memory: no deadline and no cancellation cuts
	 * this short. */
	while (!t.done)
		fiber_wait_always();
	return EP_OK;
}

void
offload_stop(struct loop *l)
{
	struct offload *o = l->offload;

	if (o == NULL)
		return;
	(void)pthread_mutex_lock(&o->lock);
	o->stop = true;
	(void)pthread_cond_broadcast(&o->more);
	(void)pthread_mutex_unlock(&o->lock);
	for (int i = 0; i < N_THREADS; i++)
		(void)pthread_join(o->threads[i], NULL);
	(void)pthread_mutex_destroy(&o->lock);
	(void)pthread_cond_destroy(&o->more);
	free(o);
	l->offload = NULL;
}
