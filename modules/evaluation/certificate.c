/* SPDX-License-Identifier: BSD-2-Clause */

#include "certificate.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define SUSPENSION_DAYS 180

struct step {
	const char *type, *from, *to;
};

static const struct step steps[] = {
	{ "accept", "applied", "under_evaluation" },
	{ "reject", "applied", "rejected" },
	{ "pass", "under_evaluation", "certified" },
	{ "fail", "under_evaluation", "failed" },
	{ "suspend", "certified", "suspended" },
	{ "withdraw", "certified", "withdrawn" },
	{ "withdraw", "suspended", "withdrawn" },
	{ "expire", "certified", "expired" },
	{ "expire", "suspended", "expired" },
	{ "renew", "certified", "under_evaluation" },
	{ "renew", "expired", "under_evaluation" },
	{ "reinstate", "suspended", "certified" },
};

static const struct {
	const char *type, *by;
} actors[] = {
	{ "accept", "industry_body" },
	{ "reject", "industry_body" },
	{ "pass", "industry_body" },
	{ "fail", "industry_body" },
	{ "suspend", "industry_body" },
	{ "reinstate", "industry_body" },
	{ "withdraw", "industry_body" },
	{ "withdraw", "platform" },
	{ "expire", "system" },
	{ "renew", "platform" },
};

void
certificate_begin(struct certificate *c)
{
	c->state = "applied";
	c->suspended_day = 0;
}

static const char *
check_actor(const char *type, const char *by)
{
	bool is_known = false;

	for (size_t i = 0; i < sizeof actors / sizeof actors[0]; i++) {
		if (strcmp(actors[i].type, type) != 0)
			continue;
		is_known = true;
		if (strcmp(actors[i].by, by) == 0)
			return NULL;
	}
	return is_known ? "role" : "unknown_event";
}

const char *
certificate_event(struct certificate *c, const char *type, const char *by,
    int64_t day)
{
	const char *refused = check_actor(type, by);
	const struct step *step = NULL;

	if (refused != NULL)
		return refused;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (strcmp(steps[i].type, type) == 0 &&
		    strcmp(steps[i].from, c->state) == 0)
			step = &steps[i];
	if (step == NULL)
		return c->state;
	if (strcmp(type, "reinstate") == 0 &&
	    day - c->suspended_day > SUSPENSION_DAYS)
		return "suspension_over_180_days";
	if (strcmp(type, "suspend") == 0)
		c->suspended_day = day;
	c->state = step->to;
	return NULL;
}
