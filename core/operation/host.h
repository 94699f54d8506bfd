/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The host as one process sees it: what it was given (loop, store, board,
 * log) and the generations that it holds.
 *
 * A generation is immutable: which modules, in which versions, with which
 * configuration and limits, hence which operations and routes.  An instance
 * is one module within one process; generations in which neither its file
 * nor its options differ have the same one.  An operation is one
 * operationId, compiled, and belongs to its instance.
 */

#pragma once

#include "core/base/arena.h"
#include "core/base/log.h"
#include "core/base/node.h"
#include "core/board/board.h"
#include "core/config/config.h"
#include "core/loop/loop.h"
#include "core/module/loader.h"
#include "core/module/manifest.h"
#include "core/operation/router.h"
#include "core/schema/schema.h"
#include "core/store/store.h"

struct host;
struct instance;
struct pin;
struct snapshot;

/* A declared parameter with its compiled schema. */
struct operation_param {
	const struct manifest_parameter *spec;
	const struct schema *schema;
};

struct operation {
	const struct manifest_operation *spec;
	struct instance *instance;
	ep_handler *run;
	const struct schema *body;     /* NULL: takes none */
	const struct schema **answers; /* by position in spec->responses */
	bool *has_booleans;            /* the same */
	struct operation_param *params;
	unsigned n_params;
	unsigned n_members;  /* parameters that are members of the input */
	size_t max_body;     /* 0: the generation's */
	int64_t deadline_us; /* 0: the generation's */
	int series;          /* row of the board; -1: not counted */
	struct board_metric *metric;
};

struct instance {
	uint32_t magic;
#define INSTANCE_MAGIC 0x1257a9ce
	struct host *host;
	uint32_t references; /* generations that have it */
	uint64_t generation; /* that made it */
	const char *name;
	const struct manifest *manifest;
	struct image *image;
	const struct ep_node *config;
	void *state;
	bool is_started;
	bool is_unwell; /* at its last health call */
	struct arena *arena;
	struct operation **operations;       /* as in the manifest */
	struct store_statement **statements; /* by index in the file */
	struct operation *lifecycle;         /* start, stop, health, build */
	struct snapshot *snapshots;
	unsigned n_snapshots;
	int usage_row;
	struct board_usage *usage;
	int version_row; /* of the board; -1: not counted */
	struct board_version_use *version_use;
};

struct host_limits {
	size_t max_body, max_arena;
	int64_t deadline_us;
	int64_t slow_us;
};

struct generation {
	uint32_t magic;
#define GENERATION_MAGIC 0x6e4e4a71
	uint64_t number;
	struct host *host;
	struct arena *arena;
	const struct ep_node *config; /* the host's own keys */
	enum config_mode mode;
	struct host_limits limits;
	struct board_held *row;
	bool is_ready;        /* a request may begin in it */
	unsigned pins;        /* what runs in it; see pin.h */
	struct pin *incoming; /* requests whose bodies still come */
	int64_t unwanted_us;  /* monotonic, when that was seen; 0: wanted */
	struct instance **instances;
	unsigned n_instances;
	struct operation **operations; /* sorted by name */
	unsigned n_operations;
	struct router *router;
	const char *openapi; /* the merged document, as JSON */
	size_t openapi_length;
};

struct parked;

struct host {
	uint32_t magic;
#define HOST_MAGIC 0x4057a11e
	enum config_mode mode; /* of the generation below */
	struct loop *loop;
	struct store *store; /* NULL: a process without a database */
	struct board *board;
	unsigned slot;
	struct log *log;
	const char *state_folder;
	const char *version;
	struct generation *held[BOARD_HELD];
	/* The one that was active when this process looked last; NULL before
	 * the first is ready. */
	struct generation *generation;
	struct parked *parked; /* see pin.h */
	loop_fn *quiet;        /* nothing is pinned to a generation */
	void *quiet_arg;
	struct host_statements *own; /* the host's own SQL */
	bool is_ready;               /* all instances have started */
	bool is_draining;
	bool is_builder;
};

/* The operation of that name, or NULL. */
const struct operation *generation_find(const struct generation *g,
    const char *name);
