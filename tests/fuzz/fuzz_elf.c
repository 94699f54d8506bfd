/* SPDX-License-Identifier: BSD-2-Clause */

/* Any bytes as a module's file: taken apart, judged, described.  The corpus
 * is a few module files. */

#include "core/module/inspect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena *a = arena_new(65536);
	struct findings findings = { .arena = a };
	struct module_report r = { .findings = &findings };
	struct module_file *f = NULL;
	struct buf out = { 0 };
	struct err err = { 0 };

	if (module_file_parse(a, "x", bytes, size, &f, &err) == EP_OK) {
		r.file = f;
		(void)manifest_of_file(a, f, &findings, &r.manifest, &err);
		policy_check(f, POLICY_STRICT, r.manifest->libraries,
		    &findings);
		module_inspect_report(&out, &r);
		module_inspect_json(&out, &r);
	}
	buf_fini(&out);
	arena_free(&a);
	return 0;
}
