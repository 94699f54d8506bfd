# SPDX-License-Identifier: BSD-2-Clause
#
# Modules are plain shared objects, made by GNU make rules of their own (a
# vendor's Makefile does the same): see modules/rules.mk.

EXTRA_DIST += modules/rules.mk $(MODULE_FILES)

-include $(top_srcdir)/modules/rules.mk

all-local: $(MODULE_TARGETS)

clean-local: clean-modules

install-exec-local: install-modules
