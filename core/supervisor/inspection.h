/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Everything that can be known of a configuration without running any of
 * it: the YAML, each module's file, manifest and statements, and how they
 * fit together.  `entrepot check` shows it; `entrepot serve` goes on from
 * it.  Opens no port and touches no store.
 */

#pragma once

#include "core/base/buf.h"
#include "core/config/config.h"
#include "core/module/manifest.h"

struct inspected_module {
	const struct config_module *section;
	const char *path;
	struct module_file *file;
	const struct manifest *manifest;
	const struct ep_node *options; /* defaults filled in */
};

struct inspection {
	struct arena *arena;
	struct config *config;
	struct inspected_module *modules; /* the enabled ones */
	unsigned n_modules;
	unsigned n_faults;
	struct buf report; /* all faults and warnings, for people */
};

struct inspection_source {
	const char *config;         /* path of entrepot.yaml */
	const char *module_folder;  /* of modules that name no file */
	const char *listen, *state; /* overrides, or NULL */
};

/* True when there is no fault; the report may hold warnings then. */
bool inspect_all(struct arena *a, const struct inspection_source *source,
    struct inspection *out);

/* inspect_module.c: one module; faults go into the report. */
void inspect_module(struct inspection *n, struct inspected_module *m,
    const char *module_folder);

/* Adds a fault. */
void inspection_fault(struct inspection *n, const char *format, ...)
    EP_PRINTF(2, 3);
