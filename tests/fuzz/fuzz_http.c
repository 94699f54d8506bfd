/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Connection input, in fragments that the data choose: a byte tells how many
 * of the following bytes arrive at once (0: the client half-closes, 255: a
 * held reply is given).  Claims: no memory error, never more replies than
 * request heads that were taken plus one refusal, and every request is
 * replied to or dropped.
 */

#include "core/http/http.h"

#include <event2/event.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct loop *loop;
static struct http_server *server;
static struct http_request *held;
static uint64_t taken;

static void
reply(struct http_request *r)
{
	struct http_reply answer = { .status = 200,
		.body = r->body,
		.length = r->body_length };
	struct err err = { 0 };

	EP_ASSERT(r->body[r->body_length] == '\0');
	EP_ASSERT(r->body_length <= 4096);
	for (size_t i = 0; i < r->header_count; i++)
		EP_ASSERT(
		    r->headers[i].value[r->headers[i].value_length] == '\0');
	EP_ASSERT(r->minor == 0 || http_header_get(r, "host") != NULL);
	EP_ASSERT(http_reply(r, &answer, &err) == EP_OK);
}

static void
on_head(struct http_request *r, void *arg)
{
	(void)arg;
	taken++;
	r->max_body = 4096;
	r->spool_above = r->path.length > 4 ? 64 : 0;
	if (r->path.length == 3)
		http_reply_problem(r, 404, "no");
}

static void
on_ready(struct http_request *r, void *arg)
{
	(void)arg;
	if (r->path.length == 2)
		held = r;
	else
		reply(r);
}

static void
turn(void)
{
	for (int i = 0; i < 3; i++)
		(void)event_base_loop(loop_base(loop), EVLOOP_NONBLOCK);
}

static void
give_held(void)
{
	struct http_request *r = held;

	held = NULL;
	if (r != NULL)
		reply(r);
}

static uint64_t
replies(void)
{
	const struct http_statistics *s = http_server_statistics(server);
	uint64_t n = 0;

	for (int i = 0; i < 600; i++)
		n += s->replies[i];
	return n;
}

static void
start(void)
{
	static const struct http_service service = { .head = on_head,
		.ready = on_ready };
	struct http_limits limits = http_limits_default;

	limits.max_head_bytes = 1024;
	limits.max_target = 256;
	limits.max_headers = 20;
	limits.max_requests_per_connection = 50;
	loop = loop_new(1);
	server = http_server_new(loop, &limits, &service);
}

static void
feed(int fd, const uint8_t *data, size_t size)
{
	static char sink[65536];

	while (size > 0) {
		size_t n = *data++;

		size--;
		if (n == 0)
			(void)shutdown(fd, SHUT_WR);
		if (n == 255)
			give_held();
		if (n > size)
			n = size;
		(void)send(fd, data, n, MSG_NOSIGNAL);
		data += n;
		size -= n;
		turn();
		(void)recv(fd, sink, sizeof sink, 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t before;
	int pair[2];

	if (loop == NULL)
		start();
	before = replies();
	taken = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0)
		return 0;
	http_server_adopt_fd(server, pair[0]);
	feed(pair[1], data, size);
	EP_ASSERT(replies() - before <= taken + 1);
	(void)close(pair[1]);
	turn();
	while (held != NULL) {
		give_held();
		turn();
	}
	turn();
	EP_ASSERT(http_server_statistics(server)->running == 0);
	EP_ASSERT(http_server_statistics(server)->open == 0);
	return 0;
}
