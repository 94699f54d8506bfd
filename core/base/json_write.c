/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/json.h"
#include "core/base/number.h"
#include "core/base/plain.h"
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

/* One character that plain_end() stopped at, at out; returns how many bytes
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

/* Copies what is plain, word by word: up to seven bytes behind the copy are
 * overwritten, none behind the text is read. */
static inline char *
copy_plain(char *out, const char **text, const char *end)
{
	const char *s = *text;

	for (; end - s >= 8 && plain_stops8_(s) == 0; s += 8, out += 8)
		memcpy(out, s, 8);
	if (end - s >= 4 && end - s < 8 && plain_is_short_(s, end)) {
		memcpy(out + (end - 4 - s), end - 4, 4);
		memcpy(out, s, 4);
		out += end - s;
		s = end;
	}
	while (s < end && plain_is(*s))
		*out++ = *s++;
	*text = s;
	return out;
}

/* Room for the worst case of n bytes: six for each, a sequence across the
 * border, the quotes and what copy_plain() overwrites. */
#define TEXT_ROOM(n) (6 * (n) + 16)

/* The text between its quotes at out; at most CHUNK bytes. */
static inline char *
put_text(char *out, const char *text, size_t length)
{
	const char *end = text + length;

	*out++ = '"';
	for (;;) {
		out = copy_plain(out, &text, end);
		if (text >= end)
			break;
		text += write_special(&out, text, end);
	}
	*out++ = '"';
	return out;
}

static void
write_long(struct buf *b, const char *text, size_t length)
{
	const char *end = text + length;
	char *out, *start;

	buf_byte(b, '"');
	while (text < end) {
		size_t left = (size_t)(end - text);
		const char *stop = text + (left < CHUNK ? left : CHUNK);

		out = start = buf_reserve(b, TEXT_ROOM(CHUNK));
		while (text < stop) {
			out = copy_plain(out, &text, stop);
			if (text < stop)
				text += write_special(&out, text, end);
		}
		buf_added(b, (size_t)(out - start));
	}
	buf_byte(b, '"');
}

void
json_write_text(struct buf *b, const char *text, size_t length)
{
	char *out;

	if (length > CHUNK) {
		write_long(b, text, length);
		return;
	}
	out = buf_reserve(b, TEXT_ROOM(length));
	buf_added(b, (size_t)(put_text(out, text, length) - out));
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

/* A child's new line, name and colon, at any level. */
static void
write_lead(struct buf *b, const struct ep_node *child, int level,
    bool is_member)
{
	if (level >= 0)
		new_line(b, level);
	if (!is_member)
		return;
	json_write_text(b, child->key, child->key_length);
	buf_byte(b, ':');
	if (level >= 0)
		buf_byte(b, ' ');
}

/* Comma, name and colon of a compact text, in one go; the name is at most
 * CHUNK long. */
static inline void
put_lead(struct buf *b, const struct ep_node *child, bool is_next,
    bool is_member)
{
	char *start = buf_reserve(b,
	    TEXT_ROOM(is_member ? child->key_length : 0u));
	char *out = start;

	if (is_next)
		*out++ = ',';
	if (is_member) {
		out = put_text(out, child->key, child->key_length);
		*out++ = ':';
	}
	buf_added(b, (size_t)(out - start));
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

		if (level < 0 && (!is_object || child->key_length <= CHUNK)) {
			put_lead(b, child, i > 0, is_object);
		} else {
			if (i > 0)
				buf_byte(b, ',');
			write_lead(b, child, inner, is_object);
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
