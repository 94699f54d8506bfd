/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The HTTP/1.1 server (RFC 9110, RFC 9112): sockets in, requests out, replies
 * in.  What is not a well-formed, unambiguous request never reaches the
 * service: it is answered here and its connection closed.  Works alike over
 * TCP and over a UNIX socket.  Everything runs on the loop's thread.
 *
 * One request of a connection runs at a time; the next of the pipeline starts
 * after its reply.  Replies given during one read leave in one write.
 */

#pragma once

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/loop/loop.h"

struct http_limits {
	size_t max_head_bytes; /* request line and fields; 431 beyond */
	unsigned max_headers;  /* 431 beyond */
	size_t max_target;     /* 414 beyond */
	size_t max_body;       /* 413 beyond; head() may change it */
	int header_timeout_ms; /* from accept or first byte to whole head */
	int body_window_ms;    /* in each of these windows a body ... */
	size_t min_body_rate;  /* ... brings so many bytes a second, else 408 */
	int idle_timeout_ms;   /* between requests */
	int write_timeout_ms;  /* without a byte leaving */
	int linger_ms;         /* read and drop before closing, at most */
	int drain_idle_ms;     /* drain: idle ones may still send, so long */
	unsigned max_connections;             /* 503 beyond */
	unsigned max_requests_per_connection; /* then close; 0: no limit */
	const char *spool_dir; /* for large bodies; NULL: /var/tmp */
};

/* 16 KiB, 100 fields, 8 KiB, 1 MiB, 10 s, 10 s at 500 B/s, 60 s, 10 s, 1 s,
 * 1 s, 10,000 connections, no limit of requests. */
extern const struct http_limits http_limits_default;

/* METHOD_OTHER: a registered method without a constant; see method_text. */
enum http_method {
	METHOD_OTHER,
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_PATCH,
	METHOD_DELETE,
	METHOD_OPTIONS,
	METHOD_TRACE
};

struct http_slice {
	const char *text;
	size_t length;
};

/* Name in lower case; both NUL-terminated; value without outer blanks. */
struct http_header {
	const char *name;
	const char *value;
	uint32_t name_length;
	uint32_t value_length;
};

/* Valid from head() until http_reply() or http_reply_end() returns. */
struct http_request {
	uint32_t magic;
#define HTTP_REQUEST_MAGIC 0x48747265
	enum http_method method;
	const char *method_text;  /* NUL-terminated */
	struct http_slice target; /* as received, NUL-terminated */
	struct http_slice
	    path; /* part of target, still encoded, not terminated */
	struct http_slice query; /* behind the "?"; text NULL: none */
	struct http_slice host;  /* Host, or of the target; NULL in 1.0 */
	int minor;               /* 1 for HTTP/1.1, 0 for HTTP/1.0 */
	const struct http_header *headers;
	size_t header_count;
	char *body; /* from ready() on: writable, NUL beyond its end */
	size_t body_length;
	int64_t announced;   /* Content-Length; -1: chunked; 0: no body */
	int64_t received_us; /* monotonic, when the head was complete */
	struct arena *arena; /* reset after the reply has been written */

	/* The service's, in head(): */
	size_t max_body;    /* from the limits */
	size_t spool_above; /* a longer body is a mapped file; 0: never */
	bool hold;          /* nothing more is taken until http_continue() */
	void *data;         /* any time */
	/* Called after http_reply_chunk() said EP_AGAIN, when more may come,
	 * and when the client went away.  May reply. */
	void (*writable)(struct http_request *request);

	bool half_closed; /* the client sends no more; may still read */
	bool broken;      /* the connection is lost: nobody reads a reply */
};

/* The first field of that name (lower case) or NULL. */
const struct http_header *http_header_get(const struct http_request *request,
    const char *name);

/* "192.0.2.1:40000", "[2001:db8::1]:40000" or "unix"; in the arena. */
const char *http_remote(struct http_request *request);

struct http_service {
	void *arg;
	/* The head is whole and sound; no body was taken.  May set limits,
	 * or reply at once (then the body is dropped).  When the body then
	 * does not come, nothing more is heard of the request: what belongs
	 * to it goes by arena_defer().  May be NULL. */
	void (*head)(struct http_request *request, void *arg);
	/* The request is whole.  Reply now or later. */
	void (*ready)(struct http_request *request, void *arg);
	/* After ready(), before the reply: half_closed or broken became true
	 * (it may come once for each).  http_reply() must still be called,
	 * later than from here.  May be NULL. */
	void (*gone)(struct http_request *request, void *arg);
	/* Appends the application/problem+json body (RFC 9457) for an error
	 * that the server itself answers.  May be NULL. */
	void (*problem)(struct buf *body, int status, const char *detail,
	    void *arg);
};

struct http_field {
	const char *name;
	const char *value;
};

struct http_reply {
	int status;               /* 200..599 */
	const char *content_type; /* NULL: none */
	const void *body; /* copied to 64 KiB; a longer one must be arena
		     memory or live as long */
	size_t length;
	const struct http_field *fields;
	size_t field_count;
	bool close; /* end the connection after this */
};

/* A request on hold goes on: head() is called once more, as if its head had
 * just come.  From the top of the loop.  A request that is held may go with
 * its client, of which only its arena tells. */
void http_continue(struct http_request *request);

/* Between head() and ready(): its body is waited for no longer.  Answers with
 * the service's problem() body and ends the connection; the request is gone
 * afterwards, as when its body does not come.  From the top of the loop. */
void http_refuse(struct http_request *request, int status, const char *detail);

/* Answers; the request is gone afterwards.  Content-Length, Date and
 * Connection are added here; HEAD, 204 and 304 leave without a body.
 * EP_INVALID: a field is not fit for the wire (token as name, no control
 * characters, none of the fields that frame a message); then nothing was
 * sent, and another reply is due. */
ep_status http_reply(struct http_request *request,
    const struct http_reply *reply, struct err *err);

/* Answers with the service's problem() body.  detail: a sentence. */
void http_reply_problem(struct http_request *request, int status,
    const char *detail);

/* An answer in pieces: begin (body and length are not looked at), chunks,
 * end; chunked, or up to the close for HTTP/1.0. */
ep_status http_reply_begin(struct http_request *request,
    const struct http_reply *reply, struct err *err);

/* The bytes are copied.  EP_OK; EP_AGAIN: taken, but wait for writable()
 * before the next; EP_CANCELLED: the client is gone, end it. */
ep_status http_reply_chunk(struct http_request *request, const void *bytes,
    size_t n);

/* The request is gone afterwards. */
void http_reply_end(struct http_request *request);

/* Counts since the start; open and running are of now. */
struct http_statistics {
	uint64_t open, running;     /* connections; requests not replied to */
	uint64_t accepted, refused; /* refused: 503 for want of room */
	uint64_t requests, bytes_in, bytes_out;
	uint64_t timeouts;     /* connections ended by one */
	uint64_t replies[600]; /* by status */
};

struct http_server;
/* limits NULL: the defaults; both are copied. */
struct http_server *http_server_new(struct loop *loop,
    const struct http_limits *limits, const struct http_service *service);

/* Accepts from a bound, listening, non-blocking socket, which stays the
 * caller's; several may be given (up to 8). */
void http_server_listen_fd(struct http_server *server, int fd);

/* Stops accepting; connections stay.  http_server_listen_fd() may follow. */
void http_server_unlisten(struct http_server *server);

/* Other limits from now on: for requests whose head is not complete and for
 * phases that begin. */
void http_server_set_limits(struct http_server *server,
    const struct http_limits *limits);

/* Serves a connected stream socket, the server's from now on. */
void http_server_adopt_fd(struct http_server *server, int fd);

/* Stops accepting.  Replies from now on carry "Connection: close"; idle
 * connections may begin a request for drain_idle_ms more, then they are
 * half-closed and read until the client closes too, so that nobody is cut
 * by a reset.  done(arg), from the loop, when the last is closed; whatever
 * is left at the deadline (monotonic microseconds) is closed hard. */
void http_server_drain(struct http_server *server, int64_t deadline_us,
    loop_fn *done, void *arg);

/* Closes all connections.  No request may be without its reply. */
void http_server_free(struct http_server **sp);

const struct http_statistics *http_server_statistics(
    const struct http_server *server);
/* "Not Found"; "Unknown" for a status without registered words. */
const char *http_reason(int status);
