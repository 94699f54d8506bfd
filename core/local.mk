# SPDX-License-Identifier: BSD-2-Clause
#
# The host.  The program lists every object, so that those which only a table
# knows are linked too; the tests take the same objects (compiled once) from
# libcore.a.

# files: core/*/*.c core/*/*.h core/*/*.S but core/cli/main.c
core_sources = \
	core/base/arena.c \
	core/base/arena.h \
	core/base/buf.c \
	core/base/buf.h \
	core/base/clock.h \
	core/base/err.c \
	core/base/err.h \
	core/base/file.c \
	core/base/file.h \
	core/base/hex.h \
	core/base/id.c \
	core/base/id.h \
	core/base/json.c \
	core/base/json.h \
	core/base/json_write.c \
	core/base/log.c \
	core/base/log.h \
	core/base/log_secret.c \
	core/base/node.c \
	core/base/node.h \
	core/base/node_equal.c \
	core/base/number.c \
	core/base/number.h \
	core/base/plain.h \
	core/base/sha256.c \
	core/base/sha256.h \
	core/base/template.c \
	core/base/template.h \
	core/base/utf8.h \
	core/base/width.c \
	core/base/width.h \
	core/base/yaml.c \
	core/base/yaml.h \
	core/base/yaml_problem.c \
	core/base/yaml_problem.h \
	core/base/yaml_scalar.c \
	core/base/yaml_scalar.h \
	core/base/yaml_strict.c \
	core/base/yaml_strict.h \
	core/board/board.c \
	core/board/board.h \
	core/board/reload.c \
	core/board/reload.h \
	core/board/versions.c \
	core/board/versions.h \
	core/cli/ask.c \
	core/cli/ask.h \
	core/cli/call.c \
	core/cli/check.c \
	core/cli/client.c \
	core/cli/client.h \
	core/cli/command.h \
	core/cli/completion.c \
	core/cli/config_diff.c \
	core/cli/config_schema.c \
	core/cli/config_show.c \
	core/cli/describe.c \
	core/cli/describe.h \
	core/cli/describe_text.c \
	core/cli/explain.c \
	core/cli/generations.c \
	core/cli/help_text.c \
	core/cli/help_text.h \
	core/cli/inspect.c \
	core/cli/local.c \
	core/cli/local.h \
	core/cli/mdoc.c \
	core/cli/module_describe.c \
	core/cli/module_new.c \
	core/cli/modules.c \
	core/cli/modules.h \
	core/cli/option.c \
	core/cli/option.h \
	core/cli/paths.c \
	core/cli/record.c \
	core/cli/record.h \
	core/cli/reload.c \
	core/cli/serve.c \
	core/cli/setting.c \
	core/cli/setting.h \
	core/cli/socket.c \
	core/cli/socket.h \
	core/cli/status.c \
	core/cli/table.c \
	core/cli/table.h \
	core/config/catalog.c \
	core/config/catalog.h \
	core/config/config.c \
	core/config/config.h \
	core/config/config_error.h \
	core/config/embedded.S \
	core/config/embedded.h \
	core/config/fault.c \
	core/config/fault.h \
	core/config/fault_schema.c \
	core/config/interpolate.c \
	core/config/interpolate.h \
	core/config/report.c \
	core/http/body.c \
	core/http/chunked.c \
	core/http/chunked.h \
	core/http/connection.c \
	core/http/head.c \
	core/http/head.h \
	core/http/http.h \
	core/http/inside.h \
	core/http/message.c \
	core/http/reply.c \
	core/http/server.c \
	core/loop/fiber.c \
	core/loop/fiber.h \
	core/loop/inside.h \
	core/loop/loop.c \
	core/loop/loop.h \
	core/loop/offload.c \
	core/loop/switch.c \
	core/loop/switch.h \
	core/loop/switch_aarch64.S \
	core/loop/switch_x86_64.S \
	core/module/elf.c \
	core/module/elf.h \
	core/module/elf_dynamic.c \
	core/module/elf_view.h \
	core/module/finding.c \
	core/module/finding.h \
	core/module/inspect.c \
	core/module/inspect.h \
	core/module/loader.c \
	core/module/loader.h \
	core/module/manifest.c \
	core/module/manifest.h \
	core/module/manifest_body.c \
	core/module/manifest_files.c \
	core/module/manifest_local.h \
	core/module/manifest_operation.c \
	core/module/policy.c \
	core/module/policy.h \
	core/module/store_file.c \
	core/module/store_file.h \
	core/operation/booleans.c \
	core/operation/booleans.h \
	core/operation/builtin.c \
	core/operation/call.c \
	core/operation/compile.c \
	core/operation/compile.h \
	core/operation/example.c \
	core/operation/example.h \
	core/operation/generation.c \
	core/operation/generation.h \
	core/operation/health.c \
	core/operation/health.h \
	core/operation/host.h \
	core/operation/host_call.c \
	core/operation/host_call.h \
	core/operation/input.c \
	core/operation/instance.c \
	core/operation/instance.h \
	core/operation/metrics.c \
	core/operation/metrics.h \
	core/operation/metrics_reload.c \
	core/operation/metrics_text.c \
	core/operation/op.c \
	core/operation/op.h \
	core/operation/openapi.c \
	core/operation/openapi.h \
	core/operation/own.c \
	core/operation/own.h \
	core/operation/page.c \
	core/operation/page.h \
	core/operation/page_files.S \
	core/operation/page_health.c \
	core/operation/page_modules.c \
	core/operation/page_operation.c \
	core/operation/page_operations.c \
	core/operation/page_reloads.c \
	core/operation/page_text.c \
	core/operation/page_text.h \
	core/operation/pin.c \
	core/operation/pin.h \
	core/operation/problem.c \
	core/operation/query.c \
	core/operation/query.h \
	core/operation/reload_record.c \
	core/operation/reload_record.h \
	core/operation/request.c \
	core/operation/router.c \
	core/operation/router.h \
	core/operation/run.c \
	core/operation/run.h \
	core/operation/service.c \
	core/operation/service.h \
	core/operation/snapshot.c \
	core/operation/snapshot.h \
	core/operation/snapshot_build.c \
	core/operation/snapshot_path.h \
	core/operation/status.c \
	core/operation/status.h \
	core/operation/table.c \
	core/operation/table.h \
	core/operation/table_answer.c \
	core/operation/table_store.c \
	core/operation/table_values.c \
	core/operation/table_wait.c \
	core/operation/table_warm.c \
	core/schema/coerce.c \
	core/schema/compile.c \
	core/schema/compile.h \
	core/schema/compile_members.c \
	core/schema/compile_value.c \
	core/schema/decimal.c \
	core/schema/decimal.h \
	core/schema/fault.c \
	core/schema/format.c \
	core/schema/names.c \
	core/schema/reference.c \
	core/schema/schema.h \
	core/schema/shape.h \
	core/schema/spell.c \
	core/schema/spell.h \
	core/schema/types.c \
	core/schema/unique.c \
	core/schema/validate.c \
	core/schema/validate.h \
	core/schema/value.c \
	core/store/check.c \
	core/store/check.h \
	core/store/check_tables.c \
	core/store/check_tables.h \
	core/store/check_trace.c \
	core/store/check_twin.c \
	core/store/check_twin.h \
	core/store/migrate.c \
	core/store/migrate.h \
	core/store/recover.c \
	core/store/rows.c \
	core/store/rows.h \
	core/store/schema.c \
	core/store/shared.c \
	core/store/shared.h \
	core/store/sqlite.c \
	core/store/sqlite.h \
	core/store/sqlite_run.c \
	core/store/sqlite_turn.c \
	core/store/sqlite_tx.c \
	core/store/sqltext.c \
	core/store/sqltext.h \
	core/store/store.h \
	core/store/sync.c \
	core/supervisor/breaking.c \
	core/supervisor/builder.c \
	core/supervisor/children.c \
	core/supervisor/decide.c \
	core/supervisor/decide.h \
	core/supervisor/decide_slots.c \
	core/supervisor/document.c \
	core/supervisor/document.h \
	core/supervisor/documents.c \
	core/supervisor/held.c \
	core/supervisor/held.h \
	core/supervisor/history.c \
	core/supervisor/inspect_child.c \
	core/supervisor/inspect_module.c \
	core/supervisor/inspect_together.c \
	core/supervisor/inspection.c \
	core/supervisor/inspection.h \
	core/supervisor/inspector.h \
	core/supervisor/lock.c \
	core/supervisor/log_file.c \
	core/supervisor/log_file.h \
	core/supervisor/log_follow.c \
	core/supervisor/migrate.c \
	core/supervisor/migrations.h \
	core/supervisor/module_check.c \
	core/supervisor/module_check.h \
	core/supervisor/notify.c \
	core/supervisor/notify.h \
	core/supervisor/order.c \
	core/supervisor/order.h \
	core/supervisor/plan.h \
	core/supervisor/process.c \
	core/supervisor/process.h \
	core/supervisor/reload.c \
	core/supervisor/reload_words.c \
	core/supervisor/serve.c \
	core/supervisor/serve.h \
	core/supervisor/socket.c \
	core/supervisor/spawn.c \
	core/supervisor/supervisor.h \
	core/supervisor/sweep.c \
	core/supervisor/sweep.h \
	core/supervisor/view.h \
	core/supervisor/worker.c

# files: core/cli/main.c
core_main = \
	core/cli/main.c

noinst_LIBRARIES += core/libcore.a core/libllhttp.a
core_libcore_a_SOURCES = $(core_sources)

if HAVE_MAIN
bin_PROGRAMS += entrepot
endif
entrepot_SOURCES = $(core_main) $(core_sources)
entrepot_LDADD = core/libllhttp.a $(CORE_LIBS)

# Sources of others: not our warnings, our safety flags.
core_libllhttp_a_SOURCES =
core_libllhttp_a_LIBADD = core/llhttp/llhttp.o core/llhttp/api.o \
	core/llhttp/http.o
LLHTTP_COMPILE = $(AM_V_CC)mkdir -p core/llhttp && $(CC) -std=gnu11 \
	-DLLHTTP_STRICT_MODE=1 -I$(LLHTTP_INCLUDE) $(CPPFLAGS) \
	$(SAFE_CFLAGS) $(CFLAGS) -w -c -o $@

core/llhttp/llhttp.o: $(LLHTTP_DIR)/llhttp.c
	$(LLHTTP_COMPILE) $(LLHTTP_DIR)/llhttp.c

core/llhttp/api.o: $(LLHTTP_DIR)/api.c
	$(LLHTTP_COMPILE) $(LLHTTP_DIR)/api.c

core/llhttp/http.o: $(LLHTTP_DIR)/http.c
	$(LLHTTP_COMPILE) $(LLHTTP_DIR)/http.c

CLEANFILES += core/llhttp/*.o

# files: core/*.md core/*/*.md core/*/*/*.md
core_docs = \
	core/README.md \
	core/base/README.md \
	core/board/README.md \
	core/cli/README.md \
	core/config/README.md \
	core/http/README.md \
	core/loop/README.md \
	core/module/README.md \
	core/operation/README.md \
	core/operation/page/README.md \
	core/schema/README.md \
	core/store/README.md \
	core/supervisor/README.md
EXTRA_DIST += $(core_docs)

# files: core/*/*.yaml
core_data = \
	core/config/faults.yaml \
	core/config/host_schema.yaml
EXTRA_DIST += $(core_data)

# files: core/operation/page/* but core/operation/page/*.md
page_data = \
	core/operation/page/en.yaml \
	core/operation/page/icon.svg \
	core/operation/page/page.css \
	core/operation/page/page.html \
	core/operation/page/page.js \
	core/operation/page/zh.yaml
EXTRA_DIST += $(page_data)

core/operation/page_files.$(OBJEXT): $(page_data)

core/config/embedded.$(OBJEXT): $(core_data) $(conf_yaml)

# files: core/*.8 core/*/*.8
core_manuals = \
	core/entrepot.8
dist_man_MANS = $(core_manuals)
