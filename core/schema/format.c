/* SPDX-License-Identifier: BSD-2-Clause */

/* RFC 3339 (date, time, duration), RFC 5321 (email), RFC 3986 (uri), RFC 9562
 * (uuid), RFC 2673 and 4291 (addresses), RFC 1123 (hostname), RFC 6901. */

#include "core/schema/shape.h"

#include <arpa/inet.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* n digits as a number, or -1. */
static int
digits(const char *p, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_digit(p[i]))
			return -1;
		value = value * 10 + (p[i] - '0');
	}
	return value;
}

static bool
is_date(const char *p, size_t n)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int year, month, day;

	if (n != 10 || p[4] != '-' || p[7] != '-')
		return false;
	year = digits(p, 4);
	month = digits(p + 5, 2);
	day = digits(p + 8, 2);
	if (year < 0 || month < 1 || month > 12 || day < 1)
		return false;
	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return day <= 29;
	return day <= days[month - 1];
}

/* Minutes east of UTC of "Z" or "+hh:mm" that ends a text. */
static bool
read_zone(const char *p, size_t n, int *minutes)
{
	int hour, minute;

	*minutes = 0;
	if (n == 1)
		return *p == 'Z' || *p == 'z';
	if (n != 6 || (*p != '+' && *p != '-') || p[3] != ':')
		return false;
	hour = digits(p + 1, 2);
	minute = digits(p + 4, 2);
	*minutes = (hour * 60 + minute) * (*p == '-' ? -1 : 1);
	return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
}

static bool
is_time(const char *p, size_t n)
{
	int hour, minute, second, zone;
	size_t at = 8;

	if (n < 9 || p[2] != ':' || p[5] != ':')
		return false;
	hour = digits(p, 2);
	minute = digits(p + 3, 2);
	second = digits(p + 6, 2);
	if (p[8] == '.') {
		for (at = 9; at < n && is_digit(p[at]); at++)
			continue;
		if (at == 9)
			return false;
	}
	if (at >= n || !read_zone(p + at, n - at, &zone))
		return false;
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0)
		return false;
	/* a leap second stands at the end of a day in UTC only */
	if (second == 60)
		return ((hour * 60 + minute - zone) % 1440 + 1440) % 1440 ==
		    1439;
	return second < 60;
}

static bool
is_date_time(const char *p, size_t n)
{
	return n > 11 && is_date(p, 10) && (p[10] == 'T' || p[10] == 't') &&
	    is_time(p + 11, n - 11);
}

/* One run of "nX" parts in the order of units, each unit at most once and
 * none skipped between two that are there, as RFC 3339 appendix A has it. */
static bool
read_parts(const char **p, const char *end, const char *units)
{
	const char *last = NULL;
	bool any = false;

	while (*p < end && is_digit(**p)) {
		const char *unit;

		while (*p < end && is_digit(**p))
			(*p)++;
		if (*p == end || **p == '\0')
			return false;
		unit = strchr(units, **p);
		if (unit == NULL || (last != NULL && unit != last + 1))
			return false;
		last = unit;
		any = true;
		(*p)++;
	}
	return any;
}

static bool
is_duration(const char *p, size_t n)
{
	const char *end = p + n;
	bool any;

	if (n < 3 || *p++ != 'P')
		return false;
	if (end[-1] == 'W')
		return read_parts(&p, end, "W") && p == end;
	any = *p != 'T' && read_parts(&p, end, "YMD");
	if (p < end && *p == 'T') {
		p++;
		return read_parts(&p, end, "HMS") && p == end;
	}
	return any && p == end;
}

static bool
is_uuid(const char *p, size_t n)
{
	if (n != 36)
		return false;
	for (size_t i = 0; i < n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? p[i] != '-' : !is_hex(p[i]))
			return false;
	}
	return true;
}

static bool
is_address(int family, const char *p, size_t n)
{
	char text[64], out[16];

	if (n >= sizeof text || memchr(p, '\0', n) != NULL)
		return false;
	memcpy(text, p, n);
	text[n] = '\0';
	return inet_pton(family, text, out) == 1;
}

static bool
is_ipv4(const char *p, size_t n)
{
	return is_address(AF_INET, p, n);
}

static bool
is_ipv6(const char *p, size_t n)
{
	return is_address(AF_INET6, p, n);
}

static bool
is_hostname(const char *p, size_t n)
{
	size_t label = 0;

	if (n == 0 || n > 253)
		return false;
	for (size_t i = 0; i <= n; i++) {
		if (i == n || p[i] == '.') {
			if (label == 0 || label > 63 || p[i - 1] == '-')
				return false;
			label = 0;
			continue;
		}
		if (!is_letter(p[i]) && !is_digit(p[i]) &&
		    (p[i] != '-' || label == 0))
			return false;
		label++;
	}
	return true;
}

static bool
is_atom(char c)
{
	return is_letter(c) || is_digit(c) ||
	    (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool
is_local_part(const char *p, size_t n)
{
	if (n == 0 || n > 64)
		return false;
	if (n >= 2 && p[0] == '"' && p[n - 1] == '"') {
		for (size_t i = 1; i + 1 < n; i++) {
			if (p[i] == '\\' && ++i + 1 == n)
				return false;
			if ((unsigned char)p[i] < ' ' || p[i] == 127 ||
			    (p[i] == '"' && p[i - 1] != '\\'))
				return false;
		}
		return true;
	}
	for (size_t i = 0; i < n; i++)
		if (p[i] == '.' ? i == 0 || i + 1 == n || p[i - 1] == '.'
				: !is_atom(p[i]))
			return false;
	return true;
}

static bool
is_email(const char *p, size_t n)
{
	const char *at = memrchr(p, '@', n);
	size_t left, right;

	if (at == NULL || n > 254)
		return false;
	left = (size_t)(at - p);
	right = n - left - 1;
	at++;
	if (!is_local_part(p, left))
		return false;
	if (right > 2 && at[0] == '[' && at[right - 1] == ']') {
		if (right > 7 && strncmp(at, "[IPv6:", 6) == 0)
			return is_ipv6(at + 6, right - 7);
		return is_ipv4(at + 1, right - 2);
	}
	return is_hostname(at, right);
}

/* Characters of a URI, %xx whole; the port of an authority is digits, its
 * brackets hold an address. */
static bool
is_authority(const char *p, size_t n)
{
	const char *end = p + n, *at = memrchr(p, '@', n);
	const char *colon;

	if (at != NULL) {
		if (memchr(p, '[', (size_t)(at - p)) != NULL)
			return false;
		p = at + 1;
	}
	if (p < end && *p == '[') {
		const char *close = memchr(p, ']', (size_t)(end - p));

		if (close == NULL ||
		    (p[1] != 'v' && p[1] != 'V' &&
			!is_ipv6(p + 1, (size_t)(close - p - 1))))
			return false;
		p = close + 1;
		if (p < end && *p != ':')
			return false;
	} else if (memchr(p, '[', (size_t)(end - p)) != NULL ||
	    memchr(p, ']', (size_t)(end - p)) != NULL) {
		return false;
	}
	colon = memchr(p, ':', (size_t)(end - p));
	for (p = colon != NULL ? colon + 1 : end; p < end; p++)
		if (!is_digit(*p))
			return false;
	return true;
}

static bool
is_uri_text(const char *p, size_t n)
{
	bool fragment = false;

	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		if (c == '%') {
			if (i + 2 >= n || !is_hex(p[i + 1]) ||
			    !is_hex(p[i + 2]))
				return false;
			i += 2;
		} else if (c == '#') {
			if (fragment)
				return false;
			fragment = true;
		} else if (!is_letter(c) && !is_digit(c) &&
		    (c == '\0' || strchr("-._~:/?[]@!$&'()*+,;=", c) == NULL)) {
			return false;
		}
	}
	return true;
}

static size_t
scheme_length(const char *p, size_t n)
{
	size_t i = 0;

	if (n == 0 || !is_letter(p[0]))
		return 0;
	while (i < n &&
	    (is_letter(p[i]) || is_digit(p[i]) || p[i] == '+' || p[i] == '-' ||
		p[i] == '.'))
		i++;
	return i < n && p[i] == ':' ? i + 1 : 0;
}

static bool
is_uri_reference(const char *p, size_t n)
{
	size_t scheme = scheme_length(p, n), i;

	if (!is_uri_text(p, n))
		return false;
	p += scheme;
	n -= scheme;
	if (n >= 2 && p[0] == '/' && p[1] == '/') {
		for (i = 2; i < n; i++)
			if (strchr("/?#", p[i]) != NULL)
				break;
		if (!is_authority(p + 2, i - 2))
			return false;
		p += i;
		n -= i;
	} else if (scheme == 0) {
		/* else the first segment would read as a scheme */
		for (i = 0; i < n && strchr("/?#", p[i]) == NULL; i++)
			if (p[i] == ':')
				return false;
	}
	return memchr(p, '[', n) == NULL && memchr(p, ']', n) == NULL;
}

static bool
is_uri(const char *p, size_t n)
{
	return scheme_length(p, n) > 0 && is_uri_reference(p, n);
}

static bool
is_json_pointer(const char *p, size_t n)
{
	if (n > 0 && p[0] != '/')
		return false;
	for (size_t i = 0; i < n; i++)
		if (p[i] == '~' &&
		    (i + 1 == n || (p[i + 1] != '0' && p[i + 1] != '1')))
			return false;
	return true;
}

static bool
is_regex(const char *p, size_t n)
{
	PCRE2_SIZE where;
	int error;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)p, n,
	    PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS, &error,
	    &where, NULL);
	bool ok = code != NULL;

	pcre2_code_free(code);
	return ok;
}

format_fn *
format_find(const char *name)
{
	static const struct {
		const char *name;
		format_fn *fn;
	} rows[] = {
		{ "date", is_date },
		{ "date-time", is_date_time },
		{ "time", is_time },
		{ "duration", is_duration },
		{ "email", is_email },
		{ "uri", is_uri },
		{ "uri-reference", is_uri_reference },
		{ "uuid", is_uuid },
		{ "ipv4", is_ipv4 },
		{ "ipv6", is_ipv6 },
		{ "hostname", is_hostname },
		{ "json-pointer", is_json_pointer },
		{ "regex", is_regex },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].fn;
	return NULL;
}
