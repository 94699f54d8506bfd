/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/sha256.h"

#include "core/base/hex.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#define PIECE 65536
#define DIGEST_SIZE 32

void
sha256_bytes(const void *bytes, size_t length, char hex_out[SHA256_ROOM])
{
	unsigned char digest[DIGEST_SIZE];

	EP_ASSERT(EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL));
	hex_encode(digest, sizeof digest, hex_out);
}

/* Feeds the file; 0, or the errno that stopped it. */
static int
feed(EVP_MD_CTX *c, int fd)
{
	unsigned char piece[PIECE];
	off_t at = 0;
	ssize_t n;

	for (;;) {
		n = pread(fd, piece, sizeof piece, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (n == 0)
			return 0;
		EP_ASSERT(EVP_DigestUpdate(c, piece, (size_t)n));
		at += n;
	}
}

ep_status
sha256_file(int fd, char hex_out[SHA256_ROOM], struct err *err)
{
	unsigned char digest[DIGEST_SIZE];
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	int trouble;

	EP_ASSERT(c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL));
	trouble = feed(c, fd);
	EP_ASSERT(EVP_DigestFinal_ex(c, digest, NULL));
	EVP_MD_CTX_free(c);
	if (trouble != 0)
		return err_set(err, EP_UNAVAILABLE, "file_unreadable",
		    "file cannot be read: %s", strerror(trouble));
	hex_encode(digest, sizeof digest, hex_out);
	return EP_OK;
}
