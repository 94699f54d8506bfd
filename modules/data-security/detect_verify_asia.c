/* SPDX-License-Identifier: BSD-2-Clause */

/* Schemes of India, Korea, Singapore, Thailand; devices and dates. */

#include "detect_local.h"

#include <string.h>

static enum detect_verdict
proved_if(bool holds)
{
	return holds ? DETECT_PROVED : DETECT_NO;
}

/* UIDAI: first digit 2 to 9, Verhoeff, no palindrome. */
enum detect_verdict
detect_in_aadhaar(struct detect_find *f)
{
	const char *s = f->normal;
	size_t i = 0;

	while (i < 6 && s[i] == s[11 - i])
		i++;
	return proved_if(s[0] >= '2' && i < 6 && detect_verhoeff(s, 12));
}

/* GSTN: state, PAN, entity, Z, check character of modulus 36. */
enum detect_verdict
detect_in_gstin(struct detect_find *f)
{
	const char *s = f->normal;
	unsigned state = detect_number(s, 2), sum = 0, i;

	if ((state < 1 || state > 38) && state != 97 && state != 99)
		return DETECT_NO;
	for (i = 0; i < 14; i++) {
		unsigned v = s[i] <= '9' ? (unsigned)(s[i] - '0')
					 : (unsigned)(s[i] - 'A') + 10;

		v *= i % 2 + 1;
		sum += v / 36 + v % 36;
	}
	sum = (36 - sum % 36) % 36;
	return (unsigned)s[14] == (sum < 10 ? '0' + sum : 'A' + sum - 10)
	    ? DETECT_PROVED
	    : DETECT_SHAPE;
}

/* Income Tax Department: the fourth letter is the kind of holder. */
enum detect_verdict
detect_in_pan(struct detect_find *f)
{
	return detect_one_of(f->normal[3], "ABCFGHJLPT") ? DETECT_PROVED
							 : DETECT_SHAPE;
}

/* Ministry of Road Transport: code of state or territory first.  Plates from
 * before 1989 and those of the forces say less. */
enum detect_verdict
detect_in_vehicle(struct detect_find *f)
{
	const char *s = f->normal;
	bool state = detect_pair_in(s,
	    "AN AP AR AS BH BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH"
	    " ML MN MP MZ NL OD OR PB PY RJ SK TN TR TS TG UA UK UP WB");

	if (memcmp(s + f->length - 4, "0000", 4) == 0)
		return DETECT_NO;
	if (s[1] <= '9' || s[2] > '9')
		return DETECT_SHAPE;
	if (!state)
		return DETECT_NO;
	return f->length > 6 ? DETECT_PROVED : DETECT_SHAPE;
}

/* National Tax Service: weights 1 3 7 1 3 7 1 3 5, tens of the last. */
enum detect_verdict
detect_kr_brn(struct detect_find *f)
{
	unsigned sum = detect_weighted(f->normal, "137137135") +
	    (unsigned)(f->normal[8] - '0') * 5 / 10;

	return proved_if(
	    (10 - sum % 10) % 10 == (unsigned)(f->normal[9] - '0'));
}

/* Regions 11 to 28. */
enum detect_verdict
detect_kr_licence(struct detect_find *f)
{
	unsigned region = detect_number(f->normal, 2);

	return region >= 11 && region <= 28 ? DETECT_SHAPE : DETECT_NO;
}

/* Date of birth, then the digit of sex and century.  Numbers given since
 * October 2020 have no check digit, so it can only prove. */
static enum detect_verdict
korean(const char *s, char least, char most, unsigned bias)
{
	unsigned century = s[6] == '1' || s[6] == '2' || s[6] == '5' ||
		s[6] == '6'
	    ? 1900
	    : 2000;
	unsigned sum = detect_weighted(s, "234567892345");

	if (s[6] < least || s[6] > most ||
	    !detect_date_is(century + detect_number(s, 2),
		detect_number(s + 2, 2), detect_number(s + 4, 2)))
		return DETECT_NO;
	return (bias - sum % 11) % 10 == (unsigned)(s[12] - '0') ? DETECT_PROVED
								 : DETECT_SHAPE;
}

enum detect_verdict
detect_kr_rrn(struct detect_find *f)
{
	return korean(f->normal, '1', '4', 11);
}

enum detect_verdict
detect_kr_frn(struct detect_find *f)
{
	return korean(f->normal, '5', '8', 13);
}

/* Singapore: weights 2 7 6 5 4 3 2, T and G add 4, M 3. */
enum detect_verdict
detect_sg_fin(struct detect_find *f)
{
	const char *s = f->normal, *letters;
	unsigned sum = detect_weighted(s + 1, "2765432");

	switch (s[0]) {
	case 'T':
		sum += 4;
		/* fall through */
	case 'S':
		letters = "JZIHGFEDCBA";
		break;
	case 'G':
		sum += 4;
		/* fall through */
	case 'F':
		letters = "XWUTRQPNMLK";
		break;
	case 'M':
		sum += 3;
		letters = "XWUTRQPNJLK";
		break;
	default:
		return DETECT_NO;
	}
	return letters[sum % 11] == s[8] ? DETECT_PROVED : DETECT_SHAPE;
}

/* ACRA: businesses, local companies, other entities. */
enum detect_verdict
detect_sg_uen(struct detect_find *f)
{
	static const char others[] = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
	static const unsigned char weights[9] = { 4, 3, 5, 3, 10, 2, 2, 5, 7 };
	const char *s = f->normal;
	unsigned sum = 0, i;

	if (f->length == 9)
		return proved_if(
		    "XMKECAWLJDB"[detect_weighted(s, "A4938271") % 11] == s[8]);
	if (s[0] <= '9')
		return proved_if(s[0] >= '1' && s[0] <= '2' &&
		    "ZKCMDNERGWH"[detect_weighted(s, "A86497531") % 11] ==
			s[9]);
	if (!detect_one_of(s[0], "RST"))
		return DETECT_NO;
	for (i = 0; i < 9; i++) {
		const char *at = strchr(others, s[i]);

		if (at == NULL)
			return DETECT_NO;
		sum += weights[i] * (unsigned)(at - others);
	}
	return proved_if(others[(sum + 6) % 11] == s[9]);
}

/* DOPA: first digit 1 to 8, province, weights 13 to 2. */
enum detect_verdict
detect_th_id(struct detect_find *f)
{
	const char *s = f->normal;
	unsigned sum = detect_weighted(s, "DCBA98765432");
	unsigned tens = detect_number(s + 1, 1), ones = detect_number(s + 2, 1);
	/* the last province that each ten has */
	static const unsigned char last[10] = { 0, 9, 7, 9, 9, 8, 7, 7, 6, 6 };

	if (s[0] < '1' || s[0] > '8' || tens == 0 || ones > last[tens] ||
	    detect_all_same(s, 13))
		return DETECT_NO;
	return proved_if((11 - sum % 11) % 10 == (unsigned)(s[12] - '0'));
}

/* 3GPP TS 23.003: Luhn; the first two digits name who gave it. */
enum detect_verdict
detect_imei(struct detect_find *f)
{
	return detect_luhn(f->normal, 15) && !detect_all_same(f->normal, 15)
	    ? DETECT_SHAPE
	    : DETECT_NO;
}

static unsigned
month_of(const char *s)
{
	static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
	unsigned m;

	for (m = 0; m < 12; m++)
		if (memcmp(&months[(size_t)3 * m], s, 3) == 0)
			return m + 1;
	return 0;
}

/* Day and month in either order, with the year before or behind. */
static bool
is_day(unsigned year, unsigned a, unsigned b)
{
	return detect_date_is(year, a, b) || detect_date_is(year, b, a);
}

static bool
named_month(const struct detect_find *f)
{
	const char *s = f->normal;
	unsigned day, digits = 0;

	while (s[digits] >= '0' && s[digits] <= '9')
		digits++;
	if (digits == 0) /* May-21, May-2021 */
		return month_of(s) != 0;
	day = detect_number(s, digits);
	return digits <= 2 && day >= 1 && day <= 31 &&
	    month_of(s + digits) != 0;
}

struct parts {
	unsigned value[3];
	unsigned width[3];
	unsigned count;
	const char *rest; /* behind the last */
};

static void
read_parts(const struct detect_find *f, struct parts *p)
{
	const char *s = (const char *)f->text.at + f->start;
	const char *end = (const char *)f->text.at + f->end;

	memset(p, 0, sizeof *p);
	while (p->count < 3 && s < end) {
		for (; s < end && *s >= '0' && *s <= '9'; s++) {
			p->value[p->count] = p->value[p->count] * 10 +
			    (unsigned)(*s - '0');
			p->width[p->count]++;
		}
		p->rest = s++;
		p->count++;
	}
}

/* 5/21 a day or a month of a year, 05/2021 */
static bool
is_short_date(const struct parts *p)
{
	bool month = p->value[0] >= 1 && p->value[0] <= 12;

	return p->width[1] == 4
	    ? month
	    : month || is_day(2000, p->value[0], p->value[1]);
}

/* Dates as forms and files write them; ISO 8601 with time. */
enum detect_verdict
detect_date(struct detect_find *f)
{
	const char *end = (const char *)f->text.at + f->end;
	struct parts p;
	size_t letter;
	bool ok;

	/* the T of a time stands behind eight digits or six */
	letter = strcspn(f->normal, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (letter < 5 && letter < f->length)
		return named_month(f) ? DETECT_SHAPE : DETECT_NO;
	read_parts(f, &p);
	if (p.count == 2)
		return is_short_date(&p) ? DETECT_SHAPE : DETECT_NO;
	if (p.width[0] == 4)
		ok = detect_date_is(p.value[0], p.value[1], p.value[2]) &&
		    (p.rest == end ||
			(detect_number(p.rest + 1, 2) <= 24 &&
			    detect_number(p.rest + 4, 2) <= 59));
	else
		ok = is_day(p.width[2] == 4 ? p.value[2] : p.value[2] + 2000,
		    p.value[0], p.value[1]);
	return ok ? DETECT_PROVED : DETECT_NO;
}
