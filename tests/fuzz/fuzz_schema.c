/* SPDX-License-Identifier: BSD-2-Clause */

/* Input: a schema, a NUL, a value; both JSON. */

#include "core/base/json.h"
#include "core/schema/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	const char *split = size > 0 ? memchr(text, '\0', size) : NULL;
	const struct ep_node *document, *value;
	struct schema_errors errors;
	struct schema_text one;
	struct schema *schema;
	struct err err = { 0 };
	struct arena *a;
	size_t n;

	if (split == NULL)
		return 0;
	a = arena_new(16384);
	n = (size_t)(split - text);
	one.text = split + 1;
	one.length = size - n - 1;
	if (json_parse_copy(a, text, n, &document, &err) == EP_OK &&
	    schema_compile(a, document, document, "f", &schema, &err) ==
		EP_OK) {
		if (json_parse_copy(a, one.text, one.length, &value, &err) ==
		    EP_OK) {
			(void)schema_validate(schema, value, a, &errors);
			(void)schema_defaults(schema, a, value);
			one.text = "1,2.5,true";
			one.length = 10;
		}
		(void)schema_coerce(schema, a, &one, 1, true);
	}
	arena_free(&a);
	return 0;
}
