/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/http/chunked.h"

#include <string.h>

#define MAX_EXTRA 4096u /* extensions and trailers of one body */
#define MAX_DIGITS 15u  /* of a chunk size */

enum chunked_state {
	SIZE_FIRST, /* a digit is due */
	SIZE_MORE,
	EXTENSION,
	SIZE_LF, /* the LF of the size line */
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER_FIRST, /* at the beginning of a line */
	TRAILER,
	TRAILER_LF,
	END_LF, /* the LF of the empty line */
	WHOLE
};

static int
on_whole(llhttp_t *parser)
{
	((struct chunked *)parser->data)->parser_is_done = true;
	return HPE_PAUSED;
}

static const llhttp_settings_t chunked_settings = {
	.on_message_complete = on_whole,
};

void
chunked_start(struct chunked *c)
{
	/* llhttp decodes from the head on; the gate has read the real one. */
	static const char head[] =
	    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

	memset(c, 0, sizeof *c);
	llhttp_init(&c->parser, HTTP_REQUEST, &chunked_settings);
	c->parser.data = c;
	EP_ASSERT(llhttp_execute(&c->parser, head, sizeof head - 1) == HPE_OK);
}

static int
hex_value(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch = (char)(ch | 0x20);
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

static int
take_size(struct chunked *c, char ch, uint64_t max_body)
{
	int digit = hex_value(ch);

	if (digit >= 0) {
		if (++c->digits > MAX_DIGITS)
			return 400;
		c->left = c->left * 16 + (uint64_t)digit;
		c->state = SIZE_MORE;
		return c->left > max_body - c->total ? 413 : 0;
	}
	if (c->state == SIZE_FIRST)
		return 400;
	if (ch == ';')
		c->state = EXTENSION;
	else if (ch == '\r')
		c->state = SIZE_LF;
	else
		return 400;
	return 0;
}

/* Bytes that the service never sees: bounded, and without control
 * characters, so that no line ends where another reader sees none. */
static int
take_extra(struct chunked *c, char ch, uint8_t at_cr)
{
	if (ch == '\r') {
		c->state = at_cr;
		return 0;
	}
	if (((unsigned char)ch < 0x20 && ch != '\t') || ch == 0x7f)
		return 400;
	if (++c->extra > MAX_EXTRA)
		return c->state == EXTENSION ? 400 : 431;
	return 0;
}

static int
take_line_feed(struct chunked *c, char ch)
{
	static const uint8_t next[WHOLE] = { [DATA_LF] = SIZE_FIRST,
		[TRAILER_LF] = TRAILER_FIRST,
		[END_LF] = WHOLE };

	if (ch != '\n')
		return 400;
	if (c->state != SIZE_LF) {
		c->state = next[c->state];
		return 0;
	}
	c->state = c->left > 0 ? DATA : TRAILER_FIRST;
	c->total += c->left;
	c->digits = 0;
	return 0;
}

static int
take_byte(struct chunked *c, char ch, uint64_t max_body)
{
	switch (c->state) {
	case SIZE_FIRST:
	case SIZE_MORE:
		return take_size(c, ch, max_body);
	case EXTENSION:
		return take_extra(c, ch, SIZE_LF);
	case DATA_CR:
		c->state = DATA_LF;
		return ch == '\r' ? 0 : 400;
	case TRAILER_FIRST:
		if (ch == '\r') {
			c->state = END_LF;
			return 0;
		}
		if (ch == ' ' || ch == '\t' || ch == ':')
			return 400; /* folded, or without a name */
		c->state = TRAILER;
		return take_extra(c, ch, TRAILER_LF);
	case TRAILER:
		return take_extra(c, ch, TRAILER_LF);
	default:
		return take_line_feed(c, ch);
	}
}

int
chunked_take(struct chunked *c, const char *p, size_t n,
    const struct chunked_sink *sink, size_t *used_out, bool *end_out)
{
	size_t i = 0;
	llhttp_errno_t error;
	int status = 0;

	while (i < n && status == 0 && c->state != WHOLE) {
		size_t part = n - i;

		if (c->state != DATA) {
			status = take_byte(c, p[i++], sink->max_body);
			continue;
		}
		if (part > c->left)
			part = (size_t)c->left;
		status = sink->fn(sink->arg, p + i, part);
		c->left -= part;
		i += part;
		if (c->left == 0)
			c->state = DATA_CR;
	}
	*used_out = i;
	*end_out = c->state == WHOLE;
	if (status != 0)
		return status;
	error = llhttp_execute(&c->parser, p, i);
	if (c->parser_is_done != *end_out ||
	    error != (*end_out ? HPE_PAUSED : HPE_OK) ||
	    (*end_out && llhttp_get_error_pos(&c->parser) != p + i))
		return 400;
	return 0;
}
