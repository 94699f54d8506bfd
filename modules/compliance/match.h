/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Is the party asked about the party listed?  A score from 0 to 1, a decision
 * and the reasons, each with its share of the score: the shares of a result
 * add up to its score.
 *
 * The name gives the base: paired words by weight, lowered by words that
 * contradict each other, by words that are missing or more, by numbers and
 * legal forms that differ.  Birth date and country lower a score that they
 * contradict.  An equal identifier decides alone.
 */

#pragma once

#include "align.h"
#include "memory.h"
#include "name.h"

#include <stddef.h>
#include <stdint.h>

enum party_type {
	PARTY_ANY = 0,
	PARTY_INDIVIDUAL,
	PARTY_ENTITY,
	PARTY_VESSEL,
	PARTY_AIRCRAFT,
};

enum name_kind {
	NAME_PRIMARY = 0,
	NAME_STRONG_AKA,
	NAME_WEAK_AKA,
};

enum match_decision {
	MATCH_CLEAR = 0,
	MATCH_REVIEW,
	MATCH_MATCH,
};

/* month and day are 0 when unknown, year is 0 when the date is. */
struct birth_date {
	int16_t year;
	uint8_t month, day;
	uint8_t circa;
};

/* ISO 3166-1 alpha-2, lower case. */
struct country {
	char code[3];
};

/* value holds capitals and digits only, see identifier_normalise(). */
struct identifier {
	const char *type;
	const char *value;
};

/* What is known about a party; names are readings of all its names. */
struct party {
	enum party_type type;
	const struct name *names;
	const uint8_t *kinds; /* of enum name_kind, a name each; may be NULL */
	size_t name_count;
	const struct birth_date *births;
	size_t birth_count;
	const struct country *countries;
	size_t country_count;
	const struct identifier *identifiers;
	size_t identifier_count;
};

struct match_config {
	float review;                     /* at or above: review */
	float match;                      /* at or above: match */
	float extra_person, extra_entity; /* share lost for unpaired words */
	float clash;   /* share lost for one contradicting word */
	float form;    /* factor when legal forms disagree */
	float numbers; /* factor when numbers disagree */
	float birth_year, birth_day, country; /* points lost */
	float weak;                           /* points lost by a weak alias */
};

extern const struct match_config match_defaults;

struct feature {
	const char *name;   /* "name_word", "missing_word", "birth_date" ... */
	float score;        /* its share, may be negative */
	const char *query;  /* the query's part, or "" */
	const char *listed; /* the list's part, or "" */
	const char *detail; /* words for a person */
};

struct match_result {
	float score;
	enum match_decision decision;
	size_t query_name, list_name; /* which names gave the score */
	const struct feature *features;
	size_t feature_count;
};

enum match_decision match_decide(const struct match_config *config,
    float score);

/* The name part of the score of two readings. */
float match_names(const struct match_config *config, const struct name *query,
    const struct name *listed, struct alignment *alignment_out);

/*
 * The score of two parties with its features, which live in memory.  Names
 * are compared each with each; the best pair counts.
 */
void match_parties(const struct match_config *config, const struct party *query,
    const struct party *listed, const struct memory *memory,
    struct match_result *result_out);

/* The same without features: for choosing among candidates. */
float match_score(const struct match_config *config, const struct party *query,
    const struct party *listed, size_t *query_name_out, size_t *list_name_out);

/*
 * Capitals and digits of an identifier; the XXX that ends a BIC of a head
 * office is cut.  Returns the length; out holds cap bytes.
 */
size_t identifier_normalise(const char *text, size_t len, char *out,
    size_t cap);

/*
 * Reads "1960", "1960-01", "1960-01-31", "31 Jan 1960", "Jan 1960" or "circa
 * 1960".  Returns 0 when it is none of these.
 */
int birth_date_read(const char *text, size_t len, struct birth_date *date_out);

/* How a party of this type has its names read. */
enum name_view view_of(enum party_type type);
