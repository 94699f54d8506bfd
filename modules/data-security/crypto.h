/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Primitives: SHA-256 (FIPS 180-4), SM3 (GB/T 32905-2016), HMAC (RFC 2104),
 * HKDF (RFC 5869), AES-256-GCM (NIST SP 800-38D), all of OpenSSL.
 */

#pragma once

#include "memory.h"

#define DIGEST_SIZE 32 /* of both digests */
#define HKDF_MOST 8160 /* 255 digests */
#define GCM_KEY 32
#define GCM_IV 12
#define GCM_TAG 16

/* alg: sha256 or sm3.  Refuses unknown_algorithm. */
fault digest(const char *alg, struct span data, uint8_t out[DIGEST_SIZE]);

void sha256(struct span data, uint8_t out[DIGEST_SIZE]);

/* Of the parts one behind the other. */
void sha256_parts(const struct span *parts, size_t n, uint8_t out[DIGEST_SIZE]);
/* The same with a key; at most three parts. */
void hmac_sha256(struct span key, const struct span *parts, size_t n,
    uint8_t out[DIGEST_SIZE]);

/* Refuses bad_length (over HKDF_MOST, or below 1). */
fault hkdf_sha256(struct span ikm, struct span salt, struct span info,
    uint8_t *out, int64_t length);

/* out has the length of the text.  Refuses bad_key, bad_iv. */
fault gcm_seal(struct span key, struct span iv, struct span aad,
    struct span text, uint8_t *out, uint8_t tag[GCM_TAG]);

/* The same; refuses authentication_failed, and out is zeroed then. */
fault gcm_open(struct span key, struct span iv, struct span aad,
    struct span text, struct span tag, uint8_t *out);

/*
 * A token that stands for a value in a domain: HMAC of the domain, a NUL and
 * the value, without blanks at its ends, with one between its words and in
 * lower case.  Equal values have equal tokens, so they are still personal
 * data (PIPL Art. 73(3), GDPR Art. 4(5)).  Refuses key_too_short (below 32
 * bytes), bad_value (no text is left).
 */
fault pseudonym(const struct memory *memory, struct span key,
    const char *domain, const char *value, size_t length, const char **out);
