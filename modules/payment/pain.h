/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * pain.001.001.03 and .09, customer credit transfer initiation (ISO 20022):
 * checked against what the schema and the rules of the European Payments
 * Council demand, and written.
 */

#pragma once

#include "currency.h"

#define PAIN_PATH 96
#define PAIN_ERRORS 1000
#define PAIN_SUM 128 /* bytes of a control sum */

struct transfer {
	const char *end_to_end, *amount, *currency, *creditor, *iban, *bic,
	    *info, *uetr; /* NULL: absent */
};

struct instruction {
	const char *id, *date, *debtor, *iban, *bic;
	const struct transfer *transfers;
	size_t n;
};

struct initiation {
	const char *version; /* 03, 09 */
	const char *id, *created, *initiator;
	const struct instruction *instructions;
	size_t n;
};

struct pain_error {
	char path[PAIN_PATH];
	const char *code;
};

struct pain_report {
	struct pain_error *errors; /* room for PAIN_ERRORS */
	size_t n_errors;
	size_t n_transfers;
	char sum[PAIN_SUM];
};

/* Refuses unsupported_version. */
fault pain_check(const struct currencies *t, const struct initiation *m,
    struct pain_report *out);

/* The exact sum of what can be read of the amounts, in the widest scale. */
void pain_sum(const struct instruction *p, size_t n, char out[PAIN_SUM]);

/* Where the text of a message goes, piece by piece. */
typedef void pain_put(void *arg, const char *text, size_t length);

/* A message that pain_check() finds good, on one line. */
void pain_write(const struct initiation *m, pain_put *put, void *arg);
