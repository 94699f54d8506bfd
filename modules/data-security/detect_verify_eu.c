/* SPDX-License-Identifier: BSD-2-Clause */

/* Schemes of the European Union and the Nordic countries. */

#include "detect_local.h"

#include <stdio.h>
#include <string.h>

static enum detect_verdict
proved_if(bool holds)
{
	return holds ? DETECT_PROVED : DETECT_NO;
}

/* Sum of the digits of digit x weight, weights 1 2 1 2 ... or as given. */
static unsigned
cross_sum(const char *digits, const char *weights)
{
	unsigned sum = 0;

	for (; *weights != '\0'; digits++, weights++) {
		unsigned v = (unsigned)(*digits - '0') *
		    (unsigned)(*weights - '0');

		sum += v / 10 + v % 10;
	}
	return sum;
}

/* KBV: the first two digits are the association of the region. */
enum detect_verdict
detect_de_bsnr(struct detect_find *f)
{
	return detect_number(f->normal, 2) == 0 ? DETECT_NO : DETECT_SHAPE;
}

/* SGB V 290: the letter as two digits, weights 1 2. */
enum detect_verdict
detect_de_kvnr(struct detect_find *f)
{
	char digits[16];

	snprintf(digits, sizeof digits, "%02d%.9s", f->normal[0] - 'A' + 1,
	    f->normal + 1);
	return proved_if(cross_sum(digits, "1212121212") % 10 ==
	    (unsigned)(digits[10] - '0'));
}

/* Serial numbers of passports and identity cards: letters that cannot be
 * taken for others.  In print the ninth character is often the ICAO 9303
 * check of the eight before; where it is not, a word must name it.  Cards
 * before 2010 had T and eight digits. */
enum detect_verdict
detect_de_document(struct detect_find *f)
{
	static const char letters[] = "CFGHJKLMNPRTVWXYZ";
	size_t i, digits = 0;

	if (!detect_one_of(f->normal[0], letters))
		return DETECT_NO;
	for (i = 1; i < 9; i++) {
		if (f->normal[i] <= '9')
			digits++;
		else if (!detect_one_of(f->normal[i], letters))
			return DETECT_NO;
	}
	if (f->normal[8] > '9')
		return DETECT_NO;
	if (detect_icao(f->normal, 8) == (unsigned)(f->normal[8] - '0'))
		return DETECT_PROVED;
	return f->normal[0] == 'T' && digits == 8 ? DETECT_SHAPE : DETECT_NO;
}

/* KBV: weights 4 9 over six digits, complement to ten; the number of the
 * specialty ends it. */
enum detect_verdict
detect_de_lanr(struct detect_find *f)
{
	return proved_if(
	    (10 - detect_weighted(f->normal, "494949") % 10) % 10 ==
		(unsigned)(f->normal[6] - '0') &&
	    detect_number(f->normal + 7, 2) != 0);
}

enum detect_verdict
detect_de_plz(struct detect_find *f)
{
	unsigned n = detect_number(f->normal, 5);

	return n >= 1001 && n <= 99998 ? DETECT_SHAPE : DETECT_NO;
}

/* VKVV 2: area, date of birth (day + 50 if the number would not be single),
 * letter as two digits, weights 2 1 2 5 7 1 2 1 2 1 2 1. */
enum detect_verdict
detect_de_rvnr(struct detect_find *f)
{
	const char *s = f->normal;
	unsigned day = detect_number(s + 2, 2);
	char digits[16];

	if (day > 50)
		day -= 50;
	/* month and day may be unknown: 00 */
	if (day > 31 || detect_number(s + 4, 2) > 12)
		return DETECT_NO;
	snprintf(digits, sizeof digits, "%.8s%02d%.3s", s, s[8] - 'A' + 1,
	    s + 9);
	return proved_if(cross_sum(digits, "212571212121") % 10 ==
	    (unsigned)(digits[12] - '0'));
}

/* BZSt: ISO 7064 MOD 11,10; no digit more than three times in ten. */
enum detect_verdict
detect_de_tax_id(struct detect_find *f)
{
	unsigned times[10] = { 0 }, i;

	for (i = 0; i < 10; i++)
		if (++times[f->normal[i] - '0'] > 3)
			return DETECT_NO;
	return proved_if(f->normal[0] != '0' && detect_mod11_10(f->normal, 11));
}

/* With slashes as the offices write it, or thirteen digits with the number of
 * the Land first. */
enum detect_verdict
detect_de_tax_number(struct detect_find *f)
{
	unsigned land = detect_number(f->normal, 2);

	if (f->end - f->start != f->length)
		return DETECT_PROVED;
	return land >= 1 && land <= 16 ? DETECT_SHAPE : DETECT_NO;
}

enum detect_verdict
detect_de_vat(struct detect_find *f)
{
	return proved_if(
	    f->normal[2] != '0' && detect_mod11_10(f->normal + 2, 9));
}

static const char es_letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";

enum detect_verdict
detect_es_nif(struct detect_find *f)
{
	size_t n = f->length - 1;

	return proved_if(
	    es_letters[detect_number(f->normal, n) % 23] == f->normal[n]);
}

/* X, Y, Z stand for 0, 1, 2. */
enum detect_verdict
detect_es_nie(struct detect_find *f)
{
	size_t n = f->length - 1;
	unsigned number = detect_number(f->normal + 1, n - 1);

	if (f->normal[0] < 'X')
		return DETECT_NO;
	if (n == 8)
		number += (unsigned)(f->normal[0] - 'X') * 10000000;
	return proved_if(n == 8 && es_letters[number % 23] == f->normal[n]);
}

/* DVV: date, century sign, number 002 to 999, remainder of 31. */
enum detect_verdict
detect_fi_hetu(struct detect_find *f)
{
	static const char letters[] = "0123456789ABCDEFHJKLMNPRSTUVWXY";
	const char *raw = (const char *)f->text.at + f->start;
	unsigned year = detect_number(raw + 4, 2), number;
	char sign = raw[6];

	if (sign >= 'a')
		sign = (char)(sign & ~32);
	if (!detect_one_of(sign, "+-ABCDEFUVWXY"))
		return DETECT_NO;
	year += sign == '+'                 ? 1800
	    : detect_one_of(sign, "ABCDEF") ? 2000
					    : 1900;
	if (!detect_date_is(year, detect_number(raw + 2, 2),
		detect_number(raw, 2)) ||
	    detect_number(raw + 7, 3) < 2)
		return DETECT_NO;
	number = detect_number(raw, 6) * 1000 + detect_number(raw + 7, 3);
	return proved_if(letters[number % 31] == f->normal[f->length - 1]);
}

/* DM 12 March 1974: odd places by table, even places by value; digits may be
 * replaced by LMNPQRSTUV where two persons would share one. */
enum detect_verdict
detect_it_code(struct detect_find *f)
{
	static const unsigned char odd[26] = { 1, 0, 5, 7, 9, 13, 15, 17, 19,
		21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23 };
	const char *s = f->normal;
	unsigned sum = 0, i;

	for (i = 0; i < 15; i++) {
		bool letter = s[i] > '9';
		unsigned v = (unsigned)(letter ? s[i] - 'A' : s[i] - '0');

		if (i == 8 ? !detect_one_of(s[i], "ABCDEHLMPRST")
			   : (i < 6 || i == 11) != letter &&
			    !(letter && detect_one_of(s[i], "LMNPQRSTUV")))
			return DETECT_NO;
		sum += i % 2 == 0 ? odd[v] : v;
	}
	return proved_if(sum % 26 == (unsigned)(s[15] - 'A'));
}

enum detect_verdict
detect_it_vat(struct detect_find *f)
{
	return proved_if(
	    !detect_all_same(f->normal, 11) && detect_luhn(f->normal, 11));
}

/* Weights 1 3 7 9; the century is in the month. */
enum detect_verdict
detect_pl_pesel(struct detect_find *f)
{
	const char *s = f->normal;
	unsigned month = detect_number(s + 2, 2);
	unsigned year = detect_number(s, 2);

	year += month > 80 ? 1800 : 1900 + month / 20 * 100;
	if (!detect_date_is(year, month % 20, detect_number(s + 4, 2)))
		return DETECT_NO;
	return proved_if((10 - detect_weighted(s, "1379137913") % 10) % 10 ==
	    (unsigned)(s[10] - '0'));
}

/* Bolagsverket: third digit at least 2, Luhn. */
enum detect_verdict
detect_se_org(struct detect_find *f)
{
	return proved_if(f->normal[2] >= '2' && detect_luhn(f->normal, 10));
}

/* Skatteverket: date of birth (day + 60: coordination number), Luhn over the
 * last ten. */
enum detect_verdict
detect_se_person(struct detect_find *f)
{
	const char *s = f->normal + f->length - 10;
	unsigned year = 2000 + detect_number(s, 2);
	unsigned day = detect_number(s + 4, 2);

	if (f->length == 12) {
		year = detect_number(f->normal, 4);
		if (year < 1840 || year > 2100)
			return DETECT_NO;
	}
	if (day > 60)
		day -= 60;
	return proved_if(detect_date_is(year, detect_number(s + 2, 2), day) &&
	    detect_luhn(s, 10));
}

/* Two check digits: 7 x odd places less even places; the sum of ten. */
enum detect_verdict
detect_tr_id(struct detect_find *f)
{
	const char *s = f->normal;
	unsigned odd = detect_weighted(s, "101010101");
	unsigned even = detect_weighted(s, "01010101");
	unsigned tenth = (odd * 7 + 90 - even) % 10;

	return proved_if(s[0] != '0' && tenth == (unsigned)(s[9] - '0') &&
	    (odd + even + tenth) % 10 == (unsigned)(s[10] - '0'));
}
