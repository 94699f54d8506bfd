/* SPDX-License-Identifier: BSD-2-Clause */

/* How many cells of a terminal a character takes. */

#pragma once

#include <stddef.h>

/* 0 (combining), 1 or 2 (East Asian Wide and Fullwidth, Unicode annex 11) of
 * the character at *p, which moves behind it; a byte that is not UTF-8 takes
 * one.  *p < end. */
unsigned width_of(const char **p, const char *end);
