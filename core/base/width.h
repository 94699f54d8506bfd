/* SPDX-License-Identifier: BSD-2-Clause */

/* How many columns of a terminal a text takes, whatever the locale: East
 * Asian wide and full-width characters two (Unicode Standard Annex 11),
 * combining marks and joiners none.  What is not UTF-8 counts one a byte. */

#pragma once

#include <stddef.h>
#include <stdint.h>

unsigned width_of_character(uint32_t c);
unsigned width_of(const char *text);

/* Of the character at *p, which moves behind it; *p < end. */
unsigned width_next(const char **p, const char *end);

/* Bytes of the longest beginning that fits into so many columns. */
size_t width_cut(const char *text, unsigned columns);
