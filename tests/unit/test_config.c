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

static const char *
read_case(const char *name)
{
	struct err err = { 0 };
	char *text;
	size_t n;

	if (file_read(arena, name, 65536, &text, &n, &err) != EP_OK)
		fail_msg("%s", err.text);
	return text;
}

static void
each_broken_file_is_told_in_the_expected_words(void **state)
{
	static const char *const names[] = { "unknown_key", "unknown_top",
		"type", "range", "workers_word", "mode", "listen_open",
		"listen_port", "listen_none", "listen_six", "store_postgres",
		"store_other", "variable_unset", "variable_unknown",
		"variable_open", "file_missing", "state_itself", "yaml_twin",
		"yaml_tab", "yaml_open", "module_name", "module_trust",
		"module_list", "several", "not_a_map", "secret" };
	const char *top = getenv("srcdir");
	unsigned wrong = 0;

	(void)state;
	(void)setenv("ENTREPOT_TEST_SECRET", "hush", 1);
	if (chdir(arena_format(arena, "%s/tests/config",
		top != NULL ? top : ".")) != 0)
		fail_msg("tests/config is missing");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *said;

		assert_int_equal(config_load(arena,
				     arena_format(arena, "%s.yaml", names[i]),
				     NULL, &config, &errors),
		    EP_INVALID);
		said = config_errors_text(arena, &errors);
		assert_null(strstr(said, "hush"));
		if (strcmp(said,
			read_case(
			    arena_format(arena, "%s.expect", names[i]))) != 0) {
			print_message("%s says:\n%s", names[i], said);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
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
	assert_int_equal(config->n_modules, 4);
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
	assert_true(errors.items[0].is_warning);
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
	assert_int_equal(errors.items[0].line, 3);
	assert_int_equal(errors.items[0].column, 5);
	assert_string_equal(errors.items[0].text,
	    "unknown key 'salutaton' in 'modules.hello'");
	assert_string_equal(errors.items[0].hint, "did you mean 'salutation'?");
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
		T(each_broken_file_is_told_in_the_expected_words),
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
