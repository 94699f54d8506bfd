/* SPDX-License-Identifier: BSD-2-Clause */

/* The table of version two: half a megabyte that EP_START fills. */

#ifndef TWO_H
#define TWO_H

#include <entrepot.h>

#define TABLE_WORDS 65536

/* Fills the table; its sum afterwards is table_sum(). */
void table_fill(uint64_t seed);
uint64_t table_sum(void);

#endif
