/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Validating, shared by its sources: validate.c walks shapes and value,
 * value.c judges texts, numbers and choices, fault.c tells what is wrong.
 */
#pragma once

#include "core/schema/shape.h"

/* Where we are in the value; one for each level, on the stack. */
struct path {
	const struct path *up;
	const struct ep_node *node;
	uint32_t index; /* in the array above */
	bool is_secret;
	const struct shape *override; /* whose x-entrepot-error is in force */
};

struct run {
	const struct schema *schema;
	struct arena *arena;
	struct schema_errors *errors; /* NULL: only the answer is wanted */
	uint32_t steps;
	unsigned depth;
	bool has_bad_type;
	const struct shape *override; /* of the first fault that had one */
};

/* The JSON pointer of a place, and of its member `more` of n bytes unless that
 * is NULL. */
const char *fault_pointer(struct arena *a, const struct path *p,
    const char *more, size_t n);

/* A value as it is shown: long ones cut, lists counted. */
const char *fault_words(struct arena *a, const struct ep_node *v);

/* Room for one more fault, with what all faults have; NULL: there are enough.
 * Only while r->errors is not NULL. */
struct schema_error *fault_new(struct run *r, const struct path *p,
    const char *rule);

/* Always false, so that a failing rule reads "ok = fault_tell(…)"; the words
 * say what was expected. */
bool fault_tell(struct run *r, const struct path *p, const char *rule,
    const char *format, ...) EP_PRINTF(4, 5);

/* What pcre2_match answers. */
int pattern_match(const struct run *r, const struct pattern *p,
    const char *text, size_t n);

bool value_check_text(struct run *r, const struct shape *s, struct path *p);
bool value_check_number(struct run *r, const struct shape *s, struct path *p);

/* const and enum. */
bool value_check_choice(struct run *r, const struct shape *s, struct path *p);
