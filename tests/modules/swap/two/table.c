/* SPDX-License-Identifier: BSD-2-Clause */

#include "two.h"

static uint64_t table[TABLE_WORDS];

void
table_fill(uint64_t seed)
{
	for (unsigned i = 0; i < TABLE_WORDS; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		table[i] = seed >> 17;
	}
}

uint64_t
table_sum(void)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < TABLE_WORDS; i++)
		sum += table[i];
	return sum & 0xffffffff;
}
