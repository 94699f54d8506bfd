/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Module files by content: FOLDER/<sha256>.so, written once, never changed,
 * so that a vendor may overwrite his file at any time and every earlier
 * version stays for going back.  ld.so is never given these names but
 * FOLDER/<sha256>.<generation>.<pid>.so, a copy with an inode of its own:
 * glibc answers with the old image for a name or an inode that it has
 * loaded.  The copy is the process' alone and goes once it is mapped.
 */

#pragma once

#include "core/module/elf.h"

/* Writes the very bytes that were inspected: to a temporary file, synced,
 * read-only, renamed, the folder synced.  A file already there is compared
 * and kept; one of other content is replaced.  The folder must exist.
 * Errors: EP_UNAVAILABLE "store_file". */
ep_status store_file_put(const char *folder, const struct module_file *f,
    struct err *err);

/* FOLDER/<sha256>.so, in the arena. */
const char *store_file_path(struct arena *a, const char *folder,
    const char *sha256);

/* This process' copy for a generation, made anew; the disk need not have it
 * when we return. */
ep_status store_file_copy(struct arena *a, const char *folder,
    const struct module_file *f, uint64_t generation, const char **path_out,
    struct err *err);
