/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * mrz_td3: the machine readable zone of a passport, ICAO Doc 9303 part 4, two
 * lines of 44 characters; check digits by part 3 section 4.9 (weights 7 3 1,
 * letters 10 to 35, filler 0).  The optional field alone may carry a filler as
 * its check digit when it is all filler.
 *
 * The order of the tests is the scheme's own: two lines, charset, length, the
 * document code P, and then all five check digits, so that the answer names
 * each field that was misread.
 */

#include "identifier_scheme.h"

#include <string.h>

enum {
	LINE = 44,
	NAME_START = 5,
	NAME_LENGTH = 39
};

static unsigned
weighted_sum(unsigned *place, const char *at, size_t count)
{
	static const uint8_t weights[] = { 7, 3, 1 };
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++, (*place)++) {
		if (at[i] != '<')
			sum += identifier_value(at[i]) * weights[*place % 3];
	}
	return sum;
}

static bool
field_is_right(const char *line, size_t first, size_t count)
{
	unsigned place = 0;
	unsigned sum = weighted_sum(&place, line + first, count);

	return line[first + count] == (char)('0' + sum % 10);
}

static bool
composite_is_right(const char *line)
{
	unsigned place = 0;
	unsigned sum = weighted_sum(&place, line, 10);

	sum += weighted_sum(&place, line + 13, 7);
	sum += weighted_sum(&place, line + 21, 22);
	return line[43] == (char)('0' + sum % 10);
}

static bool
optional_is_right(const char *line)
{
	if (strspn(line + 28, "<") >= 15)
		return true; /* field and check digit are all filler */
	return field_is_right(line, 28, 14);
}

static enum identifier_error
check_digits(const char *line, struct identifier_result *result)
{
	const struct {
		const char *name;
		bool is_right;
	} fields[] = {
		{ "document_number", field_is_right(line, 0, 9) },
		{ "birth_date", field_is_right(line, 13, 6) },
		{ "expiry_date", field_is_right(line, 21, 6) },
		{ "optional", optional_is_right(line) },
		{ "composite", composite_is_right(line) },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!fields[i].is_right)
			result->fields[result->field_count++] = fields[i].name;
	}
	return result->field_count == 0 ? IDENTIFIER_OK : IDENTIFIER_CHECKSUM;
}

/* Write runs of filler as one space, none at the ends. */
static void
name_add(struct identifier_result *result, const char *name, const char *at,
    size_t length)
{
	char words[NAME_LENGTH];
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		if (at[i] == '<')
			continue;
		if (count > 0 && at[i - 1] == '<')
			words[count++] = ' ';
		words[count++] = at[i];
	}
	identifier_add_text(result, name, words, count);
}

/* A field whose filler only pads it. */
static void
field_add(struct identifier_result *result, const char *name, const char *at,
    size_t length)
{
	while (length > 0 && at[length - 1] == '<')
		length--;
	identifier_add_text(result, name, at, length);
}

static void
details_add(const char *first, const char *second,
    struct identifier_result *result)
{
	const char *names = first + NAME_START;
	const char *given = strstr(names, "<<");
	size_t surname = given == NULL ? NAME_LENGTH : (size_t)(given - names);

	field_add(result, "issuer", first + 2, 3);
	name_add(result, "surname", names, surname);
	name_add(result, "given", names + surname, NAME_LENGTH - surname);
	field_add(result, "number", second, 9);
	field_add(result, "nationality", second + 10, 3);
	identifier_add_text(result, "birth", second + 13, 6);
	identifier_add_text(result, "sex", second + 20, 1);
	identifier_add_text(result, "expiry", second + 21, 6);
}

static enum identifier_error
line_read(const char *value, size_t length, struct identifier_text *line)
{
	return identifier_text_read(value, length, 0,
	    IDENTIFIER_ALNUM | IDENTIFIER_ANGLE, line);
}

enum identifier_error
identifier_mrz_td3(const char *value, size_t length,
    struct identifier_result *result)
{
	struct identifier_text first, second;
	char joined[LINE + 1];
	const char *feed;
	enum identifier_error error;

	identifier_trim(&value, &length);
	if (length == 0)
		return IDENTIFIER_EMPTY;
	feed = memchr(value, '\n', length);
	if (feed == NULL ||
	    memchr(feed + 1, '\n', length - (size_t)(feed + 1 - value)) != NULL)
		return IDENTIFIER_FORMAT;
	error = line_read(value, (size_t)(feed - value), &first);
	if (error != IDENTIFIER_OK)
		return error;
	error = line_read(feed + 1, length - (size_t)(feed + 1 - value),
	    &second);
	if (error != IDENTIFIER_OK)
		return error;
	if (first.length != LINE || second.length != LINE)
		return IDENTIFIER_LENGTH;
	if (first.at[0] != 'P')
		return IDENTIFIER_FORMAT;
	error = check_digits(second.at, result);
	if (error != IDENTIFIER_OK)
		return error;
	details_add(first.at, second.at, result);
	memcpy(joined, first.at, LINE);
	joined[LINE] = '\n';
	identifier_set_normalized(result, joined, sizeof(joined), second.at,
	    LINE);
	return IDENTIFIER_OK;
}
