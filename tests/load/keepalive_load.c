/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/load/keepalive_load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define INPUT_MAX 16384
#define REQUEST_MAX 1024
#define LAST_ANSWERS_NS 10000000000
#define RETRY_NS 5000000

static const char usage[] =
    "usage: keepalive_load [-c CONNECTIONS] [-g GET_PATH] [-p POST_PATH]\n"
    "    [-e EVERY] [-b FIRST_NUMBER] [-a FILE] PORT\n"
    "one request in EVERY is a POST (0: none), numbered from FIRST_NUMBER;\n"
    "FILE gets the numbers of those answered well; keepalive_load.h tells\n"
    "what is read and written\n";

struct connection {
	unsigned number;
	int fd;
	bool is_connected, is_waiting;      /* a request is on the way */
	int64_t sent_ns, retry_ns, request; /* number of a POST, or -1 */
	uint64_t answered;
	size_t have;
	char input[INPUT_MAX];
};

struct load {
	struct ledger ledger;
	struct sockaddr_in address;
	const char *get, *post;
	unsigned n, every;
	int64_t next;
	FILE *acknowledged;
	struct connection *connections;
	int epoll;
	bool is_stopping;
	unsigned waiting;
	uint64_t turn;
	char command[256];
	size_t command_length;
};

static void
fatal(const char *words)
{
	(void)fprintf(stderr, "keepalive_load: %s: %s\n", words,
	    strerror(errno));
	exit(2);
}

/* ------------------------------------------------------------ connecting */

static void
watch(struct load *l, struct connection *c, int how, uint32_t events)
{
	struct epoll_event e = { .events = events, .data = { .ptr = c } };

	if (epoll_ctl(l->epoll, how, c->fd, &e) != 0)
		fatal("epoll_ctl");
}

static void
drop(struct connection *c)
{
	(void)close(c->fd);
	c->fd = -1;
	c->is_connected = false;
	c->have = 0;
}

/* The time of connecting belongs to the first request. */
static void
join(struct load *l, struct connection *c)
{
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		fatal("socket");
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	c->sent_ns = now_ns();
	c->answered = 0;
	if (connect(c->fd, (struct sockaddr *)&l->address, sizeof l->address) !=
		0 &&
	    errno != EINPROGRESS) {
		ledger_failed(&l->ledger, CONNECT_FAILED, c->number, 0,
		    strerror(errno));
		drop(c);
		c->retry_ns = now_ns() + RETRY_NS;
		return;
	}
	watch(l, c, EPOLL_CTL_ADD, EPOLLOUT);
}

/* The connection has gone, and with it the request on the way; run() makes it
 * anew. */
static void
lost(struct load *l, struct connection *c, enum outcome outcome,
    const char *text)
{
	if (c->is_waiting) {
		ledger_failed(&l->ledger, outcome, c->number, c->answered,
		    text);
		l->waiting--;
	}
	c->is_waiting = false;
	drop(c);
	c->retry_ns = 0;
}

/* --------------------------------------------------------------- sending */

static int
write_request(struct load *l, struct connection *c, char *out)
{
	char body[64];

	if (l->every == 0 || l->turn++ % l->every != 0) {
		l->ledger.gets++;
		c->request = -1;
		return snprintf(out, REQUEST_MAX,
		    "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", l->get);
	}
	l->ledger.posts++;
	c->request = l->next++;
	(void)snprintf(body, sizeof body, "{\"n\":%" PRId64 "}", c->request);
	/* The number is a header too, for servers that read no body. */
	return snprintf(out, REQUEST_MAX,
	    "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Number: %" PRId64
	    "\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
	    "\r\n%s",
	    l->post, c->request, strlen(body), body);
}

static void
send_next(struct load *l, struct connection *c)
{
	char text[REQUEST_MAX];
	int length = write_request(l, c, text);
	ssize_t n;

	if (c->answered > 0)
		c->sent_ns = now_ns();
	l->ledger.sent++;
	l->waiting++;
	c->is_waiting = true;
	n = send(c->fd, text, (size_t)length, MSG_NOSIGNAL);
	if (n != length)
		lost(l, c, RESET, n < 0 ? strerror(errno) : "sent in part");
}

/* ------------------------------------------------------------- receiving */

static void
judge(struct load *l, struct connection *c, const struct answer *a)
{
	char version[NAME_MAX_] = "";
	enum outcome outcome = answer_judge(a, c->request, version);

	if (a->status >= 0 && a->status < 600)
		l->ledger.status[a->status]++;
	if (outcome == ANSWERED) {
		ledger_answered(&l->ledger, c->sent_ns, version);
		if (c->request >= 0 && l->acknowledged != NULL)
			(void)fprintf(l->acknowledged, "%" PRId64 "\n",
			    c->request);
		return;
	}
	c->input[c->have < INPUT_MAX ? c->have : INPUT_MAX - 1] = '\0';
	ledger_failed(&l->ledger, outcome, c->number, c->answered,
	    a->body != NULL ? a->body : c->input);
}

static void
take_answer(struct load *l, struct connection *c)
{
	struct answer a;

	answer_read(c->input, c->have, &a);
	if (a.length == 0 || (!a.is_broken && c->have < a.length))
		return;
	judge(l, c, &a);
	c->is_waiting = false;
	l->waiting--;
	c->answered++;
	if (a.closes)
		l->ledger.closes_announced++;
	if (a.is_broken || a.closes || c->have > a.length) {
		lost(l, c, CLOSED, "");
		return;
	}
	c->have = 0;
	if (!l->is_stopping)
		send_next(l, c);
}

static void
on_connection(struct load *l, struct connection *c, uint32_t events)
{
	socklen_t size = sizeof errno;
	int error = 0;
	ssize_t n;

	if (!c->is_connected) {
		(void)getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
		if (error != 0 || (events & EPOLLERR) != 0) {
			ledger_failed(&l->ledger, CONNECT_FAILED, c->number, 0,
			    strerror(error));
			drop(c);
			c->retry_ns = now_ns() + RETRY_NS;
			return;
		}
		l->ledger.connects++;
		c->is_connected = true;
		watch(l, c, EPOLL_CTL_MOD, EPOLLIN);
		send_next(l, c);
		return;
	}
	n = recv(c->fd, c->input + c->have, INPUT_MAX - 1 - c->have, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		lost(l, c, RESET, strerror(errno));
	} else if (n == 0) {
		lost(l, c, c->have > 0 ? CLOSED_MIDWAY : CLOSED, "");
	} else {
		c->have += (size_t)n;
		if (c->is_waiting)
			take_answer(l, c);
		else
			lost(l, c, MALFORMED, "");
	}
}

/* -------------------------------------------------------------- commands */

static void
obey(struct load *l, const char *line)
{
	if (strncmp(line, "mark ", 5) == 0) {
		ledger_mark(&l->ledger, line + 5);
		(void)printf("marked %s\n", line + 5);
		(void)fflush(stdout);
	}
	if (strcmp(line, "stop") == 0)
		l->is_stopping = true;
}

static void
on_commands(struct load *l)
{
	ssize_t n = read(STDIN_FILENO, l->command + l->command_length,
	    sizeof l->command - l->command_length);
	char *end;

	if (n <= 0) {
		l->is_stopping = true;
		(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
		return;
	}
	l->command_length += (size_t)n;
	while ((end = memchr(l->command, '\n', l->command_length)) != NULL) {
		size_t length = (size_t)(end - l->command) + 1;

		*end = '\0';
		obey(l, l->command);
		l->command_length -= length;
		memmove(l->command, l->command + length, l->command_length);
	}
	if (l->command_length == sizeof l->command)
		l->command_length = 0;
}

/* ------------------------------------------------------------------ loop */

static void
run(struct load *l)
{
	struct epoll_event events[128];
	int64_t stop_ns = 0;
	int n;

	for (unsigned i = 0; i < l->n; i++)
		join(l, &l->connections[i]);
	while (!l->is_stopping || l->waiting > 0) {
		n = epoll_wait(l->epoll, events, 128, 5);
		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;

			if (c == NULL)
				on_commands(l);
			else if (c->fd >= 0)
				on_connection(l, c, events[i].events);
		}
		if (l->is_stopping && stop_ns == 0)
			stop_ns = now_ns() + LAST_ANSWERS_NS;
		if (stop_ns != 0 && now_ns() > stop_ns)
			break;
		for (unsigned i = 0; i < l->n && !l->is_stopping; i++)
			if (l->connections[i].fd < 0 &&
			    now_ns() >= l->connections[i].retry_ns)
				join(l, &l->connections[i]);
	}
	for (unsigned i = 0; i < l->n; i++)
		if (l->connections[i].is_waiting)
			ledger_failed(&l->ledger, UNANSWERED, i,
			    l->connections[i].answered, "");
}

static void
options(struct load *l, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "c:g:p:e:b:a:")) != -1) {
		if (option == 'c')
			l->n = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'g')
			l->get = optarg;
		else if (option == 'p')
			l->post = optarg;
		else if (option == 'e')
			l->every = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'b')
			l->next = strtoll(optarg, NULL, 10);
		else if (option == 'a')
			l->acknowledged = fopen(optarg, "we");
		else
			optind = argc;
	}
	if (optind + 1 != argc || l->n == 0 || l->n > 4096) {
		(void)fputs(usage, stderr);
		exit(2);
	}
	l->address.sin_family = AF_INET;
	l->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	l->address.sin_port = htons((uint16_t)strtoul(argv[optind], NULL, 10));
}

int
main(int argc, char **argv)
{
	struct load *l = calloc(1, sizeof *l);
	struct epoll_event e = { .events = EPOLLIN };

	if (l == NULL)
		return 2;
	l->n = 64;
	l->every = 8;
	l->get = "/v1/swap/version";
	l->post = "/v1/swap/entries";
	options(l, argc, argv);
	ledger_begin(&l->ledger);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->connections = calloc(l->n, sizeof *l->connections);
	if (l->epoll < 0 || l->connections == NULL ||
	    epoll_ctl(l->epoll, EPOLL_CTL_ADD, STDIN_FILENO, &e) != 0)
		fatal("start");
	for (unsigned i = 0; i < l->n; i++) {
		l->connections[i].number = i;
		l->connections[i].fd = -1;
	}
	run(l);
	if (l->acknowledged != NULL && fclose(l->acknowledged) != 0)
		fatal("the file of acknowledged numbers");
	ledger_write(&l->ledger, stdout);
	for (unsigned i = 0; i < l->n; i++)
		if (l->connections[i].fd >= 0)
			(void)close(l->connections[i].fd);
	free(l->connections);
	free(l);
	return 0;
}
