/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/client.h"

#include "core/cli/socket.h"

#include <errno.h>
#include <llhttp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
	int fd;
	llhttp_t parser;
	llhttp_settings_t settings;
	struct buf in, body;
	bool is_complete;
};

static int
on_body(llhttp_t *p, const char *at, size_t length)
{
	struct client *c = p->data;

	buf_append(&c->body, at, length);
	return 0;
}

static int
on_complete(llhttp_t *p)
{
	struct client *c = p->data;

	c->is_complete = true;
	return HPE_PAUSED;
}

ep_status
client_open(const char *state, struct client **out, struct err *err)
{
	struct client *c;
	int fd = -1;

	EP_TRY(socket_open(state, "control.sock", SOCK_STREAM, &fd, err));
	c = calloc(1, sizeof *c);
	EP_ASSERT(c != NULL);
	c->fd = fd;
	llhttp_settings_init(&c->settings);
	c->settings.on_body = on_body;
	c->settings.on_message_complete = on_complete;
	llhttp_init(&c->parser, HTTP_RESPONSE, &c->settings);
	c->parser.data = c;
	*out = c;
	return EP_OK;
}

void
client_close(struct client **cp)
{
	if (*cp == NULL)
		return;
	(void)close((*cp)->fd);
	buf_fini(&(*cp)->in);
	buf_fini(&(*cp)->body);
	free(*cp);
	*cp = NULL;
}

int
client_fd(const struct client *c)
{
	return c->fd;
}

static ep_status
lost(struct err *err)
{
	return err_set(err, EP_UNAVAILABLE, "connection_lost",
	    "the host closed the connection: %s",
	    errno != 0 ? strerror(errno) : "end of file");
}

ep_status
client_send(struct client *c, const char *method, const char *path,
    const char *body, size_t length, struct err *err)
{
	struct buf out = { 0 };
	ep_status st = EP_OK;

	buf_format(&out, "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, path);
	if (body != NULL)
		buf_format(&out,
		    "Content-Type: application/json\r\nContent-Length: "
		    "%zu\r\n",
		    length);
	buf_text(&out, "\r\n");
	if (body != NULL)
		buf_append(&out, body, length);
	while (st == EP_OK && buf_length(&out) > 0) {
		ssize_t n = send(c->fd, buf_data(&out), buf_length(&out),
		    MSG_NOSIGNAL);

		if (n > 0)
			buf_consume(&out, (size_t)n);
		else if (errno != EINTR)
			st = lost(err);
	}
	buf_fini(&out);
	return st;
}

/* Gives the parser what was received; stops behind one answer. */
static ep_status
parse(struct client *c, struct err *err)
{
	const char *start = buf_data(&c->in);
	enum llhttp_errno e = llhttp_execute(&c->parser, start,
	    buf_length(&c->in));

	if (e == HPE_PAUSED) {
		buf_consume(&c->in,
		    (size_t)(llhttp_get_error_pos(&c->parser) - start));
		llhttp_resume(&c->parser);
		return EP_OK;
	}
	if (e != HPE_OK)
		return err_set(err, EP_UNAVAILABLE, "bad_answer",
		    "the host's answer is not HTTP: %s", llhttp_errno_name(e));
	buf_consume(&c->in, buf_length(&c->in));
	return EP_OK;
}

ep_status
client_read(struct client *c, struct client_answer *answer_out, struct err *err)
{
	buf_clear(&c->body, 1 << 20);
	c->is_complete = false;
	for (;;) {
		ssize_t n;

		if (buf_length(&c->in) > 0)
			EP_TRY(parse(c, err));
		if (c->is_complete)
			break;
		n = recv(c->fd, buf_reserve(&c->in, 65536), 65536, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n == 0 ? 0 : errno;
			return lost(err);
		}
		buf_added(&c->in, (size_t)n);
	}
	answer_out->status = (int)c->parser.status_code;
	answer_out->body = buf_data(&c->body);
	answer_out->length = buf_length(&c->body);
	return EP_OK;
}
