/* SPDX-License-Identifier: BSD-2-Clause */

/* The sockets of a running host in its state folder. */

#pragma once

#include "core/base/err.h"

/* Connects to STATE/NAME of this type (SOCK_STREAM, SOCK_SEQPACKET).
 * Errors: EP_UNAVAILABLE "not_running" with what to do; EP_DENIED with whose
 * it is; EP_INVALID "path_too_long". */
ep_status socket_open(const char *state, const char *name, int type,
    int *fd_out, struct err *err);

/* The user that the folder belongs to, as words for errors. */
void socket_owner(const char *state, char *out, size_t size);
