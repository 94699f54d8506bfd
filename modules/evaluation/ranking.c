/* SPDX-License-Identifier: BSD-2-Clause */

#include "ranking.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEAR 0.001 /* to which a weight's bounds are found */

struct place {
	double key;
	const char *id;
	size_t at;
};

static int
by_key(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->key > y->key || x->key < y->key)
		return x->key > y->key ? -1 : 1;
	return strcmp(x->id, y->id);
}

static fault
check(const struct criteria *c, const double *weights, size_t n_weights)
{
	double sum = 0;

	if (!c->is_even || c->table.rows == 0 || c->table.columns == 0 ||
	    c->n_directions != c->table.columns ||
	    n_weights != c->table.columns)
		return "bad_shape";
	for (size_t j = 0; j < n_weights; j++) {
		if (weights[j] < 0)
			return "bad_weights";
		sum += weights[j];
	}
	return sum > 0 ? NULL : "bad_weights";
}

static double
norm(const struct table *t, size_t column)
{
	double sum = 0;

	for (size_t i = 0; i < t->rows; i++)
		sum += cell(t, i, column) * cell(t, i, column);
	return sqrt(sum);
}

/* Adds column j's part to the squared distances of each row. */
static void
measure(const struct criteria *c, size_t j, double weight, double *best2,
    double *worst2)
{
	const struct table *t = &c->table;
	double length = norm(t, j), high = -HUGE_VAL, low = HUGE_VAL;
	double scale = length > 0 ? weight / length : 0;

	for (size_t i = 0; i < t->rows; i++) {
		high = fmax(high, cell(t, i, j) * scale);
		low = fmin(low, cell(t, i, j) * scale);
	}
	for (size_t i = 0; i < t->rows; i++) {
		double x = cell(t, i, j) * scale;
		double to_high = (x - high) * (x - high);
		double to_low = (x - low) * (x - low);

		best2[i] += c->directions[j] == COST ? to_low : to_high;
		worst2[i] += c->directions[j] == COST ? to_high : to_low;
	}
}

/* weights sum to 1. */
static void
closeness(const struct criteria *c, const double *weights, double *best2,
    double *worst2, double *out)
{
	size_t m = c->table.rows;

	memset(best2, 0, m * sizeof *best2);
	memset(worst2, 0, m * sizeof *worst2);
	for (size_t j = 0; j < c->table.columns; j++)
		measure(c, j, weights[j], best2, worst2);
	for (size_t i = 0; i < m; i++) {
		double best = sqrt(best2[i]), worst = sqrt(worst2[i]);

		out[i] = best + worst > 0 ? worst / (best + worst) : 0.5;
	}
}

static void
shares(const double *weights, size_t n, double *out)
{
	double sum = 0;

	for (size_t j = 0; j < n; j++)
		sum += weights[j];
	for (size_t j = 0; j < n; j++)
		out[j] = weights[j] / sum;
}

static const char *
default_id(const struct memory *memory, size_t row)
{
	char *id = memory->alloc(memory->owner, 24);

	(void)snprintf(id, 24, "A%zu", row + 1);
	return id;
}

fault
topsis_run(const struct criteria *c, const double *weights, size_t n_weights,
    const char *const *ids, const struct memory *memory, struct topsis *out)
{
	fault f = check(c, weights, n_weights);
	size_t m = c->table.rows;
	struct place *places;
	double *share;

	if (f != NULL)
		return f;
	share = numbers_new(memory, n_weights);
	shares(weights, n_weights, share);
	out->closeness = numbers_new(memory, m);
	out->order = memory->alloc(memory->owner, m * sizeof *out->order);
	closeness(c, share, numbers_new(memory, m), numbers_new(memory, m),
	    out->closeness);
	places = memory->alloc(memory->owner, m * sizeof *places);
	for (size_t i = 0; i < m; i++)
		places[i] = (struct place){ round(out->closeness[i] * 1e9),
			ids != NULL ? ids[i] : default_id(memory, i), i };
	qsort(places, m, sizeof *places, by_key);
	for (size_t i = 0; i < m; i++)
		out->order[i] = places[i].at;
	return NULL;
}

/* The weights with the j-th moved to x of the whole. */
struct trial {
	const struct criteria *criteria;
	const struct topsis *of;
	const double *share;
	double *moved, *best2, *worst2, *closeness;
	size_t j;
};

static bool
keeps_order(struct trial *t, double x)
{
	size_t n = t->criteria->table.columns, m = t->criteria->table.rows;
	double rest = 1 - t->share[t->j];

	for (size_t k = 0; k < n; k++)
		t->moved[k] = k == t->j ? x
		    : rest > 0          ? t->share[k] * (1 - x) / rest
					: (1 - x) / (double)(n - 1);
	closeness(t->criteria, t->moved, t->best2, t->worst2, t->closeness);
	for (size_t i = 0; i + 1 < m; i++)
		if (round(t->closeness[t->of->order[i]] * 1e9) <
		    round(t->closeness[t->of->order[i + 1]] * 1e9))
			return false;
	return true;
}

/* From the weight towards end, step by step, then halving. */
static double
bound(struct trial *t, double end)
{
	double good = t->share[t->j], step = end < good ? -0.02 : 0.02, bad;

	for (;;) {
		double next = good + step;

		if ((step < 0) == (next <= end))
			next = end;
		bad = next;
		if (!keeps_order(t, next))
			break;
		good = next;
		if (next <= end && next >= end)
			return end;
	}
	while (fabs(good - bad) > NEAR / 2) {
		double middle = (good + bad) / 2;

		if (keeps_order(t, middle))
			good = middle;
		else
			bad = middle;
	}
	return good;
}

struct stability *
topsis_stability(const struct criteria *c, const double *weights,
    const struct topsis *of, const struct memory *memory)
{
	size_t n = c->table.columns, m = c->table.rows;
	struct stability *out = memory->alloc(memory->owner, n * sizeof *out);
	double *share = numbers_new(memory, n);
	struct trial t = { .criteria = c,
		.of = of,
		.share = share,
		.moved = numbers_new(memory, n),
		.best2 = numbers_new(memory, m),
		.worst2 = numbers_new(memory, m),
		.closeness = numbers_new(memory, m) };

	shares(weights, n, share);
	for (t.j = 0; t.j < n; t.j++) {
		out[t.j].weight = share[t.j];
		out[t.j].from = n > 1 ? bound(&t, 0) : 1;
		out[t.j].to = n > 1 ? bound(&t, 1) : 1;
	}
	return out;
}

void
rank_scores(const struct scored *objects, size_t n, const struct memory *memory,
    size_t **order_out, size_t **ranks_out)
{
	struct place *places = memory->alloc(memory->owner,
	    (n + 1) * sizeof *places);
	size_t *order = memory->alloc(memory->owner, (n + 1) * sizeof *order);
	size_t *ranks = memory->alloc(memory->owner, (n + 1) * sizeof *ranks);

	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){ objects[i].score, objects[i].id,
			i };
	qsort(places, n, sizeof *places, by_key);
	for (size_t k = 0; k < n; k++) {
		order[k] = places[k].at;
		ranks[k] = k > 0 && places[k].key >= places[k - 1].key
		    ? ranks[k - 1]
		    : k + 1;
	}
	*order_out = order;
	*ranks_out = ranks;
}
