/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "modules/compliance/baseline.h"
#include "modules/compliance/pool.h"

#include <string.h>

static struct pool *pool;
static struct memory memory;

static int
open_pool(void **state)
{
	(void)state;
	pool = pool_new(1 << 16);
	memory = pool_memory(pool);
	return 0;
}

static int
close_pool(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

static void
reads(const char *name, const char *expected)
{
	struct baseline_name n;

	baseline_read(name, strlen(name), &memory, &n);
	assert_string_equal(baseline_text(&n, &memory), expected);
}

static double
score(const char *a, const char *b)
{
	struct baseline_name x, y;

	baseline_read(a, strlen(a), &memory, &x);
	baseline_read(b, strlen(b), &memory, &y);
	return baseline_round(baseline_score(&x, &y, &memory), 6);
}

static void
letters_become_plain(void **state)
{
	(void)state;
	reads("Stra\303\237e \303\206r\303\270 \305\222uvre",
	    "STRASSE AERO OEUVRE");
	reads("\305\201\303\263d\305\272 \303\236\303\263r "
	      "\304\220\341\272\267ng \304\261",
	    "LODZ THOR DANG I");
	reads("\320\251\321\221\320\272\320\270\320\275 "
	      "\320\256\320\273\321\214\321\217",
	    "SHCHEKIN YULYA");
	reads("O'Neil D\342\200\231Arc", "ONEIL DARC");
	reads("A.B-C_D/1", "A B C D 1");
	/* decomposed as well as composed */
	reads("Jose\314\201", "JOSE");
	reads("\346\235\216\344\274\237\346\230\216",
	    "\346\235\216\344\274"
	    "\237\346\230\216");
	/* Greek is not read, and bytes that are no UTF-8 separate */
	reads("\316\221\316\262", "");
	reads("a\377b", "A B");
	reads("\360\235\205\237x", "X");
}

static void
forms_are_dropped_unless_nothing_remains(void **state)
{
	(void)state;
	reads("The Acme Co., Ltd.", "ACME");
	reads("Co Ltd", "CO LTD");
	reads("Coal", "COAL");
	reads(" ", "");
}

static void
published_vectors_hold(void **state)
{
	(void)state;
	assert_float_equal(score("MARTHA", "MARHTA"), 0.961111, 1e-9);
	assert_float_equal(score("DWAYNE", "DUANE"), 0.84, 1e-9);
	assert_float_equal(score("DIXON", "DICKSONX"), 0.813333, 1e-9);
	assert_float_equal(score("A", "A"), 1, 1e-9);
	assert_float_equal(score("A", "B"), 0, 1e-9);
	assert_float_equal(score("", "B"), 0, 1e-9);
}

static void
order_does_not_matter_but_number_does(void **state)
{
	(void)state;
	assert_float_equal(score("Golden Mountain", "Mountain Golden"), 1, 0);
	assert_float_equal(score("Anna Maria Schmidt", "Schmidt Anna"),
	    0.966667, 1e-9);
	/* one token among several: at most 0.8, unless joined is better */
	assert_float_equal(score("ZULU", "ALPHA ZULU"), 0.8, 1e-9);
	assert_true(score("ALPHA", "ALPHA ZULU") > 0.8);
}

static const char list[] =
    "ent_num,type,name,name_kind,birth_year,country,program\n"
    "2,individual,\"DOE, Jane\",primary,1970,US,X\n"
    "2,individual,Jane Doe,strong_aka,1970,US,X\n"
    "1,individual,Jane Doe,weak_aka,,,X\n"
    "3,entity,Jane Doe,primary,,,X\n";

static size_t
screen(const struct baseline_query *like, struct baseline_hit *hits)
{
	struct baseline_query q = *like;
	struct baseline_list l;

	assert_null(baseline_list_read(list, sizeof list - 1, &memory, &l));
	assert_int_equal(l.n, 4);
	baseline_read("jane doe", 8, &memory, &q.name);
	return baseline_screen(&l, &q, &memory, hits);
}

static void
points_go_off_for_doubts(void **state)
{
	struct baseline_hit hits[4];

	(void)state;
	assert_int_equal(screen(&(struct baseline_query){ .type = "",
				    .country = "",
				    .review_at = 85 },
			     hits),
	    3);
	/* equal scores by number; the first name of the entry on ties */
	assert_int_equal(hits[0].row->ent_num, 2);
	assert_string_equal(hits[0].row->kind, "primary");
	assert_int_equal(hits[1].row->ent_num, 3);
	assert_float_equal(hits[2].score, 94, 0);
	assert_int_equal(screen(&(struct baseline_query){ .type = "individual",
				    .country = "CN",
				    .birth_year = 1972,
				    .review_at = 82 },
			     hits),
	    2);
	assert_float_equal(hits[1].score, 82, 0);
	assert_int_equal(screen(&(struct baseline_query){ .type = "individual",
				    .country = "US",
				    .birth_year = 1971,
				    .review_at = 95 },
			     hits),
	    1);
	assert_float_equal(hits[0].score, 100, 0);
}

static void
bad_lists_are_refused(void **state)
{
	static const char *const bad[] = { "h\n1,a,b\n",
		"h\nx,individual,A,primary,,,X\n",
		"h\n1,individual,A,primary,19x,,X\n",
		"h\n1,individual,!,primary,,,X\n",
		"h\n1,individual,\"A,primary,,,X\n" };
	struct baseline_list l;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_non_null(
		    baseline_list_read(bad[i], strlen(bad[i]), &memory, &l));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_become_plain),
		cmocka_unit_test(forms_are_dropped_unless_nothing_remains),
		cmocka_unit_test(published_vectors_hold),
		cmocka_unit_test(order_does_not_matter_but_number_does),
		cmocka_unit_test(points_go_off_for_doubts),
		cmocka_unit_test(bad_lists_are_refused),
	};

	return cmocka_run_group_tests(tests, open_pool, close_pool);
}
