/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The three XML layouts.  libxml2's pull reader walks the document; only one
 * record at a time is turned into a tree.  No network, no entities but the
 * five of XML itself, no DTD: a document type declaration is refused, which
 * also refuses entity bombs.  The reader's own bounds on depth (256) and on
 * text (10 MB) stand.
 */

#include "list_entry.h"

#include <libxml/xmlreader.h>
#include <stdio.h>
#include <string.h>

typedef int record_fn(struct list_run *run, xmlNodePtr node);

/* How one layout is recognised and read. */
struct layout {
	const char *file; /* for words */
	const char *root;
	const char *records[3]; /* elements that are one entry each */
	record_fn *read;
	const char *date; /* element or @attribute of the root */
};

static void
silent(void *arg, xmlErrorPtr error)
{
	struct list_run *run = arg;
	size_t n;

	if (error->level < XML_ERR_ERROR)
		return;
	list_fault(run, (size_t)(error->line > 0 ? error->line : 0), "xml: %s",
	    error->message != NULL ? error->message : "not well-formed");
	n = strlen(run->outcome->fault);
	while (n > 0 && run->outcome->fault[n - 1] == '\n')
		run->outcome->fault[--n] = '\0';
}

static int
is_named(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE &&
	    strcmp((const char *)node->name, name) == 0;
}

static xmlNodePtr
child(xmlNodePtr node, const char *name)
{
	xmlNodePtr c;

	for (c = node == NULL ? NULL : node->children; c != NULL; c = c->next) {
		if (is_named(c, name))
			return c;
	}
	return NULL;
}

static xmlNodePtr
next_named(xmlNodePtr node, const char *name)
{
	for (node = node->next; node != NULL; node = node->next) {
		if (is_named(node, name))
			return node;
	}
	return NULL;
}

/* The text of a node, living as long as the entry; "" for NULL. */
static const char *
content(struct list_run *run, xmlNodePtr node)
{
	xmlChar *s = node == NULL ? NULL : xmlNodeGetContent(node);
	const char *copy = "";

	if (s != NULL)
		copy = entry_keep(run, (const char *)s,
		    strlen((const char *)s));
	xmlFree(s);
	return copy;
}

static const char *
text_of(struct list_run *run, xmlNodePtr node, const char *name)
{
	return content(run, child(node, name));
}

static const char *
attribute(struct list_run *run, xmlNodePtr node, const char *name)
{
	xmlChar *s = xmlGetProp(node, (const xmlChar *)name);
	const char *copy = "";

	if (s != NULL)
		copy = entry_keep(run, (const char *)s,
		    strlen((const char *)s));
	xmlFree(s);
	return copy;
}

/* An id must be known before the entry begins and forgets all else. */
static void
begin(struct list_run *run, const char *id, enum party_type type)
{
	char room[128];

	snprintf(room, sizeof(room), "%s", id);
	entry_begin(run, room, strlen(room), type);
}

#define ADD(fn, run, s) fn(run, s, strlen(s))

static void
joined_name(struct list_run *run, const char *const *parts, size_t count,
    enum name_kind kind)
{
	char room[1024];
	size_t i, n = 0;

	room[0] = '\0';
	for (i = 0; i < count && n < sizeof(room) - 1; i++) {
		if (parts[i][0] == '\0')
			continue;
		n += (size_t)snprintf(room + n, sizeof(room) - n, "%s%s",
		    n > 0 ? " " : "", parts[i]);
	}
	entry_name(run, room, strlen(room), kind);
}

static enum party_type
ofac_type(const char *text)
{
	if (strcasecmp(text, "Individual") == 0)
		return PARTY_INDIVIDUAL;
	if (strcasecmp(text, "Vessel") == 0)
		return PARTY_VESSEL;
	if (strcasecmp(text, "Aircraft") == 0)
		return PARTY_AIRCRAFT;
	return PARTY_ENTITY;
}

static void
ofac_name(struct list_run *run, xmlNodePtr node, enum name_kind kind)
{
	const char *parts[2] = { text_of(run, node, "firstName"),
		text_of(run, node, "lastName") };

	joined_name(run, parts, 2, kind);
}

static void
ofac_lists(struct list_run *run, xmlNodePtr node)
{
	xmlNodePtr n;

	for (n = child(child(node, "akaList"), "aka"); n != NULL;
	     n = next_named(n, "aka"))
		ofac_name(run, n,
		    strcmp(text_of(run, n, "category"), "weak") == 0
			? NAME_WEAK_AKA
			: NAME_STRONG_AKA);
	for (n = child(child(node, "programList"), "program"); n != NULL;
	     n = next_named(n, "program"))
		ADD(entry_program, run, content(run, n));
	for (n = child(child(node, "dateOfBirthList"), "dateOfBirthItem");
	     n != NULL; n = next_named(n, "dateOfBirthItem"))
		ADD(entry_birth, run, text_of(run, n, "dateOfBirth"));
	for (n = child(child(node, "nationalityList"), "nationality");
	     n != NULL; n = next_named(n, "nationality"))
		ADD(entry_country, run, text_of(run, n, "country"));
	for (n = child(child(node, "citizenshipList"), "citizenship");
	     n != NULL; n = next_named(n, "citizenship"))
		ADD(entry_country, run, text_of(run, n, "country"));
	for (n = child(child(node, "addressList"), "address"); n != NULL;
	     n = next_named(n, "address"))
		ADD(entry_country, run, text_of(run, n, "country"));
	for (n = child(child(node, "idList"), "id"); n != NULL;
	     n = next_named(n, "id")) {
		const char *value = text_of(run, n, "idNumber");

		entry_identifier(run, text_of(run, n, "idType"), value,
		    strlen(value));
	}
}

static int
ofac_record(struct list_run *run, xmlNodePtr node)
{
	xmlNodePtr n;

	begin(run, text_of(run, node, "uid"),
	    ofac_type(text_of(run, node, "sdnType")));
	ofac_name(run, node, NAME_PRIMARY);
	ofac_lists(run, node);
	n = child(node, "vesselInfo");
	if (n != NULL)
		ADD(entry_country, run, text_of(run, n, "vesselFlag"));
	ADD(entry_remarks, run, text_of(run, node, "remarks"));
	return entry_end(run);
}

static void
un_births(struct list_run *run, xmlNodePtr node)
{
	xmlNodePtr n;

	for (n = child(node, "INDIVIDUAL_DATE_OF_BIRTH"); n != NULL;
	     n = next_named(n, "INDIVIDUAL_DATE_OF_BIRTH")) {
		const char *date = text_of(run, n, "DATE");

		if (date[0] == '\0')
			date = text_of(run, n, "YEAR");
		if (date[0] == '\0')
			date = text_of(run, n, "FROM_YEAR");
		ADD(entry_birth, run, date);
	}
}

static void
un_aliases(struct list_run *run, xmlNodePtr node, const char *name)
{
	xmlNodePtr n;

	for (n = child(node, name); n != NULL; n = next_named(n, name)) {
		const char *quality = text_of(run, n, "QUALITY");

		entry_name(run, text_of(run, n, "ALIAS_NAME"),
		    strlen(text_of(run, n, "ALIAS_NAME")),
		    strcasecmp(quality, "Low") == 0 ? NAME_WEAK_AKA
						    : NAME_STRONG_AKA);
	}
}

static int
un_record(struct list_run *run, xmlNodePtr node)
{
	const char *names[4];
	xmlNodePtr n;
	int person = is_named(node, "INDIVIDUAL");

	begin(run, text_of(run, node, "DATAID"),
	    person ? PARTY_INDIVIDUAL : PARTY_ENTITY);
	names[0] = text_of(run, node, "FIRST_NAME");
	names[1] = text_of(run, node, "SECOND_NAME");
	names[2] = text_of(run, node, "THIRD_NAME");
	names[3] = text_of(run, node, "FOURTH_NAME");
	joined_name(run, names, 4, NAME_PRIMARY);
	ADD(entry_program, run, text_of(run, node, "UN_LIST_TYPE"));
	un_aliases(run, node, person ? "INDIVIDUAL_ALIAS" : "ENTITY_ALIAS");
	names[0] = text_of(run, node, "NAME_ORIGINAL_SCRIPT");
	joined_name(run, names, 1, NAME_STRONG_AKA);
	un_births(run, node);
	for (n = child(child(node, "NATIONALITY"), "VALUE"); n != NULL;
	     n = next_named(n, "VALUE"))
		ADD(entry_country, run, content(run, n));
	for (n = child(node, "ENTITY_ADDRESS"); n != NULL;
	     n = next_named(n, "ENTITY_ADDRESS"))
		ADD(entry_country, run, text_of(run, n, "COUNTRY"));
	for (n = child(node, "INDIVIDUAL_DOCUMENT"); n != NULL;
	     n = next_named(n, "INDIVIDUAL_DOCUMENT")) {
		const char *value = text_of(run, n, "NUMBER");

		entry_identifier(run, text_of(run, n, "TYPE_OF_DOCUMENT"),
		    value, strlen(value));
	}
	ADD(entry_remarks, run, text_of(run, node, "COMMENTS1"));
	return entry_end(run);
}

static void
eu_names(struct list_run *run, xmlNodePtr node)
{
	enum name_kind kind = NAME_PRIMARY;
	xmlNodePtr n;

	for (n = child(node, "nameAlias"); n != NULL;
	     n = next_named(n, "nameAlias")) {
		const char *whole = attribute(run, n, "wholeName");

		if (strcmp(attribute(run, n, "strong"), "false") == 0)
			entry_name(run, whole, strlen(whole), NAME_WEAK_AKA);
		else {
			entry_name(run, whole, strlen(whole), kind);
			kind = NAME_STRONG_AKA;
		}
	}
}

static int
eu_record(struct list_run *run, xmlNodePtr node)
{
	xmlNodePtr n = child(node, "subjectType");
	const char *code, *id = attribute(run, node, "euReferenceNumber");
	char room[128];

	if (id[0] == '\0')
		id = attribute(run, node, "logicalId");
	code = n != NULL ? attribute(run, n, "code") : "";
	snprintf(room, sizeof(room), "%s", id);
	begin(run, room,
	    strcmp(code, "person") == 0 ? PARTY_INDIVIDUAL : PARTY_ENTITY);
	eu_names(run, node);
	for (n = child(node, "birthdate"); n != NULL;
	     n = next_named(n, "birthdate")) {
		const char *date = attribute(run, n, "birthdate");

		if (date[0] == '\0')
			date = attribute(run, n, "year");
		ADD(entry_birth, run, date);
	}
	for (n = child(node, "citizenship"); n != NULL;
	     n = next_named(n, "citizenship"))
		ADD(entry_country, run, attribute(run, n, "countryIso2Code"));
	for (n = child(node, "address"); n != NULL;
	     n = next_named(n, "address"))
		ADD(entry_country, run, attribute(run, n, "countryIso2Code"));
	for (n = child(node, "identification"); n != NULL;
	     n = next_named(n, "identification")) {
		const char *value = attribute(run, n, "number");

		entry_identifier(run,
		    attribute(run, n, "identificationTypeCode"), value,
		    strlen(value));
	}
	for (n = child(node, "regulation"); n != NULL;
	     n = next_named(n, "regulation"))
		ADD(entry_program, run, attribute(run, n, "programme"));
	ADD(entry_remarks, run, text_of(run, node, "remark"));
	return entry_end(run);
}

static const struct layout ofac_layout = { "ofac-xml", "sdnList",
	{ "sdnEntry", NULL }, ofac_record, "Publish_Date" };
static const struct layout un_layout = { "un-xml", "CONSOLIDATED_LIST",
	{ "INDIVIDUAL", "ENTITY", NULL }, un_record, "@dateGenerated" };
static const struct layout eu_layout = { "eu-xml", "export",
	{ "sanctionEntity", NULL }, eu_record, "@generationDate" };

static void
version_take(struct list_run *run, const struct layout *layout,
    xmlTextReaderPtr reader)
{
	char *out = run->outcome->version;
	size_t cap = sizeof(run->outcome->version);
	xmlChar *s = NULL;

	if (out[0] != '\0')
		return;
	if (layout->date[0] == '@' && xmlTextReaderDepth(reader) == 0)
		s = xmlTextReaderGetAttribute(reader,
		    (const xmlChar *)layout->date + 1);
	else if (strcmp((const char *)xmlTextReaderConstName(reader),
		     layout->date) == 0)
		s = xmlTextReaderReadString(reader);
	if (s != NULL)
		snprintf(out, cap, "%s", (const char *)s);
	xmlFree(s);
}

/* One element; sets *record_out when it was read whole as an entry. */
static int
element(struct list_run *run, const struct layout *layout,
    xmlTextReaderPtr reader, int *record_out)
{
	const char *name = (const char *)xmlTextReaderConstLocalName(reader);
	size_t i;

	*record_out = 0;
	if (xmlTextReaderDepth(reader) == 0 && strcmp(name, layout->root) != 0)
		return list_fault(run,
		    (size_t)xmlTextReaderGetParserLineNumber(reader),
		    "%s: the document begins with %s, expected %s",
		    layout->file, name, layout->root);
	version_take(run, layout, reader);
	for (i = 0; layout->records[i] != NULL; i++) {
		xmlNodePtr node;

		if (strcmp(name, layout->records[i]) != 0)
			continue;
		node = xmlTextReaderExpand(reader);
		if (node == NULL)
			return list_fault(run, 0, "xml: record cut short");
		*record_out = 1;
		return layout->read(run, node) ? 0 : 1;
	}
	return 0;
}

static int
walk(struct list_run *run, const struct layout *layout, xmlTextReaderPtr reader)
{
	int rc = xmlTextReaderRead(reader), record;

	while (rc == 1) {
		int type = xmlTextReaderNodeType(reader), end;

		if (type == XML_READER_TYPE_DOCUMENT_TYPE ||
		    type == XML_READER_TYPE_ENTITY_REFERENCE)
			return list_fault(run,
			    (size_t)xmlTextReaderGetParserLineNumber(reader),
			    "xml: a document type or entity is not accepted");
		record = 0;
		if (type == XML_READER_TYPE_ELEMENT) {
			end = element(run, layout, reader, &record);
			if (end != 0)
				return end < 0 ? -1 : 0;
		}
		rc = record ? xmlTextReaderNext(reader)
			    : xmlTextReaderRead(reader);
	}
	if (rc < 0)
		return list_fault(run, 0, "xml: not well-formed");
	return run->outcome->fault[0] != '\0' ? -1 : 0;
}

static int
read_layout(struct list_run *run, const struct layout *layout)
{
	const struct list_file *file = list_file_find(run->input, NULL);
	xmlTextReaderPtr reader;
	int rc;

	if (file == NULL || file->len == 0)
		return list_fault(run, 0, "files: the list is empty");
	if (file->len > INT32_MAX)
		return list_fault(run, 0, "files: the list is above 2 GB");
	reader = xmlReaderForMemory(file->text, (int)file->len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
	if (reader == NULL)
		return list_fault(run, 0, "xml: cannot be read");
	xmlTextReaderSetStructuredErrorHandler(reader, silent, run);
	rc = walk(run, layout, reader);
	xmlFreeTextReader(reader);
	return rc;
}

int
list_read_ofac_xml(struct list_run *run)
{
	return read_layout(run, &ofac_layout);
}

int
list_read_un_xml(struct list_run *run)
{
	return read_layout(run, &un_layout);
}

int
list_read_eu_xml(struct list_run *run)
{
	return read_layout(run, &eu_layout);
}
