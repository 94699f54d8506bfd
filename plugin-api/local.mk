# SPDX-License-Identifier: BSD-2-Clause
#
# What a module's author installs: the header, the embedding tool, pkg-config.

include_HEADERS = plugin-api/entrepot.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = plugin-api/entrepot.pc

# files: plugin-api/entrepot-embed
api_scripts = \
	plugin-api/entrepot-embed
dist_bin_SCRIPTS = $(api_scripts)

# files: plugin-api/* but plugin-api/entrepot.h plugin-api/entrepot.map plugin-api/entrepot-embed plugin-api/*.pc.in plugin-api/local.mk plugin-api/*.[17]
api_rest = \
	plugin-api/CHANGES \
	plugin-api/README.md \
	plugin-api/status.md
apidatadir = $(datadir)/entrepot
dist_apidata_DATA = plugin-api/entrepot.map

# What `entrepot module new` copies.
# files: plugin-api/template/* but plugin-api/template/*.sh
api_template = \
	plugin-api/template/Makefile \
	plugin-api/template/README.md \
	plugin-api/template/dev.yaml \
	plugin-api/template/gitignore \
	plugin-api/template/plain.answers.jsonl \
	plugin-api/template/plain.c \
	plugin-api/template/plain.calls.jsonl \
	plugin-api/template/plain.en.yaml \
	plugin-api/template/plain.openapi.yaml \
	plugin-api/template/plain.zh-CN.yaml \
	plugin-api/template/store.answers.jsonl \
	plugin-api/template/store.c \
	plugin-api/template/store.calls.jsonl \
	plugin-api/template/store.en.yaml \
	plugin-api/template/store.openapi.yaml \
	plugin-api/template/store.sql \
	plugin-api/template/store.zh-CN.yaml
apitemplatedir = $(apidatadir)/template
dist_apitemplate_DATA = $(api_template)
dist_apitemplate_SCRIPTS = plugin-api/template/run.sh

# The guide and what it refers to.
apidocdir = $(docdir)/plugin-api
dist_apidoc_DATA = $(api_rest)

# files: plugin-api/*.[17]
api_manuals = \
	plugin-api/entrepot-embed.1 \
	plugin-api/entrepot-module.7
dist_man_MANS += $(api_manuals)
