/* SPDX-License-Identifier: BSD-2-Clause */

#include "detect_local.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAMED_MORE = 35, /* score that a word adds */
	NAMED_LEAST = 60
};

struct scan {
	const struct detector *d;
	struct detect_text text;
	struct detect_reader reader;
	struct detect_hits *hits;
	unsigned min_score;
	bool wanted[DETECT_TYPES_MAX];
};

size_t
detector_size(void)
{
	return sizeof(struct detector);
}

static bool
read_structure(struct detect_iban *rule, const char *s, const char *end)
{
	unsigned filled = 0;

	while (s < end) {
		char *kind;
		unsigned long n = strtoul(s, &kind, 10);

		if (kind >= end || !detect_one_of(*kind, "nac") ||
		    n >= sizeof rule->structure - filled)
			return false;
		memset(rule->structure + filled, *kind, n);
		filled += (unsigned)n;
		s = kind + 1;
	}
	rule->structure[filled] = '\0';
	return filled + 4 == rule->length;
}

/* country,length,bban_structure,name */
static bool
read_ibans(struct detector *d, const char *csv, size_t length,
    char error[DETECT_ERROR])
{
	const char *end = csv + length, *stop;
	unsigned line = 1;

	for (; csv < end; csv = stop + 1, line++) {
		struct detect_iban *rule = &d->ibans[d->iban_count];
		const char *comma;
		char *after;

		stop = memchr(csv, '\n', (size_t)(end - csv));
		if (stop == NULL)
			stop = end;
		if (line == 1 || stop == csv)
			continue;
		comma = stop - csv < 8
		    ? NULL
		    : memchr(csv + 3, ',', (size_t)(stop - csv) - 3);
		if (comma != NULL && csv[2] == ',' &&
		    d->iban_count < DETECT_IBANS) {
			const char *last = memchr(comma + 1, ',',
			    (size_t)(stop - comma - 1));

			memcpy(rule->country, csv, 2);
			rule->length = (unsigned char)strtoul(csv + 3, &after,
			    10);
			if (last != NULL && after == comma &&
			    read_structure(rule, comma + 1, last)) {
				d->iban_count++;
				continue;
			}
		}
		snprintf(error, DETECT_ERROR,
		    "line %u: country,length,structure,name are expected, and"
		    " the structure must have that length",
		    line);
		return false;
	}
	return true;
}

bool
detector_init(struct detector *d, const char *iban, size_t iban_length,
    const char *words, size_t words_length, char error[DETECT_ERROR])
{
	memset(d, 0, sizeof *d);
	if (!detect_shapes_fill(&d->shapes)) {
		snprintf(error, DETECT_ERROR, "the shapes do not fit");
		return false;
	}
	return read_ibans(d, iban, iban_length, error) &&
	    detect_words_fill(&d->words, words, words_length, error);
}

/* Of finds that overlap the likelier stays, then the longer, then the first
 * in the table. */
static bool
is_better(const struct detect_hit *a, const struct detect_hit *b)
{
	if (a->score != b->score)
		return a->score > b->score;
	if (a->end - a->start != b->end - b->start)
		return a->end - a->start > b->end - b->start;
	return a->type < b->type;
}

static void
keep(struct detect_hits *hits, const struct detect_hit *new)
{
	size_t at = hits->count, overlapped;

	while (at > 0 && hits->at[at - 1].start >= new->end)
		at--;
	overlapped = at;
	while (overlapped > 0 && hits->at[overlapped - 1].end > new->start)
		if (!is_better(new, &hits->at[--overlapped]))
			return;
	if (overlapped == at && hits->count == hits->room) {
		size_t room = hits->room == 0 ? 16 : hits->room * 2;

		hits->at = hits->grow(hits->owner, hits->at, hits->count, room);
		hits->room = room;
	}
	memmove(hits->at + overlapped + 1, hits->at + at,
	    (hits->count - at) * sizeof *hits->at);
	hits->at[overlapped] = *new;
	hits->count = hits->count - (at - overlapped) + 1;
}

static void
take(struct scan *s, const struct detect_find *f, unsigned row,
    enum detect_verdict verdict)
{
	const struct detect_row *r = &detect_rows[row];
	struct detect_hit hit = { .start = f->start,
		.end = f->end,
		.type = row,
		.proved = verdict == DETECT_PROVED,
		.reason = r->reason };
	const struct detect_word *word;

	if (verdict == DETECT_NO)
		return;
	hit.score = hit.proved ? r->proved_score : r->shape_score;
	word = detect_reader_word(&s->reader, row, f->start);
	if (word != NULL) {
		hit.score += NAMED_MORE;
		if (hit.score < NAMED_LEAST)
			hit.score = NAMED_LEAST;
		if (hit.score > 100)
			hit.score = 100;
		hit.word = word->at;
		hit.word_length = word->length;
	} else if (verdict == DETECT_NAMED) {
		return;
	}
	if (hit.score >= s->min_score && hit.score > 0)
		keep(s->hits, &hit);
}

/* Numbers go on behind '-', and behind '.' before a digit: a part of such a
 * one is no number of its own. */
static bool
stands_alone(const struct detect_text *t, size_t start, size_t end)
{
	if (start > 0 &&
	    (detect_is(t, start - 1, DETECT_ALNUM) || t->at[start - 1] == '_'))
		return false;
	if (start > 1 && (t->at[start - 1] == '-' || t->at[start - 1] == '.') &&
	    detect_is(t, start - 2, DETECT_DIGIT))
		return false;
	if (end == t->length)
		return true;
	if (detect_is(t, end, DETECT_ALNUM) || t->at[end] == '_')
		return false;
	return !(t->at[end] == '-' && detect_is(t, end + 1, DETECT_ALNUM)) &&
	    !(t->at[end] == '.' && detect_is(t, end + 1, DETECT_DIGIT));
}

static void
try_shape(struct scan *s, const struct detect_shape *shape, size_t start)
{
	const struct detect_row *row = &detect_rows[shape->row];
	struct detect_find f;

	/* most rows are too weak without a word; a look for it is cheaper than
	 * the proof */
	if (row->proved_score < s->min_score &&
	    !detect_reader_names(&s->reader, shape->row, start))
		return;
	if (!detect_shape_fits(shape, s->text.at, s->text.length, start))
		return;
	f.detector = s->d;
	f.text = s->text;
	f.start = start - shape->before;
	f.end = f.start + shape->length;
	if (stands_alone(&s->text, f.start, f.end) && detect_normalise(&f))
		take(s, &f, shape->row,
		    row->check == NULL ? DETECT_SHAPE : row->check(&f));
}

struct token {
	size_t start;
	uint64_t digits; /* bit i: a digit at start + i */
	uint64_t letters;
	char prior; /* around it, 0: an end of the text */
	char after;
};

static void
try_range(struct scan *s, const struct token *t, unsigned k, unsigned stop)
{
	const struct detect_shape *shape = &s->d->shapes.at[k];

	for (; k < stop; k++, shape++)
		if ((shape->digits & t->letters) == 0 &&
		    (shape->letters & t->digits) == 0 &&
		    s->wanted[shape->row] &&
		    (shape->prior == '\0' || shape->prior == t->prior) &&
		    (shape->after == '\0' || shape->after == t->after))
			try_shape(s, shape, t->start);
}

static void
try_shapes(struct scan *s, size_t start, size_t end)
{
	size_t n = end - start, i;
	const uint16_t *first = s->d->shapes.first[n];
	struct token t = { .start = start };
	bool more;

	if (start > 0)
		t.prior = (char)s->text.at[start - 1];
	if (end < s->text.length)
		t.after = (char)s->text.at[end];
	if (t.prior == '_' || t.after == '_')
		return;
	for (i = 0; i < n; i++)
		t.digits |= (uint64_t)(detect_class[s->text.at[start + i]] &
				DETECT_DIGIT)
		    << i;
	t.letters = t.digits ^ ((UINT64_C(1) << n) - 1);
	/* a shape that goes on needs a separator, most tokens have none */
	more = detect_one_of(t.after, " -./:()+");
	if (t.letters == 0)
		try_range(s, &t, first[SHAPE_DIGITS],
		    first[SHAPE_DIGITS + 1 + more]);
	try_range(s, &t, first[SHAPE_EITHER], first[SHAPE_EITHER + 1 + more]);
	if (t.letters != 0)
		try_range(s, &t, first[SHAPE_LETTERS],
		    more ? s->d->shapes.first[n + 1][0]
			 : first[SHAPE_LETTERS_MORE]);
}

/* "10.0.0.0/8": the length of a prefix belongs to it. */
static void
widen_range(struct detect_find *f)
{
	const struct detect_text *t = &f->text;
	bool is6 = memchr(t->at + f->start, ':', f->end - f->start) != NULL;
	unsigned bits = 0;
	size_t i = f->end;

	if (!detect_at(t, i, '/'))
		return;
	for (i++; detect_is(t, i, DETECT_DIGIT) && i < f->end + 5; i++)
		bits = bits * 10 + (unsigned)(t->at[i] - '0');
	if (i > f->end + 1 && i <= f->end + 4 && bits <= (is6 ? 128u : 32u) &&
	    !detect_is(t, i, DETECT_ALNUM))
		f->end = i;
}

/* Cards, telephone and IPv4 numbers begin with the token of digits. */
static void
try_digits(struct scan *s, struct detect_find *f, size_t start, size_t end)
{
	const struct detect_text *t = &s->text;
	bool more = detect_is(t, end + 1, DETECT_DIGIT);
	enum detect_verdict verdict;
	size_t i;

	f->start = start;
	if (s->wanted[DETECT_ROW_CARD] &&
	    (end - start >= 13 || (more && end - start >= 4)) &&
	    (f->end = detect_card_end(t, start)) != 0 &&
	    stands_alone(t, start, f->end) && detect_normalise(f) &&
	    detect_card_likely(f))
		/* GTINs have thirteen and fourteen digits, too */
		take(s, f, DETECT_ROW_CARD,
		    f->length > 14 || f->end - f->start > f->length
			? DETECT_PROVED
			: DETECT_SHAPE);
	if (s->wanted[DETECT_ROW_IP] && more && end - start <= 3 &&
	    detect_at(t, end, '.') &&
	    !(start > 0 && detect_at(t, start - 1, '.')) &&
	    (f->end = detect_ipv4_end(t, start)) != 0 &&
	    !detect_is(t, f->end, DETECT_LETTER)) {
		widen_range(f);
		take(s, f, DETECT_ROW_IP, DETECT_PROVED);
	}
	if (!s->wanted[DETECT_ROW_PHONE])
		return;
	i = start;
	if (i > 0 && detect_at(t, i - 1, '('))
		i--;
	if (i > 0 && detect_at(t, i - 1, '+'))
		i--;
	if (i == start && !(more && end - start <= 5) &&
	    !(end - start >= 8 && end - start <= 12))
		return;
	if (i > 0 &&
	    (detect_is(t, i - 1, DETECT_DIGIT) ||
		((t->at[i - 1] == '-' || t->at[i - 1] == '.') && i > 1 &&
		    detect_is(t, i - 2, DETECT_DIGIT))))
		return;
	if (detect_phone_at(f, i, &verdict))
		take(s, f, DETECT_ROW_PHONE, verdict);
}

static void
try_token(struct scan *s, size_t start, size_t end)
{
	const struct detect_text *t = &s->text;
	struct detect_find f;
	size_t n = end - start, i;

	f.detector = s->d;
	f.text = s->text;
	if (n <= SHAPE_TOKEN)
		try_shapes(s, start, end);
	if (detect_is(t, start, DETECT_DIGIT)) {
		for (i = start; detect_is(t, i, DETECT_DIGIT); i++)
			;
		if (i == end)
			try_digits(s, &f, start, end);
	} else if (s->wanted[DETECT_ROW_IBAN] && n >= 4 &&
	    detect_is(t, start + 2, DETECT_DIGIT) &&
	    detect_iban_at(&f, start) && stands_alone(t, f.start, f.end)) {
		take(s, &f, DETECT_ROW_IBAN, DETECT_PROVED);
	} else if (s->wanted[DETECT_ROW_PHONE] && n >= 3 && n <= 12 &&
	    detect_is(t, end - 3, DETECT_DIGIT) &&
	    !detect_is(t, end - 4, DETECT_DIGIT) && detect_at(t, end, '-')) {
		/* "call415-555-0132" */
		try_digits(s, &f, end - 3, end);
	}
	if (s->wanted[DETECT_ROW_CRYPTO] && n >= 26 && n <= 62 &&
	    stands_alone(t, start, end)) {
		f.start = start;
		f.end = end;
		take(s, &f, DETECT_ROW_CRYPTO, detect_crypto(&f));
	}
}

static void
try_colon(struct scan *s, size_t i)
{
	const struct detect_text *t = &s->text;
	struct detect_find f;

	if (t->at[i - (i > 0)] == '"' && !detect_at(t, i + 1, ':'))
		return; /* between a name and its value */
	f.detector = s->d;
	f.text = *t;
	if (detect_at(t, i + 1, '/')) {
		if (s->wanted[DETECT_ROW_URL] && detect_url_at(&f, i))
			take(s, &f, DETECT_ROW_URL, DETECT_PROVED);
		return;
	}
	if (detect_at(t, i + 3, ':') && s->wanted[DETECT_ROW_MAC] &&
	    detect_mac_at(&f, i)) {
		take(s, &f, DETECT_ROW_MAC, DETECT_SHAPE);
		return;
	}
	if (!detect_at(t, i + 1, ':') &&
	    !(detect_is(t, i + 1, DETECT_HEX) && i > 0 &&
		detect_is(t, i - 1, DETECT_HEX)))
		return;
	if (s->wanted[DETECT_ROW_IP] && detect_ipv6_at(&f, i)) {
		bool bare = f.end - f.start == 2;

		widen_range(&f);
		take(s, &f, DETECT_ROW_IP, bare ? DETECT_SHAPE : DETECT_PROVED);
	}
}

/* "user@example.xn--p1ai": an internationalised top-level domain. */
static size_t
mail_end(const struct detect_text *t, size_t end)
{
	if (end < 2 || memcmp(t->at + end - 2, "xn", 2) != 0 ||
	    !detect_at(t, end, '-') || !detect_at(t, end + 1, '-'))
		return end;
	while (detect_is(t, end, DETECT_ALNUM) || detect_at(t, end, '-'))
		end++;
	return end;
}

static void
try_mark(struct scan *s, size_t i)
{
	const struct detect_text *t = &s->text;
	struct detect_find f;

	f.detector = s->d;
	f.text = *t;
	switch (t->at[i]) {
	case '@':
		if (s->wanted[DETECT_ROW_EMAIL] &&
		    (f.end = detect_mail(t, i, &f.start)) != 0) {
			f.end = mail_end(t, f.end);
			take(s, &f, DETECT_ROW_EMAIL, DETECT_PROVED);
		}
		break;
	case ':':
		try_colon(s, i);
		break;
	case '-':
		if (detect_at(t, i + 3, '-') && detect_at(t, i + 6, '-') &&
		    s->wanted[DETECT_ROW_MAC] && detect_mac_at(&f, i))
			take(s, &f, DETECT_ROW_MAC, DETECT_SHAPE);
		break;
	default:
		if (s->wanted[DETECT_ROW_URL] && i > 0 &&
		    detect_is(t, i - 1, DETECT_ALNUM) &&
		    detect_is(t, i + 1, DETECT_LETTER) && detect_host_at(&f, i))
			take(s, &f, DETECT_ROW_URL, DETECT_SHAPE);
	}
}

/* Where something can begin: 1 a digit, 2 '@' ':' '-' '.'. */
static const unsigned char anchors[256] = { ['0'] = 1,
	['1'] = 1,
	['2'] = 1,
	['3'] = 1,
	['4'] = 1,
	['5'] = 1,
	['6'] = 1,
	['7'] = 1,
	['8'] = 1,
	['9'] = 1,
	['@'] = 2,
	[':'] = 2,
	['-'] = 2,
	['.'] = 2 };

void
detector_scan(const struct detector *d, const struct detect_wish *wish,
    const char *text, size_t length, struct detect_hits *hits)
{
	struct scan s = { .d = d,
		.hits = hits,
		.min_score = wish->min_score,
		.text = { (const unsigned char *)text, length } };
	bool all = wish->types[0] == 0 && wish->types[1] == 0;
	size_t i = 0, start, low = 0;
	unsigned k;

	for (k = 0; k < detect_row_count; k++)
		s.wanted[k] = all || (wish->types[k / 64] >> k % 64 & 1) != 0;
	detect_reader_init(&s.reader, &d->words, wish, text, length);
	while (i < length) {
		unsigned char kind = anchors[s.text.at[i]];

		if (kind == 0) {
			i++;
			continue;
		}
		if (kind == 2) {
			try_mark(&s, i++);
			continue;
		}
		start = i;
		while (
		    start > low && detect_is(&s.text, start - 1, DETECT_ALNUM))
			start--;
		while (detect_is(&s.text, i, DETECT_ALNUM))
			i++;
		try_token(&s, start, i);
		low = i;
	}
}
