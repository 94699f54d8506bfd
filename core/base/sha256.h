/* SPDX-License-Identifier: BSD-2-Clause */

/* SHA-256 (FIPS 180-4) by OpenSSL, as 64 lower-case hexadecimal digits. */

#pragma once

#include "core/base/err.h"

#define SHA256_ROOM 65 /* the digits and a NUL */

void sha256_bytes(const void *bytes, size_t length, char hex_out[SHA256_ROOM]);

/* Of a whole regular file; its offset stays where it is.  Reads in pieces of
 * 64 KiB and blocks for as long as the disk does.  Errors: EP_UNAVAILABLE
 * "file_unreadable". */
ep_status sha256_file(int fd, char hex_out[SHA256_ROOM], struct err *err);
