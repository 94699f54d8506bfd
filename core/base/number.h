/* SPDX-License-Identifier: BSD-2-Clause */

/* Numbers as text and back, whatever the process' locale is. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBER_ROOM 32 /* bytes number_format() may write, with its NUL */

/* The double nearest to digits[.digits][e[±]digits] with an optional minus;
 * the text is known to have that form and a byte that is none of it (a NUL,
 * a comma) follows its n bytes.  ±infinity when it is beyond the range. */
double number_parse(const char *text, size_t n);

/* The shortest decimal that reads back as the same finite double, in JSON's
 * form; returns its length. */
size_t number_format(double d, char out[NUMBER_ROOM]);

/* Are two texts of the above form the same decimal number, digit by digit?
 * 1.50 = 15e-1. */
bool number_equal(const char *a, size_t a_length, const char *b,
    size_t b_length);
