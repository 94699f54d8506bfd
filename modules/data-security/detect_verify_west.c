/* SPDX-License-Identifier: BSD-2-Clause */

/* Schemes of America, Australia and Africa. */

#include "detect_local.h"

#include <string.h>

/* ABA routing symbol: ANSI X9.5, weights 3 7 1; first two digits as assigned
 * by the Federal Reserve. */
enum detect_verdict
detect_aba(struct detect_find *f)
{
	unsigned area = detect_number(f->normal, 2);

	if (area == 0 || (area > 12 && area < 21) || (area > 32 && area < 61) ||
	    (area > 72 && area != 80))
		return DETECT_NO;
	return detect_weighted(f->normal, "371371371") % 10 == 0 ? DETECT_PROVED
								 : DETECT_NO;
}

/* Australian Business Register: first digit less one, modulus 89. */
enum detect_verdict
detect_au_abn(struct detect_find *f)
{
	unsigned sum = detect_weighted(f->normal, "A13579BDFHJ");

	return f->normal[0] != '0' && sum % 89 == 10 ? DETECT_PROVED
						     : DETECT_NO;
}

/* ASIC: weights 8 to 1, complement to ten. */
enum detect_verdict
detect_au_acn(struct detect_find *f)
{
	unsigned sum = detect_weighted(f->normal, "87654321");

	return (10 - sum % 10) % 10 == (unsigned)(f->normal[8] - '0')
	    ? DETECT_PROVED
	    : DETECT_NO;
}

/* Services Australia: weights 1 3 7 9, ninth digit checks. */
enum detect_verdict
detect_au_medicare(struct detect_find *f)
{
	unsigned sum = detect_weighted(f->normal, "13791379");

	return f->normal[0] >= '2' && f->normal[0] <= '6' &&
		sum % 10 == (unsigned)(f->normal[8] - '0')
	    ? DETECT_PROVED
	    : DETECT_NO;
}

/* Australian Taxation Office: weights 1 4 3 7 5 8 6 9 10, modulus 11. */
enum detect_verdict
detect_au_tfn(struct detect_find *f)
{
	return detect_weighted(f->normal, "14375869A") % 11 == 0 &&
		!detect_all_same(f->normal, 9)
	    ? DETECT_PROVED
	    : DETECT_NO;
}

/* Canada: Luhn; 0 and 8 are not given to persons (ESDC). */
enum detect_verdict
detect_ca_sin(struct detect_find *f)
{
	return f->normal[0] != '0' && f->normal[0] != '8' &&
		detect_luhn(f->normal, 9)
	    ? DETECT_PROVED
	    : DETECT_NO;
}

/* DEA registration: d1+d3+d5 + 2(d2+d4+d6), last digit; the second character
 * is a letter of the name, or 9 for a business. */
enum detect_verdict
detect_dea(struct detect_find *f)
{
	const char *d = f->normal + 2;

	if (!detect_one_of(f->normal[0], "ABCDEFGHJKLMPRSTUX") ||
	    (f->normal[1] <= '8'))
		return DETECT_NO;
	return detect_weighted(d, "121212") % 10 == (unsigned)(d[6] - '0')
	    ? DETECT_PROVED
	    : DETECT_NO;
}

/* SSA: no area 000, 666 or 9xx, no group 00, no serial 0000, nor the numbers
 * of advertisements. */
enum detect_verdict
detect_us_ssn(struct detect_find *f)
{
	const char *s = f->normal;
	unsigned area = detect_number(s, 3);

	if (area == 0 || area == 666 || area >= 900 ||
	    detect_number(s + 3, 2) == 0 || detect_number(s + 5, 4) == 0 ||
	    detect_all_same(s, 9) || memcmp(s, "123456789", 9) == 0 ||
	    memcmp(s, "078051120", 9) == 0 || memcmp(s, "98765432", 8) == 0 ||
	    memcmp(s, "219099999", 9) == 0)
		return DETECT_NO;
	/* 3-2-4 is how they are written; other groups say little */
	if (f->end - f->start == 11)
		return DETECT_PROVED;
	return DETECT_SHAPE;
}

/* IRS: 9xx, group 50-65, 70-88, 90-92 or 94-99. */
enum detect_verdict
detect_us_itin(struct detect_find *f)
{
	unsigned group = detect_number(f->normal + 3, 2);

	if (f->normal[0] != '9' || group < 50 || (group > 65 && group < 70) ||
	    group == 89 || group == 93)
		return DETECT_NO;
	return f->end - f->start == 11 ? DETECT_PROVED : DETECT_SHAPE;
}

/* CMS: Luhn over 80840 and the ten digits. */
enum detect_verdict
detect_us_npi(struct detect_find *f)
{
	char digits[16] = "80840";

	memcpy(digits + 5, f->normal, 10);
	return (f->normal[0] == '1' || f->normal[0] == '2') &&
		detect_luhn(digits, 15) && !detect_all_same(f->normal, 9)
	    ? DETECT_PROVED
	    : DETECT_NO;
}

/* South Africa: date of birth, citizenship 0 to 2, Luhn. */
enum detect_verdict
detect_za_id(struct detect_find *f)
{
	const char *s = f->normal;

	/* the century is not told; 2000 was a leap year */
	if (!detect_date_is(detect_number(s, 2) + 2000, detect_number(s + 2, 2),
		detect_number(s + 4, 2)) ||
	    s[10] > '2')
		return DETECT_NO;
	return detect_luhn(s, 13) ? DETECT_PROVED : DETECT_NO;
}

/* Nigeria: Verhoeff over eleven digits. */
enum detect_verdict
detect_ng_nin(struct detect_find *f)
{
	return detect_verhoeff(f->normal, 11) && !detect_all_same(f->normal, 11)
	    ? DETECT_PROVED
	    : DETECT_NO;
}
