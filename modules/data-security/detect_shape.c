/* SPDX-License-Identifier: BSD-2-Clause */

#include "detect_shape.h"

#include "detect_local.h"

#include <stdlib.h>
#include <string.h>

struct expansion {
	struct detect_shapes *shapes;
	uint16_t row;
	bool failed;
	char text[SHAPE_LENGTH];
};

static bool
is_letter_class(char c)
{
	return c == 'A' || (c >= 'a' && c <= 'z');
}

static bool
is_digit_class(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_part(char c)
{
	return c == 'X' || is_letter_class(c) || is_digit_class(c);
}

static unsigned
anchor_length(const struct detect_shape *s)
{
	unsigned i = s->before;

	while (i < s->length && is_part(s->text[i]))
		i++;
	return i - s->before;
}

/* The first part of the shape with a digit or a place for one. */
static bool
find_anchor(struct detect_shape *s)
{
	unsigned i = 0, start;

	while (i < s->length) {
		bool digit = false;

		for (start = i; i < s->length && is_part(s->text[i]); i++)
			if (!is_letter_class(s->text[i]))
				digit = true;
		if (digit) {
			s->before = (unsigned char)start;
			return true;
		}
		if (i < s->length)
			i++;
	}
	return false;
}

static void
add(struct expansion *e, size_t length)
{
	struct detect_shape *s;
	unsigned n, i;

	if (e->shapes->count == SHAPE_COUNT) {
		e->failed = true;
		return;
	}
	s = &e->shapes->at[e->shapes->count];
	memset(s, 0, sizeof *s);
	s->row = e->row;
	s->length = (unsigned char)length;
	memcpy(s->text, e->text, length);
	if (!find_anchor(s) || (n = anchor_length(s)) > SHAPE_TOKEN) {
		e->failed = true;
		return;
	}
	for (i = 0; i < n; i++) {
		char c = s->text[s->before + i];

		if (is_digit_class(c))
			s->digits |= UINT64_C(1) << i;
		else if (is_letter_class(c))
			s->letters |= UINT64_C(1) << i;
	}
	if (s->before > 0)
		s->prior = s->text[s->before - 1];
	if (s->before + n < s->length)
		s->after = s->text[s->before + n];
	e->shapes->count++;
}

/* Reads <m> or <m-n> at spelling; returns what follows it. */
static const char *
read_times(const char *spelling, unsigned long *least, unsigned long *most)
{
	char *end;

	*least = *most = 1;
	if (*spelling != '<')
		return spelling;
	*least = *most = strtoul(spelling + 1, &end, 10);
	if (*end == '-')
		*most = strtoul(end + 1, &end, 10);
	return end + 1;
}

/* Joint is what _ stands for here; depth ends with the spelling. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void
expand(struct expansion *e, const char *spelling, size_t length, char joint)
{
	static const char loose[] = { ' ', '-' };
	unsigned long least, most, n;
	const char *rest;
	char c = *spelling;

	if (length >= SHAPE_LENGTH - SHAPE_TOKEN &&
	    length + 1 >= SHAPE_LENGTH) {
		e->failed = true;
		return;
	}
	if (c == '\0' || c == '|') {
		add(e, length);
		return;
	}
	if (c == '~') {
		expand(e, spelling + 1, length, joint);
		for (n = 0; n < sizeof loose; n++) {
			e->text[length] = loose[n];
			expand(e, spelling + 1, length + 1, joint);
		}
		return;
	}
	rest = read_times(spelling + 1, &least, &most);
	if (c == '_')
		c = joint;
	for (n = 1; n <= most && length < SHAPE_LENGTH - 1; n++) {
		e->text[length++] = c;
		if (n < least)
			continue;
		/* what the deeper call writes lies behind length */
		expand(e, rest, length, joint);
	}
}

static int
kind(const struct detect_shape *s)
{
	int more = s->after != '\0';

	if (s->letters != 0)
		return SHAPE_LETTERS + more;
	return (s->digits == (UINT64_C(1) << anchor_length(s)) - 1
		       ? SHAPE_DIGITS
		       : SHAPE_EITHER) +
	    more;
}

static int
by_anchor(const void *a, const void *b)
{
	const struct detect_shape *x = a, *y = b;
	unsigned m = anchor_length(x), n = anchor_length(y);

	if (m != n)
		return m < n ? -1 : 1;
	if (kind(x) != kind(y))
		return kind(x) - kind(y);
	return (int)x->row - (int)y->row;
}

static void
fill_index(struct detect_shapes *shapes)
{
	unsigned n, i = 0;
	int k;

	for (n = 0; n <= SHAPE_TOKEN + 1; n++)
		for (k = 0; k < SHAPE_KINDS; k++) {
			shapes->first[n][k] = (uint16_t)i;
			while (i < shapes->count &&
			    anchor_length(&shapes->at[i]) == n &&
			    kind(&shapes->at[i]) == k)
				i++;
		}
}

bool
detect_shapes_fill(struct detect_shapes *shapes)
{
	struct expansion e = { .shapes = shapes };
	unsigned row;

	shapes->count = 0;
	for (row = 0; row < detect_row_count; row++) {
		const char *s = detect_rows[row].shapes;

		e.row = (uint16_t)row;
		while (s != NULL) {
			const char *bar = strchr(s, '|');
			const char *joint = strchr(s, '_');

			expand(&e, s, 0, ' ');
			if (joint != NULL && (bar == NULL || joint < bar))
				expand(&e, s, 0, '-');
			s = bar == NULL ? NULL : bar + 1;
		}
	}
	qsort(shapes->at, shapes->count, sizeof *shapes->at, by_anchor);
	fill_index(shapes);
	return !e.failed;
}

static bool
fits(char c, unsigned char byte)
{
	switch (c) {
	case '9':
		return (detect_class[byte] & DETECT_DIGIT) != 0;
	case 'A':
		return (detect_class[byte] & DETECT_LETTER) != 0;
	case 'X':
		return (detect_class[byte] & DETECT_ALNUM) != 0;
	default:
		return byte == (unsigned char)c ||
		    (c >= 'a' && c <= 'z' && (byte | 32) == (unsigned char)c);
	}
}

bool
detect_shape_fits(const struct detect_shape *shape, const unsigned char *text,
    size_t length, size_t token)
{
	const unsigned char *at;
	unsigned i;

	if (token < shape->before ||
	    length - token < (size_t)(shape->length - shape->before))
		return false;
	at = text + token - shape->before;
	/* what does not fit differs mostly behind the token */
	for (i = shape->length; i-- > 0;)
		if (!fits(shape->text[i], at[i]))
			return false;
	return true;
}
