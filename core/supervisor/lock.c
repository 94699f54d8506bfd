/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/supervisor.h"

#include "core/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LEFTOVER_US 2000000

/* A host that runs takes a connection at once. */
static bool
host_answers(const char *state)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	bool is_there;
	int fd;

	if (snprintf(to.sun_path, sizeof to.sun_path, "%s/supervisor.sock",
		state) >= (int)sizeof to.sun_path)
		return true; /* nobody knows */
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	is_there = fd >= 0 &&
	    (connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ||
		errno == EAGAIN);
	if (fd >= 0)
		(void)close(fd);
	return is_there;
}

/* The processes of a host that was killed hold its folder until they have
 * noticed. */
static bool
lock(int fd, const char *state)
{
	int64_t until = clock_monotonic_us() + LEFTOVER_US;

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (clock_monotonic_us() > until || host_answers(state))
			return false;
		(void)poll(NULL, 0, 20);
	}
	return true;
}

ep_status
state_lock(const char *state, int *fd_out, struct err *err)
{
	char path[PLAN_PATH + 16];
	int fd;

	(void)snprintf(path, sizeof path, "%s/lock", state);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(err, EP_UNAVAILABLE, "state", "%s: %s", path,
		    strerror(errno));
	if (!lock(fd, state)) {
		(void)close(fd);
		return err_set(err, EP_CONFLICT, "already_running",
		    "state: %s is in use by a running host; stop it, or set "
		    "ENTREPOT_STATE to another folder",
		    state);
	}
	*fd_out = fd;
	return EP_OK;
}
