/* SPDX-License-Identifier: BSD-2-Clause */

#include "indicators.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 13

/* ---------------------------------------------------------------- reading */

static char *
copy(const struct memory *memory, const char *text, size_t length)
{
	char *out = memory->alloc(memory->owner, length + 1);

	memcpy(out, text, length);
	return out;
}

/* The cells of one line; none of them is quoted in this table. */
static size_t
split(const struct memory *memory, const char *line, size_t length,
    const char *cells[COLUMNS])
{
	size_t n = 0, from = 0;

	for (size_t i = 0; i <= length; i++) {
		if (i < length && line[i] != ',')
			continue;
		if (n < COLUMNS)
			cells[n] = copy(memory, line + from, i - from);
		n++;
		from = i + 1;
	}
	return n;
}

static bool
number(const char *text, double *out)
{
	char *end;

	*out = strtod(text, &end);
	return end != text && *end == '\0' && isfinite(*out);
}

static size_t
dimension_of(struct indicator_set *set, const char *const cells[COLUMNS])
{
	size_t i;

	for (i = 0; i < set->n_dimensions; i++)
		if (strcmp(set->dimensions[i].id, cells[1]) == 0)
			return i;
	if (i < DIMENSIONS_MAX)
		set->dimensions[set->n_dimensions++] =
		    (struct dimension){ cells[1], cells[2], cells[3], 0 };
	return i;
}

static const char *
add(struct indicator_set *set, const char *const cells[COLUMNS])
{
	struct indicator *x = &set->indicators[set->n];

	if (set->n == INDICATORS_MAX)
		return "too many indicators";
	if (indicator_find(set, cells[0]) != NULL)
		return "this id stands twice";
	x->id = cells[0];
	x->dimension = dimension_of(set, cells);
	if (x->dimension == DIMENSIONS_MAX)
		return "too many dimensions";
	x->name_zh = cells[4];
	x->name_en = cells[5];
	x->formula = cells[6];
	x->unit = cells[7];
	x->is_auto = strcmp(cells[8], "auto") == 0;
	if (!x->is_auto && strcmp(cells[8], "evidence") != 0)
		return "source: expected auto or evidence";
	x->scoring = strcmp(cells[9], "cost") == 0 ? COST : BENEFIT;
	if (x->scoring == BENEFIT && strcmp(cells[9], "benefit") != 0)
		return "scoring: expected benefit or cost";
	if (!number(cells[10], &x->floor) || !number(cells[11], &x->target) ||
	    !number(cells[12], &x->weight) || x->weight <= 0)
		return "floor, target and weight: expected numbers";
	if ((x->scoring == BENEFIT) != (x->target > x->floor))
		return "target: on the wrong side of floor";
	set->dimensions[x->dimension].weight += x->weight;
	set->n++;
	return NULL;
}

static const char *
fault_in(const struct memory *memory, size_t line, const char *what)
{
	char *out = memory->alloc(memory->owner, 128);

	(void)snprintf(out, 128, "indicators.csv, line %zu: %s", line, what);
	return out;
}

const char *
indicators_read(const char *csv, size_t length, const struct memory *memory,
    struct indicator_set *out)
{
	size_t from = 0, line = 0;
	double sum = 0;

	memset(out, 0, sizeof *out);
	while (from < length) {
		const char *end = memchr(csv + from, '\n', length - from);
		size_t n = end != NULL ? (size_t)(end - csv) - from
				       : length - from;
		const char *cells[COLUMNS], *wrong = NULL;

		line++;
		if (n > 0 && csv[from + n - 1] == '\r')
			n--;
		if (line > 1 && n > 0) {
			if (split(memory, csv + from, n, cells) != COLUMNS)
				wrong = "expected 13 cells";
			else
				wrong = add(out, cells);
		}
		if (wrong != NULL)
			return fault_in(memory, line, wrong);
		from = end != NULL ? (size_t)(end - csv) + 1 : length;
	}
	for (size_t i = 0; i < out->n; i++)
		sum += out->indicators[i].weight;
	if (fabs(sum - 100) > 1e-9)
		return fault_in(memory, line, "the weights do not sum to 100");
	return NULL;
}

const struct indicator *
indicator_find(const struct indicator_set *set, const char *id)
{
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->indicators[i].id, id) == 0)
			return &set->indicators[i];
	return NULL;
}

/* ---------------------------------------------------------------- grading */

double
indicator_score(const struct indicator *i, double value)
{
	double part = (value - i->floor) / (i->target - i->floor);

	return round_cents(fmin(fmax(part, 0), 1) * 100);
}

static const char *
grade_of(double total)
{
	static const struct {
		double least;
		const char *name;
	} grades[] = { { 90, "AAAAA" }, { 80, "AAAA" }, { 70, "AAA" },
		{ 60, "AA" }, { 50, "A" } };

	for (size_t i = 0; i < sizeof grades / sizeof grades[0]; i++)
		if (total >= grades[i].least)
			return grades[i].name;
	return "ungraded";
}

/* The lower of two grades: fewer letters, "ungraded" lowest. */
static const char *
capped(const char *grade, const char *cap)
{
	if (grade[0] != 'A')
		return grade;
	return strlen(grade) > strlen(cap) ? cap : grade;
}

void
grade(const struct indicator_set *set, const struct measured *measured,
    bool is_vetoed, struct grading *out)
{
	double sums[DIMENSIONS_MAX] = { 0 }, weights[DIMENSIONS_MAX] = { 0 };
	double sum = 0, weight = 0;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < set->n; i++) {
		const struct indicator *x = &set->indicators[i];

		if (!measured[i].is_applicable)
			continue;
		if (measured[i].is_known)
			out->scores[i] = indicator_score(x, measured[i].value);
		else
			out->missing++;
		sums[x->dimension] += out->scores[i] * x->weight;
		weights[x->dimension] += x->weight;
		sum += out->scores[i] * x->weight;
		weight += x->weight;
	}
	out->total = weight > 0 ? round_cents(sum / weight) : 0;
	out->grade = grade_of(out->total);
	for (size_t d = 0; d < set->n_dimensions; d++) {
		out->has_dimension[d] = weights[d] > 0;
		if (weights[d] <= 0)
			continue;
		out->dimensions[d] = round_cents(sums[d] / weights[d]);
		if (out->dimensions[d] < 40)
			out->grade = capped(out->grade, "A");
		else if (out->dimensions[d] < 60)
			out->grade = capped(out->grade, "AAA");
	}
	out->is_vetoed = is_vetoed;
	if (is_vetoed)
		out->grade = "ungraded";
}

bool
is_veto(const char *code)
{
	static const char *const codes[] = { "data_breach_concealed",
		"illegal_fund_holding", "falsified_data", "licence_revoked",
		"major_customs_violation",
		"unremedied_high_risk_vulnerability" };

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

/* -------------------------------------------------------------- combining */

fault
combine(const double scores[KINDS], const double weights[KINDS],
    struct combined *out)
{
	double sum = 0, weight = 0, others = 0;
	int n_others = 0;

	memset(out, 0, sizeof *out);
	for (size_t k = 0; k < KINDS; k++) {
		if (weights[k] < 0)
			return "bad_weights";
		if (isnan(scores[k]))
			continue;
		if (scores[k] < 0 || scores[k] > 100)
			return "score_out_of_range";
		sum += scores[k] * weights[k];
		weight += weights[k];
		if (k != KIND_SELF) {
			others += scores[k];
			n_others++;
		}
	}
	if (n_others == 0)
		return NULL;
	if (weight <= 0)
		return "bad_weights";
	out->is_gradable = true;
	out->total = round_cents(sum / weight);
	out->grade = grade_of(out->total);
	out->has_inflation = !isnan(scores[KIND_SELF]);
	if (out->has_inflation) {
		out->inflation = round_cents(
		    scores[KIND_SELF] - others / n_others);
		out->needs_recheck = out->inflation > 15;
	}
	return NULL;
}
