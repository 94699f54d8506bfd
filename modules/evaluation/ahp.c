/* SPDX-License-Identifier: BSD-2-Clause */

#include "ahp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ITERATIONS 100000
#define SETTLED 1e-14

static bool
decimal(const char *text, size_t length, double *out)
{
	char copy[32];
	char *end;

	if (length == 0 || length >= sizeof copy ||
	    strspn(text, "+-.0123456789eE") < length)
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	*out = strtod(copy, &end);
	return *end == '\0' && isfinite(*out);
}

bool
ahp_number(const char *text, size_t length, double *out)
{
	const char *slash = memchr(text, '/', length);
	double under;
	size_t before;

	if (slash == NULL)
		return decimal(text, length, out);
	before = (size_t)(slash - text);
	if (!decimal(text, before, out) ||
	    !decimal(slash + 1, length - before - 1, &under) ||
	    fabs(under) <= 0)
		return false;
	*out /= under;
	return true;
}

fault
ahp_check(const struct table *t)
{
	if (t->rows < 1 || t->rows > AHP_MAX)
		return "bad_size";
	if (t->columns != t->rows)
		return "not_square";
	for (size_t i = 0; i < t->rows; i++) {
		for (size_t j = 0; j < t->rows; j++) {
			double a = cell(t, i, j);

			if (i == j && fabs(a - 1) > 1e-12)
				return "diagonal_not_one";
			if (a <= 0)
				return "non_positive";
			if (fabs(a * cell(t, j, i) - 1) > 1e-6)
				return "not_reciprocal";
		}
	}
	return NULL;
}

static void
normalise(double *v, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i];
	for (size_t i = 0; i < n; i++)
		v[i] /= sum;
}

static void
multiply(const struct table *t, const double *v, double *out)
{
	for (size_t i = 0; i < t->rows; i++) {
		out[i] = 0;
		for (size_t j = 0; j < t->rows; j++)
			out[i] += cell(t, i, j) * v[j];
	}
}

static void
by_eigenvector(const struct table *t, double *w)
{
	double next[AHP_MAX], change = 1;
	size_t n = t->rows;

	for (size_t i = 0; i < n; i++)
		w[i] = 1.0 / (double)n;
	for (int k = 0; k < ITERATIONS && change >= SETTLED; k++) {
		multiply(t, w, next);
		normalise(next, n);
		change = 0;
		for (size_t i = 0; i < n; i++) {
			change = fmax(change, fabs(next[i] - w[i]));
			w[i] = next[i];
		}
	}
}

static void
by_rows(const struct table *t, double *w)
{
	for (size_t i = 0; i < t->rows; i++) {
		double sum = 0;

		for (size_t j = 0; j < t->rows; j++)
			sum += log(cell(t, i, j));
		w[i] = exp(sum / (double)t->rows);
	}
	normalise(w, t->rows);
}

static void
by_columns(const struct table *t, double *w)
{
	for (size_t i = 0; i < t->rows; i++)
		w[i] = 0;
	for (size_t j = 0; j < t->rows; j++) {
		double sum = 0;

		for (size_t i = 0; i < t->rows; i++)
			sum += cell(t, i, j);
		for (size_t i = 0; i < t->rows; i++)
			w[i] += cell(t, i, j) / sum / (double)t->rows;
	}
}

static void
consistency(const struct table *t, struct ahp *out)
{
	static const double random_index[AHP_MAX] = { 0, 0, .58, .90, 1.12,
		1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.54, 1.56, 1.57, 1.58 };
	double product[AHP_MAX], n = (double)t->rows;
	double ri = t->rows > 0 ? random_index[t->rows - 1] : 0;

	multiply(t, out->weights, product);
	out->lambda_max = 0;
	for (size_t i = 0; i < t->rows; i++)
		out->lambda_max += product[i] / out->weights[i] / n;
	out->ci = t->rows > 1 ? (out->lambda_max - n) / (n - 1) : 0;
	out->cr = ri > 0 ? out->ci / ri : 0;
	out->consistent = out->cr < 0.10;
}

fault
ahp_weights(const struct table *t, const char *method, struct ahp *out)
{
	static const struct {
		const char *name;
		void (*weigh)(const struct table *t, double *w);
	} methods[] = { { "eigen", by_eigenvector }, { "geometric", by_rows },
		{ "column", by_columns } };

	out->n = t->rows;
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		if (strcmp(method, methods[i].name) != 0)
			continue;
		methods[i].weigh(t, out->weights);
		consistency(t, out);
		return NULL;
	}
	return "bad_method";
}
