/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as a message in XML, as a tracking number and as a carrier's
 * event: what is read can be checked and told again.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "modules/logistics/carrier.h"
#include "modules/logistics/message_xml.h"
#include "modules/logistics/parcel_number.h"
#include "modules/logistics/xml_text.h"

enum {
	POOL = 1 << 24
};

/* libFuzzer gives the name.  NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static _Alignas(max_align_t) char pool[POOL];
static size_t pool_used;

static void *
pool_alloc(void *owner, size_t size)
{
	char *at = pool + pool_used;

	(void)owner;
	size = (size + 15) & ~(size_t)15;
	if (size > POOL - pool_used)
		abort();
	pool_used += size;
	memset(at, 0, size);
	return at;
}

static const struct memory memory = { pool_alloc, NULL };
static const char formats[] =
    "carrier,format,pattern,check\n"
    "s10,,a2 d9 a2,s10 2 8 10\nups,,=1Z x16,mod10/1/2 2 15 17\n"
    "fedex,,d12,weighted/31731731731 0 11 11\ndpd,,x14 x1,mod37_36 0 14 14\n"
    "x,,=GM|LX x10-37,\ny,,d3 d8,mod7 3 7 10\nz,,=0 d10,luhn 0 10 10\n";
static const char words[] =
    "phrase,status,reason\nnot delivered,delivery_failed,\n"
    "delivered,delivered,\n\345\246\245\346\212\225,delivered,\n";

static void
try_message(const uint8_t *bytes, size_t size)
{
	struct xml_text t = { .memory = &memory };
	struct xml_message m, again;

	if (message_xml_read((const char *)bytes, size, &memory, &m) != NULL ||
	    m.n_documents == 0 || m.documents[0].n_members == 0 ||
	    !xml_is_name(m.documents[0].members[0].name))
		return;
	xml_add(&t, "<a><b>");
	xml_add_member(&t, m.documents[0].members[0].name,
	    m.documents[0].members[0].text);
	xml_add(&t, "</b></a>");
	if (message_xml_read(t.bytes, t.length, &memory, &again) != NULL)
		abort();
}

static void
try_words(const struct number_tables *numbers,
    const struct carrier_tables *carriers, const uint8_t *bytes, size_t size)
{
	static const struct track_tables posts;
	const char *text = text_copy(&memory, (const char *)bytes, size);
	const struct carrier_event event = { text, text, text };
	struct number_guess guesses[8];
	char number[NUMBER_MAX + 1];
	struct normal_event out;

	if (number_clean(text, number))
		(void)number_guess(numbers, number, guesses, 8);
	event_normalise(carriers, &posts, &event, &memory, &out);
	if (out.status == NULL || out.reason == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct number_tables numbers;
	static struct carrier_tables carriers;
	static size_t kept;
	struct csv c;

	if (size > 1 << 14)
		return 0;
	if (kept == 0) {
		csv_open(&c, formats, sizeof formats - 1, &memory);
		if (formats_read(&numbers, &c) != NULL)
			abort();
		csv_open(&c, words, sizeof words - 1, &memory);
		if (words_read(&carriers, &c) != NULL)
			abort();
		kept = pool_used;
	}
	pool_used = kept;
	try_message(bytes, size);
	try_words(&numbers, &carriers, bytes, size);
	return 0;
}
