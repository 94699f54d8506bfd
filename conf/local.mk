# SPDX-License-Identifier: BSD-2-Clause
#
# Configurations.  An installed one belongs to the operator: never replaced,
# and removed only when it is still as it came.

# files: conf/*.yaml
conf_yaml = \
	conf/development.yaml \
	conf/entrepot.yaml

# files: conf/*.md
conf_docs = \
	conf/README.md

# files: conf/*.5
conf_manuals = \
	conf/entrepot.yaml.5

EXTRA_DIST += $(conf_yaml) $(conf_docs)
dist_man_MANS += $(conf_manuals)

# As it is installed: the state is where services keep it, and the sample
# module is not there.
conf/installed.yaml: conf/entrepot.yaml Makefile
	$(AM_V_GEN)mkdir -p $(@D) && sed -e 's|^# state: state|state: $(statedir)|' \
	    -e '/^  hello: {}/d' "$(srcdir)/conf/entrepot.yaml" >$@.new && \
	    mv $@.new $@

noinst_DATA = conf/installed.yaml
CLEANFILES += conf/installed.yaml

install-data-local: conf/installed.yaml
	$(MKDIR_P) "$(DESTDIR)$(confdir)" "$(DESTDIR)$(statedir)"
	@to="$(DESTDIR)$(confdir)/entrepot.yaml"; \
	test -e "$$to" || { \
		echo " $(INSTALL_DATA) conf/installed.yaml $$to"; \
		$(INSTALL_DATA) conf/installed.yaml "$$to"; \
	}

uninstall-local: uninstall-modules
	@to="$(DESTDIR)$(confdir)/entrepot.yaml"; \
	! cmp -s conf/installed.yaml "$$to" || rm -f "$$to"
	-@rmdir "$(DESTDIR)$(confdir)" "$(DESTDIR)$(statedir)" 2>/dev/null || :
