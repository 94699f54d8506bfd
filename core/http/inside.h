/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Inside the server.  A connection is always in one phase, and in the queue
 * of that phase; the duration of a phase being constant, each queue is in
 * order of deadline and one coarse timer looks at the heads only.
 *
 * An exchange is a request with what its service does not see.  It is made
 * when a head is whole and taken back when its reply is in the output; only
 * a large body or a stream keeps it until written.
 */

#pragma once

#include "core/http/chunked.h"
#include "core/http/head.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <sys/queue.h>

#define INPUT_SIZE ((size_t)64 * 1024)   /* shared; also most kept ahead */
#define COPY_LIMIT ((size_t)64 * 1024)   /* longer bodies go by reference */
#define KEEP_BYTES ((size_t)64 * 1024)   /* a pooled buffer keeps so much */
#define LINGER_BYTES ((size_t)64 * 1024) /* read and dropped before close */
#define POOLED_BUFS 64
#define TURN_BYTES ((size_t)256 * 1024) /* of replies before a send */
#define STREAM_HIGH ((size_t)64 * 1024) /* unsent bytes: EP_AGAIN */

enum phase {
	PHASE_IDLE,    /* between requests */
	PHASE_HEAD,    /* a head is due or half there */
	PHASE_BODY,    /* a body comes, or is dropped */
	PHASE_RUNNING, /* the service has the request */
	PHASE_WRITING, /* output waits for the socket */
	PHASE_LINGER,  /* half-closed; input is dropped */
	PHASE_RESUME,  /* input is there; goes on from the top of the loop */
	PHASES
};

enum exchange_state {
	EXCHANGE_HEAD,   /* the service looks at the head */
	EXCHANGE_HELD,   /* and wants to do so again later */
	EXCHANGE_BODY,   /* the body comes */
	EXCHANGE_READY,  /* ready() was called */
	EXCHANGE_STREAM, /* http_reply_begin() was called */
	EXCHANGE_WRITING /* replied; its body waits for the socket */
};

struct exchange {
	struct http_request request; /* first: the service's pointer */
	struct exchange *next;       /* in the pool */
	struct http_server *server;
	struct connection *connection; /* NULL: lost */
	struct http_header *headers;   /* room for max_headers */
	unsigned headers_room;
	struct buf body;
	int64_t body_left; /* of an announced length */
	struct chunked chunked;
	int spool; /* descriptor of the file, or -1 */
	void *map; /* of the file */
	size_t map_length;
	const char *rest; /* of a reply body by reference */
	size_t rest_length;
	uint8_t state;
	bool keep_alive, expects_continue;
	bool chunked_reply, wants_writable;
};

struct connection {
	uint32_t magic;
#define CONNECTION_MAGIC 0x48436f6e
	int fd;
	struct http_server *server;
	TAILQ_ENTRY(connection) queue;
	struct exchange *exchange; /* the one that runs */
	struct buf *input;         /* a partial head, or what was sent ahead */
	struct buf *output;        /* unsent */
	int64_t deadline_us;
	uint32_t scanned;        /* of the head in input */
	uint32_t to_drop;        /* of a body nobody wants; of a lingering */
	uint32_t window;         /* body bytes in this window */
	uint32_t served;         /* requests */
	uint8_t blank_lines;     /* before this request */
	uint8_t phase, watching; /* EV_READ, EV_WRITE or 0 */
	bool renew;              /* a new message: the phase starts anew */
	bool more;               /* input may hold a whole request */
	bool closing;            /* no request is taken any more */
	bool broken, half_closed;
	uint8_t family;
	uint16_t port;
	uint8_t address[16];
	struct event event;
};

TAILQ_HEAD(connection_queue, connection);

#define MAX_LISTENERS 8

struct listener {
	struct event event;
	struct http_server *server;
	int fd;
};

struct http_server {
	uint32_t magic;
#define HTTP_SERVER_MAGIC 0x48537276
	int reserve; /* given up when no other descriptor is left */
	struct loop *loop;
	struct http_limits limits;
	struct http_service service;
	struct http_statistics statistics;
	struct connection_queue queues[PHASES];
	struct connection *turn; /* whose output is the shared one */
	char *input;             /* INPUT_SIZE, shared */
	struct buf output;       /* shared */
	struct buf scratch;      /* of problem() */
	struct connection_queue connection_pool;
	struct exchange *exchange_pool;
	struct buf *buf_pool[POOLED_BUFS];
	unsigned pooled_bufs, pooled_connections, pooled_exchanges;
	struct listener listeners[MAX_LISTENERS];
	unsigned listener_count;
	bool accepting, draining;
	struct event *resume; /* queue PHASE_RESUME, and the end of a drain */
	int64_t now_us;       /* of this turn */
	struct loop_timer tick;
	int64_t drain_idle_us, drain_deadline_us;
	loop_fn *drained;
	void *drained_arg;
	int64_t date_until_us;
	size_t date_length;
	char date[64]; /* "HTTP/1.1 200 OK\r\nDate: ...\r\n" */
};

/* body.c: the whole or partial body of an exchange; 0 or a status. */
void body_start(struct exchange *x);
int body_take(struct exchange *x, const char *p, size_t n, size_t *used_out,
    bool *end_out);
int body_finish(struct exchange *x);
void body_drop(struct exchange *x);

/* reply.c */
void reply_error(struct connection *c, int status, const char *detail);
void reply_continue(struct connection *c);
void exchange_recycle(struct exchange *x);

/* message.c: takes requests out of input bytes; then settles. */
void connection_turn(struct connection *c, const char *p, size_t n);
void connection_abandon(struct connection *c);

/* connection.c */
struct connection *connection_new(struct http_server *s, int fd);
void connection_close(struct connection *c);
void connection_settle(struct connection *c);
struct buf *connection_output(struct connection *c);
size_t connection_unsent(const struct connection *c);
void connection_resume(struct connection *c);
void connection_timeout(struct connection *c);
void connection_event(evutil_socket_t fd, short what, void *arg);
void connection_expel(struct connection *c);

/* server.c */
struct buf *server_buf(struct http_server *s);
void server_buf_back(struct http_server *s, struct buf **bp);
void server_tick(void *arg);
void server_closed(struct http_server *s);
