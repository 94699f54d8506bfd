/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The baseline matcher: Jaro-Winkler over plain tokens, as short as such a
 * matcher can be.  It is there to be compared with (match.h is the one to
 * screen with), and for those who need a score they can work out by hand:
 * Winkler, W. E. (1990), String Comparator Metrics and Enhanced Decision
 * Rules in the Fellegi-Sunter Model of Record Linkage.
 */

#pragma once

#include "memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BASELINE_NAME_MAX 2048 /* bytes of a name that is read */

/* Characters of a token, of A-Z, 0-9 and U+3400 to U+9FFF. */
struct baseline_token {
	const uint16_t *text;
	size_t length;
};

struct baseline_name {
	struct baseline_token joined; /* with a blank between them */
	struct baseline_token sorted; /* the same, tokens in order */
	struct baseline_token *tokens;
	size_t n;
};

/*
 * Latin and Russian letters become A-Z, marks go, apostrophes go, all else
 * separates tokens; legal forms and titles are dropped unless nothing would
 * remain.  Invalid UTF-8 separates, too, and bytes behind BASELINE_NAME_MAX
 * are not read.
 */
void baseline_read(const char *name, size_t length, const struct memory *memory,
    struct baseline_name *out);

/* The tokens as UTF-8, NUL-terminated, of the same memory. */
const char *baseline_text(const struct baseline_name *name,
    const struct memory *memory);

/* 0 to 1, not rounded: the best of the joined tokens, the same in order, and
 * the tokens one by one.  Takes scratch memory. */
double baseline_score(const struct baseline_name *a,
    const struct baseline_name *b, const struct memory *memory);

/* A score as shown: rounded to digits behind the point, half to even of what
 * the binary fraction exactly is. */
double baseline_round(double score, int digits);

/* A row of a list, a name of an entry. */
struct baseline_row {
	int64_t ent_num, birth_year;       /* birth_year 0: not known */
	const char *type, *matched, *kind; /* kind: primary, strong_aka … */
	const char *country;               /* "": not known */
	struct baseline_name name;
};

struct baseline_list {
	struct baseline_row *rows;
	size_t n;
};

/* ent_num,type,name,name_kind,birth_year,country,program with a heading.
 * Words for a fault, or NULL. */
const char *baseline_list_read(const char *text, size_t length,
    const struct memory *memory, struct baseline_list *out);

struct baseline_query {
	const char *type, *country; /* "": any */
	int64_t birth_year;         /* 0: not known */
	struct baseline_name name;
	double review_at; /* 0 to 100 */
};

struct baseline_hit {
	const struct baseline_row *row;
	double score; /* 0 to 100, two digits */
};

/* The best name of each entry that reaches review_at, best entry first.  hits
 * has room for as many as the list has rows.  Takes scratch memory. */
size_t baseline_screen(const struct baseline_list *list,
    const struct baseline_query *query, const struct memory *memory,
    struct baseline_hit *hits);
