/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Proofs of an append-only log (日志审计): Merkle trees of RFC 6962 section
 * 2.1, inclusion verified as RFC 9162 section 2.1.3.2 says.
 */

#pragma once

#include "crypto.h"

struct hash {
	uint8_t bytes[DIGEST_SIZE];
};

#define MERKLE_PATH_MOST 64

struct merkle_path {
	struct hash nodes[MERKLE_PATH_MOST];
	size_t n;
};

/* The hash of one leaf. */
struct hash merkle_leaf(struct span leaf);

/* The root of so many leaf hashes; of none that of the empty text. */
struct hash merkle_root(const struct hash *leaves, size_t n);

/* Refuses index_out_of_range. */
fault merkle_inclusion(const struct hash *leaves, size_t n, int64_t index,
    struct merkle_path *out);

/* Between the first old_size leaves and all.  Refuses bad_old_size (below 1,
 * above n); for equal sizes the path is empty. */
fault merkle_consistency(const struct hash *leaves, size_t n, int64_t old_size,
    struct merkle_path *out);

/* Does the path lead from the leaf's hash to the root? */
bool merkle_verify(const struct hash *root, uint64_t size, uint64_t index,
    struct hash leaf, const struct hash *path, size_t n);
