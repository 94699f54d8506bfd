/* SPDX-License-Identifier: BSD-2-Clause */

/* GET /v1/host/status: what `entrepot status`, `entrepot module list` and
 * `entrepot generations` know of a running host. */

#pragma once

#include "core/base/buf.h"
#include "core/operation/host.h"

struct store_shared;

/* Appends the JSON object; store_shared may be NULL. */
void status_write(struct buf *b, struct arena *a, const struct host *host,
    const struct store_shared *store_shared);
