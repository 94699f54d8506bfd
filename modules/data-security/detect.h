/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Personal data in text: where does which kind of number, address or name of
 * an account stand, and how sure is that?
 *
 * One pass over the bytes looks for anchors only: digits, '@', ':' and '-'.
 * Around a digit stands a token of letters and digits; its length and the
 * places of its letters choose the few shapes that can fit (detect_shape.h),
 * and what fits is proved by the check digits of its scheme
 * (detect_verify_*.c).  The rows of detect_table.c hold all detectors.
 *
 * A score says how likely a hit is: the row's score for a shape alone, its
 * higher one for proved check digits, and 35 more, at least 60, when a word
 * that names the kind stands shortly before.  All of it is pure: no clock, no
 * network, no allocation but through struct detect_hits, and time grows with
 * the length of the text only.  Values are never kept or logged.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DETECT_TYPES_MAX = 128,
	DETECT_MAP = DETECT_TYPES_MAX / 64,
	DETECT_ERROR = 160,
	DETECT_USUAL_SCORE = 50, /* asked for no type: what is likely */
};

struct detector;

/* A hit, in bytes of the text; reason and word live as long as the
 * detector. */
struct detect_hit {
	size_t start;
	size_t end;
	unsigned type;  /* for detector_type_name() */
	unsigned score; /* 1 to 100 */
	bool proved;
	const char *reason;
	const char *word; /* that named it, not terminated; NULL: none */
	size_t word_length;
};

/* Hits, ordered by start and free of overlaps.  grow() returns room for count
 * hits that holds what was there; it never fails. */
struct detect_hits {
	struct detect_hit *at;
	size_t count;
	size_t room;
	struct detect_hit *(*grow)(void *owner, struct detect_hit *old,
	    size_t old_count, size_t count);
	void *owner;
};

/* What is looked for. */
struct detect_wish {
	uint64_t types[DETECT_MAP]; /* no bit set: all */
	char language[8]; /* of context words, "en" or "zh"; empty: any */
	unsigned min_score;
};

/* Bytes that a detector takes. */
size_t detector_size(void);

/*
 * Makes a detector in memory of detector_size() bytes from the text of
 * iban.csv and context_words.csv, which must outlive it.  False: error says
 * what is wrong with which line.
 */
bool detector_init(struct detector *d, const char *iban, size_t iban_length,
    const char *words, size_t words_length, char error[DETECT_ERROR]);

/* Name of a type, "US_SSN"; NULL from the number of types on. */
const char *detector_type_name(unsigned type);

/* The type of this name, in any case; false: there is none. */
bool detector_type_find(const char *name, size_t length, unsigned *type_out);

/* Finds all that is wished for in text, which may be any bytes. */
void detector_scan(const struct detector *d, const struct detect_wish *wish,
    const char *text, size_t length, struct detect_hits *hits);

/* The eight kinds of detector_pii(), in order of priority. */
enum detect_pii_kind {
	DETECT_PII_EMAIL,
	DETECT_PII_CN_RESIDENT_ID,
	DETECT_PII_IBAN,
	DETECT_PII_PAN,
	DETECT_PII_CN_MOBILE,
	DETECT_PII_E164,
	DETECT_PII_IPV4,
	DETECT_PII_CN_PASSPORT,
	DETECT_PII_KINDS
};

const char *detect_pii_name(enum detect_pii_kind kind);

/* True for kinds whose disclosure endangers a person (PIPL Art. 28). */
bool detect_pii_is_sensitive(enum detect_pii_kind kind);

/*
 * The eight plain kinds by fixed rules, without scores: the type of a hit is
 * an enum detect_pii_kind.  A later kind never overlaps an earlier one.
 */
void detector_pii(const struct detector *d, const char *text, size_t length,
    struct detect_hits *hits);
