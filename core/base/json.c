/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/json.h"

#include "core/base/number.h"
#include "core/base/plain.h"
#include "core/base/utf8.h"

#include <math.h>
#include <stdio.h>

/* On the C stack; larger documents spill to the heap. */
#define STACK_NODES 96

/*
 * Open containers and the children read so far lie on one stack of nodes: a
 * container, its children, the container opened last, its children ...  When
 * one is closed its children move to the arena and it becomes a child.
 */
struct parser {
	struct arena *arena;
	struct err *err;
	char *at, *start, *end; /* a NUL stands at end */
	char *line_start;
	char *number_end; /* wants a NUL once the byte there was read */
	uint32_t line, depth;
	uint32_t top, room; /* nodes on the stack; places */
	uint32_t open;      /* where the innermost container is */
	struct ep_node *stack;
	struct buf spill;
	struct ep_node first[STACK_NODES];
};

/* What stands at the place of an error, for people. */
static const char *
describe(const struct parser *p, char room[16])
{
	unsigned char c = (unsigned char)*p->at;

	if (p->at >= p->end)
		return "the end of the text";
	if (c > 0x20 && c < 0x7f)
		(void)snprintf(room, 16, "'%c'", c);
	else
		(void)snprintf(room, 16, "byte 0x%02x", c);
	return room;
}

static bool
refuse(struct parser *p, const char *words)
{
	(void)err_set(p->err, EP_INVALID, "bad_json", "line %u column %zu: %s",
	    p->line, (size_t)(p->at - p->line_start) + 1, words);
	return false;
}

static bool
refuse_found(struct parser *p, const char *expected)
{
	char found[16];

	(void)err_set(p->err, EP_INVALID, "bad_json",
	    "line %u column %zu: expected %s, found %s", p->line,
	    (size_t)(p->at - p->line_start) + 1, expected, describe(p, found));
	return false;
}

static inline void
skip_space(struct parser *p)
{
	if ((unsigned char)*p->at > ' ') /* mostly there is none */
		return;
	for (;; p->at++) {
		switch (*p->at) {
		case ' ':
		case '\t':
		case '\r':
			break;
		case '\n':
			p->line++;
			p->line_start = p->at + 1;
			break;
		default:
			return;
		}
	}
}

static void
grow(struct parser *p)
{
	if (p->stack == p->first)
		buf_append(&p->spill, p->first, sizeof p->first);
	(void)buf_reserve(&p->spill, p->room * sizeof *p->stack);
	buf_added(&p->spill, p->room * sizeof *p->stack);
	p->stack = (struct ep_node *)(void *)buf_data(&p->spill);
	p->room *= 2;
}

/* A place for the next node, which has its name already when it is a member
 * (push_name). */
static struct ep_node *
push(struct parser *p)
{
	if (p->top == p->room)
		grow(p);
	return p->stack + p->top;
}

static void
begin(const struct parser *p, struct ep_node *n, uint8_t type)
{
	size_t column = (size_t)(p->at - p->line_start) + 1;

	n->type = type;
	n->flags = 0;
	n->column = column < UINT16_MAX ? (uint16_t)column : UINT16_MAX;
	n->line = p->line;
	n->count = 0;
	n->text = NULL;
	n->u.integer = 0;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hex digits at p->at, which is moved behind them; -1: they are not. */
static int32_t
read_hex(struct parser *p)
{
	int32_t value = 0;
	int i, digit;

	for (i = 0; i < 4; i++, p->at++) {
		digit = hex_value(*p->at);
		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/* \uXXXX or a pair of them; p->at stands behind the first u. */
static bool
read_unicode(struct parser *p, char **to)
{
	int32_t high = read_hex(p), low;

	if (high < 0)
		return refuse_found(p, "four hexadecimal digits after \\u");
	if (high >= 0xdc00 && high < 0xe000)
		return refuse(p,
		    "a low surrogate escape must follow a high one");
	if (high >= 0xd800 && high < 0xdc00) {
		if (p->at[0] != '\\' || p->at[1] != 'u')
			return refuse_found(p,
			    "the escape of a low surrogate, \\uDC00 to "
			    "\\uDFFF");
		p->at += 2;
		low = read_hex(p);
		if (low < 0xdc00 || low > 0xdfff)
			return refuse(p,
			    "a high surrogate escape must be followed by a "
			    "low one, \\uDC00 to \\uDFFF");
		high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	}
	*to += utf8_encode((uint32_t)high, *to);
	return true;
}

/* p->at stands at the backslash. */
static bool
read_escape(struct parser *p, char **to)
{
	static const char plain[256] = { ['"'] = '"',
		['\\'] = '\\',
		['/'] = '/',
		['b'] = '\b',
		['f'] = '\f',
		['n'] = '\n',
		['r'] = '\r',
		['t'] = '\t' };
	char c = plain[(unsigned char)p->at[1]];

	p->at++;
	if (c != '\0') {
		*(*to)++ = c;
		p->at++;
		return true;
	}
	if (*p->at != 'u')
		return refuse_found(p,
		    "one of \" \\ / b f n r t u after a backslash");
	p->at++;
	return read_unicode(p, to);
}

/* What stands at p->at within a string and is not plain: an escape or a
 * longer sequence is moved to *to; anything else is refused. */
static bool
read_special(struct parser *p, char **to)
{
	size_t n;

	if (*p->at == '\\')
		return read_escape(p, to);
	if (p->at >= p->end)
		return refuse_found(p, "'\"' at the end of a string");
	if ((unsigned char)*p->at < 0x20)
		return refuse_found(p,
		    "control characters in a string to be escaped (\\u00XX)");
	n = utf8_length(p->at, p->end);
	if (n == 0)
		return refuse_found(p, "UTF-8 in a string");
	if (*to != p->at)
		memmove(*to, p->at, n);
	*to += n;
	p->at += n;
	return true;
}

/* A string at the quote p->at; decoded in place and terminated. */
static bool
read_string(struct parser *p, const char **text_out, uint32_t *length_out)
{
	char *start = p->at + 1, *stop = start, *to;

	p->at = stop += plain_end(start, p->end) - start;
	for (to = stop; *stop != '"'; to += stop - p->at, p->at = stop) {
		if (!read_special(p, &to))
			return false;
		stop = p->at + (plain_end(p->at, p->end) - p->at);
		if (to != p->at)
			memmove(to, p->at, (size_t)(stop - p->at));
	}
	p->at = stop + 1;
	*to = '\0';
	*text_out = start;
	*length_out = (uint32_t)(to - start);
	return true;
}

static bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

/* Runs over one or more digits. */
static bool
skip_digits(struct parser *p, const char *where)
{
	if (!is_digit(*p->at))
		return refuse_found(p, where);
	while (is_digit(*p->at))
		p->at++;
	return true;
}

/* The digits behind the minus as an integer; false: beyond int64_t. */
static bool
to_integer(const char *s, const char *end, bool negative, int64_t *out)
{
	uint64_t value = 0, limit = (uint64_t)INT64_MAX + negative;

	if (end - s > 19)
		return false;
	for (; s < end; s++)
		value = value * 10 + (uint64_t)(*s - '0');
	if (value > limit)
		return false;
	*out = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

static bool
read_number(struct parser *p, struct ep_node *n)
{
	char *text = p->at, *digits;
	bool is_integer = true, negative = *p->at == '-';

	begin(p, n, EP_T_INT);
	if (negative)
		p->at++;
	digits = p->at;
	if (*p->at == '0')
		p->at++;
	else if (!skip_digits(p, "a digit"))
		return false;
	if (is_digit(*p->at))
		return refuse(p, "a number must not begin with 0; drop it");
	if (*p->at == '.') {
		is_integer = false;
		p->at++;
		if (!skip_digits(p, "a digit after the decimal point"))
			return false;
	}
	if (*p->at == 'e' || *p->at == 'E') {
		is_integer = false;
		p->at++;
		if (*p->at == '+' || *p->at == '-')
			p->at++;
		if (!skip_digits(p, "a digit in the exponent"))
			return false;
	}
	n->text = text;
	n->count = (uint32_t)(p->at - text);
	if (!is_integer ||
	    !to_integer(digits, p->at, negative, &n->u.integer)) {
		n->type = EP_T_REAL;
		n->u.real = number_parse(text, n->count);
		if (!isfinite(n->u.real)) {
			p->at = text;
			return refuse(p, "a number must be within ±1.8e308");
		}
	}
	p->number_end = p->at;
	return true;
}

static bool
read_word(struct parser *p, struct ep_node *n)
{
	static const struct word {
		const char *text;
		uint8_t length, type, value;
	} words[] = { { "true", 4, EP_T_BOOL, 1 }, { "false", 5, EP_T_BOOL, 0 },
		{ "null", 4, EP_T_NULL, 0 } };

	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		const struct word *w = words + i;

		if ((size_t)(p->end - p->at) < w->length ||
		    memcmp(p->at, w->text, w->length) != 0)
			continue;
		begin(p, n, w->type);
		n->u.integer = w->value;
		p->at += w->length;
		return true;
	}
	return refuse_found(p,
	    "a value (an object, array, string, number, true, false or null)");
}

/* The name of a member and its colon; the member's value comes next. */
static bool
read_name(struct parser *p)
{
	struct ep_node *n = push(p);

	if (*p->at != '"')
		return refuse_found(p, "'\"' and the name of a member");
	if (!read_string(p, &n->key, &n->key_length))
		return false;
	skip_space(p);
	if (*p->at != ':')
		return refuse_found(p, "':' after the name of a member");
	p->at++;
	skip_space(p);
	return true;
}

static void
leave(struct parser *p, struct ep_node *container)
{
	uint32_t parent = (uint32_t)container->u.integer;

	p->top = p->open + 1;
	p->open = parent;
	p->depth--;
	p->at++;
}

/* p->at stands at the bracket that ends the innermost container. */
static bool
close_container(struct parser *p)
{
	struct ep_node *container = p->stack + p->open;
	struct ep_node shell = *container;
	const struct ep_node *twin;

	twin = node_fill(p->arena, &shell, container + 1, p->top - p->open - 1);
	if (twin != NULL) {
		(void)err_set(p->err, EP_INVALID, "bad_json",
		    "line %u column %u: expected different names in an "
		    "object, found \"%.80s\" again; drop one",
		    twin->line, twin->column, twin->key);
		return false;
	}
	leave(p, container);
	*container = shell;
	return true;
}

/* An opening bracket and what follows it up to the first value; an empty
 * container is complete at once. */
static bool
open_container(struct parser *p, struct ep_node *n, bool *is_open_out)
{
	bool is_object = *p->at == '{';

	if (p->depth >= JSON_DEPTH) {
		(void)err_set(p->err, EP_INVALID, "bad_json",
		    "line %u column %zu: nesting is deeper than %d levels",
		    p->line, (size_t)(p->at - p->line_start) + 1, JSON_DEPTH);
		return false;
	}
	begin(p, n, is_object ? EP_T_OBJECT : EP_T_ARRAY);
	n->u.integer = p->open;
	p->open = p->top++;
	p->depth++;
	p->at++;
	skip_space(p);
	*is_open_out = *p->at != (is_object ? '}' : ']');
	if (!*is_open_out) {
		leave(p, n);
		n->u.items = NULL;
		return true;
	}
	return is_object ? read_name(p) : true;
}

/* A value without children, or the beginning of one with. */
static bool
read_value(struct parser *p, bool *is_open_out)
{
	struct ep_node *n = push(p);

	*is_open_out = false;
	if (p->depth == 0 || p->stack[p->open].type == EP_T_ARRAY) {
		n->key = NULL;
		n->key_length = 0;
	}
	if (*p->at == '{' || *p->at == '[')
		return open_container(p, n, is_open_out);
	if (*p->at == '"') {
		begin(p, n, EP_T_TEXT);
		if (!read_string(p, &n->text, &n->count))
			return false;
	} else if (*p->at == '-' || is_digit(*p->at)) {
		if (!read_number(p, n))
			return false;
	} else if (!read_word(p, n)) {
		return false;
	}
	p->top++;
	return true;
}

/* What stands behind a value: closing brackets, then a comma and, in an
 * object, the next name; or the end. */
static bool
read_behind(struct parser *p, bool *is_end_out)
{
	for (;;) {
		bool in_object;
		char c;

		skip_space(p);
		c = *p->at;
		if (p->number_end != NULL)
			*p->number_end = '\0';
		p->number_end = NULL;
		*is_end_out = p->depth == 0;
		if (p->depth == 0) {
			*p->at = c; /* for the words of an error */
			return p->at == p->end ||
			    refuse_found(p, "the end of the text");
		}
		in_object = p->stack[p->open].type == EP_T_OBJECT;
		if (c == ',') {
			p->at++;
			skip_space(p);
			return in_object ? read_name(p) : true;
		}
		if (c != (in_object ? '}' : ']')) {
			*p->at = c;
			return refuse_found(p,
			    in_object ? "',' or '}' after a member"
				      : "',' or ']' after an element");
		}
		if (!close_container(p))
			return false;
	}
}

static bool
parse_all(struct parser *p)
{
	bool is_end = false, is_open;

	skip_space(p);
	while (!is_end) {
		if (!read_value(p, &is_open))
			return false;
		if (!is_open && !read_behind(p, &is_end))
			return false;
	}
	return true;
}

static ep_status
parse_here(struct arena *a, char *text, size_t length,
    const struct ep_node **node_out, struct err *err)
{
	struct parser p;
	struct ep_node *root;
	bool is_good;

	if (length >= UINT32_MAX)
		return err_set(err, EP_TOO_LARGE, NULL,
		    "JSON text is longer than 4 GiB");
	memset(&p, 0, offsetof(struct parser, first));
	p.arena = a;
	p.err = err;
	p.at = p.start = p.line_start = text;
	p.end = text + length;
	p.line = 1;
	p.stack = p.first;
	p.room = STACK_NODES;
	*p.end = '\0';
	is_good = parse_all(&p);
	if (is_good) {
		root = arena_raw(a, sizeof *root);
		*root = p.stack[0];
		*node_out = root;
	}
	if (p.stack != p.first)
		buf_fini(&p.spill);
	return is_good ? EP_OK : EP_INVALID;
}

ep_status
json_parse(struct arena *a, char *text, size_t length, bool in_place,
    const struct ep_node **node_out, struct err *err)
{
	if (!in_place)
		return json_parse_copy(a, text, length, node_out, err);
	return parse_here(a, text, length, node_out, err);
}

ep_status
json_parse_copy(struct arena *a, const char *text, size_t length,
    const struct ep_node **node_out, struct err *err)
{
	return parse_here(a, arena_copy(a, text, length), length, node_out,
	    err);
}
