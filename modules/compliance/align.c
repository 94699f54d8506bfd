/* SPDX-License-Identifier: BSD-2-Clause */

#include "align.h"

#include "name_edit.h"

#include <string.h>

#define OPTIONS 192
#define JOIN 4

/* Choices among which align() takes the best first. */
struct options {
	struct pair at[OPTIONS];
	size_t count;
};

static int
shares_group(const struct token *a, const struct token *b)
{
	size_t i, k;

	for (i = 0; i < WORD_GROUPS && a->group[i] != 0; i++) {
		for (k = 0; k < WORD_GROUPS && b->group[k] != 0; k++) {
			if (a->group[i] == b->group[k])
				return 1;
		}
	}
	return 0;
}

static float
consonant_likeness(const char *a, size_t na, const char *b, size_t nb)
{
	char sa[EDIT_MAX + 1], sb[EDIT_MAX + 1];
	size_t la = edit_skeleton(a, na, sa), lb = edit_skeleton(b, nb, sb);
	size_t longer = la > lb ? la : lb;
	unsigned cost;

	if (la == 0 || lb == 0)
		return 0;
	if (la == lb && memcmp(sa, sb, la) == 0) {
		size_t gap = na > nb ? na - nb : nb - na;

		if (la == 1)
			return gap <= 2 && (na < 5 || nb < 5) ? 0.7f : 0;
		return la == 2 ? 0.8f : 0.94f;
	}
	if (longer < 4)
		return 0;
	cost = edit_cost(sa, la, sb, lb, 100);
	return cost <= 60 ? 0.85f : cost <= 100 && longer > 4 ? 0.78f : 0;
}

static float
spelling_likeness(const struct token *a, const struct token *b)
{
	size_t longer = a->len > b->len ? a->len : b->len;
	unsigned budget = edit_budget(longer), cost;

	if (__builtin_popcount(a->signature ^ b->signature) > edit_bits(budget))
		return 0;
	cost = edit_cost(a->text, a->len, b->text, b->len, budget);
	if (cost > budget)
		return 0;
	/* in a short word the first sound tells more than the rest */
	if (longer <= 4 && cost >= 100 && a->text[0] != b->text[0])
		return 0;
	return 1.0f - (float)cost / 100.0f / (float)longer;
}

int
join_allowed(size_t words, size_t letters)
{
	return letters <= (words > 2 ? 14u : 22u);
}

unsigned
join_budget(size_t longer)
{
	unsigned most = (unsigned)longer * 13, budget = edit_budget(longer);

	return most < budget ? most : budget;
}

float
token_likeness(const struct token *a, const struct token *b,
    uint8_t *reason_out)
{
	int abjad = (a->flags ^ b->flags) & TOKEN_ABJAD;

	*reason_out = PAIR_SAME;
	if (a->len == b->len && memcmp(a->text, b->text, a->len) == 0)
		return abjad ? 0.97f : 1.0f;
	if (a->kind == TOKEN_NUMBER || b->kind == TOKEN_NUMBER)
		return 0;
	if (a->kind == TOKEN_COUNTRY && b->kind == TOKEN_COUNTRY &&
	    a->group[0] != b->group[0])
		return 0;
	if (a->group[0] != 0 && b->group[0] != 0 && shares_group(a, b)) {
		*reason_out = PAIR_SHORT;
		return 0.95f;
	}
	if (a->kind == TOKEN_INITIAL || b->kind == TOKEN_INITIAL) {
		*reason_out = PAIR_INITIAL;
		return a->text[0] == b->text[0] &&
			(a->kind == TOKEN_WORD || b->kind == TOKEN_WORD)
		    ? 0.85f
		    : 0;
	}
	if (abjad) {
		*reason_out = PAIR_CONSONANTS;
		return consonant_likeness(a->text, a->len, b->text, b->len);
	}
	*reason_out = PAIR_SPELLING;
	return spelling_likeness(a, b);
}

static float
weight_of(const struct name *n, size_t at, size_t count)
{
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += n->tokens[at + i].weight;
	return (float)sum / 100.0f;
}

static void
option_add(struct options *o, const struct name *a, const struct name *b,
    const struct pair *p)
{
	struct pair *slot;
	float wa = weight_of(a, p->a, p->na), wb = weight_of(b, p->b, p->nb);

	if (o->count == OPTIONS)
		return;
	slot = &o->at[o->count++];
	*slot = *p;
	slot->weight = wa > wb ? wa : wb;
	if (p->reason == PAIR_INITIAL)
		slot->weight = wa < wb ? wa : wb;
}

/* The words at..at+n of a name written together. */
static size_t
join(const struct name *n, size_t at, size_t count, struct token *out,
    char *room)
{
	size_t i, len = 0;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < count; i++) {
		const struct token *t = &n->tokens[at + i];

		if (len + t->len > TOKEN_LEN || t->kind == TOKEN_NUMBER)
			return 0;
		if (t->kind == TOKEN_INITIAL)
			out->kind = TOKEN_INITIAL;
		memcpy(room + len, t->text, t->len);
		len += t->len;
		out->flags |= t->flags & TOKEN_ABJAD;
	}
	/* initials may be many: an acronym is short */
	if (!join_allowed(count, len) && count < JOIN)
		len = 0;
	room[len] = '\0';
	out->text = room;
	out->len = (uint8_t)len;
	out->signature = edit_signature(room, len);
	return len;
}

/* Can the joined word be like t at all?  Lengths decide first: it is cheap. */
static float
join_likeness(const struct token *joined, const struct token *t, uint8_t *why)
{
	float like;

	if (!((joined->flags | t->flags) & TOKEN_ABJAD) &&
	    (joined->len + 2 < t->len || t->len + 2 < joined->len))
		return 0;
	if (t->len < 4 && joined->kind != TOKEN_INITIAL)
		return 0;
	/* initials join to the very word only: "L X C" is "LXC" */
	if (joined->kind == TOKEN_INITIAL)
		return joined->len == t->len &&
			memcmp(joined->text, t->text, t->len) == 0
		    ? 0.98f
		    : 0;
	like = token_likeness(joined, t, why);
	return like >= JOIN_LIKENESS ? like - 0.01f : 0;
}

static size_t
letters_of(const struct name *n, size_t at, size_t count, char *out)
{
	size_t i;

	for (i = 0; i < count; i++)
		out[i] = n->tokens[at + i].text[0];
	return count;
}

/* "jc" for "jean claude", "pla" for "people's liberation army".  Of persons
 * only two consonants: Kim is not Khuri Imad Mtanyus. */
static int
is_acronym(const struct token *t, const struct name *n, size_t at, size_t count)
{
	char first[JOIN];

	if (t->len != count || t->kind != TOKEN_WORD)
		return 0;
	if (n->view != VIEW_ENTITY && !(t->flags & TOKEN_DOTTED) &&
	    (count != 2 || n->count < 3 || strpbrk(t->text, "aeiouy") != NULL))
		return 0;
	if (count == 2 && n->count == 2 && !(t->flags & TOKEN_DOTTED))
		return 0;
	return letters_of(n, at, count, first) == count &&
	    memcmp(first, t->text, count) == 0;
}

/* Pairs the joined word of many with each word of one. */
static void
options_of_joined(struct options *o, const struct name *one,
    const struct name *many, const struct token *joined, struct pair p,
    int swapped)
{
	size_t i;

	for (i = 0; i < one->count; i++) {
		const struct token *t = &one->tokens[i];

		p.a = (uint8_t)i;
		p.likeness = 0;
		p.reason = 0;
		if (joined->len > 0)
			p.likeness = join_likeness(joined, t, &p.reason);
		if (p.likeness <= 0 && is_acronym(t, many, p.b, p.nb)) {
			p.reason = PAIR_ACRONYM;
			p.likeness = 0.9f;
		}
		if (p.likeness <= 0)
			continue;
		if (swapped) {
			struct pair q = { p.b, p.nb, p.a, p.na, p.reason,
				p.likeness, 0 };

			option_add(o, many, one, &q);
		} else {
			option_add(o, one, many, &p);
		}
	}
}

/* Options that pair one word with several neighbours of the other name. */
static void
options_joined(struct options *o, const struct name *one,
    const struct name *many, int swapped)
{
	size_t k, n;
	char room[TOKEN_LEN + 1];
	struct token joined;

	for (k = 0; k < many->count; k++) {
		for (n = 2; n <= JOIN && k + n <= many->count; n++) {
			struct pair p = { .na = 1,
				.b = (uint8_t)k,
				.nb = (uint8_t)n };

			(void)join(many, k, n, &joined, room);
			options_of_joined(o, one, many, &joined, p, swapped);
		}
	}
}

static void
options_single(struct options *o, const struct name *a, const struct name *b)
{
	size_t i, k;

	for (i = 0; i < a->count; i++) {
		for (k = 0; k < b->count; k++) {
			struct pair p = { .a = (uint8_t)i,
				.na = 1,
				.b = (uint8_t)k,
				.nb = 1 };

			p.likeness = token_likeness(&a->tokens[i],
			    &b->tokens[k], &p.reason);
			if (p.likeness > 0)
				option_add(o, a, b, &p);
		}
	}
}

static uint32_t
span(unsigned at, unsigned count)
{
	return ((1u << count) - 1u) << at;
}

/* Better: the very word; more likeness; then the heavier and the nearer. */
static float
rank(const struct pair *p)
{
	int gap = (int)p->a - (int)p->b;

	return (p->reason == PAIR_SAME && p->weight > 0.4f ? 4.0f : 0.0f) +
	    p->likeness * (0.5f + p->weight) + (float)(p->na + p->nb) * 0.01f -
	    (float)(gap < 0 ? -gap : gap) * 0.0001f;
}

static void
choose(struct options *o, struct alignment *out, uint32_t all_a, uint32_t all_b)
{
	size_t i;

	out->left_a = all_a;
	out->left_b = all_b;
	while (out->count < NAME_TOKENS) {
		struct pair *best = NULL;
		float best_rank = 0;

		for (i = 0; i < o->count; i++) {
			struct pair *p = &o->at[i];
			uint32_t sa = span(p->a, p->na), sb = span(p->b, p->nb);
			float r;

			if ((out->left_a & sa) != sa ||
			    (out->left_b & sb) != sb)
				continue;
			r = rank(p);
			if (best == NULL || r > best_rank) {
				best = p;
				best_rank = r;
			}
		}
		if (best == NULL)
			return;
		out->left_a &= ~span(best->a, best->na);
		out->left_b &= ~span(best->b, best->nb);
		out->pairs[out->count++] = *best;
	}
}

/* A repeated word says nothing new: "Shoigu Shoigu Sergey". */
static int
is_repeat(const struct name *n, size_t at)
{
	size_t i;

	for (i = 0; i < n->count; i++) {
		const struct token *t = &n->tokens[i];

		if (i != at && t->len == n->tokens[at].len &&
		    memcmp(t->text, n->tokens[at].text, t->len) == 0)
			return 1;
	}
	return 0;
}

struct rest {
	float weight;
	float hard; /* weight that can contradict */
	int numbers;
};

static struct rest
rest_of(const struct name *n, uint32_t left)
{
	struct rest r = { 0, 0, 0 };
	size_t i;

	for (i = 0; i < n->count; i++) {
		const struct token *t = &n->tokens[i];
		float w = (float)t->weight / 100.0f;

		if (!(left & (1u << i)) || is_repeat(n, i))
			continue;
		if (t->kind == TOKEN_NUMBER)
			r.numbers++;
		r.weight += w;
		if (w > 0.2f)
			r.hard += w;
	}
	return r;
}

static void
sum_up(const struct name *a, const struct name *b, struct alignment *out)
{
	struct rest ra = rest_of(a, out->left_a), rb = rest_of(b, out->left_b);
	size_t i;

	for (i = 0; i < out->count; i++) {
		const struct pair *p = &out->pairs[i];

		out->paired += p->weight * p->likeness;
		out->weight += p->weight;
		if (p->weight >= 0.45f)
			out->words += p->weight;
	}
	out->extra_a = ra.weight;
	out->extra_b = rb.weight;
	out->clash = ra.hard < rb.hard ? ra.hard : rb.hard;
	out->numbers_clash = ra.numbers > 0 && rb.numbers > 0;
	out->numbers_missing = (ra.numbers > 0) != (rb.numbers > 0);
}

/* The same words in the same order need no search. */
static int
is_identical(const struct name *a, const struct name *b, struct alignment *out)
{
	size_t i;

	if (a->count != b->count)
		return 0;
	for (i = 0; i < a->count; i++) {
		const struct token *x = &a->tokens[i], *y = &b->tokens[i];

		if (x->len != y->len || memcmp(x->text, y->text, x->len) != 0)
			return 0;
	}
	for (i = 0; i < a->count; i++)
		out->pairs[i] = (struct pair){ (uint8_t)i, 1, (uint8_t)i, 1,
			PAIR_SAME, 1.0f, weight_of(a, i, 1) };
	out->count = a->count;
	return 1;
}

void
align(const struct name *a, const struct name *b,
    struct alignment *alignment_out)
{
	struct options o;

	memset(alignment_out, 0, sizeof(*alignment_out));
	if (is_identical(a, b, alignment_out)) {
		sum_up(a, b, alignment_out);
		return;
	}
	o.count = 0;
	options_single(&o, a, b);
	options_joined(&o, a, b, 0);
	options_joined(&o, b, a, 1);
	choose(&o, alignment_out, span(0, a->count), span(0, b->count));
	sum_up(a, b, alignment_out);
}
