/* SPDX-License-Identifier: BSD-2-Clause */

/* GET /metrics: the board's figures of all processes, in the OpenMetrics 1.0
 * text format, or in the one before it, which tools without OpenMetrics
 * read (Prometheus text format 0.0.4). */

#pragma once

#include "core/base/buf.h"
#include "core/operation/host.h"

/* counts NULL: no store. */
void metrics_write(struct buf *b, struct host *host,
    const struct store_counts *counts);

/* metrics_text.c: what metrics_write() wrote, in the older format. */
void metrics_text(struct buf *out, const char *text, size_t length);

/* metrics_reload.c: reloads, workers and each build of a module. */
void metrics_write_reloads(struct buf *b, struct board *board);

/* Resident bytes of a process, 0 when it is gone. */
uint64_t process_resident(pid_t pid);
