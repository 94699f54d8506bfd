/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One call of one operation, from its validated input to its outcome.  It
 * lives in the arena of the request (or of the host call) and runs on a
 * fiber.  A call by ep_call() has a parent and shares its transaction.
 */

#pragma once

#include "core/operation/host.h"

/* The transaction of an outermost operation and of all that join it. */
struct op_tx {
	struct store_tx *tx; /* NULL until the first SQL */
	bool is_write;       /* may write; else read */
	bool is_used;        /* opened in this attempt */
	uint64_t point;      /* what must be on disk before the answer */
};

/* What takes effect with the commit, kept by the outermost operation. */
struct op_effect {
	struct op_effect *next;

	enum {
		EFFECT_CALL,
		EFFECT_EPOCH,
		EFFECT_COUNTER
	} kind;

	ep_work *fn; /* CALL */
	void *arg;
	struct board_word *word; /* EPOCH, COUNTER */
	int64_t value;
};

/* A call by the host itself: start, stop, health and the like. */
struct lifecycle_call {
	struct generation *generation; /* what ep_call() finds */
	struct instance *instance;
	ep_handler *fn;
	struct arena *arena;
	int64_t deadline_us; /* monotonic; 0: five minutes */

	/* EP_BUILD. */
	const char *snapshot_name;
	int snapshot_fd;

	/* EP_SAVE writes here; EP_RESTORE reads. */
	struct buf *save;
	const void *saved;
	uint64_t saved_length;
	uint32_t saved_version;
};

struct op_field {
	const struct op_field *next;
	const char *name, *value;
};

/* How it ended.  body is JSON unless media is set. */
struct op_outcome {
	bool is_set;
	int code; /* HTTP status */
	const struct ep_node *node;
	const char *media;
	const void *bytes;
	uint64_t length;
	const struct op_field *fields;
	unsigned n_fields;
	bool is_replay;
};

struct ep_op {
	uint32_t magic;
#define OP_MAGIC 0x09e4a710
	struct host *host;
	struct generation *generation;
	const struct operation *operation;
	struct instance *instance;
	struct ep_op *root;    /* itself when outermost */
	unsigned depth;        /* of ep_call() */
	uint32_t origin;       /* EP_FROM_ */
	struct arena *arena;   /* the root's */
	struct arena *effects; /* holds op_effect; may be the same */

	/* Who asks. */
	const char *tenant, *principal, *language, *request_id;
	const char *traceparent, *idempotency_key;
	const struct op_field *headers; /* header parameters */
	const struct ep_node *input;

	int64_t deadline_us; /* monotonic */
	int64_t began_us;    /* monotonic */
	int64_t now_us;      /* real */
	int64_t waited_us;   /* of the time since began_us */
	bool is_running;     /* the root's: a handler is on the stack */

	/* The attempt at hand. */
	struct op_tx *tx;
	struct err err;               /* the first failure */
	struct err callee_err;        /* of the last ep_call() */
	struct ep_node *fail_members; /* further members of the problem */
	struct ep_node *fail_places;  /* its errors[] */
	struct op_outcome outcome;
	struct op_effect *first_effect, **last_effect;
	struct snapshot_pin *pins;

	const struct lifecycle_call *lifecycle; /* NULL: an operation */
};

/* A failure of the running attempt; the first one counts. */
ep_status op_fail(struct ep_op *op, ep_status status, const char *code,
    const char *format, ...) EP_PRINTF(4, 5);

/* Called first by every function of the host table that can fail: has the
 * attempt failed already, or is it over its memory ceiling? */
ep_status op_check(struct ep_op *op);

/* Runs a handler to its end: the op's failure or answer is set afterwards.
 * A status without words is passed on with those of the callee it is from. */
ep_status op_handle(struct ep_op *op);

/* What the supervisor sees of the handler that holds the loop: it begins,
 * or nothing holds it (NULL). */
void op_show(struct host *host, const struct ep_op *op);

/* Time between these two is not the handler's, and others run. */
int64_t op_pause(struct ep_op *op);
void op_resume(struct ep_op *op, int64_t paused_at_us);

/* The transaction, opened now if it is not yet. */
ep_status op_transaction(struct ep_op *op, struct store_tx **tx_out);

void op_effect(struct ep_op *op, const struct op_effect *effect);

/* The table handed to every module: table.c. */
extern const struct ep_host host_table;
