/* SPDX-License-Identifier: BSD-2-Clause */

/* A module that fails where and how its options say, in each process or in
 * one of them. */

#include <entrepot.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fault_state {
	int64_t number; /* of this process among those that started */
};

/* The lowest number that no process has taken. */
static int64_t
take_number(const char *folder)
{
	char path[512], pid[32];
	int fd, n;

	if (folder[0] == '\0')
		return 0;
	for (int i = 1; i < 1000; i++) {
		(void)snprintf(path, sizeof path, "%s/%d", folder, i);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0)
			continue;
		n = snprintf(pid, sizeof pid, "%d\n", (int)getpid());
		(void)!write(fd, pid, (size_t)n);
		(void)close(fd);
		return i;
	}
	return 0;
}

/* Sanitizers would tell of what is asked for here. */
__attribute__((no_sanitize("undefined", "address"))) static int
recurse(volatile char *above, int depth)
{
	volatile char here[1024];

	here[0] = above[0];
	here[1023] = (char)depth;
	if (depth == 1 << 30)
		return 0;
	return recurse(here, depth + 1) + here[0] + here[1023];
}

__attribute__((no_sanitize("undefined"))) static ep_status
fail(struct ep_op *op, const char *how)
{
	volatile bool is_on = true;
	char byte = 0;

	if (strcmp(how, "slow") == 0)
		return ep_sleep(op, 1500);
	if (strcmp(how, "wait") == 0)
		return ep_sleep(op, 3600000);
	while (is_on && strcmp(how, "spin") == 0)
		continue;
	if (strcmp(how, "segv") == 0)
		*(volatile int *)(uintptr_t)ep_config_int(op, "nowhere") = 1;
	if (strcmp(how, "abort") == 0)
		abort();
	if (strcmp(how, "stack") == 0 && recurse(&byte, 1) == 1)
		return EP_OK;
	return ep_fail(op, EP_REFUSED, "on_purpose",
	    EP_ARG("detail", "the fault was asked for"));
}

static bool
is_meant(struct ep_op *op, const char *when)
{
	const struct fault_state *state = ep_state(op);
	int64_t victim = ep_config_int(op, "victim");

	return strcmp(ep_config_text(op, "when"), when) == 0 &&
	    (victim == 0 || victim == state->number);
}

static ep_status
start(struct ep_op *op)
{
	struct fault_state *state = ep_state(op);

	state->number = take_number(ep_config_text(op, "folder"));
	if (is_meant(op, "start"))
		return fail(op, ep_config_text(op, "how"));
	return EP_OK;
}

static ep_status
health(struct ep_op *op)
{
	if (is_meant(op, "health"))
		return fail(op, ep_config_text(op, "how"));
	return EP_OK;
}

static ep_status
stop(struct ep_op *op)
{
	if (is_meant(op, "stop"))
		return fail(op, ep_config_text(op, "how"));
	return EP_OK;
}

static ep_status
version(struct ep_op *op)
{
	return ep_reply(op, 200, EP_ARG("word", ep_config_text(op, "word")));
}

EP_MODULE(EP_STATE(struct fault_state), EP_START(start), EP_HEALTH(health),
    EP_STOP(stop), EP_OPERATION("fault.version", version));
