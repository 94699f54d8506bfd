/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/inspect.h"
#include "tests/unit/fixtures.h"
#include "tests/unit/suite.h"

#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MUTATIONS 600

static struct arena *a;
static struct err err;

static int
begin(void **state)
{
	(void)state;
	a = arena_new(65536);
	err_clear(&err);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static struct module_file *
opened(const char *name)
{
	struct module_file *f = NULL;

	if (module_file_open(a, fixture(name), &f, &err) != EP_OK)
		fail_msg("%s: %s", name, err.text);
	return f;
}

/* The rules that a fixture breaks, joined by blanks. */
static const char *
broken(const char *name, enum policy policy, const char *const *libraries)
{
	struct findings findings = { .arena = a };
	const struct finding *x;
	const char *all = "";

	policy_check(opened(name), policy, libraries, &findings);
	for (x = findings.first; x != NULL; x = x->next) {
		assert_non_null(x->mend);
		assert_true(x->words[0] != '\0');
		all = arena_format(a, "%s%s%s", all, all[0] != 0 ? " " : "",
		    x->rule);
	}
	return all;
}

static void
hello_is_taken_apart(void **state)
{
	struct module_file *f = opened("hello");

	(void)state;
	assert_string_equal(f->name, "hello");
	assert_string_equal(f->version, "1.0.0");
	assert_int_equal(f->abi_major, EP_ABI_MAJOR);
	assert_int_equal(f->minor_built, EP_ABI_MINOR);
	assert_int_equal(f->n_files, 4);
	assert_string_equal(f->files[0].name, "openapi.yaml");
	assert_memory_equal(f->files[0].bytes, "openapi: 3.1.0\n", 15);
	assert_int_equal(f->n_statements, 2);
	assert_int_equal(f->n_exports, 1);
	assert_string_equal(f->exports[0].name, MODULE_ENTRY);
	assert_string_equal(f->needed[0], "libc.so.6");
	assert_int_equal(strlen(f->sha256), 64);
	assert_non_null(f->traits.build_id);
}

static void
statements_carry_name_place_and_text(void **state)
{
	struct module_file *f = opened("good");

	(void)state;
	assert_int_equal(f->n_statements, 1);
	assert_string_equal(f->statements[0].name, "ask");
	assert_string_equal(f->statements[0].text, "SELECT 1");
	assert_non_null(strstr(f->statements[0].where, "fixture.c:"));
	assert_int_equal(f->statements[0].address,
	    f->sql_address + f->statements[0].offset);
}

static void
good_files_break_no_rule(void **state)
{
	(void)state;
	assert_string_equal(broken("good", POLICY_STRICT, NULL), "");
	assert_string_equal(broken("good_tls", POLICY_STRICT, NULL), "");
	assert_string_equal(broken("hello", POLICY_STRICT, NULL), "");
	assert_string_equal(broken("hello_cc", POLICY_STRICT, NULL), "");
}

static void
each_rule_is_found_by_its_name(void **state)
{
	static const char *const cases[][2] = {
		{ "exec_stack", "exec_stack" },
		{ "textrel", "textrel" },
		{ "rpath", "rpath" },
		{ "constructor", "constructor" },
		{ "export", "export" },
		{ "static_tls", "static_tls" },
		{ "ifunc", "ifunc" },
		{ "fork", "import" },
		{ "exit", "import" },
		{ "nodelete", "nodelete" },
		{ "lazy", "relro" },
		{ "library", "library" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(broken(cases[i][0], POLICY_STRICT, NULL),
		    cases[i][1]);
}

/* clang writes a weak symbol where gcc writes a unique one. */
static void
runtime_of_cxx_is_found(void **state)
{
	const char *unique = opened("unique")->traits.unique;

	(void)state;
	assert_string_equal(broken("unique", POLICY_STRICT, NULL),
	    unique != NULL ? "constructor destructor unique export"
			   : "constructor destructor export");
}

static void
runtime_profile_admits_a_runtime_only(void **state)
{
	(void)state;
	assert_string_equal(broken("unique", POLICY_RUNTIME, NULL), "");
	assert_string_equal(broken("constructor", POLICY_RUNTIME, NULL), "");
	assert_string_equal(broken("nodelete", POLICY_RUNTIME, NULL), "");
	assert_string_equal(broken("fork", POLICY_RUNTIME, NULL), "import");
	assert_string_equal(broken("export", POLICY_RUNTIME, NULL), "export");
	assert_string_equal(broken("ifunc", POLICY_RUNTIME, NULL), "ifunc");
}

static void
declared_libraries_are_admitted(void **state)
{
	static const char *const elf[] = { "elf", NULL };

	(void)state;
	assert_string_equal(broken("library", POLICY_STRICT, elf), "");
	assert_true(policy_library_matches("libicuuc.so.72", "icu"));
	assert_true(policy_library_matches("libxml2.so.2", "xml2"));
	assert_false(policy_library_matches("libcurl.so.4", "c"));
	assert_false(policy_library_matches("libicuuc.so.72", "icuu"));
}

static void
files_without_our_records_are_refused(void **state)
{
	struct module_file *f;

	(void)state;
	assert_int_equal(module_file_open(a, fixture("no_note"), &f, &err),
	    EP_REFUSED);
	assert_non_null(strstr(err.text, "EP_MODULE"));
	err_clear(&err);
	assert_int_equal(module_file_open(a, fixture("no_files"), &f, &err),
	    EP_REFUSED);
	assert_non_null(strstr(err.text, "entrepot-embed"));
}

static void
other_kinds_of_file_are_refused_at_once(void **state)
{
	const char *path = arena_format(a, "%s/fifo", fixture_folder());
	struct module_file *f;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(module_file_open(a, path, &f, &err), EP_REFUSED);
	err_clear(&err);
	assert_int_equal(module_file_open(a, fixture_folder(), &f, &err),
	    EP_REFUSED);
	err_clear(&err);
	assert_int_equal(module_file_open(a, fixture("absent"), &f, &err),
	    EP_NOT_FOUND);
	err_clear(&err);
	assert_int_equal(module_file_parse(a, "empty", "", 0, &f, &err),
	    EP_REFUSED);
	err_clear(&err);
	assert_int_equal(module_file_parse(a, "text", "#!/bin/sh\n", 10, &f,
			     &err),
	    EP_REFUSED);
}

/* The words with which hello is refused after one change of its bytes. */
static const char *
changed(size_t offset, const void *bytes, size_t n)
{
	struct module_file *f = opened("hello"), *g;
	char *copy = arena_copy(a, f->bytes, f->size);

	memcpy(copy + offset, bytes, n);
	err_clear(&err);
	if (module_file_parse(a, "x", copy, f->size, &g, &err) == EP_OK)
		return "";
	assert_int_equal(err.status, EP_REFUSED);
	return err.text;
}

static void
wrong_headers_are_refused_in_words(void **state)
{
	(void)state;
	assert_non_null(strstr(changed(EI_CLASS, "\1", 1), "64-bit"));
	assert_non_null(strstr(changed(EI_DATA, "\2", 1), "little-endian"));
	assert_non_null(
	    strstr(changed(offsetof(Elf64_Ehdr, e_machine), "\x15", 1),
		"another machine"));
	assert_non_null(
	    strstr(changed(offsetof(Elf64_Ehdr, e_type), "\2", 1), "-shared"));
}

static void
abi_range_is_told_in_words(void **state)
{
	struct module_file *f = opened("hello");
	const unsigned char *note;
	size_t at;
	uint32_t three[2] = { 3, 3 }, nine = 9;

	(void)state;
	note = memmem(f->bytes, f->size, "\x10\0\0\0\1\0\0\0entrepot\0", 17);
	assert_non_null(note);
	at = (size_t)(note - f->bytes) + 20;
	assert_non_null(strstr(changed(at + 4, three, sizeof three),
	    "module needs ABI 1.3 or newer, this host offers 1.0"));
	assert_string_equal(err.code, "abi");
	assert_non_null(strstr(changed(at, &nine, sizeof nine),
	    "module needs ABI 9.0 or a newer 9.x, this host offers 1.0"));
}

static void
writable_code_is_found(void **state)
{
	struct module_file *f = opened("hello"), *g;
	char *copy = arena_copy(a, f->bytes, f->size);
	struct findings findings = { .arena = a };
	Elf64_Ehdr h;
	Elf64_Phdr p;
	unsigned i;

	(void)state;
	memcpy(&h, copy, sizeof h);
	for (i = 0; i < h.e_phnum; i++) {
		memcpy(&p, copy + h.e_phoff + i * sizeof p, sizeof p);
		if (p.p_type == PT_LOAD && (p.p_flags & PF_X) != 0)
			p.p_flags |= PF_W;
		memcpy(copy + h.e_phoff + i * sizeof p, &p, sizeof p);
	}
	assert_int_equal(module_file_parse(a, "x", copy, f->size, &g, &err),
	    EP_OK);
	policy_check(g, POLICY_STRICT, NULL, &findings);
	assert_int_equal(findings.n, 1);
	assert_string_equal(findings.first->rule, "write_exec");
}

static void
try_whole(const char *bytes, size_t n)
{
	struct arena *own = arena_new(65536);
	struct findings findings = { .arena = own };
	const struct manifest *m = NULL;
	struct module_file *f;
	struct err e = { 0 };

	if (module_file_parse(own, "x", bytes, n, &f, &e) == EP_OK) {
		(void)manifest_of_file(own, f, &findings, &m, &e);
		policy_check(f, POLICY_STRICT,
		    m->libraries != NULL ? m->libraries : NULL, &findings);
	} else
		assert_true(e.text[0] != '\0');
	arena_free(&own);
}

static void
truncated_files_are_refused(void **state)
{
	struct module_file *f = opened("hello"), *g;
	struct arena *own;
	size_t n;

	(void)state;
	for (n = 0; n < f->size; n += 61) {
		own = arena_new(65536);
		err_clear(&err);
		assert_int_equal(module_file_parse(own, "x", f->bytes, n, &g,
				     &err),
		    EP_REFUSED);
		arena_free(&own);
	}
}

/* Half of the changes go to the headers and tables, where they hurt. */
static void
mutate(char *bytes, size_t n, uint32_t *seed)
{
	static const uint32_t edges[] = { 0, 1, 0x7fffffff, 0x80000000,
		0xffffffff, 0x10000, 0xfffffff0 };
	uint32_t k, times = 1 + suite_random(seed) % 6, value;
	size_t at;

	for (k = 0; k < times; k++) {
		at = suite_random(seed) % n;
		if (suite_random(seed) % 4 == 0)
			at = suite_random(seed) % 1024;
		else if (suite_random(seed) % 4 == 0)
			at = n - 1 - suite_random(seed) % 1800;
		value = edges[suite_random(seed) %
		    (sizeof edges / sizeof edges[0])];
		if (suite_random(seed) % 2 == 0)
			bytes[at] = (char)suite_random(seed);
		else if (at + sizeof value <= n)
			memcpy(bytes + at, &value, sizeof value);
	}
}

static void
mutated_files_neither_crash_nor_hang(void **state)
{
	struct module_file *f = opened("hello");
	uint32_t seed = suite_seed();
	char *copy;
	int i;

	(void)state;
	(void)alarm(120);
	for (i = 0; i < MUTATIONS; i++) {
		copy = arena_copy(a, f->bytes, f->size);
		mutate(copy, f->size, &seed);
		try_whole(copy, f->size);
	}
	(void)alarm(0);
}

static void
report_is_for_people_and_programs(void **state)
{
	struct findings findings = { .arena = a };
	struct module_report r = { .findings = &findings };
	struct buf text = { 0 };

	(void)state;
	r.file = opened("fork");
	assert_int_equal(manifest_of_file(a, r.file, &findings, &r.manifest,
			     &err),
	    EP_OK);
	policy_check(r.file, r.policy, NULL, &findings);
	module_inspect_report(&text, &r);
	buf_byte(&text, '\0');
	assert_non_null(strstr(buf_data(&text), "module       fixture\n"));
	assert_non_null(strstr(buf_data(&text),
	    "operation    fixture.run  POST /v1/fixture  write\n"));
	assert_non_null(strstr(buf_data(&text), "refused      import: "));
	buf_clear(&text, 0);
	module_inspect_json(&text, &r);
	buf_byte(&text, '\0');
	assert_non_null(strstr(buf_data(&text), "\"module\":\"fixture\""));
	assert_non_null(strstr(buf_data(&text), "\"accepted\":false"));
	assert_non_null(strstr(buf_data(&text), "\"rule\":\"import\""));
	buf_fini(&text);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(hello_is_taken_apart),
		T(statements_carry_name_place_and_text),
		T(good_files_break_no_rule),
		T(each_rule_is_found_by_its_name),
		T(runtime_of_cxx_is_found),
		T(runtime_profile_admits_a_runtime_only),
		T(declared_libraries_are_admitted),
		T(files_without_our_records_are_refused),
		T(other_kinds_of_file_are_refused_at_once),
		T(wrong_headers_are_refused_in_words),
		T(abi_range_is_told_in_words),
		T(writable_code_is_found),
		T(truncated_files_are_refused),
		T(mutated_files_neither_crash_nor_hang),
		T(report_is_for_people_and_programs),
	};

	return cmocka_run_group_tests_name("elf", tests, fixtures_make,
	    fixtures_remove);
}
