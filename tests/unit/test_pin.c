/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/operation/pin.h"

#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define CLIENTS 3
#define BODY "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n"
#define NO_BODY "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"

/* A host without modules whose requests are pinned as those of a service. */
struct world {
	struct host host;
	struct board *board;
	void *extra;
	struct generation generations[2];
	struct http_server *server;
	int fd[CLIENTS];
	struct http_request *kept; /* ready, not answered */
	struct pin *kept_pin;
	bool keep;
	int heads, readies, quiets;
};

static void
on_head(struct http_request *r, void *arg)
{
	struct world *w = arg;
	struct pin *p = pin_active(&w->host, r);

	w->heads++;
	r->data = p;
	if (p == NULL)
		pin_park(&w->host, r);
}

static void
on_ready(struct http_request *r, void *arg)
{
	struct world *w = arg;
	struct pin *p = r->data;
	struct http_reply reply = { .status = 200 };
	struct err err = { 0 };
	char number[32];

	w->readies++;
	pin_run(p);
	if (w->keep) {
		w->kept = r;
		w->kept_pin = p;
		return;
	}
	(void)snprintf(number, sizeof number, "in %d",
	    (int)p->generation->number);
	reply.body = number;
	reply.length = strlen(number);
	assert_int_equal(http_reply(r, &reply, &err), EP_OK);
}

static void
on_quiet(void *arg)
{
	((struct world *)arg)->quiets++;
}

static void
turn(struct world *w)
{
	for (int i = 0; i < 4; i++)
		(void)event_base_loop(loop_base(w->host.loop), EVLOOP_NONBLOCK);
}

static void
ask(struct world *w, int client, const char *bytes)
{
	assert_int_equal(send(w->fd[client], bytes, strlen(bytes), 0),
	    (ssize_t)strlen(bytes));
	turn(w);
}

/* Is that in what has been answered? */
static bool
answers(struct world *w, int client, const char *words)
{
	char in[4096];
	ssize_t n;

	turn(w);
	n = recv(w->fd[client], in, sizeof in - 1, MSG_DONTWAIT);
	if (n <= 0)
		return false;
	in[n] = '\0';
	return strstr(in, words) != NULL;
}

static void
hold(struct world *w, int n)
{
	w->generations[n].is_ready = true;
	w->host.held[n] = &w->generations[n];
}

static int
begin(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	struct http_service service = { .arg = w,
		.head = on_head,
		.ready = on_ready };
	struct err err = { 0 };

	assert_non_null(w);
	assert_int_equal(board_new(1, 4096, &w->board, &w->extra, &err), EP_OK);
	w->host.magic = HOST_MAGIC;
	w->host.board = w->board;
	w->host.loop = loop_new(1);
	w->host.quiet = on_quiet;
	w->host.quiet_arg = w;
	for (int i = 0; i < 2; i++) {
		w->generations[i].magic = GENERATION_MAGIC;
		w->generations[i].host = &w->host;
		w->generations[i].number = (uint64_t)i + 1;
		w->generations[i].row = &w->board->slots[0].held[i];
	}
	atomic_store(&w->board->active_generation, 1);
	w->server = http_server_new(w->host.loop, NULL, &service);
	for (int i = 0; i < CLIENTS; i++) {
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX,
				     SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
				     0, pair),
		    0);
		http_server_adopt_fd(w->server, pair[0]);
		w->fd[i] = pair[1];
	}
	*state = w;
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < CLIENTS; i++)
		if (w->fd[i] >= 0)
			(void)close(w->fd[i]);
	http_server_free(&w->server);
	loop_free(&w->host.loop);
	(void)close(w->board->supervisor_fd);
	(void)close(w->board->slots[0].nudge_fd);
	(void)munmap(w->board,
	    (size_t)((char *)w->extra - (char *)w->board) + 4096);
	free(w);
	return 0;
}

/* Never an error: answered as soon as the generation is there. */
static void
what_lacks_its_generation_waits(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < CLIENTS; i++)
		ask(w, i, i == 1 ? BODY "four" : NO_BODY);
	assert_int_equal(pin_parked(&w->host), CLIENTS);
	assert_int_equal(w->readies, 0);
	pin_unpark(&w->host);
	assert_int_equal(pin_parked(&w->host), CLIENTS);
	/* Another one will not do. */
	hold(w, 1);
	pin_unpark(&w->host);
	assert_int_equal(pin_parked(&w->host), CLIENTS);
	hold(w, 0);
	pin_unpark(&w->host);
	assert_int_equal(pin_parked(&w->host), 0);
	for (int i = 0; i < CLIENTS; i++)
		assert_true(answers(w, i, "in 1"));
	assert_int_equal(w->heads, 2 * CLIENTS);
	assert_int_equal(w->generations[0].pins, 0);
}

static void
what_is_parked_may_leave(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < CLIENTS; i++)
		ask(w, i, NO_BODY);
	assert_int_equal(pin_parked(&w->host), CLIENTS);
	(void)close(w->fd[1]);
	w->fd[1] = -1;
	turn(w);
	hold(w, 0);
	pin_unpark(&w->host);
	turn(w);
	assert_int_equal(pin_parked(&w->host), 0);
	assert_true(answers(w, 0, "in 1"));
	assert_true(answers(w, 2, "in 1"));
	assert_int_equal(w->generations[0].pins, 0);
}

/* The word is read once: what began in 1 ends in 1. */
static void
a_switch_moves_nobody(void **state)
{
	struct world *w = *state;

	hold(w, 0);
	hold(w, 1);
	ask(w, 0, BODY);
	assert_int_equal(w->generations[0].pins, 1);
	assert_int_equal(atomic_load(&w->board->slots[0].held[0].pins), 1);
	atomic_store(&w->board->active_generation, 2);
	ask(w, 1, NO_BODY);
	assert_true(answers(w, 1, "in 2"));
	ask(w, 0, "four");
	assert_true(answers(w, 0, "in 1"));
	assert_int_equal(w->generations[0].pins, 0);
	assert_int_equal(atomic_load(&w->board->slots[0].held[0].pins), 0);
}

/* Only what still comes is refused; what runs is left to its fiber. */
static void
what_still_comes_is_refused(void **state)
{
	struct world *w = *state;
	struct http_reply reply = { .status = 204 };
	struct err err = { 0 };

	hold(w, 0);
	w->keep = true;
	ask(w, 0, BODY);
	ask(w, 1, BODY "four");
	ask(w, 2, BODY "fo");
	assert_int_equal(w->generations[0].pins, 3);
	assert_int_equal(w->readies, 1);
	w->generations[0].unwanted_us = 1;
	pin_refuse(&w->generations[0]);
	turn(w);
	assert_null(w->generations[0].incoming);
	assert_int_equal(w->generations[0].pins, 1);
	assert_true(answers(w, 0, "HTTP/1.1 503 "));
	assert_true(answers(w, 2, "HTTP/1.1 503 "));
	assert_int_equal(w->quiets, 0);
	/* The answer is made: nothing is held for its way to the client. */
	pin_end(w->kept_pin);
	pin_end(w->kept_pin);
	assert_int_equal(w->generations[0].pins, 0);
	turn(w);
	assert_int_equal(w->quiets, 1);
	assert_int_equal(http_reply(w->kept, &reply, &err), EP_OK);
	assert_true(answers(w, 1, "HTTP/1.1 204 "));
	assert_int_equal(w->generations[0].pins, 0);
}

static void
an_upload_that_breaks_off_pins_nothing(void **state)
{
	struct world *w = *state;

	hold(w, 0);
	ask(w, 0, BODY "f");
	ask(w, 1, BODY "f");
	assert_int_equal(w->generations[0].pins, 2);
	(void)close(w->fd[1]);
	w->fd[1] = -1;
	turn(w);
	assert_int_equal(w->generations[0].pins, 1);
	ask(w, 0, "our");
	assert_true(answers(w, 0, "in 1"));
	assert_null(w->generations[0].incoming);
	assert_int_equal(w->generations[0].pins, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_lacks_its_generation_waits),
		TEST(what_is_parked_may_leave),
		TEST(a_switch_moves_nobody),
		TEST(what_still_comes_is_refused),
		TEST(an_upload_that_breaks_off_pins_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
