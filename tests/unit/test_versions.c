/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/board/board.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLOTS 4

static struct board *board;
static void *extra;

static int
begin(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(board_new(SLOTS, 4096, &board, &extra, &err), EP_OK);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	(void)close(board->supervisor_fd);
	for (int i = 0; i < SLOTS; i++)
		(void)close(board->slots[i].nudge_fd);
	(void)munmap(board, (size_t)((char *)extra - (char *)board) + 4096);
	return 0;
}

static int
hold(unsigned slot, const char *module, int build)
{
	char version[32], hash[65];

	(void)snprintf(version, sizeof version, "1.0.%d", build);
	(void)snprintf(hash, sizeof hash, "%064x", 0);
	(void)snprintf(hash, 9, "%08x", (unsigned)build);
	hash[8] = '0';
	return board_version_hold(board, slot, module, version, hash);
}

static int
rows_of(const char *module)
{
	struct board_version_total t;
	int n = 0;

	for (int i = 0; i < BOARD_VERSIONS; i++)
		if (board_version_read(board, i, &t) &&
		    (module == NULL || strcmp(t.module, module) == 0))
			n++;
	return n;
}

static void
processes_share_a_row(void **state)
{
	struct board_version_total t;
	int row = hold(0, "m", 1);

	(void)state;
	assert_true(row >= 0);
	assert_int_equal(hold(1, "m", 1), row);
	assert_int_equal(hold(1, "m", 1), row);
	assert_int_not_equal(hold(1, "m", 2), row);
	assert_int_not_equal(hold(1, "n", 1), row);
	board_version_count(board_version_use(board, 0, row), 200, 10, 5);
	board_version_count(board_version_use(board, 1, row), 404, 20, 9);
	board_version_count(board_version_use(board, 1, row), 500, -1, 7);
	assert_true(board_version_read(board, row, &t));
	assert_string_equal(t.module, "m");
	assert_string_equal(t.version, "1.0.1");
	assert_string_equal(t.hash, "000000010000");
	assert_int_equal(t.holds, 3);
	assert_int_equal(t.count, 3);
	assert_int_equal(t.refusals, 1);
	assert_int_equal(t.errors, 1);
	assert_int_equal(t.cpu_ns, 30000);
	assert_int_equal(t.memory_peak, 9);
	board_version_release(board, 1, row);
	board_version_release(board, 1, row);
	board_version_release(board, 0, row);
	assert_true(board_version_read(board, row, &t));
	assert_int_equal(t.holds, 0);
	assert_int_equal(t.count, 3);
	assert_int_equal(hold(0, "m", 1), row);
	assert_true(board_version_read(board, row, &t));
	assert_int_equal(t.count, 3);
}

static void
hundreds_of_builds_fit(void **state)
{
	struct board_version_total t;
	int held = hold(2, "m", 100000), row = -1;

	(void)state;
	board_version_count(board_version_use(board, 2, held), 200, 1, 1);
	for (int i = 0; i < 1000; i++) {
		row = hold(0, "m", i);
		assert_true(row >= 0 && row != held);
		board_version_count(board_version_use(board, 0, row), 200, 1,
		    1);
		assert_true(board_version_read(board, row, &t));
		assert_int_equal(t.count, 1);
		board_version_release(board, 0, row);
		assert_true(rows_of("m") <= BOARD_VERSIONS_KEPT + 1);
	}
	assert_true(board_version_read(board, held, &t));
	assert_int_equal(t.count, 1);
	/* the newest that went are still there, with their figures */
	for (int i = 999; i > 999 - BOARD_VERSIONS_KEPT + 1; i--) {
		row = hold(0, "m", i);
		assert_true(board_version_read(board, row, &t));
		assert_int_equal(t.count, 1);
		board_version_release(board, 0, row);
	}
}

static void
a_full_table_gives_what_nobody_holds(void **state)
{
	char module[32];
	int last = -1;

	(void)state;
	for (int i = 0; i < BOARD_VERSIONS; i++) {
		(void)snprintf(module, sizeof module, "m%d", i);
		last = hold(0, module, 1);
		assert_true(last >= 0);
	}
	assert_int_equal(hold(1, "one_more", 1), -1);
	assert_null(board_version_use(board, 1, -1));
	board_version_release(board, 1, -1);
	assert_int_equal(hold(1, "m7", 1), 7);
	board_version_release(board, 0, last);
	assert_int_equal(hold(1, "one_more", 1), last);
}

static void
names_too_long_are_not_counted(void **state)
{
	char much[200];

	(void)state;
	memset(much, 'x', sizeof much);
	much[sizeof much - 1] = '\0';
	assert_int_equal(board_version_hold(board, 0, much, "1", "ab"), -1);
	assert_int_equal(board_version_hold(board, 0, "m", much, "ab"), -1);
	assert_int_equal(rows_of(NULL), 0);
}

static void
the_dead_hold_nothing(void **state)
{
	struct board_version_total t;
	int row = hold(1, "m", 1);

	(void)state;
	board_version_count(board_version_use(board, 1, row), 200, 1, 1);
	atomic_store(&board->slots[1].pid, 4711);
	board_bury(board, 4711);
	assert_true(board_version_read(board, row, &t));
	assert_int_equal(t.holds, 0);
	assert_int_equal(t.count, 1);
	/* dead in the middle of naming a row */
	atomic_store(&board->slots[1].pid, 4712);
	atomic_store(&board->versions_holder, 2);
	(void)atomic_fetch_add(&board->versions[3].change, 1);
	(void)snprintf(board->versions[3].module, 8, "half");
	assert_false(board_version_read(board, 3, &t));
	assert_int_equal(hold(0, "m", 2), -1);
	board_bury(board, 4712);
	assert_false(board_version_read(board, 3, &t));
	assert_true(hold(0, "m", 2) >= 0);
	assert_int_equal(rows_of(NULL), 2);
}

/* Four processes name, count and leave at once; a fifth reads. */
static void
they_do_it_at_once(void **state)
{
	struct board_version_total t;
	uint64_t total = 0;
	pid_t pids[SLOTS];

	(void)state;
	for (unsigned p = 0; p < SLOTS; p++) {
		pids[p] = fork();
		if (pids[p] != 0)
			continue;
		for (int i = 0; i < 2000; i++) {
			int row = hold(p, "m", i % 12);

			if (row < 0)
				_exit(1);
			board_version_count(board_version_use(board, p, row),
			    200, 1, 1);
			board_version_release(board, p, row);
		}
		_exit(0);
	}
	for (int i = 0; i < 20000; i++)
		if (board_version_read(board, i % BOARD_VERSIONS, &t))
			assert_string_equal(t.module, "m");
	for (unsigned p = 0; p < SLOTS; p++) {
		int status;

		assert_int_equal(waitpid(pids[p], &status, 0), pids[p]);
		assert_int_equal(status, 0);
	}
	for (int i = 0; i < BOARD_VERSIONS; i++)
		if (board_version_read(board, i, &t)) {
			assert_int_equal(t.holds, 0);
			total += t.count;
		}
	assert_int_equal(rows_of("m"), 12);
	assert_int_equal(total, 2000 * SLOTS);
}

/* More builds than the board has rows: what was built of one is kept while it
 * is held, and never taken for what was built of another. */
static void
builds_are_forgotten(void **state)
{
	int kept = hold(0, "s", 1), row, again = 0;

	(void)state;
	assert_true(kept >= 0);
	assert_null(board_version_built(board, -1, 0));
	assert_null(board_version_built(board, kept, BOARD_SNAPSHOTS));
	board_raise(board_version_built(board, kept, 1), 7);
	for (int build = 2; build < 3 * BOARD_VERSIONS; build++) {
		row = hold(1, "s", build);
		assert_true(row >= 0 && row != kept);
		assert_int_equal(*board_version_built(board, row, 1), 0);
		board_raise(board_version_built(board, row, 1), build);
		board_version_release(board, 1, row);
		/* Gone for a moment only. */
		again += hold(1, "s", build) == row;
		assert_int_equal(*board_version_built(board, row, 1), build);
		board_version_release(board, 1, row);
	}
	assert_int_equal(again, 3 * BOARD_VERSIONS - 2);
	assert_int_equal(*board_version_built(board, kept, 1), 7);
	assert_int_equal(*board_version_built(board, kept, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(processes_share_a_row, begin,
		    end),
		cmocka_unit_test_setup_teardown(hundreds_of_builds_fit, begin,
		    end),
		cmocka_unit_test_setup_teardown(
		    a_full_table_gives_what_nobody_holds, begin, end),
		cmocka_unit_test_setup_teardown(names_too_long_are_not_counted,
		    begin, end),
		cmocka_unit_test_setup_teardown(the_dead_hold_nothing, begin,
		    end),
		cmocka_unit_test_setup_teardown(builds_are_forgotten, begin,
		    end),
		cmocka_unit_test_setup_teardown(they_do_it_at_once, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
