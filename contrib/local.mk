# SPDX-License-Identifier: BSD-2-Clause
#
# Commands and files around the program.

# files: contrib/* contrib/*/* contrib/*/*/* contrib/*/*/*/* .ci/* .clang-format .clang-tidy but contrib/local.mk contrib/build-aux/* contrib/modules/* contrib/modules/*/* contrib/modules/*/*/* contrib/doc/README.zh-CN.md
contrib_files = \
	.ci/README.md \
	.ci/run \
	.clang-format \
	.clang-tidy \
	contrib/README.md \
	contrib/autogen \
	contrib/build \
	contrib/check \
	contrib/demo \
	contrib/doc/README.md \
	contrib/install \
	contrib/manuals \
	contrib/package \
	contrib/packages \
	contrib/packaging/README.md \
	contrib/packaging/debian/README.md \
	contrib/packaging/debian/changelog \
	contrib/packaging/debian/control \
	contrib/packaging/debian/copyright \
	contrib/packaging/debian/entrepot-dev.install \
	contrib/packaging/debian/entrepot-dev.lintian-overrides \
	contrib/packaging/debian/entrepot.install \
	contrib/packaging/debian/entrepot.lintian-overrides \
	contrib/packaging/debian/rules \
	contrib/packaging/debian/source/format \
	contrib/packaging/entrepot.logrotate \
	contrib/packaging/entrepot.service \
	contrib/packaging/entrepot.socket \
	contrib/packaging/entrepot.sysusers \
	contrib/run \
	contrib/sources
EXTRA_DIST += $(contrib_files)

dist_doc_DATA = README.md contrib/doc/README.zh-CN.md

# The service, with the paths of this build.
systemdsystemunitdir = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
units = contrib/service/entrepot.service contrib/service/entrepot.socket
nodist_systemdsystemunit_DATA = $(units)
nodist_sysusers_DATA = contrib/service/entrepot.conf
CLEANFILES += $(units) contrib/service/entrepot.conf

AT_HOME = $(AM_V_GEN)mkdir -p $(@D) && sed -e 's|/usr/bin/|$(bindir)/|' \
	-e 's|/etc/entrepot|$(confdir)|' -e 's|/var/lib/entrepot|$(statedir)|'

contrib/service/entrepot.service: contrib/packaging/entrepot.service Makefile
	$(AT_HOME) "$(srcdir)/contrib/packaging/entrepot.service" >$@.new && \
	    mv $@.new $@

contrib/service/entrepot.socket: contrib/packaging/entrepot.socket Makefile
	$(AT_HOME) "$(srcdir)/contrib/packaging/entrepot.socket" >$@.new && \
	    mv $@.new $@

contrib/service/entrepot.conf: contrib/packaging/entrepot.sysusers Makefile
	$(AT_HOME) "$(srcdir)/contrib/packaging/entrepot.sysusers" >$@.new && \
	    mv $@.new $@

# Completions are what the program says of itself.  One that runs elsewhere
# cannot be asked: then there are none.
completions = contrib/completion/entrepot contrib/completion/_entrepot \
	contrib/completion/entrepot.fish
if HAVE_MAIN
if CROSS_COMPILING
else
bashcompletiondir = $(datadir)/bash-completion/completions
nodist_bashcompletion_DATA = contrib/completion/entrepot
zshcompletiondir = $(datadir)/zsh/site-functions
nodist_zshcompletion_DATA = contrib/completion/_entrepot
fishcompletiondir = $(datadir)/fish/vendor_completions.d
nodist_fishcompletion_DATA = contrib/completion/entrepot.fish
endif
endif
CLEANFILES += $(completions)

COMPLETION = $(AM_V_GEN)mkdir -p $(@D) && ./entrepot$(EXEEXT) completion

contrib/completion/entrepot: entrepot$(EXEEXT)
	$(COMPLETION) bash >$@.new && mv $@.new $@

contrib/completion/_entrepot: entrepot$(EXEEXT)
	$(COMPLETION) zsh >$@.new && mv $@.new $@

contrib/completion/entrepot.fish: entrepot$(EXEEXT)
	$(COMPLETION) fish >$@.new && mv $@.new $@
