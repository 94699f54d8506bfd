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
#include "core/config/fault.h"
#include "core/module/manifest.h"

struct inspected_module {
	const struct config_module *section;
	const char *path;
	struct module_file *file;
	const struct manifest *manifest; /* NULL when it is faulty */
	const struct ep_node *options;   /* defaults filled in */
};

struct inspection {
	struct arena *arena;
	struct config *config; /* NULL, or with faults what could be read */
	struct inspected_module *modules; /* the enabled ones */
	unsigned n_modules;
	unsigned n_faults;
	struct config_errors errors; /* faults and warnings, by place */
	struct buf report; /* the same for people, in the locale's language */
};

struct inspection_source {
	const char *config;         /* path of entrepot.yaml */
	const char *module_folder;  /* of modules that name no file */
	const char *listen, *state; /* overrides, or NULL */
};

/* True when there is no fault; the errors may hold warnings then. */
bool inspect_all(struct arena *a, const struct inspection_source *source,
    struct inspection *out);

/* inspect_module.c: one module; faults go into the errors. */
void inspect_module(struct inspection *n, struct inspected_module *m,
    const char *module_folder);

/* inspect_together.c: how the modules fit together. */
void inspect_together(struct inspection *n);

/* A fault at the name of a module's section, or within the configuration at
 * large. */
struct config_error *inspection_fault(struct inspection *n, const char *id,
    const struct inspected_module *m);

/* Where faults of the configuration's file go. */
struct fault_sink inspection_sink(struct inspection *n);
