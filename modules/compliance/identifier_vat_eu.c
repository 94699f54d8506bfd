/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * VAT identification numbers of the European Union: one row for each member
 * with the shape of the body and, where the member's check is public and
 * stable, a function for it.
 *
 * Shapes: Directive 2006/112/EC articles 214 and 215, and the table of number
 * formats that the Commission publishes with VIES.  Checks: as the members'
 * tax authorities describe them (DE and others by ISO 7064 MOD 11,10; FR, IT,
 * SE by the Luhn formula; ES by Orden EHA/451/2008).  A member without a
 * function is tested for shape alone; only VIES knows whether a number is
 * really assigned.  Greece is EL here, GR is accepted and rewritten.
 */

#include "identifier_scheme.h"

#include <string.h>

typedef bool body_check_fn(const char *body);

/* The sum of the digits of a number below 20. */
static unsigned
cross_sum(unsigned number)
{
	return number / 10 + number % 10;
}

static bool
at_check(const char *body)
{
	unsigned sum = 4;

	for (size_t i = 1; i <= 7; i++)
		sum += cross_sum(
		    identifier_value(body[i]) * (i % 2 == 0 ? 2 : 1));
	return (10 - sum % 10) % 10 == identifier_value(body[8]);
}

static bool
be_check(const char *body)
{
	return 97 - identifier_number(body, 8) % 97 ==
	    identifier_number(body + 8, 2);
}

static bool
de_check(const char *body)
{
	return identifier_mod11_10(body, 9);
}

static bool
dk_check(const char *body)
{
	static const uint8_t weights[] = { 2, 7, 6, 5, 4, 3, 2, 1 };

	return identifier_weighted(body, weights, 8) % 11 == 0;
}

static bool
el_check(const char *body)
{
	unsigned sum = 0;

	for (size_t i = 0; i < 8; i++)
		sum = sum * 2 + identifier_value(body[i]);
	return sum * 2 % 11 % 10 == identifier_value(body[8]);
}

static bool
es_entity_check(const char *body)
{
	unsigned sum = 0, check;

	for (size_t i = 1; i <= 7; i++)
		sum += cross_sum(
		    identifier_value(body[i]) * (i % 2 == 1 ? 2 : 1));
	check = (10 - sum % 10) % 10;
	if (body[8] == (char)('0' + check))
		return strchr("KPQSNW", body[0]) == NULL;
	if (body[8] == "JABCDEFGHI"[check])
		return strchr("ABEH", body[0]) == NULL;
	return false;
}

static bool
es_check(const char *body)
{
	static const char letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";
	unsigned number;

	if (body[0] >= '0' && body[0] <= '9')
		number = identifier_number(body, 8);
	else if (strchr("KLM", body[0]) != NULL)
		number = identifier_number(body + 1, 7);
	else if (strchr("XYZ", body[0]) != NULL)
		number = (unsigned)(body[0] - 'X') * 10000000 +
		    identifier_number(body + 1, 7);
	else
		return es_entity_check(body);
	return body[8] == letters[number % 23];
}

static bool
fi_check(const char *body)
{
	static const uint8_t weights[] = { 7, 9, 10, 5, 8, 4, 2, 1 };

	return identifier_weighted(body, weights, 8) % 11 == 0;
}

static bool
fr_check(const char *body)
{
	unsigned siren = identifier_number(body + 2, 9);

	if (!identifier_luhn(body + 2, 9))
		return false;
	return !identifier_all_digits(body, 2) ||
	    (12 + 3 * (siren % 97)) % 97 == identifier_number(body, 2);
}

static bool
hu_check(const char *body)
{
	static const uint8_t weights[] = { 9, 7, 3, 1, 9, 7, 3, 1 };

	return identifier_weighted(body, weights, 8) % 10 == 0;
}

static bool
ie_check(const char *body)
{
	static const uint8_t weights[] = { 8, 7, 6, 5, 4, 3, 2 };
	unsigned sum = identifier_weighted(body, weights, 7);

	if (body[8] != '\0')
		sum += 9 * (unsigned)(body[8] - 'A' + 1);
	return body[7] == "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23];
}

static bool
it_check(const char *body)
{
	unsigned office = identifier_number(body + 7, 3);

	return identifier_luhn(body, 11) && identifier_number(body, 7) != 0 &&
	    ((office >= 1 && office <= 100) || office == 120 || office == 121 ||
		office == 888 || office == 999);
}

static bool
lu_check(const char *body)
{
	return identifier_number(body, 6) % 89 ==
	    identifier_number(body + 6, 2);
}

/* Firms carry a number with a check digit of its own, one-man businesses since
 * 2020 one that satisfies MOD 97-10 together with the prefix. */
static bool
nl_check(const char *body)
{
	static const uint8_t weights[] = { 9, 8, 7, 6, 5, 4, 3, 2 };

	if (identifier_number(body, 9) == 0 ||
	    identifier_number(body + 10, 2) == 0)
		return false;
	return identifier_weighted(body, weights, 8) % 11 ==
	    identifier_value(body[8]) ||
	    identifier_mod97(identifier_mod97(0, "NL", 2), body, 12) == 1;
}

static bool
pl_check(const char *body)
{
	static const uint8_t weights[] = { 6, 5, 7, 2, 3, 4, 5, 6, 7 };

	return identifier_weighted(body, weights, 9) % 11 ==
	    identifier_value(body[9]);
}

static bool
pt_check(const char *body)
{
	static const uint8_t weights[] = { 9, 8, 7, 6, 5, 4, 3, 2 };
	unsigned check = 11 - identifier_weighted(body, weights, 8) % 11;

	return (check > 9 ? 0 : check) == identifier_value(body[8]);
}

static bool
se_check(const char *body)
{
	return identifier_luhn(body, 10);
}

static const struct member {
	char prefix[3];
	const char *shapes;
	body_check_fn *check; /* NULL: the shape is all */
} members[] = {
	{ "AT", "U99999999", at_check },
	{ "BE", "b999999999", be_check },
	{ "BG", "999999999|9999999999", NULL },
	{ "CY", "99999999@", NULL },
	{ "CZ", "99999999|999999999|9999999999", NULL },
	{ "DE", "d99999999", de_check },
	{ "DK", "d9999999", dk_check },
	{ "EE", "999999999", NULL },
	{ "EL", "999999999", el_check },
	{ "ES", "99999999@|n9999999@|c9999999*", es_check },
	{ "FI", "99999999", fi_check },
	{ "FR", "**999999999", fr_check },
	{ "HR", "99999999999", NULL },
	{ "HU", "99999999", hu_check },
	{ "IE", "9999999w|9999999wi", ie_check },
	{ "IT", "99999999999", it_check },
	{ "LT", "999999999|999999999999", NULL },
	{ "LU", "99999999", lu_check },
	{ "LV", "99999999999", NULL },
	{ "MT", "99999999", NULL },
	{ "NL", "999999999B99", nl_check },
	{ "PL", "9999999999", pl_check },
	{ "PT", "d99999999", pt_check },
	{ "RO",
	    "99|999|9999|99999|999999|9999999|99999999|999999999|9999999999",
	    NULL },
	{ "SE", "999999999901", se_check },
	{ "SI", "99999999", NULL },
	{ "SK", "9999999999", NULL },
};

static const struct member *
member_find(const char *prefix)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (memcmp(members[i].prefix, prefix, 2) == 0)
			return &members[i];
	}
	return NULL;
}

enum identifier_error
identifier_vat_eu(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	bool greek = memcmp(text->at, "GR", 2) == 0;
	const struct member *member = member_find(greek ? "EL" : text->at);
	const char *body = text->at + 2;
	size_t length;
	enum identifier_error error;

	(void)data;
	if (member == NULL)
		return IDENTIFIER_COMPONENT;
	length = text->length - 2;
	error = identifier_match(member->shapes, body, length);
	if (error != IDENTIFIER_OK)
		return error;
	if (member->check != NULL && !member->check(body))
		return IDENTIFIER_CHECKSUM;
	identifier_set_normalized(result, member->prefix, 2, body, length);
	identifier_add_text(result, "country", member->prefix, 2);
	return IDENTIFIER_OK;
}
