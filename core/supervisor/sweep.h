/* SPDX-License-Identifier: BSD-2-Clause */

/* Snapshot files of builds that no generation in use has. */

#pragma once

#include "core/supervisor/process.h"

/* In the builder: removes them.  In use is what the board wants, what any
 * process holds, and the newest document, which may become candidate next. */
void sweep(struct process *p);
