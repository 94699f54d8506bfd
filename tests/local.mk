# SPDX-License-Identifier: BSD-2-Clause
#
# Tests.  Unit tests are cmocka programs of one source each, run by automake's
# parallel harness; the rest are scripts, found by name (tests/run).

# files: tests/unit/*.c tests/unit/*.h but tests/unit/test_*.c
unit_fixture =

check_LIBRARIES += tests/unit/libfixture.a
tests_unit_libfixture_a_SOURCES = $(unit_fixture)

core_ldadd = core/libcore.a core/libllhttp.a $(CORE_LIBS)
test_ldadd = $(CMOCKA_LIBS) tests/unit/libfixture.a
LDADD = $(test_ldadd) $(core_ldadd)

# programs: tests/unit/test_*.c
unit_tests =

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
	tests/count \
	tests/unit/run
EXTRA_DIST += $(test_scripts)
dist-hook:
	cd $(srcdir) && find tests/bad tests/data -type f 2>/dev/null | \
	while read -r f; do \
		mkdir -p "$(abs_top_builddir)/$(distdir)/$${f%/*}" && \
		cp -p "$$f" "$(abs_top_builddir)/$(distdir)/$$f" || exit 1; \
	done
