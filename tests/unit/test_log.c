/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/json.h"
#include "core/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What was logged, line by line, from a pipe. */
static int ends[2];
static char lines[1 << 17];

static struct log *
open_log(unsigned format)
{
	assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
	assert_true(fcntl(ends[1], F_SETPIPE_SZ, 1 << 17) >= 1 << 17);
	return log_open(ends[1], EP_INFO, format);
}

static void
read_log(struct log **lp)
{
	ssize_t n, total = 0;

	log_close(lp);
	while ((n = read(ends[0], lines + total,
		    sizeof lines - 1 - (size_t)total)) > 0)
		total += n;
	lines[total] = '\0';
	(void)close(ends[0]);
	(void)close(ends[1]);
}

/* The nth line as JSON. */
static const struct ep_node *
line(struct arena *a, int nth)
{
	const char *p = lines, *end;
	const struct ep_node *n = NULL;
	struct err err = { 0 };

	for (; nth > 0; nth--)
		p = strchr(p, '\n') + 1;
	end = strchr(p, '\n');
	assert_non_null(end);
	assert_true(end - p < LOG_LINE);
	if (json_parse_copy(a, p, (size_t)(end - p), &n, &err) != EP_OK)
		fail_msg("%s", err.text);
	return n;
}

static const char *
field(const struct ep_node *n, const char *name)
{
	return node_text(node_get(n, name), "(none)");
}

static void
a_line_tells_time_level_place_and_values(void **state)
{
	static const struct log_context context = { "payment", "r1",
		"payment.book", "t\n1" };
	const struct ep_arg args[] = { ep_named("amount", ep_int(12)),
		ep_named("level", ep_text("mine")),
		ep_named("rate", ep_real(0.5)), ep_named("none", ep_null()),
		ep_named("raw", ep_blob("abc", 3)) };
	struct arena *a = arena_new(4096);
	struct log *l = open_log(LOG_AUTO);
	const struct ep_node *n;

	(void)state;
	errno = 77;
	log_write(l, EP_DEBUG, NULL, "not.shown", NULL, 0);
	log_write(l, EP_WARN, &context, "payment.booked", args, 5);
	log_write(NULL, EP_ERROR, NULL, "nowhere", NULL, 0);
	assert_int_equal(errno, 77);
	read_log(&l);
	n = line(a, 0);
	assert_int_equal(n->count, 12);
	assert_string_equal(field(n, "level"), "warn");
	assert_string_equal(field(n, "event"), "payment.booked");
	assert_string_equal(field(n, "module"), "payment");
	assert_string_equal(field(n, "request"), "r1");
	assert_string_equal(field(n, "tenant"), "t\n1");
	assert_string_equal(field(n, "level_"), "mine");
	assert_string_equal(field(n, "raw"), "(3 bytes)");
	assert_int_equal(node_int(node_get(n, "amount"), 0), 12);
	assert_int_equal(strlen(field(n, "time")),
	    strlen("2026-01-01T00:00:00.000000Z"));
	arena_free(&a);
}

static void
secrets_are_masked_at_any_depth(void **state)
{
	static const char *const secret[] = { "password", "Authorization",
		"X-Api-Key", "set-cookie", "accessToken", "client_secret",
		"iban", "debtor_iban", "PAN", "cardNumber", "tokens" };
	static const char *const open[] = { "company", "monkey", "spanish",
		"tokenizer", "amount", "pinned", "" };
	static const char json[] = "{\"a\":[{\"password\":\"s3cr3t\"},"
				   "{\"iban\":{\"x\":\"s3cr3t\"}}]}";
	struct arena *a = arena_new(4096);
	struct log *l = open_log(LOG_JSON);
	const struct ep_node *n = NULL;
	struct err err = { 0 };
	struct ep_arg arg;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof secret / sizeof secret[0]; i++) {
		assert_true(log_is_secret(secret[i], strlen(secret[i])));
		arg = ep_named(secret[i], ep_text("s3cr3t"));
		log_write(l, EP_INFO, NULL, "x", &arg, 1);
	}
	for (i = 0; i < sizeof open / sizeof open[0]; i++)
		assert_false(log_is_secret(open[i], strlen(open[i])));
	assert_int_equal(json_parse_copy(a, json, strlen(json), &n, &err),
	    EP_OK);
	arg = ep_named("body", ep_json(n));
	log_write(l, EP_INFO, NULL, "x", &arg, 1);
	read_log(&l);
	assert_null(strstr(lines, "s3cr3t"));
	assert_string_equal(field(line(a, 0), "password"), "***");
	assert_non_null(strstr(lines,
	    "\"body\":{\"a\":[{\"password\":\"***\"},{\"iban\":\"***\"}]}"));
	arena_free(&a);
}

static void
long_lines_stay_json_and_below_the_limit(void **state)
{
	static char text[100000];
	struct ep_arg args[20];
	struct arena *a = arena_new(1 << 16);
	struct log *l = open_log(LOG_JSON);
	const struct ep_node *n;
	uint32_t i;

	(void)state;
	memset(text, '\x01', sizeof text); /* six bytes each when escaped */
	for (i = 0; i < 20; i++)
		args[i] = ep_named("a", ep_textn("\xc3\xa9", 2));
	args[0] = ep_named("long", ep_textn(text, sizeof text));
	args[1] = ep_named("short", ep_int(1));
	log_write(l, EP_INFO, NULL, "x", args, 2);
	memset(text, 'y', sizeof text);
	log_write(l, EP_INFO, NULL, "x", args, 2);
	read_log(&l);
	n = line(a, 0);
	assert_true(node_bool(node_get(n, "truncated"), false));
	assert_int_equal(node_int(node_get(n, "short"), 0), 1);
	n = line(a, 1);
	assert_null(node_get(n, "truncated"));
	assert_non_null(strstr(field(n, "long"), "... (100000 bytes)"));
	arena_free(&a);
}

static void
a_loop_is_held_back_and_counted(void **state)
{
	struct arena *a = arena_new(1 << 16);
	struct log *l = open_log(LOG_JSON);
	const struct ep_node *n;
	int64_t shown = 0, held = 0;
	int i, count = 0;
	const char *p;

	(void)state;
	log_set_burst(l, 5);
	for (i = 0; i < 1000; i++)
		log_write(l, EP_ERROR, NULL, "loop.failed", NULL, 0);
	log_write(l, EP_ERROR, NULL, "other.event", NULL, 0);
	read_log(&l);
	for (p = lines; (p = strchr(p, '\n')) != NULL; p++)
		count++;
	for (i = 0; i < count; i++) {
		n = line(a, i);
		shown += strcmp(field(n, "event"), "loop.failed") == 0;
		held += node_int(node_get(n, "lines"), 0);
	}
	assert_int_equal(shown + held, 1000);
	assert_true(shown >= 5 && shown <= 50);
	assert_non_null(strstr(lines, "other.event"));
	assert_non_null(strstr(lines, "\"suppressed_event\":\"loop.failed\""));
	arena_free(&a);
}

static void
text_is_for_people_and_cannot_forge_lines(void **state)
{
	const struct ep_arg args[] = { ep_named("a", ep_text("plain/1.5")),
		ep_named("b", ep_text("x\nforged level=error")),
		ep_named("key", ep_text("hidden")) };
	struct log *l = open_log(LOG_TEXT);

	(void)state;
	log_write(l, EP_INFO, NULL, "x.y", args, 3);
	read_log(&l);
	assert_non_null(strstr(lines,
	    "Z info  x.y a=plain/1.5 b=\"x\\nforged level=error\" "
	    "key=***\n"));
}

static void
reopening_changes_the_descriptor(void **state)
{
	struct log *l = open_log(LOG_JSON);
	int first = ends[1], other[2];

	(void)state;
	assert_int_equal(pipe2(other, O_CLOEXEC), 0);
	assert_int_equal(log_reopen(l, other[1]), first);
	log_write(l, EP_INFO, NULL, "x", NULL, 0);
	assert_true(read(other[0], lines, 100) > 20);
	(void)close(other[1]);
	log_write(l, EP_INFO, NULL, "x", NULL, 0);
	assert_int_equal(log_lost(l), 1);
	(void)close(other[0]);
	read_log(&l);
	assert_string_equal(lines, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_tells_time_level_place_and_values),
		cmocka_unit_test(secrets_are_masked_at_any_depth),
		cmocka_unit_test(long_lines_stay_json_and_below_the_limit),
		cmocka_unit_test(a_loop_is_held_back_and_counted),
		cmocka_unit_test(text_is_for_people_and_cannot_forge_lines),
		cmocka_unit_test(reopening_changes_the_descriptor),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
