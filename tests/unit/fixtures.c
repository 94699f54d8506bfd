/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/fixtures.h"

#include <dirent.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[PATH_MAX];

int
fixtures_make(void **state)
{
	const char *top = getenv("ENTREPOT_SOURCE"), *tmp = getenv("TMPDIR");
	char script[PATH_MAX + 64];
	char sh[] = "sh";
	char *argv[] = { sh, script, NULL, folder, NULL };
	int status = -1;
	pid_t pid;

	(void)state;
	top = top != NULL ? top : ".";
	argv[2] = strdup(top);
	(void)snprintf(folder, sizeof folder, "%.900s/fixtures.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	(void)snprintf(script, sizeof script,
	    "%.900s/tests/hostile/modules/"
	    "build.sh",
	    top);
	if (mkdtemp(folder) == NULL || argv[2] == NULL)
		return -1;
	if (posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ) == 0)
		(void)waitpid(pid, &status, 0);
	free(argv[2]);
	return status;
}

int
fixtures_remove(void **state)
{
	char path[PATH_MAX + 256];
	struct dirent *e;
	DIR *d;

	(void)state;
	d = opendir(folder);
	if (d == NULL)
		return -1;
	while ((e = readdir(d)) != NULL) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		(void)unlink(path);
	}
	(void)closedir(d);
	return rmdir(folder);
}

const char *
fixture(const char *name)
{
	static char path[PATH_MAX + 64];

	(void)snprintf(path, sizeof path, "%s/%.60s.so", folder, name);
	return path;
}

const char *
fixture_folder(void)
{
	return folder;
}
