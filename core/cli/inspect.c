/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/command.h"

#include "core/module/inspect.h"
#include "core/supervisor/module_check.h"

#include <stdio.h>

int
command_module_inspect(const struct command_line *line)
{
	struct arena *a = arena_new(65536);
	struct findings findings = { .arena = a };
	struct module_report report = { .findings = &findings,
		.policy = POLICY_OF_THIS_BUILD };
	struct module_file *file = NULL;
	struct err err = { 0 };
	struct buf out = { 0 };
	int code = 1;

	if (module_file_open(a, line->argv[0], &file, &err) != EP_OK) {
		(void)fprintf(stderr, "entrepot module inspect: %s\n",
		    err.text);
	} else {
		report.file = file;
		(void)manifest_of_file(a, file, &findings, &report.manifest,
		    &err);
		policy_check(file, report.policy,
		    report.manifest != NULL ? report.manifest->libraries : NULL,
		    &findings);
		if (report.manifest != NULL && findings.n == 0)
			module_check(file, report.manifest, &findings);
		if (line->json)
			module_inspect_json(&out, &report);
		else
			module_inspect_report(&out, &report);
		(void)fwrite(buf_data(&out), 1, buf_length(&out), stdout);
		code = findings.n == 0 ? 0 : 1;
	}
	buf_fini(&out);
	arena_free(&a);
	return code;
}
