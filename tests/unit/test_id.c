/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/base/hex.h"
#include "core/base/id.h"
#include "core/base/sha256.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
ids_rise_and_have_the_form_of_version_7(void **state)
{
	char before[ID_ROOM] = "", id[ID_ROOM];
	unsigned char b[6];
	int64_t now = clock_real_us() / 1000, ms = 0;
	int i;

	(void)state;
	for (i = 0; i < 50000; i++) {
		id_new(id);
		assert_int_equal(strlen(id), 36);
		assert_true(strcmp(before, id) < 0);
		assert_int_equal(id[14], '7');
		assert_non_null(strchr("89ab", id[19]));
		assert_true(id[8] == '-' && id[13] == '-' && id[18] == '-' &&
		    id[23] == '-');
		memcpy(before, id, sizeof id);
	}
	memmove(before + 8, before + 9, 4);
	assert_true(hex_decode(before, 6, b));
	for (i = 0; i < 6; i++)
		ms = ms << 8 | b[i];
	assert_true(ms >= now && ms < now + 60000);
}

static char made[4][2000][ID_ROOM];

static void *
make(void *arg)
{
	char(*ids)[ID_ROOM] = arg;
	int i;

	for (i = 0; i < 2000; i++)
		id_new(ids[i]);
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
threads_get_different_ids(void **state)
{
	char(*all)[ID_ROOM] = &made[0][0];
	pthread_t threads[4];
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_create(threads + i, NULL, make,
				     made[i]),
		    0);
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	qsort(all, 8000, ID_ROOM, compare);
	for (i = 1; i < 8000; i++) /* the time and the counter differ */
		assert_true(memcmp(all[i - 1], all[i], 18) < 0);
}

static void
hex_reads_what_it_writes(void **state)
{
	unsigned char b[256], again[256];
	char text[513];
	int i;

	(void)state;
	for (i = 0; i < 256; i++)
		b[i] = (unsigned char)i;
	hex_encode(b, 256, text);
	assert_true(hex_decode(text, 256, again));
	assert_memory_equal(b, again, 256);
	assert_true(hex_decode("aBFf", 2, again));
	assert_false(hex_decode("0g", 1, again));
	assert_false(hex_decode("g0", 1, again));
}

static void
digests_are_those_of_fips_180(void **state)
{
	static const char abc[] = "ba7816bf8f01cfea414140de5dae2223"
				  "b00361a396177a9cb410ff61f20015ad";
	char path[] = "/tmp/test_id-XXXXXX", hex[SHA256_ROOM];
	struct err err = { 0 };
	int fd = mkstemp(path);

	(void)state;
	sha256_bytes("abc", 3, hex);
	assert_string_equal(hex, abc);
	assert_true(fd >= 0 && unlink(path) == 0);
	assert_int_equal(write(fd, "abc", 3), 3);
	assert_int_equal(sha256_file(fd, hex, &err), EP_OK);
	assert_string_equal(hex, abc);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 3);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(sha256_file(fd, hex, &err), EP_OK);
	assert_string_equal(hex,
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	(void)close(fd);
	assert_int_equal(sha256_file(fd, hex, &err), EP_UNAVAILABLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_rise_and_have_the_form_of_version_7),
		cmocka_unit_test(threads_get_different_ids),
		cmocka_unit_test(hex_reads_what_it_writes),
		cmocka_unit_test(digests_are_those_of_fips_180),
	};

	return cmocka_run_group_tests_name("id", tests, NULL, NULL);
}
