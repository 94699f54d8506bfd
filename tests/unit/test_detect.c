/* SPDX-License-Identifier: BSD-2-Clause */

#include "modules/data-security/detect_local.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct detector *detector;
static char *files[2];
static struct detect_hits hits;

static struct detect_hit *
more_room(void *owner, struct detect_hit *old, size_t old_count, size_t count)
{
	struct detect_hit *new = realloc(old, count * sizeof *new);

	(void)owner;
	(void)old_count;
	if (new == NULL)
		abort();
	return new;
}

static char *
load_file(const char *name, size_t *length_out)
{
	const char *top = getenv("ENTREPOT_SOURCE");
	char path[1024], *bytes = malloc(1 << 18);
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/modules/data-security/data/%s",
	    top != NULL ? top : ".", name);
	f = fopen(path, "re");
	if (f == NULL || bytes == NULL) {
		perror(path);
		abort();
	}
	*length_out = fread(bytes, 1, 1 << 18, f);
	(void)fclose(f);
	return bytes;
}

static int
load(void **state)
{
	char error[DETECT_ERROR];
	size_t n, m;

	(void)state;
	files[0] = load_file("iban.csv", &n);
	files[1] = load_file("context_words.csv", &m);
	detector = malloc(detector_size());
	hits.grow = more_room;
	return detector_init(detector, files[0], n, files[1], m, error) ? 0
									: -1;
}

static int
unload(void **state)
{
	(void)state;
	free(hits.at);
	free(detector);
	free(files[0]);
	free(files[1]);
	return 0;
}

/* Finds of one type ("" all), whatever their score. */
static size_t
find(const char *type, const char *text, unsigned least)
{
	struct detect_wish wish = { .min_score = least };
	unsigned t;

	if (*type != '\0') {
		assert_true(detector_type_find(type, strlen(type), &t));
		wish.types[t / 64] |= UINT64_C(1) << t % 64;
	}
	hits.count = 0;
	detector_scan(detector, &wish, text, strlen(text), &hits);
	return hits.count;
}

static const char *
pii(const char *text)
{
	static char out[512];
	size_t i, n = 0;

	hits.count = 0;
	out[0] = '\0';
	detector_pii(detector, text, strlen(text), &hits);
	for (i = 0; i < hits.count; i++) {
		const struct detect_hit *h = &hits.at[i];

		n += (size_t)snprintf(out + n, sizeof out - n, "%s%s=%.*s",
		    i > 0 ? " " : "", detect_pii_name(h->type),
		    (int)(h->end - h->start), text + h->start);
	}
	return out;
}

/* Numbers from the publications of those who give them, or computed. */
static const struct {
	const char *type;
	const char *number;
} proved[] = {
	{ "CN_RESIDENT_ID", "11010519491231002X" },
	{ "CN_USCC", "91330100MA2CF7K852" },
	{ "IBAN_CODE", "DE89370400440532013000" },
	{ "CREDIT_CARD", "4111111111111111" },
	{ "CN_BANK_CARD", "6250941006528599" },
	{ "HK_ID", "A123456(3)" },
	{ "TW_ID", "A123456789" },
	{ "ABA_ROUTING_NUMBER", "121042882" },
	{ "AU_ABN", "51824753556" },
	{ "AU_ACN", "000000019" },
	{ "AU_MEDICARE", "2123456701" },
	{ "AU_TFN", "876543210" },
	{ "CA_SIN", "130692544" },
	{ "MEDICAL_LICENSE", "BB1388568" },
	{ "US_NPI", "1245319599" },
	{ "ZA_ID_NUMBER", "0001015002288" },
	{ "DE_HEALTH_INSURANCE", "A123456780" },
	{ "DE_PASSPORT", "F12345671" },
	{ "DE_LANR", "987654401" },
	{ "DE_SOCIAL_SECURITY", "15070649C103" },
	{ "DE_TAX_ID", "98765432106" },
	{ "DE_VAT_ID", "DE129273398" },
	{ "ES_NIF", "12345678Z" },
	{ "ES_NIE", "X9613851N" },
	{ "FI_PERSONAL_IDENTITY_CODE", "131052-308T" },
	{ "IT_VAT_CODE", "01333550323" },
	{ "PL_PESEL", "02070803628" },
	{ "SE_PERSONNUMMER", "9201232387" },
	{ "SE_ORGANISATIONSNUMMER", "212000-0142" },
	{ "TR_NATIONAL_ID", "10000000146" },
	{ "UK_NHS", "401-023-2137" },
	{ "IN_AADHAAR", "312345678909" },
	{ "KR_BRN", "104-86-56659" },
	{ "SG_UEN", "53125226D" },
	{ "TH_TNIN", "1234567890121" },
};

static void
a_changed_digit_is_no_proof(void **state)
{
	size_t i, k;
	char text[64];

	(void)state;
	for (i = 0; i < sizeof proved / sizeof proved[0]; i++) {
		const char *number = proved[i].number;
		size_t n = strlen(number), changed = 0, still = 0;

		if (find(proved[i].type, number, 0) != 1 || !hits.at[0].proved)
			fail_msg("%s: %s", proved[i].type, number);
		assert_int_equal(hits.at[0].start, 0);
		assert_int_equal(hits.at[0].end, n);
		for (k = 0; k < n; k++) {
			if (number[k] < '0' || number[k] > '9')
				continue;
			memcpy(text, number, n + 1);
			text[k] = (char)('0' + (number[k] - '0' + 1) % 10);
			changed++;
			still += find(proved[i].type, text, 0) > 0 &&
			    hits.at[0].proved;
		}
		/* some schemes let single changes pass, none lets many */
		if (still * 4 > changed)
			fail_msg("%s: %zu of %zu changes pass", proved[i].type,
			    still, changed);
	}
}

static void
a_number_within_a_longer_one_is_none(void **state)
{
	static const struct {
		const char *before, *behind;
	} around[] = { { "x", "" }, { "", "x" }, { "7", "" }, { "", "7" },
		{ "_", "" }, { "", "_" }, { "1-", "" }, { "1.", "" },
		{ "", "-x" } };

	char text[64];
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof proved / sizeof proved[0]; i++)
		for (k = 0; k < sizeof around / sizeof around[0]; k++) {
			/* this one begins with a letter and is found behind */
			if (strcmp(proved[i].number, "A123456(3)") == 0)
				continue;
			(void)snprintf(text, sizeof text, "%s%s%s",
			    around[k].before, proved[i].number,
			    around[k].behind);
			if (find(proved[i].type, text, 0) > 0 &&
			    hits.at[0].proved &&
			    hits.at[0].end - hits.at[0].start ==
				strlen(proved[i].number))
				fail_msg("%s: %s", proved[i].type, text);
		}
}

static void
words_name_what_follows(void **state)
{
	(void)state;
	assert_int_equal(find("US_SSN", "078051123", 50), 0);
	assert_int_equal(find("US_SSN", "\"SSN\":\"078051123\"", 50), 1);
	assert_memory_equal(hits.at[0].word, "ssn", 3);
	assert_int_equal(find("US_SSN", "customerSsn=078051123", 50), 1);
	assert_int_equal(find("US_SSN", "lesson 078051123", 50), 0);
	/* too far away */
	assert_int_equal(find("US_SSN",
			     "ssn ....................................."
			     "......................... 078051123",
			     50),
	    0);
	assert_int_equal(find("CN_RESIDENT_ID", "身份证11010519491231002X", 99),
	    1);
	assert_int_equal(find("FI_PERSONAL_IDENTITY_CODE",
			     "Henkilötunnus 131052-308T", 99),
	    1);
}

static void
the_likelier_of_two_stays(void **state)
{
	(void)state;
	/* a card, not two telephone numbers and not a bank account */
	assert_int_equal(find("", "4111 1111 1111 1111", 0), 1);
	assert_string_equal(detector_type_name(hits.at[0].type), "CREDIT_CARD");
	/* a mailbox, not the page of its host */
	assert_int_equal(find("", "info@example.com", 50), 1);
	assert_string_equal(detector_type_name(hits.at[0].type),
	    "EMAIL_ADDRESS");
}

static void
addresses_of_the_net(void **state)
{
	(void)state;
	assert_int_equal(find("IP_ADDRESS", "2001:db8::1 ::1 10.0.0.0/8", 0),
	    3);
	assert_int_equal(find("IP_ADDRESS", "12:34:56 256.1.1.1 a::b::c", 0),
	    0);
	assert_int_equal(find("IP_ADDRESS", "{\"ip\":\"::1\"}", 50), 1);
	assert_int_equal(find("MAC_ADDRESS",
			     "00:1A:2B:3C:4D:5E aa-bb-cc-dd-ee-ff "
			     "ff:ff:ff:ff:ff:ff",
			     0),
	    2);
	assert_int_equal(find("URL", "see (https://example.com/a?b=c).", 0), 1);
	assert_int_equal(hits.at[0].end, 30);
	assert_int_equal(find("URL", "file.c e.g. v1.2 http://host", 0), 0);
}

static void
plain_kinds_have_their_priority(void **state)
{
	(void)state;
	assert_string_equal(pii("a@b.com2 a@b..com a@b.c .a@b.co"),
	    "email=a@b.com email=.a@b.co");
	assert_string_equal(pii("x11010519491231002X 11010519491231002x"),
	    "cn_resident_id=11010519491231002x");
	assert_string_equal(pii("13800138000@qq.com +8613800138000"),
	    "email=13800138000@qq.com cn_mobile=+8613800138000");
	assert_string_equal(pii("8613800138000 86-13800138000 a13800138000b"),
	    "cn_mobile=86-13800138000 cn_mobile=13800138000");
	assert_string_equal(pii("++14155552671 +141555 +14155552671"),
	    "e164=+14155552671");
	assert_string_equal(pii("1.2.3.4.5 1.2.3.4. 01.2.3.256 a1.2.3.4"),
	    "ipv4=1.2.3.4 ipv4=1.2.3.4");
	assert_string_equal(pii("E12345678 EA1234567 EI1234567 G1234567"),
	    "cn_passport=E12345678 cn_passport=EA1234567");
	assert_string_equal(pii("4111-1111 1111-1111 4111  1111 1111 1111"),
	    "pan=4111-1111 1111-1111");
	assert_string_equal(pii("DE89370400440532013000 DE89 3704 0044"),
	    "iban=DE89370400440532013000");
	assert_true(detect_pii_is_sensitive(DETECT_PII_PAN));
	assert_false(detect_pii_is_sensitive(DETECT_PII_IPV4));
}

static void
bad_data_names_its_line(void **state)
{
	struct detector *d = malloc(detector_size());
	char error[DETECT_ERROR];
	const char *good = "country,length,structure,name\nDE,22,8n10n,\n";
	const char *short_one = "country,length,structure,name\nDE,23,8n10n,\n";
	const char *words = "type,language,word\nNONE,en,word\n";

	(void)state;
	assert_false(
	    detector_init(d, short_one, strlen(short_one), "", 0, error));
	assert_non_null(strstr(error, "line 2"));
	assert_false(
	    detector_init(d, good, strlen(good), words, strlen(words), error));
	assert_non_null(strstr(error, "line 2: the type"));
	assert_true(detector_init(d, good, strlen(good), "", 0, error));
	free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_changed_digit_is_no_proof),
		cmocka_unit_test(a_number_within_a_longer_one_is_none),
		cmocka_unit_test(words_name_what_follows),
		cmocka_unit_test(the_likelier_of_two_stays),
		cmocka_unit_test(addresses_of_the_net),
		cmocka_unit_test(plain_kinds_have_their_priority),
		cmocka_unit_test(bad_data_names_its_line),
	};

	return cmocka_run_group_tests_name("detect", tests, load, unload);
}
