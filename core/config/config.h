/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The operator's configuration: YAML, with ${…} put in, checked against
 * host_schema.yaml, defaults filled.  All faults are told at once, each with
 * its place, in words that say how to mend it.
 */

#pragma once

#include "core/base/yaml.h"
#include "core/config/config_error.h"
#include "core/schema/schema.h"

struct config;

/* From the command line or ENTREPOT_LISTEN and ENTREPOT_STATE; NULL: as the
 * file says. */
struct config_overrides {
	const char *listen, *state;
};

/* Reads the file (path NULL: the embedded default) into the arena.  With any
 * fault EP_INVALID, and no configuration; warnings alone are EP_OK.  Blocks
 * on files. */
ep_status config_load(struct arena *a, const char *path,
    const struct config_overrides *overrides, struct config **config_out,
    struct config_errors *errors);

/* The same, and what could be read although there are faults, for further
 * checks; NULL when that is nothing.  Its settings may be zero. */
ep_status config_read(struct arena *a, const char *path,
    const struct config_overrides *overrides, struct config **config_out,
    struct config_errors *errors);

enum config_mode {
	MODE_PRODUCTION,
	MODE_DEVELOPMENT,
	MODE_TEST
};

struct config_limits {
	int64_t max_body, max_header_bytes, max_headers, max_target;
	int64_t header_timeout_ms, body_timeout_ms, idle_timeout_ms;
	int64_t write_timeout_ms, min_body_rate, max_connections, max_fibers;
	int64_t max_tx_ms, max_rows, max_result_bytes, max_arena, json_depth;
	int64_t deadline_ms, slow_ms, stall_ms;
};

struct config_module {
	const char *name;
	const struct ep_node *node; /* of root */
	const char *file; /* as given, from the file's folder; NULL: search */
	bool is_enabled, in_process;
	const struct ep_node *options; /* an object, without host's keys */
};

/* What was configured; read it, do not write. */
struct config {
	uint32_t magic;
	const char *file, *folder;
	const char *host; /* loopback, without brackets */
	uint16_t port;
	const char *state, *store_url;
	enum config_mode mode;
	uint32_t workers;   /* 0: auto */
	unsigned log_level; /* EP_DEBUG to EP_ERROR */
	const char *log_format, *log_file;
	struct config_limits limits;
	int64_t drain_timeout_ms;
	bool require_signature;
	const struct ep_node *trust; /* array of public keys */
	uint32_t n_modules;
	struct config_module *modules;
	const struct ep_node *root;    /* all of it, defaults filled */
	const struct ep_node *written; /* as it stands in the file */
	const char *text;              /* of the file, for carets */
	struct yaml_notes places;      /* of its tokens */
};

/* Names in a module's section that are the host's, ended by NULL. */
extern const char *const config_module_keys[];

/* The schema of what is not the modules' own. */
const struct ep_node *config_host_schema(struct arena *a);

/* By name, or NULL. */
const struct config_module *config_module(const struct config *c,
    const char *name);

/* The module's options checked against its own schema, defaults filled.
 * Errors: EP_INVALID, told in errors. */
ep_status config_check_module(struct arena *a, const struct config *c,
    const struct config_module *module, const struct schema *schema,
    const struct ep_node **options_out, struct config_errors *errors);
