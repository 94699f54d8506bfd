/* SPDX-License-Identifier: BSD-2-Clause */

#include "local.h"

#include <string.h>

static struct ep_value
detail_value(const struct identifier_detail *detail)
{
	switch (detail->kind) {
	case IDENTIFIER_INT:
		return ep_int(detail->number);
	case IDENTIFIER_BOOL:
		return ep_bool(detail->number != 0);
	case IDENTIFIER_TEXT:
		return ep_textn(detail->text, (uint32_t)detail->length);
	default:
		return ep_null();
	}
}

static const struct ep_node *
answer_valid(struct ep_op *op, const struct identifier_result *result)
{
	struct ep_node *answer = ep_object(op, EP_ARG("valid", true),
	    EP_ARG("normalized",
		ep_textn(result->normalized,
		    (uint32_t)result->normalized_length)));
	size_t i;

	for (i = 0; i < result->detail_count; i++)
		(void)ep_set(op, answer,
		    ep_named(result->details[i].name,
			detail_value(&result->details[i])));
	return answer;
}

static const struct ep_node *
answer_invalid(struct ep_op *op, const struct identifier_result *result)
{
	const char *error = identifier_error_name(result->error);
	struct ep_node *answer, *fields;
	size_t i;

	if (result->error == IDENTIFIER_UNKNOWN_TYPE)
		return ep_object(op, EP_ARG("error", error));
	answer = ep_object(op, EP_ARG("valid", false), EP_ARG("error", error));
	if (result->field_count == 0)
		return answer;
	fields = ep_array(op);
	for (i = 0; i < result->field_count; i++)
		(void)ep_append(op, fields, result->fields[i]);
	(void)ep_set(op, answer, EP_ARG("fields", fields));
	return answer;
}

/* A value of another JSON type counts as missing, as the domain has it; a
 * number's digits are not a text. */
static const struct ep_node *
check(struct ep_op *op, const struct ep_node *question,
    struct identifier_result *result)
{
	const struct ep_node *value = ep_node_get(question, "value");
	const char *type, *text = NULL;
	uint32_t type_length = 0, length = 0;

	type = ep_node_text(ep_node_get(question, "type"), &type_length);
	if (ep_node_type(value) == EP_T_TEXT)
		text = ep_node_text(value, &length);
	identifier_check(compliance_state(op)->identifiers,
	    type != NULL ? type : "", type_length, text, length, result);
	return result->valid ? answer_valid(op, result)
			     : answer_invalid(op, result);
}

ep_status
id_validate(struct ep_op *op)
{
	struct identifier_result result;
	const struct ep_node *answer = check(op, ep_input(op), &result);

	if (result.error == IDENTIFIER_UNKNOWN_TYPE)
		return ep_fail(op, EP_REFUSED, "unknown_type");
	return ep_reply_node(op, 200, answer);
}

ep_status
id_validate_batch(struct ep_op *op)
{
	const struct ep_node *items = ep_node_get(ep_input(op), "items");
	struct ep_node *results = ep_array(op);
	struct identifier_result result;
	uint32_t i;

	for (i = 0; i < ep_node_count(items); i++)
		EP_TRY(ep_append(op, results,
		    check(op, ep_node_at(items, i), &result)));
	return ep_reply(op, 200, EP_ARG("results", results));
}
