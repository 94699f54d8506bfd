/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/query.h"

#include "core/base/utf8.h"

#include <string.h>

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static ep_status
refuse(struct err *err, const char *words)
{
	return err_set(err, EP_INVALID, "bad_encoding", "target: %s", words);
}

static ep_status
check_utf8(const char *p, const char *end, struct err *err)
{
	while (p < end) {
		size_t n = utf8_length(p, end);

		if (n == 0)
			return refuse(err, "expected UTF-8");
		p += n;
	}
	return EP_OK;
}

ep_status
percent_decode(const char *raw, size_t n, char *out, size_t *length_out,
    struct err *err)
{
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		char c = raw[i];

		if (c == '%') {
			int high = i + 2 < n ? hex(raw[i + 1]) : -1;
			int low = i + 2 < n ? hex(raw[i + 2]) : -1;

			if (high < 0 || low < 0)
				return refuse(err,
				    "expected two hexadecimal digits "
				    "after '%'");
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (c == '\0')
			return refuse(err, "%00 is not accepted");
		out[used++] = c;
	}
	out[used] = '\0';
	*length_out = used;
	return check_utf8(out, out + used, err);
}

static ep_status
decode_form(char *text, size_t n, size_t *length_out, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] == '+')
			text[i] = ' ';
	return percent_decode(text, n, text, length_out, err);
}

/* One "name=value" into the pair, in arena memory. */
static ep_status
read_pair(struct arena *a, const char *p, size_t n, struct query_pair *pair,
    struct err *err)
{
	const char *equals = memchr(p, '=', n);
	size_t left = equals != NULL ? (size_t)(equals - p) : n;
	size_t right = equals != NULL ? n - left - 1 : 0;
	char *name = arena_copy(a, p, left);
	char *value = arena_copy(a, p + (n - right), right);

	EP_ASSERT(pair != NULL);
	pair->name = name;
	pair->value = value;
	EP_TRY(decode_form(name, left, &pair->name_length, err));
	return decode_form(value, right, &pair->value_length, err);
}

ep_status
query_parse(struct arena *a, const char *text, size_t length, uint32_t most,
    struct query *query_out, struct err *err)
{
	const char *p = text, *end = text + length;
	struct query_pair *pairs;
	uint32_t n = 0, room = length > 0 ? 1 : 0;

	for (size_t i = 0; i < length; i++)
		room += text[i] == '&';
	if (room > most)
		return err_set(err, EP_TOO_LARGE, "too_many_parameters",
		    "query: expected at most %u parameters", most);
	pairs = room > 0 ? arena_array(a, room, sizeof *pairs) : NULL;
	while (p < end) {
		const char *stop = memchr(p, '&', (size_t)(end - p));
		size_t piece = (size_t)((stop != NULL ? stop : end) - p);

		if (piece > 0)
			EP_TRY(read_pair(a, p, piece, pairs + n++, err));
		p += piece + 1;
	}
	query_out->count = n;
	query_out->pairs = pairs;
	return EP_OK;
}
