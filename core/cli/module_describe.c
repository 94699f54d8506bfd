/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/command.h"
#include "core/cli/describe.h"

#include "core/base/json.h"

#include <stdio.h>
#include <string.h>

/* A module of the module folder, or a file. */
static const char *
file_of(struct arena *a, const char *word)
{
	size_t n = strlen(word);

	if (strchr(word, '/') != NULL ||
	    (n > 3 && strcmp(word + n - 3, ".so") == 0))
		return word;
	return arena_format(a, "%s/%s.so", path_default_modules(), word);
}

static ep_status
describe(struct arena *a, const char *path, bool json, struct buf *out,
    struct err *err)
{
	struct findings findings = { .arena = a };
	struct module_file *file = NULL;
	const struct manifest *m = NULL;
	const struct ep_node *description;

	EP_TRY(module_file_open(a, path, &file, err));
	if (manifest_of_file(a, file, &findings, &m, err) != EP_OK ||
	    m == NULL) {
		err_prefix(err, "%s: entrepot module inspect tells all", path);
		return EP_REFUSED;
	}
	description = describe_module(a, file, m);
	if (json) {
		json_write(out, description);
		buf_byte(out, '\n');
	} else {
		describe_text(out, description, m->document);
	}
	return EP_OK;
}

int
command_module_describe(const struct command_line *line)
{
	struct arena *a = arena_new(65536);
	struct err err = { 0 };
	struct buf out = { 0 };
	ep_status st;

	st = describe(a, file_of(a, line->argv[0]), line->json, &out, &err);
	if (st == EP_OK)
		(void)fwrite(buf_data(&out), 1, buf_length(&out), stdout);
	else
		(void)fprintf(stderr, "entrepot module describe: %s%s\n",
		    err.text,
		    err.status == EP_NOT_FOUND
			? "; a file is named by its path, e.g. ./NAME.so"
			: "");
	buf_fini(&out);
	arena_free(&a);
	return st == EP_OK ? 0 : 1;
}
