/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/load/keepalive_load.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *
find(const char *in, size_t length, const char *word)
{
	return memmem(in, length, word, strlen(word));
}

/* The value of a header, as far as one of these servers writes it. */
static const char *
header(const char *head, size_t length, const char *name)
{
	size_t n = strlen(name);
	const char *end = head + length;

	for (const char *at = head;
	     (at = find(at, (size_t)(end - at), "\r\n")) != NULL;) {
		at += 2;
		if ((size_t)(end - at) <= n)
			return NULL;
		if (strncasecmp(at, name, n) == 0 && at[n] == ':') {
			at += n + 1;
			while (*at == ' ')
				at++;
			return at;
		}
	}
	return NULL;
}

void
answer_read(const char *text, size_t length, struct answer *out)
{
	const char *end = find(text, length, "\r\n\r\n"), *value;
	size_t head;

	memset(out, 0, sizeof *out);
	if (end == NULL)
		return;
	head = (size_t)(end - text) + 4;
	out->length = head;
	value = header(text, head, "Content-Length");
	if (head < 16 || memcmp(text, "HTTP/1.1 ", 9) != 0 || value == NULL) {
		out->is_broken = true;
		return;
	}
	out->status = (int)strtol(text + 9, NULL, 10);
	out->body = text + head;
	out->body_length = strtoul(value, NULL, 10);
	out->length = head + out->body_length;
	value = header(text, head, "Connection");
	out->closes = value != NULL && strncasecmp(value, "close", 5) == 0;
}

/* The text or number after "NAME":, without quotes. */
static bool
member(const struct answer *a, const char *name, char *out)
{
	char word[NAME_MAX_ + 4];
	const char *at;
	size_t n = 0, left;

	(void)snprintf(word, sizeof word, "\"%s\":", name);
	at = find(a->body, a->body_length, word);
	if (at == NULL)
		return false;
	at += strlen(word);
	left = a->body_length - (size_t)(at - a->body);
	if (left > 0 && *at == '"') {
		at++;
		left--;
	}
	while (n < left && n < NAME_MAX_ - 1 && strchr("\",}", at[n]) == NULL) {
		out[n] = at[n];
		n++;
	}
	out[n] = '\0';
	return n > 0;
}

enum outcome
answer_judge(const struct answer *a, int64_t number, char *version_out)
{
	char inner[NAME_MAX_], end[NAME_MAX_], n[NAME_MAX_];

	if (a->is_broken || a->status < 100 || a->status > 599)
		return MALFORMED;
	if (a->status != 200)
		return OTHER_STATUS;
	if (!member(a, "begin", version_out) || !member(a, "inner", inner) ||
	    !member(a, "end", end))
		return MALFORMED;
	if (strcmp(version_out, inner) != 0 || strcmp(inner, end) != 0)
		return MIXED;
	if (number >= 0 &&
	    (!member(a, "n", n) || strtoll(n, NULL, 10) != number))
		return WRONG_NUMBER;
	return ANSWERED;
}
