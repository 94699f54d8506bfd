/* SPDX-License-Identifier: BSD-2-Clause */

/* Cases in files, and random ones, for tests that take them. */

#pragma once

#include "core/base/json.h"

/* The JSON file tests/data/NAME of the source tree (folder srcdir of the
 * environment, else the working folder).  Fails the test when it cannot be
 * read. */
const struct ep_node *suite_read(struct arena *a, const char *name);

/* The seed of a random test, printed: that of the environment's SEED, else a
 * new one. */
uint32_t suite_seed(void);

/* The next number of a row; the seed is never 0. */
uint32_t suite_random(uint32_t *seed);
