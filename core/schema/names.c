/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/shape.h"

/* The names are the schema's, so nobody outside can make them collide; a
 * foreign name costs one chain at most. */
static uint32_t
hash(const char *text, uint32_t length)
{
	uint32_t h = length * 0x9e3779b1u, word;

	for (; length >= 4; length -= 4, text += 4) {
		memcpy(&word, text, 4);
		h = (h ^ word) * 0x85ebca6bu;
		h ^= h >> 15;
	}
	for (; length > 0; length--, text++)
		h = (h ^ (unsigned char)*text) * 0xc2b2ae35u;
	return h ^ h >> 16;
}

uint32_t
names_find(const struct names *names, const char *text, uint32_t length)
{
	uint32_t slot, i;

	if (names->slots == NULL)
		return names->count;
	slot = hash(text, length) & names->mask;
	while ((i = names->slots[slot]) != 0) {
		const struct name *n = names->list + (i - 1);

		if (n->length == length && memcmp(n->text, text, length) == 0)
			return i - 1;
		slot = (slot + 1) & names->mask;
	}
	return names->count;
}

void
names_add(struct names *names, const char *text, uint32_t length)
{
	struct name *n = names->list + names->count++;

	n->text = text;
	n->length = length;
}

void
names_index(struct arena *a, struct names *names)
{
	uint32_t size = 4;

	if (names->count == 0)
		return;
	EP_ASSERT(names->count < UINT16_MAX);
	while (size < names->count * 2)
		size *= 2;
	names->mask = size - 1;
	names->slots = arena_array(a, size, sizeof *names->slots);
	for (uint32_t i = 0; i < names->count; i++) {
		const struct name *n = names->list + i;
		uint32_t slot = hash(n->text, n->length) & names->mask;

		while (names->slots[slot] != 0)
			slot = (slot + 1) & names->mask;
		names->slots[slot] = (uint16_t)(i + 1);
	}
}
