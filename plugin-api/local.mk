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

# files: plugin-api/* plugin-api/*/* but plugin-api/entrepot.h plugin-api/entrepot.map plugin-api/entrepot-embed plugin-api/entrepot.pc.in plugin-api/local.mk plugin-api/*.7
api_rest = \
	plugin-api/CHANGES \
	plugin-api/README.md \
	plugin-api/status.md
apidatadir = $(datadir)/entrepot
dist_apidata_DATA = plugin-api/entrepot.map
EXTRA_DIST += $(api_rest)

# files: plugin-api/*.7
api_manuals = \
	plugin-api/entrepot-module.7
dist_man_MANS += $(api_manuals)
