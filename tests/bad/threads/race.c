/* SPDX-License-Identifier: BSD-2-Clause */

/* Two threads that change one word: tests/threads must see it. */

#include <pthread.h>

static int shared;

static void *
change(void *arg)
{
	shared++;
	return arg;
}

int
main(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, change, NULL) != 0)
		return 1;
	shared++;
	return pthread_join(thread, NULL);
}
