/* SPDX-License-Identifier: BSD-2-Clause */

#include "day.h"

#include <stdio.h>
#include <string.h>

#define DAY_SECONDS 86400

/* The number of so many digits; -1 when one is none. */
static int
digits(const char *text, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && is_leap);
}

/* Days before the first of a month, of the proleptic Gregorian calendar; the
 * year begins with March, so that the leap day is its last. */
static int64_t
days_before(int year, int month)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = (month + 9) % 12;

	return 365 * y + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10;
}

static int64_t
day_of(int year, int month, int day)
{
	return days_before(year, month) + day - 1 - days_before(1970, 1);
}

bool
day_read(const char *text, size_t length, int64_t *out)
{
	int year, month, day;

	if (length != 10 || text[4] != '-' || text[7] != '-')
		return false;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	if (year < 1 || month < 1 || month > 12 || day < 1 ||
	    day > days_in(year, month))
		return false;
	*out = day_of(year, month, day);
	return true;
}

/* A day taken apart. */
static void
day_split(int64_t day, int *year, int *month, int *left)
{
	*year = (int)(1970 + day / 366);
	while (day_of(*year + 1, 1, 1) <= day)
		++*year;
	while (day_of(*year, 1, 1) > day)
		--*year;
	*month = 1;
	while (*month < 12 && day_of(*year, *month + 1, 1) <= day)
		++*month;
	*left = (int)(day - day_of(*year, *month, 1)) + 1;
}

void
day_write(int64_t day, char out[DAY_ROOM])
{
	int year, month, left;

	day_split(day, &year, &month, &left);
	(void)snprintf(out, DAY_ROOM, "%04u-%02u-%02u", (unsigned)year % 10000,
	    (unsigned)month % 100, (unsigned)left % 100);
}

int64_t
day_add_months(int64_t day, int months)
{
	int year, month, left, most;

	day_split(day, &year, &month, &left);
	month += months - 1;
	year += month / 12;
	month = month % 12 + 1;
	most = days_in(year, month);
	return day_of(year, month, left < most ? left : most);
}

bool
day_is_weekend(int64_t day)
{
	int64_t n = (day % 7 + 7) % 7; /* 1970-01-01 was a Thursday */

	return n == 2 || n == 3;
}

/* Seconds of "Z" or "+hh:mm". */
static bool
offset_read(const char *p, size_t n, int64_t *out)
{
	int hours, minutes;

	*out = 0;
	if (n == 1 && (*p == 'Z' || *p == 'z'))
		return true;
	if (n != 6 || (*p != '+' && *p != '-') || p[3] != ':')
		return false;
	hours = digits(p + 1, 2);
	minutes = digits(p + 4, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*out = hours * INT64_C(3600) + minutes * INT64_C(60);
	if (*p == '-')
		*out = -*out;
	return true;
}

bool
time_read(const char *text, size_t length, int64_t *out)
{
	int hours, minutes, seconds;
	int64_t day, offset;
	size_t at = 19;

	if (length <= at || (text[10] != 'T' && text[10] != 't') ||
	    text[13] != ':' || text[16] != ':' || !day_read(text, 10, &day))
		return false;
	hours = digits(text + 11, 2);
	minutes = digits(text + 14, 2);
	seconds = digits(text + 17, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 ||
	    seconds < 0 || seconds > 59)
		return false;
	if (text[at] == '.') {
		size_t n = strspn(text + at + 1, "0123456789");

		if (n == 0)
			return false;
		at += 1 + n;
	}
	if (at >= length || !offset_read(text + at, length - at, &offset))
		return false;
	*out = day * DAY_SECONDS + hours * INT64_C(3600) +
	    minutes * INT64_C(60) + seconds - offset;
	return true;
}

void
time_write(int64_t seconds, char out[TIME_ROOM])
{
	int64_t day = seconds / DAY_SECONDS, left = seconds % DAY_SECONDS;
	unsigned rest;

	if (left < 0) {
		day--;
		left += DAY_SECONDS;
	}
	rest = (unsigned)left;
	day_write(day, out);
	(void)snprintf(out + DAY_ROOM - 1, TIME_ROOM - DAY_ROOM + 1,
	    "T%02u:%02u:%02uZ", rest / 3600 % 24, rest / 60 % 60, rest % 60);
}
