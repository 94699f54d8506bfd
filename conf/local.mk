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
conf_manuals =

EXTRA_DIST += $(conf_yaml) $(conf_docs)
dist_man_MANS += $(conf_manuals)

install-data-local:
	$(MKDIR_P) "$(DESTDIR)$(confdir)" "$(DESTDIR)$(statedir)"
	@for f in $(conf_yaml); do \
		to="$(DESTDIR)$(confdir)/$${f##*/}"; \
		test -e "$$to" && continue; \
		echo " $(INSTALL_DATA) $$f $$to"; \
		$(INSTALL_DATA) "$(srcdir)/$$f" "$$to" || exit 1; \
	done

uninstall-local: uninstall-modules
	@for f in $(conf_yaml); do \
		to="$(DESTDIR)$(confdir)/$${f##*/}"; \
		cmp -s "$(srcdir)/$$f" "$$to" && rm -f "$$to"; \
	done; :
	-@rmdir "$(DESTDIR)$(confdir)" "$(DESTDIR)$(statedir)" 2>/dev/null || :
