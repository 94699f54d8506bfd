/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The layout lock of ABI 1: every member of every public struct at its place
 * and of its type, every constant with its value.  It compiles or it does
 * not.  Within a major version lines are added, never changed: a member at
 * the end of struct ep_host (and its new size), a constant with a new value.
 * Each addition needs a line in plugin-api/CHANGES.
 */

#include <entrepot.h>

#define LOCK(s, member, at, ...)                                              \
	_Static_assert(offsetof(struct s, member) == (at), #s "." #member);   \
	_Static_assert(__builtin_types_compatible_p(                          \
			   __typeof__(((struct s *)0)->member), __VA_ARGS__), \
	    #s "." #member ": type")
#define SIZE(s, bytes) _Static_assert(sizeof(struct s) == (bytes), #s)
#define VALUE(name, value) _Static_assert((name) == (value), #name)

LOCK(ep_value, type, 0, uint32_t);
LOCK(ep_value, length, 4, uint32_t);
LOCK(ep_value, u.integer, 8, int64_t);
LOCK(ep_value, u.real, 8, double);
LOCK(ep_value, u.pointer, 8, const void *);
SIZE(ep_value, 16);

LOCK(ep_arg, name, 0, const char *);
LOCK(ep_arg, value, 8, struct ep_value);
SIZE(ep_arg, 24);

LOCK(ep_binding, kind, 0, uint32_t);
LOCK(ep_binding, size, 4, uint32_t);
LOCK(ep_binding, name, 8, const char *);
LOCK(ep_binding, run, 16, ep_handler *);
SIZE(ep_binding, 24);

LOCK(ep_module, size, 0, uint32_t);
LOCK(ep_module, abi, 4, uint32_t);
LOCK(ep_module, binding_size, 8, uint32_t);
LOCK(ep_module, n_bindings, 12, uint32_t);
LOCK(ep_module, bindings, 16, const struct ep_binding *);
SIZE(ep_module, 24);

LOCK(ep_note, name_size, 0, uint32_t);
LOCK(ep_note, size, 4, uint32_t);
LOCK(ep_note, type, 8, uint32_t);
LOCK(ep_note, name, 12, char[12]);
LOCK(ep_note, major, 24, uint32_t);
LOCK(ep_note, minor_needed, 28, uint32_t);
LOCK(ep_note, minor_built, 32, uint32_t);
LOCK(ep_note, state_version, 36, uint32_t);
SIZE(ep_note, 40);

LOCK(ep_host, size, 0, uint32_t);
LOCK(ep_host, abi, 4, uint32_t);
LOCK(ep_host, input, 8, const struct ep_node *(*)(struct ep_op *));
LOCK(ep_host, param, 16, const char *(*)(struct ep_op *, const char *name));
LOCK(ep_host, config, 24, const struct ep_node *(*)(struct ep_op *));
LOCK(ep_host, state, 32, void *(*)(struct ep_op *));
LOCK(ep_host, origin, 40, uint32_t (*)(struct ep_op *));
LOCK(ep_host, about, 48, const char *(*)(struct ep_op *, uint32_t what));
LOCK(ep_host, node_type, 56, uint32_t (*)(const struct ep_node *));
LOCK(ep_host, node_count, 64, uint32_t (*)(const struct ep_node *));
LOCK(ep_host, node_get, 72,
    const struct ep_node *(*)(const struct ep_node *, const char *name));
LOCK(ep_host, node_at, 80,
    const struct ep_node *(*)(const struct ep_node *, uint32_t));
LOCK(ep_host, node_key, 88, const char *(*)(const struct ep_node *));
LOCK(ep_host, node_text, 96,
    const char *(*)(const struct ep_node *, uint32_t *length_out));
LOCK(ep_host, node_int, 104,
    int64_t (*)(const struct ep_node *, int64_t fallback));
LOCK(ep_host, node_real, 112,
    double (*)(const struct ep_node *, double fallback));
LOCK(ep_host, make, 120,
    struct ep_node *(*)(struct ep_op *, uint32_t type, const struct ep_arg *,
	uint32_t n));
LOCK(ep_host, append, 128,
    ep_status (*)(struct ep_op *, struct ep_node *array,
	const struct ep_value *));
LOCK(ep_host, set, 136,
    ep_status (*)(struct ep_op *, struct ep_node *object,
	const struct ep_arg *));
LOCK(ep_host, parse, 144,
    ep_status (*)(struct ep_op *, const char *text, uint32_t length,
	const struct ep_node **node_out));
LOCK(ep_host, format, 152,
    const char *(*)(struct ep_op *, const struct ep_value *));
LOCK(ep_host, alloc, 160, void *(*)(struct ep_op *, uint64_t size));
LOCK(ep_host, instance_alloc, 168, void *(*)(struct ep_op *, uint64_t size));
LOCK(ep_host, concat, 176,
    const char *(*)(struct ep_op *, const char *const *parts, uint32_t n));
LOCK(ep_host, sql, 184,
    ep_status (*)(struct ep_op *, const struct ep_rows **rows_out,
	const char *statement, const struct ep_arg *, uint32_t n));
LOCK(ep_host, row_count, 192, uint32_t (*)(const struct ep_rows *));
LOCK(ep_host, row_type, 200,
    uint32_t (*)(const struct ep_rows *, uint32_t row, uint32_t column));
LOCK(ep_host, row_int, 208,
    int64_t (*)(const struct ep_rows *, uint32_t row, uint32_t column));
LOCK(ep_host, row_real, 216,
    double (*)(const struct ep_rows *, uint32_t row, uint32_t column));
LOCK(ep_host, row_text, 224,
    const char *(*)(const struct ep_rows *, uint32_t row, uint32_t column,
	uint32_t *length_out));
LOCK(ep_host, lock, 232,
    ep_status (*)(struct ep_op *, const char *const *keys, uint32_t n));
LOCK(ep_host, audit, 240,
    ep_status (*)(struct ep_op *, const char *entity, const char *id,
	const struct ep_node *before, const struct ep_node *after));
LOCK(ep_host, reply, 248,
    ep_status (*)(struct ep_op *, uint32_t code, const struct ep_arg *,
	uint32_t n));
LOCK(ep_host, reply_node, 256,
    ep_status (*)(struct ep_op *, uint32_t code, const struct ep_node *));
LOCK(ep_host, reply_bytes, 264,
    ep_status (*)(struct ep_op *, uint32_t code, const char *media_type,
	const void *bytes, uint64_t length));
LOCK(ep_host, reply_header, 272,
    ep_status (*)(struct ep_op *, const char *name, const char *value));
LOCK(ep_host, fail, 280,
    ep_status (*)(struct ep_op *, ep_status, const char *code,
	const struct ep_arg *, uint32_t n));
LOCK(ep_host, fail_at, 288,
    ep_status (*)(struct ep_op *, const char *pointer, const char *rule,
	const char *expected));
LOCK(ep_host, call, 296,
    ep_status (*)(struct ep_op *, const char *operation,
	const struct ep_node *in, const struct ep_node **out));
LOCK(ep_host, sleep, 304, ep_status (*)(struct ep_op *, uint32_t milliseconds));
LOCK(ep_host, offload, 312,
    ep_status (*)(struct ep_op *, ep_work *, void *argument));
LOCK(ep_host, on_commit, 320,
    ep_status (*)(struct ep_op *, ep_work *, void *argument));
LOCK(ep_host, remaining, 328, int64_t (*)(struct ep_op *));
LOCK(ep_host, now, 336, int64_t (*)(struct ep_op *));
LOCK(ep_host, id, 344, const char *(*)(struct ep_op *));
LOCK(ep_host, log, 352,
    void (*)(struct ep_op *, uint32_t level, const char *event,
	const struct ep_arg *, uint32_t n));
LOCK(ep_host, epoch, 360, int64_t (*)(struct ep_op *, const char *name));
LOCK(ep_host, epoch_bump, 368, ep_status (*)(struct ep_op *, const char *name));
LOCK(ep_host, counter_add, 376,
    int64_t (*)(struct ep_op *, const char *name, int64_t by));
LOCK(ep_host, data, 384,
    ep_status (*)(struct ep_op *, const char *name, const void **bytes_out,
	uint64_t *length_out));
LOCK(ep_host, snapshot, 392,
    ep_status (*)(struct ep_op *, const char *name, const void **bytes_out,
	uint64_t *length_out));
LOCK(ep_host, snapshot_wait, 400,
    ep_status (*)(struct ep_op *, const char *name));
LOCK(ep_host, snapshot_write, 408,
    ep_status (*)(struct ep_op *, const void *bytes, uint64_t length));
LOCK(ep_host, fail_with, 416,
    ep_status (*)(struct ep_op *, ep_status, const struct ep_node *problem));
LOCK(ep_host, save_write, 424,
    ep_status (*)(struct ep_op *, const void *bytes, uint64_t length));
LOCK(ep_host, saved, 432,
    ep_status (*)(struct ep_op *, uint32_t *version_out, const void **bytes_out,
	uint64_t *length_out));
SIZE(ep_host, 440);

VALUE(EP_OK, 0);
VALUE(EP_INVALID, 1);
VALUE(EP_UNAUTHENTICATED, 2);
VALUE(EP_DENIED, 3);
VALUE(EP_NOT_FOUND, 4);
VALUE(EP_CONFLICT, 5);
VALUE(EP_PRECONDITION, 6);
VALUE(EP_TOO_LARGE, 7);
VALUE(EP_REFUSED, 8);
VALUE(EP_LIMIT, 9);
VALUE(EP_INTERNAL, 10);
VALUE(EP_UNSUPPORTED, 11);
VALUE(EP_UNAVAILABLE, 12);
VALUE(EP_TIMEOUT, 13);
VALUE(EP_CANCELLED, 14);
VALUE(EP_STALE, 15);
VALUE(EP_AGAIN, 16);
VALUE(EP_T_NULL, 0);
VALUE(EP_T_BOOL, 1);
VALUE(EP_T_INT, 2);
VALUE(EP_T_REAL, 3);
VALUE(EP_T_TEXT, 4);
VALUE(EP_T_BLOB, 5);
VALUE(EP_T_NODE, 6);
VALUE(EP_T_ARRAY, 7);
VALUE(EP_T_OBJECT, 8);
VALUE(EP_FROM_HTTP, 1);
VALUE(EP_FROM_CONTROL, 2);
VALUE(EP_FROM_CALL, 3);
VALUE(EP_FROM_HOST, 4);
VALUE(EP_BIND_OPERATION, 1);
VALUE(EP_BIND_START, 2);
VALUE(EP_BIND_STOP, 3);
VALUE(EP_BIND_HEALTH, 4);
VALUE(EP_BIND_BUILD, 5);
VALUE(EP_BIND_STATE, 6);
VALUE(EP_BIND_SAVE, 7);
VALUE(EP_BIND_RESTORE, 8);
VALUE(EP_ABOUT_TENANT, 1);
VALUE(EP_ABOUT_PRINCIPAL, 2);
VALUE(EP_ABOUT_LANGUAGE, 3);
VALUE(EP_ABOUT_REQUEST_ID, 4);
VALUE(EP_ABOUT_OPERATION, 5);
VALUE(EP_ABOUT_TRACEPARENT, 6);
VALUE(EP_ABOUT_SNAPSHOT, 7);
VALUE(EP_DEBUG, 0);
VALUE(EP_INFO, 1);
VALUE(EP_WARN, 2);
VALUE(EP_ERROR, 3);

_Static_assert(EP_ABI_MAJOR == 1, "major version");
_Static_assert(__builtin_types_compatible_p(ep_status, int32_t), "ep_status");
_Static_assert(__builtin_types_compatible_p(ep_handler,
		   ep_status(struct ep_op *)),
    "ep_handler");
_Static_assert(__builtin_types_compatible_p(ep_work, void(void *)), "ep_work");
_Static_assert(__builtin_types_compatible_p(__typeof__(entrepot_module_v1),
		   const struct ep_module *(const struct ep_host *)),
    "entry");

int
main(void)
{
	return 0;
}
