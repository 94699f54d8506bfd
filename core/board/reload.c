/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/board/board.h"

#include <string.h>

const char *const reload_phase_name[RELOAD_PHASES] = { "inspect", "probe",
	"wait", "prepare", "commit", "drain" };
const char *const reload_result_name[RELOAD_RESULTS] = { "running", "done",
	"unchanged", "refused", "aborted", "planned" };
const char *const reload_kind_name[RELOAD_KINDS] = { "start", "reload",
	"signal", "rollback" };

bool
board_reload_read(struct board *s, uint64_t n, struct board_reload *out)
{
	struct board_reload *r = &s->reloads[n % BOARD_RELOADS];
	uint64_t total = atomic_load(&s->n_reloads);
	uint32_t before;
	int tries;

	if (n >= total || total - n > BOARD_RELOADS)
		return false;
	for (tries = 0; tries < 1000; tries++) {
		before = atomic_load(&r->version);
		if (before % 2 != 0)
			continue;
		memcpy(out, r, sizeof *out);
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load(&r->version) == before)
			return true;
	}
	return false;
}

struct board_reload *
board_reload_begin(struct board *s, uint64_t n)
{
	struct board_reload *r = &s->reloads[n % BOARD_RELOADS];

	(void)atomic_fetch_add(&r->version, 1);
	atomic_thread_fence(memory_order_release);
	return r;
}

void
board_reload_end(struct board_reload *r)
{
	(void)atomic_fetch_add(&r->version, 1);
}
