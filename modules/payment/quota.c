/* SPDX-License-Identifier: BSD-2-Clause */

#include "quota.h"

#include "day.h"

#include <stdlib.h>
#include <string.h>

/* The next field of a line without quotes; at moves behind its comma. */
static const char *
field(const char **at, const char *end, size_t *n_out)
{
	const char *start = *at;
	const char *comma = memchr(start, ',', (size_t)(end - start));

	*n_out = (size_t)((comma != NULL ? comma : end) - start);
	*at = comma != NULL ? comma + 1 : end;
	return start;
}

static bool
read_row(const char *line, const char *end, struct quota_limit *out)
{
	size_t n;
	const char *p = field(&line, end, &n);

	if (n == 0 || n >= sizeof out->name)
		return false;
	memcpy(out->name, p, n);
	out->name[n] = '\0';
	p = field(&line, end, &n);
	if (!day_read(p, n, &out->from))
		return false;
	p = field(&line, end, &n);
	out->to = INT64_MAX;
	if (n > 0 && !day_read(p, n, &out->to))
		return false;
	p = field(&line, end, &n);
	out->usd_cents = n > 0 ? strtoll(p, NULL, 10) : 0;
	return out->usd_cents > 0;
}

fault
quota_limits_read(struct quota_limits *t, const char *csv, size_t length)
{
	const char *end = csv + length;
	const char *at = memchr(csv, '\n', length); /* behind the header */

	t->n = 0;
	while (at != NULL && ++at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (t->n == QUOTA_LIMITS ||
		    !read_row(at, stop != NULL ? stop : end, &t->rows[t->n]))
			return "bad_data";
		t->n++;
		at = stop;
	}
	return t->n > 0 ? NULL : "bad_data";
}

/* -1 when there is none that day. */
static int64_t
limit(const struct quota_limits *t, const char *name, int64_t day)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->rows[i].name, name) == 0 &&
		    day >= t->rows[i].from && day <= t->rows[i].to)
			return t->rows[i].usd_cents;
	return -1;
}

static fault
of_individual(const struct quota_request *r, int64_t annual,
    struct quota_answer *out)
{
	if (r->has_trade_record) {
		out->is_allowed = true;
		out->reason = "trade_item_not_counted";
		return NULL;
	}
	if (annual < 0)
		return "no_limit_in_force";
	out->is_allowed = r->amount_usd_cents <= annual &&
	    r->used_usd_cents <= annual - r->amount_usd_cents;
	out->reason = out->is_allowed ? "within_quota"
				      : "annual_quota_exceeded";
	if (out->is_allowed)
		out->used_usd_cents += r->amount_usd_cents;
	return NULL;
}

fault
quota_ask(const struct quota_limits *t, const struct quota_request *r,
    struct quota_answer *out)
{
	bool by_institution = strcmp(r->channel, "payment_institution") == 0;
	int64_t single = limit(t, "single_txn", r->day);

	if (!by_institution && strcmp(r->channel, "bank") != 0)
		return "bad_channel";
	if (r->amount_usd_cents <= 0)
		return "non_positive_amount";
	*out = (struct quota_answer){ .has_used = true,
		.used_usd_cents = r->used_usd_cents };
	if (by_institution && single >= 0 && r->amount_usd_cents > single) {
		out->has_used = false;
		out->reason = "single_txn_over_50000_usd";
		return NULL;
	}
	if (strcmp(r->kind, "enterprise") == 0) {
		out->is_allowed = r->has_trade_record;
		out->reason = r->has_trade_record ? "trade_background"
						  : "no_trade_record";
		return NULL;
	}
	if (strcmp(r->kind, "individual") != 0)
		return "bad_kind";
	return of_individual(r, limit(t, "annual_individual", r->day), out);
}
