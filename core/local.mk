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
	core/base/json.c \
	core/base/json.h \
	core/base/json_write.c \
	core/base/node.c \
	core/base/node.h \
	core/base/number.c \
	core/base/number.h \
	core/base/utf8.h \
	core/base/yaml.h \
	core/board/board.c \
	core/board/board.h \
	core/loop/fiber.c \
	core/loop/fiber.h \
	core/loop/inside.h \
	core/loop/loop.c \
	core/loop/loop.h \
	core/loop/offload.c \
	core/loop/switch.c \
	core/loop/switch.h \
	core/loop/switch_aarch64.S \
	core/loop/switch_x86_64.S

# files: core/cli/main.c
core_main =

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

# files: core/*.md core/*/*.md
core_docs =
EXTRA_DIST += $(core_docs)

# files: core/*.8 core/*/*.8
core_manuals =
dist_man_MANS = $(core_manuals)
