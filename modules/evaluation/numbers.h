/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What all calculations here share: tables of numbers, rounding and where
 * memory comes from.  Nothing in this module but evaluation.c and answer.c
 * knows the host.
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* Zeroed memory that lives as long as the answer; never NULL. */
struct memory {
	void *(*alloc)(void *owner, size_t bytes);
	void *owner;
};

/* A calculation's refusal: an error code of messages/, or NULL when it went
 * well. */
typedef const char *fault;

/* Objects in rows, criteria in columns. */
struct table {
	size_t rows, columns;
	double *cells; /* rows * columns */
};

static inline double
cell(const struct table *t, size_t row, size_t column)
{
	return t->cells[row * t->columns + column];
}

/* Is more of a criterion better, or less? */
enum direction {
	BENEFIT,
	COST
};

static inline double *
numbers_new(const struct memory *memory, size_t n)
{
	return memory->alloc(memory->owner, (n + 1) * sizeof(double));
}

/* To hundredths, a half away from zero.  The operands come from decimals, so
 * that what is a half but for the last bits of a double is a half. */
double round_cents(double x);

/* To six decimals, as answers show it. */
double round_shown(double x);
