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

# The scripts among the quick tests; tests/count reads what they say.
check-local: all
	@ENTREPOT_BUILD="$(abs_top_builddir)" "$(srcdir)/tests/run" golden \
	    modules >tests/scripts.out; \
	status=$$?; cat tests/scripts.out; exit $$status

CLEANFILES += tests/scripts.out

# files: tests/*.md tests/*/*.md tests/run tests/count tests/check tests/sanitize tests/coverage tests/unit/run tests/*/*.py tests/*/*.sh tests/lint/* tests/fuzz/* tests/bench/* tests/fault/*
test_scripts = \
	tests/check \
	tests/count \
	tests/coverage \
	tests/fuzz/run \
	tests/run \
	tests/sanitize \
	tests/unit/run
EXTRA_DIST += $(test_scripts)
dist-hook:
	cd $(srcdir) && find tests/bad tests/data -type f 2>/dev/null | \
	while read -r f; do \
		mkdir -p "$(abs_top_builddir)/$(distdir)/$${f%/*}" && \
		cp -p "$$f" "$(abs_top_builddir)/$(distdir)/$$f" || exit 1; \
	done

# The same tests in another light.
.PHONY: sanitize valgrind coverage fuzz bench soak lint
sanitize:
	cd "$(abs_top_srcdir)" && ENTREPOT_BUILD="$(abs_top_srcdir)/build-san" \
	    tests/sanitize

valgrind:
	cd "$(abs_top_srcdir)" && ENTREPOT_TEST_SECONDS=600 ENTREPOT_WRAP="valgrind -q \
	    --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite" \
	    ENTREPOT_BUILD="$(abs_top_builddir)" tests/check

coverage:
	cd "$(abs_top_srcdir)" && tests/coverage

T =
SECS = 60
fuzz:
	cd "$(abs_top_srcdir)" && tests/fuzz/run "$(abs_top_builddir)" \
	    "$(SECS)" $(T)

bench soak: all
	cd "$(abs_top_srcdir)" && ENTREPOT_TEST_SIZE=full \
	    ENTREPOT_BUILD="$(abs_top_builddir)" tests/run --seconds 7200 $@

lint:
	cd "$(abs_top_srcdir)" && ENTREPOT_BUILD="$(abs_top_builddir)" \
	    tests/lint/run
