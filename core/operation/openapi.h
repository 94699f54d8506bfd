/* SPDX-License-Identifier: BSD-2-Clause */

/* GET /openapi.json: the contracts of all modules as one document. */

#pragma once

#include "core/operation/host.h"

/* Sets generation->openapi.  Component names get the module's name in front,
 * so that two modules may both have a "Party". */
void openapi_merge(struct generation *g, const char *version);
