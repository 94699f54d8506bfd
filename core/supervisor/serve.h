/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * `entrepot serve`: the supervisor.  It owns the listening sockets, the lock
 * on the state folder and the children, and decides what happens when one
 * ends.  It parses nothing that comes from outside and never runs a module.
 */

#pragma once

#include "core/base/err.h"

struct serve_options {
	const char *config;        /* path of entrepot.yaml */
	const char *module_folder; /* of modules that name no file */
	const char *listen;        /* overrides, or NULL */
	const char *state;
};

/* Returns the exit code. */
int serve(const struct serve_options *options);
