/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The answer of a statement: rows of values, copied whole into an arena.
 * Asking outside of it gives NULL, 0 or "": a handler that reads a row which
 * is not there is wrong, but does not crash.
 */

#pragma once

#include "core/base/arena.h"

struct ep_rows;

uint32_t rows_count(const struct ep_rows *r);
uint32_t rows_columns(const struct ep_rows *r);

/* Rows changed by an INSERT, UPDATE or DELETE. */
uint64_t rows_changed(const struct ep_rows *r);

/* The column's name as the statement gives it. */
const char *rows_name(const struct ep_rows *r, uint32_t column);

/* EP_T_NULL, INT, REAL, TEXT or BLOB. */
uint32_t rows_type(const struct ep_rows *r, uint32_t row, uint32_t column);

/* Numbers convert to each other; text does not. */
int64_t rows_int(const struct ep_rows *r, uint32_t row, uint32_t column);
double rows_real(const struct ep_rows *r, uint32_t row, uint32_t column);

/* Text or bytes, NUL-terminated beyond *length_out (may be NULL); the
 * pointer is NULL for SQL NULL and for numbers. */
const char *rows_text(const struct ep_rows *r, uint32_t row, uint32_t column,
    uint32_t *length_out);

/* For drivers: an empty answer, and a row of `columns` values at its end
 * which the driver fills (texts in the same arena). */
struct ep_rows *rows_new(struct arena *a, uint32_t columns);
struct ep_value *rows_add(struct ep_rows *r);
void rows_set_name(struct ep_rows *r, uint32_t column, const char *name);
void rows_set_changed(struct ep_rows *r, uint64_t n);
