/* SPDX-License-Identifier: BSD-2-Clause */

/* An entry as text again: how the store keeps it. */

#pragma once

#include "list.h"

/*
 * The entry as lines of JSON in the layout LIST_JSONL, from which list_read()
 * gives the same entry.  More than one line when a member has more values
 * than one line may have; no newline behind the last.  Lives in memory,
 * NUL-terminated.
 */
const char *list_line(const struct list_entry *entry,
    const struct memory *memory, size_t *length_out);
