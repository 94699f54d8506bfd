/* SPDX-License-Identifier: BSD-2-Clause */

#include "message_xml.h"

#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 5 /* root, document, Head or List, member */
#define UTC_PLUS_8 INT64_C(28800)

/* Members that are being gathered; the array is grown by doubling. */
struct gathering {
	struct element *members;
	size_t n, room;
};

struct reading {
	const struct memory *memory;
	xmlTextReaderPtr reader;
	struct xml_message *out;
	struct gathering document, item;
	struct element **items;
	size_t *n_item_members;
	size_t n_items, item_room;
	bool is_in_item, is_in_transfer;
	const char *text; /* of the member that is open */
	fault fault;
};

static void
silent(void *arg, xmlErrorPtr error)
{
	(void)arg;
	(void)error;
}

/* ---------------------------------------------------------------- gathering */

/* Twice the room for n things of a size, their old bytes kept. */
static void *
grow(const struct memory *memory, const void *old, size_t n, size_t size,
    size_t *room)
{
	void *out;

	*room = n == 0 ? 16 : n * 2;
	out = memory->alloc(memory->owner, *room * size);
	if (n > 0)
		memcpy(out, old, n * size);
	return out;
}

static void
gather(struct reading *r, struct gathering *g, const char *name,
    const char *text)
{
	if (g->n == XML_MEMBERS) {
		r->fault = "too_many_elements";
		return;
	}
	if (g->n == g->room)
		g->members = grow(r->memory, g->members, g->n,
		    sizeof *g->members, &g->room);
	g->members[g->n++] = (struct element){ name, text, *text == '\0' };
}

static void
end_item(struct reading *r)
{
	size_t room = r->item_room;

	if (r->n_items == XML_ITEMS) {
		r->fault = "too_many_elements";
		return;
	}
	if (r->n_items == room) {
		r->items = grow(r->memory, r->items, r->n_items,
		    sizeof(struct element *), &r->item_room);
		r->n_item_members = grow(r->memory, r->n_item_members,
		    r->n_items, sizeof *r->n_item_members, &room);
	}
	r->items[r->n_items] = r->item.members;
	r->n_item_members[r->n_items++] = r->item.n;
	r->item = (struct gathering){ 0 };
	r->is_in_item = false;
}

static void
end_document(struct reading *r, const char *name)
{
	struct xml_message *m = r->out;

	if (r->is_in_transfer) {
		m->transfer = r->document.members;
		m->n_transfer = r->document.n;
	} else if (m->n_documents == XML_DOCUMENTS) {
		r->fault = "too_many_elements";
	} else {
		/* a power of two is where the array is full */
		if ((m->n_documents & (m->n_documents - 1)) == 0) {
			size_t room;

			m->documents = grow(r->memory, m->documents,
			    m->n_documents, sizeof *m->documents, &room);
		}
		m->documents[m->n_documents++] = (struct xml_document){ name,
			r->document.members, r->document.n, r->items,
			r->n_item_members, r->n_items };
	}
	r->document = (struct gathering){ 0 };
	r->items = NULL;
	r->n_item_members = NULL;
	r->n_items = r->item_room = 0;
	r->is_in_transfer = false;
}

/* ------------------------------------------------------------------ reading */

static const char *
copy(struct reading *r, const xmlChar *text)
{
	const char *s = text != NULL ? (const char *)text : "";

	return text_copy(r->memory, s, strlen(s));
}

static bool
ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), k = strlen(end);

	return n >= k && strcmp(name + n - k, end) == 0;
}

static void
open_element(struct reading *r, int depth, const char *name)
{
	xmlChar *guid;

	r->text = "";
	if (depth == 0) {
		r->out->root = name;
		guid = xmlTextReaderGetAttribute(r->reader,
		    (const xmlChar *)"guid");
		if (guid != NULL)
			r->out->guid = copy(r, guid);
		xmlFree(guid);
	} else if (depth == 1) {
		r->is_in_transfer = strcmp(name, "BaseTransfer") == 0;
	} else if (depth == 2 && ends_in(name, "List")) {
		r->is_in_item = true;
	} else if (depth >= DEPTH_MAX) {
		r->fault = "malformed_xml";
	}
}

/* Behind the end of an element.  What is neither head nor list is a member,
 * wherever it stands. */
static void
close_element(struct reading *r, int depth, const char *name)
{
	if (depth == 1)
		end_document(r, name);
	else if (depth == 2 && r->is_in_item)
		end_item(r);
	else if (depth >= 2 && !ends_in(name, "Head"))
		gather(r, r->is_in_item ? &r->item : &r->document, name,
		    r->text);
	r->text = "";
}

static void
visit(struct reading *r)
{
	int type = xmlTextReaderNodeType(r->reader);
	int depth = xmlTextReaderDepth(r->reader);
	const xmlChar *name = xmlTextReaderConstLocalName(r->reader);

	switch (type) {
	case XML_READER_TYPE_DOCUMENT_TYPE:
	case XML_READER_TYPE_ENTITY_REFERENCE:
		r->fault = "malformed_xml";
		break;
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		r->text = copy(r, xmlTextReaderConstValue(r->reader));
		break;
	case XML_READER_TYPE_ELEMENT: {
		bool is_empty = xmlTextReaderIsEmptyElement(r->reader) == 1;

		open_element(r, depth, copy(r, name));
		if (is_empty && r->fault == NULL)
			close_element(r, depth, copy(r, name));
		break;
	}
	case XML_READER_TYPE_END_ELEMENT:
		close_element(r, depth, copy(r, name));
		break;
	default:
		break;
	}
}

fault
message_xml_read(const char *xml, size_t length, const struct memory *memory,
    struct xml_message *out)
{
	struct reading r = { .memory = memory, .out = out, .text = "" };
	int more;

	memset(out, 0, sizeof *out);
	if (length == 0 || length > INT32_MAX)
		return "malformed_xml";
	/* the text is UTF-8 by now, whatever its declaration says */
	r.reader = xmlReaderForMemory(xml, (int)length, NULL, "UTF-8",
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
		XML_PARSE_IGNORE_ENC);
	if (r.reader == NULL)
		return "malformed_xml";
	xmlTextReaderSetStructuredErrorHandler(r.reader, silent, NULL);
	while ((more = xmlTextReaderRead(r.reader)) == 1 && r.fault == NULL)
		visit(&r);
	if (r.fault == NULL && (more != 0 || out->root == NULL))
		r.fault = "malformed_xml";
	if (r.fault != NULL)
		out->line = (size_t)xmlTextReaderGetParserLineNumber(r.reader);
	xmlFreeTextReader(r.reader);
	return r.fault;
}

/* --------------------------------------------------------------------- time */

static int64_t
number(const char *digits, size_t n)
{
	int64_t out = 0;

	for (size_t i = 0; i < n; i++)
		out = out * 10 + (digits[i] - '0');
	return out;
}

/* Days since 1970-01-01 in the Gregorian calendar; March begins the year, so
 * that a leap day ends it. */
static int64_t
days(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = (month + 9) % 12;

	return 365 * y + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + day -
	    1 - 719468;
}

bool
message_time(const struct element *members, size_t n, int64_t *out)
{
	static const char *const names[] = { "logisticsTime", "leaveTime",
		"arriveTime", "payTime", "appTime" };

	for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
		for (size_t i = 0; i < n; i++) {
			const char *t = members[i].text;

			if (strcmp(members[i].name, names[k]) != 0 ||
			    t == NULL || strlen(t) != 14 ||
			    strspn(t, "0123456789") != 14)
				continue;
			*out = days(number(t, 4), number(t + 4, 2),
				   number(t + 6, 2)) *
				86400 +
			    number(t + 8, 2) * 3600 + number(t + 10, 2) * 60 +
			    number(t + 12, 2) - UTC_PLUS_8;
			return true;
		}
	return false;
}
