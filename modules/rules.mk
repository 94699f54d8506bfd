# SPDX-License-Identifier: BSD-2-Clause
#
# GNU make, read as it is.  A module is a folder with a local.mk, which says
#
#	MODULES += hello
#	hello_folder = contrib/modules/hello
#	hello_cflags = $(ICU_CFLAGS)
#	hello_libs = $(ICU_LIBS)
#	hello_install = no
#
# (a - of its name is a _ in these); the folder modules/NAME, no libraries and
# "yes" when left out.  Its sources are the folder's *.c, its data all that
# entrepot-embed puts into the object.  The result is modules/NAME.so, and
# modules/NAME.a for tests of its pure logic.

include $(sort $(wildcard $(srcdir)/modules/*/local.mk \
	$(srcdir)/contrib/modules/*/local.mk $(srcdir)/tests/modules/*/local.mk))

EMBED = $(srcdir)/plugin-api/entrepot-embed

# A module sees the public header and the libraries it names, nothing else.
MODULE_COMPILE = $(CC) -std=gnu11 -D_GNU_SOURCE -I$(srcdir)/plugin-api \
	$(CPPFLAGS) $(WARN_CFLAGS) $(SAFE_CFLAGS) $(CFLAGS) -fPIC
MODULE_LINK = $(CC) -shared -nostartfiles -Wl,-z,defs \
	-Wl,--version-script=$(srcdir)/plugin-api/entrepot.map \
	$(SAFE_LDFLAGS) $(CFLAGS) $(LDFLAGS)

module_folder = $(or $($(subst -,_,$(1))_folder),modules/$(1))
module_paths = $(patsubst $(srcdir)/%,%,$(sort $(wildcard \
	$(addprefix $(srcdir)/$(module_folder)/,$(2)))))
module_objects = $(patsubst %.c,%.o,$(call module_paths,$(1),*.c))
module_files = $(patsubst $(srcdir)/%,%,$(sort $(shell \
	find $(srcdir)/$(module_folder) -type f ! -name '*.o' ! -name '.*')))

MODULE_TARGETS = $(MODULES:%=modules/%.so) $(MODULES:%=modules/%.a)
MODULE_INSTALLED = $(foreach m,$(MODULES),$(if \
	$(filter no,$($(subst -,_,$(m))_install)),,$(m)))
MODULE_FILES = $(foreach m,$(MODULES),$(call module_files,$(m)))

define module_rules
$(call module_objects,$(1)): %.o: $(srcdir)/%.c
	$$(AM_V_CC)mkdir -p $$(@D) && $$(MODULE_COMPILE) $$($(subst -,_,$(1))_cflags) \
	    -MMD -MP -c -o $$@ $$<

modules/$(1).S: $(addprefix $(srcdir)/,$(call module_files,$(1))) $(EMBED)
	$$(AM_V_GEN)mkdir -p $$(@D) && \
	    $$(EMBED) $(srcdir)/$(module_folder) > $$@.new && mv $$@.new $$@

modules/$(1).o: modules/$(1).S
	$$(AM_V_CC)$$(CC) -fPIC -c -o $$@ $$<

modules/$(1).so: $(call module_objects,$(1)) modules/$(1).o | $(EMBED:-embed=.map)
	$$(AM_V_CCLD)$$(MODULE_LINK) -o $$@.new $$^ $$($(subst -,_,$(1))_libs) && \
	    mv $$@.new $$@

modules/$(1).a: $(call module_objects,$(1))
	$$(AM_V_AR)rm -f $$@ && $$(AR) rcs $$@ $$^

-include $(patsubst %.o,%.d,$(call module_objects,$(1)))
endef

$(foreach m,$(MODULES),$(eval $(call module_rules,$(m))))

.PHONY: clean-modules install-modules uninstall-modules
clean-modules:
	rm -f $(foreach m,$(MODULES),modules/$(m).[aoS] modules/$(m).so \
	    $(call module_objects,$(m)) \
	    $(patsubst %.o,%.d,$(call module_objects,$(m))))

install-modules: $(MODULE_TARGETS)
	$(MKDIR_P) "$(DESTDIR)$(moduledir)"
	@for m in $(MODULE_INSTALLED); do \
		echo " install $$m.so"; \
		$(INSTALL_PROGRAM) modules/$$m.so \
		    "$(DESTDIR)$(moduledir)/$$m.so" || exit 1; \
	done

uninstall-modules:
	@for m in $(MODULE_INSTALLED); do \
		rm -f "$(DESTDIR)$(moduledir)/$$m.so"; \
	done
	-@rmdir "$(DESTDIR)$(moduledir)" "$(DESTDIR)$(libdir)/entrepot" \
	    2>/dev/null || :
