/* SPDX-License-Identifier: BSD-2-Clause */

/* Messages: inputs are read, checked, written and answered. */

#include "local.h"
#include "message_xml.h"
#include "xml_text.h"

#include <string.h>

#define NAMESPACE "http://www.chinaport.gov.cn/ceb"

static struct ep_node *
errors_node(struct ep_op *op, const struct message_error *errors, size_t n)
{
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < n; i++)
		(void)ep_append(op, list,
		    ep_object(op, EP_ARG("field", errors[i].field),
			EP_ARG("code", errors[i].code)));
	return list;
}

ep_status
logistics_message_check(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const struct message_kind *kind = message_kind_find(&state->messages,
	    member_text(in, "kind"));
	struct message_error errors[MESSAGE_ERRORS];
	size_t n, found;
	const struct element *elements = read_elements(op,
	    ep_node_get(in, "message"), &n);

	if (kind == NULL)
		return refuse(op, "unknown_message");
	found = message_check(kind, elements, n, errors);
	return ep_reply(op, 200, EP_ARG("valid", found == 0),
	    EP_ARG("errors", errors_node(op, errors, found)));
}

/* ------------------------------------------------------------------ reading */

static struct ep_node *
members_node(struct ep_op *op, const struct element *members, size_t n)
{
	struct ep_node *out = ep_object(op);

	for (size_t i = 0; i < n; i++)
		(void)ep_set(op, out,
		    ep_named(members[i].name, ep_text(members[i].text)));
	return out;
}

static struct ep_node *
message_node(struct ep_op *op, const struct xml_document *d)
{
	struct ep_node *out = members_node(op, d->members, d->n_members);
	struct ep_node *items = ep_array(op);

	if (d->n_items == 0)
		return out;
	for (size_t i = 0; i < d->n_items; i++)
		(void)ep_append(op, items,
		    members_node(op, d->items[i], d->n_item_members[i]));
	(void)ep_set(op, out, EP_ARG("items", items));
	return out;
}

/* The members, and a word for whether there are goods: manifests call them
 * parcels. */
static size_t
check_document(struct ep_op *op, const struct message_kind *kind,
    const struct xml_document *d, struct message_error *errors)
{
	struct element *all = ep_alloc(op, (d->n_members + 2) * sizeof *all);

	if (d->n_members > 0)
		memcpy(all, d->members, d->n_members * sizeof *all);
	all[d->n_members] = (struct element){ "items", NULL, d->n_items == 0 };
	all[d->n_members + 1] = (struct element){ "parcels", NULL,
		d->n_items == 0 };
	return message_check(kind, all, d->n_members + 2, errors);
}

/* How long after the event the message came (时效性). */
static ep_status
set_delay(struct ep_op *op, struct ep_node *out, const struct xml_document *d)
{
	const struct ep_node *received = ep_node_get(ep_input(op),
	    "received_at");
	int64_t happened, delay;

	if (received == NULL ||
	    !message_time(d->members, d->n_members, &happened) ||
	    __builtin_sub_overflow(ep_node_int(received, 0), happened, &delay))
		return EP_OK;
	EP_TRY(ep_set(op, out, EP_ARG("delay_s", delay)));
	return ep_set(op, out,
	    EP_ARG("late", delay > ep_config_int(op, "late_after_s")));
}

static ep_status
document_node(struct ep_op *op, const struct message_kind *kind,
    const struct xml_document *d, struct ep_node *list)
{
	struct message_error errors[MESSAGE_ERRORS];
	struct ep_node *out = ep_object(op,
	    EP_ARG("message", message_node(op, d)));
	size_t found;

	if (kind != NULL) {
		found = check_document(op, kind, d, errors);
		EP_TRY(ep_set(op, out, EP_ARG("valid", found == 0)));
		EP_TRY(ep_set(op, out,
		    EP_ARG("errors", errors_node(op, errors, found))));
	}
	EP_TRY(set_delay(op, out, d));
	return ep_append(op, list, out);
}

static ep_status
bad_xml(struct ep_op *op, fault f, size_t line)
{
	return ep_fail(op, EP_REFUSED, f, EP_ARG("line", (int64_t)line));
}

ep_status
logistics_message_read(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const struct memory memory = operation_memory(op);
	const struct customs_message *customs;
	const struct message_kind *kind;
	struct ep_node *list = ep_array(op);
	struct xml_message m;
	uint32_t length = 0;
	const char *xml = ep_node_text(ep_node_get(ep_input(op), "xml"),
	    &length);
	fault f = message_xml_read(xml, length, &memory, &m);

	if (f != NULL)
		return bad_xml(op, f, m.line);
	kind = message_kind_find(&state->messages, m.root);
	customs = customs_message_find(&state->messages, m.root);
	if (kind == NULL && customs == NULL)
		return refuse(op, "unknown_message");
	for (size_t i = 0; i < m.n_documents; i++)
		EP_TRY(document_node(op, kind, &m.documents[i], list));
	return ep_reply(op, 200,
	    EP_ARG("kind", kind != NULL ? ep_text(kind->name) : ep_null()),
	    EP_ARG("code", m.root),
	    EP_ARG("direction",
		customs != NULL ? ep_text(customs->direction) : ep_null()),
	    EP_ARG("receipt",
		customs != NULL && *customs->receipt != '\0'
		    ? ep_text(customs->receipt)
		    : ep_null()),
	    EP_ARG("guid", m.guid),
	    EP_ARG("transfer", members_node(op, m.transfer, m.n_transfer)),
	    EP_ARG("documents", list),
	    EP_ARG("sha256", sha256_text(op, xml, length)));
}

/* ------------------------------------------------------------------ writing */

static void
add_open(struct xml_text *t, const char *name, const char *end)
{
	xml_add(t, "<");
	xml_add(t, name);
	xml_add(t, end);
	xml_add(t, ">\n");
}

static void
add_close(struct xml_text *t, const char *name, const char *end)
{
	xml_add(t, "</");
	xml_add(t, name);
	xml_add(t, end);
	xml_add(t, ">\n");
}

/* The scalar members; false when a name cannot be one of XML. */
static bool
add_members(struct ep_op *op, struct xml_text *t, const struct ep_node *object)
{
	size_t n;
	const struct element *e = read_elements(op, object, &n);

	for (size_t i = 0; i < n; i++) {
		if (!xml_is_name(e[i].name))
			return false;
		if (e[i].text != NULL)
			xml_add_member(t, e[i].name, e[i].text);
	}
	return true;
}

static bool
add_items(struct ep_op *op, struct xml_text *t, const struct ep_node *list,
    const char *document)
{
	for (uint32_t i = 0; i < ep_node_count(list); i++) {
		const struct ep_node *item = ep_node_at(list, i);
		const char *number = ep_node_text(item, NULL);

		add_open(t, document, "List");
		if (number != NULL)
			xml_add_member(t, "logisticsNo", number);
		else if (!add_members(op, t, item))
			return false;
		add_close(t, document, "List");
	}
	return true;
}

static const char *
code_of(const struct message_kind *kind, const char *direction)
{
	const char *code = direction != NULL && strcmp(direction, "export") == 0
	    ? kind->export_message
	    : kind->import_message;

	if (direction == NULL && *code == '\0')
		code = kind->export_message;
	/* a manifest is none of the customs' retail messages */
	if (*kind->import_message == '\0' && *kind->export_message == '\0')
		code = kind->name;
	return code;
}

static bool
write_message(struct ep_op *op, const struct message_kind *kind,
    const char *code, struct xml_text *t)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *message = ep_node_get(in, "message");
	const char *guid = ep_in_text(op, "guid");

	xml_add(t, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
	xml_add(t, code);
	xml_add(t, " xmlns=\"" NAMESPACE "\" version=\"1.0\"");
	if (guid != NULL) {
		xml_add(t, " guid=\"");
		xml_add_escaped(t, guid);
		xml_add(t, "\"");
	}
	xml_add(t, ">\n");
	add_open(t, kind->document, "");
	add_open(t, kind->document, "Head");
	if (!add_members(op, t, message))
		return false;
	add_close(t, kind->document, "Head");
	if (!add_items(op, t, ep_node_get(message, "items"), kind->document) ||
	    !add_items(op, t, ep_node_get(message, "parcels"), kind->document))
		return false;
	add_close(t, kind->document, "");
	add_close(t, code, "");
	return true;
}

ep_status
logistics_message_write(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const struct memory memory = operation_memory(op);
	const struct ep_node *in = ep_input(op);
	const struct message_kind *kind = message_kind_find(&state->messages,
	    member_text(in, "kind"));
	struct xml_text t = { .memory = &memory };
	struct message_error errors[MESSAGE_ERRORS];
	size_t n, found;
	const struct element *elements = read_elements(op,
	    ep_node_get(in, "message"), &n);
	const char *code;

	if (kind == NULL)
		return refuse(op, "unknown_message");
	code = code_of(kind, ep_in_text(op, "direction"));
	if (*code == '\0')
		return refuse(op, "bad_direction");
	found = message_check(kind, elements, n, errors);
	if (found > 0)
		return ep_fail(op, EP_REFUSED, "incomplete_message",
		    EP_ARG("message_errors", errors_node(op, errors, found)));
	if (!write_message(op, kind, code, &t))
		return refuse(op, "bad_element_name");
	return ep_reply(op, 200, EP_ARG("code", code), EP_ARG("xml", t.bytes),
	    EP_ARG("sha256", sha256_text(op, t.bytes, t.length)));
}
