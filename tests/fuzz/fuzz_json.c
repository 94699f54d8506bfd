/* SPDX-License-Identifier: BSD-2-Clause */

/* Any bytes are parsed or refused, both ways alike; what was parsed is
 * written and reads back equal, compact and indented. */

#include "core/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_read_back(struct arena *a, const struct ep_node *n, struct buf *b)
{
	const struct ep_node *again = NULL;
	struct err err = { 0 };

	EP_ASSERT(json_parse_copy(a, buf_data(b), buf_length(b), &again,
		      &err) == EP_OK);
	EP_ASSERT(node_equal(n, again));
	buf_clear(b, SIZE_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(4096);
	char *text = arena_copy(a, data, size);
	const struct ep_node *n = NULL, *twin = NULL;
	struct err err = { 0 }, err_twin = { 0 };
	struct buf b = { 0 };
	ep_status status, status_twin;

	status_twin = json_parse_copy(a, text, size, &twin, &err_twin);
	status = json_parse(a, text, size, true, &n, &err);
	EP_ASSERT(status == status_twin);
	EP_ASSERT(strcmp(err.text, err_twin.text) == 0);
	if (status == EP_OK) {
		json_write(&b, n);
		check_read_back(a, twin, &b);
		json_write_pretty(&b, n);
		check_read_back(a, twin, &b);
		EP_ASSERT(node_equal(n, node_copy(a, n)));
	}
	json_write_text(&b, (const char *)data, size);
	err_clear(&err);
	EP_ASSERT(json_parse_copy(a, buf_data(&b), buf_length(&b), &n, &err) ==
	    EP_OK);
	buf_fini(&b);
	arena_free(&a);
	return 0;
}
