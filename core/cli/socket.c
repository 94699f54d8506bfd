/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/socket.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

void
socket_owner(const char *state, char *out, size_t size)
{
	const struct passwd *user;
	struct stat st;

	if (stat(state, &st) != 0) {
		(void)snprintf(out, size, "another user");
		return;
	}
	user = getpwuid(st.st_uid);
	if (user != NULL)
		(void)snprintf(out, size, "%s", user->pw_name);
	else
		(void)snprintf(out, size, "user %u", (unsigned)st.st_uid);
}

static ep_status
refused(const char *path, const char *state, int why, struct err *err)
{
	char owner[128];

	if (why == EACCES || why == EPERM) {
		socket_owner(state, owner, sizeof owner);
		return err_set(err, EP_DENIED, "not_permitted",
		    "%s: %s; the host's folder belongs to %s: run this as "
		    "that user or as root",
		    path, strerror(why), owner);
	}
	return err_set(err, EP_UNAVAILABLE, "not_running",
	    "%s: %s; is the host running? start it with entrepot serve, or "
	    "name its configuration by -c FILE or its folder by "
	    "ENTREPOT_STATE",
	    path, strerror(why));
}

ep_status
socket_open(const char *state, const char *name, int type, int *fd_out,
    struct err *err)
{
	struct sockaddr_un where = { .sun_family = AF_UNIX };
	int fd, n, why;

	n = snprintf(where.sun_path, sizeof where.sun_path, "%s/%s", state,
	    name);
	if (n < 0 || (size_t)n >= sizeof where.sun_path)
		return err_set(err, EP_INVALID, "path_too_long",
		    "state: %.200s is too long for a socket in it", state);
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&where, sizeof where) != 0) {
		why = errno;
		if (fd >= 0)
			(void)close(fd);
		return refused(where.sun_path, state, why, err);
	}
	*fd_out = fd;
	return EP_OK;
}
