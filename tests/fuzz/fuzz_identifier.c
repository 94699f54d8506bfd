/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as a value of each scheme, and the same bytes as each data file.
 * What is valid must have a normal form that is valid again and the same.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "modules/compliance/identifier.h"

static const char countries[] =
    "alpha2,alpha3,numeric,name_en,name_zh,currency,dial,eu_member\n"
    "CN,CHN,156,,,,,0\nDE,DEU,276,,,,,1\n";
static const char currencies[] = "code,numeric,minor_unit,name\nCNY,156,2,\n";
static const char calling[] = "calling_code,regions\n1,\n49,\n86,\n";
static const char hs[] =
    "hscode,level,section,parent,description\n85,2,,,\n8517,4,,,\n"
    "851713,6,,,\n";
static const char iban[] =
    "country,length,bban_structure,name\nDE,22,8n10n,\nMT,31,4a5n18c,\n";
static const char ein[] = "12\n";

static const struct identifier_file files[] = {
	{ "countries.csv", countries, sizeof(countries) - 1 },
	{ "currencies.csv", currencies, sizeof(currencies) - 1 },
	{ "e164_country_codes.csv", calling, sizeof(calling) - 1 },
	{ "hs6.csv", hs, sizeof(hs) - 1 },
	{ "iban.csv", iban, sizeof(iban) - 1 },
	{ "us_ein_prefixes.txt", ein, sizeof(ein) - 1 },
};

enum {
	FILES = sizeof(files) / sizeof(files[0]),
	POOL = 1 << 20
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

static void
try_each_scheme(const struct identifier_data *data, const char *value,
    size_t size)
{
	const char *name;

	for (size_t i = 0; (name = identifier_scheme_name(i)) != NULL; i++) {
		struct identifier_result first, second;

		identifier_check(data, name, strlen(name), value, size, &first);
		if (!first.valid)
			continue;
		identifier_check(data, name, strlen(name), first.normalized,
		    first.normalized_length, &second);
		if (!second.valid ||
		    strcmp(first.normalized, second.normalized) != 0)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct identifier_data *data;
	static size_t kept;

	if (data == NULL) {
		if (identifier_data_new(&memory, files, FILES, &data) != NULL)
			abort();
		kept = pool_used;
	}
	try_each_scheme(data, (const char *)bytes, size);
	for (size_t f = 0; f < FILES; f++) {
		struct identifier_file changed[FILES];
		struct identifier_data *other;

		memcpy(changed, files, sizeof(files));
		changed[f].text = (const char *)bytes;
		changed[f].length = size;
		(void)identifier_data_new(&memory, changed, FILES, &other);
		pool_used = kept;
	}
	return 0;
}
