/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Keys (密钥管理): data keys (DEK) wrapped by key keys (KEK), their states
 * and what each event does to them.  No key is made here: it is the ledger
 * that says what may still be done with which.
 */

#pragma once

#include "memory.h"

/* AES-GCM with random nonces (NIST SP 800-38D, 8.3). */
#define DEK_USES_MOST (INT64_C(1) << 32)

enum kek_state {
	KEK_ACTIVE,
	KEK_DECRYPT_ONLY,
	KEK_DESTROYED
};

extern const char *const kek_state_names[];

enum dek_state {
	DEK_ACTIVE,
	DEK_EXHAUSTED,
	DEK_SHREDDED
};

extern const char *const dek_state_names[];

struct dek {
	const char *id;
	size_t kek; /* version, from 1 */
	int64_t uses;
	enum dek_state state;
};

struct keyring {
	enum kek_state *keks; /* of version 1 and on */
	size_t n_keks;        /* the last is active */
	struct dek *deks;
	size_t n_deks;
};

struct key_event {
	const char *type, *id;
	int64_t version, n;
};

/* One KEK, for at most so many events. */
void keyring_init(struct keyring *k, const struct memory *memory, size_t most);

/* What came of it: "ok" or a code such as kek_in_use. */
const char *keyring_do(struct keyring *k, const struct key_event *e);
