/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/yaml_scalar.h"

#include "core/base/number.h"

#include <math.h>

struct word {
	const char *text;
	uint8_t type;
	uint8_t value;
};

static const struct word words[] = {
	{ "", EP_T_NULL, 0 },
	{ "~", EP_T_NULL, 0 },
	{ "null", EP_T_NULL, 0 },
	{ "Null", EP_T_NULL, 0 },
	{ "NULL", EP_T_NULL, 0 },
	{ "true", EP_T_BOOL, 1 },
	{ "True", EP_T_BOOL, 1 },
	{ "TRUE", EP_T_BOOL, 1 },
	{ "false", EP_T_BOOL, 0 },
	{ "False", EP_T_BOOL, 0 },
	{ "FALSE", EP_T_BOOL, 0 },
};

static const char *const unholdable[] = { ".inf", ".Inf", ".INF", ".nan",
	".NaN", ".NAN" };

static bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static int
digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* 0x1F and 0o17: digits of a base to the end of the text.  0: they are not;
 * 1: they are; -1: they are, and too large. */
static int
read_based(const char *s, const char *end, int base, int64_t *out)
{
	int64_t value = 0;
	bool is_large = false;

	if (s == end)
		return 0;
	for (; s < end; s++) {
		int digit = digit_value(*s);

		if (digit >= base)
			return 0;
		if (value > (INT64_MAX - digit) / base)
			is_large = true;
		else
			value = value * base + digit;
	}
	*out = value;
	return is_large ? -1 : 1;
}

/* The shape of a decimal number. */
struct shape {
	bool is_number, is_integer, is_json;
};

static const char *
past_digits(const char *s, const char *end)
{
	while (s < end && is_digit(*s))
		s++;
	return s;
}

static const char *
past_sign(const char *s, const char *end)
{
	return s < end && (*s == '-' || *s == '+') ? s + 1 : s;
}

static struct shape
decimal_shape(const char *s, const char *end)
{
	struct shape no = { false, false, false };
	struct shape shape = { true, true, true };
	const char *digits;
	size_t before, behind = 0;

	if (s < end && (*s == '-' || *s == '+'))
		shape.is_json = *s++ == '-';
	digits = s;
	s = past_digits(s, end);
	before = (size_t)(s - digits);
	if (before != 1 && *digits == '0')
		return no; /* 012, 00.5: see the head of yaml.h */
	if (s < end && *s == '.') {
		shape.is_integer = false;
		digits = ++s;
		s = past_digits(s, end);
		behind = (size_t)(s - digits);
		if (before == 0 || behind == 0)
			shape.is_json = false;
	}
	if (before + behind == 0)
		return no;
	if (s < end && (*s == 'e' || *s == 'E')) {
		shape.is_integer = false;
		s = past_sign(s + 1, end);
		if (s == end)
			return no;
		s = past_digits(s, end);
	}
	return s == end ? shape : no;
}

/* Decimal digits with an optional sign; false: beyond int64_t. */
static bool
to_integer(const char *s, const char *end, int64_t *out)
{
	bool negative = *s == '-';
	int64_t value = 0;

	if (*s == '-' || *s == '+')
		s++;
	for (; s < end; s++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, *s - '0', &value))
			return false;
	if (!negative && value == INT64_MIN)
		return false;
	*out = negative ? value : -value;
	return true;
}

/* false: too large for a double. */
static bool
set_number(struct ep_node *node, const char *text, size_t n, struct shape shape)
{
	if (shape.is_json) {
		node->text = text;
		node->count = (uint32_t)n;
	}
	if (shape.is_integer && to_integer(text, text + n, &node->u.integer)) {
		node->type = EP_T_INT;
		return true;
	}
	if (*text == '+') {
		text++;
		n--;
	}
	node->type = EP_T_REAL;
	node->u.real = number_parse(text, n);
	return isfinite(node->u.real) != 0;
}

bool
yaml_resolve(struct ep_node *node, const char *text, size_t n)
{
	const char *end = text + n, *unsigned_text = text;
	struct shape shape;
	int based = 0;
	size_t i;

	node->text = NULL;
	node->count = 0;
	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strlen(words[i].text) != n ||
		    memcmp(words[i].text, text, n) != 0)
			continue;
		node->type = words[i].type;
		node->u.integer = words[i].value;
		return true;
	}
	if (text[0] == '0' && text[1] == 'x')
		based = read_based(text + 2, end, 16, &node->u.integer);
	else if (text[0] == '0' && text[1] == 'o')
		based = read_based(text + 2, end, 8, &node->u.integer);
	node->type = EP_T_INT;
	if (based != 0)
		return based > 0;
	shape = decimal_shape(text, end);
	if (shape.is_number)
		return set_number(node, text, n, shape);
	if (*text == '-' || *text == '+')
		unsigned_text++;
	for (i = 0; i < sizeof unholdable / sizeof unholdable[0]; i++)
		if (strcmp(unholdable[i], unsigned_text) == 0)
			return false;
	node->type = EP_T_TEXT;
	node->text = text;
	node->count = (uint32_t)n;
	return true;
}
