/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Small files as a whole.  All of this blocks for as long as the disk does:
 * for start-up, tools and offload threads.  Words of errors begin with the
 * path.
 */

#pragma once

#include "core/base/arena.h"

#include <sys/types.h>

/* The whole of a regular file (or what a pipe gives until its end), copied
 * into the arena and terminated by a NUL.  Errors: EP_NOT_FOUND;
 * EP_TOO_LARGE past limit bytes; EP_DENIED; EP_INVALID for a folder;
 * EP_UNAVAILABLE for the rest, "file_unreadable". */
ep_status file_read(struct arena *a, const char *path, size_t limit,
    char **text_out, size_t *length_out, struct err *err);

/* The file afterwards holds these bytes, or what it held before, also when
 * the power fails in between: a neighbour is written, synced and renamed,
 * then the folder is synced.  mode: of the file, whatever the umask.
 * Errors: as above, "file_unwritable". */
ep_status file_write_atomic(const char *path, const void *bytes, size_t length,
    mode_t mode, struct err *err);

/* The folder and the folders above it, where they do not exist yet; mode as
 * for mkdir(2).  Errors: as above; EP_CONFLICT when something else has the
 * name. */
ep_status file_make_folders(const char *path, mode_t mode, struct err *err);
