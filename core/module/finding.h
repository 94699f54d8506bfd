/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is wrong with a module's file, all of it at once: one finding for
 * each fault, with the rule that it breaks, the place and the way to mend
 * it.  A vendor sees the whole list; a program sees the first as struct err.
 */

#pragma once

#include "core/base/arena.h"

#define FINDINGS_MAX 100 /* further ones are counted, not kept */

struct finding {
	struct finding *next;
	const char *rule;  /* stable word, e.g. "exec_stack" */
	const char *place; /* "openapi.yaml:3:5", or the file */
	const char *words; /* what was found, what was expected */
	const char *mend;  /* the flag or edit that mends it; NULL: none */
	const char *meant; /* the word that was meant, or NULL */
};

/* Zeroed but for the arena that holds the texts. */
struct findings {
	struct arena *arena;
	struct finding *first, *last;
	uint32_t n;
	struct finding *warnings, *last_warning; /* these hinder nothing */
	uint32_t n_warnings;
};

/* Adds one; place is copied, rule and mend are kept as they are. */
void finding_add(struct findings *f, const char *rule, const char *place,
    const char *mend, const char *format, ...) EP_PRINTF(5, 6);

/* The same of what is allowed but hardly meant. */
void finding_warn(struct findings *f, const char *rule, const char *place,
    const char *mend, const char *format, ...) EP_PRINTF(5, 6);

/* EP_OK without findings, else the first as err and its status:
 * EP_REFUSED, the code being its rule. */
ep_status findings_status(const struct findings *f, struct err *err);
