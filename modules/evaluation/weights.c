/* SPDX-License-Identifier: BSD-2-Clause */

#include "weights.h"

#include <math.h>

static fault
check(const struct criteria *c)
{
	if (c->table.rows < 2)
		return "too_few_rows";
	if (!c->is_even || c->table.columns == 0 ||
	    c->n_directions != c->table.columns)
		return "bad_shape";
	return NULL;
}

/* Column j between 0 and 1; false when it is constant. */
static bool
normalised(const struct criteria *c, size_t j, double *out)
{
	double least = cell(&c->table, 0, j), most = least;

	for (size_t i = 1; i < c->table.rows; i++) {
		least = fmin(least, cell(&c->table, i, j));
		most = fmax(most, cell(&c->table, i, j));
	}
	for (size_t i = 0; i < c->table.rows; i++) {
		double x = cell(&c->table, i, j);

		x = c->directions[j] == COST ? most - x : x - least;
		out[i] = most > least ? x / (most - least) : 0;
	}
	return most > least;
}

static fault
share(double *values, size_t n)
{
	double sum = 0;

	for (size_t j = 0; j < n; j++)
		sum += values[j];
	if (sum <= 0)
		return "no_variation";
	for (size_t j = 0; j < n; j++)
		values[j] /= sum;
	return NULL;
}

static double
entropy_of(const double *z, size_t m)
{
	double sum = 0, e = 0;

	for (size_t i = 0; i < m; i++)
		sum += z[i];
	for (size_t i = 0; i < m; i++)
		if (z[i] > 0)
			e -= z[i] / sum * log(z[i] / sum);
	return e / log((double)m);
}

fault
weights_entropy(const struct criteria *c, const struct memory *memory,
    struct weights *out)
{
	fault f = check(c);
	size_t n = c->table.columns;
	double *z;

	if (f != NULL)
		return f;
	z = numbers_new(memory, c->table.rows);
	out->weights = numbers_new(memory, n);
	out->entropy = numbers_new(memory, n);
	for (size_t j = 0; j < n; j++) {
		out->entropy[j] = normalised(c, j, z)
		    ? entropy_of(z, c->table.rows)
		    : 1;
		out->weights[j] = 1 - out->entropy[j];
	}
	return share(out->weights, n);
}

/* Row j: column j of the criteria, normalised, its mean taken off; its
 * standard deviation at deviations[j]. */
static void
centred(const struct criteria *c, const struct memory *memory,
    struct table *out, double *deviations)
{
	size_t m = c->table.rows, n = c->table.columns;

	out->rows = n;
	out->columns = m;
	out->cells = numbers_new(memory, n * m);
	for (size_t j = 0; j < n; j++) {
		double *z = out->cells + j * m, mean = 0, sum = 0;

		(void)normalised(c, j, z);
		for (size_t i = 0; i < m; i++)
			mean += z[i] / (double)m;
		for (size_t i = 0; i < m; i++) {
			z[i] -= mean;
			sum += z[i] * z[i];
		}
		deviations[j] = sqrt(sum / (double)(m - 1));
	}
}

/* Pearson's; 0 with a constant column. */
static double
correlation(const struct table *centred, const double *deviations, size_t a,
    size_t b)
{
	double sum = 0, both = deviations[a] * deviations[b];

	if (both <= 0)
		return 0;
	for (size_t i = 0; i < centred->columns; i++)
		sum += cell(centred, a, i) * cell(centred, b, i);
	return sum / (double)(centred->columns - 1) / both;
}

fault
weights_critic(const struct criteria *c, const struct memory *memory,
    struct weights *out)
{
	fault f = check(c);
	size_t n = c->table.columns;
	struct table z;
	double *deviations;

	if (f != NULL)
		return f;
	deviations = numbers_new(memory, n);
	out->weights = numbers_new(memory, n);
	out->entropy = NULL;
	centred(c, memory, &z, deviations);
	for (size_t a = 0; a < n; a++) {
		double conflict = 0;

		for (size_t b = 0; b < n; b++)
			conflict += b == a
			    ? 0
			    : 1 - correlation(&z, deviations, a, b);
		/* a single criterion conflicts with none */
		out->weights[a] = deviations[a] * (n > 1 ? conflict : 1);
	}
	return share(out->weights, n);
}

fault
weights_deviation(const struct criteria *c, const struct memory *memory,
    struct weights *out)
{
	fault f = check(c);
	struct table z;

	if (f != NULL)
		return f;
	out->weights = numbers_new(memory, c->table.columns);
	out->entropy = NULL;
	centred(c, memory, &z, out->weights);
	return share(out->weights, c->table.columns);
}
