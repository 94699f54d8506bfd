/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/suite.h"

#include "core/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

const struct ep_node *
suite_read(struct arena *a, const char *name)
{
	const char *top = getenv("srcdir");
	const char *path = arena_format(a, "%s/tests/data/%s",
	    top != NULL ? top : ".", name);
	const struct ep_node *n = NULL;
	struct err err = { 0 };
	size_t length = 0;
	char *text = NULL;

	if (file_read(a, path, (size_t)64 << 20, &text, &length, &err) !=
		EP_OK ||
	    json_parse(a, text, length, true, &n, &err) != EP_OK)
		fail_msg("%s: %s", path, err.text);
	return n;
}

uint32_t
suite_seed(void)
{
	const char *given = getenv("SEED");
	struct timespec now;
	uint32_t seed;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	seed = given != NULL ? (uint32_t)strtoul(given, NULL, 10)
			     : (uint32_t)now.tv_sec ^ (uint32_t)now.tv_nsec;
	seed = seed != 0 ? seed : 1;
	(void)printf("SEED=%u\n", seed);
	return seed;
}

uint32_t
suite_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}
