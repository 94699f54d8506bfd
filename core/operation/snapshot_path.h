/* SPDX-License-Identifier: BSD-2-Clause */

/* Where the file of a snapshot of an epoch lies; in the arena. */

#pragma once

#include "core/operation/snapshot.h"

const char *snapshot_path(struct arena *a, const struct snapshot *s,
    int64_t epoch);
