/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The data files as look-up tables.  Codes of two letters index an array of
 * 26 * 26, numbers index bitmaps, the currencies stay in the order of their
 * file, which must be that of their codes.  A table is about 150 kB for each
 * instance of the module and is never written again.
 */

#include "identifier_data.h"

#include <stdio.h>
#include <string.h>

#include "identifier.h"
#include "identifier_csv.h"

enum {
	PAIRS = 26 * 26,
	CURRENCIES_MAX = 512,
	CALLING_TWO = 10, /* where the codes of two and three digits begin */
	CALLING_THREE = 110,
	CALLING_COUNT = 1110,
	WORDS_MAX = 240
};

struct identifier_data {
	struct identifier_country countries[PAIRS];
	struct identifier_iban ibans[PAIRS];
	struct identifier_currency currencies[CURRENCIES_MAX];
	size_t currency_count;
	uint64_t hs2[2], hs4[157], hs6[15625];
	uint64_t calling[(CALLING_COUNT + 63) / 64];
	uint64_t ein[2];
};

static bool
bit_get(const uint64_t *bits, size_t index)
{
	return (bits[index / 64] >> (index % 64) & 1) != 0;
}

static void
bit_set(uint64_t *bits, size_t index)
{
	bits[index / 64] |= (uint64_t)1 << (index % 64);
}

/* The value of count digits, or SIZE_MAX if one of them is none. */
static size_t
digits_value(const char *digits, size_t count)
{
	size_t value = 0;

	for (size_t i = 0; i < count; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return SIZE_MAX;
		value = value * 10 + (size_t)(digits[i] - '0');
	}
	return value;
}

/* The place of two capital letters in an array of PAIRS, or SIZE_MAX. */
static size_t
pair_index(const char *letters)
{
	if (letters[0] < 'A' || letters[0] > 'Z' || letters[1] < 'A' ||
	    letters[1] > 'Z')
		return SIZE_MAX;
	return (size_t)(letters[0] - 'A') * 26 + (size_t)(letters[1] - 'A');
}

static bool
field_is_letters(const struct identifier_csv_field *field, size_t count)
{
	if (field->length != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (field->at[i] < 'A' || field->at[i] > 'Z')
			return false;
	}
	return true;
}

static bool
field_is_digits(const struct identifier_csv_field *field, size_t count)
{
	return field->length == count &&
	    digits_value(field->at, count) != SIZE_MAX;
}

/* Each reads one row and returns NULL, or what it had expected. */

static const char *
country_read(struct identifier_data *data, const struct identifier_csv *row)
{
	const struct identifier_csv_field *field = row->fields;
	struct identifier_country *country;

	if (row->field_count != 8)
		return "8 fields";
	if (!field_is_letters(&field[0], 2))
		return "alpha2: two capital letters";
	if (!field_is_letters(&field[1], 3))
		return "alpha3: three capital letters";
	if (!field_is_digits(&field[2], 3))
		return "numeric: three digits";
	if (field[7].length != 1 ||
	    (field[7].at[0] != '0' && field[7].at[0] != '1'))
		return "eu_member: 0 or 1";
	country = &data->countries[pair_index(field[0].at)];
	if (country->alpha2[0] != '\0')
		return "alpha2: a country that no earlier line has";
	memcpy(country->alpha2, field[0].at, 2);
	memcpy(country->alpha3, field[1].at, 3);
	memcpy(country->numeric, field[2].at, 3);
	country->is_eu_member = field[7].at[0] == '1';
	return NULL;
}

static const char *
currency_read(struct identifier_data *data, const struct identifier_csv *row)
{
	const struct identifier_csv_field *field = row->fields;
	struct identifier_currency *currency;

	if (row->field_count != 4)
		return "4 fields";
	if (!field_is_letters(&field[0], 3))
		return "code: three capital letters";
	if (!field_is_digits(&field[1], 3))
		return "numeric: three digits";
	if (field[2].length != 0 && !field_is_digits(&field[2], 1))
		return "minor_unit: one digit or nothing";
	if (data->currency_count == CURRENCIES_MAX)
		return "not more than 512 currencies";
	currency = &data->currencies[data->currency_count];
	if (data->currency_count > 0 &&
	    memcmp(currency[-1].code, field[0].at, 3) >= 0)
		return "code: behind the code of the line before";
	memcpy(currency->code, field[0].at, 3);
	memcpy(currency->numeric, field[1].at, 3);
	currency->minor_unit = -1;
	if (field[2].length == 1)
		currency->minor_unit = field[2].at[0] - '0';
	data->currency_count++;
	return NULL;
}

static const char *
calling_code_read(struct identifier_data *data,
    const struct identifier_csv *row)
{
	static const size_t base[] = { 0, CALLING_TWO, CALLING_THREE };
	const struct identifier_csv_field *code = &row->fields[0];

	if (row->field_count != 2)
		return "2 fields";
	if (code->length < 1 || code->length > 3 ||
	    !field_is_digits(code, code->length))
		return "calling_code: one to three digits";
	bit_set(data->calling,
	    base[code->length - 1] + digits_value(code->at, code->length));
	return NULL;
}

static const char *
hs_read(struct identifier_data *data, const struct identifier_csv *row)
{
	const struct identifier_csv_field *code = &row->fields[0];
	size_t level;

	if (row->field_count != 5)
		return "5 fields";
	if (!field_is_digits(&row->fields[1], 1))
		return "level: 2, 4 or 6";
	level = digits_value(row->fields[1].at, 1);
	if (level != 2 && level != 4 && level != 6)
		return "level: 2, 4 or 6";
	if (!field_is_digits(code, level))
		return "hscode: as many digits as its level says";
	bit_set(level == 2   ? data->hs2
		: level == 4 ? data->hs4
			     : data->hs6,
	    digits_value(code->at, level));
	return NULL;
}

static bool
is_bban_class(char c)
{
	return c == 'n' || c == 'a' || c == 'c';
}

/* "4n4n12c": up to eight runs of a count and a class. */
static bool
iban_structure_read(const struct identifier_csv_field *field,
    struct identifier_iban *iban)
{
	size_t at = 0, sum = 4;

	while (at < field->length && iban->run_count < IDENTIFIER_IBAN_RUNS) {
		struct identifier_iban_run *run = &iban->runs[iban->run_count];
		size_t start = at, count;

		while (at < field->length && at - start < 2 &&
		    field->at[at] >= '0' && field->at[at] <= '9')
			at++;
		count = digits_value(field->at + start, at - start);
		if (count == 0 || at == field->length ||
		    !is_bban_class(field->at[at]))
			return false;
		run->count = (uint8_t)count;
		run->class = field->at[at++];
		iban->run_count++;
		sum += count;
	}
	return at == field->length && sum == iban->length;
}

static const char *
iban_read(struct identifier_data *data, const struct identifier_csv *row)
{
	const struct identifier_csv_field *field = row->fields;
	struct identifier_iban *iban;

	if (row->field_count != 4)
		return "4 fields";
	if (!field_is_letters(&field[0], 2))
		return "country: two capital letters";
	if (!field_is_digits(&field[1], 2))
		return "length: two digits";
	iban = &data->ibans[pair_index(field[0].at)];
	if (iban->length != 0)
		return "country: one that no earlier line has";
	iban->length = (uint8_t)digits_value(field[1].at, 2);
	if (iban->length < 5 || iban->length > 34)
		return "length: 05 to 34";
	if (!iban_structure_read(&field[2], iban))
		return "bban_structure: up to 8 runs such as 4n or 12c that "
		       "make the length less 4";
	return NULL;
}

static const char *
ein_prefix_read(struct identifier_data *data, const struct identifier_csv *row)
{
	if (row->field_count != 1 || !field_is_digits(&row->fields[0], 2))
		return "two digits";
	bit_set(data->ein, digits_value(row->fields[0].at, 2));
	return NULL;
}

typedef const char *row_read_fn(struct identifier_data *data,
    const struct identifier_csv *row);

static const struct table {
	const char *name;
	const char *header; /* NULL: the first line is a row already */
	row_read_fn *read;
} tables[] = {
	{ "countries.csv",
	    "alpha2,alpha3,numeric,name_en,name_zh,currency,dial,eu_member",
	    country_read },
	{ "currencies.csv", "code,numeric,minor_unit,name", currency_read },
	{ "e164_country_codes.csv", "calling_code,regions", calling_code_read },
	{ "hs6.csv", "hscode,level,section,parent,description", hs_read },
	{ "iban.csv", "country,length,bban_structure,name", iban_read },
	{ "us_ein_prefixes.txt", NULL, ein_prefix_read },
};

static const char *
words_new(const struct memory *memory, const struct table *table, size_t line,
    const char *expected)
{
	char *words = memory->alloc(memory->owner, WORDS_MAX);

	if (line == 0)
		(void)snprintf(words, WORDS_MAX,
		    "%s: missing or empty, expected %s", table->name, expected);
	else
		(void)snprintf(words, WORDS_MAX, "%s line %zu: expected %s",
		    table->name, line, expected);
	return words;
}

static const char *
table_read(const struct memory *memory, const struct table *table,
    const struct identifier_file *file, struct identifier_data *data)
{
	struct identifier_csv row;
	const char *expected;
	size_t rows = 0;

	identifier_csv_start(&row, file->text, file->length);
	if (table->header != NULL && identifier_csv_next(&row) &&
	    !identifier_csv_is(&row, table->header))
		return words_new(memory, table, row.line, table->header);
	while (identifier_csv_next(&row)) {
		expected = table->read(data, &row);
		if (expected != NULL)
			return words_new(memory, table, row.line, expected);
		rows++;
	}
	return rows > 0 ? NULL : words_new(memory, table, 0, "rows of data");
}

const char *
identifier_data_new(const struct memory *memory,
    const struct identifier_file *files, size_t count,
    struct identifier_data **data_out)
{
	struct identifier_data *data = memory->alloc(memory->owner,
	    sizeof(*data));
	const char *words;

	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		size_t f = 0;

		while (f < count && strcmp(files[f].name, tables[t].name) != 0)
			f++;
		if (f == count)
			return words_new(memory, &tables[t], 0,
			    "among the data files of the module");
		words = table_read(memory, &tables[t], &files[f], data);
		if (words != NULL)
			return words;
	}
	*data_out = data;
	return NULL;
}

const struct identifier_country *
identifier_country_find(const struct identifier_data *data, const char *alpha2)
{
	size_t index = pair_index(alpha2);

	if (index == SIZE_MAX || data->countries[index].alpha2[0] == '\0')
		return NULL;
	return &data->countries[index];
}

const struct identifier_currency *
identifier_currency_find(const struct identifier_data *data, const char *code)
{
	size_t low = 0, high = data->currency_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(code, data->currencies[middle].code, 3);

		if (order == 0)
			return &data->currencies[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct identifier_iban *
identifier_iban_find(const struct identifier_data *data, const char *alpha2)
{
	size_t index = pair_index(alpha2);

	if (index == SIZE_MAX || data->ibans[index].length == 0)
		return NULL;
	return &data->ibans[index];
}

bool
identifier_hs_exists(const struct identifier_data *data, const char *digits,
    size_t count)
{
	size_t value = digits_value(digits, count);

	if (value == SIZE_MAX || (count != 2 && count != 4 && count != 6))
		return false;
	return bit_get(count == 2 ? data->hs2
		: count == 4      ? data->hs4
				  : data->hs6,
	    value);
}

bool
identifier_calling_code_exists(const struct identifier_data *data,
    const char *digits, size_t count)
{
	static const size_t base[] = { 0, CALLING_TWO, CALLING_THREE };
	size_t value;

	if (count < 1 || count > 3)
		return false;
	value = digits_value(digits, count);
	return value != SIZE_MAX &&
	    bit_get(data->calling, base[count - 1] + value);
}

bool
identifier_ein_prefix_exists(const struct identifier_data *data,
    const char *digits)
{
	size_t value = digits_value(digits, 2);

	return value != SIZE_MAX && bit_get(data->ein, value);
}
