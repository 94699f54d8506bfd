/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/json.h"
#include "core/base/number.h"
#include "core/base/utf8.h"

#include <math.h>

#define CHUNK 256 /* bytes of a text that get room for their worst case */

/* What a byte below 0x80 becomes behind a backslash; 0: \u00XX.  The quote,
 * the backslash and what is below a blank must be escaped, nothing else. */
static const char escape[128] = {
	['\b'] = 'b',
	['\f'] = 'f',
	['\n'] = 'n',
	['\r'] = 'r',
	['\t'] = 't',
	['"'] = '"',
	['\\'] = '\\',
};

static bool
is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 &&
	    c != '"' && c != '\\';
}

/* How many of n bytes need nothing done to them; text behind them may be
 * looked at, bytes beyond n not. */
static size_t
plain_run(const char *s, size_t n)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t x, quote, slash;
	size_t i = 0;

	for (; n - i >= 8; i += 8) {
		memcpy(&x, s + i, 8);
		quote = x ^ ones * '"';
		slash = x ^ ones * '\\';
		if ((((x - ones * 0x20) & ~x) | ((quote - ones) & ~quote) |
			((slash - ones) & ~slash) | x) &
		    ones * 0x80)
			break;
	}
	while (i < n && is_plain(s[i]))
		i++;
	return i;
}

/* One character that plain_run() stopped at, at out; returns how many bytes
 * of the text it was. */
static size_t
write_special(char **out, const char *s, const char *end)
{
	static const char digit[] = "0123456789abcdef";
	unsigned char c = (unsigned char)*s;
	size_t n;

	if (c >= 0x80) {
		n = utf8_length(s, end);
		if (n == 0) {
			memcpy(*out, "\xef\xbf\xbd", 3); /* U+FFFD */
			*out += 3;
			return 1;
		}
		memcpy(*out, s, n);
		*out += n;
		return n;
	}
	*(*out)++ = '\\';
	if (escape[c] != 0) {
		*(*out)++ = escape[c];
		return 1;
	}
	memcpy(*out, "u00", 3);
	(*out)[3] = digit[c >> 4];
	(*out)[4] = digit[c & 15];
	*out += 5;
	return 1;
}

void
json_write_text(struct buf *b, const char *text, size_t length)
{
	const char *end = text + length;
	char *out, *start;
	size_t run;

	buf_byte(b, '"');
	while (text < end) {
		size_t left = (size_t)(end - text);
		const char *stop = text + (left < CHUNK ? left : CHUNK);

		/* Six bytes for one, and a sequence across the border. */
		out = start = buf_reserve(b, 6 * CHUNK + 4);
		while (text < stop) {
			run = plain_run(text, (size_t)(stop - text));
			if (run > 0)
				memcpy(out, text, run);
			out += run;
			text += run;
			if (text < stop)
				text += write_special(&out, text, end);
		}
		buf_added(b, (size_t)(out - start));
	}
	buf_byte(b, '"');
}

static void
write_scalar(struct buf *b, const struct ep_node *n)
{
	char digits[NUMBER_ROOM];

	switch (n->type) {
	case EP_T_TEXT:
		json_write_text(b, n->text, n->count);
		break;
	case EP_T_INT:
		if (n->text != NULL)
			buf_append(b, n->text, n->count);
		else
			buf_decimal(b, n->u.integer);
		break;
	case EP_T_REAL:
		if (n->text != NULL)
			buf_append(b, n->text, n->count);
		else if (isfinite(n->u.real))
			buf_append(b, digits, number_format(n->u.real, digits));
		else
			buf_append(b, "null", 4);
		break;
	case EP_T_BOOL:
		if (n->u.integer)
			buf_append(b, "true", 4);
		else
			buf_append(b, "false", 5);
		break;
	default:
		EP_ASSERT(n->type == EP_T_NULL);
		buf_append(b, "null", 4);
	}
}

static void
new_line(struct buf *b, int level)
{
	buf_byte(b, '\n');
	while (level-- > 0)
		buf_append(b, "  ", 2);
}

/* level: how far to indent what is inside; -1: compact. */
static void
write_node(struct buf *b, const struct ep_node *n, int level)
{
	bool is_object = n->type == EP_T_OBJECT;
	int inner = level < 0 ? -1 : level + 1;
	uint32_t i;

	if (!is_object && n->type != EP_T_ARRAY) {
		write_scalar(b, n);
		return;
	}
	buf_byte(b, is_object ? '{' : '[');
	for (i = 0; i < n->count; i++) {
		const struct ep_node *child = n->u.items + i;

		if (i > 0)
			buf_byte(b, ',');
		if (level >= 0)
			new_line(b, inner);
		if (is_object) {
			json_write_text(b, child->key, child->key_length);
			buf_byte(b, ':');
			if (level >= 0)
				buf_byte(b, ' ');
		}
		write_node(b, child, inner);
	}
	if (level >= 0 && n->count > 0)
		new_line(b, level);
	buf_byte(b, is_object ? '}' : ']');
}

void
json_write(struct buf *b, const struct ep_node *n)
{
	write_node(b, n, -1);
}

void
json_write_pretty(struct buf *b, const struct ep_node *n)
{
	write_node(b, n, 0);
	buf_byte(b, '\n');
}
