/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/logistics_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct piece {
	struct piece *next;
	_Alignas(max_align_t) char bytes[];
};

static struct piece *pieces;

static void *
piece_alloc(void *owner, size_t size)
{
	struct piece *piece = calloc(1, sizeof *piece + size);

	(void)owner;
	if (piece == NULL)
		abort();
	piece->next = pieces;
	pieces = piece;
	return piece->bytes;
}

const struct memory logistics_memory = { piece_alloc, NULL };

int
logistics_free(void **state)
{
	(void)state;
	while (pieces != NULL) {
		struct piece *piece = pieces;

		pieces = piece->next;
		free(piece);
	}
	return 0;
}

void
logistics_table(const char *file, struct csv *c)
{
	const char *top = getenv("ENTREPOT_SOURCE");
	char path[1024];
	FILE *f;
	char *bytes;
	size_t n;

	(void)snprintf(path, sizeof path, "%s/modules/logistics/data/%s",
	    top != NULL ? top : ".", file);
	f = fopen(path, "re");
	if (f == NULL) {
		perror(path);
		abort();
	}
	bytes = piece_alloc(NULL, 1 << 20);
	n = fread(bytes, 1, 1 << 20, f);
	(void)fclose(f);
	csv_open(c, bytes, n, &logistics_memory);
}
