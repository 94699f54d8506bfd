/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/shape.h"

#include <sys/random.h>

#define FEW 12     /* compared each with each */
#define STACK 1024 /* slots that need no memory */

static uint64_t
mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 31;
}

static uint64_t
hash_bytes(const char *p, size_t n, uint64_t h)
{
	uint64_t word = n;

	for (; n >= 8; n -= 8, p += 8) {
		uint64_t eight;

		memcpy(&eight, p, 8);
		h = mix(h, eight);
	}
	for (; n > 0; n--, p++)
		word = word << 8 | (unsigned char)*p;
	return mix(h, word);
}

static uint64_t hash_node(const struct ep_node *n, uint64_t seed);

static uint64_t
hash_children(const struct ep_node *n, uint64_t seed)
{
	uint64_t h = n->count;

	for (uint32_t i = 0; i < n->count; i++) {
		const struct ep_node *m = n->u.items + i;
		uint64_t one = hash_node(m, seed);

		if (n->type == EP_T_ARRAY)
			h = mix(h, one);
		else /* without order */
			h += mix(hash_bytes(m->key, m->key_length, seed), one);
	}
	return mix(h, seed + n->type);
}

static uint64_t
hash_node(const struct ep_node *n, uint64_t seed)
{
	struct decimal d;

	switch (n->type) {
	case EP_T_BOOL:
		return mix(seed, 17 + (uint64_t)n->u.integer);
	case EP_T_INT:
	case EP_T_REAL:
		decimal_read(&d, n);
		return mix(decimal_hash(&d, seed), 2);
	case EP_T_TEXT:
		return hash_bytes(n->text, n->count, seed);
	case EP_T_ARRAY:
	case EP_T_OBJECT:
		return hash_children(n, seed);
	default:
		return mix(seed, 1);
	}
}

static bool
few_find_twin(const struct ep_node *array, uint32_t pair[2])
{
	for (uint32_t i = 1; i < array->count; i++)
		for (uint32_t j = 0; j < i; j++)
			if (node_equal(array->u.items + i,
				array->u.items + j)) {
				pair[0] = j;
				pair[1] = i;
				return true;
			}
	return false;
}

bool
unique_find_twin(struct arena *a, const struct ep_node *array, uint32_t pair[2])
{
	uint32_t small[STACK] = { 0 }, *slots = small, size = STACK;
	uint64_t seed;

	if (array->count <= FEW)
		return few_find_twin(array, pair);
	/* drawn anew, so that nobody can prepare elements that collide */
	if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
		seed = (uint64_t)(uintptr_t)array->u.items;
	while (size / 2 < array->count)
		size *= 2;
	if (size > STACK)
		slots = arena_array(a, size, sizeof *slots);
	for (uint32_t i = 0; i < array->count; i++) {
		const struct ep_node *n = array->u.items + i;
		uint64_t h = hash_node(n, seed);

		h ^= h >> 32;
		for (;; h++) {
			uint32_t *slot = slots + (h & (size - 1));

			if (*slot == 0) {
				*slot = i + 1;
				break;
			}
			if (node_equal(n, array->u.items + (*slot - 1))) {
				pair[0] = *slot - 1;
				pair[1] = i;
				return true;
			}
		}
	}
	return false;
}
