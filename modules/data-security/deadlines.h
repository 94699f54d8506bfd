/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * When something is due: answers to people who ask for their data (DSAR),
 * reports of incidents, the end of keeping.  Periods are rows of data/.
 */

#pragma once

#include "table.h"

struct deadline_tables {
	struct table requests, breaches, retention;
};

struct request {
	const char *law;
	int64_t received, pending_days; /* until the person was identified */
	bool is_extended;
	const int64_t *holidays;
	size_t n_holidays;
};

#define NO_DAY INT64_MIN

/* *acknowledge_out: NO_DAY when the law has no such day.  Refuses
 * unknown_law, bad_count. */
fault request_due(const struct deadline_tables *t, int64_t day,
    const struct request *r, int64_t *due_out, int64_t *acknowledge_out);

struct breach {
	const char *law, *role, *severity, *risk;
	int64_t aware; /* seconds since 1970, UTC */
};

struct breach_duties {
	bool notify_authority, tells_subjects, notify_subjects;
	int64_t due; /* seconds, when the authority is told */
};

/* tells_subjects: the law has a duty towards people.  Refuses unknown_law,
 * unknown_severity, unknown_role. */
fault breach_duties(const struct deadline_tables *t, int64_t day,
    const struct breach *b, struct breach_duties *out);

/* The last day of keeping.  Refuses unknown_class. */
fault keep_until(const struct deadline_tables *t, int64_t day, const char *cls,
    int64_t completed, int64_t *out);
