/* SPDX-License-Identifier: BSD-2-Clause */

/* Telephone numbers as people write them, in groups. */

#include "detect_local.h"

#include <string.h>

enum {
	PHONE_DIGITS = 15, /* ITU-T E.164 */
	PHONE_GROUPS = 7
};

struct number {
	char digits[PHONE_DIGITS + 1];
	unsigned count;
	unsigned groups;
	unsigned upto[PHONE_GROUPS]; /* digits at the end of each group */
	size_t end[PHONE_GROUPS];    /* in the text */
	bool international;
	bool bracketed;
};

/* Calling codes of ITU-T E.164 by their length: 1 and 7, the two-digit ones,
 * and zones whose other codes have three digits. */
static bool
has_calling_code(const char *s)
{
	if (s[0] == '1' || s[0] == '7')
		return true;
	if (detect_pair_in(s,
		"20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53"
		" 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94"
		" 95 98"))
		return true;
	return detect_pair_in(s,
	    "21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97"
	    " 99");
}

static size_t
next_group(const struct detect_text *t, size_t i, bool *open)
{
	size_t from = i;

	if (*open && detect_at(t, i, ')')) {
		*open = false;
		i++;
	}
	if (detect_at(t, i, ' ') || detect_at(t, i, '-') ||
	    detect_at(t, i, '.') || detect_at(t, i, '/'))
		i++;
	if (!*open && from + 2 > i && detect_at(t, i, '(')) {
		*open = true;
		i++;
	}
	return i > from && detect_is(t, i, DETECT_DIGIT) ? i : 0;
}

static void
read_number(const struct detect_text *t, size_t i, struct number *n)
{
	bool open = false;
	size_t next;

	memset(n, 0, sizeof *n);
	if (detect_at(t, i, '+')) {
		n->international = true;
		i++;
	}
	if (detect_at(t, i, '(')) {
		n->bracketed = open = true;
		i++;
	}
	for (next = i; next != 0 && n->groups < PHONE_GROUPS;
	     next = next_group(t, i, &open)) {
		i = next;
		while (detect_is(t, i, DETECT_DIGIT)) {
			if (n->count == PHONE_DIGITS)
				return;
			n->digits[n->count++] = (char)t->at[i++];
		}
		if (i == next || detect_is(t, i, DETECT_LETTER))
			return;
		n->upto[n->groups] = n->count;
		n->end[n->groups++] = i;
	}
}

/* Area and exchange begin with 2 to 9 (North American Numbering Plan). */
static bool
is_american(const char *s, const unsigned *upto, unsigned groups,
    unsigned count)
{
	if (groups == 4 && upto[0] == 1 && s[0] == '1') {
		s++;
		upto++;
		groups--;
		count--;
		return count == 10 && upto[0] == 4 && upto[1] == 7 &&
		    s[0] >= '2' && s[3] >= '2';
	}
	return groups == 3 && count == 10 && upto[0] == 3 && upto[1] == 6 &&
	    s[0] >= '2' && s[3] >= '2';
}

static enum detect_verdict
judge(const struct number *n, unsigned groups)
{
	unsigned count = n->upto[groups - 1];
	unsigned last = groups == 1 ? count : count - n->upto[groups - 2];

	if (n->international)
		return count >= 8 && has_calling_code(n->digits) ? DETECT_PROVED
								 : DETECT_NO;
	if (is_american(n->digits, n->upto, groups, count))
		return DETECT_SHAPE;
	if (n->digits[0] == '0' && n->digits[1] != '0' && groups >= 2 &&
	    count >= 9 && count <= 11 && last >= 3 && groups <= 4)
		return DETECT_SHAPE;
	if (groups == 4 && n->upto[0] <= 3 && last >= 3 && count >= 11 &&
	    has_calling_code(n->digits))
		return DETECT_SHAPE;
	if (count >= 8 && count <= 12 && groups <= 5 &&
	    (groups == 1 || last >= 2))
		return DETECT_NAMED;
	return DETECT_NO;
}

bool
detect_phone_at(struct detect_find *f, size_t i,
    enum detect_verdict *verdict_out)
{
	struct number n;

	read_number(&f->text, i, &n);
	for (; n.groups > 0; n.groups--) {
		*verdict_out = judge(&n, n.groups);
		if (*verdict_out == DETECT_NO)
			continue;
		f->start = i;
		f->end = n.end[n.groups - 1];
		return true;
	}
	return false;
}

/* Groups of a mainland mobile number are 3-4-4 in print. */
enum detect_verdict
detect_cn_mobile(struct detect_find *f)
{
	const struct detect_text *t = &f->text;
	const char *s = f->normal + f->length - 11;

	if (s[0] != '1' || s[1] < '3')
		return DETECT_NO;
	if (f->start > 0 && t->at[f->start - 1] == '+') {
		if (f->length != 13)
			return DETECT_NO;
		f->start--;
		return DETECT_PROVED;
	}
	return DETECT_SHAPE;
}

/* Turkish numbers: area 2 to 5, with or without trunk 0. */
enum detect_verdict
detect_tr_phone(struct detect_find *f)
{
	const struct detect_text *t = &f->text;
	const char *s = f->normal + f->length - 10;

	if (s[0] < '2' || s[0] > '5' || detect_all_same(s, 10))
		return DETECT_NO;
	if (f->length == 12) {
		if (f->start == 0 || t->at[f->start - 1] != '+')
			return DETECT_NO;
		f->start--;
		return DETECT_PROVED;
	}
	if (f->start > 0 && t->at[f->start - 1] == '+')
		return DETECT_NO;
	return DETECT_SHAPE;
}
