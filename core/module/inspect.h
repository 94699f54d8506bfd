/* SPDX-License-Identifier: BSD-2-Clause */

/* What `entrepot module inspect FILE` shows. */

#pragma once

#include "core/base/buf.h"
#include "core/module/manifest.h"
#include "core/module/policy.h"

/* All that is known of a file without running it. */
struct module_report {
	const struct module_file *file;
	const struct manifest *manifest; /* NULL when it could not be read */
	const struct findings *findings;
	enum policy policy;
};

/* For people: lines, the findings last. */
void module_inspect_report(struct buf *out, const struct module_report *r);

/* For programs: one JSON object and a line feed. */
void module_inspect_json(struct buf *out, const struct module_report *r);
