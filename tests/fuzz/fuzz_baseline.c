/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as two names of the baseline matcher, and as its list: a score is
 * between 0 and 1, a name with itself is 1, and what was made of a name is
 * read again as it is.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "modules/compliance/baseline.h"

enum {
	POOL = 1 << 24
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

static void
try_names(const char *text, size_t size)
{
	struct baseline_name a, b, again;
	const char *norm;
	double score;

	baseline_read(text, size / 2, &memory, &a);
	baseline_read(text + size / 2, size - size / 2, &memory, &b);
	score = baseline_score(&a, &b, &memory);
	if (!(score >= 0 && score <= 1.0000001))
		abort();
	if (a.n > 0 && baseline_score(&a, &a, &memory) < 0.9999999)
		abort();
	norm = baseline_text(&a, &memory);
	baseline_read(norm, strlen(norm), &memory, &again);
	if (strcmp(norm, baseline_text(&again, &memory)) != 0 &&
	    strlen(norm) < BASELINE_NAME_MAX)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct baseline_list list;

	if (size > 2048)
		return 0;
	pool_used = 0;
	try_names((const char *)bytes, size);
	(void)baseline_list_read((const char *)bytes, size, &memory, &list);
	return 0;
}
