/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/board/board.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLOTS 3
#define EXTRA 5000

static struct board *board;
static char *extra;

static int
begin(void **state)
{
	struct err err = { 0 };
	void *behind = NULL;

	(void)state;
	assert_int_equal(board_new(SLOTS, EXTRA, &board, &behind, &err), EP_OK);
	extra = behind;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	(void)close(board->supervisor_fd);
	for (int i = 0; i < SLOTS; i++)
		(void)close(board->slots[i].nudge_fd);
	(void)munmap(board, (size_t)(extra - (char *)board) + EXTRA);
	return 0;
}

static void
it_begins_empty(void **state)
{
	(void)state;
	assert_int_equal(board->magic, BOARD_MAGIC);
	assert_int_equal((uintptr_t)extra % 4096, 0);
	for (int i = 0; i < EXTRA; i++)
		assert_int_equal(extra[i], 0);
	for (int i = 0; i < BOARD_PROCESSES; i++) {
		assert_int_equal(board->slots[i].nudge_fd >= 0, i < SLOTS);
		assert_int_equal(board->slots[i].series, -1);
	}
}

static void
too_many_processes_are_refused(void **state)
{
	struct err err = { 0 };
	struct board *b = NULL;
	void *behind = NULL;

	(void)state;
	assert_int_equal(board_new(BOARD_PROCESSES + 1, 0, &b, &behind, &err),
	    EP_INVALID);
	assert_string_equal(err.code, "too_many_workers");
}

static void
a_name_keeps_its_row(void **state)
{
	struct board_word *w;

	(void)state;
	assert_int_equal(board_series(board, "a.b"), 0);
	assert_int_equal(board_series(board, "a.c"), 1);
	assert_int_equal(board_series(board, "a.b"), 0);
	assert_int_equal(board_module(board, "a.b"), 0);
	w = board_word(board, "epoch a/b");
	assert_non_null(w);
	assert_ptr_equal(board_word(board, "epoch a/b"), w);
	assert_ptr_not_equal(board_word(board, "epoch a/c"), w);
	assert_string_equal(w->name, "epoch a/b");
}

static void
long_names_and_full_tables_are_refused(void **state)
{
	char name[BOARD_NAME + 1];

	(void)state;
	memset(name, 'x', sizeof name);
	name[BOARD_NAME] = '\0';
	assert_int_equal(board_series(board, name), -1);
	assert_null(board_word(board, name));
	name[BOARD_NAME - 1] = '\0';
	assert_int_equal(board_series(board, name), 0);
	for (int i = 0; i < BOARD_MODULES; i++) {
		(void)snprintf(name, sizeof name, "m%d", i);
		assert_int_equal(board_module(board, name), i);
	}
	assert_int_equal(board_module(board, "one more"), -1);
	assert_int_equal(board_module(board, "m7"), 7);
}

static void
a_word_only_rises(void **state)
{
	struct board_word *w = board_word(board, "w");

	(void)state;
	board_raise(&w->value, 5);
	assert_int_equal(w->value, 5);
	board_raise(&w->value, 3);
	assert_int_equal(w->value, 5);
	board_raise(&w->value, 6);
	assert_int_equal(w->value, 6);
}

/* Two processes that name the same things at once agree on the rows. */
static void
processes_agree(void **state)
{
	int rows[2][64], fds[2], status = 0;
	char name[16];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	for (int i = 0; i < 64; i++) {
		(void)snprintf(name, sizeof name, "n%d", pid == 0 ? i : 63 - i);
		rows[0][pid == 0 ? i : 63 - i] = board_series(board, name);
	}
	if (pid == 0)
		_exit(write(fds[1], rows[0], sizeof rows[0]) !=
		    (ssize_t)sizeof rows[0]);
	assert_int_equal(read(fds[0], rows[1], sizeof rows[1]), sizeof rows[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_memory_equal(rows[0], rows[1], sizeof rows[0]);
	assert_int_equal(board_series(board, "one more"), 64);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

#define KEY(n) ((uint64_t)(n) << 22 | 0x155)

static void
a_running_key_is_taken_once(void **state)
{
	(void)state;
	assert_true(board_key_take(board, KEY(7), 100));
	assert_false(board_key_take(board, KEY(7), 100));
	assert_false(board_key_take(board, KEY(7), 200));
	board_key_give(board, KEY(7), 200); /* not his */
	assert_false(board_key_take(board, KEY(7), 200));
	board_key_give(board, KEY(7), 100);
	assert_true(board_key_take(board, KEY(7), 200));
}

/* Keys with one home row: a gap that one leaves hides no other. */
static void
keys_beside_each_other(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 3; i++)
		assert_true(
		    board_key_take(board, KEY(9 + i * BOARD_KEYS), 100));
	board_key_give(board, KEY(9), 100);
	assert_false(board_key_take(board, KEY(9 + BOARD_KEYS), 200));
	assert_false(board_key_take(board, KEY(9 + 2 * BOARD_KEYS), 200));
	assert_true(board_key_take(board, KEY(9), 200));
}

/* The table is a hint: past its room everything may run. */
static void
too_many_keys_are_let_through(void **state)
{
	int taken = 0;

	(void)state;
	for (uint64_t i = 1; i <= 100; i++)
		assert_true(board_key_take(board, KEY(i * BOARD_KEYS), 100));
	for (uint64_t i = 1; i <= 100; i++)
		taken += !board_key_take(board, KEY(i * BOARD_KEYS), 100);
	assert_in_range(taken, 1, 99);
}

static void
the_dead_hold_nothing(void **state)
{
	struct board_slot *slot = &board->slots[1];

	(void)state;
	board->slots[0].pid = 200;
	slot->pid = 100;
	slot->state = board->slots[0].state = SLOT_READY;
	slot->busy_since_us = 5;
	slot->series = 3;
	slot->connections = 9;
	assert_true(board_key_take(board, KEY(1), 100));
	assert_true(board_key_take(board, KEY(2), 200));
	board_bury(board, 100);
	assert_int_equal(slot->pid, 0);
	assert_int_equal(slot->state, SLOT_FREE);
	assert_int_equal(slot->busy_since_us, 0);
	assert_int_equal(slot->series, -1);
	assert_int_equal(slot->connections, 0);
	assert_int_equal(board->slots[0].state, SLOT_READY);
	assert_true(board_key_take(board, KEY(1), 300));
	assert_false(board_key_take(board, KEY(2), 300));
}

static bool
is_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void
nudges_reach_who_is_there(void **state)
{
	(void)state;
	board->slots[1].pid = 100;
	board_nudge_all(board);
	assert_false(is_readable(board->slots[0].nudge_fd));
	assert_true(is_readable(board->slots[1].nudge_fd));
	board_clear_nudge(board->slots[1].nudge_fd);
	assert_false(is_readable(board->slots[1].nudge_fd));
	board_clear_nudge(board->slots[1].nudge_fd); /* does not wait */
	board_wake_supervisor(board);
	board_wake_supervisor(board);
	assert_true(is_readable(board->supervisor_fd));
	board_clear_nudge(board->supervisor_fd);
	assert_false(is_readable(board->supervisor_fd));
}

static void
answers_are_counted_by_time_and_status(void **state)
{
	struct board_metric m;

	(void)state;
	memset(&m, 0, sizeof m);
	board_count(&m, 200, 500);
	board_count(&m, 404, 501);
	board_count(&m, 503, INT64_C(99000000));
	assert_int_equal(m.count, 3);
	assert_int_equal(m.refusals, 1);
	assert_int_equal(m.errors, 1);
	assert_int_equal(m.sum_us, 99001001);
	assert_int_equal(m.buckets[0], 1);
	assert_int_equal(m.buckets[1], 1);
	assert_int_equal(m.buckets[BOARD_BUCKETS - 1], 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_begins_empty),
		TEST(too_many_processes_are_refused),
		TEST(a_name_keeps_its_row),
		TEST(long_names_and_full_tables_are_refused),
		TEST(a_word_only_rises),
		TEST(processes_agree),
		TEST(a_running_key_is_taken_once),
		TEST(keys_beside_each_other),
		TEST(too_many_keys_are_let_through),
		TEST(the_dead_hold_nothing),
		TEST(nudges_reach_who_is_there),
		TEST(answers_are_counted_by_time_and_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
