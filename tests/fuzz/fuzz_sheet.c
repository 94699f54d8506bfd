/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as a rate sheet: each row that is taken can be priced, or says
 * why not, and no price is below 0.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "modules/logistics/plan.h"

enum {
	POOL = 1 << 26
};

/* libFuzzer gives the name.  NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static _Alignas(max_align_t) char pool[POOL];
static size_t pool_used;

static void *
pool_alloc(void *owner, size_t size)
{
	char *at = pool + pool_used;

	(void)owner;
	size = (size + 15) & ~(size_t)15;
	if (size > POOL - pool_used)
		abort();
	pool_used += size;
	memset(at, 0, size);
	return at;
}

static const struct memory memory = { pool_alloc, NULL };
static const char header[] =
    "service,countries,currency,max_g,days_max,from_g,first_g,first_minor,"
    "step_g,step_minor,per_kg_minor,divisor,round_g,mode,fuel_bp,"
    "insurance_bp,postcodes,valid_from,valid_to,surcharge:a\n";

static void
make_plans(struct sheet *s)
{
	static const int64_t weights[CRITERIA] = { 40, 30, 20, 10 };
	static const int64_t dims[] = { 300, 200, 100 };
	static const struct parcel parcels[] = { { dims, 3, 800 },
		{ dims, 3, 30000 } };
	const struct plan_request q = { .to = "US",
		.postcode = "90210",
		.parcels = parcels,
		.n_parcels = 2,
		.declared_minor = 10000,
		.deadline_days = -1 };
	struct plans p;

	for (size_t i = 0; i < s->n_rows; i++)
		s->rows[i].sheet = "";
	if (plans_make(&q, s->rows, s->n_rows, weights, &memory, &p) != NULL)
		return;
	for (size_t i = 0; i < p.match.n; i++) {
		size_t at = p.match.order[i];

		if (p.all[at].price.total < 0 || p.match.scores[at] < 0 ||
		    p.match.scores[at] > 10000)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct sheet s;
	char *text;

	if (size > 1 << 14)
		return 0;
	pool_used = 0;
	sheet_read((const char *)bytes, size, &memory, &s);
	make_plans(&s);
	text = pool_alloc(NULL, sizeof header + size);
	memcpy(text, header, sizeof header - 1);
	memcpy(text + sizeof header - 1, bytes, size);
	sheet_read(text, sizeof header - 1 + size, &memory, &s);
	make_plans(&s);
	return 0;
}
