/* SPDX-License-Identifier: BSD-2-Clause */

/* A reload's record as JSON, as the host's status, the command line and
 * STATE/generations/history.jsonl have it:
 *
 *	{"kind": "reload", "result": "aborted", "from": 7, "to": 8,
 *	 "source": 5, "uid": 1000, "reason": "...", "phase": "prepare",
 *	 "began": "2026-11-23T14:05:12.345Z", "took_ms": 412,
 *	 "phases_ms": {"inspect": 201, "probe": 80, ...}, "worker": 1,
 *	 "module": "...", "error": "..."}
 *
 * What does not apply is left out: source, uid, reason, worker, module,
 * error, phases that were not entered, and to when no generation was made. */

#pragma once

#include "core/base/node.h"
#include "core/board/board.h"

struct ep_node *reload_record_node(struct arena *a,
    const struct board_reload *r);

/* A moment (microseconds since 1970) as RFC 3339 has it, in UTC, with
 * milliseconds. */
const char *moment_text(struct arena *a, int64_t real_us);
