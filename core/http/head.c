/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/http/head.h"

#include <ctype.h>
#include <llhttp.h>
#include <string.h>
#include <strings.h>

/* What llhttp tells while it runs over a head. */
struct reading {
	struct http_header *headers;
	size_t count, max;
	const char *target;
	size_t target_length;
	bool too_many;
};

/* Indices of the fields that frame or route a message; 0: not there. */
struct special {
	size_t host, length, coding, expect;
	bool twice; /* one of host, length, coding, expect */
};

#define T CHAR_TOKEN
#define V CHAR_VALUE
#define H CHAR_HOST
#define R CHAR_TARGET
const uint8_t char_class[256] = {
	['\t'] = V,
	[' '] = V,
	[0x80 ... 0xff] = V,
	['0' ... '9'] = T | V | H | R,
	['A' ... 'Z'] = T | V | H | R,
	['a' ... 'z'] = T | V | H | R,
	['-'] = T | V | H | R,
	['.'] = T | V | H | R,
	['_'] = T | V | H | R,
	['~'] = T | V | H | R,
	['%'] = T | V | H | R,
	['#'] = T | V,
	['!'] = T | V | R,
	['$'] = T | V | R,
	['&'] = T | V | R,
	['\''] = T | V | R,
	['*'] = T | V | R,
	['+'] = T | V | R,
	['^'] = T | V | R,
	['`'] = T | V | R,
	['|'] = T | V | R,
	['"'] = V | R,
	['('] = V | R,
	[')'] = V | R,
	[','] = V | R,
	['/'] = V | R,
	[':'] = V | R,
	[';'] = V | R,
	['<'] = V | R,
	['='] = V | R,
	['>'] = V | R,
	['?'] = V | R,
	['@'] = V | R,
	['['] = V | R,
	['\\'] = V | R,
	[']'] = V | R,
	['{'] = V | R,
	['}'] = V | R,
};
#undef T
#undef V
#undef H
#undef R

ssize_t
head_scan(const char *p, size_t n, size_t *scanned)
{
	size_t i = *scanned;

	for (;;) {
		i = head_control(p, i, n);
		*scanned = i;
		if (i == n)
			return 0;
		if (p[i] == '\t') {
			i++;
			continue;
		}
		if (p[i] != '\r')
			return -1;
		if (i + 1 == n)
			return 0;
		if (p[i + 1] != '\n')
			return -1;
		if (i >= 2 && p[i - 1] == '\n')
			return (ssize_t)i + 2;
		if (i + 2 == n)
			return 0;
		if (p[i + 2] == ' ' || p[i + 2] == '\t' || p[i + 2] == ':')
			return -1; /* folded, or without a name */
		i += 2;
	}
}

static int
on_target(llhttp_t *parser, const char *at, size_t n)
{
	struct reading *reading = parser->data;

	reading->target = at;
	reading->target_length = n;
	return 0;
}

static int
on_name(llhttp_t *parser, const char *at, size_t n)
{
	struct reading *reading = parser->data;
	struct http_header *h;

	if (reading->count == reading->max) {
		reading->too_many = true;
		return HPE_USER;
	}
	h = &reading->headers[reading->count++];
	h->name = at;
	h->name_length = (uint32_t)n;
	h->value = NULL;
	h->value_length = 0;
	return 0;
}

static int
on_value(llhttp_t *parser, const char *at, size_t n)
{
	struct reading *reading = parser->data;
	struct http_header *h = &reading->headers[reading->count - 1];

	h->value = at;
	h->value_length = (uint32_t)n;
	return 0;
}

static int
on_whole(llhttp_t *parser)
{
	(void)parser;
	return HPE_PAUSED;
}

static const llhttp_settings_t head_settings = {
	.on_url = on_target,
	.on_header_field = on_name,
	.on_header_value = on_value,
	.on_headers_complete = on_whole,
};

static int
refuse(struct head_facts *facts, int status, const char *detail)
{
	facts->detail = detail;
	return status;
}

/* llhttp's names, without those of other protocols (RTSP, ICE). */
static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH",
	"DELETE", "OPTIONS", "TRACE", "COPY", "LOCK", "MKCOL", "MOVE",
	"PROPFIND", "PROPPATCH", "SEARCH", "UNLOCK", "BIND", "REBIND", "UNBIND",
	"ACL", "REPORT", "MKACTIVITY", "CHECKOUT", "MERGE", "M-SEARCH",
	"NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE", "PURGE", "MKCALENDAR", "LINK",
	"UNLINK" };

static int
find_method(struct http_request *r, const char *text, struct head_facts *facts)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		if (strcmp(text, methods[i]) != 0)
			continue;
		r->method = i + 1 <= METHOD_TRACE ? (enum http_method)(i + 1)
						  : METHOD_OTHER;
		r->method_text = methods[i];
		return 0;
	}
	if (strcmp(text, "PRI") == 0)
		return refuse(facts, 505, "Only HTTP/1.1 is spoken here.");
	return refuse(facts, 501, "The request method is not known here.");
}

static int
find_version(struct http_request *r, const char *at, size_t n,
    struct head_facts *facts)
{
	if (n != 8 || memcmp(at, "HTTP/", 5) != 0 || at[6] != '.' ||
	    !isdigit((unsigned char)at[5]) || !isdigit((unsigned char)at[7]))
		return refuse(facts, 400,
		    "The request line does not end in a "
		    "protocol version.");
	if (at[5] != '1' || at[7] > '1')
		return refuse(facts, 505, "Only HTTP/1.1 is spoken here.");
	r->minor = at[7] - '0';
	return 0;
}

/* Splits "METHOD target HTTP/1.1"; n: bytes without CR LF. */
static int
read_line(struct http_request *r, char *line, size_t n, size_t max_target,
    struct head_facts *facts)
{
	char *end = line + n;
	char *space = memchr(line, ' ', n);
	char *p, *second;
	int status;

	if (space == NULL || space == line)
		return refuse(facts, 400,
		    "The request line has not the form "
		    "method, blank, target, blank, "
		    "version.");
	for (p = line; p < space; p++)
		if (!char_is(*p, CHAR_TOKEN))
			return refuse(facts, 400, "The method is not a token.");
	p = space + 1;
	second = memchr(p, ' ', (size_t)(end - p));
	if (second == NULL || second == p)
		return refuse(facts, 400,
		    "The request line has not the form "
		    "method, blank, target, blank, "
		    "version.");
	r->target.text = p;
	r->target.length = (size_t)(second - p);
	*space = '\0';
	status = find_version(r, second + 1, (size_t)(end - second - 1), facts);
	if (status != 0)
		return status;
	if (r->target.length > max_target)
		return refuse(facts, 414, "The request target is too long.");
	return find_method(r, line, facts);
}

/* A host name, an IPv4 address or "[IPv6]", with an optional port; no user
 * information, no blanks, no lists (RFC 9110, section 7.2).  Of the
 * sub-delims of RFC 3986 none is taken: no name in use has them. */
static bool
is_host(const char *p, size_t n)
{
	size_t i = 0;
	unsigned port = 0;

	if (n > 0 && p[0] == '[') {
		for (i = 1; i < n && p[i] != ']'; i++)
			if (!isxdigit((unsigned char)p[i]) && p[i] != ':' &&
			    p[i] != '.')
				return false;
		if (i == n || i < 3)
			return false;
		i++;
	} else {
		while (i < n && char_is(p[i], CHAR_HOST))
			i++;
		if (i == 0 || i > 255)
			return false;
	}
	if (i == n)
		return true;
	if (p[i++] != ':')
		return false;
	for (; i < n && port <= 65535; i++) {
		if (!isdigit((unsigned char)p[i]))
			return false;
		port = port * 10 + (unsigned)(p[i] - '0');
	}
	return port <= 65535;
}

static bool
equals_nocase(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(p, word, n) == 0;
}

static void
split_query(struct http_request *r)
{
	const char *mark = memchr(r->path.text, '?', r->path.length);

	if (mark == NULL)
		return;
	r->query.text = mark + 1;
	r->query.length = r->path.length - (size_t)(mark + 1 - r->path.text);
	r->path.length = (size_t)(mark - r->path.text);
}

/* "http://host/path": the host of the target counts, and Host must not say
 * otherwise (RFC 9112, section 3.2.2 would ignore it; a difference is more
 * likely an attack than a mistake). */
static int
read_absolute(struct http_request *r, struct head_facts *facts)
{
	const char *p = r->target.text, *end = p + r->target.length;
	const char *host;

	if (r->target.length > 7 && strncasecmp(p, "http://", 7) == 0)
		p += 7;
	else if (r->target.length > 8 && strncasecmp(p, "https://", 8) == 0)
		p += 8;
	else
		return refuse(facts, 400,
		    "The request target has to begin "
		    "with a slash or http://.");
	host = p;
	while (p < end && *p != '/' && *p != '?')
		p++;
	if (!is_host(host, (size_t)(p - host)))
		return refuse(facts, 400,
		    "The host in the target is not "
		    "valid.");
	if (r->host.text != NULL &&
	    (r->host.length != (size_t)(p - host) ||
		strncasecmp(r->host.text, host, r->host.length) != 0))
		return refuse(facts, 400,
		    "The target and the Host field name "
		    "different hosts.");
	r->host.text = host;
	r->host.length = (size_t)(p - host);
	r->path.text = p < end && *p == '/' ? p : "/";
	r->path.length = p < end && *p == '/' ? (size_t)(end - p) : 1;
	if (p < end && *p == '?') {
		r->query.text = p + 1;
		r->query.length = (size_t)(end - p - 1);
	}
	return 0;
}

static int
read_target(struct http_request *r, struct head_facts *facts)
{
	const char *p = r->target.text;

	for (size_t i = 0; i < r->target.length; i++)
		if (!char_is(p[i], CHAR_TARGET))
			return refuse(facts, 400,
			    "The request target holds a "
			    "character that has to be "
			    "percent-encoded.");
	if (p[0] == '*' && r->target.length == 1) {
		if (r->method != METHOD_OPTIONS)
			return refuse(facts, 400,
			    "The target * belongs to "
			    "OPTIONS only.");
		r->path = r->target;
		return 0;
	}
	if (p[0] == '/')
		r->path = r->target;
	else if (read_absolute(r, facts) != 0)
		return 400;
	split_query(r);
	return 0;
}

static void
note_special(struct special *s, size_t *which, size_t index)
{
	s->twice = s->twice || *which != 0;
	*which = index + 1;
}

/* Terminates the texts, lowers the names, trims the values, and remembers
 * the fields that matter here. */
static void
settle_headers(struct http_request *r, struct http_header *headers,
    struct special *s)
{
	for (size_t i = 0; i < r->header_count; i++) {
		struct http_header *h = &headers[i];
		char *name = (char *)(uintptr_t)h->name;
		char *value = (char *)(uintptr_t)h->value;

		for (size_t k = 0; k < h->name_length; k++)
			if (name[k] >= 'A' && name[k] <= 'Z')
				name[k] = (char)(name[k] | 0x20);
		name[h->name_length] = '\0';
		if (h->value_length == 0) {
			h->value = "";
		} else {
			while (h->value_length > 0 &&
			    (value[h->value_length - 1] == ' ' ||
				value[h->value_length - 1] == '\t'))
				h->value_length--;
			value[h->value_length] = '\0';
		}
		if (h->name_length == 4 && memcmp(name, "host", 4) == 0)
			note_special(s, &s->host, i);
		else if (h->name_length == 6 && memcmp(name, "expect", 6) == 0)
			note_special(s, &s->expect, i);
		else if (h->name_length == 14 &&
		    memcmp(name, "content-length", 14) == 0)
			note_special(s, &s->length, i);
		else if (h->name_length == 17 &&
		    memcmp(name, "transfer-encoding", 17) == 0)
			note_special(s, &s->coding, i);
	}
}

static int
read_host(struct http_request *r, const struct special *s,
    struct head_facts *facts)
{
	const struct http_header *h;

	if (s->host == 0)
		return r->minor == 0
		    ? 0
		    : refuse(facts, 400, "HTTP/1.1 asks for a Host field.");
	h = &r->headers[s->host - 1];
	if (!is_host(h->value, h->value_length))
		return refuse(facts, 400, "The Host field is not valid.");
	r->host.text = h->value;
	r->host.length = h->value_length;
	return 0;
}

static int
read_length(const struct http_header *h, struct head_facts *facts)
{
	int64_t length = 0;

	if (h->value_length == 0 || h->value_length > 18)
		return refuse(facts, 400,
		    "Content-Length is not a number of "
		    "1 to 18 digits.");
	for (size_t i = 0; i < h->value_length; i++) {
		if (!isdigit((unsigned char)h->value[i]))
			return refuse(facts, 400,
			    "Content-Length is not a "
			    "number.");
		length = length * 10 + (h->value[i] - '0');
	}
	facts->length = length;
	return 0;
}

static int
read_coding(const struct http_request *r, const struct http_header *h,
    struct head_facts *facts)
{
	static const char last[] = "chunked";
	size_t n = h->value_length;

	if (r->minor == 0)
		return refuse(facts, 400, "HTTP/1.0 has no Transfer-Encoding.");
	if (equals_nocase(h->value, n, last)) {
		facts->length = -1;
		return 0;
	}
	if (n > 9 && equals_nocase(h->value + n - 7, 7, last) &&
	    (h->value[n - 8] == ' ' || h->value[n - 8] == ',') &&
	    strcasestr(h->value, last) == h->value + n - 7)
		return refuse(facts, 501,
		    "The only transfer coding known here "
		    "is chunked.");
	return refuse(facts, 400, "The Transfer-Encoding has to be chunked.");
}

/* Where the message ends, and whether more follow. */
static int
read_framing(struct http_request *r, const struct special *s,
    struct head_facts *facts)
{
	const struct http_header *h;
	int status;

	if (s->twice)
		return refuse(facts, 400,
		    "A field that may come once (Host, "
		    "Content-Length, Transfer-Encoding, "
		    "Expect) came twice.");
	if (s->length != 0 && s->coding != 0)
		return refuse(facts, 400,
		    "Content-Length and "
		    "Transfer-Encoding exclude each "
		    "other.");
	status = read_host(r, s, facts);
	if (status == 0 && s->length != 0)
		status = read_length(&r->headers[s->length - 1], facts);
	if (status == 0 && s->coding != 0)
		status = read_coding(r, &r->headers[s->coding - 1], facts);
	if (status != 0 || s->expect == 0 || r->minor == 0)
		return status;
	h = &r->headers[s->expect - 1];
	if (!equals_nocase(h->value, h->value_length, "100-continue"))
		return refuse(facts, 417,
		    "The only expectation known here is "
		    "100-continue.");
	facts->expects_continue = facts->length != 0;
	return 0;
}

/* llhttp's view of the same bytes; where it differs, refuse. */
static int
read_with_llhttp(struct http_request *r, struct reading *reading,
    const struct http_slice *head, struct head_facts *facts)
{
	llhttp_t parser;
	llhttp_errno_t error;

	llhttp_init(&parser, HTTP_REQUEST, &head_settings);
	parser.data = reading;
	error = llhttp_execute(&parser, head->text, head->length);
	if (reading->too_many)
		return refuse(facts, 431, "The request has too many fields.");
	if (error != HPE_PAUSED)
		return refuse(facts, 400, "The request head is malformed.");
	if (llhttp_get_error_pos(&parser) != head->text + head->length ||
	    reading->target != r->target.text ||
	    reading->target_length != r->target.length ||
	    parser.http_major != 1 || parser.http_minor != r->minor)
		return refuse(facts, 400,
		    "The request head can be read in two "
		    "ways.");
	facts->keep_alive = r->minor == 1
	    ? (parser.flags & F_CONNECTION_CLOSE) == 0
	    : (parser.flags & F_CONNECTION_KEEP_ALIVE) != 0 &&
		(parser.flags & F_CONNECTION_CLOSE) == 0;
	return 0;
}

int
head_parse(struct http_request *r, struct http_header *headers, char *head,
    size_t n, const struct http_limits *limits, struct head_facts *facts)
{
	struct reading reading = { .headers = headers,
		.max = limits->max_headers };
	struct special special = { 0 };
	struct http_slice whole = { head, n };
	char *end = memchr(head, '\r', n);
	int status;

	memset(facts, 0, sizeof *facts);
	EP_ASSERT(end != NULL);
	status = read_line(r, head, (size_t)(end - head), limits->max_target,
	    facts);
	if (status != 0)
		return status;
	head[strlen(head)] = ' '; /* read_line ended the method there */
	status = read_with_llhttp(r, &reading, &whole, facts);
	if (status != 0)
		return status;
	r->headers = headers;
	r->header_count = reading.count;
	settle_headers(r, headers, &special);
	((char *)(uintptr_t)r->target.text)[r->target.length] = '\0';
	status = read_framing(r, &special, facts);
	if (status == 0)
		status = read_target(r, facts);
	r->announced = facts->length;
	return status;
}
