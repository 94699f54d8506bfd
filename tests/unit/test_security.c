/* SPDX-License-Identifier: BSD-2-Clause */

/* Rules of the data-security module that no golden case pins down. */

#include "modules/data-security/csv.h"
#include "modules/data-security/day.h"
#include "modules/data-security/keyring.h"
#include "modules/data-security/mask.h"
#include "modules/data-security/merkle.h"
#include "modules/data-security/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static _Alignas(max_align_t) char pool[1 << 20];
static size_t pool_used;

static void *
pool_alloc(void *owner, size_t size)
{
	char *at = pool + pool_used;

	(void)owner;
	size = (size + 15) & ~(size_t)15;
	if (size > sizeof pool - pool_used)
		abort();
	pool_used += size;
	memset(at, 0, size);
	return at;
}

static const struct memory memory = { pool_alloc, NULL };

static int
pool_empty(void **state)
{
	(void)state;
	pool_used = 0;
	return 0;
}

/* Every day of four centuries is written, read and has its neighbours. */
static void
days_are_read_as_they_are_written(void **state)
{
	char text[DAY_ROOM], before[DAY_ROOM] = "0000";
	int64_t day, first, last, again;

	(void)state;
	assert_true(day_read("1900-01-01", 10, &first));
	assert_true(day_read("2300-12-31", 10, &last));
	assert_int_equal(last - first, 146461);
	for (day = first; day <= last; day++) {
		day_write(day, text);
		assert_true(strcmp(before, text) < 0);
		assert_true(day_read(text, 10, &again));
		assert_int_equal(again, day);
		memcpy(before, text, sizeof before);
	}
	assert_false(day_read("2026-02-29", 10, &day));
	assert_false(day_read("2026-13-01", 10, &day));
	assert_false(day_read("2026-1-01x", 10, &day));
	assert_true(day_read("2026-11-21", 10, &day));
	assert_true(day_is_weekend(day) && day_is_weekend(day + 1));
	assert_false(day_is_weekend(day + 2) || day_is_weekend(day - 1));
}

static void
months_end_with_the_month(void **state)
{
	static const struct {
		const char *from, *to;
		int months;
	} cases[] = {
		{ "2024-01-31", "2024-02-29", 1 },
		{ "2025-01-31", "2025-02-28", 1 },
		{ "2025-12-31", "2026-01-31", 1 },
		{ "2020-02-29", "2030-02-28", 120 },
		{ "2026-08-31", "2027-02-28", 6 },
	};

	char text[DAY_ROOM];
	int64_t day;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(day_read(cases[i].from, 10, &day));
		day_write(day_add_months(day, cases[i].months), text);
		assert_string_equal(text, cases[i].to);
	}
}

static void
times_are_of_utc(void **state)
{
	static const struct {
		const char *text, *utc; /* NULL: refused */
	} cases[] = {
		{ "2026-03-06T23:10:00+08:00", "2026-03-06T15:10:00Z" },
		{ "2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z" },
		{ "2026-03-06t23:10:00.999z", "2026-03-06T23:10:00Z" },
		{ "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z" },
		{ "2026-03-06T23:10:00-05:30", "2026-03-07T04:40:00Z" },
		{ "2026-03-06T23:10:00", NULL },
		{ "2026-03-06T24:00:00Z", NULL },
		{ "2026-03-06T23:10:00.Z", NULL },
		{ "2026-03-06 23:10:00Z", NULL },
		{ "2026-03-06T23:10:00+8:00", NULL },
		{ "2026-03-06T23:10:00Zx", NULL },
		{ "", NULL },
	};

	char text[TIME_ROOM];
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		bool ok = time_read(cases[i].text, strlen(cases[i].text),
		    &seconds);

		assert_int_equal(ok, cases[i].utc != NULL);
		if (!ok)
			continue;
		time_write(seconds, text);
		assert_string_equal(text, cases[i].utc);
	}
}

static fault
table_of(struct table *t, const char *text)
{
	struct csv c;

	memset(t, 0, sizeof *t);
	csv_open(&c, text, strlen(text), &memory);
	return table_read(t, &c, "law effective_from effective_to");
}

static void
rows_hold_from_day_to_day(void **state)
{
	struct table t;
	int64_t day;

	(void)state;
	assert_null(table_of(&t,
	    "law,words,effective_from,effective_to\n"
	    "A,x y,,2024-12-31\nA,z,2025-01-01,\nB,,2030-01-01,\n"));
	assert_true(day_read("2024-12-31", 10, &day));
	assert_int_equal(table_find(&t, 0, day, "law", "A"), 0);
	assert_int_equal(table_find(&t, 0, day + 1, "law", "A"), 1);
	assert_true(table_find(&t, 0, day, "law", "B") == TABLE_NONE);
	assert_true(table_has_word(&t, 0, "words", "y"));
	assert_false(table_has_word(&t, 0, "words", "x y"));
	assert_false(table_has_word(&t, 2, "words", ""));
	assert_string_equal(table_cell(&t, 0, "nothing"), "");
	assert_string_equal(table_of(&t, "law,effective_from\n"),
	    "missing_column");
	assert_string_equal(table_of(&t,
				"law,effective_from,effective_to\nA,,\nB\n"),
	    "short_row");
	assert_string_equal(table_of(&t,
				"law,effective_from,effective_to\nA,2025,\n"),
	    "bad_day");
}

static void
stars_stand_for_characters(void **state)
{
	static const struct {
		const char *type, *value, *masked; /* NULL: bad_value */
	} cases[] = {
		{ "email", "张三丰李@x.cn", "张三*李@x.cn" },
		{ "email", "a@b@c", NULL },
		{ "email", "@b", NULL },
		{ "email", "a@", NULL },
		{ "cn_mobile", "+86 138-0013-8000", "138****8000" },
		{ "name_zh", "欧阳娜娜", "欧阳**" },
		{ "name_zh", "", NULL },
		{ "name_latin", "Zoë  Li", "Z**  L*" },
		{ "address_zh", "上海市浦东新区世纪大道1号",
		    "上海市浦东新区******" },
		{ "address_zh", "某地1号", "****" },
		{ "iban", "DE89 3704 0044 0532 0130 00",
		    "DE89**************3000" },
		{ "iban", "D189370400440532013000", NULL },
		{ "pan", "4111-1111-1111", "411111**1111" },
		{ "pan", "41111111111", NULL },
		{ "cn_resident_id", "110105194912310", "110105*****2310" },
		{ "cn_resident_id", "1101051949123100", NULL },
		{ "ipv4", "10.0.0.255", "10.0.*.***" },
		{ "ipv4", "99999999999999.0.0.1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *masked = NULL;
		fault f = mask_value(&memory, cases[i].type, cases[i].value,
		    strlen(cases[i].value), &masked);

		if (cases[i].masked == NULL) {
			assert_string_equal(f, "bad_value");
			continue;
		}
		assert_null(f);
		assert_string_equal(masked, cases[i].masked);
	}
}

/* Any two sizes are consistent, each leaf is included, nothing else is. */
static void
proofs_hold_for_all_small_trees(void **state)
{
	static struct merkle_path path;
	struct hash leaves[40], root, other;

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		uint8_t byte = (uint8_t)i;

		leaves[i] = merkle_leaf((struct span){ &byte, 1 });
	}
	for (size_t n = 1; n <= 40; n++) {
		root = merkle_root(leaves, n);
		for (size_t i = 0; i < n; i++) {
			assert_null(
			    merkle_inclusion(leaves, n, (int64_t)i, &path));
			assert_true(merkle_verify(&root, n, i, leaves[i],
			    path.nodes, path.n));
			other = leaves[(i + 1) % 40];
			assert_false(merkle_verify(&root, n, i, other,
			    path.nodes, path.n));
			assert_false(merkle_verify(&root, n, n, leaves[i],
			    path.nodes, path.n));
		}
		assert_null(merkle_consistency(leaves, n, (int64_t)n, &path));
		assert_int_equal(path.n, 0);
		assert_string_equal(merkle_consistency(leaves, n,
					(int64_t)n + 1, &path),
		    "bad_old_size");
	}
}

static const char *
does(struct keyring *k, const char *type, const char *id, int64_t n)
{
	const struct key_event e = { type, id, n, n };

	return keyring_do(k, &e);
}

static void
keys_end_as_they_must(void **state)
{
	struct keyring k;

	(void)state;
	keyring_init(&k, &memory, 20);
	assert_string_equal(does(&k, "create_dek", "a", 0), "ok");
	assert_string_equal(does(&k, "encrypt", "a", DEK_USES_MOST - 1), "ok");
	assert_string_equal(does(&k, "encrypt", "a", 1), "ok");
	assert_string_equal(does(&k, "encrypt", "a", 1), "dek_exhausted");
	assert_string_equal(does(&k, "encrypt", "b", INT64_MAX), "unknown_dek");
	assert_string_equal(does(&k, "create_dek", "b", 0), "ok");
	assert_string_equal(does(&k, "encrypt", "b", INT64_MAX),
	    "dek_exhausted");
	assert_string_equal(does(&k, "destroy_kek", "", 1), "kek_active");
	assert_string_equal(does(&k, "rotate_kek", "", 0), "ok");
	assert_string_equal(does(&k, "destroy_kek", "", 1), "kek_in_use");
	assert_string_equal(does(&k, "rewrap", "a", 0), "ok");
	assert_string_equal(does(&k, "shred_dek", "b", 0), "ok");
	assert_string_equal(does(&k, "destroy_kek", "", 1), "ok");
	assert_string_equal(does(&k, "rewrap", "b", 0), "kek_destroyed");
	assert_string_equal(does(&k, "encrypt", "b", 1), "dek_shredded");
	assert_string_equal(does(&k, "destroy_kek", "", 0), "unknown_kek");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(days_are_read_as_they_are_written,
		    pool_empty),
		cmocka_unit_test_setup(months_end_with_the_month, pool_empty),
		cmocka_unit_test_setup(times_are_of_utc, pool_empty),
		cmocka_unit_test_setup(rows_hold_from_day_to_day, pool_empty),
		cmocka_unit_test_setup(stars_stand_for_characters, pool_empty),
		cmocka_unit_test_setup(proofs_hold_for_all_small_trees,
		    pool_empty),
		cmocka_unit_test_setup(keys_end_as_they_must, pool_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
