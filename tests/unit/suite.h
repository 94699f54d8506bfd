/* SPDX-License-Identifier: BSD-2-Clause */

/* Cases in files, for tests that read them. */

#pragma once

#include "core/base/json.h"

/* The JSON file tests/data/NAME of the source tree (folder srcdir of the
 * environment, else the working folder).  Fails the test when it cannot be
 * read. */
const struct ep_node *suite_read(struct arena *a, const char *name);
