/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The functions behind struct ep_host, a file for each group.  What they
 * owe the module is said in entrepot.h; everything here trusts nothing that
 * comes from a module but its pointers.
 */

#pragma once

#include "core/operation/op.h"

/* table_values.c */
const struct ep_node *table_input(struct ep_op *op);
const char *table_param(struct ep_op *op, const char *name);
const struct ep_node *table_config(struct ep_op *op);
void *table_state(struct ep_op *op);
uint32_t table_origin(struct ep_op *op);
const char *table_about(struct ep_op *op, uint32_t what);
uint32_t table_node_type(const struct ep_node *n);
uint32_t table_node_count(const struct ep_node *n);
const char *table_node_key(const struct ep_node *n);
const char *table_node_text(const struct ep_node *n, uint32_t *length_out);
struct ep_node *table_make(struct ep_op *op, uint32_t type,
    const struct ep_arg *args, uint32_t n);
ep_status table_append(struct ep_op *op, struct ep_node *array,
    const struct ep_value *value);
ep_status table_set(struct ep_op *op, struct ep_node *object,
    const struct ep_arg *arg);
ep_status table_parse(struct ep_op *op, const char *text, uint32_t length,
    const struct ep_node **node_out);
const char *table_format(struct ep_op *op, const struct ep_value *value);
void *table_alloc(struct ep_op *op, uint64_t size);
void *table_instance_alloc(struct ep_op *op, uint64_t size);
const char *table_concat(struct ep_op *op, const char *const *parts,
    uint32_t n);

/* table_store.c */
ep_status table_sql(struct ep_op *op, const struct ep_rows **rows_out,
    const char *statement, const struct ep_arg *args, uint32_t n);
ep_status table_lock(struct ep_op *op, const char *const *keys, uint32_t n);
ep_status table_audit(struct ep_op *op, const char *entity, const char *id,
    const struct ep_node *before, const struct ep_node *after);
int64_t table_epoch(struct ep_op *op, const char *name);
ep_status table_epoch_bump(struct ep_op *op, const char *name);
int64_t table_counter_add(struct ep_op *op, const char *name, int64_t by);
ep_status table_on_commit(struct ep_op *op, ep_work *fn, void *arg);

/* table_answer.c */
ep_status table_reply(struct ep_op *op, uint32_t code,
    const struct ep_arg *args, uint32_t n);
ep_status table_reply_node(struct ep_op *op, uint32_t code,
    const struct ep_node *node);
ep_status table_reply_bytes(struct ep_op *op, uint32_t code, const char *media,
    const void *bytes, uint64_t length);
ep_status table_reply_header(struct ep_op *op, const char *name,
    const char *value);
ep_status table_fail(struct ep_op *op, ep_status status, const char *code,
    const struct ep_arg *args, uint32_t n);
ep_status table_fail_with(struct ep_op *op, ep_status status,
    const struct ep_node *problem);
ep_status table_fail_at(struct ep_op *op, const char *pointer, const char *rule,
    const char *expected);
void table_log(struct ep_op *op, uint32_t level, const char *event,
    const struct ep_arg *args, uint32_t n);

/* table_wait.c */
ep_status table_call(struct ep_op *op, const char *operation,
    const struct ep_node *in, const struct ep_node **out);
ep_status table_sleep(struct ep_op *op, uint32_t milliseconds);
ep_status table_offload(struct ep_op *op, ep_work *work, void *arg);
int64_t table_remaining(struct ep_op *op);
int64_t table_now(struct ep_op *op);
const char *table_id(struct ep_op *op);

/* snapshot.c */
ep_status table_data(struct ep_op *op, const char *name, const void **bytes_out,
    uint64_t *length_out);
ep_status table_snapshot(struct ep_op *op, const char *name,
    const void **bytes_out, uint64_t *length_out);
ep_status table_snapshot_wait(struct ep_op *op, const char *name);
ep_status table_snapshot_write(struct ep_op *op, const void *bytes,
    uint64_t length);

/* table_warm.c */
ep_status table_save_write(struct ep_op *op, const void *bytes,
    uint64_t length);
ep_status table_saved(struct ep_op *op, uint32_t *version_out,
    const void **bytes_out, uint64_t *length_out);
