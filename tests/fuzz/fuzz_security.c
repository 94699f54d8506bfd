/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as a value to be masked, a day, a time, hexadecimal digits and a
 * table of the data-security module: what is accepted is written as it was
 * read, and a masked value shows no more than its rule says.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "modules/data-security/day.h"
#include "modules/data-security/mask.h"
#include "modules/data-security/table.h"

enum {
	POOL = 1 << 24
};

/* libFuzzer gives the name.  NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static _Alignas(max_align_t) char pool[POOL];
static size_t pool_used;

static void *
pool_alloc(void *owner, size_t size)
{
	char *at = pool + pool_used;

	(void)owner;
	size = (size + 15) & ~(size_t)15;
	if (size > POOL - pool_used)
		abort();
	pool_used += size;
	memset(at, 0, size);
	return at;
}

static const struct memory memory = { pool_alloc, NULL };

/* The most characters that may be seen; 0: no bound. */
static const struct {
	const char *type;
	size_t shown;
} types[] = {
	{ "cn_resident_id", 10 },
	{ "cn_mobile", 7 },
	{ "pan", 10 },
	{ "iban", 8 },
	{ "email", 0 },
	{ "name_zh", 0 },
	{ "name_latin", 0 },
	{ "address_zh", 0 },
	{ "ipv4", 0 },
	{ "other", 0 },
};

static void
mask(const char *value, size_t size)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		const char *masked = NULL;
		size_t seen = 0;

		if (mask_value(&memory, types[i].type, value, size, &masked) !=
		    NULL)
			continue;
		if (masked == NULL || strlen(masked) > size)
			abort();
		for (const char *p = masked; *p != '\0'; p++)
			seen += *p != '*';
		if (types[i].shown > 0 && seen > types[i].shown)
			abort();
	}
}

static void
calendar(const char *text, size_t size)
{
	char day_text[DAY_ROOM], time_text[TIME_ROOM];
	int64_t x, again;

	if (day_read(text, size, &x)) {
		day_write(x, day_text);
		if (memcmp(day_text, text, 10) != 0)
			abort();
		(void)day_add_months(x, 360);
	}
	if (time_read(text, size, &x)) {
		time_write(x, time_text);
		/* an offset can lead out of the years 1 to 9999 */
		if (time_read(time_text, strlen(time_text), &again) &&
		    again != x && memcmp(text, "0001", 4) != 0 &&
		    memcmp(text, "9999", 4) != 0)
			abort();
	}
}

static void
digits(const char *text, size_t size)
{
	struct span s;

	if (hex_read(&memory, text, size, &s) &&
	    (s.length * 2 != size ||
		strlen(hex_write(&memory, s.bytes, s.length)) != size))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	/* its own copy, so that reading behind the end is seen */
	char *text = malloc(size + 1);
	struct table t = { 0 };
	struct csv c;

	if (text == NULL)
		abort();
	memcpy(text, bytes, size);
	text[size] = '\0';
	pool_used = 0;
	if (size < 4096) {
		mask(text, size);
		calendar(text, size);
		digits(text, size);
		csv_open(&c, text, size, &memory);
		if (table_read(&t, &c, "a b") == NULL)
			for (size_t i = 0; i < t.n_rows; i++)
				(void)table_holds(&t, i, 20000);
	}
	free(text);
	return 0;
}
