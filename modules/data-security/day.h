/* SPDX-License-Identifier: BSD-2-Clause */

/* Days of the calendar, and times as RFC 3339 writes them. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DAY_ROOM 11  /* YYYY-MM-DD and a NUL */
#define TIME_ROOM 21 /* YYYY-MM-DDThh:mm:ssZ and a NUL */

/* YYYY-MM-DD, a day that exists from year 1 to 9999; out is days since
 * 1970-01-01. */
bool day_read(const char *text, size_t length, int64_t *out);
void day_write(int64_t day, char out[DAY_ROOM]);

/* So many months later, at the month's last day when it is shorter
 * (Regulation (EEC, Euratom) 1182/71, Article 3(2)(c)). */
int64_t day_add_months(int64_t day, int months);

/* Saturday or Sunday? */
bool day_is_weekend(int64_t day);

/* YYYY-MM-DDThh:mm:ss, perhaps a fraction, which is dropped, then Z or an
 * offset +hh:mm; out is seconds since 1970-01-01T00:00:00Z. */
bool time_read(const char *text, size_t length, int64_t *out);
void time_write(int64_t seconds, char out[TIME_ROOM]);
