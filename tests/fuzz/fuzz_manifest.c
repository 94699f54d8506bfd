/* SPDX-License-Identifier: BSD-2-Clause */

/* Any text as openapi.yaml, and as a file of messages. */

#include "core/module/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena *a = arena_new(65536);
	struct findings findings = { .arena = a };
	struct module_data files[2] = { { "openapi.yaml", NULL, 0 },
		{ "messages/zh-CN.yaml", NULL, 0 } };
	struct manifest_source source = { NULL, NULL, files, 2 };
	const struct manifest *m;
	struct err err = { 0 };

	files[0].bytes = files[1].bytes = arena_copy(a, bytes, size);
	files[0].length = files[1].length = (uint32_t)size;
	if (manifest_read(a, &source, &findings, &m, &err) == EP_OK)
		EP_ASSERT(m->n_operations > 0 && m->name != NULL);
	else
		EP_ASSERT(findings.n > 0 && err.text[0] != '\0');
	(void)message_find(m, "zh-CN", "code");
	arena_free(&a);
	return 0;
}
