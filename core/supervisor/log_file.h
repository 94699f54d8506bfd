/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The log as a file (log.file): one descriptor that all processes inherit.
 * To open it anew, after it was rotated, each puts another file behind the
 * same number, so nobody has to be told.  That is done by a handler of
 * SIGUSR1, set before the first fork: open and dup3 are allowed there, and
 * it works in a process that waits for the disk as well as in a loop.
 */

#pragma once

#include "core/base/err.h"

/* Opens the file for appending (mode 0640) and from then on again on each
 * SIGUSR1.  Once in a process' life.  Errors: EP_UNAVAILABLE "log_file". */
ep_status log_file_open(const char *path, int *fd_out, struct err *err);

/* As the signal does; for one who has blocked it.  A file that cannot be
 * opened leaves the one before. */
void log_file_reopen(void);

bool log_file_is_open(void);
