/* SPDX-License-Identifier: BSD-2-Clause */

/* What the files of the probe share. */

#ifndef PROBE_H
#define PROBE_H

#include <entrepot.h>

struct probe_state {
	int64_t starts, runs, commits;
};

/* Inserts or replaces an item. */
ep_status probe_put(struct ep_op *op, const char *id, int64_t n,
    const char *note);

/* calls.c: operations that call, wait and run beside. */
ep_handler probe_call, probe_call_none, probe_recurse, probe_sleep,
    probe_sleep_in_write, probe_offload, probe_offload_in_write, probe_hold;

/* answers.c: operations that are about their answers. */
ep_handler probe_fail, probe_reply, probe_echo, probe_memory, probe_params,
    probe_who, probe_data;

#endif
