/* SPDX-License-Identifier: BSD-2-Clause */

/* Memory and tables for tests of the logistics module's rules. */

#pragma once

#include "modules/logistics/csv.h"

extern const struct memory logistics_memory;

/* Gives back all that was taken from it; a teardown of a group. */
int logistics_free(void **state);

/* A table of the module's data folder, below $ENTREPOT_SOURCE or here. */
void logistics_table(const char *file, struct csv *c);
