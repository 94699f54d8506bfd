/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Messages about logistics (物流信息交换), in the spirit of GB/T 40202-2021:
 * complete or refused.  Names of elements are those of the customs' unified
 * version for cross-border retail (跨境统一版).
 */

#pragma once

#include "csv.h"

struct message_kind {
	const char *name, *import_message, *export_message;
	const char *document; /* its element in XML */
	const char *name_en, *name_zh;
	const char *const *mandatory;
	size_t n_mandatory;
};

/* A message of the customs, and the one that answers it. */
struct customs_message {
	const char *code, *receipt, *direction, *name_zh, *name_en;
};

struct message_kinds {
	struct message_kind *kinds;
	size_t n;
	struct customs_message *customs;
	size_t n_customs;
};

/* Read message_kinds.csv and ceb_messages.csv.  What is wrong, or NULL. */
fault message_kinds_read(struct message_kinds *t, struct csv *c);
fault customs_messages_read(struct message_kinds *t, struct csv *c);

/* By its code or that of its receipt; NULL when none. */
const struct customs_message *
customs_message_find(const struct message_kinds *t, const char *code);

/* By its own name, or by that of a customs message; NULL when none. */
const struct message_kind *message_kind_find(const struct message_kinds *t,
    const char *name);

/* A member of a message. */
struct element {
	const char *name;
	const char *text; /* of a text or number, else NULL */
	bool is_empty;    /* null, "", [] or {} */
};

/* What is wrong with one element: missing, format, enum, must_be_1, number
 * or positive. */
struct message_error {
	const char *field, *code;
};

#define MESSAGE_ERRORS 64 /* no kind has more */

/*
 * Checks a message: first what is missing, in the order of the list, then
 * appTime, appType, packNo, the numbers, the weight.  Returns how many errors
 * there are.
 */
size_t message_check(const struct message_kind *kind,
    const struct element *elements, size_t n,
    struct message_error errors[MESSAGE_ERRORS]);
