/* SPDX-License-Identifier: BSD-2-Clause */

#include "camt.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#define NAMESPACE "urn:iso:std:iso:20022:tech:xsd:camt.053.001."

static const xmlNode *
next_named(const xmlNode *n, const char *name, size_t length)
{
	while (n != NULL &&
	    (n->type != XML_ELEMENT_NODE ||
		strncmp((const char *)n->name, name, length) != 0 ||
		n->name[length] != '\0'))
		n = n->next;
	return n;
}

/* The first element of a path such as "Acct/Id/IBAN". */
static const xmlNode *
find(const xmlNode *n, const char *path)
{
	while (n != NULL) {
		size_t length = strcspn(path, "/");

		n = next_named(n->children, path, length);
		if (path[length] == '\0')
			return n;
		path += length + 1;
	}
	return NULL;
}

/* NULL when the element is not there, or holds more than text. */
static const char *
text(const xmlNode *parent, const char *path)
{
	const xmlNode *n = find(parent, path);

	if (n == NULL || n->children == NULL || n->children->next != NULL ||
	    (n->children->type != XML_TEXT_NODE &&
		n->children->type != XML_CDATA_SECTION_NODE))
		return NULL;
	return (const char *)n->children->content;
}

static const char *
attribute(const xmlNode *n, const char *name)
{
	for (const xmlAttr *a = n->properties; a != NULL; a = a->next)
		if (strcmp((const char *)a->name, name) == 0 &&
		    a->children != NULL)
			return (const char *)a->children->content;
	return NULL;
}

/* Amt with its currency, below 0 when it is a debit.  Schemas allow zeros in
 * front. */
static fault
amount(const struct currencies *t, const xmlNode *parent, int64_t *out)
{
	const xmlNode *n = find(parent, "Amt");
	const char *code = n != NULL ? attribute(n, "Ccy") : NULL;
	const char *digits = text(parent, "Amt");
	const char *side = text(parent, "CdtDbtInd");
	fault f;

	if (digits == NULL)
		return "bad_decimal";
	while (digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
		digits++;
	f = currency_to_minor(t, digits, strlen(digits),
	    code != NULL ? code : "", ROUND_EXACT, out);
	if (f == NULL && side != NULL && strcmp(side, "DBIT") == 0)
		*out = -*out;
	return f;
}

static fault
read_balances(const struct currencies *t, const xmlNode *statement,
    struct camt_statement *out)
{
	bool has_previous = false, has_first = false;

	for (const xmlNode *n = statement->children;
	     (n = next_named(n, "Bal", 3)) != NULL; n = n->next) {
		const char *type = text(n, "Tp/CdOrPrtry/Cd");
		int64_t minor;
		fault f;

		if (type == NULL)
			continue;
		f = amount(t, n, &minor);
		if (f != NULL)
			return f;
		if (strcmp(type, "CLBD") == 0 && !out->has_closing) {
			out->closing_minor = minor;
			out->has_closing = true;
		}
		if ((strcmp(type, "OPBD") == 0 && !has_first) ||
		    (strcmp(type, "PRCD") == 0 && !has_first &&
			!has_previous)) {
			has_first = has_first || type[0] == 'O';
			has_previous = has_previous || type[0] == 'P';
			out->opening_minor = minor;
			out->has_opening = true;
		}
	}
	return NULL;
}

static fault
read_entry(const struct currencies *t, const xmlNode *n, struct camt_entry *out)
{
	const char *reversal = text(n, "RvslInd");

	out->ref = text(n, "NtryDtls/TxDtls/Refs/EndToEndId");
	out->status = text(n, "Sts");
	if (out->status == NULL)
		out->status = text(n, "Sts/Cd");
	out->date = text(n, "BookgDt/Dt");
	if (out->date == NULL)
		out->date = text(n, "BookgDt/DtTm");
	out->is_reversal = reversal != NULL &&
	    (strcmp(reversal, "true") == 0 || strcmp(reversal, "1") == 0);
	return amount(t, n, &out->amount_minor);
}

static fault
read_statement(const struct currencies *t, const xmlNode *n,
    struct camt_statement *out, const struct camt_reader *to)
{
	fault f = read_balances(t, n, out);

	out->id = text(n, "Id");
	out->iban = text(n, "Acct/Id/IBAN");
	for (n = n->children;
	     f == NULL && (n = next_named(n, "Ntry", 4)) != NULL; n = n->next) {
		struct camt_entry e;

		f = read_entry(t, n, &e);
		if (f != NULL)
			return f;
		if (e.status != NULL && strcmp(e.status, "BOOK") == 0 &&
		    __builtin_add_overflow(out->booked_minor, e.amount_minor,
			&out->booked_minor))
			return "amount_out_of_range";
		to->entry(&e, to->arg);
	}
	if (f == NULL)
		to->statement(out, to->arg);
	return f;
}

static fault
read_document(const struct currencies *t, const xmlNode *root,
    const struct camt_reader *to)
{
	struct camt_statement s = { .version = "" };
	const char *space = root != NULL && root->ns != NULL
	    ? (const char *)root->ns->href
	    : "";
	const xmlNode *n;

	if (strncmp(space, NAMESPACE, sizeof NAMESPACE - 1) != 0 ||
	    strlen(space) != sizeof NAMESPACE + 1 ||
	    strspn(space + sizeof NAMESPACE - 1, "0123456789") != 2 ||
	    strcmp((const char *)root->name, "Document") != 0)
		return "unsupported_document";
	memcpy(s.version, space + sizeof NAMESPACE - 1, 2);
	n = find(root, "BkToCstmrStmt/Stmt");
	return n != NULL ? read_statement(t, n, &s, to) : "no_statement";
}

fault
camt_read(const struct currencies *t, const char *xml, size_t length,
    const struct camt_reader *to)
{
	xmlDocPtr doc;
	fault f;

	if (length == 0 || length > INT32_MAX ||
	    memmem(xml, length, "<!DOCTYPE", 9) != NULL)
		return "malformed_xml";
	/* the text is UTF-8 by now, whatever its declaration says */
	doc = xmlReadMemory(xml, (int)length, NULL, "UTF-8",
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
		XML_PARSE_IGNORE_ENC);
	if (doc == NULL)
		return "malformed_xml";
	f = read_document(t, xmlDocGetRootElement(doc), to);
	xmlFreeDoc(doc);
	return f;
}
