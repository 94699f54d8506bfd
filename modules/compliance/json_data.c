/* SPDX-License-Identifier: BSD-2-Clause */

#include "json_data.h"

#include <string.h>

ep_status
json_data(struct ep_op *op, const char *file, const struct ep_node **out)
{
	const void *bytes;
	uint64_t length;

	EP_TRY(ep_data(op, file, &bytes, &length));
	return ep_parse(op, bytes, (uint32_t)length, out);
}

const char *
json_text(const struct ep_node *object, const char *name)
{
	const char *text = ep_node_text(ep_node_get(object, name), NULL);

	return text != NULL ? text : "";
}

bool
json_has(const struct ep_node *list, const char *text)
{
	for (uint32_t i = 0; i < ep_node_count(list); i++) {
		const char *each = ep_node_text(ep_node_at(list, i), NULL);

		if (each != NULL && strcmp(each, text) == 0)
			return true;
	}
	return false;
}
