/* SPDX-License-Identifier: BSD-2-Clause */

/* The host's own rows, written in the transaction of the operation that
 * they belong to: audit, epochs, answers by Idempotency-Key. */

#pragma once

#include "core/operation/op.h"

/* The host's statements of one process; store must be set.  Creates what
 * the store does not make by itself (the epochs' table is made at boot by
 * own_prepare). */
void own_open(struct host *host);
void own_close(struct host *host);

/* At boot, in one process: tables that are not there yet, and the epochs
 * of earlier lives on the board. */
ep_status own_prepare(struct host *host, struct err *err);

/* Epochs from the store onto the board: a process died between commit and
 * telling. */
ep_status own_epochs_load(struct host *host, struct err *err);

struct own_audit {
	const char *entity, *id;
	const struct ep_node *before, *after; /* NULL: none */
};

ep_status own_audit(struct ep_op *op, struct store_tx *tx,
    const struct own_audit *row);

/* The epoch's next value, from the commit on. */
ep_status own_epoch_bump(struct ep_op *op, struct store_tx *tx,
    const char *name, int64_t *value_out);

/* What is kept of an answer. */
#define OWN_BODY_MAX 65536
#define OWN_KEY_HOURS 24

struct own_answer {
	bool is_found, is_running, has_body;
	const char *fingerprint;
	int code;
	const char *media;
	const char *fields; /* JSON array: name, value, name, value … */
	const void *body;
	uint32_t length;
	int64_t lease_us; /* real time until which a running one counts */
};

/* Looks the key of op up. */
ep_status own_answer_find(struct ep_op *op, struct store_tx *tx,
    struct own_answer *answer_out);

/* Keeps an answer; a running one has code 0.  Replaces. */
ep_status own_answer_keep(struct ep_op *op, struct store_tx *tx,
    const struct own_answer *answer);

ep_status own_answer_drop(struct ep_op *op, struct store_tx *tx);

/* Forgets a few that are older than OWN_KEY_HOURS. */
ep_status own_answer_sweep(struct ep_op *op, struct store_tx *tx);
