/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MODE 0640

/* A signal handler is told nothing: what it needs has to stand somewhere. */
static struct {
	char path[1024];
	int fd;
} opened = { .fd = -1 };

static int
open_path(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
	    MODE);
}

void
log_file_reopen(void)
{
	int kept = errno, fd;

	if (opened.fd < 0)
		return;
	fd = open_path(opened.path);
	if (fd >= 0) {
		(void)dup3(fd, opened.fd, O_CLOEXEC);
		(void)close(fd);
	}
	errno = kept;
}

static void
on_signal(int signal)
{
	(void)signal;
	log_file_reopen();
}

bool
log_file_is_open(void)
{
	return opened.fd >= 0;
}

ep_status
log_file_open(const char *path, int *fd_out, struct err *err)
{
	struct sigaction action = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };
	int fd, n;

	EP_ASSERT(opened.fd < 0);
	n = snprintf(opened.path, sizeof opened.path, "%s", path);
	fd = n > 0 && (size_t)n < sizeof opened.path ? open_path(path) : -1;
	if (fd < 0)
		return err_set(err, EP_UNAVAILABLE, "log_file",
		    "log.file: %s: %s", path, strerror(errno));
	opened.fd = fd;
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGUSR1, &action, NULL);
	*fd_out = fd;
	return EP_OK;
}
