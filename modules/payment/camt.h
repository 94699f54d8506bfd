/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * camt.053, a bank's statement (ISO 20022 bank to customer statement) of any
 * version .001.NN.  A document type is refused, so that no entity is ever
 * expanded and nothing outside is read.
 */

#pragma once

#include "currency.h"

struct camt_statement {
	char version[3];       /* NN */
	const char *id, *iban; /* NULL: absent */
	bool has_opening, has_closing;
	int64_t opening_minor, closing_minor;
	int64_t booked_minor; /* sum of the entries that are booked */
};

struct camt_entry {
	const char *ref, *status, *date; /* NULL: absent */
	int64_t amount_minor;            /* debits below 0 */
	bool is_reversal;
};

/* Called for each entry of the statement, in order, before statement_fn; the
 * texts live until it returns. */
typedef void camt_entry_fn(const struct camt_entry *entry, void *arg);
typedef void camt_statement_fn(const struct camt_statement *s, void *arg);

struct camt_reader {
	camt_entry_fn *entry;
	camt_statement_fn *statement;
	void *arg;
};

/* The first statement of the document.  Refuses malformed_xml,
 * unsupported_document, no_statement, and what currency_to_minor() refuses. */
fault camt_read(const struct currencies *t, const char *xml, size_t length,
    const struct camt_reader *to);
