/* SPDX-License-Identifier: BSD-2-Clause */
#define ONE_MAGIC 0x1badf00dU
#define TWO_MAGIC 0x1badf00dU
