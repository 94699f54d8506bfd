/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/id.h"

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/hex.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>

/* Milliseconds above 12 bits that count, of the last name given. */
static _Atomic uint64_t last;

/* Random bits are drawn for many names at once, by each thread for itself.
 * A fork must not give out its parent's again. */
#define DRAWN 16 /* names; 256 bytes come whole, whatever signal arrives */

static _Thread_local struct {
	uint64_t words[2 * DRAWN];
	unsigned left;
	unsigned forks; /* when they were drawn */
} pool;

static atomic_uint forks;

static void
count_fork(void)
{
	atomic_fetch_add(&forks, 1);
}

__attribute__((constructor)) static void
watch_forks(void)
{
	EP_ASSERT(pthread_atfork(NULL, NULL, count_fork) == 0);
}

static const uint64_t *
draw(void)
{
	unsigned now = atomic_load_explicit(&forks, memory_order_relaxed);
	ssize_t got;

	if (pool.left == 0 || pool.forks != now) {
		do
			got = getrandom(pool.words, sizeof pool.words, 0);
		while (got < 0 && errno == EINTR);
		EP_ASSERT(got == (ssize_t)sizeof pool.words);
		pool.left = DRAWN;
		pool.forks = now;
	}
	pool.left--;
	return pool.words + (size_t)2 * pool.left;
}

/* The counter begins in the lower half of its range, so that 2048 names
 * follow before it spills into the milliseconds. */
static uint64_t
stamp(uint64_t random)
{
	uint64_t now = (uint64_t)(clock_real_us() / 1000) << 12;
	uint64_t before = atomic_load(&last), next;

	now |= random & 0x7ff;
	do
		next = now > before ? now : before + 1;
	while (!atomic_compare_exchange_weak(&last, &before, next));
	return next;
}

void
id_new(char out[ID_ROOM])
{
	static const unsigned char starts[] = { 0, 4, 6, 8, 10, 16 };
	unsigned char b[16];
	const uint64_t *random = draw();
	uint64_t at = stamp(random[0]);
	int i;

	memcpy(b + 8, random + 1, 8);
	for (i = 0; i < 6; i++)
		b[i] = (unsigned char)(at >> (52 - 8 * i));
	b[6] = (unsigned char)(0x70 | (at >> 8 & 0x0f));
	b[7] = (unsigned char)at;
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	for (i = 0; i < 5; i++) {
		size_t n = (size_t)starts[i + 1] - starts[i];

		hex_encode(b + starts[i], n, out);
		out += 2 * n;
		*out++ = i < 4 ? '-' : '\0';
	}
}
