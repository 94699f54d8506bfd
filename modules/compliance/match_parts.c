/* SPDX-License-Identifier: BSD-2-Clause */

#include "match.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

size_t
identifier_normalise(const char *text, size_t len, char *out, size_t cap)
{
	size_t i, n = 0;

	for (i = 0; i < len && n + 1 < cap; i++) {
		char c = text[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			out[n++] = c;
	}
	if (n == 11 && memcmp(out + 8, "XXX", 3) == 0)
		n = 8;
	out[n] = '\0';
	return n;
}

static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

static uint8_t
month_of(const char *word, size_t len)
{
	int i;

	for (i = 0; i < 12 && len >= 3; i++) {
		if (strncasecmp(word, months + (size_t)i * 3, 3) == 0)
			return (uint8_t)(i + 1);
	}
	return 0;
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The numbers and words of a date, in the order in which they stand. */
struct date_parts {
	int number[3];
	size_t digits[3];
	size_t count;
	uint8_t month, month_at;
	uint8_t circa;
	uint8_t other;
};

static void
date_word(struct date_parts *d, const char *word, size_t len)
{
	uint8_t month = month_of(word, len);

	if (month != 0 && d->month == 0) {
		d->month = month;
		d->month_at = (uint8_t)d->count;
	} else if (len >= 2 && strncasecmp(word, "circa", len) == 0)
		d->circa = 1;
	else if (len != 1)
		d->other = 1;
}

static void
date_split(const char *text, size_t len, struct date_parts *d)
{
	size_t i = 0;

	memset(d, 0, sizeof(*d));
	while (i < len && !d->other) {
		size_t from = i;

		if (is_digit(text[i])) {
			int n = 0;

			while (i < len && is_digit(text[i]) && i - from < 4)
				n = n * 10 + (text[i++] - '0');
			if (d->count == 3)
				return;
			d->number[d->count] = n;
			d->digits[d->count++] = i - from;
		} else if (is_letter(text[i])) {
			while (i < len && is_letter(text[i]))
				i++;
			date_word(d, text + from, i - from);
		} else
			i++;
	}
}

static int
date_valid(const struct birth_date *d)
{
	return d->year >= 1000 && d->year <= 2999 && d->month <= 12 &&
	    d->day <= 31;
}

int
birth_date_read(const char *text, size_t len, struct birth_date *date_out)
{
	struct date_parts d;
	struct birth_date out = { 0, 0, 0, 0 };

	date_split(text, len, &d);
	if (d.other || d.count == 0)
		return 0;
	out.circa = d.circa;
	out.month = d.month;
	if (d.digits[0] == 4) {
		out.year = (int16_t)d.number[0];
		if (d.month == 0 && d.count > 1 && d.number[1] <= 12)
			out.month = (uint8_t)d.number[1];
		if (d.month == 0 && d.count > 2 && d.number[2] <= 31)
			out.day = (uint8_t)d.number[2];
		if (d.month == 0 && d.count > 1 && d.digits[1] == 4) {
			out.month = 0;
			out.day = 0;
			out.circa = 1; /* "1960 to 1965" */
		}
	} else if (d.count > 1 && d.month != 0 && d.digits[1] == 4) {
		out.day = (uint8_t)(d.number[0] & 31);
		out.year = (int16_t)d.number[1];
	} else if (d.count > 2 && d.digits[2] == 4) {
		out.day = (uint8_t)(d.number[0] & 31);
		out.month = (uint8_t)(d.number[1] & 15);
		out.year = (int16_t)d.number[2];
	} else
		return 0;
	if (!date_valid(&out))
		return 0;
	*date_out = out;
	return 1;
}

enum name_view
view_of(enum party_type type)
{
	switch (type) {
	case PARTY_INDIVIDUAL:
		return VIEW_PERSON;
	case PARTY_VESSEL:
	case PARTY_AIRCRAFT:
		return VIEW_CRAFT;
	case PARTY_ENTITY:
	case PARTY_ANY:
		break;
	}
	return VIEW_ENTITY;
}
