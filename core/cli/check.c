/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/command.h"

#include "core/supervisor/inspection.h"

#include <stdio.h>
#include <string.h>

static void
put(struct buf *b, FILE *to)
{
	if (buf_length(b) > 0)
		(void)fwrite(buf_data(b), 1, buf_length(b), to);
	buf_fini(b);
}

/* The last line: how many, and where to read on. */
static void
sum_up(const struct inspection *n, const char *file, enum language language)
{
	unsigned faults = n->errors.n_faults;
	unsigned warnings = n->errors.count > faults ? n->errors.count - faults
						     : 0;
	bool is_chinese = language == LANGUAGE_CHINESE;

	if (faults == 0 && is_chinese)
		(void)printf("%s：正确，%u 个模块，%u 个警告\n", file,
		    n->n_modules, warnings);
	else if (faults == 0)
		(void)printf("%s: good, %u module%s, %u warning%s\n", file,
		    n->n_modules, n->n_modules == 1 ? "" : "s", warnings,
		    warnings == 1 ? "" : "s");
	else if (is_chinese)
		(void)fprintf(stderr,
		    "%s：%u 个错误，%u 个警告；详情见 entrepot explain %s\n",
		    file, faults, warnings, n->errors.first->id);
	else
		(void)fprintf(stderr,
		    "%s: %u fault%s, %u warning%s; more about the first: "
		    "entrepot explain %s\n",
		    file, faults, faults == 1 ? "" : "s", warnings,
		    warnings == 1 ? "" : "s", n->errors.first->id);
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
	const char *format = line->format != NULL ? line->format : "text";
	bool json = line->json || strcmp(format, "json") == 0, is_good;
	enum language language;
	struct buf out = { 0 };
	struct inspection n;
	struct arena *a;

	if (!command_language(line, &language))
		return 2;
	if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0) {
		(void)fprintf(stderr,
		    "entrepot check: --format=%s: expected text or json\n",
		    format);
		return 2;
	}
	a = arena_new(1 << 20);
	is_good = inspect_all(a, &source, &n);
	if (json) {
		config_errors_json(&out, &n.errors, language);
		put(&out, stdout);
	} else {
		config_errors_write(&out, &n.errors, language);
		put(&out, stderr);
		sum_up(&n, source.config, language);
	}
	buf_fini(&n.report);
	arena_free(&a);
	return is_good ? 0 : 1;
}
