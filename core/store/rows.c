/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/rows.h"

#include <string.h>

struct ep_rows {
	uint32_t magic;
#define ROWS_MAGIC 0x5035a0b1
	uint32_t count, columns, capacity;
	uint64_t changed;
	struct arena *arena;
	const char **names;
	struct ep_value **rows;
};

static const struct ep_value *
value_at(const struct ep_rows *r, uint32_t row, uint32_t column)
{
	static const struct ep_value nothing;

	EP_CHECK(r, ROWS_MAGIC);
	if (row >= r->count || column >= r->columns)
		return &nothing;
	return &r->rows[row][column];
}

uint32_t
rows_count(const struct ep_rows *r)
{
	if (r == NULL)
		return 0;
	EP_CHECK(r, ROWS_MAGIC);
	return r->count;
}

uint32_t
rows_columns(const struct ep_rows *r)
{
	EP_CHECK(r, ROWS_MAGIC);
	return r->columns;
}

uint64_t
rows_changed(const struct ep_rows *r)
{
	EP_CHECK(r, ROWS_MAGIC);
	return r->changed;
}

const char *
rows_name(const struct ep_rows *r, uint32_t column)
{
	EP_CHECK(r, ROWS_MAGIC);
	if (column >= r->columns || r->names[column] == NULL)
		return "";
	return r->names[column];
}

uint32_t
rows_type(const struct ep_rows *r, uint32_t row, uint32_t column)
{
	return value_at(r, row, column)->type;
}

int64_t
rows_int(const struct ep_rows *r, uint32_t row, uint32_t column)
{
	const struct ep_value *v = value_at(r, row, column);

	if (v->type == EP_T_INT)
		return v->u.integer;
	if (v->type == EP_T_REAL && v->u.real >= -0x1p63 && v->u.real < 0x1p63)
		return (int64_t)v->u.real;
	return 0;
}

double
rows_real(const struct ep_rows *r, uint32_t row, uint32_t column)
{
	const struct ep_value *v = value_at(r, row, column);

	if (v->type == EP_T_REAL)
		return v->u.real;
	return v->type == EP_T_INT ? (double)v->u.integer : 0;
}

const char *
rows_text(const struct ep_rows *r, uint32_t row, uint32_t column,
    uint32_t *length_out)
{
	const struct ep_value *v = value_at(r, row, column);
	bool is_bytes = v->type == EP_T_TEXT || v->type == EP_T_BLOB;

	if (length_out != NULL)
		*length_out = is_bytes ? v->length : 0;
	return is_bytes ? v->u.pointer : NULL;
}

struct ep_rows *
rows_new(struct arena *a, uint32_t columns)
{
	struct ep_rows *r = arena_alloc(a, sizeof *r);

	r->magic = ROWS_MAGIC;
	r->arena = a;
	r->columns = columns;
	r->names = arena_array(a, columns, sizeof *r->names);
	return r;
}

struct ep_value *
rows_add(struct ep_rows *r)
{
	struct ep_value **more;

	EP_CHECK(r, ROWS_MAGIC);
	if (r->count == r->capacity) {
		r->capacity = r->capacity == 0 ? 4 : r->capacity * 2;
		more = arena_array(r->arena, r->capacity, sizeof *more);
		if (r->count > 0)
			memcpy(more, r->rows, r->count * sizeof *more);
		r->rows = more;
	}
	r->rows[r->count] = arena_array(r->arena, r->columns, sizeof **r->rows);
	return r->rows[r->count++];
}

void
rows_set_name(struct ep_rows *r, uint32_t column, const char *name)
{
	r->names[column] = arena_strdup(r->arena, name);
}

void
rows_set_changed(struct ep_rows *r, uint64_t n)
{
	r->changed = n;
}
