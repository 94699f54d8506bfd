/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A server to attack: core/http and the loop, nothing else.  Answers each
 * request with {"method", "path", "body_length"}; the first segment of the
 * path asks for more:
 *   /later   replies 5 ms later      /large   a body of 1 MiB by reference
 *   /stream  in chunks               /closed  replies at the head, 404
 * Usage: http_server PORT [max_connections]; prints the port it got.
 */

#include "core/base/clock.h"
#include "core/http/http.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct loop *loop;
static struct http_server *server;
static char large[1 << 20];

struct job {
	struct loop_timer timer;
	struct http_request *request;
};

static bool
begins(const struct http_request *r, const char *prefix)
{
	size_t n = strlen(prefix);

	return r->path.length >= n && memcmp(r->path.text, prefix, n) == 0;
}

static void
must(ep_status status, const struct err *err)
{
	if (status == EP_OK)
		return;
	fprintf(stderr, "%s\n", err->text);
	abort();
}

static void
answer(void *arg)
{
	struct job *job = arg;
	struct http_request *r = job->request;
	struct http_reply reply = { .status = 200,
		.content_type = "application/json" };
	struct err err = { 0 };
	char *p = arena_format(r->arena,
	    "{\"method\":\"%s\",\"path\":\"%.*s\",\"body_length\":%zu}",
	    r->method_text, (int)r->path.length, r->path.text, r->body_length);

	reply.body = p;
	reply.length = strlen(p);
	if (r->body[r->body_length] != '\0')
		abort();
	if (begins(r, "/large")) {
		reply.body = large;
		reply.length = sizeof large;
	}
	if (!begins(r, "/stream")) {
		must(http_reply(r, &reply, &err), &err);
		return;
	}
	must(http_reply_begin(r, &reply, &err), &err);
	(void)http_reply_chunk(r, p, strlen(p) / 2);
	(void)http_reply_chunk(r, p + strlen(p) / 2, strlen(p) - strlen(p) / 2);
	http_reply_end(r);
}

static void
on_head(struct http_request *r, void *arg)
{
	(void)arg;
	if (begins(r, "/spool"))
		r->spool_above = 16;
	if (begins(r, "/closed"))
		http_reply_problem(r, 404, "Nothing is here.");
}

static void
on_ready(struct http_request *r, void *arg)
{
	struct job *job = arena_alloc(r->arena, sizeof *job);

	(void)arg;
	job->request = r;
	if (begins(r, "/later"))
		loop_timer_set(loop, &job->timer, clock_monotonic_us() + 5000,
		    answer, job);
	else
		answer(job);
}

static void
on_drained(void *arg)
{
	loop_stop(arg);
}

static void
on_signal(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	http_server_drain(server, clock_monotonic_us() + 3000000, on_drained,
	    arg);
}

static int
listen_on(int port)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t size = sizeof in;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int one = 1;

	in.sin_port = htons((uint16_t)port);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (fd < 0 || bind(fd, (struct sockaddr *)&in, sizeof in) != 0 ||
	    listen(fd, 512) != 0 ||
	    getsockname(fd, (struct sockaddr *)&in, &size) != 0) {
		perror("listen");
		exit(1);
	}
	printf("%d\n", ntohs(in.sin_port));
	(void)fflush(stdout);
	return fd;
}

int
main(int argc, char **argv)
{
	struct http_service service = { .head = on_head, .ready = on_ready };
	struct http_limits limits = http_limits_default;
	struct event *term;
	int fd = listen_on(argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0);

	if (argc > 2)
		limits.max_connections = (unsigned)strtoul(argv[2], NULL, 10);
	memset(large, 'x', sizeof large);
	loop = loop_new(16);
	server = http_server_new(loop, &limits, &service);
	http_server_listen_fd(server, fd);
	term = evsignal_new(loop_base(loop), SIGTERM, on_signal, loop);
	(void)event_add(term, NULL);
	loop_run(loop);
	event_free(term);
	http_server_free(&server);
	loop_free(&loop);
	(void)close(fd);
	return 0;
}
