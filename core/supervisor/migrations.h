/* SPDX-License-Identifier: BSD-2-Clause */

/* A manifest's migrations as the store wants them. */

#pragma once

#include "core/module/manifest.h"
#include "core/store/migrate.h"

/* Those for SQLite, in order, in the arena. */
struct store_migration *migrations_of(struct arena *a, const struct manifest *m,
    size_t *n_out);
