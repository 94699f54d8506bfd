/* SPDX-License-Identifier: BSD-2-Clause */

/* Cryptographic primitives, for tests of a deployment with known answers:
 * the module's option "primitives" turns them off. */

#include "crypto.h"
#include "local.h"

/* A refusal where the operator does not want them. */
static ep_status
allowed(struct ep_op *op)
{
	return ep_config_bool(op, "primitives")
	    ? EP_OK
	    : ep_fail(op, EP_DENIED, "primitives_off");
}

static const char *
hex(struct ep_op *op, const uint8_t *bytes, size_t length)
{
	const struct memory memory = operation_memory(op);

	return hex_write(&memory, bytes, length);
}

ep_status
security_digest(struct ep_op *op)
{
	uint8_t out[DIGEST_SIZE];
	struct span data;
	fault f;

	EP_TRY(allowed(op));
	EP_TRY(member_hex(op, "data_hex", &data));
	f = digest(ep_in_text(op, "alg"), data, out);
	if (f != NULL)
		return refuse(op, f);
	return ep_reply(op, 200,
	    EP_ARG("digest_hex", hex(op, out, sizeof out)));
}

ep_status
security_hmac(struct ep_op *op)
{
	uint8_t out[DIGEST_SIZE];
	struct span key, data;

	EP_TRY(allowed(op));
	EP_TRY(member_hex(op, "key_hex", &key));
	EP_TRY(member_hex(op, "data_hex", &data));
	hmac_sha256(key, &data, 1, out);
	return ep_reply(op, 200, EP_ARG("mac_hex", hex(op, out, sizeof out)));
}

ep_status
security_hkdf(struct ep_op *op)
{
	int64_t length = ep_in_int(op, "length", 0);
	struct span ikm, salt, info;
	uint8_t *out;
	fault f;

	EP_TRY(allowed(op));
	EP_TRY(member_hex(op, "ikm_hex", &ikm));
	EP_TRY(member_hex(op, "salt_hex", &salt));
	EP_TRY(member_hex(op, "info_hex", &info));
	out = ep_alloc(op, HKDF_MOST);
	f = hkdf_sha256(ikm, salt, info, out, length);
	if (f != NULL)
		return refuse(op, f);
	return ep_reply(op, 200,
	    EP_ARG("okm_hex", hex(op, out, (size_t)length)));
}

ep_status
security_gcm_seal(struct ep_op *op)
{
	struct span key, iv, aad, text;
	uint8_t *out, tag[GCM_TAG];
	fault f;

	EP_TRY(allowed(op));
	EP_TRY(member_hex(op, "key_hex", &key));
	EP_TRY(member_hex(op, "iv_hex", &iv));
	EP_TRY(member_hex(op, "aad_hex", &aad));
	EP_TRY(member_hex(op, "plaintext_hex", &text));
	out = ep_alloc(op, text.length + 1);
	f = gcm_seal(key, iv, aad, text, out, tag);
	if (f != NULL)
		return refuse(op, f);
	return ep_reply(op, 200,
	    EP_ARG("ciphertext_hex", hex(op, out, text.length)),
	    EP_ARG("tag_hex", hex(op, tag, sizeof tag)));
}

ep_status
security_gcm_open(struct ep_op *op)
{
	struct span key, iv, aad, text, tag;
	uint8_t *out;
	fault f;

	EP_TRY(allowed(op));
	EP_TRY(member_hex(op, "key_hex", &key));
	EP_TRY(member_hex(op, "iv_hex", &iv));
	EP_TRY(member_hex(op, "aad_hex", &aad));
	EP_TRY(member_hex(op, "ciphertext_hex", &text));
	EP_TRY(member_hex(op, "tag_hex", &tag));
	out = ep_alloc(op, text.length + 1);
	f = gcm_open(key, iv, aad, text, tag, out);
	if (f != NULL)
		return refuse(op, f);
	return ep_reply(op, 200,
	    EP_ARG("plaintext_hex", hex(op, out, text.length)));
}
