/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A load of keep-alive connections with exact accounts.  Each connection has
 * one request on the way, sends the next when the answer is there, and never
 * sends one twice: what is not answered counts as failed.  A connection that
 * the server ends is made anew.
 *
 * An answer must be HTTP/1.1 with Content-Length and hold the members
 * "begin", "inner" and "end" with one text: the version that made it.  That of
 * a POST must hold "n" with the number that was sent.
 *
 * Standard input, a line each:
 *	mark NAME	what is on the way or sent from here on counts for
 *			window NAME ("steady" at first)
 *	stop		no more requests; the end when all are answered
 * "marked NAME" is written when a mark is in force, and the figures as one
 * line of JSON at the end.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define WINDOWS_MAX 64
#define VERSIONS_MAX 16
#define NAME_MAX_ 32
/* A histogram with 64 steps for each power of two: 1.6 % fine. */
#define STEPS 64
#define BUCKETS (STEPS * 26)
#define FAILURES_KEPT 32

enum outcome {
	ANSWERED,       /* well: status 200, one version, the number */
	OTHER_STATUS,   /* well-formed, another status */
	MIXED,          /* its members name different versions */
	WRONG_NUMBER,   /* of another request */
	MALFORMED,      /* not the HTTP or JSON that was agreed */
	RESET,          /* ECONNRESET or EPIPE before the answer */
	CLOSED,         /* the end of the stream before the answer */
	CLOSED_MIDWAY,  /* the same within the answer */
	CONNECT_FAILED, /* no connection, so nothing was sent */
	UNANSWERED,     /* at the end */
	OUTCOMES
};

struct window {
	char name[NAME_MAX_];
	uint64_t n;
	int64_t max_us, open_ns; /* how long it was the current one */
	uint32_t buckets[BUCKETS];
};

struct version {
	char name[NAME_MAX_];
	uint64_t n;
};

struct failure {
	enum outcome outcome;
	int64_t at_ns; /* since the start */
	unsigned connection;
	uint64_t answered_before; /* on this connection */
	char text[160];
};

/* All figures; plain values. */
struct ledger {
	int64_t began_ns, last_answer_ns, longest_silence_ns;
	uint64_t sent, outcomes[OUTCOMES], gets, posts;
	uint64_t status[600];
	uint64_t connects, closes_announced;
	struct window windows[WINDOWS_MAX];
	unsigned n_windows, window;
	int64_t window_since_ns, disturbed_until_ns;
	unsigned disturbed_by; /* the last window beside the first */
	struct version versions[VERSIONS_MAX];
	unsigned n_versions;
	struct failure failures[FAILURES_KEPT];
	unsigned n_failures;
};

/* One answer, as far as it has come. */
struct answer {
	int status;
	size_t length; /* head and body; 0: the head is not whole */
	bool closes, is_broken;
	const char *body;
	size_t body_length;
};

int64_t now_ns(void);

void ledger_begin(struct ledger *l);

/* From now on the current window is name. */
void ledger_mark(struct ledger *l, const char *name);

/* A request's end.  A request that was on the way while a window other than
 * the first was current belongs to that window. */
void ledger_answered(struct ledger *l, int64_t sent_ns, const char *version);

void ledger_failed(struct ledger *l, enum outcome outcome, unsigned connection,
    uint64_t answered_before, const char *text);

/* One line of JSON. */
void ledger_write(struct ledger *l, FILE *out);

/* Reads the head when it is whole. */
void answer_read(const char *text, size_t length, struct answer *out);

/* What a whole answer is; number: of a POST, or -1.  version_out: at least
 * NAME_MAX_ bytes. */
enum outcome answer_judge(const struct answer *a, int64_t number,
    char *version_out);
