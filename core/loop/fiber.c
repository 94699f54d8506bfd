/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/loop/inside.h"
#include "core/loop/switch.h"

#include <stdlib.h>
#include <sys/mman.h>

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#ifdef HAVE_VALGRIND_VALGRIND_H
#include <valgrind/valgrind.h>
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#elif defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

#define STACK_BYTES ((size_t)256 << 10)
#define GUARD_BYTES ((size_t)64 << 10)
#define POOL_KEEP 64 /* stacks kept for reuse; the rest is unmapped */

struct fiber {
	uint32_t magic;
#define FIBER_MAGIC 0xf1be55a1
	bool is_waiting, is_woken, is_cancelled, is_done, is_queued;
	struct loop *loop;
	void *stack_pointer;
	char *memory; /* the guard, then the stack */
	fiber_fn *fn;
	void *arg;
	const void *tag;
	struct loop_timer timer;
	TAILQ_ENTRY(fiber) link;
	void *fake_stack; /* AddressSanitizer's */
	void *tsan;
	unsigned valgrind;
};

/* One thread runs the loop; what it is doing is its own. */
static __thread struct fiber *running;
static __thread void *loop_stack_pointer;

#if defined(__SANITIZE_ADDRESS__)
static __thread const void *loop_bottom;
static __thread size_t loop_size;
static __thread void *loop_fake;
#elif defined(__SANITIZE_THREAD__)
static __thread void *loop_tsan;
#endif

static char *
stack_bottom(const struct fiber *f)
{
	return f->memory + GUARD_BYTES;
}

/* ------------------------------------------- what the tools must be told -- */

static void
tools_born(struct fiber *f)
{
#if defined(__SANITIZE_ADDRESS__)
	__lsan_register_root_region(stack_bottom(f), STACK_BYTES);
#elif defined(__SANITIZE_THREAD__)
	f->tsan = __tsan_create_fiber(0);
#endif
#ifdef HAVE_VALGRIND_VALGRIND_H
	f->valgrind = VALGRIND_STACK_REGISTER(stack_bottom(f),
	    stack_bottom(f) + STACK_BYTES);
#endif
	(void)f;
}

static void
tools_dead(struct fiber *f)
{
#if defined(__SANITIZE_ADDRESS__)
	__lsan_unregister_root_region(stack_bottom(f), STACK_BYTES);
#elif defined(__SANITIZE_THREAD__)
	__tsan_destroy_fiber(f->tsan);
#endif
#ifdef HAVE_VALGRIND_VALGRIND_H
	VALGRIND_STACK_DEREGISTER(f->valgrind);
#endif
	(void)f;
}

static void
tools_enter(struct fiber *f)
{
#if defined(__SANITIZE_ADDRESS__)
	__sanitizer_start_switch_fiber(&loop_fake, stack_bottom(f),
	    STACK_BYTES);
#elif defined(__SANITIZE_THREAD__)
	loop_tsan = __tsan_get_current_fiber();
	__tsan_switch_to_fiber(f->tsan, 0);
#endif
	(void)f;
}

static void
tools_entered(struct fiber *f)
{
#if defined(__SANITIZE_ADDRESS__)
	__sanitizer_finish_switch_fiber(f->fake_stack, &loop_bottom,
	    &loop_size);
#endif
	(void)f;
}

static void
tools_leave(struct fiber *f)
{
#if defined(__SANITIZE_ADDRESS__)
	__sanitizer_start_switch_fiber(f->is_done ? NULL : &f->fake_stack,
	    loop_bottom, loop_size);
#elif defined(__SANITIZE_THREAD__)
	__tsan_switch_to_fiber(loop_tsan, 0);
#endif
	(void)f;
}

static void
tools_left(struct fiber *f)
{
#if defined(__SANITIZE_ADDRESS__)
	__sanitizer_finish_switch_fiber(loop_fake, NULL, NULL);
	if (f->is_done) {
		f->fake_stack = NULL;
		ASAN_UNPOISON_MEMORY_REGION(stack_bottom(f), STACK_BYTES);
	}
#endif
	(void)f;
}

/* ---------------------------------------------------------------- fibers -- */

static void
leave(struct fiber *f)
{
	tools_leave(f);
	switch_stack(&f->stack_pointer, loop_stack_pointer);
	tools_entered(f);
}

static void
entry(void *arg)
{
	struct fiber *f = arg;

	tools_entered(f);
	f->fn(f->arg);
	f->is_done = true;
	leave(f);
	ep_panic(__FILE__, __LINE__, __func__, "an ended fiber was resumed");
}

static void
stack_free(struct fiber *f)
{
	tools_dead(f);
	(void)munmap(f->memory, GUARD_BYTES + STACK_BYTES);
	f->magic = 0;
	free(f);
}

/* NULL when the system has no mapping left. */
static struct fiber *
stack_new(struct loop *l)
{
	struct fiber *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->memory = mmap(NULL, GUARD_BYTES + STACK_BYTES, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (f->memory == MAP_FAILED) {
		free(f);
		return NULL;
	}
	if (mprotect(stack_bottom(f), STACK_BYTES, PROT_READ | PROT_WRITE) !=
	    0) {
		(void)munmap(f->memory, GUARD_BYTES + STACK_BYTES);
		free(f);
		return NULL;
	}
	f->magic = FIBER_MAGIC;
	f->loop = l;
	tools_born(f);
	return f;
}

static struct fiber *
take(struct loop *l)
{
	struct fiber *f;

	if (!l->has_lists) {
		TAILQ_INIT(&l->live);
		TAILQ_INIT(&l->pool);
		l->has_lists = true;
	}
	f = TAILQ_FIRST(&l->pool);
	if (f == NULL)
		return stack_new(l);
	TAILQ_REMOVE(&l->pool, f, link);
	l->n_pool--;
	return f;
}

static void
give_back(struct fiber *f)
{
	struct loop *l = f->loop;

	TAILQ_REMOVE(&l->live, f, link);
	l->n_fibers--;
	if (l->n_pool >= POOL_KEEP) {
		stack_free(f);
		return;
	}
	TAILQ_INSERT_HEAD(&l->pool, f, link);
	l->n_pool++;
}

static void
resume(void *arg)
{
	struct fiber *f = arg;

	EP_CHECK(f, FIBER_MAGIC);
	EP_ASSERT(running == NULL);
	f->is_queued = false;
	running = f;
	tools_enter(f);
	switch_stack(&loop_stack_pointer, f->stack_pointer);
	tools_left(f);
	running = NULL;
	if (f->is_done)
		give_back(f);
}

bool
fiber_start(struct loop *l, fiber_fn *fn, void *arg)
{
	struct fiber *f;

	if (l->n_fibers >= l->max_fibers)
		return false;
	f = take(l);
	if (f == NULL)
		return false;
	f->is_waiting = f->is_woken = f->is_cancelled = f->is_done = false;
	f->fn = fn;
	f->arg = arg;
	f->tag = NULL;
	f->stack_pointer = switch_prepare(stack_bottom(f) + STACK_BYTES, entry,
	    f);
	TAILQ_INSERT_TAIL(&l->live, f, link);
	l->n_fibers++;
	resume(f);
	return true;
}

struct fiber *
fiber_self(void)
{
	return running;
}

static void
queue(struct fiber *f)
{
	if (f->is_queued || !f->is_waiting)
		return;
	f->is_queued = true;
	loop_later(f->loop, resume, f);
}

static void
on_deadline(void *arg)
{
	queue(arg);
}

ep_status
fiber_wait(int64_t deadline_us)
{
	struct fiber *f = running;

	EP_CHECK(f, FIBER_MAGIC);
	if (!f->is_woken && !f->is_cancelled) {
		if (deadline_us != 0)
			loop_timer_set(f->loop, &f->timer, deadline_us,
			    on_deadline, f);
		f->is_waiting = true;
		leave(f);
		f->is_waiting = false;
		loop_timer_clear(f->loop, &f->timer);
	}
	if (f->is_woken) {
		f->is_woken = false;
		return EP_OK;
	}
	return f->is_cancelled ? EP_CANCELLED : EP_TIMEOUT;
}

ep_status
fiber_yield(void)
{
	struct fiber *f = running;

	EP_CHECK(f, FIBER_MAGIC);
	if (f->is_cancelled)
		return EP_CANCELLED;
	f->is_waiting = true;
	queue(f);
	leave(f);
	f->is_waiting = false;
	return f->is_cancelled ? EP_CANCELLED : EP_OK;
}

void
fiber_wait_always(void)
{
	struct fiber *f = running;

	EP_CHECK(f, FIBER_MAGIC);
	while (!f->is_woken) {
		f->is_waiting = true;
		leave(f);
		f->is_waiting = false;
	}
	f->is_woken = false;
}

void
fiber_wake(struct fiber *f)
{
	EP_CHECK(f, FIBER_MAGIC);
	f->is_woken = true;
	queue(f);
}

void
fiber_cancel(struct fiber *f)
{
	EP_CHECK(f, FIBER_MAGIC);
	f->is_cancelled = true;
	queue(f);
}

void
fiber_cancel_all(struct loop *l)
{
	struct fiber *f;

	if (!l->has_lists)
		return;
	TAILQ_FOREACH (f, &l->live, link)
		fiber_cancel(f);
}

void
fiber_tag(const void *tag)
{
	EP_CHECK(running, FIBER_MAGIC);
	running->tag = tag;
}

void
fiber_cancel_tagged(struct loop *l, const void *tag)
{
	struct fiber *f;

	if (!l->has_lists)
		return;
	TAILQ_FOREACH (f, &l->live, link)
		if (f->tag == tag)
			fiber_cancel(f);
}

unsigned
fiber_count(const struct loop *l)
{
	return l->n_fibers;
}

size_t
fiber_stack_left(void)
{
	const char *here = __builtin_frame_address(0);

	if (running == NULL)
		return STACK_BYTES;
	return (size_t)(here - stack_bottom(running));
}

bool
fiber_is_guard(const void *address)
{
	const char *p = address;

	return running != NULL && p >= running->memory &&
	    p < running->memory + GUARD_BYTES;
}

void
fiber_pool_free(struct loop *l)
{
	struct fiber *f;

	if (!l->has_lists)
		return;
	while ((f = TAILQ_FIRST(&l->pool)) != NULL) {
		TAILQ_REMOVE(&l->pool, f, link);
		stack_free(f);
	}
}
