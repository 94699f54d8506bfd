/* SPDX-License-Identifier: BSD-2-Clause */

/* Days of the calendar and times of ISO 20022 messages. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* YYYY-MM-DD, a day that exists; out is days since 1970-01-01. */
bool day_read(const char *text, size_t length, int64_t *out);

/* YYYY-MM-DDThh:mm:ss, then a point and digits or nothing, then Z, an offset
 * +hh:mm or nothing. */
bool time_is_good(const char *text, size_t length);
