/* SPDX-License-Identifier: BSD-2-Clause */

#include "mask.h"

#include <string.h>

/* Most bytes that a value grows to: a star for each code point and more. */
struct maker {
	const struct memory *memory;
	const char *value;
	size_t length;
	char *out;
	size_t n;
};

static size_t
step(const struct maker *m, size_t i)
{
	i++;
	while (i < m->length && ((unsigned char)m->value[i] & 0xc0) == 0x80)
		i++;
	return i;
}

static size_t
code_points(const struct maker *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->length; i = step(m, i))
		n++;
	return n;
}

/* The code point at i as it is; where the next is. */
static size_t
show(struct maker *m, size_t i)
{
	size_t next = step(m, i);

	memcpy(m->out + m->n, m->value + i, next - i);
	m->n += next - i;
	return next;
}

static size_t
hide(struct maker *m, size_t i)
{
	m->out[m->n++] = '*';
	return step(m, i);
}

/* All but the first and last so many code points. */
static void
hide_between(struct maker *m, size_t first, size_t last)
{
	size_t count = code_points(m), i = 0;

	for (size_t k = 0; k < count; k++)
		i = k < first || k + last >= count ? show(m, i) : hide(m, i);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	c = (char)(c | 32);
	return c >= 'a' && c <= 'z';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The value without what does not pass. */
static void
keep_only(struct maker *m, bool (*passes)(char))
{
	char *copy = m->memory->alloc(m->memory->owner, m->length + 1);
	size_t n = 0;

	for (size_t i = 0; i < m->length; i++)
		if (passes(m->value[i]))
			copy[n++] = m->value[i];
	m->value = copy;
	m->length = n;
}

static bool
is_no_blank(char c)
{
	return !is_blank(c);
}

/* GB 11643-1999; of the 15 digits before it, too. */
static fault
resident_id(struct maker *m)
{
	for (size_t i = 0; i < m->length; i++)
		if (!is_digit(m->value[i]) &&
		    !(i == 17 && (m->value[i] | 32) == 'x'))
			return "bad_value";
	if (m->length != 18 && m->length != 15)
		return "bad_value";
	hide_between(m, 6, 4);
	return NULL;
}

static fault
mobile(struct maker *m)
{
	keep_only(m, is_digit);
	if (m->length < 11)
		return "bad_value";
	m->value += m->length - 11;
	m->length = 11;
	hide_between(m, 3, 4);
	return NULL;
}

/* PCI DSS 3.4: at most the first six and the last four. */
static fault
pan(struct maker *m)
{
	keep_only(m, is_digit);
	if (m->length < 12 || m->length > 19)
		return "bad_value";
	hide_between(m, 6, 4);
	return NULL;
}

static fault
email(struct maker *m)
{
	const char *at = memchr(m->value, '@', m->length);
	size_t whole = m->length, local, count;

	if (at == NULL || at == m->value || at + 1 == m->value + whole ||
	    memchr(at + 1, '@', (size_t)(m->value + whole - at) - 1) != NULL)
		return "bad_value";
	local = (size_t)(at - m->value);
	m->length = local;
	count = code_points(m);
	hide_between(m, count <= 3 ? 1 : 2, count <= 3 ? 0 : 1);
	m->length = whole;
	memcpy(m->out + m->n, at, whole - local);
	m->n += whole - local;
	return NULL;
}

static fault
iban(struct maker *m)
{
	keep_only(m, is_no_blank);
	if (m->length < 15 || m->length > 34 || !is_letter(m->value[0]) ||
	    !is_letter(m->value[1]) || !is_digit(m->value[2]) ||
	    !is_digit(m->value[3]))
		return "bad_value";
	for (size_t i = 4; i < m->length; i++)
		if (!is_digit(m->value[i]) && !is_letter(m->value[i]))
			return "bad_value";
	hide_between(m, 4, 4);
	return NULL;
}

static fault
name_zh(struct maker *m)
{
	if (m->length == 0)
		return "bad_value";
	hide_between(m, code_points(m) <= 3 ? 1 : 2, 0);
	return NULL;
}

static fault
name_latin(struct maker *m)
{
	bool is_first = true;

	if (m->length == 0)
		return "bad_value";
	for (size_t i = 0; i < m->length;) {
		bool blank = is_blank(m->value[i]);

		i = blank || is_first ? show(m, i) : hide(m, i);
		is_first = blank;
	}
	return NULL;
}

/* Where the value goes on behind the last such character; 0 without one. */
static size_t
behind_last(const struct maker *m, const char *one)
{
	size_t n = strlen(one), found = 0;

	for (size_t i = 0; i + n <= m->length; i++)
		if (memcmp(m->value + i, one, n) == 0)
			found = i + n;
	return found;
}

static size_t
behind_first(const struct maker *m, const char *one)
{
	size_t n = strlen(one);

	for (size_t i = 0; i + n <= m->length; i++)
		if (memcmp(m->value + i, one, n) == 0)
			return i + n;
	return 0;
}

static fault
address_zh(struct maker *m)
{
	size_t district = behind_last(m, "区"), county = behind_last(m, "县");
	size_t kept = district > county ? district : county;

	if (m->length == 0)
		return "bad_value";
	if (kept == 0)
		kept = behind_first(m, "市");
	for (size_t i = 0; i < m->length;)
		i = i < kept ? show(m, i) : hide(m, i);
	return NULL;
}

/* 0 to 255. */
static bool
is_octet(const char *p, size_t n)
{
	int value = 0;

	if (n < 1 || n > 3)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(p[i]))
			return false;
		value = value * 10 + (p[i] - '0');
	}
	return value <= 255;
}

static fault
ipv4(struct maker *m)
{
	size_t from = 0, octets = 0, kept = 0;

	for (size_t i = 0; i <= m->length; i++) {
		if (i < m->length && m->value[i] != '.')
			continue;
		if (!is_octet(m->value + from, i - from))
			return "bad_value";
		octets++;
		if (octets == 2)
			kept = i;
		from = i + 1;
	}
	if (octets != 4)
		return "bad_value";
	for (size_t i = 0; i < m->length;)
		i = i < kept || m->value[i] == '.' ? show(m, i) : hide(m, i);
	return NULL;
}

static const struct type {
	const char *name;
	fault (*mask)(struct maker *m);
} types[] = {
	{ "cn_resident_id", resident_id },
	{ "cn_mobile", mobile },
	{ "pan", pan },
	{ "email", email },
	{ "iban", iban },
	{ "name_zh", name_zh },
	{ "name_latin", name_latin },
	{ "address_zh", address_zh },
	{ "ipv4", ipv4 },
};

fault
mask_value(const struct memory *memory, const char *type, const char *value,
    size_t length, const char **out)
{
	struct maker m = { memory, value, length, NULL, 0 };

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		fault f;

		if (strcmp(types[i].name, type) != 0)
			continue;
		m.out = memory->alloc(memory->owner, length + 1);
		f = types[i].mask(&m);
		*out = m.out;
		return f;
	}
	return "unknown_type";
}
