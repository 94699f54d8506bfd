/* SPDX-License-Identifier: BSD-2-Clause */

#include "match.h"

#include "big.h"

#include <stdlib.h>
#include <string.h>

#define FULL UINT64_C(10000) /* 100.00 */

const char *const rejection_names[REJECTIONS] = { "country", "weight",
	"battery", "dangerous_goods", "deadline", "ddp", "inactive" };
const char *const criterion_names[CRITERIA] = { "cost", "time", "reliability",
	"carbon" };

int64_t
route_value(const struct route *r, enum criterion by)
{
	switch (by) {
	case BY_COST:
		return r->cost_minor;
	case BY_TIME:
		return r->days_max;
	case BY_RELIABILITY:
		return r->on_time;
	default:
		return r->co2_g;
	}
}

static bool
serves(const struct route *r, const char *country)
{
	for (size_t i = 0; i < r->n_countries; i++)
		if (strcmp(r->countries[i], country) == 0)
			return true;
	return false;
}

static unsigned
reject(const struct shipment *s, const struct route *r)
{
	unsigned why = 0;

	why |= (unsigned)!serves(r, s->to) << REJECT_COUNTRY;
	why |= (unsigned)(s->weight_g > r->max_g) << REJECT_WEIGHT;
	why |= (unsigned)(s->has_battery && !r->takes_battery)
	    << REJECT_BATTERY;
	why |= (unsigned)(s->is_dg && !r->takes_dg) << REJECT_DG;
	why |=
	    (unsigned)(s->deadline_days >= 0 && r->days_max > s->deadline_days)
	    << REJECT_DEADLINE;
	why |= (unsigned)(s->wants_ddp && !r->is_ddp) << REJECT_DDP;
	why |= (unsigned)!r->is_active << REJECT_INACTIVE;
	return why;
}

/* --------------------------------------------------------------- scoring */

/* How far a value is from the worst, and the worst from the best; 1 of 1
 * when all are equal. */
struct share {
	uint64_t of, whole;
};

static struct share
share_of(const struct match *m, const struct route *r, enum criterion by)
{
	int64_t x = route_value(r, by);
	uint64_t least = (uint64_t)m->least[by], most = (uint64_t)m->most[by];

	if (least == most)
		return (struct share){ 1, 1 };
	return (struct share){ by == BY_RELIABILITY ? (uint64_t)x - least
						    : most - (uint64_t)x,
		most - least };
}

static uint64_t
sum_of(const int64_t weights[CRITERIA])
{
	uint64_t sum = 0;

	for (int k = 0; k < CRITERIA; k++)
		sum += (uint64_t)weights[k];
	return sum;
}

/* numerator / denominator * FULL, a half up: the largest s for which
 * 2 * s * denominator <= 2 * FULL * numerator + denominator. */
static int64_t
hundredths(const struct big *numerator, const struct big *denominator)
{
	struct big doubled = big_multiply(denominator, 2);
	struct big top = big_multiply(numerator, 2 * FULL);
	uint64_t low = 0, high = FULL;

	top = big_add(&top, denominator);
	while (low < high) {
		uint64_t middle = (low + high + 1) / 2;
		struct big x = big_multiply(&doubled, middle);

		if (big_compare(&x, &top) <= 0)
			low = middle;
		else
			high = middle - 1;
	}
	return (int64_t)low;
}

static int64_t
score(const struct match *m, const struct route *r,
    const int64_t weights[CRITERIA])
{
	struct big numerator = big_from(0), whole;

	for (int k = 0; k < CRITERIA; k++) {
		struct share s = share_of(m, r, (enum criterion)k);
		struct big part = big_from((uint64_t)weights[k]);

		part = big_multiply(&part, s.of);
		for (int j = 0; j < CRITERIA; j++)
			if (j != k)
				part = big_multiply(&part,
				    share_of(m, r, (enum criterion)j).whole);
		numerator = big_add(&numerator, &part);
	}
	whole = big_from(sum_of(weights));
	for (int k = 0; k < CRITERIA; k++)
		whole = big_multiply(&whole,
		    share_of(m, r, (enum criterion)k).whole);
	return hundredths(&numerator, &whole);
}

int64_t
match_points(const struct match *m, const struct route *r,
    const int64_t weights[CRITERIA], enum criterion by)
{
	struct share s = share_of(m, r, by);
	struct big numerator = big_from((uint64_t)weights[by]);
	struct big whole = big_from(sum_of(weights));

	numerator = big_multiply(&numerator, s.of);
	whole = big_multiply(&whole, s.whole);
	return hundredths(&numerator, &whole);
}

/* --------------------------------------------------------------- ranking */

struct ranking {
	const struct route *routes;
	const int64_t *scores;
};

static int
by_rank(const void *a, const void *b, void *arg)
{
	const struct ranking *ranking = arg;
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	const struct route *x = &ranking->routes[i], *y = &ranking->routes[j];

	if (ranking->scores[i] != ranking->scores[j])
		return ranking->scores[i] > ranking->scores[j] ? -1 : 1;
	if (x->cost_minor != y->cost_minor)
		return x->cost_minor < y->cost_minor ? -1 : 1;
	return strcmp(x->id, y->id);
}

static void
widen(struct match *m, const struct route *r)
{
	for (int k = 0; k < CRITERIA; k++) {
		int64_t x = route_value(r, (enum criterion)k);

		if (m->n == 0 || x < m->least[k])
			m->least[k] = x;
		if (m->n == 0 || x > m->most[k])
			m->most[k] = x;
	}
}

fault
match_routes(const struct shipment *s, const struct route *routes, size_t n,
    const int64_t weights[CRITERIA], const struct memory *memory,
    struct match *out)
{
	struct ranking ranking = { routes, NULL };

	memset(out, 0, sizeof *out);
	for (int k = 0; k < CRITERIA; k++)
		if (weights[k] < 0 || weights[k] > INT64_MAX / CRITERIA)
			return "bad_weights";
	if (sum_of(weights) == 0)
		return "bad_weights";
	out->order = memory->alloc(memory->owner, (n + 1) * sizeof *out->order);
	out->scores = memory->alloc(memory->owner,
	    (n + 1) * sizeof *out->scores);
	out->reasons = memory->alloc(memory->owner,
	    (n + 1) * sizeof *out->reasons);
	for (size_t i = 0; i < n; i++) {
		out->reasons[i] = reject(s, &routes[i]);
		if (out->reasons[i] != 0)
			continue;
		widen(out, &routes[i]);
		out->order[out->n++] = i;
	}
	for (size_t k = 0; k < out->n; k++)
		out->scores[out->order[k]] = score(out, &routes[out->order[k]],
		    weights);
	ranking.scores = out->scores;
	qsort_r(out->order, out->n, sizeof *out->order, by_rank, &ranking);
	return NULL;
}
