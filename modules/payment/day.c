/* SPDX-License-Identifier: BSD-2-Clause */

#include "day.h"

#include <string.h>

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
	*out = days_before(year, month) + day - 1 - days_before(1970, 1);
	return true;
}

static bool
is_offset(const char *p, size_t n)
{
	int hours, minutes;

	if (n == 0 || (n == 1 && *p == 'Z'))
		return true;
	if (n != 6 || (*p != '+' && *p != '-') || p[3] != ':')
		return false;
	hours = digits(p + 1, 2);
	minutes = digits(p + 4, 2);
	return hours >= 0 && hours <= 14 && minutes >= 0 && minutes < 60;
}

bool
time_is_good(const char *text, size_t length)
{
	int64_t unused;
	size_t at = 19;

	if (length < at || text[10] != 'T' || text[13] != ':' ||
	    text[16] != ':' || !day_read(text, 10, &unused))
		return false;
	if (digits(text + 11, 2) < 0 || digits(text + 11, 2) > 23 ||
	    digits(text + 14, 2) < 0 || digits(text + 14, 2) > 59 ||
	    digits(text + 17, 2) < 0 || digits(text + 17, 2) > 59)
		return false;
	if (at < length && text[at] == '.') {
		size_t n = strspn(text + at + 1, "0123456789");

		if (n == 0)
			return false;
		at += 1 + n;
	}
	return is_offset(text + at, length - at);
}
