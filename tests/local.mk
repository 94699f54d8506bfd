# SPDX-License-Identifier: BSD-2-Clause
#
# Tests.  Unit tests are cmocka programs of one source each, run by automake's
# parallel harness; the rest are scripts, found by name (tests/run).

# What programs of these folders share.
# shared: tests/unit/*.[ch] tests/golden/*.[ch] tests/hostile/*.[ch] tests/fault/*.[ch] tests/load/*.[ch] tests/bench/*.[ch]
unit_fixture = \
	tests/fault/store_load.c \
	tests/fault/store_load.h \
	tests/load/answer.c \
	tests/load/keepalive_load.h \
	tests/load/ledger.c \
	tests/unit/decide_world.c \
	tests/unit/decide_world.h \
	tests/unit/fixtures.c \
	tests/unit/fixtures.h \
	tests/unit/identifier_fixture.c \
	tests/unit/identifier_fixture.h \
	tests/unit/logistics_fixture.c \
	tests/unit/logistics_fixture.h \
	tests/unit/screening_bed.c \
	tests/unit/screening_bed.h \
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
	tests/unit/test_baseline \
	tests/unit/test_board \
	tests/unit/test_buf \
	tests/unit/test_carrier \
	tests/unit/test_config \
	tests/unit/test_csv \
	tests/unit/test_currency \
	tests/unit/test_customs \
	tests/unit/test_decide \
	tests/unit/test_decimal \
	tests/unit/test_elf \
	tests/unit/test_fiber \
	tests/unit/test_file \
	tests/unit/test_http \
	tests/unit/test_id \
	tests/unit/test_identifier \
	tests/unit/test_identifier_account \
	tests/unit/test_identifier_data \
	tests/unit/test_identifier_golden \
	tests/unit/test_index \
	tests/unit/test_json \
	tests/unit/test_json_suite \
	tests/unit/test_list \
	tests/unit/test_loader \
	tests/unit/test_log \
	tests/unit/test_loop \
	tests/unit/test_manifest \
	tests/unit/test_match \
	tests/unit/test_message \
	tests/unit/test_name \
	tests/unit/test_node \
	tests/unit/test_parcel_number \
	tests/unit/test_pin \
	tests/unit/test_plan \
	tests/unit/test_rate \
	tests/unit/test_router \
	tests/unit/test_routes \
	tests/unit/test_schema \
	tests/unit/test_store \
	tests/unit/test_store_check \
	tests/unit/test_store_migrate \
	tests/unit/test_table \
	tests/unit/test_tax \
	tests/unit/test_template \
	tests/unit/test_track \
	tests/unit/test_versions \
	tests/unit/test_warehouse \
	tests/unit/test_yaml \
	tests/unit/test_yaml_suite
tests_unit_test_baseline_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_carrier_LDADD = $(test_ldadd) modules/logistics.a $(core_ldadd) $(logistics_libs)
tests_unit_test_csv_LDADD = $(test_ldadd) modules/logistics.a $(core_ldadd) $(logistics_libs)
tests_unit_test_currency_LDADD = $(test_ldadd) modules/payment.a $(core_ldadd) $(payment_libs)
tests_unit_test_customs_LDADD = $(test_ldadd) modules/logistics.a $(core_ldadd) $(logistics_libs)
tests_unit_test_decimal_LDADD = $(test_ldadd) modules/payment.a $(core_ldadd) $(payment_libs)
tests_unit_test_identifier_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_identifier_account_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_identifier_data_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_identifier_golden_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_index_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_list_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_match_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_message_LDADD = $(test_ldadd) modules/logistics.a $(core_ldadd) $(logistics_libs)
tests_unit_test_name_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_parcel_number_LDADD = $(test_ldadd) modules/logistics.a $(core_ldadd) $(logistics_libs)
tests_unit_test_plan_LDADD = $(test_ldadd) modules/logistics.a $(core_ldadd) $(logistics_libs)
tests_unit_test_rate_LDADD = $(test_ldadd) modules/logistics.a $(core_ldadd) $(logistics_libs)
tests_unit_test_routes_LDADD = $(test_ldadd) modules/logistics.a $(core_ldadd) $(logistics_libs)
tests_unit_test_tax_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)
tests_unit_test_track_LDADD = $(test_ldadd) modules/logistics.a $(core_ldadd) $(logistics_libs)
tests_unit_test_warehouse_LDADD = $(test_ldadd) modules/logistics.a $(core_ldadd) $(logistics_libs)

# Programs that scripts use: readers, servers.
# programs: tests/golden/*.c tests/hostile/*.c tests/fault/*.c tests/load/*.c
test_programs = \
	tests/fault/power_loss \
	tests/fault/store_kill \
	tests/golden/json_filter \
	tests/golden/screening_eval \
	tests/hostile/http_server \
	tests/load/keepalive_load
tests_golden_screening_eval_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)

# Measures, built by make bench only.
# programs: tests/bench/*.c
bench_programs = \
	tests/bench/json \
	tests/bench/screening \
	tests/bench/store
tests_bench_screening_LDADD = $(test_ldadd) modules/compliance.a $(core_ldadd) $(compliance_libs)

# These share the load of the store.
store_load = tests/fault/store_load.c tests/fault/store_load.h
tests_fault_power_loss_SOURCES = tests/fault/power_loss.c $(store_load)
tests_fault_store_kill_SOURCES = tests/fault/store_kill.c $(store_load)
tests_bench_store_SOURCES = tests/bench/store.c $(store_load)
tests_bench_json_LDADD = $(LDADD) -lcjson
EXTRA_PROGRAMS = $(bench_programs)

check_PROGRAMS += $(unit_tests) $(test_programs)
TESTS = $(unit_tests)
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; \
	ENTREPOT_SOURCE="$(abs_top_srcdir)"; \
	ENTREPOT_BUILD="$(abs_top_builddir)"; \
	ENTREPOT="$(abs_top_builddir)/entrepot"; \
	export CMOCKA_MESSAGE_OUTPUT ENTREPOT_SOURCE ENTREPOT_BUILD ENTREPOT;
LOG_COMPILER = $(abs_top_srcdir)/tests/unit/run

# The scripts among the quick tests; tests/count reads what they say.
check-local: all $(check_PROGRAMS)
	@ENTREPOT_BUILD="$(abs_top_builddir)" "$(srcdir)/tests/run" golden \
	    modules >tests/scripts.out; \
	status=$$?; cat tests/scripts.out; exit $$status

CLEANFILES += tests/scripts.out

# All that is here belongs to a release.
dist-hook:
	cd "$(srcdir)" && find tests -type f ! -path '*/__pycache__/*' | \
	while read -r f; do \
		to="$(abs_top_builddir)/$(distdir)/$$f"; \
		test -e "$$to" && continue; \
		mkdir -p "$${to%/*}" && cp -p "$$f" "$$to" || exit 1; \
	done

# The same tests in another light.
.PHONY: sanitize threads valgrind coverage fuzz bench soak lint
sanitize:
	cd "$(abs_top_srcdir)" && ENTREPOT_BUILD="$(abs_top_srcdir)/build-san" \
	    tests/sanitize

threads:
	cd "$(abs_top_srcdir)" && ENTREPOT_BUILD="$(abs_top_srcdir)/build-tsan" \
	    tests/threads

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

bench soak: all $(check_PROGRAMS) $(bench_programs)
	cd "$(abs_top_srcdir)" && ENTREPOT_TEST_SIZE=full \
	    ENTREPOT_BUILD="$(abs_top_builddir)" tests/run --seconds 7200 $@

lint:
	cd "$(abs_top_srcdir)" && ENTREPOT_BUILD="$(abs_top_builddir)" \
	    tests/lint/run
