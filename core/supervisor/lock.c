/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

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
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		(void)close(fd);
		return err_set(err, EP_CONFLICT, "already_running",
		    "state: %s is in use by a running host; stop it, or set "
		    "ENTREPOT_STATE to another folder",
		    state);
	}
	*fd_out = fd;
	return EP_OK;
}
