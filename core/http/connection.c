/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/http/inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
enter(struct connection *c, enum phase phase)
{
	struct http_server *s = c->server;
	const struct http_limits *l = &s->limits;
	const int durations_ms[PHASES] = {
		[PHASE_IDLE] = l->idle_timeout_ms,
		[PHASE_HEAD] = l->header_timeout_ms,
		[PHASE_BODY] = l->body_window_ms,
		[PHASE_WRITING] = l->write_timeout_ms,
		[PHASE_LINGER] = l->linger_ms,
	};

	if (c->phase == phase && !c->renew)
		return;
	c->renew = false;
	TAILQ_REMOVE(&s->queues[c->phase], c, queue);
	c->phase = (uint8_t)phase;
	TAILQ_INSERT_TAIL(&s->queues[phase], c, queue);
	c->deadline_us = s->now_us + (int64_t)durations_ms[phase] * 1000;
	if (phase == PHASE_BODY)
		c->window = 0;
	if (phase == PHASE_RESUME)
		event_active(s->resume, EV_READ, 1);
}

struct buf *
connection_output(struct connection *c)
{
	if (c->output == NULL && c->server->turn == c)
		return &c->server->output;
	if (c->output == NULL)
		c->output = server_buf(c->server);
	return c->output;
}

size_t
connection_unsent(const struct connection *c)
{
	if (c->output != NULL)
		return buf_length(c->output);
	return c->server->turn == c ? buf_length(&c->server->output) : 0;
}

/* Whatever output there is, without a copy when the socket takes it all. */
static ssize_t
send_parts(struct connection *c, struct buf *b, const struct exchange *x)
{
	struct iovec parts[2];
	struct msghdr message = { .msg_iov = parts };
	ssize_t n;

	if (b != NULL && buf_length(b) > 0) {
		parts[message.msg_iovlen].iov_base = buf_data(b);
		parts[message.msg_iovlen++].iov_len = buf_length(b);
	}
	if (x != NULL) {
		parts[message.msg_iovlen].iov_base = (void *)(uintptr_t)x->rest;
		parts[message.msg_iovlen++].iov_len = x->rest_length;
	}
	if (message.msg_iovlen == 0)
		return 0;
	do {
		n = message.msg_iovlen == 1
		    ? send(c->fd, parts[0].iov_base, parts[0].iov_len,
			  MSG_NOSIGNAL)
		    : sendmsg(c->fd, &message, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN)
		c->broken = true;
	return n < 0 ? 0 : n;
}

/* Sends what it can; true when nothing is left. */
static bool
flush(struct connection *c)
{
	struct http_server *s = c->server;
	struct exchange *x = c->exchange;
	struct buf *b = c->output;
	size_t n, part;

	if (b == NULL && s->turn == c)
		b = &s->output;
	if (x != NULL && x->state != EXCHANGE_WRITING)
		x = NULL;
	n = (size_t)send_parts(c, b, x);
	s->statistics.bytes_out += n;
	if (n > 0 && c->phase == PHASE_WRITING)
		c->renew = true;
	if (b != NULL) {
		part = n < buf_length(b) ? n : buf_length(b);
		buf_consume(b, part);
		n -= part;
	}
	if (x != NULL && (c->broken || n == x->rest_length)) {
		exchange_recycle(x);
		x = NULL;
	} else if (x != NULL) {
		x->rest += n;
		x->rest_length -= n;
	}
	if (b == &s->output && buf_length(b) > 0 && !c->broken) {
		c->output = server_buf(s);
		buf_append(c->output, buf_data(b), buf_length(b));
	}
	if (b == &s->output)
		buf_clear(b, TURN_BYTES);
	else if (b != NULL && buf_length(b) == 0)
		server_buf_back(s, &c->output);
	return c->output == NULL && x == NULL;
}

static void
watch(struct connection *c, short what)
{
	if (c->watching == what)
		return;
	if (c->watching != 0)
		(void)event_del(&c->event);
	c->watching = (uint8_t)what;
	if (what == 0)
		return;
	EP_ASSERT(event_assign(&c->event, loop_base(c->server->loop), c->fd,
		      (short)(what | EV_PERSIST), connection_event, c) == 0);
	EP_ASSERT(event_add(&c->event, NULL) == 0);
}

static void
tell_gone(struct connection *c, bool broken)
{
	struct http_server *s = c->server;
	struct http_request *r = &c->exchange->request;

	r->half_closed = true;
	r->broken = broken;
	if (s->service.gone != NULL)
		s->service.gone(r, s->service.arg);
}

/* The service still holds the request; its reply will find nobody. */
static void
detach(struct connection *c)
{
	struct exchange *x = c->exchange;

	tell_gone(c, true);
	x->connection = NULL;
	c->exchange = NULL;
	if (x->wants_writable && x->request.writable != NULL) {
		x->wants_writable = false;
		x->request.writable(&x->request);
	}
}

void
connection_close(struct connection *c)
{
	struct http_server *s = c->server;
	struct exchange *x = c->exchange;

	EP_CHECK(c, CONNECTION_MAGIC);
	if (x != NULL && x->state == EXCHANGE_WRITING)
		exchange_recycle(x);
	else if (x != NULL && x->state < EXCHANGE_READY)
		connection_abandon(c);
	else if (x != NULL)
		detach(c);
	watch(c, 0);
	(void)close(c->fd);
	server_buf_back(s, &c->input);
	server_buf_back(s, &c->output);
	TAILQ_REMOVE(&s->queues[c->phase], c, queue);
	c->magic = 0;
	TAILQ_INSERT_HEAD(&s->connection_pool, c, queue);
	s->pooled_connections++;
	s->statistics.open--;
	server_closed(s);
}

/* Half-close, then read and drop: closing with unread input would reset the
 * connection and take the last reply with it (RFC 9112, section 9.6). */
static void
linger(struct connection *c)
{
	c->closing = true;
	c->to_drop = LINGER_BYTES;
	server_buf_back(c->server, &c->input);
	(void)shutdown(c->fd, SHUT_WR);
	watch(c, EV_READ);
	enter(c, PHASE_LINGER);
}

static void
settle_running(struct connection *c, const struct exchange *x)
{
	bool full = c->input != NULL && buf_length(c->input) >= INPUT_SIZE;

	if (x->state == EXCHANGE_BODY) {
		if (c->half_closed) {
			connection_close(c);
			return;
		}
		watch(c, EV_READ);
		enter(c, c->more ? PHASE_RESUME : PHASE_BODY);
		return;
	}
	watch(c, c->half_closed || full ? 0 : EV_READ);
	enter(c, x->wants_writable ? PHASE_RESUME : PHASE_RUNNING);
}

void
connection_settle(struct connection *c)
{
	bool sent = flush(c);
	bool over = c->closing || (c->half_closed && !c->more);

	if (c->broken ||
	    (sent && c->exchange == NULL && over && c->half_closed)) {
		connection_close(c);
	} else if (!sent) {
		watch(c, EV_WRITE);
		enter(c, PHASE_WRITING);
	} else if (c->exchange != NULL) {
		settle_running(c, c->exchange);
	} else if (c->closing) {
		linger(c);
	} else if (c->more) {
		watch(c, c->half_closed ? 0 : EV_READ);
		enter(c, PHASE_RESUME);
	} else {
		watch(c, EV_READ);
		enter(c,
		    c->to_drop > 0         ? PHASE_BODY
			: c->input != NULL ? PHASE_HEAD
					   : PHASE_IDLE);
	}
}

/* Input that waits for its turn, or a stream that waits for room. */
void
connection_resume(struct connection *c)
{
	struct exchange *x = c->exchange;

	c->renew = true;
	if (x != NULL && x->wants_writable) {
		x->wants_writable = false;
		connection_settle(c);
		if (x->request.writable != NULL)
			x->request.writable(&x->request);
		return;
	}
	c->more = false;
	if (c->input == NULL)
		connection_settle(c);
	else
		connection_turn(c, buf_data(c->input), buf_length(c->input));
}

static void
on_end(struct connection *c, ssize_t n)
{
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (c->phase == PHASE_LINGER) {
		connection_close(c);
		return;
	}
	c->half_closed = true;
	c->broken = n < 0;
	if (!c->broken && c->exchange != NULL &&
	    c->exchange->state >= EXCHANGE_READY)
		tell_gone(c, false);
	connection_settle(c);
}

static void
drop(struct connection *c, size_t n)
{
	if (n < c->to_drop)
		c->to_drop -= (uint32_t)n;
	else
		connection_close(c);
}

static void
on_readable(struct connection *c)
{
	struct http_server *s = c->server;
	bool running = c->phase == PHASE_RUNNING || c->phase == PHASE_RESUME;
	char *p = s->input;
	ssize_t n;

	if (c->phase != PHASE_LINGER && c->input == NULL && running)
		c->input = server_buf(s);
	if (c->phase != PHASE_LINGER && c->input != NULL)
		p = buf_reserve(c->input, INPUT_SIZE / 4);
	n = recv(c->fd, p, p == s->input ? INPUT_SIZE : INPUT_SIZE / 4, 0);
	if (n > 0 && c->input != NULL && p != s->input)
		buf_added(c->input, (size_t)n);
	if (c->input != NULL && buf_length(c->input) == 0)
		server_buf_back(s, &c->input);
	if (n <= 0) {
		on_end(c, n);
		return;
	}
	s->statistics.bytes_in += (uint64_t)n;
	if (c->phase == PHASE_LINGER) {
		drop(c, (size_t)n);
	} else if (running) {
		c->more = true;
		connection_settle(c);
	} else if (c->input != NULL) {
		connection_turn(c, buf_data(c->input), buf_length(c->input));
	} else {
		connection_turn(c, s->input, (size_t)n);
	}
}

void
connection_event(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;

	(void)fd;
	EP_CHECK(c, CONNECTION_MAGIC);
	c->server->now_us = loop_now_us(c->server->loop);
	if ((what & EV_WRITE) != 0)
		connection_settle(c);
	else
		on_readable(c);
}

struct connection *
connection_new(struct http_server *s, int fd)
{
	struct connection *c = TAILQ_FIRST(&s->connection_pool);

	if (c != NULL) {
		TAILQ_REMOVE(&s->connection_pool, c, queue);
		s->pooled_connections--;
		memset(c, 0, sizeof *c);
	} else {
		c = calloc(1, sizeof *c);
		if (c == NULL)
			ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	}
	c->magic = CONNECTION_MAGIC;
	c->server = s;
	c->fd = fd;
	c->phase = PHASE_HEAD;
	c->renew = true;
	TAILQ_INSERT_TAIL(&s->queues[PHASE_HEAD], c, queue);
	s->statistics.open++;
	watch(c, EV_READ);
	enter(c, PHASE_HEAD);
	return c;
}

/* A window of a body is over: was it enough? */
static bool
body_flows(const struct connection *c)
{
	const struct http_limits *l = &c->server->limits;

	return c->window >= l->min_body_rate * (size_t)l->body_window_ms / 1000;
}

void
connection_timeout(struct connection *c)
{
	struct http_server *s = c->server;

	if (c->phase == PHASE_BODY && body_flows(c)) {
		c->renew = true;
		enter(c, PHASE_BODY);
		return;
	}
	if (c->phase == PHASE_LINGER) {
		connection_close(c);
		return;
	}
	s->statistics.timeouts++;
	if (c->phase == PHASE_WRITING) {
		c->broken = true;
		connection_close(c);
	} else if (c->input != NULL || c->exchange != NULL) {
		if (c->exchange != NULL)
			connection_abandon(c);
		server_buf_back(s, &c->input);
		reply_error(c, 408, "The request did not come in time.");
		connection_settle(c);
	} else {
		linger(c);
	}
}

/* For draining: no request is running or half here. */
void
connection_expel(struct connection *c)
{
	if (c->input == NULL && c->exchange == NULL)
		linger(c);
}
