/* SPDX-License-Identifier: BSD-2-Clause */

/* Proofs of the audit log: inputs are read, worked out and answered. */

#include "local.h"
#include "merkle.h"

#include <string.h>

static struct hash *
read_leaves(struct ep_op *op, size_t *n_out)
{
	const struct ep_node *list = ep_node_get(ep_input(op), "leaves");
	size_t n = ep_node_count(list);
	struct hash *leaves = ep_alloc(op, (n + 1) * sizeof *leaves);

	for (size_t i = 0; i < n; i++) {
		uint32_t length = 0;
		const char *text = ep_node_text(ep_node_at(list, (uint32_t)i),
		    &length);

		leaves[i] = merkle_leaf(
		    (struct span){ (const uint8_t *)text, length });
	}
	*n_out = n;
	return leaves;
}

static const char *
hash_text(struct ep_op *op, const struct hash *h)
{
	const struct memory memory = operation_memory(op);

	return hex_write(&memory, h->bytes, sizeof h->bytes);
}

static ep_status
reply_path(struct ep_op *op, fault f, const struct merkle_path *path)
{
	struct ep_node *list = ep_array(op);

	if (f != NULL)
		return refuse(op, f);
	for (size_t i = 0; i < path->n; i++)
		(void)ep_append(op, list, hash_text(op, path->nodes + i));
	return ep_reply(op, 200, EP_ARG("path", list));
}

ep_status
security_merkle_root(struct ep_op *op)
{
	size_t n;
	const struct hash *leaves = read_leaves(op, &n);
	struct hash root = merkle_root(leaves, n);

	return ep_reply(op, 200, EP_ARG("root", hash_text(op, &root)),
	    EP_ARG("size", (int64_t)n));
}

ep_status
security_merkle_inclusion(struct ep_op *op)
{
	size_t n;
	const struct hash *leaves = read_leaves(op, &n);
	struct merkle_path *path = ep_alloc(op, sizeof *path);

	return reply_path(op,
	    merkle_inclusion(leaves, n, ep_in_int(op, "index", -1), path),
	    path);
}

ep_status
security_merkle_consistency(struct ep_op *op)
{
	size_t n;
	const struct hash *leaves = read_leaves(op, &n);
	struct merkle_path *path = ep_alloc(op, sizeof *path);

	return reply_path(op,
	    merkle_consistency(leaves, n, ep_in_int(op, "old_size", -1), path),
	    path);
}

static ep_status
read_hash(struct ep_op *op, const struct ep_node *n, const char *pointer,
    struct hash *out)
{
	const struct memory memory = operation_memory(op);
	uint32_t length = 0;
	const char *text = ep_node_text(n, &length);
	struct span s;

	memset(out, 0, sizeof *out);
	if (text == NULL || !hex_read(&memory, text, length, &s) ||
	    s.length != sizeof *out)
		return refuse_at(op, "bad_hex", pointer,
		    "64 hexadecimal digits");
	memcpy(out, s.bytes, sizeof *out);
	return EP_OK;
}

ep_status
security_merkle_verify(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *list = ep_node_get(in, "path");
	uint32_t n = ep_node_count(list), length = 0;
	struct hash *path = ep_alloc(op, (n + 1) * sizeof *path), root;
	int64_t size = ep_in_int(op, "size", 0);
	int64_t index = ep_in_int(op, "index", -1);
	const char *leaf;
	bool ok;

	EP_TRY(read_hash(op, ep_node_get(in, "root"), "/root", &root));
	for (uint32_t i = 0; i < n; i++)
		EP_TRY(read_hash(op, ep_node_at(list, i),
		    ep_concat(op, "/path/", ep_format(op, i)), path + i));
	leaf = ep_node_text(ep_node_get(in, "leaf_value"), &length);
	ok = size > 0 && index >= 0 &&
	    merkle_verify(&root, (uint64_t)size, (uint64_t)index,
		merkle_leaf((struct span){ (const uint8_t *)leaf, length }),
		path, n);
	return ep_reply(op, 200, EP_ARG("ok", ok));
}
