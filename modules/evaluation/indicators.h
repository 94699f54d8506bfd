/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Indicators (指标), their scores, and the grade (等级) that comes of them.
 * The set is data (data/indicators.csv): dimension, scoring, floor, target,
 * weight.  Weights sum to 100.
 */

#pragma once

#include "numbers.h"

#include <stdbool.h>

#define INDICATORS_MAX 256
#define DIMENSIONS_MAX 16

struct indicator {
	const char *id, *name_zh, *name_en, *formula, *unit;
	size_t dimension; /* by position */
	bool is_auto;     /* its value is read, never typed in */
	enum direction scoring;
	double floor, target, weight;
};

struct dimension {
	const char *id, *name_zh, *name_en;
	double weight; /* of its indicators */
};

struct indicator_set {
	struct indicator indicators[INDICATORS_MAX];
	size_t n;
	struct dimension dimensions[DIMENSIONS_MAX];
	size_t n_dimensions;
};

/* Reads the table; all texts are copied to memory.  NULL, or what is wrong
 * and in which line, in English. */
const char *indicators_read(const char *csv, size_t length,
    const struct memory *memory, struct indicator_set *out);

/* NULL when there is none of that id. */
const struct indicator *indicator_find(const struct indicator_set *set,
    const char *id);

/* 0 ... 100 in hundredths: linear from floor (0) to target (100). */
double indicator_score(const struct indicator *i, double value);

/* What is known of each indicator of a set, by position. */
struct measured {
	double value;
	bool is_known;
	bool is_applicable; /* else its weight leaves the sums */
};

struct grading {
	double total;
	double dimensions[DIMENSIONS_MAX];
	bool has_dimension[DIMENSIONS_MAX]; /* something of it applies */
	double scores[INDICATORS_MAX];
	const char *grade; /* "AAAAA" ... "A", "ungraded" */
	size_t missing;
	bool is_vetoed;
};

/* The whole set: total and dimensions are means weighted by the indicators
 * that apply; what is missing scores 0 and is counted.  A dimension below 60
 * caps the grade at AAA, below 40 at A; a veto leaves it ungraded. */
void grade(const struct indicator_set *set, const struct measured *measured,
    bool is_vetoed, struct grading *out);

/* One of the reasons for a veto (一票否决)? */
bool is_veto(const char *code);

/* Scores of the three kinds of evaluation; those not given are NAN. */
enum kind {
	KIND_SELF,
	KIND_THIRD,
	KIND_INDUSTRY,
	KINDS
};

struct combined {
	bool is_gradable; /* else only the platform's own word is there */
	double total;
	const char *grade;
	bool has_inflation;
	double inflation; /* self less the mean of the others */
	bool needs_recheck;
};

/* score_out_of_range (0 ... 100); bad_weights: negative, or nothing left of
 * them for the scores that are there. */
fault combine(const double scores[KINDS], const double weights[KINDS],
    struct combined *out);
