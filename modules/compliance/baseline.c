/* SPDX-License-Identifier: BSD-2-Clause */

#include "baseline.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROWTH 16 /* a character of UTF-8, folded, decomposed, in capitals */

static const struct letter {
	UChar from;
	const char *to;
} letters[] = { { 0x00df, "SS" }, { 0x1e9e, "SS" }, { 0x00c6, "AE" },
	{ 0x00e6, "AE" }, { 0x00d8, "O" }, { 0x00f8, "O" }, { 0x0152, "OE" },
	{ 0x0153, "OE" }, { 0x0110, "D" }, { 0x0111, "D" }, { 0x00d0, "D" },
	{ 0x00f0, "D" }, { 0x0141, "L" }, { 0x0142, "L" }, { 0x00de, "TH" },
	{ 0x00fe, "TH" }, { 0x0131, "I" }, { 0x0401, "E" }, { 0x0451, "E" } };

/* U+0410 to U+042F; the small ones follow in the same order. */
static const char *const cyrillic[] = { "A", "B", "V", "G", "D", "E", "ZH", "Z",
	"I", "Y", "K", "L", "M", "N", "O", "P", "R", "S", "T", "U", "F", "KH",
	"TS", "CH", "SH", "SHCH", "", "Y", "", "E", "YU", "YA" };

static const char *const dropped[] = { "THE", "CO", "LTD", "LIMITED", "LLC",
	"INC", "CORP", "CORPORATION", "COMPANY", "GMBH", "AG", "SA", "SARL",
	"PLC", "PTE", "SDN", "BHD", "OOO", "OAO", "JSC", "MR", "MRS", "MS",
	"DR" };

/* --------------------------------------------------------------- reading */

static const char *
letter_of(UChar c)
{
	if (c >= 0x0410 && c < 0x0450)
		return cyrillic[(c - 0x0410) % 32];
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (letters[i].from == c)
			return letters[i].to;
	return NULL;
}

/* UTF-8 by way of b to UTF-16 in a, letters folded; each has room. */
static int32_t
fold_letters(const char *name, int32_t length, UChar *a, UChar *b)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t at = 0, n = 0, from = 0;

	(void)u_strFromUTF8WithSub(b, length + 1, &from, name, length, ' ',
	    NULL, &status);
	for (at = 0; U_SUCCESS(status) && at < from; at++) {
		const char *letter = b[at] >= 0x80 ? letter_of(b[at]) : NULL;

		if (letter == NULL)
			a[n++] = b[at];
		for (; letter != NULL && *letter != '\0'; letter++)
			a[n++] = (UChar)*letter;
	}
	return n;
}

/* Decomposed, without marks, in capitals.  Returns the length in a, which like
 * b has room for `room`. */
static int32_t
capitals(UChar *a, UChar *b, int32_t length, int32_t room)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
	int32_t n = unorm2_normalize(nfd, a, length, b, room, &status);
	int32_t at = 0, kept = 0;

	while (U_SUCCESS(status) && at < n) {
		int32_t from = at;
		UChar32 c = b[at++];

		if (c >= 0xd800 && c < 0xdc00 && at < n)
			c = 0x10000 + ((c - 0xd800) << 10) + b[at++] - 0xdc00;
		if (u_getCombiningClass(c) != 0 ||
		    u_charType(c) == U_NON_SPACING_MARK)
			continue;
		while (from < at)
			b[kept++] = b[from++];
	}
	n = u_strToUpper(a, room, b, kept, "", &status);
	return U_SUCCESS(status) ? n : 0;
}

static bool
is_kept(UChar c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    (c >= 0x3400 && c <= 0x9fff);
}

static bool
is_dropped(const struct baseline_token *t)
{
	for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) {
		size_t k = 0;

		while (k < t->length && dropped[i][k] != '\0' &&
		    t->text[k] == (uint16_t)dropped[i][k])
			k++;
		if (k == t->length && dropped[i][k] == '\0')
			return true;
	}
	return false;
}

/* Cuts text at what is not kept, apostrophes closed up before. */
static void
split(UChar *text, int32_t length, const struct memory *memory,
    struct baseline_name *out)
{
	int32_t n = 0, from = 0;

	for (int32_t i = 0; i < length; i++)
		if (text[i] != '\'' && text[i] != 0x2019)
			text[n++] = text[i];
	out->tokens = memory->alloc(memory->owner,
	    ((size_t)n / 2 + 1) * sizeof *out->tokens);
	out->n = 0;
	for (int32_t i = 0; i <= n; i++) {
		if (i < n && is_kept(text[i]))
			continue;
		if (i > from)
			out->tokens[out->n++] = (struct baseline_token){
				text + from, (size_t)(i - from)
			};
		from = i + 1;
	}
}

static void
drop_forms(struct baseline_name *name)
{
	size_t kept = 0, at = 0;

	for (size_t i = 0; i < name->n; i++)
		kept += !is_dropped(&name->tokens[i]);
	if (kept == 0)
		return;
	for (size_t i = 0; i < name->n; i++)
		if (!is_dropped(&name->tokens[i]))
			name->tokens[at++] = name->tokens[i];
	name->n = at;
}

static int
by_text(const void *a, const void *b)
{
	const struct baseline_token *x = a, *y = b;
	size_t n = x->length < y->length ? x->length : y->length;

	for (size_t i = 0; i < n; i++)
		if (x->text[i] != y->text[i])
			return x->text[i] < y->text[i] ? -1 : 1;
	return (x->length > y->length) - (x->length < y->length);
}

static struct baseline_token
join(const struct baseline_token *tokens, size_t n, const struct memory *memory)
{
	size_t length = 0;
	uint16_t *out;

	for (size_t i = 0; i < n; i++)
		length += tokens[i].length + 1;
	out = memory->alloc(memory->owner, (length + 1) * sizeof *out);
	length = 0;
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			out[length++] = ' ';
		memcpy(out + length, tokens[i].text,
		    tokens[i].length * sizeof *out);
		length += tokens[i].length;
	}
	return (struct baseline_token){ out, length };
}

void
baseline_read(const char *name, size_t length, const struct memory *memory,
    struct baseline_name *out)
{
	size_t n = length < BASELINE_NAME_MAX ? length : BASELINE_NAME_MAX;
	size_t room = (n + 1) * GROWTH;
	UChar *a = memory->alloc(memory->owner, room * sizeof *a);
	UChar *b = memory->alloc(memory->owner, room * sizeof *b);
	struct baseline_token *sorted;
	int32_t at;

	at = fold_letters(name, (int32_t)n, a, b);
	at = capitals(a, b, at, (int32_t)room);
	split(a, at, memory, out);
	drop_forms(out);
	sorted = memory->alloc(memory->owner, (out->n + 1) * sizeof *sorted);
	if (out->n > 0)
		memcpy(sorted, out->tokens, out->n * sizeof *sorted);
	qsort(sorted, out->n, sizeof *sorted, by_text);
	out->joined = join(out->tokens, out->n, memory);
	out->sorted = join(sorted, out->n, memory);
}

const char *
baseline_text(const struct baseline_name *name, const struct memory *memory)
{
	int32_t room = (int32_t)name->joined.length * 3 + 1, length = 0;
	char *out = memory->alloc(memory->owner, (size_t)room);
	UErrorCode status = U_ZERO_ERROR;

	(void)u_strToUTF8(out, room, &length, name->joined.text,
	    (int32_t)name->joined.length, &status);
	out[U_SUCCESS(status) ? length : 0] = '\0';
	return out;
}

/* --------------------------------------------------------------- scoring */

/* Which characters have a partner: of a, then of b; zeroed. */
struct marks {
	bool *a, *b;
};

static size_t
mark_partners(const struct baseline_token *a, const struct baseline_token *b,
    const struct marks *m)
{
	size_t longer = a->length > b->length ? a->length : b->length;
	size_t window = longer / 2 > 0 ? longer / 2 - 1 : 0, n = 0;

	for (size_t i = 0; i < a->length; i++) {
		size_t k = i > window ? i - window : 0;
		size_t end = i + window + 1 < b->length ? i + window + 1
							: b->length;

		while (k < end && (m->b[k] || a->text[i] != b->text[k]))
			k++;
		if (k < end) {
			m->a[i] = m->b[k] = true;
			n++;
		}
	}
	return n;
}

static size_t
count_swaps(const struct baseline_token *a, const struct baseline_token *b,
    const struct marks *m)
{
	size_t k = 0, n = 0;

	for (size_t i = 0; i < a->length; i++) {
		if (!m->a[i])
			continue;
		while (!m->b[k])
			k++;
		n += a->text[i] != b->text[k++];
	}
	return n / 2; /* two misplaced characters are one swap */
}

/* room is for as many characters as both have. */
static double
jaro_winkler(const struct baseline_token *a, const struct baseline_token *b,
    bool *room)
{
	const struct marks m = { room, room + a->length };
	size_t prefix = 0, n;
	double jaro, all;

	memset(room, 0, (a->length + b->length) * sizeof *room);
	n = mark_partners(a, b, &m);
	if (n == 0)
		return 0;
	all = (double)n;
	jaro = (all / (double)a->length + all / (double)b->length +
		   (all - (double)count_swaps(a, b, &m)) / all) /
	    3;
	while (prefix < 4 && prefix < a->length && prefix < b->length &&
	    a->text[prefix] == b->text[prefix])
		prefix++;
	return jaro > 0.7 ? jaro + (double)prefix * 0.1 * (1 - jaro) : jaro;
}

/* The best partner in l of one token, the first on ties; it is used then. */
static double
take_best(const struct baseline_token *t, const struct baseline_name *l,
    bool *is_used, bool *room)
{
	size_t best = l->n;
	double most = -1;

	for (size_t k = 0; k < l->n; k++) {
		double score = is_used[k]
		    ? -1
		    : jaro_winkler(t, &l->tokens[k], room);

		if (score > most) {
			most = score;
			best = k;
		}
	}
	is_used[best] = true;
	return most;
}

static double
score_tokens(const struct baseline_name *a, const struct baseline_name *b,
    bool *is_used, bool *room)
{
	const struct baseline_name *s = a->n <= b->n ? a : b;
	const struct baseline_name *l = a->n <= b->n ? b : a;
	double sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += take_best(&s->tokens[i], l, is_used, room);
	sum = sum / (double)s->n *
	    (1 - 0.1 * (double)(l->n - s->n) / (double)l->n);
	return s->n == 1 && l->n > 1 && sum > 0.80 ? 0.80 : sum;
}

double
baseline_score(const struct baseline_name *a, const struct baseline_name *b,
    const struct memory *memory)
{
	double joined, sorted, tokens, best;
	bool *is_used, *room;

	if (a->n == 0 || b->n == 0)
		return 0;
	is_used = memory->alloc(memory->owner, (a->n + b->n) * sizeof *is_used);
	room = memory->alloc(memory->owner,
	    (a->joined.length + b->joined.length) * sizeof *room);
	joined = jaro_winkler(&a->joined, &b->joined, room);
	sorted = jaro_winkler(&a->sorted, &b->sorted, room);
	tokens = score_tokens(a, b, is_used, room);
	best = joined > sorted ? joined : sorted;
	return best > tokens ? best : tokens;
}

double
baseline_round(double score, int digits)
{
	char text[64];

	(void)snprintf(text, sizeof text, "%.*f", digits, score);
	return strtod(text, NULL);
}
