/* SPDX-License-Identifier: BSD-2-Clause */

#include "deadlines.h"

#include "day.h"

#include <string.h>

#define PENDING_MOST 36500

static bool
is_working_day(const struct request *r, int64_t day)
{
	for (size_t i = 0; i < r->n_holidays; i++)
		if (r->holidays[i] == day)
			return false;
	return !day_is_weekend(day);
}

static int64_t
working_days_after(const struct request *r, int64_t day, int64_t n)
{
	while (n > 0) {
		day++;
		n -= is_working_day(r, day);
	}
	return day;
}

fault
request_due(const struct deadline_tables *t, int64_t day,
    const struct request *r, int64_t *due_out, int64_t *acknowledge_out)
{
	const struct table *rows = &t->requests;
	size_t row = table_find(rows, 0, day, "law", r->law);
	const char *column = r->is_extended ? "extended" : "period";
	int64_t start = r->received + r->pending_days, due, n;

	if (row == TABLE_NONE)
		return "unknown_law";
	if (r->pending_days < 0 || r->pending_days > PENDING_MOST)
		return "bad_count";
	n = table_number(rows, row, column);
	due = strcmp(table_cell(rows, row, "unit"), "month") == 0
	    ? day_add_months(start, (int)n)
	    : start + n;
	while (table_number(rows, row, "rolls") == 1 && !is_working_day(r, due))
		due++;
	*due_out = due;
	n = table_number(rows, row, "acknowledge_working_days");
	*acknowledge_out = n > 0 ? working_days_after(r, start, n) : NO_DAY;
	return NULL;
}

/* The severity is one that the law knows; *is_reported_out: of those that
 * are told to the authority. */
static bool
knows_severity(const struct table *rows, size_t row, const char *severity,
    bool *is_reported_out)
{
	const char *known = table_cell(rows, row, "severities");

	*is_reported_out = *known == '\0' ||
	    table_has_word(rows, row, "severities", severity);
	return *is_reported_out ||
	    table_has_word(rows, row, "recorded_only", severity);
}

static size_t
of_role(const struct table *rows, size_t row, int64_t day,
    const struct breach *b)
{
	while (row != TABLE_NONE && *table_cell(rows, row, "role") != '\0' &&
	    strcmp(table_cell(rows, row, "role"), b->role) != 0)
		row = table_find(rows, row + 1, day, "law", b->law);
	return row;
}

fault
breach_duties(const struct deadline_tables *t, int64_t day,
    const struct breach *b, struct breach_duties *out)
{
	const struct table *rows = &t->breaches;
	size_t row = table_find(rows, 0, day, "law", b->law);
	const char *subjects;

	memset(out, 0, sizeof *out);
	if (row == TABLE_NONE)
		return "unknown_law";
	if (!knows_severity(rows, row, b->severity, &out->notify_authority))
		return "unknown_severity";
	if (out->notify_authority)
		row = of_role(rows, row, day, b);
	if (row == TABLE_NONE)
		return "unknown_role";
	if (table_has_word(rows, row, "not_at_risk", b->risk))
		out->notify_authority = false;
	out->due = b->aware + 3600 * table_number(rows, row, "hours");
	subjects = table_cell(rows, row, "subjects_at_risk");
	out->tells_subjects = *subjects != '\0';
	out->notify_subjects = strcmp(subjects, "any") == 0 ||
	    table_has_word(rows, row, "subjects_at_risk", b->risk);
	return NULL;
}

fault
keep_until(const struct deadline_tables *t, int64_t day, const char *cls,
    int64_t completed, int64_t *out)
{
	size_t row = table_find(&t->retention, 0, day, "class", cls);

	if (row == TABLE_NONE)
		return "unknown_class";
	*out = day_add_months(completed,
	    (int)table_number(&t->retention, row, "months"));
	return NULL;
}
