/* SPDX-License-Identifier: BSD-2-Clause */

#include "detect_local.h"

#include <stdlib.h>
#include <string.h>

/* Each gives the end of a find that begins at i; 0: none. */
typedef size_t finder(const struct detector *d, const struct detect_text *t,
    size_t i);

static bool
touches(const struct detect_text *t, size_t start, size_t end, int classes)
{
	return (start > 0 && detect_is(t, start - 1, classes)) ||
	    detect_is(t, end, classes);
}

static size_t
digits_end(const struct detect_text *t, size_t i, size_t most)
{
	size_t n = 0;

	while (n < most && detect_is(t, i + n, DETECT_DIGIT))
		n++;
	return i + n;
}

static size_t
find_resident(const struct detector *d, const struct detect_text *t, size_t i)
{
	size_t end = digits_end(t, i, 18);

	(void)d;
	if (end < i + 17)
		return 0;
	if (end == i + 17) {
		if (!detect_at(t, end, 'X') && !detect_at(t, end, 'x'))
			return 0;
		end++;
	}
	return !touches(t, i, end, DETECT_ALNUM) &&
		detect_cn_resident_sum((const char *)t->at + i)
	    ? end
	    : 0;
}

static size_t
find_iban(const struct detector *d, const struct detect_text *t, size_t i)
{
	size_t end = i;

	if (!detect_is(t, i, DETECT_UPPER) ||
	    !detect_is(t, i + 1, DETECT_UPPER))
		return 0;
	while (end - i <= 34 && detect_is(t, end, DETECT_DIGIT | DETECT_UPPER))
		end++;
	return end - i >= 15 && end - i <= 34 &&
		!touches(t, i, end, DETECT_ALNUM) &&
		detect_iban_valid(d, (const char *)t->at + i, end - i)
	    ? end
	    : 0;
}

static size_t
find_pan(const struct detector *d, const struct detect_text *t, size_t i)
{
	(void)d;
	return detect_card_end(t, i);
}

static size_t
find_mobile(const struct detector *d, const struct detect_text *t, size_t i)
{
	size_t end;
	bool plus = detect_at(t, i, '+'), prefix;

	(void)d;
	if (i > 0 && (detect_is(t, i - 1, DETECT_DIGIT) || t->at[i - 1] == '+'))
		return 0;
	i += plus ? 1 : 0;
	prefix = detect_at(t, i, '8') && detect_at(t, i + 1, '6');
	if (plus && !prefix)
		return 0;
	if (prefix) {
		i += 2;
		if (detect_at(t, i, ' ') || detect_at(t, i, '-'))
			i++;
		else if (!plus)
			return 0;
	}
	end = digits_end(t, i, 12);
	return end == i + 11 && t->at[i] == '1' && t->at[i + 1] >= '3' ? end
								       : 0;
}

static size_t
find_e164(const struct detector *d, const struct detect_text *t, size_t i)
{
	size_t end;

	(void)d;
	if (!detect_at(t, i, '+') || !detect_is(t, i + 1, DETECT_DIGIT) ||
	    t->at[i + 1] == '0' ||
	    (i > 0 &&
		(detect_is(t, i - 1, DETECT_DIGIT) || t->at[i - 1] == '+')))
		return 0;
	end = digits_end(t, i + 1, 15);
	return end - i > 7 ? end : 0;
}

static size_t
find_ipv4(const struct detector *d, const struct detect_text *t, size_t i)
{
	size_t end;

	(void)d;
	if (i > 0 && (detect_is(t, i - 1, DETECT_DIGIT) || t->at[i - 1] == '.'))
		return 0;
	end = detect_ipv4_end(t, i);
	return end != 0 && detect_at(t, end, '.') &&
		detect_is(t, end + 1, DETECT_DIGIT)
	    ? 0
	    : end;
}

static size_t
find_passport(const struct detector *d, const struct detect_text *t, size_t i)
{
	size_t digits = i + 1, end;

	(void)d;
	if (!detect_at(t, i, 'E') && !detect_at(t, i, 'G'))
		return 0;
	if (t->at[i] == 'E' && detect_is(t, i + 1, DETECT_UPPER) &&
	    t->at[i + 1] != 'I' && t->at[i + 1] != 'O')
		digits++;
	end = digits_end(t, digits, 9);
	return end == i + 9 && !touches(t, i, end, DETECT_ALNUM) ? end : 0;
}

static const struct {
	const char *name;
	finder *find;
	bool sensitive;
} kinds[DETECT_PII_KINDS] = {
	[DETECT_PII_EMAIL] = { "email", NULL, false },
	[DETECT_PII_CN_RESIDENT_ID] = { "cn_resident_id", find_resident, true },
	[DETECT_PII_IBAN] = { "iban", find_iban, true },
	[DETECT_PII_PAN] = { "pan", find_pan, true },
	[DETECT_PII_CN_MOBILE] = { "cn_mobile", find_mobile, false },
	[DETECT_PII_E164] = { "e164", find_e164, false },
	[DETECT_PII_IPV4] = { "ipv4", find_ipv4, false },
	[DETECT_PII_CN_PASSPORT] = { "cn_passport", find_passport, true },
};

const char *
detect_pii_name(enum detect_pii_kind kind)
{
	return kinds[kind].name;
}

bool
detect_pii_is_sensitive(enum detect_pii_kind kind)
{
	return kinds[kind].sensitive;
}

static void
append(struct detect_hits *hits, const struct detect_hit *new)
{
	if (hits->count == hits->room) {
		size_t room = hits->room == 0 ? 16 : hits->room * 2;

		hits->at = hits->grow(hits->owner, hits->at, hits->count, room);
		hits->room = room;
	}
	hits->at[hits->count++] = *new;
}

static int
by_start(const void *a, const void *b)
{
	const struct detect_hit *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* One kind, beside the hits that earlier kinds left in order. */
static void
find_kind(const struct detector *d, unsigned kind, const struct detect_text *t,
    struct detect_hits *hits)
{
	size_t i = 0, done = 0, earlier = 0, known = hits->count;

	while (i < t->length) {
		size_t start = i, end;

		/* an address is found by its middle */
		if (kinds[kind].find != NULL)
			end = kinds[kind].find(d, t, i);
		else
			end = t->at[i] == '@' ? detect_mail(t, i, &start) : 0;

		if (end == 0 || start < done) {
			i++;
			continue;
		}
		while (earlier < known && hits->at[earlier].end <= start)
			earlier++;
		if (earlier == known || hits->at[earlier].start >= end)
			append(hits,
			    &(struct detect_hit){ .start = start,
				.end = end,
				.type = kind,
				.score = 100,
				.proved = true });
		i = done = end;
	}
	if (hits->count > 0)
		qsort(hits->at, hits->count, sizeof *hits->at, by_start);
}

void
detector_pii(const struct detector *d, const char *text, size_t length,
    struct detect_hits *hits)
{
	struct detect_text t = { (const unsigned char *)text, length };
	unsigned kind;

	for (kind = 0; kind < DETECT_PII_KINDS; kind++)
		find_kind(d, kind, &t, hits);
}
