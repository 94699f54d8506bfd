/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/http/http.h"

#include <event2/event.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

/* A server on one end of a socketpair, the test on the other. */
struct world {
	struct loop *loop;
	struct http_server *server;
	int fd;
	struct http_request *held; /* a request not yet replied to */
	int heads, readies, gones;
	bool hold, refuse, drained;
	size_t spool_above, chunks_left;
	char seen[256]; /* of the last request */
	char *in;       /* what the server sent */
	size_t in_length;
};

#define IN_SIZE ((size_t)8 << 20)

static void
reply_text(struct http_request *r, int status, const char *text)
{
	struct http_reply reply = { .status = status,
		.content_type = "text/plain",
		.body = text,
		.length = strlen(text) };
	struct err err = { 0 };

	assert_int_equal(http_reply(r, &reply, &err), EP_OK);
}

static void
on_head(struct http_request *r, void *arg)
{
	struct world *w = arg;

	w->heads++;
	r->spool_above = w->spool_above;
	if (w->refuse)
		http_reply_problem(r, 403, "No.");
}

static void
on_ready(struct http_request *r, void *arg)
{
	struct world *w = arg;

	w->readies++;
	(void)snprintf(w->seen, sizeof w->seen, "%s %.*s ? %.*s %zu %s",
	    r->method_text, (int)r->path.length, r->path.text,
	    (int)r->query.length, r->query.text != NULL ? r->query.text : "",
	    r->body_length, r->body);
	if (w->hold)
		w->held = r;
	else
		reply_text(r, 200, "yes");
}

static void
on_gone(struct http_request *r, void *arg)
{
	(void)r;
	((struct world *)arg)->gones++;
}

static void
connect_pair(struct world *w)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX,
			     SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
			     pair),
	    0);
	http_server_adopt_fd(w->server, pair[0]);
	w->fd = pair[1];
}

static void
world_open(struct world *w, const struct http_limits *limits)
{
	struct http_service service = { .arg = w,
		.head = on_head,
		.ready = on_ready,
		.gone = on_gone };

	memset(w, 0, sizeof *w);
	w->in = malloc(IN_SIZE);
	assert_non_null(w->in);
	w->loop = loop_new(4);
	w->server = http_server_new(w->loop, limits, &service);
	connect_pair(w);
}

static void
world_close(struct world *w)
{
	if (w->fd >= 0)
		(void)close(w->fd);
	http_server_free(&w->server);
	loop_free(&w->loop);
	free(w->in);
}

static void
turn(struct world *w)
{
	for (int i = 0; i < 4; i++)
		(void)event_base_loop(loop_base(w->loop), EVLOOP_NONBLOCK);
}

/* Reads what is there; false at the end of the stream. */
static bool
receive(struct world *w)
{
	ssize_t n;

	while ((n = recv(w->fd, w->in + w->in_length,
		    IN_SIZE - w->in_length - 1, 0)) > 0)
		w->in_length += (size_t)n;
	w->in[w->in_length] = '\0';
	return n != 0;
}

static bool
exchange(struct world *w, const char *text)
{
	w->in_length = 0;
	assert_int_equal(send(w->fd, text, strlen(text), MSG_NOSIGNAL),
	    (ssize_t)strlen(text));
	turn(w);
	return receive(w);
}

/* Runs the loop for so long. */
static void
pass(struct world *w, int ms)
{
	int64_t end = clock_monotonic_us() + (int64_t)ms * 1000;

	while (clock_monotonic_us() < end) {
		(void)event_base_loop(loop_base(w->loop), EVLOOP_NONBLOCK);
		(void)usleep(2000);
	}
}

static size_t
count(const struct world *w, const char *what)
{
	size_t n = 0;

	for (const char *p = w->in; (p = strstr(p, what)) != NULL; p++)
		n++;
	return n;
}

#define GET "GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST "POST /p HTTP/1.1\r\nHost: a\r\n"

static void
a_request_arrives_whole(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL);
	assert_true(exchange(&w, POST "Content-Length: 5\r\n\r\nhello"));
	assert_string_equal(w.seen, "POST /p ?  5 hello");
	assert_true(exchange(&w, GET));
	assert_string_equal(w.seen, "GET /a ? b 0 ");
	assert_non_null(strstr(w.in, "HTTP/1.1 200 OK\r\nDate: "));
	assert_non_null(strstr(w.in, "Content-Length: 3\r\n\r\nyes"));
	world_close(&w);
}

static void
replies_of_one_read_leave_in_one_write(void **state)
{
	struct world w;
	char all[16 * sizeof GET] = "";
	int pair[2];

	(void)state;
	world_open(&w, NULL);
	(void)close(w.fd);
	turn(&w);
	/* A datagram is a write. */
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
			     pair),
	    0);
	http_server_adopt_fd(w.server, pair[0]);
	w.fd = pair[1];
	for (int i = 0; i < 16; i++)
		memcpy(all + strlen(all), GET, sizeof GET);
	assert_int_equal(send(w.fd, all, strlen(all), 0), strlen(all));
	turn(&w);
	w.in_length = (size_t)recv(w.fd, w.in, IN_SIZE - 1, 0);
	w.in[w.in_length] = '\0';
	assert_int_equal(count(&w, "HTTP/1.1 200 OK"), 16);
	assert_int_equal(recv(w.fd, w.in, IN_SIZE, 0), -1);
	world_close(&w);
}

static void
the_next_request_waits_for_the_reply(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL);
	w.hold = true;
	assert_true(exchange(&w, GET GET));
	assert_int_equal(w.readies, 1);
	assert_int_equal(w.in_length, 0);
	assert_int_equal(http_server_statistics(w.server)->running, 1);
	w.hold = false;
	reply_text(w.held, 200, "late");
	turn(&w);
	(void)receive(&w);
	assert_int_equal(w.readies, 2);
	assert_int_equal(count(&w, "HTTP/1.1 200"), 2);
	world_close(&w);
}

static void
continue_is_said_only_when_the_body_is_wanted(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL);
	assert_true(exchange(&w,
	    POST "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
	assert_string_equal(w.in, "HTTP/1.1 100 Continue\r\n\r\n");
	assert_true(exchange(&w, "ab"));
	assert_int_equal(count(&w, "200 OK"), 1);
	w.refuse = true;
	assert_false(exchange(&w,
	    POST "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
	assert_int_equal(count(&w, "100 Continue"), 0);
	assert_int_equal(count(&w, "403 Forbidden"), 1);
	world_close(&w);
}

static void
a_large_body_comes_mapped(void **state)
{
	struct world w;
	char *body = malloc(100001);

	(void)state;
	assert_non_null(body);
	world_open(&w, NULL);
	w.spool_above = 1000;
	w.hold = true;
	memset(body, 'b', 100000);
	body[100000] = '\0';
	assert_true(exchange(&w, POST "Content-Length: 100000\r\n\r\n"));
	for (int i = 0; i < 10; i++) {
		assert_int_equal(send(w.fd, body, 10000, 0), 10000);
		turn(&w);
	}
	assert_non_null(w.held);
	assert_int_equal(w.held->body_length, 100000);
	assert_string_equal(w.held->body, body);
	w.held->body[0] = 'x'; /* ours to change */
	reply_text(w.held, 200, "");
	world_close(&w);
	free(body);
}

static void
a_field_cannot_split_the_reply(void **state)
{
	static const struct http_field bad[] = { { "X", "a\r\nB: c" },
		{ "X", "a\nb" }, { "X\r\nY", "a" }, { "X Y", "a" }, { "", "a" },
		{ "Content-Length", "1" }, { "transfer-encoding", "chunked" },
		{ "X", "\x01" } };
	struct world w;

	(void)state;
	world_open(&w, NULL);
	w.hold = true;
	(void)exchange(&w, GET);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct http_reply reply = { .status = 200,
			.fields = &bad[i],
			.field_count = 1 };
		struct err err = { 0 };

		assert_int_equal(http_reply(w.held, &reply, &err), EP_INVALID);
	}
	reply_text(w.held, 204, "");
	(void)receive(&w);
	assert_int_equal(count(&w, "HTTP/1.1 "), 1);
	assert_null(strstr(w.in, "Content-Length"));
	world_close(&w);
}

static void
a_body_by_reference_arrives_through_a_full_socket(void **state)
{
	struct world w;
	struct http_reply reply = { .status = 200, .length = 3 << 20 };
	struct err err = { 0 };
	char *body;

	(void)state;
	world_open(&w, NULL);
	w.hold = true;
	(void)exchange(&w, GET);
	body = arena_raw(w.held->arena, reply.length);
	memset(body, 'r', reply.length);
	reply.body = body;
	assert_int_equal(http_reply(w.held, &reply, &err), EP_OK);
	for (int i = 0; i < 1000 && w.in_length < reply.length; i++) {
		(void)receive(&w);
		turn(&w);
	}
	assert_non_null(strstr(w.in, "Content-Length: 3145728\r\n\r\nrrr"));
	assert_int_equal(w.in[w.in_length - 1], 'r');
	w.hold = false;
	assert_true(exchange(&w, GET));
	assert_int_equal(count(&w, "200 OK"), 1);
	world_close(&w);
}

static void
more_chunks(struct http_request *r)
{
	static const char block[8192];
	struct world *w = r->data;

	while (w->chunks_left > 0) {
		w->chunks_left--;
		if (http_reply_chunk(r, block, sizeof block) != EP_OK)
			return;
	}
	http_reply_end(r);
}

static void
a_stream_waits_for_its_reader(void **state)
{
	struct world w;
	struct http_reply reply = { .status = 200 };
	struct err err = { 0 };

	(void)state;
	world_open(&w, NULL);
	w.hold = true;
	w.chunks_left = 500;
	(void)exchange(&w, GET);
	w.held->data = &w;
	w.held->writable = more_chunks;
	assert_int_equal(http_reply_begin(w.held, &reply, &err), EP_OK);
	more_chunks(w.held);
	assert_true(w.chunks_left > 300); /* nobody has read yet */
	for (int i = 0; i < 2000 && w.in_length < (size_t)500 * 8192; i++) {
		turn(&w);
		(void)receive(&w);
	}
	turn(&w);
	(void)receive(&w);
	assert_int_equal(w.chunks_left, 0);
	assert_memory_equal(w.in + w.in_length - 5, "0\r\n\r\n", 5);
	assert_int_equal(http_server_statistics(w.server)->running, 0);
	world_close(&w);
}

static void
a_lost_client_is_told_and_its_reply_dropped(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL);
	w.hold = true;
	(void)exchange(&w, GET);
	assert_int_equal(close(w.fd), 0);
	w.fd = -1;
	turn(&w);
	assert_int_equal(w.gones, 1);
	assert_true(w.held->half_closed);
	reply_text(w.held, 200, "nobody");
	turn(&w);
	assert_int_equal(http_server_statistics(w.server)->open, 0);
	world_close(&w);
}

static void
a_half_closed_client_gets_its_reply(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL);
	w.hold = true;
	(void)exchange(&w, GET);
	(void)shutdown(w.fd, SHUT_WR);
	turn(&w);
	reply_text(w.held, 200, "still");
	assert_false(receive(&w));
	assert_int_equal(count(&w, "still"), 1);
	world_close(&w);
}

static void
slow_heads_and_bodies_end_with_408(void **state)
{
	struct http_limits limits = http_limits_default;
	struct world w;

	(void)state;
	limits.header_timeout_ms = limits.body_window_ms = 50;
	world_open(&w, &limits);
	assert_true(exchange(&w, "GET / HT"));
	pass(&w, 600);
	assert_false(receive(&w));
	assert_int_equal(count(&w, "HTTP/1.1 408"), 1);
	(void)close(w.fd);
	connect_pair(&w);
	assert_true(exchange(&w, POST "Content-Length: 9999\r\n\r\nabc"));
	pass(&w, 600);
	assert_false(receive(&w));
	assert_int_equal(count(&w, "HTTP/1.1 408"), 1);
	assert_int_equal(http_server_statistics(w.server)->timeouts, 2);
	world_close(&w);
}

static void
on_drained(void *arg)
{
	((struct world *)arg)->drained = true;
}

static void
draining_answers_what_runs_and_what_still_comes(void **state)
{
	struct world w;
	int first;

	(void)state;
	world_open(&w, NULL);
	w.hold = true;
	(void)exchange(&w, GET);
	first = w.fd;
	w.hold = false;
	connect_pair(&w);
	assert_true(exchange(&w, GET));
	http_server_drain(w.server, clock_monotonic_us() + 3000000, on_drained,
	    &w);
	assert_false(exchange(&w, GET)); /* the idle one: once more */
	assert_int_equal(count(&w, "200 OK"), 1);
	assert_int_equal(count(&w, "Connection: close"), 1);
	(void)close(w.fd);
	w.fd = first;
	w.in_length = 0;
	reply_text(w.held, 200, "late");
	assert_false(receive(&w));
	assert_int_equal(count(&w, "Connection: close"), 1);
	assert_false(w.drained);
	(void)close(w.fd);
	w.fd = -1;
	turn(&w);
	assert_true(w.drained);
	world_close(&w);
}

static int
listen_unix(struct world *w, struct sockaddr_un *name)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	memset(name, 0, sizeof *name);
	name->sun_family = AF_UNIX;
	(void)snprintf(name->sun_path + 1, sizeof name->sun_path - 1,
	    "entrepot-test-http-%d", (int)getpid());
	assert_int_equal(bind(fd, (struct sockaddr *)name, sizeof *name), 0);
	assert_int_equal(listen(fd, 16), 0);
	http_server_listen_fd(w->server, fd);
	return fd;
}

static int
call_unix(const struct sockaddr_un *name)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)name,
			     sizeof *name),
	    0);
	return fd;
}

static void
too_many_connections_get_503(void **state)
{
	struct http_limits limits = http_limits_default;
	struct sockaddr_un name;
	struct world w;
	int listener, first;

	(void)state;
	limits.max_connections = 1;
	world_open(&w, &limits);
	listener = listen_unix(&w, &name);
	first = w.fd;
	w.fd = call_unix(&name);
	turn(&w);
	assert_false(receive(&w));
	assert_int_equal(count(&w, "HTTP/1.1 503"), 1);
	assert_int_equal(count(&w, "Retry-After: "), 1);
	(void)close(w.fd);
	w.fd = first;
	assert_true(exchange(&w, GET));
	world_close(&w);
	(void)close(listener);
}

static void
without_descriptors_it_answers_503_and_recovers(void **state)
{
	struct sockaddr_un name;
	struct rlimit old, none;
	struct world w;
	const char *preload = getenv("LD_PRELOAD");
	int listener, fd;

	(void)state;
	if (preload != NULL && strstr(preload, "valgrind") != NULL)
		skip(); /* it lets accept4() pass the limit */
	world_open(&w, NULL);
	listener = listen_unix(&w, &name);
	(void)close(w.fd);
	turn(&w);
	w.fd = call_unix(&name);
	fd = dup(0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = (rlim_t)fd; /* no number below is free */
	(void)close(fd);
	fd = open("/dev/null", O_RDONLY);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	turn(&w);
	assert_false(receive(&w));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(count(&w, "HTTP/1.1 503"), 1);
	assert_int_equal(http_server_statistics(w.server)->refused, 1);
	(void)close(w.fd);
	(void)close(fd);
	pass(&w, 300);
	w.fd = call_unix(&name);
	turn(&w);
	assert_true(exchange(&w, GET));
	assert_int_equal(count(&w, "200 OK"), 1);
	world_close(&w);
	(void)close(listener);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_arrives_whole),
		cmocka_unit_test(replies_of_one_read_leave_in_one_write),
		cmocka_unit_test(the_next_request_waits_for_the_reply),
		cmocka_unit_test(continue_is_said_only_when_the_body_is_wanted),
		cmocka_unit_test(a_large_body_comes_mapped),
		cmocka_unit_test(a_field_cannot_split_the_reply),
		cmocka_unit_test(
		    a_body_by_reference_arrives_through_a_full_socket),
		cmocka_unit_test(a_stream_waits_for_its_reader),
		cmocka_unit_test(a_lost_client_is_told_and_its_reply_dropped),
		cmocka_unit_test(a_half_closed_client_gets_its_reply),
		cmocka_unit_test(slow_heads_and_bodies_end_with_408),
		cmocka_unit_test(
		    draining_answers_what_runs_and_what_still_comes),
		cmocka_unit_test(too_many_connections_get_503),
		cmocka_unit_test(
		    without_descriptors_it_answers_503_and_recovers),
	};

	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
