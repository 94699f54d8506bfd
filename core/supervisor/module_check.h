/* SPDX-License-Identifier: BSD-2-Clause */

/* What can be proven of one module by itself, beyond its file and manifest:
 * its schemas compile, its migrations and statements keep the rules of the
 * store. */

#pragma once

#include "core/module/manifest.h"

/* Adds a finding for each fault. */
void module_check(const struct module_file *file, const struct manifest *m,
    struct findings *findings);
