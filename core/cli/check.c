/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/command.h"

#include "core/base/json.h"
#include "core/supervisor/inspection.h"

#include <stdio.h>
#include <string.h>

/* The report's lines as JSON: every one that is not blank. */
static void
print_json(const struct inspection *n)
{
	struct buf b = { 0 };
	const char *at = buf_data(&n->report);
	size_t left = buf_length(&n->report);
	bool is_first = true;

	buf_format(&b, "{\"ok\":%s,\"faults\":%u,\"report\":[",
	    n->n_faults == 0 ? "true" : "false", n->n_faults);
	while (left > 0) {
		const char *end = memchr(at, '\n', left);
		size_t length = end != NULL ? (size_t)(end - at) : left;

		if (length > 0) {
			if (!is_first)
				buf_byte(&b, ',');
			json_write_text(&b, at, length);
			is_first = false;
		}
		length += end != NULL;
		at += length;
		left -= length;
	}
	buf_text(&b, "]}\n");
	(void)fwrite(buf_data(&b), 1, buf_length(&b), stdout);
	buf_fini(&b);
}

int
command_check(const struct command_line *line)
{
	struct inspection_source source = { .config = line->config != NULL
		    ? line->config
		    : path_default_config(),
		.module_folder = path_default_modules(),
		.listen = line->listen,
		.state = line->state };
	struct arena *a = arena_new(1 << 20);
	struct inspection n;
	bool is_good = inspect_all(a, &source, &n);

	if (line->json) {
		print_json(&n);
	} else {
		if (buf_length(&n.report) > 0)
			(void)fwrite(buf_data(&n.report), 1,
			    buf_length(&n.report), stderr);
		if (is_good)
			(void)printf("%s: good, %u module%s\n", source.config,
			    n.n_modules, n.n_modules == 1 ? "" : "s");
		else
			(void)fprintf(stderr, "%s: %u fault%s\n", source.config,
			    n.n_faults, n.n_faults == 1 ? "" : "s");
	}
	buf_fini(&n.report);
	arena_free(&a);
	return is_good ? 0 : 1;
}
