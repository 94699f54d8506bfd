/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/http/inside.h"

#include "core/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define STATUS(code, words) [(code)-100] = words
static const char *const reasons[500] = {
	STATUS(100, "Continue"),
	STATUS(200, "OK"),
	STATUS(201, "Created"),
	STATUS(202, "Accepted"),
	STATUS(203, "Non-Authoritative Information"),
	STATUS(204, "No Content"),
	STATUS(205, "Reset Content"),
	STATUS(206, "Partial Content"),
	STATUS(207, "Multi-Status"),
	STATUS(300, "Multiple Choices"),
	STATUS(301, "Moved Permanently"),
	STATUS(302, "Found"),
	STATUS(303, "See Other"),
	STATUS(304, "Not Modified"),
	STATUS(307, "Temporary Redirect"),
	STATUS(308, "Permanent Redirect"),
	STATUS(400, "Bad Request"),
	STATUS(401, "Unauthorized"),
	STATUS(402, "Payment Required"),
	STATUS(403, "Forbidden"),
	STATUS(404, "Not Found"),
	STATUS(405, "Method Not Allowed"),
	STATUS(406, "Not Acceptable"),
	STATUS(408, "Request Timeout"),
	STATUS(409, "Conflict"),
	STATUS(410, "Gone"),
	STATUS(411, "Length Required"),
	STATUS(412, "Precondition Failed"),
	STATUS(413, "Content Too Large"),
	STATUS(414, "URI Too Long"),
	STATUS(415, "Unsupported Media Type"),
	STATUS(416, "Range Not Satisfiable"),
	STATUS(417, "Expectation Failed"),
	STATUS(421, "Misdirected Request"),
	STATUS(422, "Unprocessable Content"),
	STATUS(423, "Locked"),
	STATUS(424, "Failed Dependency"),
	STATUS(425, "Too Early"),
	STATUS(426, "Upgrade Required"),
	STATUS(428, "Precondition Required"),
	STATUS(429, "Too Many Requests"),
	STATUS(431, "Request Header Fields Too Large"),
	STATUS(451, "Unavailable For Legal Reasons"),
	STATUS(500, "Internal Server Error"),
	STATUS(501, "Not Implemented"),
	STATUS(502, "Bad Gateway"),
	STATUS(503, "Service Unavailable"),
	STATUS(504, "Gateway Timeout"),
	STATUS(505, "HTTP Version Not Supported"),
	STATUS(507, "Insufficient Storage"),
};
#undef STATUS

/* How the body of a reply is told from what follows it. */
enum framing {
	FRAMING_LENGTH,
	FRAMING_NONE,
	FRAMING_CHUNKED,
	FRAMING_CLOSE
};

const char *
http_reason(int status)
{
	const char *words = status >= 100 && status < 600
	    ? reasons[status - 100]
	    : NULL;

	return words != NULL ? words : "Unknown";
}

#define OK_LINE "HTTP/1.1 200 OK\r\n"

/* The usual first line and the date, made once a second. */
static void
refresh_date(struct http_server *s)
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t now = clock_real_us();
	time_t second = (time_t)(now / 1000000);
	struct tm t;

	s->date_until_us = s->now_us + 1000000 - now % 1000000;
	(void)gmtime_r(&second, &t);
	s->date_length = (size_t)snprintf(s->date, sizeof s->date,
	    OK_LINE "Date: %s, %02u %s %04u %02u:%02u:%02u GMT\r\n",
	    days[t.tm_wday], (unsigned)t.tm_mday % 100, months[t.tm_mon],
	    (unsigned)(t.tm_year + 1900) % 10000, (unsigned)t.tm_hour % 100,
	    (unsigned)t.tm_min % 100, (unsigned)t.tm_sec % 100);
}

static void
put_status(struct http_server *s, struct buf *b, int status)
{
	size_t skip = 0;

	if (s->now_us >= s->date_until_us)
		refresh_date(s);
	if (status != 200) {
		skip = sizeof OK_LINE - 1;
		buf_append(b, "HTTP/1.1 ", 9);
		buf_decimal(b, status);
		buf_byte(b, ' ');
		buf_text(b, http_reason(status));
		buf_append(b, "\r\n", 2);
	}
	buf_append(b, s->date + skip, s->date_length - skip);
	s->statistics.replies[status]++;
}

static char *
copy(char *to, const char *bytes, size_t n)
{
	memcpy(to, bytes, n);
	return to + n;
}

static void
put_field(struct buf *b, const char *name, const char *value)
{
	size_t n = strlen(name), m = strlen(value);
	char *p = buf_reserve(b, n + m + 4);

	p = copy(p, name, n);
	p = copy(p, ": ", 2);
	p = copy(p, value, m);
	(void)copy(p, "\r\n", 2);
	buf_added(b, n + m + 4);
}

static void
put_length(struct buf *b, size_t n)
{
	buf_append(b, "Content-Length: ", 16);
	buf_decimal(b, (int64_t)n);
	buf_append(b, "\r\n", 2);
}

static bool
is_token(const char *p)
{
	while (char_is(*p, CHAR_TOKEN))
		p++;
	return *p == '\0';
}

static bool
is_value(const char *p)
{
	size_t n = strlen(p), i = 0;

	while ((i = head_control(p, i, n)) < n && p[i] == '\t')
		i++;
	return i == n;
}

/* Fields that frame a message. */
static bool
is_ours(const char *name)
{
	static const struct http_slice ours[] = { { "Content-Length", 14 },
		{ "Connection", 10 }, { "Transfer-Encoding", 17 },
		{ "Date", 4 }, { "Trailer", 7 }, { "Upgrade", 7 } };
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (ours[i].length == n && strcasecmp(name, ours[i].text) == 0)
			return true;
	return false;
}

static ep_status
check_reply(const struct http_reply *reply, struct err *err)
{
	if (reply->status < 200 || reply->status > 599)
		return err_set(err, EP_INVALID, "bad_reply",
		    "reply: status %d is not in 200 to 599", reply->status);
	if (reply->content_type != NULL && !is_value(reply->content_type))
		return err_set(err, EP_INVALID, "bad_reply",
		    "reply: the content type holds a control character");
	for (size_t i = 0; i < reply->field_count; i++) {
		const struct http_field *f = &reply->fields[i];

		if (f->name == NULL || *f->name == '\0' || !is_token(f->name))
			return err_set(err, EP_INVALID, "bad_reply",
			    "reply: the name of field %zu is not a token", i);
		if (f->value == NULL || !is_value(f->value))
			return err_set(err, EP_INVALID, "bad_reply",
			    "reply: field %s holds a control character",
			    f->name);
		if (is_ours(f->name))
			return err_set(err, EP_INVALID, "bad_reply",
			    "reply: field %s is the server's to set", f->name);
	}
	return EP_OK;
}

static void
put_head(struct exchange *x, struct buf *b, const struct http_reply *reply,
    enum framing framing)
{
	struct connection *c = x->connection;

	put_status(x->server, b, reply->status);
	if (reply->content_type != NULL)
		put_field(b, "Content-Type", reply->content_type);
	for (size_t i = 0; i < reply->field_count; i++)
		put_field(b, reply->fields[i].name, reply->fields[i].value);
	if (framing == FRAMING_LENGTH)
		put_length(b, reply->length);
	else if (framing == FRAMING_CHUNKED)
		buf_text(b, "Transfer-Encoding: chunked\r\n");
	if (c->closing)
		buf_append(b, "Connection: close\r\n", 19);
	else if (x->request.minor == 0)
		buf_append(b, "Connection: keep-alive\r\n", 24);
	buf_append(b, "\r\n", 2);
}

void
exchange_recycle(struct exchange *x)
{
	struct http_server *s = x->server;

	EP_CHECK(&x->request, HTTP_REQUEST_MAGIC);
	if (x->connection != NULL)
		x->connection->exchange = NULL;
	x->connection = NULL;
	body_drop(x);
	arena_reset(x->request.arena);
	x->request.magic = 0;
	x->next = s->exchange_pool;
	s->exchange_pool = x;
	s->pooled_exchanges++;
}

/* The service has let go of the request. */
static void
release(struct exchange *x)
{
	x->server->statistics.running--;
	exchange_recycle(x);
}

/* What becomes of a body that was not read before the reply: a small one is
 * dropped as it comes, else the connection ends. */
static void
leave_body(struct exchange *x)
{
	struct connection *c = x->connection;

	if (x->state != EXCHANGE_HEAD || x->request.announced == 0)
		return;
	if (x->request.announced > 0 && !x->expects_continue &&
	    x->request.announced <= (int64_t)LINGER_BYTES) {
		c->to_drop = (uint32_t)x->request.announced;
		return;
	}
	c->closing = true;
}

static void
decide_close(struct exchange *x, bool wanted)
{
	struct http_server *s = x->server;
	struct connection *c = x->connection;
	unsigned most = s->limits.max_requests_per_connection;

	leave_body(x);
	if (wanted || !x->keep_alive || s->draining ||
	    (most > 0 && c->served >= most))
		c->closing = true;
}

/* Runs what changes the output of a connection so that the shared buffer can
 * be used, and sends. */
static bool
turn_begin(struct connection *c)
{
	if (c->server->turn != NULL)
		return false; /* of this one, or of another: settle later */
	c->server->turn = c;
	c->server->now_us = loop_now_us(c->server->loop);
	return true;
}

static void
turn_end(struct connection *c, bool ours)
{
	struct http_server *s = c->server;

	if (ours) {
		connection_settle(c);
		s->turn = NULL;
	} else if (s->turn != c) {
		connection_settle(c);
	}
}

ep_status
http_reply(struct http_request *request, const struct http_reply *reply,
    struct err *err)
{
	struct exchange *x = (struct exchange *)request;
	struct connection *c = x->connection;
	enum framing framing = FRAMING_LENGTH;
	bool with_body, ours;
	struct buf *b;

	EP_CHECK(request, HTTP_REQUEST_MAGIC);
	EP_ASSERT(x->state <= EXCHANGE_READY && x->state != EXCHANGE_BODY);
	EP_TRY(check_reply(reply, err));
	if (c == NULL || c->broken) {
		release(x);
		return EP_OK;
	}
	ours = turn_begin(c);
	decide_close(x, reply->close);
	if (reply->status == 204 || reply->status == 304)
		framing = FRAMING_NONE;
	b = connection_output(c);
	put_head(x, b, reply, framing);
	with_body = framing == FRAMING_LENGTH &&
	    request->method != METHOD_HEAD && reply->length > 0;
	if (with_body && reply->length > COPY_LIMIT) {
		x->state = EXCHANGE_WRITING;
		x->rest = reply->body;
		x->rest_length = reply->length;
		x->server->statistics.running--;
	} else {
		if (with_body)
			buf_append(b, reply->body, reply->length);
		release(x);
	}
	turn_end(c, ours);
	return EP_OK;
}

static void
put_problem(struct http_server *s, int status, const char *detail)
{
	struct buf *b = &s->scratch;

	buf_clear(b, KEEP_BYTES);
	if (s->service.problem != NULL)
		s->service.problem(b, status, detail, s->service.arg);
	else
		buf_format(b,
		    "{\"type\":\"about:blank\",\"title\":\"%s\","
		    "\"status\":%d,\"detail\":\"%s\"}",
		    http_reason(status), status, detail);
}

void
http_reply_problem(struct http_request *request, int status, const char *detail)
{
	struct exchange *x = (struct exchange *)request;
	struct http_reply reply = { .status = status,
		.content_type = "application/problem+json" };
	struct err err = { 0 };

	EP_CHECK(request, HTTP_REQUEST_MAGIC);
	put_problem(x->server, status, detail);
	reply.length = buf_length(&x->server->scratch);
	if (reply.length > COPY_LIMIT)
		reply.length = 0;
	reply.body = buf_data(&x->server->scratch);
	EP_ASSERT(http_reply(request, &reply, &err) == EP_OK);
}

/* The answer to what is no request; the connection ends with it. */
void
reply_error(struct connection *c, int status, const char *detail)
{
	struct http_server *s = c->server;
	struct buf *b = connection_output(c);

	c->closing = true;
	put_problem(s, status, detail);
	put_status(s, b, status);
	put_field(b, "Content-Type", "application/problem+json");
	put_length(b, buf_length(&s->scratch));
	if (status == 503)
		put_field(b, "Retry-After", "1");
	buf_text(b, "Connection: close\r\n\r\n");
	buf_append(b, buf_data(&s->scratch), buf_length(&s->scratch));
}

void
reply_continue(struct connection *c)
{
	buf_text(connection_output(c), "HTTP/1.1 100 Continue\r\n\r\n");
}

ep_status
http_reply_begin(struct http_request *request, const struct http_reply *reply,
    struct err *err)
{
	struct exchange *x = (struct exchange *)request;
	struct connection *c = x->connection;
	enum framing framing = FRAMING_CHUNKED;
	bool ours;

	EP_CHECK(request, HTTP_REQUEST_MAGIC);
	EP_ASSERT(x->state <= EXCHANGE_READY && x->state != EXCHANGE_BODY);
	EP_TRY(check_reply(reply, err));
	if (c == NULL || c->broken) {
		x->state = EXCHANGE_STREAM;
		return EP_OK;
	}
	ours = turn_begin(c);
	if (reply->status == 204 || reply->status == 304)
		framing = FRAMING_NONE;
	else if (request->minor == 0)
		framing = FRAMING_CLOSE;
	decide_close(x, reply->close || framing == FRAMING_CLOSE);
	x->state = EXCHANGE_STREAM;
	x->chunked_reply = framing == FRAMING_CHUNKED;
	put_head(x, connection_output(c), reply, framing);
	if (framing == FRAMING_NONE || request->method == METHOD_HEAD)
		x->rest_length = SIZE_MAX; /* chunks are not sent */
	turn_end(c, ours);
	return EP_OK;
}

ep_status
http_reply_chunk(struct http_request *request, const void *bytes, size_t n)
{
	struct exchange *x = (struct exchange *)request;
	struct connection *c = x->connection;
	struct buf *b;
	bool ours;

	EP_CHECK(request, HTTP_REQUEST_MAGIC);
	EP_ASSERT(x->state == EXCHANGE_STREAM);
	if (c == NULL || c->broken)
		return EP_CANCELLED;
	if (n == 0 || x->rest_length == SIZE_MAX)
		return EP_OK;
	x->wants_writable = false;
	ours = turn_begin(c);
	b = connection_output(c);
	if (x->chunked_reply)
		buf_format(b, "%zx\r\n", n);
	buf_append(b, bytes, n);
	if (x->chunked_reply)
		buf_append(b, "\r\n", 2);
	turn_end(c, ours);
	if (x->connection == NULL || c->broken)
		return EP_CANCELLED;
	if (connection_unsent(c) < STREAM_HIGH)
		return EP_OK;
	x->wants_writable = true;
	return EP_AGAIN;
}

void
http_reply_end(struct http_request *request)
{
	struct exchange *x = (struct exchange *)request;
	struct connection *c = x->connection;
	bool ours;

	EP_CHECK(request, HTTP_REQUEST_MAGIC);
	EP_ASSERT(x->state == EXCHANGE_STREAM);
	if (c == NULL || c->broken) {
		release(x);
		return;
	}
	ours = turn_begin(c);
	if (x->chunked_reply && x->rest_length != SIZE_MAX)
		buf_text(connection_output(c), "0\r\n\r\n");
	release(x);
	turn_end(c, ours);
}
