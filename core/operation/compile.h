/* SPDX-License-Identifier: BSD-2-Clause */

/* A declared operation made ready to run. */

#pragma once

#include "core/operation/host.h"

/* The n-th operation of the instance's manifest, its schemas compiled. */
ep_status operation_compile(struct arena *a, struct instance *instance,
    uint32_t n, struct operation **out, struct err *err);
