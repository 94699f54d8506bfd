/* SPDX-License-Identifier: BSD-2-Clause */

/* Numbers without check digits whose parts have limits. */

#include "detect_local.h"

#include <string.h>

/* NTC: mobile numbers begin with 9 after 0 or +63. */
enum detect_verdict
detect_ph_mobile(struct detect_find *f)
{
	const struct detect_text *t = &f->text;

	if (f->normal[f->length - 10] != '9')
		return DETECT_NO;
	if (f->normal[0] == '0')
		return DETECT_SHAPE;
	if (f->start == 0 || t->at[f->start - 1] != '+')
		return DETECT_NO;
	f->start--;
	return DETECT_PROVED;
}

enum detect_verdict
detect_ph_tin(struct detect_find *f)
{
	return detect_all_same(f->normal, 9) ? DETECT_NO
	    : f->end - f->start == f->length ? DETECT_SHAPE
					     : DETECT_PROVED;
}

/* FZV: the number does not begin with 0, nothing is longer than eight. */
enum detect_verdict
detect_de_kfz(struct detect_find *f)
{
	size_t i = 0, letters;

	while (f->normal[i] > '9')
		i++;
	letters = i;
	return f->normal[letters] != '0' && f->length <= 9 ? DETECT_SHAPE
							   : DETECT_NO;
}

/* AA1234567A, or U1 and consonants. */
enum detect_verdict
detect_it_licence(struct detect_find *f)
{
	size_t i;

	if (f->normal[1] > '9')
		return DETECT_SHAPE;
	for (i = 2; i < 9; i++)
		if (detect_one_of(f->normal[i], "AEIOQ"))
			return DETECT_NO;
	return DETECT_SHAPE;
}

/* Provinces 01 to 81. */
enum detect_verdict
detect_tr_plate(struct detect_find *f)
{
	unsigned province = detect_number(f->normal, 2);

	return province >= 1 && province <= 81 ? DETECT_SHAPE : DETECT_NO;
}

/* Neither the first digit nor the last is 0. */
enum detect_verdict
detect_in_passport(struct detect_find *f)
{
	return f->normal[1] != '0' && f->normal[7] != '0' ? DETECT_SHAPE
							  : DETECT_NO;
}

/* CMS: letters without S L O I B Z, places fixed. */
enum detect_verdict
detect_us_mbi(struct detect_find *f)
{
	static const char form[] = "9AX9AX9AA99";
	size_t i;

	for (i = 0; i < 11; i++) {
		bool letter = f->normal[i] > '9';

		if (letter ? form[i] == '9' ||
			    detect_one_of(f->normal[i], "SLOIBZ")
			   : form[i] == 'A')
			return DETECT_NO;
	}
	return f->normal[0] == '0' ? DETECT_NO : DETECT_SHAPE;
}

/* Three groups of four hexadecimal digits, as routers show them. */
enum detect_verdict
detect_mac(struct detect_find *f)
{
	return strspn(f->normal, "0123456789ABCDEF") == 12 &&
		!detect_all_same(f->normal, 12)
	    ? DETECT_SHAPE
	    : DETECT_NO;
}
