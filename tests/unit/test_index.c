/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "modules/compliance/index_file.h"
#include "tests/unit/screening_bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef DATA
#define DATA "modules/compliance/data"
#endif

static struct bed bed;

static struct screen_result
screen(const char *name, enum party_type type)
{
	struct screen_query q = { .name = name,
		.name_len = strlen(name),
		.type = type };
	struct screen_options o = { 0 };
	struct screen_result r;

	pool_reset(bed.pool);
	index_screen(&bed.index, &bed.reader, &q, &o, &bed.memory, &r);
	return r;
}

static void
add(struct bed *b, struct index_builder *builder, void *ctx)
{
	struct list_meta meta = { "own", "v1", "", "", 0 };
	struct list_name names[2] = { { "Zebulon Quarterstaff", NAME_PRIMARY },
		{ "Quarry", NAME_WEAK_AKA } };
	struct identifier id = { "imo", "IMO9187629" };
	struct list_entry e = { .id = "z1",
		.type = PARTY_INDIVIDUAL,
		.names = names,
		.name_count = 2,
		.identifiers = &id,
		.identifier_count = 1,
		.remarks = "r" };

	(void)b;
	(void)ctx;
	index_builder_list(builder, &meta);
	index_builder_entry(builder, &e);
	index_builder_entry(builder, &e);
}

static void
a_misspelt_name_finds_its_entry(void **state)
{
	struct screen_result r = screen("Quartersaff, Zebulon", PARTY_ANY);

	(void)state;
	assert_int_equal(r.decision, MATCH_MATCH);
	assert_string_equal(r.hits[0].entry_id, "z1");
	assert_string_equal(r.hits[0].list, "own");
}

static void
an_entry_given_twice_is_one_hit(void **state)
{
	(void)state;
	assert_int_equal(screen("Zebulon Quarterstaff", PARTY_ANY).hit_count,
	    1);
}

static void
another_type_is_not_found(void **state)
{
	(void)state;
	assert_int_equal(screen("Zebulon Quarterstaff", PARTY_ENTITY).hit_count,
	    0);
}

static void
a_weak_alias_alone_asks_for_review(void **state)
{
	struct screen_result r = screen("Quarry", PARTY_INDIVIDUAL);

	(void)state;
	assert_int_equal(r.decision, MATCH_REVIEW);
	assert_int_equal(r.hits[0].kind, NAME_WEAK_AKA);
}

static void
an_identifier_finds_its_entry_without_a_name(void **state)
{
	struct identifier id = { "imo", "IMO9187629" };
	struct screen_query q = { .identifiers = &id, .identifier_count = 1 };
	struct screen_options o = { 0 };
	struct screen_result r;

	(void)state;
	index_screen(&bed.index, &bed.reader, &q, &o, &bed.memory, &r);
	assert_int_equal(r.decision, MATCH_MATCH);
	assert_string_equal(r.hits[0].entry_id, "z1");
}

static void
lists_limit_and_threshold_are_obeyed(void **state)
{
	unsigned char none[2] = { 1, 0 };
	struct screen_query q = { .name = "Zebulon Quarterstaf",
		.name_len = 19 };
	struct screen_options o = { .lists = none };
	struct screen_result r;

	(void)state;
	index_screen(&bed.index, &bed.reader, &q, &o, &bed.memory, &r);
	assert_int_equal(r.hit_count, 0);
	o.lists = NULL;
	o.threshold = 0.999f;
	index_screen(&bed.index, &bed.reader, &q, &o, &bed.memory, &r);
	assert_int_equal(r.hit_count, 0);
	q = (struct screen_query){ .name = "Muhammad Ali", .name_len = 12 };
	o = (struct screen_options){ .threshold = 0.5f, .limit = 2 };
	index_screen(&bed.index, &bed.reader, &q, &o, &bed.memory, &r);
	assert_int_equal(r.hit_count, 2);
	assert_true(r.hits[0].result.score >= r.hits[1].result.score);
}

static void
a_stranger_is_clear(void **state)
{
	struct screen_result r = screen("Brunhilde Xylander", PARTY_ANY);

	(void)state;
	assert_int_equal(r.decision, MATCH_CLEAR);
	assert_int_equal(r.hit_count, 0);
}

static void
a_damaged_snapshot_is_refused(void **state)
{
	size_t len = bed.snapshot_len, at;
	struct index ix;

	(void)state;
	assert_null(index_open(bed.snapshot, len, &ix));
	assert_non_null(index_open(bed.snapshot, len - 8, &ix));
	assert_non_null(index_open(bed.snapshot, 16, &ix));
	for (at = 0; at < len; at += at < 512 ? 8 : len / 97) {
		bed.snapshot[at] ^= 0x41;
		assert_non_null(index_open(bed.snapshot, len, &ix));
		bed.snapshot[at] ^= 0x41;
	}
	assert_null(index_open(bed.snapshot, len, &ix));
}

static void
an_offset_that_leads_outside_is_refused(void **state)
{
	struct index_header *h = (void *)bed.snapshot;
	struct name_record *n = (void *)(bed.snapshot +
	    h->sections[SECTION_NAMES].offset);
	uint64_t kept = h->checksum, sum = 0, at = sizeof(*h);
	uint32_t was = n->tokens.first;
	struct index ix;
	int i;

	(void)state;
	n->tokens.first = 0xfffffff0u;
	for (i = 0; i < SECTIONS; i++) {
		uint64_t bytes = (h->sections[i].count *
					 index_record_size((enum section)i) +
				     7) &
		    ~(uint64_t)7;

		sum = index_checksum(sum, bed.snapshot + at, bytes);
		at += bytes;
	}
	h->checksum = sum;
	assert_string_equal(index_open(bed.snapshot, bed.snapshot_len, &ix),
	    "snapshot: damaged, an offset leads outside");
	n->tokens.first = was;
	h->checksum = kept;
}

static int
open_bed(void **state)
{
	(void)state;
	bed_open(&bed, DATA);
	bed_ofac(&bed, DATA "/ofac_sample", add, NULL);
	return 0;
}

static int
close_bed(void **state)
{
	(void)state;
	bed_close(&bed);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_misspelt_name_finds_its_entry),
		cmocka_unit_test(an_entry_given_twice_is_one_hit),
		cmocka_unit_test(another_type_is_not_found),
		cmocka_unit_test(a_weak_alias_alone_asks_for_review),
		cmocka_unit_test(an_identifier_finds_its_entry_without_a_name),
		cmocka_unit_test(lists_limit_and_threshold_are_obeyed),
		cmocka_unit_test(a_stranger_is_clear),
		cmocka_unit_test(a_damaged_snapshot_is_refused),
		cmocka_unit_test(an_offset_that_leads_outside_is_refused),
	};

	return cmocka_run_group_tests_name("index", tests, open_bed, close_bed);
}
