/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as a text, and as the two data files.  Finds are in order, within
 * the text, not empty and apart from each other.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "modules/data-security/detect.h"

static const char iban[] =
    "country,length,bban_structure,name\nDE,22,8n10n,\nMT,31,4a5n18c,\n";
static const char words[] =
    "type,language,word\nUS_SSN,en,ssn\nCN_MOBILE,zh,手机\nDE_PASSPORT,de,pass\n"
    "TH_TNIN,th,เลขบัตร\nFI_PERSONAL_IDENTITY_CODE,fi,henkilötunnus\n";

/* libFuzzer gives the name.  NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

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

static void
check(struct detect_hits *hits, size_t size)
{
	size_t i;

	for (i = 0; i < hits->count; i++) {
		const struct detect_hit *h = &hits->at[i];

		if (h->start >= h->end || h->end > size || h->score < 1 ||
		    h->score > 100 || (i > 0 && h[-1].end > h->start))
			abort();
	}
	hits->count = 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct detector *d, *other;
	static struct detect_hits hits = { .grow = more_room };
	const char *text = (const char *)bytes;
	struct detect_wish wish = { .min_score = 0 };
	char error[DETECT_ERROR];
	unsigned type;

	if (d == NULL) {
		d = malloc(detector_size());
		other = malloc(detector_size());
		if (d == NULL || other == NULL ||
		    !detector_init(d, iban, sizeof iban - 1, words,
			sizeof words - 1, error))
			abort();
	}
	detector_pii(d, text, size, &hits);
	check(&hits, size);
	detector_scan(d, &wish, text, size, &hits);
	check(&hits, size);
	if (size == 0)
		return 0;
	for (type = 0; detector_type_name(type) != NULL; type++) {
		memset(wish.types, 0, sizeof wish.types);
		wish.types[type / 64] = UINT64_C(1) << type % 64;
		wish.min_score = bytes[0] % 100;
		wish.language[0] = 'z';
		wish.language[1] = bytes[size - 1] & 1 ? 'h' : '\0';
		detector_scan(d, &wish, text, size, &hits);
		check(&hits, size);
	}
	(void)detector_init(other, text, size, words, sizeof words - 1, error);
	(void)detector_init(other, iban, sizeof iban - 1, text, size, error);
	return 0;
}
