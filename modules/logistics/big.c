/* SPDX-License-Identifier: BSD-2-Clause */

#include "big.h"

struct big
big_from(uint64_t x)
{
	return (struct big){ { (uint32_t)x, (uint32_t)(x >> 32) } };
}

struct big
big_add(const struct big *a, const struct big *b)
{
	struct big sum;
	uint64_t carry = 0;

	for (int i = 0; i < BIG_WORDS; i++) {
		carry += (uint64_t)a->words[i] + b->words[i];
		sum.words[i] = (uint32_t)carry;
		carry >>= 32;
	}
	return sum;
}

/* By 32 bits, the product moved up by so many words. */
static struct big
multiply_word(const struct big *a, uint32_t by, int up)
{
	struct big product = { { 0 } };
	uint64_t carry = 0;

	for (int i = 0; i + up < BIG_WORDS; i++) {
		carry += (uint64_t)a->words[i] * by;
		product.words[i + up] = (uint32_t)carry;
		carry >>= 32;
	}
	return product;
}

struct big
big_multiply(const struct big *a, uint64_t by)
{
	struct big low = multiply_word(a, (uint32_t)by, 0);
	struct big high = multiply_word(a, (uint32_t)(by >> 32), 1);

	return big_add(&low, &high);
}

int
big_compare(const struct big *a, const struct big *b)
{
	for (int i = BIG_WORDS - 1; i >= 0; i--)
		if (a->words[i] != b->words[i])
			return a->words[i] > b->words[i] ? 1 : -1;
	return 0;
}
