/* SPDX-License-Identifier: BSD-2-Clause */

#include "merkle.h"

#include <string.h>

static const uint8_t leaf_mark = 0, node_mark = 1;

static struct hash
parent(const struct hash *left, const struct hash *right)
{
	const struct span parts[] = { { &node_mark, 1 },
		{ left->bytes, DIGEST_SIZE }, { right->bytes, DIGEST_SIZE } };
	struct hash h;

	sha256_parts(parts, 3, h.bytes);
	return h;
}

struct hash
merkle_leaf(struct span leaf)
{
	const struct span parts[] = { { &leaf_mark, 1 }, leaf };
	struct hash h;

	sha256_parts(parts, 2, h.bytes);
	return h;
}

/* The largest power of two below n; n > 1. */
static size_t
split(size_t n)
{
	size_t k = 1;

	while (2 * k < n)
		k *= 2;
	return k;
}

struct hash
merkle_root(const struct hash *leaves, size_t n)
{
	struct hash left, right, h;

	if (n == 0) {
		sha256((struct span){ &leaf_mark, 0 }, h.bytes);
		return h;
	}
	if (n == 1)
		return leaves[0];
	left = merkle_root(leaves, split(n));
	right = merkle_root(leaves + split(n), n - split(n));
	return parent(&left, &right);
}

static void
push(struct merkle_path *p, struct hash h)
{
	p->nodes[p->n++] = h;
}

/* RFC 6962 section 2.1.1, nearest the leaf first. */
static void
inclusion(const struct hash *leaves, size_t n, size_t index,
    struct merkle_path *out)
{
	size_t k;

	if (n <= 1)
		return;
	k = split(n);
	if (index < k) {
		inclusion(leaves, k, index, out);
		push(out, merkle_root(leaves + k, n - k));
	} else {
		inclusion(leaves + k, n - k, index - k, out);
		push(out, merkle_root(leaves, k));
	}
}

fault
merkle_inclusion(const struct hash *leaves, size_t n, int64_t index,
    struct merkle_path *out)
{
	out->n = 0;
	if (index < 0 || (uint64_t)index >= n)
		return "index_out_of_range";
	inclusion(leaves, n, (size_t)index, out);
	return NULL;
}

/* RFC 6962 section 2.1.2; is_whole: the old tree is one of our subtrees. */
static void
consistency(const struct hash *leaves, size_t n, size_t m, bool is_whole,
    struct merkle_path *out)
{
	size_t k;

	if (m == n) {
		if (!is_whole)
			push(out, merkle_root(leaves, n));
		return;
	}
	k = split(n);
	if (m <= k) {
		consistency(leaves, k, m, is_whole, out);
		push(out, merkle_root(leaves + k, n - k));
	} else {
		consistency(leaves + k, n - k, m - k, false, out);
		push(out, merkle_root(leaves, k));
	}
}

fault
merkle_consistency(const struct hash *leaves, size_t n, int64_t old_size,
    struct merkle_path *out)
{
	out->n = 0;
	if (old_size < 1 || (uint64_t)old_size > n)
		return "bad_old_size";
	consistency(leaves, n, (size_t)old_size, true, out);
	return NULL;
}

bool
merkle_verify(const struct hash *root, uint64_t size, uint64_t index,
    struct hash leaf, const struct hash *path, size_t n)
{
	uint64_t fn = index, sn = size - 1;
	struct hash r = leaf;

	if (size == 0 || index >= size)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) == 1 || fn == sn) {
			r = parent(path + i, &r);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			r = parent(&r, path + i);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && memcmp(&r, root, sizeof r) == 0;
}
