/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a module declares: its OpenAPI 3.1 document with the x-entrepot
 * members, its migrations, messages and data.  All of it is constant after
 * manifest_read(); nodes point into the parsed document, so that a fault
 * found later still has its line.  JSON Schemas are not compiled here.
 */

#pragma once

#include "core/base/node.h"
#include "core/module/elf.h"
#include "core/module/finding.h"

enum manifest_tx {
	TX_READ,  /* a snapshot; a write is an error */
	TX_WRITE, /* one transaction */
	TX_NONE,  /* no SQL of its own; may wait on anything */
	TX_STEP,  /* each call is one step of a job */
};

enum manifest_in {
	IN_PATH,
	IN_QUERY,
	IN_HEADER,
};

struct manifest_parameter {
	const char *name;
	enum manifest_in in;
	bool required;
	const struct ep_node *schema;
	const struct ep_node *node; /* the whole parameter object */
};

/* One answer in one media type; those of one code stand together, JSON
 * first. */
struct manifest_response {
	uint32_t code;                /* 0: default */
	const char *media_type;       /* NULL: without a body */
	const struct ep_node *schema; /* NULL: any */
	const struct ep_node *node;
};

struct manifest_operation {
	const char *id;     /* "hello.greet" */
	const char *method; /* "GET" */
	const char *path;   /* "/v1/hello/{name}" */
	enum manifest_tx tx;
	bool internal;   /* not reachable from outside */
	bool idempotent; /* takes an Idempotency-Key; write, none, step */
	const char *summary, *description; /* or NULL */

	const struct manifest_parameter *parameters;
	uint32_t n_parameters;

	bool has_body, body_required;
	const char *body_type;              /* "application/json" */
	const struct ep_node *body_schema;  /* NULL: any */
	const struct ep_node *body_content; /* media type object: examples */

	const struct manifest_response *responses;
	uint32_t n_responses;

	int64_t max_body;                 /* bytes; 0: the host's own limit */
	int64_t deadline_ms;              /* 0: the host's own */
	const char *const *conflict_keys; /* members of the input, ended by
					   * NULL; locked before it runs */
	const struct ep_node *clauses;    /* texts, or NULL */
	const struct ep_node *node;       /* the operation object */
};

struct manifest_snapshot {
	const char *name;
	const char *epoch; /* built again each time this one has moved */
};

enum manifest_dialect {
	DIALECT_ANY,
	DIALECT_SQLITE,
	DIALECT_POSTGRES,
};

/* Ordered by finish, number, dialect. */
struct manifest_migration {
	uint32_t number;
	const char *name; /* "greeting" */
	const char *file; /* "migrations/0001_greeting.sql" */
	enum manifest_dialect dialect;
	bool finish; /* run when no version needs the old shape */
	const char *text;
	uint32_t length;
};

struct manifest_locale {
	const char *tag;                /* "zh-CN" */
	const struct ep_node *messages; /* code → text with {places} */
};

struct manifest {
	uint32_t magic;
#define MANIFEST_MAGIC 0x3a21fe57
	const char *name, *version, *title;
	const char *const *libraries; /* ended by NULL, as the next three */
	const char *const *prefixes;  /* of operationIds; its name when none */
	const char *const *requires;  /* modules whose operations it calls */
	const char *const *shared;    /* tables without a tenant */
	const struct ep_node *config; /* JSON Schema of its section, or NULL */
	const struct ep_node *indicators; /* id → operation, or NULL */
	const struct ep_node *document;

	const struct manifest_operation *operations;
	uint32_t n_operations;
	const struct manifest_snapshot *snapshots;
	uint32_t n_snapshots;
	const struct manifest_migration *migrations;
	uint32_t n_migrations;
	const struct manifest_locale *locales;
	uint32_t n_locales;

	const struct module_data *files; /* all that is embedded */
	uint32_t n_files;
};

/* Where a manifest comes from: the embedded files and the identity note.
 * name and version may be NULL (a folder without its module file). */
struct manifest_source {
	const char *name, *version;
	const struct module_data *files;
	uint32_t n_files;
};

/* Reads and checks; each fault becomes a finding at "openapi.yaml:3:5".
 * What it returns lives in the arena; it is complete only when no finding
 * was added.  source must outlive it.  Returns findings_status(). */
ep_status manifest_read(struct arena *a, const struct manifest_source *source,
    struct findings *findings, const struct manifest **out, struct err *err);

/* The same for a module file. */
ep_status manifest_of_file(struct arena *a, const struct module_file *f,
    struct findings *findings, const struct manifest **out, struct err *err);

const struct manifest_operation *
manifest_operation_find(const struct manifest *m, const char *id);

/* The text of a code in the caller's language: zh-CN, then zh, then any
 * other zh-..., then en; NULL when none of them has it. */
const char *message_find(const struct manifest *m, const char *locale,
    const char *code);

/* A file of data/ by its name below that folder, or NULL. */
const struct module_data *manifest_data(const struct manifest *m,
    const char *name);

/* Follows $ref within the document ("#/components/schemas/Greeting");
 * n itself without one, NULL when it leads nowhere or in a circle. */
const struct ep_node *manifest_follow(const struct ep_node *document,
    const struct ep_node *n);

const char *manifest_tx_name(enum manifest_tx tx);
