/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/http/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ACCEPT_BATCH 64
#define TURNED_AWAY 64 /* answered 503 above max_connections, at a time */
#define TICK_US 200000
#define DRAIN_TICK_US 20000

const struct http_limits http_limits_default = {
	.max_head_bytes = (size_t)16 * 1024,
	.max_headers = 100,
	.max_target = (size_t)8 * 1024,
	.max_body = (size_t)1024 * 1024,
	.header_timeout_ms = 10000,
	.body_window_ms = 10000,
	.min_body_rate = 500,
	.idle_timeout_ms = 60000,
	.write_timeout_ms = 10000,
	.linger_ms = 1000,
	.drain_idle_ms = 1000,
	.max_connections = 10000,
	.max_requests_per_connection = 0,
	.spool_dir = "/var/tmp",
};

struct buf *
server_buf(struct http_server *s)
{
	struct buf *b;

	if (s->pooled_bufs > 0)
		return s->buf_pool[--s->pooled_bufs];
	b = calloc(1, sizeof *b);
	if (b == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	return b;
}

void
server_buf_back(struct http_server *s, struct buf **bp)
{
	struct buf *b = *bp;

	*bp = NULL;
	if (b == NULL)
		return;
	buf_clear(b, KEEP_BYTES);
	if (s->pooled_bufs < POOLED_BUFS) {
		s->buf_pool[s->pooled_bufs++] = b;
		return;
	}
	buf_fini(b);
	free(b);
}

/* ---------------------------------------------------------------- accept -- */

static void
accept_pause(struct http_server *s, bool pause)
{
	if (s->accepting == !pause)
		return;
	s->accepting = !pause;
	for (unsigned i = 0; i < s->listener_count; i++) {
		if (pause)
			(void)event_del(&s->listeners[i].event);
		else
			EP_ASSERT(event_add(&s->listeners[i].event, NULL) == 0);
	}
}

/* Refuses without a connection of its own: what has come is read so that the
 * close is no reset. */
static void
turn_away(struct http_server *s, int fd)
{
	static const char text[] = "HTTP/1.1 503 Service Unavailable\r\n"
				   "Retry-After: 1\r\nContent-Length: 0\r\n"
				   "Connection: close\r\n\r\n";

	s->statistics.refused++;
	s->statistics.replies[503]++;
	(void)send(fd, text, sizeof text - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)shutdown(fd, SHUT_WR);
	(void)recv(fd, s->input, INPUT_SIZE, MSG_DONTWAIT);
	(void)close(fd);
}

static void
note_address(struct connection *c, const struct sockaddr_storage *from)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	c->family = (uint8_t)from->ss_family;
	if (from->ss_family == AF_INET) {
		memcpy(&in, from, sizeof in);
		memcpy(c->address, &in.sin_addr, sizeof in.sin_addr);
		c->port = ntohs(in.sin_port);
	} else if (from->ss_family == AF_INET6) {
		memcpy(&in6, from, sizeof in6);
		memcpy(c->address, &in6.sin6_addr, sizeof in6.sin6_addr);
		c->port = ntohs(in6.sin6_port);
	}
}

/* 200 ms is coarse enough to cost nothing, and fine enough for seconds. */
static void
tick_arm(struct http_server *s)
{
	if (s->tick.at_us > s->now_us)
		return;
	loop_timer_set(s->loop, &s->tick,
	    s->now_us + (s->draining ? DRAIN_TICK_US : TICK_US), server_tick,
	    s);
}

static void
welcome(struct http_server *s, int fd, const struct sockaddr_storage *from)
{
	unsigned most = s->limits.max_connections;
	struct connection *c;

	if (s->statistics.open >= most + TURNED_AWAY) {
		turn_away(s, fd);
		return;
	}
	tick_arm(s);
	c = connection_new(s, fd);
	note_address(c, from);
	s->statistics.accepted++;
	if (s->statistics.open <= most)
		return;
	s->statistics.refused++;
	reply_error(c, 503, "All connections are in use.");
	connection_settle(c);
}

/* No descriptor is left: answer with the reserve, one by one, so that the
 * queue of the socket does not wake us for ever.  False: wait a tick. */
static bool
accept_with_reserve(struct http_server *s, int listener)
{
	int fd;

	if (s->reserve >= 0)
		(void)close(s->reserve);
	fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0)
		turn_away(s, fd);
	s->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return fd >= 0 && s->reserve >= 0;
}

static void
on_acceptable(evutil_socket_t listener, short what, void *arg)
{
	struct http_server *s = ((struct listener *)arg)->server;
	struct sockaddr_storage from;

	(void)what;
	s->now_us = loop_now_us(s->loop);
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		socklen_t size = sizeof from;
		int fd;

		memset(&from, 0, sizeof from);
		fd = accept4(listener, (struct sockaddr *)&from, &size,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			welcome(s, fd, &from);
			continue;
		}
		if (errno == EAGAIN)
			return;
		if (errno == EINTR || errno == ECONNABORTED)
			continue;
		if ((errno == EMFILE || errno == ENFILE) &&
		    accept_with_reserve(s, listener))
			continue;
		accept_pause(s, true);
		tick_arm(s);
		return;
	}
}

/* ------------------------------------------------------- timers and ends -- */

static void
close_all(struct http_server *s)
{
	struct connection *c;

	for (int phase = 0; phase < PHASES; phase++)
		while ((c = TAILQ_FIRST(&s->queues[phase])) != NULL)
			connection_close(c);
}

static void
drain_step(struct http_server *s)
{
	static const enum phase idle[] = { PHASE_IDLE, PHASE_HEAD };
	struct connection *c, *next;

	if (s->now_us >= s->drain_deadline_us) {
		close_all(s);
		return;
	}
	if (s->now_us < s->drain_idle_us)
		return;
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
		for (c = TAILQ_FIRST(&s->queues[idle[i]]); c != NULL;
		     c = next) {
			next = TAILQ_NEXT(c, queue);
			connection_expel(c);
		}
}

void
server_tick(void *arg)
{
	static const enum phase timed[] = { PHASE_IDLE, PHASE_HEAD, PHASE_BODY,
		PHASE_WRITING, PHASE_LINGER };
	struct http_server *s = arg;
	struct connection *c;

	s->now_us = loop_now_us(s->loop);
	for (size_t i = 0; i < sizeof timed / sizeof *timed; i++)
		while ((c = TAILQ_FIRST(&s->queues[timed[i]])) != NULL &&
		    c->deadline_us <= s->now_us)
			connection_timeout(c);
	if (s->draining)
		drain_step(s);
	else if (!s->accepting)
		accept_pause(s, false);
	if (s->statistics.open > 0)
		tick_arm(s);
}

static void
on_resume(evutil_socket_t fd, short what, void *arg)
{
	struct http_server *s = arg;
	struct connection_queue *q = &s->queues[PHASE_RESUME];
	struct connection *last = TAILQ_LAST(q, connection_queue);
	struct connection *c;
	loop_fn *drained = s->drained;

	(void)fd;
	(void)what;
	s->now_us = loop_now_us(s->loop);
	while ((c = TAILQ_FIRST(q)) != NULL) {
		bool end = c == last;

		connection_resume(c);
		if (end)
			break;
	}
	if (s->draining && s->statistics.open == 0 && drained != NULL) {
		s->drained = NULL;
		loop_timer_clear(s->loop, &s->tick);
		drained(s->drained_arg);
	}
}

void
server_closed(struct http_server *s)
{
	if (s->draining && s->statistics.open == 0)
		event_active(s->resume, EV_READ, 1);
}

/* ---------------------------------------------------------------- public -- */

struct http_server *
http_server_new(struct loop *loop, const struct http_limits *limits,
    const struct http_service *service)
{
	struct http_server *s = calloc(1, sizeof *s);

	if (s == NULL || (s->input = malloc(INPUT_SIZE)) == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	s->magic = HTTP_SERVER_MAGIC;
	s->loop = loop;
	s->limits = limits != NULL ? *limits : http_limits_default;
	if (s->limits.spool_dir == NULL)
		s->limits.spool_dir = http_limits_default.spool_dir;
	EP_ASSERT(s->limits.max_head_bytes < INPUT_SIZE);
	s->service = *service;
	for (int i = 0; i < PHASES; i++)
		TAILQ_INIT(&s->queues[i]);
	TAILQ_INIT(&s->connection_pool);
	s->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	s->resume = event_new(loop_base(loop), -1, 0, on_resume, s);
	EP_ASSERT(s->resume != NULL);
	s->accepting = true;
	s->now_us = loop_now_us(loop);
	return s;
}

void
http_server_listen_fd(struct http_server *s, int fd)
{
	struct listener *l = &s->listeners[s->listener_count];
	int one = 1;

	EP_CHECK(s, HTTP_SERVER_MAGIC);
	EP_ASSERT(s->listener_count < MAX_LISTENERS);
	/* Inherited by what is accepted; meaningless for a UNIX socket. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	l->server = s;
	l->fd = fd;
	EP_ASSERT(event_assign(&l->event, loop_base(s->loop), fd,
		      EV_READ | EV_PERSIST, on_acceptable, l) == 0);
	s->listener_count++;
	if (s->accepting)
		EP_ASSERT(event_add(&l->event, NULL) == 0);
}

void
http_server_unlisten(struct http_server *s)
{
	EP_CHECK(s, HTTP_SERVER_MAGIC);
	if (s->accepting)
		for (unsigned i = 0; i < s->listener_count; i++)
			(void)event_del(&s->listeners[i].event);
	s->listener_count = 0;
}

void
http_server_set_limits(struct http_server *s, const struct http_limits *limits)
{
	EP_CHECK(s, HTTP_SERVER_MAGIC);
	EP_ASSERT(limits->max_head_bytes < INPUT_SIZE);
	s->limits = *limits;
	if (s->limits.spool_dir == NULL)
		s->limits.spool_dir = http_limits_default.spool_dir;
}

void
http_server_adopt_fd(struct http_server *s, int fd)
{
	struct sockaddr_storage from = { 0 };
	socklen_t size = sizeof from;

	EP_CHECK(s, HTTP_SERVER_MAGIC);
	(void)evutil_make_socket_nonblocking(fd);
	if (getpeername(fd, (struct sockaddr *)&from, &size) != 0)
		from.ss_family = AF_UNSPEC;
	s->now_us = loop_now_us(s->loop);
	welcome(s, fd, &from);
}

void
http_server_drain(struct http_server *s, int64_t deadline_us, loop_fn *done,
    void *arg)
{
	int64_t half;

	EP_CHECK(s, HTTP_SERVER_MAGIC);
	s->now_us = loop_now_us(s->loop);
	half = (deadline_us - s->now_us) / 2;
	accept_pause(s, true);
	s->draining = true;
	s->drain_deadline_us = deadline_us;
	s->drain_idle_us = (int64_t)s->limits.drain_idle_ms * 1000;
	if (s->drain_idle_us > half)
		s->drain_idle_us = half;
	s->drain_idle_us += s->now_us;
	s->drained = done;
	s->drained_arg = arg;
	loop_timer_set(s->loop, &s->tick, s->now_us + DRAIN_TICK_US,
	    server_tick, s);
	server_closed(s);
}

void
http_server_free(struct http_server **sp)
{
	struct http_server *s = *sp;
	struct connection *c;
	struct exchange *x;

	EP_CHECK(s, HTTP_SERVER_MAGIC);
	accept_pause(s, true);
	close_all(s);
	EP_ASSERT(s->statistics.running == 0);
	loop_timer_clear(s->loop, &s->tick);
	event_free(s->resume);
	while ((c = TAILQ_FIRST(&s->connection_pool)) != NULL) {
		TAILQ_REMOVE(&s->connection_pool, c, queue);
		free(c);
	}
	while ((x = s->exchange_pool) != NULL) {
		s->exchange_pool = x->next;
		arena_free(&x->request.arena);
		buf_fini(&x->body);
		free(x->headers);
		free(x);
	}
	while (s->pooled_bufs > 0) {
		buf_fini(s->buf_pool[--s->pooled_bufs]);
		free(s->buf_pool[s->pooled_bufs]);
	}
	buf_fini(&s->output);
	buf_fini(&s->scratch);
	if (s->reserve >= 0)
		(void)close(s->reserve);
	free(s->input);
	s->magic = 0;
	free(s);
	*sp = NULL;
}

const struct http_statistics *
http_server_statistics(const struct http_server *s)
{
	return &s->statistics;
}
