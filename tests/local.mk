# SPDX-License-Identifier: BSD-2-Clause
#
# Tests.  Unit tests are cmocka programs of one source each, run by automake's
# parallel harness; the rest are scripts, found by name (tests/run).

# files: tests/unit/*.c tests/unit/*.h but tests/unit/test_*.c
unit_fixture = \
	tests/unit/fixtures.c \
	tests/unit/fixtures.h \
	tests/unit/identifier_fixture.c \
	tests/unit/identifier_fixture.h \
	tests/unit/suite.c \
	tests/unit/suite.h

check_LIBRARIES += tests/unit/libfixture.a
tests_unit_libfixture_a_SOURCES = $(unit_fixture)

core_ldadd = core/libcore.a core/libllhttp.a $(CORE_LIBS)
test_ldadd = $(CMOCKA_LIBS) tests/unit/libfixture.a
LDADD = $(test_ldadd) $(core_ldadd)

# programs: tests/unit/test_*.c
unit_tests = \
	tests/unit/test_arena \
	tests/unit/test_buf \
	tests/unit/test_elf \
	tests/unit/test_file \
	tests/unit/test_id \
	tests/unit/test_identifier \
	tests/unit/test_identifier_account \
	tests/unit/test_identifier_data \
	tests/unit/test_identifier_golden \
	tests/unit/test_json \
	tests/unit/test_json_suite \
	tests/unit/test_loader \
	tests/unit/test_log \
	tests/unit/test_manifest \
	tests/unit/test_node \
	tests/unit/test_router \
	tests/unit/test_schema \
	tests/unit/test_yaml \
	tests/unit/test_yaml_suite
tests_unit_test_identifier_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_identifier_account_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_identifier_data_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_identifier_golden_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)

check_PROGRAMS += $(unit_tests)
TESTS = $(unit_tests)
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; \
	ENTREPOT_SOURCE="$(abs_top_srcdir)"; \
	ENTREPOT_BUILD="$(abs_top_builddir)"; \
	ENTREPOT="$(abs_top_builddir)/entrepot"; \
	export CMOCKA_MESSAGE_OUTPUT ENTREPOT_SOURCE ENTREPOT_BUILD ENTREPOT;
LOG_COMPILER = $(abs_top_srcdir)/tests/unit/run

# files: tests/*.md tests/*/*.md tests/run tests/count tests/unit/run tests/*/*.py tests/*/*.sh tests/lint/* tests/fuzz/* tests/bench/* tests/fault/*
test_scripts = \
	tests/abi/README.md \
	tests/abi/embed.sh \
	tests/abi/selftest.sh \
	tests/abi/status.sh \
	tests/bench/json.c \
	tests/count \
	tests/fuzz/fuzz_elf.c \
	tests/fuzz/fuzz_identifier.c \
	tests/fuzz/fuzz_json.c \
	tests/fuzz/fuzz_manifest.c \
	tests/fuzz/fuzz_router.c \
	tests/fuzz/fuzz_schema.c \
	tests/fuzz/fuzz_yaml.c \
	tests/golden/json_differential.py \
	tests/unit/run
EXTRA_DIST += $(test_scripts)
dist-hook:
	cd $(srcdir) && find tests/bad tests/data -type f 2>/dev/null | \
	while read -r f; do \
		mkdir -p "$(abs_top_builddir)/$(distdir)/$${f%/*}" && \
		cp -p "$$f" "$(abs_top_builddir)/$(distdir)/$$f" || exit 1; \
	done
