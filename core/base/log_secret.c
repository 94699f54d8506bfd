/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/log.h"

#include <strings.h>

/* Lower case; a word of a name that is one of these, or its plural. */
static const char *const secrets[] = { "apikey", "authorization", "bearer",
	"bic", "card", "cookie", "credential", "csc", "cvc", "cvv", "dsn",
	"hmac", "iban", "jwt", "key", "otp", "pan", "passphrase", "passport",
	"passwd", "password", "pin", "private", "pwd", "secret", "session",
	"signature", "ssn", "swift", "token" };

static bool
is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_listed(const char *word, size_t n)
{
	size_t i, length;

	for (i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		length = __builtin_strlen(secrets[i]);
		if (n < length || n > length + 1 ||
		    strncasecmp(secrets[i], word, length) != 0)
			continue;
		if (n == length || (word[length] | 0x20) == 's')
			return true;
	}
	return false;
}

bool
log_is_secret(const char *name, size_t length)
{
	size_t start, end;

	for (start = 0; start < length; start = end) {
		end = start + 1;
		if (!is_letter(name[start]))
			continue;
		/* A word goes on until a capital follows a small letter. */
		while (end < length && is_letter(name[end]) &&
		    (!is_capital(name[end]) || is_capital(name[end - 1])))
			end++;
		if (is_listed(name + start, end - start))
			return true;
	}
	return false;
}
