/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "modules/compliance/name_edit.h"
#include "tests/unit/screening_bed.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef DATA
#define DATA "modules/compliance/data"
#endif

static struct bed bed;

/* The tokens of the first reading, parted by blanks. */
static const char *
read_as(const char *text, enum name_view view, struct name *name_out)
{
	static char out[1024];
	struct name names[NAME_READINGS];
	size_t i, n = 0;

	out[0] = '\0';
	pool_reset(bed.pool);
	if (name_read(&bed.reader, text, strlen(text), view, &bed.memory,
		names) == 0)
		return "";
	for (i = 0; i < names[0].count; i++)
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s",
		    i > 0 ? " " : "", names[0].tokens[i].text);
	if (name_out != NULL)
		*name_out = names[0];
	return out;
}

static void
marks_and_case_are_folded(void **state)
{
	(void)state;
	assert_string_equal(read_as("ERDO\xc4\x9e"
				    "AN, Recep",
				VIEW_PERSON, NULL),
	    "erdogan recep");
	assert_string_equal(read_as("Stra\xc3\x9f"
				    "e \xc3\x98re",
				VIEW_PERSON, NULL),
	    "strasse ore");
}

static void
cyrillic_is_spelt_as_in_passports(void **state)
{
	(void)state;
	assert_string_equal(
	    read_as("\xd0\xa5\xd1\x80\xd1\x83\xd1\x89\xd1\x91\xd0\xb2",
		VIEW_PERSON, NULL),
	    "khrushchyov");
}

static void
the_arabic_article_is_a_word(void **state)
{
	(void)state;
	assert_string_equal(read_as("\xd8\xa8\xd8\xb4\xd8\xa7\xd8\xb1 "
				    "\xd8\xa7\xd9\x84\xd8\xa3\xd8\xb3\xd8\xaf",
				VIEW_PERSON, NULL),
	    "bshar al asd");
}

static void
hangul_is_read_by_syllable(void **state)
{
	(void)state;
	assert_string_equal(read_as("\xea\xb9\x80\xec\xa0\x95\xec\x9d\x80",
				VIEW_PERSON, NULL),
	    "kim jong un");
}

static void
legal_forms_of_one_class_are_equal(void **state)
{
	struct name a, b, c;

	(void)state;
	assert_string_equal(read_as("OAO Gazprom", VIEW_ENTITY, &a), "gazprom");
	assert_string_equal(read_as("Gazprom Joint Stock Company", VIEW_ENTITY,
				&b),
	    "gazprom");
	read_as("Gazprom GmbH", VIEW_ENTITY, &c);
	assert_int_equal(a.form, b.form);
	assert_int_not_equal(a.form, c.form);
}

static void
chinese_forms_are_found_without_blanks(void **state)
{
	struct name a;

	(void)state;
	read_as("\xe5\x8d\x8e\xe4\xb8\xba\xe6\x9c\x89\xe9\x99\x90"
		"\xe5\x85\xac\xe5\x8f\xb8",
	    VIEW_ENTITY, &a);
	assert_int_not_equal(a.form, 0);
	assert_int_equal(a.count, 2);
}

static void
dotted_letters_are_one_word(void **state)
{
	(void)state;
	assert_string_equal(read_as("L.X.C Aviation", VIEW_ENTITY, NULL),
	    "lxc aviation");
	assert_string_equal(read_as("J.-C. Juncker", VIEW_PERSON, NULL),
	    "j c juncker");
}

static void
numbers_in_words_and_roman_are_numbers(void **state)
{
	struct name a;

	(void)state;
	assert_string_equal(read_as("Three Percenters", VIEW_ENTITY, NULL),
	    "3 percenters");
	read_as("Asian Fund IV", VIEW_ENTITY, &a);
	assert_int_equal(a.tokens[2].kind, TOKEN_NUMBER);
	assert_string_equal(a.tokens[2].text, "4");
}

static void
a_name_without_letters_is_none(void **state)
{
	(void)state;
	assert_string_equal(read_as(" .,-() ", VIEW_PERSON, NULL), "");
	assert_string_equal(read_as("\xff\xfe", VIEW_PERSON, NULL), "");
}

static void
a_very_long_name_is_cut_not_refused(void **state)
{
	char text[20000];
	struct name a;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	read_as(text, VIEW_PERSON, &a);
	assert_int_equal(a.count, 1);
	assert_int_equal(a.tokens[0].len, TOKEN_LEN);
}

static void
a_pattern_costs_what_the_words_cost(void **state)
{
	static const char *const words[] = { "putin", "puttin", "mohammed",
		"muhamad", "lavrov", "larvov", "a", "khan", "qan", "44", "4" };
	size_t i, k, n = sizeof(words) / sizeof(words[0]);

	(void)state;
	for (i = 0; i < n; i++) {
		struct edit_pattern p;

		edit_pattern_init(&p, words[i], strlen(words[i]));
		for (k = 0; k < n; k++)
			assert_int_equal(edit_pattern_cost(&p, words[k],
					     strlen(words[k]), 9999),
			    edit_cost(words[i], strlen(words[i]), words[k],
				strlen(words[k]), 9999));
	}
}

/* Few letters, so that doubles, swaps and equal sounds meet often. */
static size_t
random_word(uint32_t *seed, char *out)
{
	size_t n = 1 + suite_random(seed) % 11, i;

	for (i = 0; i < n; i++)
		out[i] = "abckhgtiks1"[suite_random(seed) % 11];
	return n;
}

static size_t
random_edit(uint32_t *seed, char *word, size_t n)
{
	size_t at = suite_random(seed) % n;
	char letter = "abckhgtiksz"[suite_random(seed) % 11];

	switch (suite_random(seed) % 4) {
	case 0:
		if (n > 1)
			memmove(word + at, word + at + 1, --n - at);
		break;
	case 1:
		memmove(word + at + 1, word + at, n++ - at);
		word[at] = letter;
		break;
	case 2:
		word[at] = letter;
		break;
	default:
		if (at + 1 < n) {
			letter = word[at];
			word[at] = word[at + 1];
			word[at + 1] = letter;
		}
	}
	return n;
}

static void
filters_never_hide_words_within_the_budget(void **state)
{
	uint32_t seed = suite_seed(), alike = 0, refused = 0, times;

	(void)state;
	for (times = 0; times < 200000; times++) {
		char one[32], two[32];
		size_t a = random_word(&seed, one), b = a, k;
		unsigned budget = 10 * (suite_random(&seed) % 27);
		struct edit_sounds x, y;

		memcpy(two, one, a);
		for (k = suite_random(&seed) % 5; k > 0; k--)
			b = random_edit(&seed, two, b);
		x = edit_sounds(one, a);
		y = edit_sounds(two, b);
		if (edit_cost(one, a, two, b, budget) > budget) {
			refused += !edit_sounds_fit(&x, &y, budget);
			continue;
		}
		alike++;
		assert_true(edit_bits_within(edit_signature(one, a),
		    edit_signature(two, b), edit_bits(budget)));
		assert_true(edit_bits_within(edit_counts(one, a),
		    edit_counts(two, b), edit_count_bits(budget)));
		assert_true(edit_sounds_fit(&x, &y, budget));
	}
	assert_in_range(alike, 50000, 180000);
	assert_in_range(refused, 20000, 150000);
}

static int
open_bed(void **state)
{
	(void)state;
	bed_open(&bed, DATA);
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
		cmocka_unit_test(marks_and_case_are_folded),
		cmocka_unit_test(cyrillic_is_spelt_as_in_passports),
		cmocka_unit_test(the_arabic_article_is_a_word),
		cmocka_unit_test(hangul_is_read_by_syllable),
		cmocka_unit_test(legal_forms_of_one_class_are_equal),
		cmocka_unit_test(chinese_forms_are_found_without_blanks),
		cmocka_unit_test(dotted_letters_are_one_word),
		cmocka_unit_test(numbers_in_words_and_roman_are_numbers),
		cmocka_unit_test(a_name_without_letters_is_none),
		cmocka_unit_test(a_very_long_name_is_cut_not_refused),
		cmocka_unit_test(a_pattern_costs_what_the_words_cost),
		cmocka_unit_test(filters_never_hide_words_within_the_budget),
	};

	return cmocka_run_group_tests_name("name", tests, open_bed, close_bed);
}
