/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * entrepot.h: all of Entrepot that a module may include.
 *
 * A module is a folder with openapi.yaml (the contract), SQL migrations and
 * one or more C files.  An operation is declared in openapi.yaml and written
 * here as one straight-line function, its handler:
 *
 *	static ep_status
 *	hello_greet(struct ep_op *op)
 *	{
 *		return ep_reply(op, 200, EP_ARG("greeting",
 *		    ep_concat(op, "Hello, ", ep_param(op, "name"))));
 *	}
 *
 *	EP_MODULE(EP_OPERATION("hello.greet", hello_greet));
 *
 * The host calls a handler on a stack of its own (256 KiB) and may run it
 * more than once: what it wrote to the store is then rolled back first, so a
 * handler keeps nothing outside the store, its reply and ep_on_commit().
 *
 * JSON values are values: a node that was put into another is a copy there,
 * so finish the inner one first.
 *
 * Memory.  What a function here returns belongs to the operation and is gone
 * when the operation ends, unless its comment says otherwise.  Nobody frees
 * anything.  Allocation never returns NULL: past the module's memory limit
 * the operation is failed and every further call returns EP_LIMIT.
 *
 * Errors.  ep_status is EP_OK or says how it went wrong; EP_TRY() passes it
 * up.  The first failure of an operation is the one that is answered.
 *
 * Waiting.  ep_sql, ep_call, ep_sleep, ep_offload and ep_snapshot_wait may
 * suspend the handler; others run meanwhile.  Each honours the operation's
 * deadline.  No other call waits.
 */

#ifndef ENTREPOT_H
#define ENTREPOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EP_ABI_MAJOR 1
#define EP_ABI_MINOR 0

/* The lowest host this module wants to load in: 1.EP_TARGET_MINOR.  Define
 * it before the include; what is newer stays hidden. */
#ifndef EP_TARGET_MINOR
#define EP_TARGET_MINOR 0
#endif
#if EP_TARGET_MINOR > EP_ABI_MINOR
#error "EP_TARGET_MINOR is newer than this header"
#endif

/* Bumped by a module when what its EP_SAVE writes changes shape. */
#ifndef EP_STATE_VERSION
#define EP_STATE_VERSION 0
#endif

#ifdef __cplusplus
extern "C" {
#define EP_STATIC_ASSERT static_assert
#else
#define EP_STATIC_ASSERT _Static_assert
#endif

#define EP_HIDDEN __attribute__((visibility("hidden")))
#define EP_EXPORT __attribute__((visibility("default")))
#define EP_MUST_USE __attribute__((warn_unused_result))

/* ------------------------------------------------------------- status -- */

/*
 * How an operation ended.  Closed set within a major version.
 * X(name, value, HTTP status, retryable, error code, meaning)
 */
#define EP_STATUS_TABLE(X)                                                    \
	X(EP_OK, 0, 200, 0, "ok", "done")                                     \
	X(EP_INVALID, 1, 400, 0, "bad_request",                               \
	    "syntax or JSON type is wrong")                                   \
	X(EP_UNAUTHENTICATED, 2, 401, 0, "unauthenticated",                   \
	    "who the caller is was not shown")                                \
	X(EP_DENIED, 3, 403, 0, "denied", "understood, and not permitted")    \
	X(EP_NOT_FOUND, 4, 404, 0, "not_found", "no such thing")              \
	X(EP_CONFLICT, 5, 409, 0, "conflict", "the present state forbids it") \
	X(EP_PRECONDITION, 6, 412, 0, "precondition_failed",                  \
	    "another version than the one named")                             \
	X(EP_TOO_LARGE, 7, 413, 0, "too_large", "larger than the limit")      \
	X(EP_REFUSED, 8, 422, 0, "refused", "a rule refuses it")              \
	X(EP_LIMIT, 9, 429, 1, "limit", "a quota or limit was reached")       \
	X(EP_INTERNAL, 10, 500, 0, "internal", "our fault; see the log")      \
	X(EP_UNSUPPORTED, 11, 501, 0, "unsupported", "not offered here")      \
	X(EP_UNAVAILABLE, 12, 503, 1, "unavailable",                          \
	    "a store or peer is away; try again")                             \
	X(EP_TIMEOUT, 13, 504, 1, "timeout", "the deadline passed")           \
	X(EP_CANCELLED, 14, 503, 1, "cancelled", "the host is going away")    \
	X(EP_STALE, 15, 500, 0, "stale", "a handle was used after its end")   \
	X(EP_AGAIN, 16, 503, 1, "again", "a collision; the host runs it again")

typedef int32_t ep_status;

enum ep_status_values {
#define EP_STATUS_ENUM_(name, value, http, retry, code, text) name = value,
	EP_STATUS_TABLE(EP_STATUS_ENUM_)
#undef EP_STATUS_ENUM_
	EP_STATUS_COUNT
};

/* The one macro that returns: passes a failure up. */
#define EP_TRY(expression)                        \
	do {                                      \
		ep_status ep_try_ = (expression); \
		if (ep_try_ != EP_OK)             \
			return ep_try_;           \
	} while (0)

/* ------------------------------------------------------------- values -- */

struct ep_op;   /* one call of one operation */
struct ep_rows; /* the answer of a statement */
struct ep_node; /* a JSON value */

#define EP_T_NULL 0u
#define EP_T_BOOL 1u
#define EP_T_INT 2u  /* int64_t; an integer as JSON and SQL know it */
#define EP_T_REAL 3u /* not for money: amounts are integers or text */
#define EP_T_TEXT 4u /* UTF-8 */
#define EP_T_BLOB 5u
#define EP_T_NODE 6u   /* a JSON value in a handle */
#define EP_T_ARRAY 7u  /* only as the type of a node */
#define EP_T_OBJECT 8u /* only as the type of a node */

/* A value on its way across the border. */
struct ep_value {
	uint32_t type;
	uint32_t length; /* of TEXT and BLOB, in bytes */

	union {
		int64_t integer;
		double real;
		const void *pointer;
	} u;
};

/* A named value. */
struct ep_arg {
	const char *name;
	struct ep_value value;
};

EP_STATIC_ASSERT(sizeof(struct ep_value) == 16, "layout");
EP_STATIC_ASSERT(sizeof(struct ep_arg) == 24, "layout");

typedef ep_status ep_handler(struct ep_op *op);
typedef void ep_work(void *argument);

/* Where an operation was called from; see ep_origin(). */
#define EP_FROM_HTTP 1u    /* a client, over the network */
#define EP_FROM_CONTROL 2u /* an operator, over the control socket */
#define EP_FROM_CALL 3u    /* another operation, by ep_call() */
#define EP_FROM_HOST 4u    /* the host itself: start, build, health, stop */

#define EP_DEBUG 0u
#define EP_INFO 1u
#define EP_WARN 2u
#define EP_ERROR 3u

/* --------------------------------------------------------- host table -- */

/*
 * What the host offers, append-only within a major version.  Not called
 * directly: the inline functions below are the interface and carry the
 * documentation.  Only scalars, pointer with length, argument arrays and
 * opaque handles cross, so that a sandboxed process can supply the table.
 */
struct ep_host {
	uint32_t size, abi;

	const struct ep_node *(*input)(struct ep_op *);
	const char *(*param)(struct ep_op *, const char *name);
	const struct ep_node *(*config)(struct ep_op *);
	void *(*state)(struct ep_op *);
	uint32_t (*origin)(struct ep_op *);
	const char *(*about)(struct ep_op *, uint32_t what);

	uint32_t (*node_type)(const struct ep_node *);
	uint32_t (*node_count)(const struct ep_node *);
	const struct ep_node *(
	    *node_get)(const struct ep_node *, const char *name);
	const struct ep_node *(*node_at)(const struct ep_node *, uint32_t);
	const char *(*node_key)(const struct ep_node *);
	const char *(*node_text)(const struct ep_node *, uint32_t *length_out);
	int64_t (*node_int)(const struct ep_node *, int64_t fallback);
	double (*node_real)(const struct ep_node *, double fallback);

	struct ep_node *(*make)(struct ep_op *, uint32_t type,
	    const struct ep_arg *, uint32_t n);
	ep_status (*append)(struct ep_op *, struct ep_node *array,
	    const struct ep_value *);
	ep_status (*set)(struct ep_op *, struct ep_node *object,
	    const struct ep_arg *);
	ep_status (*parse)(struct ep_op *, const char *text, uint32_t length,
	    const struct ep_node **node_out);
	const char *(*format)(struct ep_op *, const struct ep_value *);

	void *(*alloc)(struct ep_op *, uint64_t size);
	void *(*instance_alloc)(struct ep_op *, uint64_t size);
	const char *(
	    *concat)(struct ep_op *, const char *const *parts, uint32_t n);

	ep_status (*sql)(struct ep_op *, const struct ep_rows **rows_out,
	    const char *statement, const struct ep_arg *, uint32_t n);
	uint32_t (*row_count)(const struct ep_rows *);
	uint32_t (
	    *row_type)(const struct ep_rows *, uint32_t row, uint32_t column);
	int64_t (
	    *row_int)(const struct ep_rows *, uint32_t row, uint32_t column);
	double (
	    *row_real)(const struct ep_rows *, uint32_t row, uint32_t column);
	const char *(*row_text)(const struct ep_rows *, uint32_t row,
	    uint32_t column, uint32_t *length_out);
	ep_status (*lock)(struct ep_op *, const char *const *keys, uint32_t n);
	ep_status (*audit)(struct ep_op *, const char *entity, const char *id,
	    const struct ep_node *before, const struct ep_node *after);

	ep_status (*reply)(struct ep_op *, uint32_t code, const struct ep_arg *,
	    uint32_t n);
	ep_status (
	    *reply_node)(struct ep_op *, uint32_t code, const struct ep_node *);
	ep_status (*reply_bytes)(struct ep_op *, uint32_t code,
	    const char *media_type, const void *bytes, uint64_t length);
	ep_status (
	    *reply_header)(struct ep_op *, const char *name, const char *value);
	ep_status (*fail)(struct ep_op *, ep_status, const char *code,
	    const struct ep_arg *, uint32_t n);
	ep_status (*fail_at)(struct ep_op *, const char *pointer,
	    const char *rule, const char *expected);

	ep_status (*call)(struct ep_op *, const char *operation,
	    const struct ep_node *in, const struct ep_node **out);
	ep_status (*sleep)(struct ep_op *, uint32_t milliseconds);
	ep_status (*offload)(struct ep_op *, ep_work *, void *argument);
	ep_status (*on_commit)(struct ep_op *, ep_work *, void *argument);
	int64_t (*remaining)(struct ep_op *);
	int64_t (*now)(struct ep_op *);
	const char *(*id)(struct ep_op *);
	void (*log)(struct ep_op *, uint32_t level, const char *event,
	    const struct ep_arg *, uint32_t n);

	int64_t (*epoch)(struct ep_op *, const char *name);
	ep_status (*epoch_bump)(struct ep_op *, const char *name);
	int64_t (*counter_add)(struct ep_op *, const char *name, int64_t by);

	ep_status (*data)(struct ep_op *, const char *name,
	    const void **bytes_out, uint64_t *length_out);
	ep_status (*snapshot)(struct ep_op *, const char *name,
	    const void **bytes_out, uint64_t *length_out);
	ep_status (*snapshot_wait)(struct ep_op *, const char *name);
	ep_status (*snapshot_write)(struct ep_op *, const void *bytes,
	    uint64_t length);
	ep_status (*fail_with)(struct ep_op *, ep_status,
	    const struct ep_node *problem);
	ep_status (
	    *save_write)(struct ep_op *, const void *bytes, uint64_t length);
	ep_status (*saved)(struct ep_op *, uint32_t *version_out,
	    const void **bytes_out, uint64_t *length_out);
};

/* One row of a module's table, made by the EP_ macros at the end. */
struct ep_binding {
	uint32_t kind, size;
	const char *name;
	ep_handler *run;
};

#define EP_BIND_OPERATION 1u
#define EP_BIND_START 2u
#define EP_BIND_STOP 3u
#define EP_BIND_HEALTH 4u
#define EP_BIND_BUILD 5u
#define EP_BIND_STATE 6u
#define EP_BIND_SAVE 7u
#define EP_BIND_RESTORE 8u

/* What entrepot_module_v1() returns. */
struct ep_module {
	uint32_t size, abi;
	uint32_t binding_size, n_bindings;
	const struct ep_binding *bindings;
};

/* The only symbol a module exports. */
EP_EXPORT const struct ep_module *entrepot_module_v1(const struct ep_host *);

/* The host's table; hidden, one word for each module. */
extern EP_HIDDEN const struct ep_host *ep_host_;

/* Does the running host know this function of the table?  For functions
 * newer than EP_TARGET_MINOR. */
#define EP_HAS(member) \
	(ep_host_->size >= offsetof(struct ep_host, member) + sizeof(void *))

/* ----------------------------------------------------- making a value -- */

static inline struct ep_value
ep_null(void)
{
	struct ep_value v;

	v.type = EP_T_NULL;
	v.length = 0;
	v.u.integer = 0;
	return v;
}

static inline struct ep_value
ep_bool(bool b)
{
	struct ep_value v = ep_null();

	v.type = EP_T_BOOL;
	v.u.integer = b ? 1 : 0;
	return v;
}

static inline struct ep_value
ep_int(int64_t i)
{
	struct ep_value v = ep_null();

	v.type = EP_T_INT;
	v.u.integer = i;
	return v;
}

static inline struct ep_value
ep_real(double d)
{
	struct ep_value v = ep_null();

	v.type = EP_T_REAL;
	v.u.real = d;
	return v;
}

static inline struct ep_value
ep_bytes_(uint32_t type, const void *p, uint32_t length)
{
	struct ep_value v = ep_null();

	if (p != NULL) {
		v.type = type;
		v.length = length;
		v.u.pointer = p;
	}
	return v;
}

/* Text of a known length, not necessarily terminated.  NULL is null. */
static inline struct ep_value
ep_textn(const char *s, uint32_t length)
{
	return ep_bytes_(EP_T_TEXT, s, length);
}

static inline struct ep_value
ep_text(const char *s)
{
	return ep_bytes_(EP_T_TEXT, s,
	    s != NULL ? (uint32_t)__builtin_strlen(s) : 0);
}

static inline struct ep_value
ep_blob(const void *p, uint32_t length)
{
	return ep_bytes_(EP_T_BLOB, p, length);
}

/* A JSON value as it stands. */
static inline struct ep_value
ep_json(const struct ep_node *n)
{
	return ep_bytes_(EP_T_NODE, n, 0);
}

static inline struct ep_value
ep_same_(struct ep_value v)
{
	return v;
}

/* A named value whose name is computed; EP_ARG() is the usual spelling. */
static inline struct ep_arg
ep_named(const char *name, struct ep_value value)
{
	struct ep_arg a;

	a.name = name;
	a.value = value;
	return a;
}

/* ---------------------------------------------------- reading a value -- */

/* The JSON type of a node, EP_T_NULL for a NULL pointer. */
static inline uint32_t
ep_node_type(const struct ep_node *n)
{
	return ep_host_->node_type(n);
}

/* How many elements or members; 0 for anything but array and object. */
static inline uint32_t
ep_node_count(const struct ep_node *n)
{
	return ep_host_->node_count(n);
}

/* The member of that name, or NULL when absent.  n may be NULL, so paths
 * can be walked without asking at each step. */
static inline const struct ep_node *
ep_node_get(const struct ep_node *n, const char *name)
{
	return ep_host_->node_get(n, name);
}

/* The i-th element or member, in the order of the text, or NULL. */
static inline const struct ep_node *
ep_node_at(const struct ep_node *n, uint32_t i)
{
	return ep_host_->node_at(n, i);
}

/* The name of a node that is a member of an object, else NULL. */
static inline const char *
ep_node_key(const struct ep_node *n)
{
	return ep_host_->node_key(n);
}

/* The text of a string, or the digits of a number exactly as they were
 * written (so that decimals lose nothing); NULL for other types.  Always
 * terminated; it may contain U+0000 when the schema allows that, then
 * length_out (which may be NULL) tells the truth. */
static inline const char *
ep_node_text(const struct ep_node *n, uint32_t *length_out)
{
	return ep_host_->node_text(n, length_out);
}

/* An integer (1 and 1.0 are both 1; true is 1), else the fallback. */
static inline int64_t
ep_node_int(const struct ep_node *n, int64_t fallback)
{
	return ep_host_->node_int(n, fallback);
}

static inline double
ep_node_real(const struct ep_node *n, double fallback)
{
	return ep_host_->node_real(n, fallback);
}

static inline bool
ep_node_bool(const struct ep_node *n, bool fallback)
{
	return ep_host_->node_int(n, fallback ? 1 : 0) != 0;
}

/* ---------------------------------------------------------- the input -- */

/* Everything the caller sent, as one object: members of the JSON body, and
 * path and query parameters under their names, in the types the schema
 * gives them.  It has been validated.  Header parameters: ep_param(). */
static inline const struct ep_node *
ep_input(struct ep_op *op)
{
	return ep_host_->input(op);
}

/* A path, query or header parameter as text.  NULL only when the parameter
 * is optional and absent. */
static inline const char *
ep_param(struct ep_op *op, const char *name)
{
	return ep_host_->param(op, name);
}

/* A member of the input; text is NULL when absent. */
static inline const char *
ep_in_text(struct ep_op *op, const char *name)
{
	return ep_node_text(ep_node_get(ep_input(op), name), NULL);
}

static inline int64_t
ep_in_int(struct ep_op *op, const char *name, int64_t fallback)
{
	return ep_node_int(ep_node_get(ep_input(op), name), fallback);
}

static inline double
ep_in_real(struct ep_op *op, const char *name, double fallback)
{
	return ep_node_real(ep_node_get(ep_input(op), name), fallback);
}

static inline bool
ep_in_bool(struct ep_op *op, const char *name, bool fallback)
{
	return ep_node_bool(ep_node_get(ep_input(op), name), fallback);
}

/* This module's section of entrepot.yaml, with the schema's defaults filled
 * in.  Lives as long as the instance. */
static inline const struct ep_node *
ep_config(struct ep_op *op)
{
	return ep_host_->config(op);
}

static inline const char *
ep_config_text(struct ep_op *op, const char *name)
{
	return ep_node_text(ep_node_get(ep_config(op), name), NULL);
}

static inline int64_t
ep_config_int(struct ep_op *op, const char *name)
{
	return ep_node_int(ep_node_get(ep_config(op), name), 0);
}

static inline double
ep_config_real(struct ep_op *op, const char *name)
{
	return ep_node_real(ep_node_get(ep_config(op), name), 0);
}

static inline bool
ep_config_bool(struct ep_op *op, const char *name)
{
	return ep_node_bool(ep_node_get(ep_config(op), name), false);
}

/* The instance's own memory, zeroed before EP_START, of the type given to
 * EP_STATE; NULL without EP_STATE.  Each worker process has its own and may
 * lose it: it is a cache, what must last goes into the store. */
static inline void *
ep_state(struct ep_op *op)
{
	return ep_host_->state(op);
}

/* EP_FROM_HTTP, EP_FROM_CONTROL …: where this call came from. */
static inline uint32_t
ep_origin(struct ep_op *op)
{
	return ep_host_->origin(op);
}

/* Who and what: never NULL, "" when there is none. */
#define EP_ABOUT_TENANT 1u
#define EP_ABOUT_PRINCIPAL 2u
#define EP_ABOUT_LANGUAGE 3u
#define EP_ABOUT_REQUEST_ID 4u
#define EP_ABOUT_OPERATION 5u
#define EP_ABOUT_TRACEPARENT 6u
#define EP_ABOUT_SNAPSHOT 7u

static inline const char *
ep_tenant(struct ep_op *op)
{
	return ep_host_->about(op, EP_ABOUT_TENANT);
}

static inline const char *
ep_principal(struct ep_op *op)
{
	return ep_host_->about(op, EP_ABOUT_PRINCIPAL);
}

/* The caller's language as a BCP 47 tag, e.g. "zh-CN". */
static inline const char *
ep_language(struct ep_op *op)
{
	return ep_host_->about(op, EP_ABOUT_LANGUAGE);
}

static inline const char *
ep_request_id(struct ep_op *op)
{
	return ep_host_->about(op, EP_ABOUT_REQUEST_ID);
}

/* ------------------------------------------------------------- memory -- */

/* Zeroed memory for the length of the operation.  Never NULL. */
static inline void *
ep_alloc(struct ep_op *op, uint64_t size)
{
	return ep_host_->alloc(op, size);
}

/* Zeroed memory for the life of the instance.  Only within EP_START. */
static inline void *
ep_instance_alloc(struct ep_op *op, uint64_t size)
{
	return ep_host_->instance_alloc(op, size);
}

/* The JSON value that a text holds; EP_INVALID when it is not JSON. */
EP_MUST_USE static inline ep_status
ep_parse(struct ep_op *op, const char *text, uint32_t length,
    const struct ep_node **node_out)
{
	return ep_host_->parse(op, text, length, node_out);
}

/* An object or array as JSON text, a scalar as its text. */
static inline const char *
ep_format_value_(struct ep_op *op, struct ep_value v)
{
	return ep_host_->format(op, &v);
}

/* An empty array, to be filled by ep_append(). */
static inline struct ep_node *
ep_array(struct ep_op *op)
{
	return ep_host_->make(op, EP_T_ARRAY, NULL, 0);
}

static inline ep_status
ep_append_value_(struct ep_op *op, struct ep_node *array, struct ep_value v)
{
	return ep_host_->append(op, array, &v);
}

/* Adds or replaces a member: ep_set(op, object, EP_ARG("name", value)). */
static inline ep_status
ep_set(struct ep_op *op, struct ep_node *object, struct ep_arg arg)
{
	return ep_host_->set(op, object, &arg);
}

/* ---------------------------------------------------------- the store -- */

static inline uint32_t
ep_row_count(const struct ep_rows *rows)
{
	return ep_host_->row_count(rows);
}

static inline bool
ep_row_is_null(const struct ep_rows *rows, uint32_t row, uint32_t column)
{
	return ep_host_->row_type(rows, row, column) == EP_T_NULL;
}

/* A column of a row; 0 when null or outside. */
static inline int64_t
ep_row_int(const struct ep_rows *rows, uint32_t row, uint32_t column)
{
	return ep_host_->row_int(rows, row, column);
}

static inline double
ep_row_real(const struct ep_rows *rows, uint32_t row, uint32_t column)
{
	return ep_host_->row_real(rows, row, column);
}

/* Text or bytes of a column, terminated; NULL when null or outside. */
static inline const char *
ep_row_text(const struct ep_rows *rows, uint32_t row, uint32_t column)
{
	return ep_host_->row_text(rows, row, column, NULL);
}

static inline const void *
ep_row_bytes(const struct ep_rows *rows, uint32_t row, uint32_t column,
    uint32_t *length_out)
{
	return ep_host_->row_text(rows, row, column, length_out);
}

/* One line in the audit trail, part of the transaction: entity ("list"),
 * its id, and its JSON before and after (NULL: did not exist). */
static inline ep_status
ep_audit(struct ep_op *op, const char *entity, const char *id,
    const struct ep_node *before, const struct ep_node *after)
{
	return ep_host_->audit(op, entity, id, before, after);
}

/* ---------------------------------------------------------- answering -- */

/* Any JSON value as the answer. */
static inline ep_status
ep_reply_node(struct ep_op *op, uint32_t code, const struct ep_node *node)
{
	return ep_host_->reply_node(op, code, node);
}

/* An answer that is not JSON; the media type must be declared. */
static inline ep_status
ep_reply_bytes(struct ep_op *op, uint32_t code, const char *media_type,
    const void *bytes, uint64_t length)
{
	return ep_host_->reply_bytes(op, code, media_type, bytes, length);
}

/* A header beside the answer, e.g. Location.  Those of framing and of the
 * connection are the host's and refused. */
static inline ep_status
ep_reply_header(struct ep_op *op, const char *name, const char *value)
{
	return ep_host_->reply_header(op, name, value);
}

/* Ends with the problem document of an ep_call() that failed: its error,
 * detail and further members become this operation's. */
static inline ep_status
ep_fail_with(struct ep_op *op, ep_status status, const struct ep_node *problem)
{
	return ep_host_->fail_with(op, status, problem);
}

/* Note one faulty place of the input (a JSON pointer, the rule that it
 * breaks, what was expected) for the errors[] of the ep_fail() to come. */
static inline ep_status
ep_fail_at(struct ep_op *op, const char *pointer, const char *rule,
    const char *expected)
{
	return ep_host_->fail_at(op, pointer, rule, expected);
}

/* ------------------------------------------------------- other things -- */

/* Calls another operation (listed under requires: when it is another
 * module's) with an object of its path, query and body members.  Within a
 * `write` operation it joins the transaction under a savepoint, so that its
 * failure undoes only its own part.  When it fails, *out is its problem
 * document and the status says which; else *out is its answer.
 * The host itself answers host.openapi (the contracts of all modules),
 * host.modules (who is loaded, with which operations and indicators) and
 * host.figures (counts and latency of operations since it started). */
EP_MUST_USE static inline ep_status
ep_call(struct ep_op *op, const char *operation, const struct ep_node *in,
    const struct ep_node **out)
{
	return ep_host_->call(op, operation, in, out);
}

/* Lets others run; not within a transaction. */
EP_MUST_USE static inline ep_status
ep_sleep(struct ep_op *op, uint32_t milliseconds)
{
	return ep_host_->sleep(op, milliseconds);
}

/* Runs work(argument) on a thread and waits for it.  It may use nothing but
 * its argument: no ep_ function, no state.  Not within a transaction. */
EP_MUST_USE static inline ep_status
ep_offload(struct ep_op *op, ep_work *work, void *argument)
{
	return ep_host_->offload(op, work, argument);
}

/* Runs fn(argument) once, after the operation's commit and only then. */
static inline ep_status
ep_on_commit(struct ep_op *op, ep_work *fn, void *argument)
{
	return ep_host_->on_commit(op, fn, argument);
}

/* Milliseconds left until the deadline; at least 0. */
static inline int64_t
ep_remaining(struct ep_op *op)
{
	return ep_host_->remaining(op);
}

/* Microseconds since 1970 UTC, the same for the whole operation. */
static inline int64_t
ep_now(struct ep_op *op)
{
	return ep_host_->now(op);
}

/* A new UUIDv7 as text: unique, and later ones sort later. */
static inline const char *
ep_id(struct ep_op *op)
{
	return ep_host_->id(op);
}

/* Epochs tell the memories of all workers that something in the store has
 * changed.  The bump takes effect when the operation commits. */
static inline int64_t
ep_epoch(struct ep_op *op, const char *name)
{
	return ep_host_->epoch(op, name);
}

static inline ep_status
ep_epoch_bump(struct ep_op *op, const char *name)
{
	return ep_host_->epoch_bump(op, name);
}

/* Adds to a counter that all workers share and /metrics shows; returns the
 * value before this operation.  Takes effect after the commit. */
static inline int64_t
ep_counter_add(struct ep_op *op, const char *name, int64_t by)
{
	return ep_host_->counter_add(op, name, by);
}

/* A file of the module's folder data/, embedded at build time.  Lives as
 * long as the instance.  EP_NOT_FOUND when there is none of that name. */
EP_MUST_USE static inline ep_status
ep_data(struct ep_op *op, const char *name, const void **bytes_out,
    uint64_t *length_out)
{
	return ep_host_->data(op, name, bytes_out, length_out);
}

/* A snapshot that EP_BUILD made, mapped read-only and pinned until the
 * operation ends.  EP_UNAVAILABLE until the first one is built, which does
 * not yet fail the operation: pass it up, or do without. */
EP_MUST_USE static inline ep_status
ep_snapshot(struct ep_op *op, const char *name, const void **bytes_out,
    uint64_t *length_out)
{
	return ep_host_->snapshot(op, name, bytes_out, length_out);
}

/* Waits until the snapshot knows of every epoch bump committed so far. */
EP_MUST_USE static inline ep_status
ep_snapshot_wait(struct ep_op *op, const char *name)
{
	return ep_host_->snapshot_wait(op, name);
}

/* Within EP_BUILD only: the snapshot that is wanted, and its bytes. */
static inline const char *
ep_snapshot_name(struct ep_op *op)
{
	return ep_host_->about(op, EP_ABOUT_SNAPSHOT);
}

EP_MUST_USE static inline ep_status
ep_snapshot_write(struct ep_op *op, const void *bytes, uint64_t length)
{
	return ep_host_->snapshot_write(op, bytes, length);
}

/* Within EP_SAVE only: adds bytes to what EP_RESTORE gets, at most 16 MiB in
 * all (EP_TOO_LARGE).  No pointers: the new image lies elsewhere. */
EP_MUST_USE static inline ep_status
ep_save_write(struct ep_op *op, const void *bytes, uint64_t length)
{
	return ep_host_->save_write(op, bytes, length);
}

/* Within EP_RESTORE only: what was saved, and the EP_STATE_VERSION of the
 * build that did. */
EP_MUST_USE static inline ep_status
ep_saved(struct ep_op *op, uint32_t *version_out, const void **bytes_out,
    uint64_t *length_out)
{
	return ep_host_->saved(op, version_out, bytes_out, length_out);
}

#ifdef __cplusplus
}
#endif

/* ---------------------------------------------- the variadic spellings -- */

/*
 * EP_ARG("name", value)			a named value of any type
 * ep_sql(op, &rows, statement, EP_ARG()...)	runs a declared statement
 * ep_reply(op, code, EP_ARG()...)		answers with a JSON object
 * ep_fail(op, EP_CONFLICT, "code", EP_ARG()...)	refuses: the code is
 *	looked up in messages/; the arguments fill its {places} and join the
 *	problem document; an argument "detail" replaces the message
 * ep_object(op, EP_ARG()...)			makes a JSON object
 * ep_append(op, array, value)			adds to an array
 * ep_format(op, value)				the text of a value
 * ep_concat(op, "a", "b", ...)			joins texts
 * ep_log(op, EP_INFO, "event", EP_ARG()...)	one line in the log
 * ep_lock(op, "order", id)			one lock, named by its parts
 *
 * size_t and uint64_t must be cast: they do not fit into int64_t.
 */
#ifndef __cplusplus

/* "not compatible with any association" here: the value is a size_t or
 * uint64_t (cast it to int64_t), or a pointer that is no text. */
#define ep_value_(v) \
	_Generic((v), \
	    bool: ep_bool, \
	    signed char: ep_int, \
	    unsigned char: ep_int, \
	    short: ep_int, \
	    unsigned short: ep_int, \
	    int: ep_int, \
	    unsigned: ep_int, \
	    long: ep_int, \
	    long long: ep_int, \
	    float: ep_real, \
	    double: ep_real, \
	    char *: ep_text, \
	    const char *: ep_text, \
	    struct ep_node *: ep_json, \
	    const struct ep_node *: ep_json, \
	    struct ep_value: ep_same_)(v)

#define EP_ARG(name, v) ep_named(name, ep_value_(v))

#define EP_END_   \
	{         \
		0 \
	}
#define EP_1ST_(a, ...) a
#define EP_2ND_(a, b, ...) b
#define EP_REST1_(a, ...) __VA_ARGS__
#define EP_REST2_(a, b, ...) __VA_ARGS__
/* Arguments and their number; the list always ends in EP_END_. */
#define EP_LIST_(type, ...)                                                    \
	(const type[]){ __VA_ARGS__ },                                         \
	    (uint32_t)(sizeof((const type[]){ __VA_ARGS__ }) / sizeof(type)) - \
	    1u

#define ep_sql(op, rows, ...)                                    \
	ep_host_->sql(op, rows, (EP_1ST_(__VA_ARGS__, 0)).bytes, \
	    EP_LIST_(struct ep_arg, EP_REST1_(__VA_ARGS__, EP_END_)))
#define ep_reply(op, ...)                            \
	ep_host_->reply(op, EP_1ST_(__VA_ARGS__, 0), \
	    EP_LIST_(struct ep_arg, EP_REST1_(__VA_ARGS__, EP_END_)))
#define ep_fail(op, status, ...)                            \
	ep_host_->fail(op, status, EP_1ST_(__VA_ARGS__, 0), \
	    EP_LIST_(struct ep_arg, EP_REST1_(__VA_ARGS__, EP_END_)))
#define ep_object(...)                                       \
	ep_host_->make(EP_1ST_(__VA_ARGS__, 0), EP_T_OBJECT, \
	    EP_LIST_(struct ep_arg, EP_REST1_(__VA_ARGS__, EP_END_)))
#define ep_log(op, level, ...)                            \
	ep_host_->log(op, level, EP_1ST_(__VA_ARGS__, 0), \
	    EP_LIST_(struct ep_arg, EP_REST1_(__VA_ARGS__, EP_END_)))
#define ep_append(op, array, v) ep_append_value_(op, array, ep_value_(v))
#define ep_format(op, v) ep_format_value_(op, ep_value_(v))
#define ep_concat(op, ...) \
	ep_host_->concat(op, EP_LIST_(char *const, __VA_ARGS__, NULL))
#define ep_lock(op, ...) \
	ep_host_->lock(op, EP_LIST_(char *const, __VA_ARGS__, NULL))

#else /* C++ */

inline ep_value
ep_value_(bool v)
{
	return ep_bool(v);
}

inline ep_value
ep_value_(int v)
{
	return ep_int(v);
}

inline ep_value
ep_value_(unsigned v)
{
	return ep_int(v);
}

inline ep_value
ep_value_(long v)
{
	return ep_int(v);
}

inline ep_value
ep_value_(long long v)
{
	return ep_int(v);
}

inline ep_value
ep_value_(double v)
{
	return ep_real(v);
}

inline ep_value
ep_value_(const char *v)
{
	return ep_text(v);
}

inline ep_value
ep_value_(const struct ep_node *v)
{
	return ep_json(v);
}

inline ep_value
ep_value_(const ep_value &v)
{
	return v;
}

ep_value ep_value_(const void *) = delete; /* else a pointer becomes bool */
ep_value ep_value_(unsigned long) = delete;
ep_value ep_value_(unsigned long long) = delete;

template <class T>
inline ep_arg
EP_ARG(const char *name, const T &v)
{
	return ep_named(name, ep_value_(v));
}

template <class S, class... A>
inline ep_status
ep_sql(ep_op *op, const ep_rows **rows, const S &statement, const A &...a)
{
	const ep_arg v[] = { a..., ep_arg() };

	return ep_host_->sql(op, rows, statement.bytes, v,
	    uint32_t(sizeof...(a)));
}

template <class... A>
inline ep_status
ep_reply(ep_op *op, uint32_t code, const A &...a)
{
	const ep_arg v[] = { a..., ep_arg() };

	return ep_host_->reply(op, code, v, uint32_t(sizeof...(a)));
}

template <class... A>
inline ep_status
ep_fail(ep_op *op, ep_status status, const char *code, const A &...a)
{
	const ep_arg v[] = { a..., ep_arg() };

	return ep_host_->fail(op, status, code, v, uint32_t(sizeof...(a)));
}

template <class... A>
inline struct ep_node *
ep_object(ep_op *op, const A &...a)
{
	const ep_arg v[] = { a..., ep_arg() };

	return ep_host_->make(op, EP_T_OBJECT, v, uint32_t(sizeof...(a)));
}

template <class... A>
inline void
ep_log(ep_op *op, uint32_t level, const char *event, const A &...a)
{
	const ep_arg v[] = { a..., ep_arg() };

	ep_host_->log(op, level, event, v, uint32_t(sizeof...(a)));
}

template <class T>
inline ep_status
ep_append(ep_op *op, struct ep_node *array, const T &v)
{
	return ep_append_value_(op, array, ep_value_(v));
}

template <class T>
inline const char *
ep_format(ep_op *op, const T &v)
{
	return ep_format_value_(op, ep_value_(v));
}

template <class... A>
inline const char *
ep_concat(ep_op *op, const A &...a)
{
	const char *const v[] = { a... };

	return ep_host_->concat(op, v, uint32_t(sizeof...(a)));
}

template <class... A>
inline ep_status
ep_lock(ep_op *op, const A &...a)
{
	const char *const v[] = { a... };

	return ep_host_->lock(op, v, uint32_t(sizeof...(a)));
}

#endif

/* ------------------------------------------------------ the declaration -- */

#define EP_STR_(x) #x
#define EP_STR(x) EP_STR_(x)

#ifdef __cplusplus
#define EP_EXTERN_C_ extern "C"
#else
#define EP_EXTERN_C_
#endif

/*
 * A statement, at file level.  Its text is data in the file, checked against
 * the migrations before the module runs.  $name are its parameters; $tenant
 * is bound by the host.
 */
#define EP_SQL_TEXT_(id, text) \
	"\001" #id "\0" __FILE__ ":" EP_STR(__LINE__) "\0" text
#define EP_SQL(id, text)                                    \
	__extension__ static const struct {                 \
		char bytes[sizeof(EP_SQL_TEXT_(id, text))]; \
	} id __attribute__((section("ep_sql_v1"), used,     \
	    aligned(1))) = { EP_SQL_TEXT_(id, text) }

/* The rows of EP_MODULE. */
#define EP_OPERATION(operation, fn)                 \
	{                                           \
		EP_BIND_OPERATION, 0, operation, fn \
	}
/* Once for each instance, before its first operation; as a `none`
 * operation that may also read the store by ep_sql(), each statement by
 * itself.  Failing refuses the instance.  It runs in every worker and in the
 * builder, and several may run at once. */
#define EP_START(fn)                          \
	{                                     \
		EP_BIND_START, 0, "start", fn \
	}
/* After the last operation, and only if EP_START succeeded; cannot fail. */
#define EP_STOP(fn)                         \
	{                                   \
		EP_BIND_STOP, 0, "stop", fn \
	}
/* Are you well?  At the end of the start, then now and then. */
#define EP_HEALTH(fn)                           \
	{                                       \
		EP_BIND_HEALTH, 0, "health", fn \
	}
/* Warm start.  When a reload replaces an instance, EP_SAVE of the old one
 * runs in the same worker while it still serves, then EP_RESTORE of the new
 * one, after its EP_START and before its first operation.  Either may
 * decline with any status: the new one starts cold, as EP_START left it, so
 * a restore that declines undoes what it did.  Never rely on it: a worker
 * that was started anew has nothing to restore. */
#define EP_SAVE(fn)                         \
	{                                   \
		EP_BIND_SAVE, 0, "save", fn \
	}
#define EP_RESTORE(fn)                            \
	{                                         \
		EP_BIND_RESTORE, 0, "restore", fn \
	}
/* Makes a snapshot: in a process of its own, as a `read` operation, each
 * time the epoch it hangs on has moved. */
#define EP_BUILD(snapshot, fn)                 \
	{                                      \
		EP_BIND_BUILD, 0, snapshot, fn \
	}
#define EP_STATE(type)                                               \
	{                                                            \
		EP_BIND_STATE, (uint32_t)sizeof(type), "state", NULL \
	}

/* The ABI note: name size, descriptor size, type 1, "entrepot", then major,
 * lowest minor needed, minor built with, state version. */
struct ep_note {
	uint32_t name_size, size, type;
	char name[12];
	uint32_t major, minor_needed, minor_built, state_version;
};

/* The whole module, last in one of its files. */
#define EP_MODULE(...)                                                      \
	static const struct ep_note ep_note_                                \
	    __attribute__((section(".note.entrepot"), used,                 \
		aligned(4))) = { 9, 16, 1, "entrepot", EP_ABI_MAJOR,        \
		    EP_TARGET_MINOR, EP_ABI_MINOR, EP_STATE_VERSION };      \
	static const struct ep_binding ep_bindings_[] = { __VA_ARGS__ };    \
	static const struct ep_module ep_module_ = { (uint32_t)sizeof(      \
							 struct ep_module), \
		(uint32_t)EP_ABI_MAJOR << 16 | EP_ABI_MINOR,                \
		(uint32_t)sizeof(struct ep_binding),                        \
		(uint32_t)(sizeof ep_bindings_ / sizeof ep_bindings_[0]),   \
		ep_bindings_ };                                             \
	const struct ep_host *ep_host_;                                     \
	EP_EXTERN_C_ const struct ep_module *entrepot_module_v1(            \
	    const struct ep_host *host)                                     \
	{                                                                   \
		ep_host_ = host;                                            \
		return &ep_module_;                                         \
	}                                                                   \
	EP_STATIC_ASSERT(sizeof ep_bindings_ > 0, "a module has operations")

#endif
