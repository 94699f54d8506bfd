/* SPDX-License-Identifier: BSD-2-Clause */

/* Cards, bank accounts and wallets. */

#include "detect_local.h"

#include <openssl/sha.h>

#include <string.h>

enum {
	CARD_LEAST = 13,
	CARD_MOST = 19
};

struct brand {
	unsigned first, last; /* prefixes, of this many digits */
	unsigned char digits;
	unsigned char least, most; /* digits of a number */
};

/* ISO/IEC 7812 ranges as the card schemes publish them; the last that fits
 * counts. */
static const struct brand brands[] = {
	{ 34, 34, 2, 15, 15 }, { 37, 37, 2, 15, 15 }, /* American Express */
	{ 300, 305, 3, 14, 19 }, { 36, 36, 2, 14, 19 },
	{ 38, 39, 2, 14, 19 },     /* Diners */
	{ 3528, 3589, 4, 16, 19 }, /* JCB */
	{ 4, 4, 1, 13, 19 },       /* Visa: 13, 16 or 19 */
	{ 51, 55, 2, 16, 16 }, { 2221, 2720, 4, 16, 16 }, /* Mastercard */
	{ 62, 62, 2, 16, 19 }, { 81, 81, 2, 16, 19 },     /* UnionPay */
	{ 6011, 6011, 4, 16, 19 }, { 644, 649, 3, 16, 19 },
	{ 65, 65, 2, 16, 19 }, /* Discover */
};

bool
detect_card_valid(const char *digits, size_t count)
{
	bool length_ok = true;
	size_t i;

	if (count < CARD_LEAST || count > CARD_MOST)
		return false;
	for (i = 0; i < sizeof brands / sizeof brands[0]; i++) {
		const struct brand *b = &brands[i];
		unsigned prefix = detect_number(digits, b->digits);

		if (prefix < b->first || prefix > b->last)
			continue;
		length_ok = count >= b->least && count <= b->most &&
		    (b->first != 4 || count % 3 == 1);
	}
	return length_ok && detect_luhn(digits, count);
}

size_t
detect_card_end(const struct detect_text *t, size_t i)
{
	char digits[CARD_MOST];
	size_t ends[CARD_MOST], n = 0;

	if (i > 0 && detect_is(t, i - 1, DETECT_DIGIT))
		return 0;
	while (n < CARD_MOST && detect_is(t, i, DETECT_DIGIT)) {
		digits[n] = (char)t->at[i++];
		ends[n++] = i;
		if ((detect_at(t, i, ' ') || detect_at(t, i, '-')) &&
		    detect_is(t, i + 1, DETECT_DIGIT))
			i++;
	}
	for (; n >= CARD_LEAST; n--)
		if (!detect_is(t, ends[n - 1], DETECT_DIGIT) &&
		    detect_card_valid(digits, n))
			return ends[n - 1];
	return 0;
}

/* Numbers of no known brand: airlines (1), Maestro and its kin (5, 6). */
bool
detect_card_likely(const struct detect_find *f)
{
	const char *s = f->normal;
	size_t i;

	for (i = 0; i < sizeof brands / sizeof brands[0]; i++) {
		unsigned prefix = detect_number(s, brands[i].digits);

		if (prefix >= brands[i].first && prefix <= brands[i].last)
			return true;
	}
	return f->length >= 15 && detect_one_of(s[0], "156");
}

static const struct detect_iban *
iban_of(const struct detector *d, const char *country)
{
	size_t i;

	for (i = 0; i < d->iban_count; i++)
		if (memcmp(d->ibans[i].country, country, 2) == 0)
			return &d->ibans[i];
	return NULL;
}

size_t
detect_iban_length(const struct detector *d, const char *country)
{
	const struct detect_iban *rule = iban_of(d, country);

	return rule == NULL ? 0 : rule->length;
}

static bool
is_kind(char kind, char c)
{
	int class = detect_class[(unsigned char)c];

	if (kind == 'n')
		return (class & DETECT_DIGIT) != 0;
	if (kind == 'a')
		return (class & DETECT_UPPER) != 0;
	return (class & (DETECT_DIGIT | DETECT_UPPER)) != 0;
}

/* ISO 13616: structure of the country, then ISO 7064 MOD 97-10. */
bool
detect_iban_valid(const struct detector *d, const char *s, size_t count)
{
	const struct detect_iban *rule = iban_of(d, s);
	unsigned rest = 0;
	size_t i;

	if (rule == NULL || rule->length != count || !is_kind('n', s[2]) ||
	    !is_kind('n', s[3]))
		return false;
	for (i = 4; i < count; i++)
		if (!is_kind(rule->structure[i - 4], s[i]))
			return false;
	for (i = 0; i < count; i++) {
		char c = s[(i + 4) % count];

		rest = is_kind('n', c)
		    ? (rest * 10 + (unsigned)(c - '0')) % 97
		    : (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
	}
	return rest == 1;
}

/* In print IBANs stand in groups of four, by blanks or hyphens. */
bool
detect_iban_at(struct detect_find *f, size_t i)
{
	const struct detect_text *t = &f->text;
	size_t want;

	if (!detect_is(t, i, DETECT_UPPER) ||
	    !detect_is(t, i + 1, DETECT_UPPER) ||
	    (i > 0 && detect_is(t, i - 1, DETECT_ALNUM)))
		return false;
	want = detect_iban_length(f->detector, (const char *)t->at + i);
	f->start = i;
	for (f->length = 0; f->length < want;) {
		if (!detect_is(t, i, DETECT_DIGIT | DETECT_UPPER))
			return false;
		f->normal[f->length++] = (char)t->at[i++];
		if (f->length < want &&
		    (detect_at(t, i, ' ') || detect_at(t, i, '-')))
			i++;
	}
	f->end = i;
	return want != 0 && !detect_is(t, i, DETECT_ALNUM) &&
	    detect_iban_valid(f->detector, f->normal, want);
}

/* Base 58 check (Bitcoin): 25 bytes, the last four those of the double
 * SHA-256 of the others. */
static bool
base58_holds(const char *s, size_t n)
{
	static const char alphabet[] =
	    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	unsigned char bytes[25] = { 0 }, digest[SHA256_DIGEST_LENGTH];
	size_t i, k;

	for (i = 0; i < n; i++) {
		const char *at = memchr(alphabet, s[i], sizeof alphabet - 1);
		unsigned carry;

		if (at == NULL)
			return false;
		carry = (unsigned)(at - alphabet);
		for (k = sizeof bytes; k-- > 0; carry >>= 8) {
			carry += 58u * bytes[k];
			bytes[k] = (unsigned char)carry;
		}
		if (carry != 0)
			return false;
	}
	SHA256(bytes, 21, digest);
	SHA256(digest, sizeof digest, digest);
	return memcmp(digest, bytes + 21, 4) == 0;
}

/* BIP 173 and BIP 350: "bc1", all small or all capital. */
static bool
bech32_holds(const char *s, size_t n)
{
	static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	static const uint32_t generator[5] = { 0x3b6a57b2, 0x26508e6d,
		0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	static const unsigned char prefix[] = { 3, 3, 0, 2, 3 }; /* "bc" */
	bool capitals = s[0] == 'B';
	uint32_t sum = 1;
	size_t i, k;

	for (i = 0; i < sizeof prefix + n - 3; i++) {
		uint32_t v, top = sum >> 25;

		if (i < sizeof prefix) {
			v = prefix[i];
		} else {
			char c = s[i - sizeof prefix + 3];
			const char *at;

			if (capitals && c >= 'a' && c <= 'z')
				return false;
			if (capitals && c >= 'A' && c <= 'Z')
				c = (char)(c | 32);
			at = memchr(alphabet, c, sizeof alphabet - 1);
			if (at == NULL)
				return false;
			v = (uint32_t)(at - alphabet);
		}
		sum = (sum & 0x1ffffff) << 5 ^ v;
		for (k = 0; k < 5; k++)
			if (top >> k & 1)
				sum ^= generator[k];
	}
	return sum == 1 || sum == 0x2bc830a3;
}

enum detect_verdict
detect_crypto(struct detect_find *f)
{
	const char *s = (const char *)f->text.at + f->start;
	size_t i, n = f->end - f->start;

	if ((s[0] == '1' || s[0] == '3') && n >= 26 && n <= 35)
		return base58_holds(s, n) ? DETECT_PROVED : DETECT_NO;
	if ((memcmp(s, "bc1", 3) == 0 || memcmp(s, "BC1", 3) == 0) &&
	    (n == 42 || n == 62))
		return bech32_holds(s, n) ? DETECT_PROVED : DETECT_NO;
	if (n != 42 || s[0] != '0' || s[1] != 'x')
		return DETECT_NO;
	for (i = 2; i < n; i++)
		if (!(detect_class[(unsigned char)s[i]] & DETECT_HEX))
			return DETECT_NO;
	return DETECT_SHAPE;
}
