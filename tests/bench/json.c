/* SPDX-License-Identifier: BSD-2-Clause */

/* Parse and write of one order, against cJSON: microseconds each and the
 * ratio.  Build with -lcjson. */

#include "core/base/json.h"
#include "core/base/clock.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 200000

static const char order[] =
    "{\"reference\":\"PO-2026-004711\",\"buyer\":{\"name\":\"M\xc3\xbcller "
    "Import GmbH\",\"country\":\"DE\",\"vat\":\"DE129273398\"},\"currency\":"
    "\"EUR\",\"incoterm\":\"DAP\",\"lines\":[{\"sku\":\"A-1001\",\"title\":"
    "\"Ceramic kettle, 1.2 l\",\"quantity\":120,\"unit_price\":1895,\"hs\":"
    "\"691200\",\"weight\":1.35},{\"sku\":\"A-2044\",\"title\":\"Bamboo tray"
    "\",\"quantity\":40,\"unit_price\":1120,\"hs\":\"441919\",\"weight\":0.8}"
    "],\"ship_to\":{\"street\":\"Hafenstra\xc3\x9f"
    "e 12\",\"city\":"
    "\"Hamburg\",\"postcode\":\"20457\",\"country\":\"DE\"},\"express\":false,"
    "\"note\":null,\"tags\":[\"b2b\",\"sea\",\"q4\"],\"total\":272200,"
    "\"created\":\"2026-11-23T20:24:53Z\"}";

static double
ours(void)
{
	struct arena *a = arena_new(16384);
	int64_t start = clock_monotonic_us();
	const struct ep_node *n = NULL;
	struct err err = { 0 };
	struct buf b = { 0 };
	int i;

	for (i = 0; i < ROUNDS; i++) {
		arena_reset(a);
		EP_ASSERT(json_parse_copy(a, order, sizeof order - 1, &n,
			      &err) == EP_OK);
		json_write(&b, n);
		buf_clear(&b, SIZE_MAX);
	}
	buf_fini(&b);
	arena_free(&a);
	return (double)(clock_monotonic_us() - start) / ROUNDS;
}

static double
theirs(void)
{
	int64_t start = clock_monotonic_us();
	int i;

	for (i = 0; i < ROUNDS; i++) {
		cJSON *n = cJSON_ParseWithLength(order, sizeof order - 1);
		char *text = cJSON_PrintUnformatted(n);

		EP_ASSERT(text != NULL);
		free(text);
		cJSON_Delete(n);
	}
	return (double)(clock_monotonic_us() - start) / ROUNDS;
}

int
main(void)
{
	double a = ours(), b = theirs();

	printf("json: %zu bytes, parse and write %.3f us, cJSON %.3f us, "
	       "ratio %.1f\n",
	    sizeof order - 1, a, b, b / a);
	return 0;
}
