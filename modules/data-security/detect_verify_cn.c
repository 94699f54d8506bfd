/* SPDX-License-Identifier: BSD-2-Clause */

/* Schemes of China: mainland, Hong Kong, Macau and Taiwan. */

#include "detect_local.h"

#include <string.h>

/* GB 11643-1999: ISO 7064 MOD 11-2, weights 7 9 10 5 8 4 2 1 6 3 ... */
bool
detect_cn_resident_sum(const char *s)
{
	unsigned sum = detect_weighted(s, "79A584216379A5842");
	char right = "10X98765432"[sum % 11];

	return s[17] == right || (right == 'X' && s[17] == 'x');
}

/* Provinces of GB/T 2260, and 81 to 83 for residents from Hong Kong, Macau
 * and Taiwan; date of birth. */
enum detect_verdict
detect_cn_resident(struct detect_find *f)
{
	const char *s = f->normal;
	unsigned year = detect_number(s + 6, 4);

	if (s[17] > '9' && s[17] != 'X')
		return DETECT_NO;
	if (!detect_pair_in(s,
		"11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46"
		" 50 51 52 53 54 61 62 63 64 65 71 81 82 83") ||
	    year < 1880 || year > 2100 ||
	    !detect_date_is(year, detect_number(s + 10, 2),
		detect_number(s + 12, 2)))
		return DETECT_NO;
	return detect_cn_resident_sum(s) ? DETECT_PROVED : DETECT_NO;
}

/* GB 32100-2015: characters without I O S V Z, powers of 3 modulus 31. */
enum detect_verdict
detect_cn_uscc(struct detect_find *f)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	const char *s = f->normal;
	unsigned sum = 0, weight = 1, i;

	for (i = 0; i < 18; i++) {
		const char *at = strchr(alphabet, s[i]);

		if (at == NULL || (i >= 2 && i < 8 && s[i] > '9'))
			return DETECT_NO;
		if (i == 17)
			break;
		sum += (unsigned)(at - alphabet) * weight;
		weight = weight * 3 % 31;
	}
	return detect_one_of(s[0], "123456789ANY") &&
		alphabet[(31 - sum % 31) % 31] == s[17]
	    ? DETECT_PROVED
	    : DETECT_NO;
}

/* UnionPay: 62 and Luhn; older ones of banks with other first digits need a
 * word. */
enum detect_verdict
detect_cn_bank(struct detect_find *f)
{
	if (!detect_luhn(f->normal, f->length) ||
	    detect_all_same(f->normal, f->length))
		return DETECT_NO;
	return memcmp(f->normal, "62", 2) == 0 ? DETECT_PROVED : DETECT_NAMED;
}

static bool
is_province(const unsigned char *s)
{
	static const char provinces[] =
	    "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
	size_t i;

	for (i = 0; i < sizeof provinces - 1; i += 3)
		if (memcmp(provinces + i, s, 3) == 0)
			return true;
	return false;
}

/* GA 36-2018: province, letter of the office, five characters, six for new
 * energy, two of them digits.  A middle dot may stand behind the letter. */
enum detect_verdict
detect_cn_plate(struct detect_find *f)
{
	const unsigned char *t = f->text.at;
	size_t start = f->start, i, digits = 0;
	bool dotted = start > 5 && t[start - 2] == 0xc2 && t[start - 1] == 0xb7;

	if (dotted)
		start -= 3;
	else if (start > 3 && (t[start - 1] == ' ' || t[start - 1] == '-'))
		start--;
	if (start < 3 || !is_province(t + start - 3) ||
	    !detect_is(&f->text, start, DETECT_LETTER) ||
	    f->length !=
		(dotted ? 5u : 6u) + (f->length > (dotted ? 5u : 6u)) ||
	    strpbrk(f->normal + (dotted ? 0 : 1), "IO") != NULL)
		return DETECT_NO;
	for (i = 0; i < f->length; i++)
		digits += f->normal[i] <= '9';
	if (digits < 2)
		return DETECT_NO;
	f->start = start - 3;
	return DETECT_PROVED;
}

/* Hong Kong: one or two letters (a blank counts 36), weights 9 to 2,
 * modulus 11. */
enum detect_verdict
detect_hk_id(struct detect_find *f)
{
	const char *s = f->normal;
	size_t letters = f->length - 7;
	unsigned sum = letters == 1 ? 36 * 9 : 0, i, rest;

	for (i = 0; i < letters; i++)
		sum += (unsigned)(s[i] - 'A' + 10) *
		    (unsigned)(8 + letters - 1 - i);
	sum += detect_weighted(s + letters, "765432");
	rest = (11 - sum % 11) % 11;
	if (s[f->length - 1] != (rest == 10 ? 'A' : (char)('0' + rest)))
		return DETECT_NO;
	/* without its brackets it is a number like many */
	return detect_at(&f->text, f->end - 1, ')') ? DETECT_PROVED
						    : DETECT_NAMED;
}

/* Macau: 1, 5 or 7 first. */
enum detect_verdict
detect_mo_id(struct detect_find *f)
{
	return detect_one_of(f->normal[0], "157") ? DETECT_SHAPE : DETECT_NO;
}

/* Taiwan: letter of the place as two digits, sex 1 or 2 (8 or 9 for
 * residents), weights 1 9 8 ... 1 1, modulus 10. */
enum detect_verdict
detect_tw_id(struct detect_find *f)
{
	static const char order[] = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
	const char *s = f->normal;
	unsigned place = 10 + (unsigned)(strchr(order, s[0]) - order);
	unsigned sum = place / 10 + place % 10 * 9 +
	    detect_weighted(s + 1, "876543211");

	return detect_one_of(s[1], "1289") && sum % 10 == 0 ? DETECT_PROVED
							    : DETECT_NO;
}
