/* SPDX-License-Identifier: BSD-2-Clause */

/* Schemes of the United Kingdom. */

#include "detect_local.h"

#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* DVLA: five of the surname, decade, month (+ 5 for women), day, year, two
 * initials, 9 where there is none. */
enum detect_verdict
detect_uk_licence(struct detect_find *f)
{
	const char *s = f->normal;
	unsigned month = detect_number(s + 6, 2), i;
	bool ended = false;

	for (i = 0; i < 5; i++) {
		if (is_digit(s[i]) ? s[i] != '9' : ended)
			return DETECT_NO;
		ended = ended || s[i] == '9';
	}
	if (s[0] == '9')
		return DETECT_NO;
	if (month > 50)
		month -= 50;
	if (!detect_date_is(2000, month, detect_number(s + 8, 2)))
		return DETECT_NO;
	for (i = 11; i < 13; i++)
		if (is_digit(s[i]) && s[i] != '9')
			return DETECT_NO;
	return DETECT_PROVED;
}

/* NHS data dictionary: weights 10 to 2, modulus 11. */
enum detect_verdict
detect_uk_nhs(struct detect_find *f)
{
	return detect_weighted(f->normal, "A987654321") % 11 == 0 &&
		!detect_all_same(f->normal, 10)
	    ? DETECT_PROVED
	    : DETECT_NO;
}

/* HMRC NIM39110: letters and pairs that are never given. */
enum detect_verdict
detect_uk_nino(struct detect_find *f)
{
	const char *s = f->normal;

	return detect_one_of(s[0], "DFIQUV") ||
		detect_one_of(s[1], "DFIOQUV") ||
		detect_pair_in(s, "BG GB KN NK NT TN ZZ") || s[8] > 'D'
	    ? DETECT_NO
	    : DETECT_SHAPE;
}

/* BS 7666: letters that a place allows. */
enum detect_verdict
detect_uk_postcode(struct detect_find *f)
{
	const char *s = f->normal;
	size_t n = f->length;
	size_t letters = is_digit(s[1]) ? 1 : 2;

	if (detect_one_of(s[0], "QVX") ||
	    (letters == 2 && detect_one_of(s[1], "IJZ")) ||
	    strpbrk(s + n - 2, "CIKMOV") != NULL)
		return DETECT_NO;
	if (!is_digit(s[n - 4])) {
		/* a letter behind the digit: one list for A9A, one for AA9A */
		if (!detect_one_of(s[n - 4],
			letters == 1 ? "ABCDEFGHJKPSTUW" : "ABEHMNPRVWXY"))
			return DETECT_NO;
	}
	return DETECT_SHAPE;
}

/* DVLA: since 2001 area and age; before, a year letter first or last. */
enum detect_verdict
detect_uk_plate(struct detect_find *f)
{
	const char *s = f->normal;
	size_t n = f->length;

	if (n == 7 && !is_digit(s[0]) && !is_digit(s[1]) && is_digit(s[2]) &&
	    is_digit(s[3])) {
		unsigned age = detect_number(s + 2, 2);

		if (detect_one_of(s[0], "IQZ") || detect_one_of(s[1], "IQZ") ||
		    strpbrk(s + 4, "IQ") != NULL)
			return DETECT_NO;
		return (age >= 2 && age <= 29) || (age >= 51 && age <= 79)
		    ? DETECT_SHAPE
		    : DETECT_NO;
	}
	if (is_digit(s[1])) /* A123 BCD */
		return detect_one_of(s[0], "IOQUZ") || s[1] == '0' ||
			strpbrk(s + n - 3, "IQZ") != NULL
		    ? DETECT_NO
		    : DETECT_SHAPE;
	/* ABC 123D */
	return detect_one_of(s[n - 1], "IOQUZ") || s[3] == '0' ||
		detect_one_of(s[0], "IQZ") || detect_one_of(s[1], "IQZ") ||
		detect_one_of(s[2], "IQZ")
	    ? DETECT_NO
	    : DETECT_SHAPE;
}
