/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Messages as XML, in the shape of the customs' unified version: a root named
 * after the message, below it BaseTransfer and one element for each document,
 * which has a ...Head and perhaps ...List elements, or its members directly.
 *
 * Read by libxml2's pull reader without network and without entities but
 * XML's own five; a document type declaration is refused, so that no entity
 * can grow.
 */

#pragma once

#include "message.h"

/* One document of a message. */
struct xml_document {
	const char *name; /* of its element */
	struct element *members;
	size_t n_members;
	struct element *const *items; /* their members */
	const size_t *n_item_members;
	size_t n_items;
};

struct xml_message {
	const char *root;         /* its name without a prefix */
	const char *guid;         /* of the root, or NULL */
	struct element *transfer; /* BaseTransfer */
	size_t n_transfer;
	struct xml_document *documents;
	size_t n_documents;
	size_t line; /* where it went wrong */
};

#define XML_DOCUMENTS 5000
#define XML_MEMBERS 200 /* of a document or an item */
#define XML_ITEMS 2000  /* of a document */

/* Refuses malformed_xml, and too_many_elements beyond the bounds above. */
fault message_xml_read(const char *xml, size_t length,
    const struct memory *memory, struct xml_message *out);

/* Seconds since 1970 UTC of the time at which a message's event happened
 * (logisticsTime, leaveTime, arriveTime, payTime, else appTime), which is
 * China's, UTC+8; false when it tells none. */
bool message_time(const struct element *members, size_t n, int64_t *out);
