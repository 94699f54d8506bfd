/* SPDX-License-Identifier: BSD-2-Clause */

#include "crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>

#define KEY_LEAST 32
#define TOKEN_BYTES ((size_t)16)

static void
run_digest(const EVP_MD *md, struct span data, uint8_t out[DIGEST_SIZE])
{
	if (EVP_Digest(data.bytes, data.length, out, NULL, md, NULL) != 1)
		abort(); /* no memory: a wrong digest would be worse */
}

void
sha256(struct span data, uint8_t out[DIGEST_SIZE])
{
	run_digest(EVP_sha256(), data, out);
}

fault
digest(const char *alg, struct span data, uint8_t out[DIGEST_SIZE])
{
	const EVP_MD *md = strcmp(alg, "sha256") == 0 ? EVP_sha256()
	    : strcmp(alg, "sm3") == 0                 ? EVP_sm3()
						      : NULL;

	if (md == NULL)
		return "unknown_algorithm";
	run_digest(md, data, out);
	return NULL;
}

/* ------------------------------------------------------------------ HMAC */

#define BLOCK 64
#define PARTS_MOST 3

struct hmac {
	uint8_t inner[BLOCK], outer[BLOCK];
};

static void
hmac_begin(struct hmac *h, struct span key)
{
	uint8_t block[BLOCK] = { 0 };

	if (key.length > BLOCK)
		sha256(key, block);
	else if (key.length > 0)
		memcpy(block, key.bytes, key.length);
	for (size_t i = 0; i < BLOCK; i++) {
		h->inner[i] = block[i] ^ 0x36;
		h->outer[i] = block[i] ^ 0x5c;
	}
	OPENSSL_cleanse(block, sizeof block);
}

void
sha256_parts(const struct span *parts, size_t n, uint8_t out[DIGEST_SIZE])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;

	for (size_t i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(c, parts[i].bytes, parts[i].length) == 1;
	if (!ok || EVP_DigestFinal_ex(c, out, NULL) != 1)
		abort();
	EVP_MD_CTX_free(c);
}

void
hmac_sha256(struct span key, const struct span *parts, size_t n,
    uint8_t out[DIGEST_SIZE])
{
	struct span all[PARTS_MOST + 1], second[2];
	uint8_t inner[DIGEST_SIZE];
	struct hmac h;

	hmac_begin(&h, key);
	all[0] = (struct span){ h.inner, BLOCK };
	memcpy(all + 1, parts, n * sizeof *parts);
	sha256_parts(all, n + 1, inner);
	second[0] = (struct span){ h.outer, BLOCK };
	second[1] = (struct span){ inner, sizeof inner };
	sha256_parts(second, 2, out);
	OPENSSL_cleanse(&h, sizeof h);
}

fault
hkdf_sha256(struct span ikm, struct span salt, struct span info, uint8_t *out,
    int64_t length)
{
	static const uint8_t zeros[DIGEST_SIZE];
	uint8_t prk[DIGEST_SIZE], block[DIGEST_SIZE];
	size_t left = (size_t)length, used = 0;

	if (length < 1 || length > HKDF_MOST)
		return "bad_length";
	if (salt.length == 0)
		salt = (struct span){ zeros, sizeof zeros };
	hmac_sha256(salt, &ikm, 1, prk);
	for (uint8_t counter = 1; left > 0; counter++) {
		struct span parts[] = { { block, used }, info,
			{ &counter, 1 } };
		size_t n = left < DIGEST_SIZE ? left : DIGEST_SIZE;

		hmac_sha256((struct span){ prk, sizeof prk }, parts, 3, block);
		memcpy(out, block, n);
		out += n;
		left -= n;
		used = DIGEST_SIZE;
	}
	OPENSSL_cleanse(prk, sizeof prk);
	OPENSSL_cleanse(block, sizeof block);
	return NULL;
}

/* ------------------------------------------------------------ AES-256-GCM */

/* One pass over text, seal: into cipher text.  False: OpenSSL cannot. */
static bool
gcm_run(EVP_CIPHER_CTX *c, bool seal, const struct span in[4], uint8_t *out)
{
	int n;

	return EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, in[0].bytes,
		   in[1].bytes, seal) == 1 &&
	    (in[2].length == 0 ||
		EVP_CipherUpdate(c, NULL, &n, in[2].bytes, (int)in[2].length) ==
		    1) &&
	    (in[3].length == 0 ||
		EVP_CipherUpdate(c, out, &n, in[3].bytes, (int)in[3].length) ==
		    1);
}

static fault
gcm_sizes(struct span key, struct span iv)
{
	if (key.length != GCM_KEY)
		return "bad_key";
	return iv.length != GCM_IV ? "bad_iv" : NULL;
}

fault
gcm_seal(struct span key, struct span iv, struct span aad, struct span text,
    uint8_t *out, uint8_t tag[GCM_TAG])
{
	const struct span in[] = { key, iv, aad, text };
	fault f = gcm_sizes(key, iv);
	EVP_CIPHER_CTX *c;
	uint8_t rest[1];
	int n;

	if (f != NULL)
		return f;
	c = EVP_CIPHER_CTX_new();
	if (c == NULL || !gcm_run(c, true, in, out) ||
	    EVP_CipherFinal_ex(c, rest, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, tag) != 1)
		f = "no_cipher";
	EVP_CIPHER_CTX_free(c);
	return f;
}

fault
gcm_open(struct span key, struct span iv, struct span aad, struct span text,
    struct span tag, uint8_t *out)
{
	const struct span in[] = { key, iv, aad, text };
	fault f = gcm_sizes(key, iv);
	uint8_t copy[GCM_TAG], rest[1];
	EVP_CIPHER_CTX *c;
	int n;

	if (f != NULL)
		return f;
	if (tag.length != GCM_TAG)
		return "authentication_failed";
	memcpy(copy, tag.bytes, GCM_TAG);
	c = EVP_CIPHER_CTX_new();
	if (c == NULL || !gcm_run(c, false, in, out) ||
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, copy) != 1 ||
	    EVP_CipherFinal_ex(c, rest, &n) != 1) {
		memset(out, 0, text.length);
		f = "authentication_failed";
	}
	EVP_CIPHER_CTX_free(c);
	return f;
}

/* ------------------------------------------------------------ pseudonyms */

/* In place, in UTF-16 (white space has no surrogates): no blanks at the
 * ends, one between words. */
static int32_t
collapse(UChar *text, int32_t n)
{
	int32_t to = 0;
	bool gap = false;

	for (int32_t i = 0; i < n; i++) {
		if (u_isUWhiteSpace(text[i])) {
			gap = to > 0;
			continue;
		}
		if (gap)
			text[to++] = ' ';
		gap = false;
		text[to++] = text[i];
	}
	return to;
}

/* UTF-8, collapsed, in lower case; NULL when it is none or too long. */
static const char *
normalised(const struct memory *memory, const char *value, size_t length,
    size_t *n_out)
{
	UErrorCode code = U_ZERO_ERROR;
	int32_t n, room = (int32_t)length;
	UChar *wide, *lower;
	char *out;

	if (length > INT_MAX / 16)
		return NULL;
	wide = memory->alloc(memory->owner, (length + 1) * sizeof *wide);
	(void)u_strFromUTF8(wide, room + 1, &n, value, room, &code);
	if (U_FAILURE(code))
		return NULL;
	n = collapse(wide, n);
	room = 3 * n + 1; /* SpecialCasing.txt: three at most */
	lower = memory->alloc(memory->owner, (size_t)room * sizeof *lower);
	n = u_strToLower(lower, room, wide, n, "", &code);
	out = memory->alloc(memory->owner, (size_t)n * 3 + 1);
	(void)u_strToUTF8(out, n * 3 + 1, &n, lower, n, &code);
	*n_out = (size_t)n;
	return U_FAILURE(code) ? NULL : out;
}

fault
pseudonym(const struct memory *memory, struct span key, const char *domain,
    const char *value, size_t length, const char **out)
{
	size_t n = 0, head = strlen(domain);
	const char *text = normalised(memory, value, length, &n);
	uint8_t mac[DIGEST_SIZE];
	char *token;

	if (key.length < KEY_LEAST)
		return "key_too_short";
	if (text == NULL || n == 0)
		return "bad_value";
	hmac_sha256(key,
	    (const struct span[]){ { (const uint8_t *)domain, head + 1 },
		{ (const uint8_t *)text, n } },
	    2, mac);
	token = memory->alloc(memory->owner, head + 2 + 2 * TOKEN_BYTES);
	(void)snprintf(token, head + 2 + 2 * TOKEN_BYTES, "%s_%s", domain,
	    hex_write(memory, mac, TOKEN_BYTES));
	*out = token;
	return NULL;
}
