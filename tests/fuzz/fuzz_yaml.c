/* SPDX-License-Identifier: BSD-2-Clause */

/* Any bytes are parsed or refused; what was parsed can be written as JSON
 * and reads back equal (unless aliases made it deeper than JSON may be). */

#include "core/base/json.h"
#include "core/base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t
depth(const struct ep_node *n)
{
	uint32_t i, d, deepest = 0;

	if (n->type != EP_T_ARRAY && n->type != EP_T_OBJECT)
		return 0;
	for (i = 0; i < n->count; i++) {
		d = depth(n->u.items + i);
		deepest = d > deepest ? d : deepest;
	}
	return deepest + 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(4096);
	const struct ep_node *n = NULL, *again = NULL;
	struct err err = { 0 };
	struct buf b = { 0 };

	if (yaml_parse(a, "fuzz.yaml", (const char *)data, size, &n, &err) !=
	    EP_OK) {
		EP_ASSERT(strncmp(err.text, "fuzz.yaml:", 10) == 0);
	} else if (depth(n) <= JSON_DEPTH) {
		json_write(&b, n);
		EP_ASSERT(json_parse_copy(a, buf_data(&b), buf_length(&b),
			      &again, &err) == EP_OK);
		EP_ASSERT(node_equal(n, again));
	}
	buf_fini(&b);
	arena_free(&a);
	return 0;
}
