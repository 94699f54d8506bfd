/* SPDX-License-Identifier: BSD-2-Clause */

#include "match.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FEATURES 64

/* Found on labelled pairs; tests/golden/screening_eval.c measures them. */
const struct match_config match_defaults = {
	.review = 0.70f,
	.match = 0.76f,
	.extra_person = 0.30f,
	.extra_entity = 0.60f,
	.clash = 0.25f,
	.form = 0.74f,
	.numbers = 0.60f,
	.birth_year = 0.18f,
	.birth_day = 0.10f,
	.country = 0.06f,
	.weak = 0.05f,
};

/* The name score, step by step, so that each step can be explained. */
struct name_score {
	float base;
	float clash, extra, single, numbers, form; /* factors */
	float score;
};

enum match_decision
match_decide(const struct match_config *config, float score)
{
	/* half a unit of the last printed digit: 0.76 is 0.76 */
	if (score + 0.0000005f >= config->match)
		return MATCH_MATCH;
	return score + 0.0000005f >= config->review ? MATCH_REVIEW
						    : MATCH_CLEAR;
}

static int
forms_disagree(const struct name *a, const struct name *b)
{
	uint32_t any = word_hash("any", 3);

	return a->form != 0 && b->form != 0 && a->form != b->form &&
	    a->form != any && b->form != any;
}

static void
score_steps(const struct match_config *config, const struct name *a,
    const struct name *b, const struct alignment *al, struct name_score *s)
{
	float extra = al->extra_a + al->extra_b - 2 * al->clash;
	float share, clash = al->clash < 1 ? al->clash : 1;

	memset(s, 0, sizeof(*s));
	if (al->weight <= 0)
		return;
	share = extra / (al->weight + extra);
	s->base = al->paired / (al->weight + al->clash);
	s->clash = 1 - config->clash * clash;
	s->extra = 1 -
	    share *
		(a->view == VIEW_PERSON ? config->extra_person
					: config->extra_entity);
	s->single = al->words < 1.4f && extra > 0.5f &&
		(a->view == VIEW_PERSON || a->view == VIEW_CRAFT)
	    ? 0.72f
	    : 1;
	s->numbers = al->numbers_clash ? config->numbers
	    : al->numbers_missing      ? 0.85f
				       : 1;
	s->form = forms_disagree(a, b) ? config->form : 1;
	s->score = s->base * s->clash * s->extra * s->single * s->numbers *
	    s->form;
}

float
match_names(const struct match_config *config, const struct name *query,
    const struct name *listed, struct alignment *alignment_out)
{
	struct name_score s;

	align(query, listed, alignment_out);
	score_steps(config, query, listed, alignment_out, &s);
	return s.score;
}

/* How two dates of birth agree: points lost, and words for it. */
static float
date_loss(const struct match_config *config, const struct birth_date *a,
    const struct birth_date *b, const char **why)
{
	int gap = a->year > b->year ? a->year - b->year : b->year - a->year;

	if (gap > 0 && (a->circa || b->circa) && gap <= 3) {
		*why = "near the year that the list gives as approximate";
		return 0;
	}
	if (gap > 1) {
		*why = "born in another year";
		return config->birth_year;
	}
	if (gap == 1) {
		*why = "born one year apart";
		return config->birth_year / 3;
	}
	if (a->month == 0 || b->month == 0) {
		*why = "born in the same year";
		return 0;
	}
	if (a->month == b->month &&
	    (a->day == b->day || a->day == 0 || b->day == 0)) {
		*why = "born on the same date";
		return 0;
	}
	if (a->month == b->day && a->day == b->month) {
		*why = "day and month swapped";
		return 0;
	}
	*why = "same year, another day";
	return a->month == b->month ? config->birth_day / 2 : config->birth_day;
}

static float
births_loss(const struct match_config *config, const struct party *q,
    const struct party *l, const struct birth_date **best_q,
    const struct birth_date **best_l, const char **why)
{
	float least = 2;
	size_t i, k;

	for (i = 0; i < q->birth_count; i++) {
		for (k = 0; k < l->birth_count; k++) {
			const char *words;
			float loss = date_loss(config, &q->births[i],
			    &l->births[k], &words);

			if (loss < least) {
				least = loss;
				*best_q = &q->births[i];
				*best_l = &l->births[k];
				*why = words;
			}
		}
	}
	return least <= 1 ? least : -1; /* -1: nothing to compare */
}

static int
countries_agree(const struct party *q, const struct party *l)
{
	size_t i, k;

	if (q->country_count == 0 || l->country_count == 0)
		return -1;
	for (i = 0; i < q->country_count; i++) {
		for (k = 0; k < l->country_count; k++) {
			if (memcmp(q->countries[i].code, l->countries[k].code,
				2) == 0)
				return 1;
		}
	}
	return 0;
}

static const struct identifier *
identifier_shared(const struct party *q, const struct party *l)
{
	size_t i, k;

	for (i = 0; i < q->identifier_count; i++) {
		const char *v = q->identifiers[i].value;

		for (k = 0; k < l->identifier_count && strlen(v) >= 5; k++) {
			if (strcmp(v, l->identifiers[k].value) == 0)
				return &l->identifiers[k];
		}
	}
	return NULL;
}

static int
is_weak(const struct party *p, size_t name)
{
	return p->kinds != NULL && p->kinds[name] == NAME_WEAK_AKA;
}

/* Points taken off the name score by all else; evidence is set when any
 * further detail agrees. */
static float
details_loss(const struct match_config *config, const struct party *q,
    const struct party *l, int weak, float score)
{
	const struct birth_date *a, *b;
	const char *why;
	float loss = births_loss(config, q, l, &a, &b, &why);
	int same = countries_agree(q, l), agrees = loss == 0 || same == 1;

	if (loss < 0)
		loss = 0;
	if (same == 0)
		loss += config->country;
	if (weak && !agrees && score > config->match - 0.01f - loss)
		loss = score - config->match + 0.01f > loss
		    ? score - config->match + 0.01f
		    : loss;
	return loss < score ? loss : score;
}

static int
types_differ(const struct party *q, const struct party *l)
{
	return q->type != PARTY_ANY && l->type != PARTY_ANY &&
	    q->type != l->type;
}

float
match_score(const struct match_config *config, const struct party *query,
    const struct party *listed, size_t *query_name_out, size_t *list_name_out)
{
	float best = 0;
	size_t i, k;

	*query_name_out = 0;
	*list_name_out = 0;
	if (types_differ(query, listed))
		return 0;
	for (i = 0; i < query->name_count; i++) {
		for (k = 0; k < listed->name_count; k++) {
			struct alignment al;
			float s;

			if (query->names[i].view != listed->names[k].view)
				continue;
			s = match_names(config, &query->names[i],
			    &listed->names[k], &al);
			s -= details_loss(config, query, listed,
			    is_weak(listed, k), s);
			if (s > best + 0.000001f) {
				best = s;
				*query_name_out = i;
				*list_name_out = k;
			}
		}
	}
	if (identifier_shared(query, listed) != NULL && best < 0.98f)
		best = 0.98f;
	return best;
}

/* Features being collected; every share is what it adds to the score. */
struct notes {
	const struct memory *memory;
	struct feature *at;
	size_t count;
	float sum;
};

static void
note(struct notes *n, const char *name, float share, const char *query,
    const char *listed, const char *detail)
{
	if (n->count == FEATURES)
		return;
	n->at[n->count++] = (struct feature){ name, share, query, listed,
		detail };
	n->sum += share;
}

static const char *
words_of(struct notes *n, const struct name *name, size_t at, size_t count)
{
	size_t i, len = 0;
	char *text;

	text = n->memory->alloc(n->memory->owner, count * (TOKEN_LEN + 2) + 1);
	for (i = 0; i < count; i++) {
		const struct token *t = &name->tokens[at + i];

		if (i > 0)
			text[len++] = ' ';
		memcpy(text + len, t->text, t->len);
		len += t->len;
	}
	return text;
}

static const char *
left_words(struct notes *n, const struct name *name, uint32_t left)
{
	size_t i, len = 0;
	char *text = n->memory->alloc(n->memory->owner,
	    name->count * (TOKEN_LEN + 2) + 1);

	for (i = 0; i < name->count; i++) {
		const struct token *t = &name->tokens[i];

		if (!(left & (1u << i)))
			continue;
		if (len > 0)
			text[len++] = ' ';
		memcpy(text + len, t->text, t->len);
		len += t->len;
	}
	return text;
}

static const char *const reason_words[] = {
	[PAIR_SAME] = "the same word",
	[PAIR_SPELLING] = "spelt much alike",
	[PAIR_SHORT] = "another form of the same name",
	[PAIR_INITIAL] = "an initial of the word",
	[PAIR_CONSONANTS] = "the same consonants (script without vowels)",
	[PAIR_ACRONYM] = "the initials of the words",
};

static void
note_words(struct notes *n, const struct name *a, const struct name *b,
    const struct alignment *al)
{
	size_t i;

	for (i = 0; i < al->count; i++) {
		const struct pair *p = &al->pairs[i];

		note(n, "name_word",
		    p->weight * p->likeness / (al->weight + al->clash),
		    words_of(n, a, p->a, p->na), words_of(n, b, p->b, p->nb),
		    reason_words[p->reason]);
	}
}

static void
note_factor(struct notes *n, const char *name, float factor,
    const char *const parts[2], const char *detail)
{
	if (factor < 1)
		note(n, name, n->sum * (factor - 1), parts[0], parts[1],
		    detail);
}

static void
note_name(const struct match_config *config, struct notes *n,
    const struct name *a, const struct name *b)
{
	struct alignment al;
	struct name_score s;
	const char *left[2], *forms[2];

	align(a, b, &al);
	score_steps(config, a, b, &al, &s);
	note_words(n, a, b, &al);
	left[0] = left_words(n, a, al.left_a);
	left[1] = left_words(n, b, al.left_b);
	forms[0] = a->form_text != NULL ? a->form_text : "";
	forms[1] = b->form_text != NULL ? b->form_text : "";
	note_factor(n, "different_word", s.clash, left,
	    "words of both sides that contradict each other");
	note_factor(n, "missing_word", s.extra, left,
	    "words that only one side has");
	note_factor(n, "single_word", s.single, left,
	    "only one word agrees and others are missing");
	note_factor(n, "number", s.numbers, left,
	    al.numbers_clash ? "numbers differ" : "one side has a number");
	note_factor(n, "company_form", s.form, forms, "legal forms disagree");
	if (a->transliterated || b->transliterated)
		note(n, "transliteration", 0, a->text, b->text,
		    "compared in Latin letters");
}

static const char *
date_text(struct notes *n, const struct birth_date *d)
{
	char *text = n->memory->alloc(n->memory->owner, 24);

	if (d == NULL)
		snprintf(text, 24, "-");
	else if (d->month == 0)
		snprintf(text, 24, "%04d", d->year);
	else if (d->day == 0)
		snprintf(text, 24, "%04d-%02u", d->year, d->month);
	else
		snprintf(text, 24, "%04d-%02u-%02u", d->year, d->month, d->day);
	return text;
}

static void
note_details(const struct match_config *config, struct notes *n,
    const struct party *q, const struct party *l, int weak)
{
	const struct birth_date *a = NULL, *b = NULL;
	const char *why = "";
	float before = n->sum, loss = births_loss(config, q, l, &a, &b, &why);
	int same = countries_agree(q, l);
	float all = details_loss(config, q, l, weak, before), rest = all;

	if (loss >= 0) {
		float share = loss < rest ? loss : rest;

		note(n, "birth_date", -share, date_text(n, a), date_text(n, b),
		    why);
		rest -= share;
	}
	if (same >= 0) {
		float share = same ? 0 : config->country;

		share = share < rest ? share : rest;
		note(n, "country", -share, q->countries[0].code,
		    l->countries[0].code,
		    same ? "a country in common" : "no country in common");
		rest -= share;
	}
	if (weak)
		note(n, "weak_alias", -rest, "", "",
		    "the list calls this alias weak");
}

void
match_parties(const struct match_config *config, const struct party *query,
    const struct party *listed, const struct memory *memory,
    struct match_result *result_out)
{
	const struct identifier *id = identifier_shared(query, listed);
	struct notes n = { .memory = memory };
	struct match_result r = { 0 };

	n.at = memory->alloc(memory->owner, sizeof(*n.at) * FEATURES);
	r.score = match_score(config, query, listed, &r.query_name,
	    &r.list_name);
	if (r.score > 0 && query->name_count > 0 && listed->name_count > 0) {
		note_name(config, &n, &query->names[r.query_name],
		    &listed->names[r.list_name]);
		note_details(config, &n, query, listed,
		    is_weak(listed, r.list_name));
	}
	if (id != NULL)
		note(&n, "identifier", r.score - n.sum, id->value, id->value,
		    "the same identifier decides");
	r.decision = match_decide(config, r.score);
	r.features = n.at;
	r.feature_count = n.count;
	*result_out = r;
}
