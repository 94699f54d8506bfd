/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Speed of the detection of personal data in JSON of orders, beside PCRE2
 * with its JIT that runs one pattern for each detector.
 *
 * Usage: detect DATA [MEGABYTES].  Patterns are made from the same rows, and
 * their matches go through the same checks, so recall is equal by
 * construction; the program counts what each finds and fails if the patterns
 * find a hit that the scan has not.  The seed is fixed.
 */

#define PCRE2_CODE_UNIT_WIDTH 8

#include "modules/data-security/detect_local.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	DOCUMENT = 4096,
	PATTERN = 1 << 16,
	DETECTORS = 40
};

/* Forty kinds: what a shop in China that sells abroad meets. */
static const char *const kinds[DETECTORS] = { "EMAIL_ADDRESS", "URL",
	"IP_ADDRESS", "MAC_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "CRYPTO",
	"PHONE_NUMBER", "CN_RESIDENT_ID", "CN_USCC", "CN_MOBILE", "CN_PASSPORT",
	"CN_BANK_CARD", "CN_HK_MACAU_PERMIT", "HK_ID", "TW_ID", "IMEI",
	"US_SSN", "US_ITIN", "US_PASSPORT", "ABA_ROUTING_NUMBER", "AU_ABN",
	"AU_TFN", "CA_SIN", "UK_NHS", "UK_NINO", "DE_TAX_ID", "DE_VAT_ID",
	"ES_NIF", "ES_NIE", "IT_FISCAL_CODE", "IT_VAT_CODE", "PL_PESEL",
	"FI_PERSONAL_IDENTITY_CODE", "SE_PERSONNUMMER", "IN_AADHAAR", "IN_PAN",
	"KR_RRN", "SG_NRIC_FIN", "TH_TNIN" };

static uint64_t seed = 20261124;

/* splitmix64, public domain (Steele, Lea, Flood 2014) */
static unsigned
draw(unsigned below)
{
	uint64_t z = (seed += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ (z >> 31)) % below);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static char *
load(const char *folder, const char *name, size_t *length_out)
{
	char path[1024], *bytes;
	FILE *f;
	size_t room = 1 << 20;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "r");
	if (f == NULL) {
		perror(path);
		exit(1);
	}
	bytes = malloc(room);
	*length_out = fread(bytes, 1, room, f);
	fclose(f);
	return bytes;
}

/* The buyer: a third of the documents have one in clear. */
static int
person(char *at, size_t room)
{
	static const char *const mails[] = { "li.wei", "anna.schmidt", "j_doe",
		"sato99" };

	return snprintf(at, room,
	    "\"buyer\":{\"name\":\"王小明\",\"email\":\"%s%u@example.com\","
	    "\"mobile\":\"+86 13%u%08u\",\"idCard\":\"11010519491231002X\","
	    "\"card\":\"4111 1111 1111 1111\",\"iban\":\"DE8937040044"
	    "0532013000\",\"ip\":\"10.%u.%u.7\"},",
	    mails[draw(4)], draw(1000), draw(10), draw(100000000), draw(256),
	    draw(256));
}

static size_t
document(char *at, size_t room)
{
	static const char *const goods[] = { "Ceramic mug with lid, 350 ml",
		"男士纯棉短袖T恤 圆领 白色", "USB-C charging cable 2m braided",
		"儿童积木玩具套装 120片", "Stainless steel thermos bottle" };
	int n = snprintf(at, room,
	    "{\"order_id\":\"SO-2026-%06u\",\"created_at\":\"2026-11-%02uT%02u:"
	    "%02u:07Z\",\"channel\":\"marketplace\",\"currency\":\"USD\","
	    "\"trace\":\"%08x-9c1b-4f7e-a3d2-%08x%04x\",\"status\":\"paid\",",
	    draw(1000000), draw(28) + 1, draw(24), draw(60), draw(1u << 31),
	    draw(1u << 31), draw(65536));

	if (draw(3) == 0)
		n += person(at + n, room - (size_t)n);
	n += snprintf(at + n, room - (size_t)n, "\"lines\":[");
	while ((size_t)n < room - 400)
		n += snprintf(at + n, room - (size_t)n,
		    "{\"sku\":\"SKU-%05u-%c\",\"name\":\"%s\",\"hs\":\"%u\","
		    "\"gtin\":\"690%010u\",\"quantity\":%u,\"unit_price\":"
		    "\"%u.%02u\",\"weight_kg\":%u.%03u,\"origin\":\"CN\"},",
		    draw(100000), 'A' + (char)draw(26), goods[draw(5)],
		    61000000 + draw(30000000), draw(1u << 30), draw(20) + 1,
		    draw(300), draw(100), draw(4), draw(1000));
	n += snprintf(at + n - 1, room - (size_t)n,
	    "],\"total\":\"%u.00\",\"note\":\"leave at the door\"}\n",
	    draw(100000));
	return (size_t)n - 1;
}

/* ----------------------------------------------------- shapes as patterns */

static size_t
put(char *out, size_t n, const char *s)
{
	size_t length = strlen(s);

	if (n + length >= PATTERN) {
		fprintf(stderr, "a pattern is too long\n");
		exit(1);
	}
	memcpy(out + n, s, length + 1);
	return n + length;
}

static size_t
put_one(char *out, size_t n, char c)
{
	char literal[8];

	if (c == '9')
		return put(out, n, "[0-9]");
	if (c == 'A')
		return put(out, n, "[A-Za-z]");
	if (c == 'X')
		return put(out, n, "[A-Za-z0-9]");
	if (c == '_')
		return put(out, n, "[ -]");
	if (c == '~')
		return put(out, n, "[ -]?");
	if (c >= 'a' && c <= 'z')
		snprintf(literal, sizeof literal, "[%c%c]", c, c - 32);
	else
		snprintf(literal, sizeof literal, "%s%c",
		    strchr(".+()/", c) != NULL ? "\\" : "", c);
	return put(out, n, literal);
}

static void
pattern_of(const char *shapes, char *out)
{
	size_t n = put(out, 0, "(?<![A-Za-z0-9_])(?:");

	for (; *shapes != '\0'; shapes++) {
		if (*shapes == '|') {
			n = put(out, n, "|");
		} else if (*shapes == '<') {
			char times[16];
			int k = 0;

			for (shapes++; *shapes != '>'; shapes++)
				times[k++] = *shapes == '-' ? ',' : *shapes;
			times[k] = '\0';
			n = put(out, n, "{");
			n = put(out, n, times);
			n = put(out, n, "}");
		} else {
			n = put_one(out, n, *shapes);
		}
	}
	(void)put(out, n, ")(?![A-Za-z0-9_])");
}

static const char *const scanned[DETECT_ROW_SHAPED] = {
	[DETECT_ROW_EMAIL] =
	    "[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*"
	    "\\.[A-Za-z]{2,}",
	[DETECT_ROW_URL] =
	    "(?:(?:https?|ftp)://)?[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]"
	    "+)*\\.[A-Za-z]{2,}(?:[/?#][^\\s\"'<>]*)?",
	[DETECT_ROW_IP] =
	    "(?<![0-9.])(?:[0-9]{1,3}\\.){3}[0-9]{1,3}(?![0-9])|"
	    "(?<![0-9A-Za-z:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4})"
	    "{2,7}",
	[DETECT_ROW_MAC] =
	    "(?<![0-9A-Za-z])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}"
	    "\\1){4}[0-9A-Fa-f]{2}(?![0-9A-Za-z])",
	[DETECT_ROW_CARD] = "(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){12,18}"
			    "(?![0-9A-Za-z])",
	[DETECT_ROW_IBAN] = "(?<![0-9A-Za-z])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9])"
			    "{11,30}(?![0-9A-Za-z])",
	[DETECT_ROW_CRYPTO] =
	    "(?<![0-9A-Za-z])(?:[13][a-zA-Z0-9]{25,34}|bc1[a-z0-"
	    "9]{39,59}|0x[0-9a-fA-F]{40})(?![0-9A-Za-z])",
	[DETECT_ROW_PHONE] = "(?<![0-9])(?:\\+|\\()?[0-9]{1,12}\\)?(?:[ .-]\\(?"
			     "[0-9]{2,10}\\)?){0,6}(?![0-9])",
};

struct one {
	unsigned row;
	pcre2_code *code;
};

static void
compile(struct one *o, unsigned row)
{
	static char text[PATTERN];
	PCRE2_SIZE at;
	int error;

	o->row = row;
	if (row < DETECT_ROW_SHAPED)
		snprintf(text, sizeof text, "%s", scanned[row]);
	else
		pattern_of(detect_rows[row].shapes, text);
	o->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0,
	    &error, &at, NULL);
	if (o->code == NULL || pcre2_jit_compile(o->code, PCRE2_JIT_COMPLETE)) {
		fprintf(stderr, "%s: %s\n", detect_rows[row].type, text);
		exit(1);
	}
}

static bool
holds(const struct detector *d, unsigned row, const char *text, size_t length,
    const PCRE2_SIZE *span)
{
	struct detect_find f = { .detector = d,
		.text = { (const unsigned char *)text, length },
		.start = span[0],
		.end = span[1] };

	if (!detect_normalise(&f))
		return false;
	if (row == DETECT_ROW_CARD)
		return detect_card_valid(f.normal, f.length) &&
		    detect_card_likely(&f) &&
		    (f.length > 14 || f.end - f.start > f.length);
	if (row == DETECT_ROW_IBAN)
		return detect_iban_valid(d, f.normal, f.length);
	return row < DETECT_ROW_SHAPED || detect_rows[row].check == NULL ||
	    detect_rows[row].check(&f) == DETECT_PROVED;
}

static size_t
by_patterns(const struct detector *d, const struct one *all,
    pcre2_match_data *data, const char *text, size_t length)
{
	PCRE2_SIZE *span = pcre2_get_ovector_pointer(data);
	size_t found = 0, i, at;

	for (i = 0; i < DETECTORS; i++)
		for (at = 0; at < length &&
		     pcre2_jit_match(all[i].code, (PCRE2_SPTR)text, length, at,
			 0, data, NULL) > 0;
		     at = span[1] > at ? span[1] : at + 1)
			found += holds(d, all[i].row, text, length, span);
	return found;
}

/* ---------------------------------------------------------------- the run */

static struct detect_hit *
more_room(void *owner, struct detect_hit *old, size_t old_count, size_t count)
{
	(void)owner;
	(void)old_count;
	return realloc(old, count * sizeof *old);
}

/* Certain finds of the patterns that the scan has at the same place. */
static size_t
missed(const struct detector *d, const struct one *all, pcre2_match_data *data,
    const char *text, size_t length, const struct detect_hits *hits)
{
	PCRE2_SIZE *span = pcre2_get_ovector_pointer(data);
	size_t lost = 0, i, k, at;

	for (i = 0; i < DETECTORS; i++) {
		if (detect_rows[all[i].row].proved_score < 90)
			continue;
		for (at = 0; at < length &&
		     pcre2_jit_match(all[i].code, (PCRE2_SPTR)text, length, at,
			 0, data, NULL) > 0;
		     at = span[1] > at ? span[1] : at + 1) {
			if (!holds(d, all[i].row, text, length, span))
				continue;
			for (k = 0; k < hits->count; k++)
				if (hits->at[k].start < span[1] &&
				    hits->at[k].end > span[0])
					break;
			lost += k == hits->count;
		}
	}
	return lost;
}

int
main(int argc, char **argv)
{
	size_t megabytes = argc > 2 ? strtoul(argv[2], NULL, 10) : 16;
	size_t room = megabytes << 20, length = 0, n, m, found = 0, lost = 0;
	size_t *ends = malloc((room / 1024 + 2) * sizeof *ends);
	char *text = malloc(room + DOCUMENT), error[DETECT_ERROR], *iban,
	     *words;
	struct detector *d = malloc(detector_size());
	struct detect_wish wish = { .min_score = DETECT_USUAL_SCORE };
	struct detect_hits hits = { .grow = more_room };
	static struct one all[DETECTORS];
	pcre2_match_data *data = pcre2_match_data_create(16, NULL);
	double from, scan, scan_all, patterns;
	size_t documents = 0, i, by_scan = 0;

	if (argc < 2)
		return 2;
	iban = load(argv[1], "iban.csv", &n);
	words = load(argv[1], "context_words.csv", &m);
	if (!detector_init(d, iban, n, words, m, error)) {
		fprintf(stderr, "%s\n", error);
		return 1;
	}
	for (i = 0; i < DETECTORS; i++) {
		unsigned type;

		if (!detector_type_find(kinds[i], strlen(kinds[i]), &type))
			return 1;
		wish.types[type / 64] |= UINT64_C(1) << type % 64;
		compile(&all[i], type);
	}
	for (; length < room; ends[documents++] = length)
		length += document(text + length, DOCUMENT);
	from = now();
	for (i = 0, n = 0; i < documents; n = ends[i++]) {
		hits.count = 0;
		detector_scan(d, &wish, text + n, ends[i] - n, &hits);
		by_scan += hits.count;
	}
	scan = now() - from;
	from = now();
	wish.types[0] = wish.types[1] = 0;
	for (i = 0, n = 0; i < documents; n = ends[i++]) {
		hits.count = 0;
		detector_scan(d, &wish, text + n, ends[i] - n, &hits);
	}
	scan_all = now() - from;
	m = documents < 512 ? documents : 512; /* the patterns are slow */
	from = now();
	for (i = 0, n = 0; i < m; n = ends[i++])
		found += by_patterns(d, all, data, text + n, ends[i] - n);
	patterns = (now() - from) * (double)length / (double)n;
	for (i = 0, n = 0; i < m; n = ends[i++]) {
		hits.count = 0;
		detector_scan(d, &wish, text + n, ends[i] - n, &hits);
		lost += missed(d, all, data, text + n, ends[i] - n, &hits);
	}
	printf("%.1f MB of JSON in %zu documents, seed 20261124\n",
	    (double)length / 1e6, documents);
	printf("scan, %d detectors:      %7.1f MB/s, %zu hits\n", DETECTORS,
	    (double)length / 1e6 / scan, by_scan);
	printf("scan, all %u detectors:  %7.1f MB/s\n", detect_row_count,
	    (double)length / 1e6 / scan_all);
	printf("PCRE2 JIT one by one:    %7.1f MB/s, %zu finds in a part\n",
	    (double)length / 1e6 / patterns, found);
	printf(
	    "ratio %.1f, certain finds of patterns that the scan missed: %zu\n",
	    patterns / scan, lost);
	return lost != 0;
}
