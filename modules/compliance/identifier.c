/* SPDX-License-Identifier: BSD-2-Clause */

#include "identifier.h"

#include <string.h>

#include "identifier_scheme.h"

#define LENGTH(n) ((uint64_t)1 << (n))
#define LENGTHS(low, high) (LENGTH((high) + 1) - LENGTH(low))

enum {
	USUAL = IDENTIFIER_BLANK | IDENTIFIER_HYPHEN,
	VAT = USUAL | IDENTIFIER_DOT
};

/*
 * All schemes.  lengths holds a bit for each length that the normalised text
 * may have; 0 leaves the question to the function.  What is trimmed only has
 * nothing in removed: blanks at both ends always go.
 */
static const struct scheme {
	const char *name;
	unsigned removed;
	unsigned allowed;
	uint64_t lengths;
	identifier_scheme_fn *check; /* NULL: mrz_td3, it reads lines */
} schemes[] = {
	{ "uscc", USUAL, IDENTIFIER_BASE31, LENGTH(18), identifier_uscc },
	{ "cn_resident_id", USUAL, IDENTIFIER_DIGIT | IDENTIFIER_LETTER_X,
	    LENGTH(18), identifier_cn_resident_id },
	{ "gtin8", USUAL, IDENTIFIER_DIGIT, LENGTH(8), identifier_gtin },
	{ "gtin12", USUAL, IDENTIFIER_DIGIT, LENGTH(12), identifier_gtin },
	{ "gtin13", USUAL, IDENTIFIER_DIGIT, LENGTH(13), identifier_gtin },
	{ "gtin14", USUAL, IDENTIFIER_DIGIT, LENGTH(14), identifier_gtin },
	{ "sscc", USUAL | IDENTIFIER_BRACKET, IDENTIFIER_DIGIT, 0,
	    identifier_sscc },
	{ "hs", USUAL | IDENTIFIER_DOT, IDENTIFIER_DIGIT,
	    LENGTH(6) | LENGTH(8) | LENGTH(10), identifier_hs },
	{ "s10", USUAL, IDENTIFIER_ALNUM, LENGTH(13), identifier_s10 },
	{ "iso6346", USUAL, IDENTIFIER_ALNUM, LENGTH(11), identifier_iso6346 },
	{ "iban", USUAL, IDENTIFIER_ALNUM, LENGTHS(5, 34), identifier_iban },
	{ "bic", IDENTIFIER_BLANK, IDENTIFIER_ALNUM, LENGTH(8) | LENGTH(11),
	    identifier_bic },
	{ "lei", IDENTIFIER_BLANK, IDENTIFIER_ALNUM, LENGTH(20),
	    identifier_lei },
	{ "pan", USUAL, IDENTIFIER_DIGIT, LENGTHS(12, 19), identifier_pan },
	{ "eori", IDENTIFIER_BLANK, IDENTIFIER_ALNUM, LENGTHS(3, 17),
	    identifier_eori },
	{ "vat_eu", VAT, IDENTIFIER_ALNUM, 0, identifier_vat_eu },
	{ "vat_gb", VAT, IDENTIFIER_ALNUM, 0, identifier_vat_gb },
	{ "us_ein", USUAL, IDENTIFIER_DIGIT, LENGTH(9), identifier_us_ein },
	{ "imei", USUAL | IDENTIFIER_SLASH, IDENTIFIER_DIGIT,
	    LENGTH(15) | LENGTH(16), identifier_imei },
	{ "currency", 0, IDENTIFIER_LETTER, LENGTH(3), identifier_currency },
	{ "country", 0, IDENTIFIER_LETTER, LENGTH(2), identifier_country },
	{ "e164", USUAL | IDENTIFIER_DOT | IDENTIFIER_BRACKET,
	    IDENTIFIER_DIGIT | IDENTIFIER_PLUS, 0, identifier_e164 },
	{ "mrz_td3", 0, 0, 0, NULL },
	{ "cas", 0, IDENTIFIER_DIGIT | IDENTIFIER_HYPHEN, 0, identifier_cas },
	{ "cn_customs_reg", IDENTIFIER_BLANK, IDENTIFIER_ALNUM, LENGTH(10),
	    identifier_cn_customs_reg },
};

static const struct scheme *
scheme_find(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (strlen(schemes[i].name) == length &&
		    memcmp(schemes[i].name, name, length) == 0)
			return &schemes[i];
	}
	return NULL;
}

static enum identifier_error
scheme_check(const struct scheme *scheme, const struct identifier_data *data,
    const char *value, size_t length, struct identifier_result *result)
{
	struct identifier_text text;
	enum identifier_error error;

	if (scheme->check == NULL)
		return identifier_mrz_td3(value, length, result);
	error = identifier_text_read(value, length, scheme->removed,
	    scheme->allowed, &text);
	if (error != IDENTIFIER_OK)
		return error;
	if (scheme->lengths != 0 &&
	    (text.length > 63 || (scheme->lengths >> text.length & 1) == 0))
		return IDENTIFIER_LENGTH;
	error = scheme->check(data, &text, result);
	if (error == IDENTIFIER_OK && result->normalized_length == 0)
		identifier_set_normalized(result, text.at, text.length, "", 0);
	return error;
}

static struct identifier_detail *
detail_new(struct identifier_result *result, const char *name,
    enum identifier_kind kind)
{
	struct identifier_detail *detail =
	    &result->details[result->detail_count++];

	detail->name = name;
	detail->kind = kind;
	detail->number = 0;
	detail->length = 0;
	detail->text[0] = '\0';
	return detail;
}

void
identifier_add_text(struct identifier_result *result, const char *name,
    const char *text, size_t length)
{
	struct identifier_detail *detail = detail_new(result, name,
	    IDENTIFIER_TEXT);

	memcpy(detail->text, text, length);
	detail->text[length] = '\0';
	detail->length = length;
}

void
identifier_add_int(struct identifier_result *result, const char *name,
    int number)
{
	detail_new(result, name, IDENTIFIER_INT)->number = number;
}

void
identifier_add_bool(struct identifier_result *result, const char *name,
    bool value)
{
	detail_new(result, name, IDENTIFIER_BOOL)->number = value;
}

void
identifier_add_null(struct identifier_result *result, const char *name)
{
	detail_new(result, name, IDENTIFIER_NULL);
}

void
identifier_set_normalized(struct identifier_result *result, const char *first,
    size_t first_length, const char *second, size_t second_length)
{
	memcpy(result->normalized, first, first_length);
	memcpy(result->normalized + first_length, second, second_length);
	result->normalized_length = first_length + second_length;
	result->normalized[result->normalized_length] = '\0';
}

const char *
identifier_error_name(enum identifier_error error)
{
	static const char *const names[] = {
		[IDENTIFIER_OK] = "",
		[IDENTIFIER_UNKNOWN_TYPE] = "unknown_type",
		[IDENTIFIER_EMPTY] = "empty",
		[IDENTIFIER_CHARSET] = "charset",
		[IDENTIFIER_LENGTH] = "length",
		[IDENTIFIER_FORMAT] = "format",
		[IDENTIFIER_COMPONENT] = "component",
		[IDENTIFIER_CHECKSUM] = "checksum",
	};

	return names[error];
}

const char *
identifier_scheme_name(size_t index)
{
	if (index >= sizeof(schemes) / sizeof(schemes[0]))
		return NULL;
	return schemes[index].name;
}

void
identifier_check(const struct identifier_data *data, const char *type,
    size_t type_length, const char *value, size_t length,
    struct identifier_result *result_out)
{
	const struct scheme *scheme = scheme_find(type, type_length);

	result_out->normalized_length = 0;
	result_out->normalized[0] = '\0';
	result_out->detail_count = 0;
	result_out->field_count = 0;
	if (scheme == NULL)
		result_out->error = IDENTIFIER_UNKNOWN_TYPE;
	else if (value == NULL)
		result_out->error = IDENTIFIER_EMPTY;
	else
		result_out->error = scheme_check(scheme, data, value, length,
		    result_out);
	result_out->valid = result_out->error == IDENTIFIER_OK;
}
