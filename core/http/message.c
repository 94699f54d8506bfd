/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/http/inside.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BLANK_LINES 8
#define ARENA_FIRST ((size_t)16 * 1024)

/* Room for as many as the limits allow now. */
static void
headers_new(struct exchange *x)
{
	free(x->headers);
	x->headers_room = x->server->limits.max_headers;
	x->headers = calloc((size_t)x->headers_room + 1, sizeof *x->headers);
	if (x->headers == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
}

static struct exchange *
exchange_new(struct http_server *s)
{
	struct exchange *x = s->exchange_pool;

	if (x != NULL) {
		s->exchange_pool = x->next;
		s->pooled_exchanges--;
		if (x->headers_room < s->limits.max_headers)
			headers_new(x);
		return x;
	}
	x = calloc(1, sizeof *x);
	if (x == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	x->server = s;
	headers_new(x);
	x->spool = -1;
	x->request.arena = arena_new(ARENA_FIRST);
	return x;
}

static struct exchange *
exchange_begin(struct connection *c)
{
	struct exchange *x = exchange_new(c->server);
	struct arena *arena = x->request.arena;

	memset(&x->request, 0, sizeof x->request);
	x->request.magic = HTTP_REQUEST_MAGIC;
	x->request.arena = arena;
	x->request.max_body = c->server->limits.max_body;
	x->request.received_us = c->server->now_us;
	x->request.half_closed = c->half_closed;
	x->connection = c;
	x->state = EXCHANGE_HEAD;
	x->chunked_reply = false;
	x->wants_writable = false;
	x->rest = NULL;
	x->rest_length = 0;
	c->exchange = x;
	c->server->statistics.running++;
	return x;
}

/* Ends an exchange that the service does not hold. */
void
connection_abandon(struct connection *c)
{
	c->server->statistics.running--;
	exchange_recycle(c->exchange);
}

static void
fail(struct connection *c, int status, const char *detail)
{
	if (c->exchange != NULL)
		connection_abandon(c);
	reply_error(c, status, detail);
}

static void
deliver(struct exchange *x)
{
	struct http_server *s = x->server;

	if (body_finish(x) != 0) {
		fail(x->connection, 507, "The body could not be stored.");
		return;
	}
	x->connection->renew = true;
	x->state = EXCHANGE_READY;
	s->service.ready(&x->request, s->service.arg);
}

/* The head is good: ask the service, then take or wait for the body. */
static void
begin_body(struct exchange *x, bool body_follows)
{
	struct http_server *s = x->server;
	struct connection *c = x->connection;
	struct http_request *r = &x->request;

	if (s->service.head != NULL)
		s->service.head(r, s->service.arg);
	if (c->exchange != x || x->state != EXCHANGE_HEAD)
		return;
	if (r->hold) {
		x->state = EXCHANGE_HELD;
		return;
	}
	if (r->announced > 0 && (uint64_t)r->announced > r->max_body) {
		fail(c, 413, "The body is larger than the limit.");
		return;
	}
	if (r->announced == 0) {
		deliver(x);
		return;
	}
	body_start(x);
	c->window = 0;
	if (x->expects_continue && !body_follows)
		reply_continue(c);
}

/* Returns the bytes of a whole head, answered when bad; 0: more must come. */
static size_t
take_head(struct connection *c, const char *p, size_t n)
{
	struct http_server *s = c->server;
	const struct http_limits *l = &s->limits;
	size_t scanned = c->scanned;
	size_t most = n < l->max_head_bytes ? n : l->max_head_bytes;
	ssize_t length = head_scan(p, most, &scanned);
	struct head_facts facts;
	struct exchange *x;
	int status;

	c->scanned = (uint32_t)scanned;
	if (length < 0) {
		fail(c, 400,
		    "The request head holds a bare line end, a folded "
		    "line or a control character.");
		return n;
	}
	if (length == 0) {
		bool in_line = memchr(p, '\n', most) == NULL;

		if (in_line && most > l->max_target + 64)
			fail(c, 414, "The request target is too long.");
		else if (most == l->max_head_bytes)
			fail(c, in_line ? 414 : 431,
			    "The request head is too large.");
		return c->closing ? n : 0;
	}
	c->scanned = 0;
	c->blank_lines = 0;
	c->renew = true;
	x = exchange_begin(c);
	status = head_parse(&x->request, x->headers,
	    arena_copy(x->request.arena, p, (size_t)length), (size_t)length, l,
	    &facts);
	if (status != 0) {
		fail(c, status, facts.detail);
		return (size_t)length;
	}
	c->served++;
	s->statistics.requests++;
	x->keep_alive = facts.keep_alive;
	x->expects_continue = facts.expects_continue;
	begin_body(x, n > (size_t)length);
	return (size_t)length;
}

/* An empty line before a request is skipped (RFC 9112, section 2.2); some,
 * not endlessly many. */
static size_t
take_blank(struct connection *c, const char *p, size_t n)
{
	if (n == 1)
		return 0;
	if (p[1] != '\n' || ++c->blank_lines > MAX_BLANK_LINES) {
		fail(c, 400, "A request line was expected.");
		return n;
	}
	return 2;
}

static size_t
take_body(struct connection *c, const char *p, size_t n)
{
	struct exchange *x = c->exchange;
	size_t used;
	bool end;
	int status = body_take(x, p, n, &used, &end);

	c->window += (uint32_t)used;
	if (status == 413)
		fail(c, 413, "The body is larger than the limit.");
	else if (status == 431)
		fail(c, 431, "The trailer section is too large.");
	else if (status == 507)
		fail(c, 507, "The body could not be stored.");
	else if (status != 0)
		fail(c, 400, "The chunked body is malformed.");
	else if (end)
		deliver(x);
	return used;
}

static size_t
take(struct connection *c, const char *p, size_t n)
{
	if (c->to_drop > 0) {
		size_t used = n < c->to_drop ? n : c->to_drop;

		c->to_drop -= (uint32_t)used;
		c->window += (uint32_t)used;
		c->renew = c->renew || c->to_drop == 0;
		return used;
	}
	if (c->exchange != NULL)
		return take_body(c, p, n);
	if (c->scanned == 0 && p[0] == '\r')
		return take_blank(c, p, n);
	return take_head(c, p, n);
}

static bool
may_take(const struct connection *c)
{
	return !c->closing && !c->broken &&
	    (c->exchange == NULL || c->exchange->state == EXCHANGE_BODY) &&
	    connection_unsent(c) < TURN_BYTES;
}

void
connection_turn(struct connection *c, const char *p, size_t n)
{
	struct http_server *s = c->server;
	bool kept = c->input != NULL;
	size_t used = 1;

	s->turn = c;
	while (n > 0 && used > 0 && may_take(c)) {
		used = take(c, p, n);
		p += used;
		n -= used;
	}
	c->more = n > 0 && used > 0;
	if (c->closing)
		n = 0;
	if (kept && n > 0) {
		buf_consume(c->input, buf_length(c->input) - n);
	} else if (kept) {
		server_buf_back(s, &c->input);
	} else if (n > 0) {
		c->input = server_buf(s);
		buf_append(c->input, p, n);
	}
	connection_settle(c);
	s->turn = NULL;
}

void
http_continue(struct http_request *request)
{
	struct exchange *x = (struct exchange *)request;
	struct connection *c = x->connection;
	struct http_server *s = x->server;

	EP_CHECK(request, HTTP_REQUEST_MAGIC);
	EP_ASSERT(x->state == EXCHANGE_HELD && s->turn == NULL);
	s->now_us = loop_now_us(s->loop);
	s->turn = c;
	request->hold = false;
	x->state = EXCHANGE_HEAD;
	begin_body(x, c->input != NULL);
	connection_turn(c, c->input != NULL ? buf_data(c->input) : NULL,
	    c->input != NULL ? buf_length(c->input) : 0);
}

void
http_refuse(struct http_request *request, int status, const char *detail)
{
	struct exchange *x = (struct exchange *)request;
	struct connection *c = x->connection;
	struct http_server *s = x->server;

	EP_CHECK(request, HTTP_REQUEST_MAGIC);
	EP_ASSERT(x->state == EXCHANGE_BODY && s->turn == NULL);
	s->now_us = loop_now_us(s->loop);
	s->turn = c;
	fail(c, status, detail);
	server_buf_back(s, &c->input);
	connection_settle(c);
	s->turn = NULL;
}

const struct http_header *
http_header_get(const struct http_request *request, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < request->header_count; i++) {
		const struct http_header *h = &request->headers[i];

		if (h->name_length == n && memcmp(h->name, name, n) == 0)
			return h;
	}
	return NULL;
}

const char *
http_remote(struct http_request *request)
{
	const struct exchange *x = (const struct exchange *)request;
	const struct connection *c = x->connection;
	char text[INET6_ADDRSTRLEN];

	EP_CHECK(request, HTTP_REQUEST_MAGIC);
	if (c == NULL)
		return "gone";
	if (c->family != AF_INET && c->family != AF_INET6)
		return "unix";
	if (inet_ntop(c->family, c->address, text, sizeof text) == NULL)
		return "unknown";
	return arena_format(request->arena,
	    c->family == AF_INET ? "%s:%u" : "[%s]:%u", text, c->port);
}
