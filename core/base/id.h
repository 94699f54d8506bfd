/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Names for new things: UUID version 7 (RFC 9562 section 5.7).  48 bits of
 * milliseconds, 12 bits that count within one (section 6.2, method 1), 62
 * random bits from the kernel.  Each one is greater than all before it in
 * the process, also from other threads and when the clock steps back.
 */

#pragma once

#define ID_ROOM 37 /* 36 characters and a NUL */

/* 8-4-4-4-12 lower-case hexadecimal digits and a NUL.  Never fails, does not
 * wait but for the kernel's first random bytes after boot. */
void id_new(char out[ID_ROOM]);
