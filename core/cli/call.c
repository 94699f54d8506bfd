/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/client.h"
#include "core/cli/command.h"
#include "core/cli/local.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_MAX (256u << 20)
#define WINDOW 32 /* requests on the wire before the first answer is read */
#define WINDOW_BYTES 65536

static int
fail(const struct err *err)
{
	(void)fprintf(stderr, "entrepot call: %s\n", err->text);
	return 1;
}

/* ------------------------------------------------------------- one call */

static ep_status
input(struct arena *a, const char *source, const char **text_out,
    size_t *length_out, struct err *err)
{
	char *text = NULL;

	if (source == NULL && isatty(STDIN_FILENO))
		source = "{}";
	if (source == NULL || strcmp(source, "-") == 0)
		source = "@/dev/stdin";
	if (source[0] == '@') {
		EP_TRY(file_read(a, source + 1, INPUT_MAX, &text, length_out,
		    err));
		*text_out = text;
		return EP_OK;
	}
	*text_out = source;
	*length_out = strlen(source);
	return EP_OK;
}

static void
print(FILE *to, const struct client_answer *answer)
{
	struct arena *a = arena_new(65536);
	const struct ep_node *n = NULL;
	struct err err = { 0 };
	struct buf b = { 0 };

	if (json_parse_copy(a, answer->body, answer->length, &n, &err) ==
	    EP_OK) {
		json_write_pretty(&b, n);
		(void)fwrite(buf_data(&b), 1, buf_length(&b), to);
	} else {
		(void)fwrite(answer->body, 1, answer->length, to);
	}
	(void)fputc('\n', to);
	buf_fini(&b);
	arena_free(&a);
}

static ep_status
call_one(struct client *c, struct arena *a, const struct command_line *line,
    int *code_out, struct err *err)
{
	struct client_answer answer;
	const char *text = NULL;
	size_t length = 0;

	EP_TRY(input(a, line->argc > 1 ? line->argv[1] : NULL, &text, &length,
	    err));
	EP_TRY(client_send(c, "POST",
	    arena_format(a, "/v1/ops/%s", line->argv[0]), text, length, err));
	EP_TRY(client_read(c, &answer, err));
	*code_out = answer.status < 400 ? 0 : 1;
	print(answer.status < 400 ? stdout : stderr, &answer);
	return EP_OK;
}

/* ------------------------------------------------------------- many calls */

struct batch {
	struct client *client;
	struct arena *arena; /* of one line */
	FILE *in;
	uint64_t sent, answered, failed, line;
	size_t in_flight[WINDOW]; /* bytes, by position in the window */
	size_t bytes;
	bool local[WINDOW]; /* answered here, nothing was sent */
	struct buf local_text[WINDOW];
	off_t size; /* of the input, 0: unknown */
	int64_t shown_us;
};

static bool
is_operation(const char *name)
{
	size_t n = strspn(name,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._"
	    "-");

	return n > 0 && n < 200 && name[n] == '\0';
}

static void
refuse(struct batch *b, const struct err *err)
{
	size_t at = b->sent % WINDOW;
	struct buf *t = &b->local_text[at];

	buf_clear(t, 65536);
	buf_format(t,
	    "{\"status\":400,\"problem\":{\"type\":\"urn:entrepot:problem:%s"
	    "\",\"title\":\"Bad Request\",\"status\":400,\"detail\":",
	    err->code);
	json_write_text(t, err->text, strlen(err->text));
	buf_format(t, ",\"error\":\"%s\"}}", err->code);
	b->local[at] = true;
	b->in_flight[at] = 0;
	b->sent++;
}

static ep_status
send_line(struct batch *b, char *text, size_t length, struct err *err)
{
	const struct ep_node *n = NULL, *in;
	struct err bad = { 0 };
	struct buf body = { 0 };
	const char *op;
	ep_status st;

	arena_reset(b->arena);
	if (json_parse_copy(b->arena, text, length, &n, &bad) != EP_OK) {
		err_prefix(&bad, "line %llu", (unsigned long long)b->line);
		refuse(b, &bad);
		return EP_OK;
	}
	op = node_text(node_get(n, "op"), "");
	in = node_get(n, "input");
	if (!is_operation(op)) {
		(void)err_set(&bad, EP_INVALID, "bad_line",
		    "line %llu: expected {\"op\": \"module.operation\", "
		    "\"input\": {...}}",
		    (unsigned long long)b->line);
		refuse(b, &bad);
		return EP_OK;
	}
	if (in != NULL)
		json_write(&body, in);
	else
		buf_text(&body, "{}");
	st = client_send(b->client, "POST",
	    arena_format(b->arena, "/v1/ops/%s", op), buf_data(&body),
	    buf_length(&body), err);
	b->local[b->sent % WINDOW] = false;
	b->in_flight[b->sent % WINDOW] = buf_length(&body);
	b->bytes += buf_length(&body);
	b->sent++;
	buf_fini(&body);
	return st;
}

static void
progress(struct batch *b, bool is_last)
{
	int64_t now = clock_monotonic_us();
	off_t at;

	if (!isatty(STDERR_FILENO) || (!is_last && now - b->shown_us < 100000))
		return;
	b->shown_us = now;
	at = b->size > 0 ? ftello(b->in) : 0;
	if (at > 0)
		(void)fprintf(stderr, "\r[%-40.*s] %3d %% ",
		    (int)(at * 40 / b->size),
		    "########################################",
		    (int)(at * 100 / b->size));
	(void)fprintf(stderr, "%s%llu calls, %llu failed%s", at > 0 ? "" : "\r",
	    (unsigned long long)b->answered, (unsigned long long)b->failed,
	    is_last ? "\n" : "");
}

/* The body as a JSON value: as it is, or as a text when it is none. */
static void
print_value(struct batch *b, const struct client_answer *answer)
{
	const struct ep_node *n = NULL;
	struct buf text = { 0 };
	struct err ignored = { 0 };

	arena_reset(b->arena);
	if (answer->length == 0)
		buf_text(&text, "null");
	else if (json_parse_copy(b->arena, answer->body, answer->length, &n,
		     &ignored) == EP_OK)
		buf_append(&text, answer->body, answer->length);
	else
		json_write_text(&text, answer->body, answer->length);
	(void)fwrite(buf_data(&text), 1, buf_length(&text), stdout);
	buf_fini(&text);
}

static ep_status
answer_one(struct batch *b, struct err *err)
{
	size_t at = b->answered % WINDOW;
	struct client_answer answer;

	if (b->local[at]) {
		(void)fwrite(buf_data(&b->local_text[at]), 1,
		    buf_length(&b->local_text[at]), stdout);
		(void)fputc('\n', stdout);
		b->failed++;
	} else {
		EP_TRY(client_read(b->client, &answer, err));
		b->bytes -= b->in_flight[at];
		b->failed += answer.status >= 400;
		(void)printf("{\"status\":%d,\"%s\":", answer.status,
		    answer.status < 400 ? "output" : "problem");
		print_value(b, &answer);
		(void)fputs("}\n", stdout);
	}
	b->answered++;
	progress(b, false);
	return EP_OK;
}

static ep_status
call_many(struct batch *b, struct err *err)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t n;
	ep_status st = EP_OK;

	while (st == EP_OK && (n = getline(&text, &size, b->in)) >= 0) {
		b->line++;
		while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
			n--;
		if (n == 0)
			continue;
		while (st == EP_OK && b->sent > b->answered &&
		    (b->sent - b->answered >= WINDOW ||
			b->bytes + (size_t)n > WINDOW_BYTES))
			st = answer_one(b, err);
		if (st == EP_OK)
			st = send_line(b, text, (size_t)n, err);
	}
	while (st == EP_OK && b->sent > b->answered)
		st = answer_one(b, err);
	free(text);
	progress(b, true);
	return st;
}

static int
batch(struct client *c)
{
	struct batch *b = calloc(1, sizeof *b);
	struct err err = { 0 };
	struct stat st;
	int code;

	EP_ASSERT(b != NULL);
	b->client = c;
	b->arena = arena_new(65536);
	b->in = stdin;
	if (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode))
		b->size = st.st_size;
	code = call_many(b, &err) == EP_OK ? 0 : fail(&err);
	if (fflush(stdout) != 0)
		code = 1;
	for (int i = 0; i < WINDOW; i++)
		buf_fini(&b->local_text[i]);
	arena_free(&b->arena);
	free(b);
	return code;
}

static int
run(struct client *c, const struct command_line *line)
{
	struct err err = { 0 };
	struct arena *a;
	int code = 1;

	if (line->jsonl)
		return batch(c);
	a = arena_new(65536);
	if (call_one(c, a, line, &code, &err) != EP_OK)
		code = fail(&err);
	arena_free(&a);
	return code;
}

static int
call_local(const struct command_line *line)
{
	struct local l = { 0 };
	struct err err = { 0 };
	int code;

	if (local_start(&l, line, &err) != EP_OK)
		return fail(&err);
	code = run(l.client, line);
	if (local_stop(&l, false, &err) != EP_OK)
		code = fail(&err);
	return code;
}

int
command_call(const struct command_line *line)
{
	struct client *c = NULL;
	struct err err = { 0 };
	char state[4096];
	int code;

	if (line->jsonl == (line->argc > 0)) {
		(void)fputs("entrepot call: name an operation, or give --jsonl"
			    "; see entrepot call --help\n",
		    stderr);
		return 2;
	}
	if (!line->jsonl && !is_operation(line->argv[0])) {
		(void)fprintf(stderr,
		    "entrepot call: \"%s\" is no name of an operation\n",
		    line->argv[0]);
		return 2;
	}
	if (line->local)
		return call_local(line);
	if (path_state(line, state, sizeof state, &err) != EP_OK ||
	    client_open(state, &c, &err) != EP_OK)
		return fail(&err);
	code = run(c, line);
	client_close(&c);
	return code;
}
