/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/config/config.h"

static struct arena *arena;
static struct config *config;
static struct config_errors errors;
static char folder[] = "/tmp/test_config.XXXXXX";

static int
begin(void **state)
{
	(void)state;
	arena = arena_new(65536);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static ep_status
load(const char *text, const struct config_overrides *overrides)
{
	const char *path = arena_format(arena, "%s/c.yaml", folder);
	struct err err = { 0 };

	assert_int_equal(file_write_atomic(path, text, strlen(text), 0600,
			     &err),
	    EP_OK);
	return config_load(arena, path, overrides, &config, &errors);
}

static void
works(const char *text, const struct config_overrides *overrides)
{
	if (load(text, overrides) != EP_OK)
		fail_msg("%s", config_errors_text(arena, &errors));
}

static void
the_built_in_configuration_loads(void **state)
{
	(void)state;
	assert_int_equal(config_load(arena, NULL, NULL, &config, &errors),
	    EP_OK);
	assert_string_equal(config->host, "127.0.0.1");
	assert_int_equal(config->port, 8080);
	assert_int_equal(config->mode, MODE_PRODUCTION);
	assert_int_equal(config->workers, 0);
	assert_int_equal(config->limits.max_body, 1048576);
	assert_int_equal(config->limits.stall_ms, 5000);
	assert_int_equal(config->log_level, EP_INFO);
	assert_string_equal(config->store_url, "sqlite:state/entrepot.db");
	assert_int_equal(config->n_modules, 6);
	assert_true(config_module(config, "hello")->is_enabled);
	assert_null(config_module(config, "absent"));
}

static void
settings_and_overrides_take_effect(void **state)
{
	static const struct config_overrides o = { "[::1]:0", "/var/x" };

	(void)state;
	works("workers: 3\nmode: test\nlog: {level: debug}\n"
	      "limits: {max_rows: 7}\nmodules: {hello: {file: h.so, "
	      "trust: in_process, enabled: false, a: 1}}\n",
	    &o);
	assert_string_equal(config->host, "::1");
	assert_int_equal(config->port, 0);
	assert_string_equal(config->state, "/var/x");
	assert_string_equal(config->store_url, "sqlite:/var/x/entrepot.db");
	assert_int_equal(config->workers, 3);
	assert_int_equal(config->mode, MODE_TEST);
	assert_int_equal(config->limits.max_rows, 7);
	assert_int_equal(config->limits.max_headers, 100);
	assert_string_equal(config->modules[0].file, "h.so");
	assert_true(config->modules[0].in_process);
	assert_false(config->modules[0].is_enabled);
	assert_int_equal(config->modules[0].options->count, 1);
}

static void
variables_are_put_in_and_marked_secret(void **state)
{
	const struct ep_node *o;
	struct err err = { 0 };
	const char *path = arena_format(arena, "%s/key", folder);

	(void)state;
	(void)setenv("ENTREPOT_TEST_SECRET", "hush", 1);
	assert_int_equal(file_write_atomic(path, "k1\n\n", 4, 0644, &err),
	    EP_OK);
	works("modules: {hello: {a: 'x${ENV:ENTREPOT_TEST_SECRET}y', "
	      "b: '${FILE:key}', c: '$${ENV:X}', d: '${STATE}/d'}}\n",
	    NULL);
	o = config->modules[0].options;
	assert_string_equal(node_get(o, "a")->text, "xhushy");
	assert_string_equal(node_get(o, "b")->text, "k1\n");
	assert_string_equal(node_get(o, "c")->text, "${ENV:X}");
	assert_string_equal(node_get(o, "d")->text, "state/d");
	assert_true(node_get(o, "a")->flags & NODE_SECRET);
	assert_true(node_get(o, "b")->flags & NODE_SECRET);
	assert_false(node_get(o, "d")->flags & NODE_SECRET);
	assert_int_equal(errors.count, 1);
	assert_true(errors.first->is_warning);
	assert_string_equal(errors.first->id, "secret_readable");
	(void)unlink(path);
}

static void
a_modules_section_is_checked_with_place_and_hint(void **state)
{
	static const char text[] =
	    "{\"additionalProperties\": false, \"properties\": "
	    "{\"salutation\": {\"type\": \"string\", \"default\": \"Hello\"}, "
	    "\"longest\": {\"type\": \"integer\"}}}";
	const struct ep_node *n, *options;
	struct schema *schema;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(json_parse_copy(arena, text, strlen(text), &n, &err),
	    EP_OK);
	assert_int_equal(schema_compile(arena, n, n, "s", &schema, &err),
	    EP_OK);
	works("modules: {hello: {longest: 5}}\n", NULL);
	assert_int_equal(config_check_module(arena, config, config->modules,
			     schema, &options, &errors),
	    EP_OK);
	assert_string_equal(node_text(node_get(options, "salutation"), ""),
	    "Hello");
	works("modules:\n  hello:\n    salutaton: 1\n", NULL);
	assert_int_equal(config_check_module(arena, config, config->modules,
			     schema, &options, &errors),
	    EP_INVALID);
	assert_int_equal(errors.first->line, 3);
	assert_int_equal(errors.first->column, 5);
	assert_int_equal(errors.first->end_column, 14);
	assert_string_equal(errors.first->id, "unknown_key");
	assert_string_equal(errors.first->suggestion, "salutation");
	assert_string_equal(config_error_text(arena, errors.first,
				LANGUAGE_ENGLISH),
	    "unknown key 'salutaton' in 'modules.hello'");
}

static void
a_mistyped_key_of_the_host_in_a_section_is_known(void **state)
{
	static const char text[] = "{\"additionalProperties\": false}";
	const struct ep_node *n, *options;
	struct schema *schema;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(json_parse_copy(arena, text, strlen(text), &n, &err),
	    EP_OK);
	assert_int_equal(schema_compile(arena, n, n, "s", &schema, &err),
	    EP_OK);
	works("modules: {hello: {enabeld: false}}\n", NULL);
	assert_int_equal(config_check_module(arena, config, config->modules,
			     schema, &options, &errors),
	    EP_INVALID);
	assert_string_equal(errors.first->suggestion, "enabled");
}

/* One line of a report for each kind of width, the caret below its token. */
static void
carets_stand_below_wide_and_combined_characters(void **state)
{
	static const struct {
		const char *text, *line;
	} rows[] = {
		{ "log: {日志: 1}\n", "      |       ^~~~\n" },
		{ "mode: 生产\n", "      |       ^~~~\n" },
		{ "log: {a\xcc\x81\x62: 1}\n", "      |       ^~\n" },
		{ "\"日\": 1\n", "      | ^~~~\n" },
		{ "log: {file: '日本', \tlevle: info}\n",
		    "      |                     \t^~~~~" },
		{ "log: {file: \"\xf0\x9f\x9a\xa2\", levle: info}\n",
		    "      |                   ^~~~~" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *said;

		assert_int_equal(load(rows[i].text, NULL), EP_INVALID);
		said = config_errors_text(arena, &errors);
		if (strstr(said, rows[i].line) == NULL)
			fail_msg("row %zu:\n%s", i, said);
	}
}

static void
long_lines_are_shown_around_the_token(void **state)
{
	const char *said;

	(void)state;
	assert_int_equal(load(arena_format(arena,
				  "state: \"%0*d\"\nlog: {file: \"%0*d\", "
				  "levle: x, level: %0*d}\n",
				  2000, 1, 2000, 2, 2000, 3),
			     NULL),
	    EP_INVALID);
	said = config_errors_text(arena, &errors);
	assert_non_null(strstr(said, "levle: x, level: 0"));
	assert_true(strlen(said) < 1500);
}

/* More faults than one validation tells. */
static void
every_fault_is_told_in_the_order_of_the_file(void **state)
{
	struct buf b = { 0 };
	uint32_t line = 0;

	(void)state;
	for (int i = 0; i < 15; i++)
		buf_format(&b, "x%d: 1\n", i);
	buf_text(&b, "limits:\n");
	for (int i = 0; i < 15; i++)
		buf_format(&b, "  y%d: 1\n", i);
	buf_text(&b, "x1: 2\nmode: x\n");
	buf_byte(&b, '\0');
	assert_int_equal(load(buf_data(&b), NULL), EP_INVALID);
	assert_int_equal(errors.count, 32);
	for (const struct config_error *e = errors.first; e != NULL;
	     e = e->next) {
		assert_true(e->line > line);
		line = e->line;
	}
	assert_int_equal(line, 33);
	buf_fini(&b);
}

static void
languages_are_read_from_tags_and_the_locale(void **state)
{
	enum language l = LANGUAGE_ENGLISH;

	(void)state;
	assert_true(language_read("zh_CN.UTF-8", &l));
	assert_int_equal(l, LANGUAGE_CHINESE);
	assert_true(language_read("en", &l));
	assert_int_equal(l, LANGUAGE_ENGLISH);
	assert_false(language_read("english", &l));
	assert_false(language_read("", &l));
	(void)setenv("LC_ALL", "zh_TW", 1);
	assert_int_equal(language_of_locale(), LANGUAGE_CHINESE);
	(void)setenv("LC_ALL", "C", 1);
	assert_int_equal(language_of_locale(), LANGUAGE_ENGLISH);
	(void)unsetenv("LC_ALL");
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(the_built_in_configuration_loads),
		T(settings_and_overrides_take_effect),
		T(variables_are_put_in_and_marked_secret),
		T(a_modules_section_is_checked_with_place_and_hint),
		T(a_mistyped_key_of_the_host_in_a_section_is_known),
		T(carets_stand_below_wide_and_combined_characters),
		T(long_lines_are_shown_around_the_token),
		T(every_fault_is_told_in_the_order_of_the_file),
		T(languages_are_read_from_tags_and_the_locale),
	};
	char path[64];
	int failed;

	if (mkdtemp(folder) == NULL)
		return 1;
	failed = cmocka_run_group_tests_name("config", tests, NULL, NULL);
	(void)snprintf(path, sizeof path, "%s/c.yaml", folder);
	(void)unlink(path);
	(void)rmdir(folder);
	return failed;
}
