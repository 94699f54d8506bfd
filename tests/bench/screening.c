/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Time of a screening and of building the snapshot, at 20,000 names.
 *
 * Usage: screening DATA [NAMES [QUERIES]].  The OFAC sample in DATA is
 * enlarged by entries whose words are drawn from the sample's own words with
 * some letters changed; the seed is printed, so that a run can be repeated.
 * Queries are listed names, half of them misspelt or with words left out.
 */

#include "tests/unit/screening_bed.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SEED 20261123u
#define WORDS 8192

struct words {
	char text[WORDS][24];
	size_t count;
	uint64_t state;
	size_t names; /* to reach */
	char (*queries)[128];
	size_t query_count;
};

/* splitmix64, public domain (Steele, Lea, Flood 2014) */
static uint64_t
draw(struct words *w)
{
	uint64_t z = (w->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int
collect(void *ctx, const struct list_entry *entry)
{
	struct words *w = ctx;
	size_t i;

	for (i = 0; i < entry->name_count; i++) {
		char copy[512], *save = NULL, *word;

		snprintf(copy, sizeof(copy), "%s", entry->names[i].text);
		for (word = strtok_r(copy, " ,", &save); word != NULL;
		     word = strtok_r(NULL, " ,", &save)) {
			if (w->count < WORDS && strlen(word) < 20)
				snprintf(w->text[w->count++], 24, "%s", word);
		}
	}
	return 0;
}

static void
word(struct words *w, char *out)
{
	size_t len;

	snprintf(out, 24, "%s", w->text[draw(w) % w->count]);
	len = strlen(out);
	if (len > 3 && draw(w) % 2 == 0)
		out[draw(w) % len] = (char)('A' + draw(w) % 26);
}

static void
enlarge(struct bed *bed, struct index_builder *builder, void *ctx)
{
	struct words *w = ctx;
	struct list_meta meta = { "enlarged", "", "", "synthetic", 0 };
	size_t i, k;

	(void)bed;
	index_builder_list(builder, &meta);
	for (i = 0; i < w->names; i++) {
		char text[128] = "", one[24], id[32];
		struct list_name name = { text, NAME_PRIMARY };
		struct list_entry e = { .id = id,
			.names = &name,
			.name_count = 1,
			.remarks = "" };
		size_t n = 2 + draw(w) % 3, len = 0;

		for (k = 0; k < n; k++) {
			word(w, one);
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%s%s", k > 0 ? " " : "", one);
		}
		snprintf(id, sizeof(id), "S%zu", i);
		e.type = draw(w) % 3 == 0 ? PARTY_ENTITY : PARTY_INDIVIDUAL;
		index_builder_entry(builder, &e);
		if (i % 10 == 0 && w->query_count < 2000)
			memcpy(w->queries[w->query_count++], text, 128);
	}
}

static int
by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
report(const char *what, double *times, size_t n)
{
	qsort(times, n, sizeof(*times), by_time);
	printf(
	    "%-24s n %zu  p50 %.0f us  p90 %.0f us  p99 %.0f us  max %.0f us\n",
	    what, n, times[n / 2], times[n * 9 / 10], times[n * 99 / 100],
	    times[n - 1]);
}

static void
measure(struct bed *bed, struct words *w, size_t queries, enum party_type type)
{
	double *times = calloc(queries, sizeof(*times));
	size_t i, hits = 0, candidates = 0;

	for (i = 0; times != NULL && i < queries; i++) {
		char text[128];
		struct screen_query q = { .name = text, .type = type };
		struct screen_options o = { 0 };
		struct screen_result r;
		double from;

		memcpy(text, w->queries[i % w->query_count], sizeof(text));
		q.name_len = strlen(text);
		if (i % 2 == 1)
			text[draw(w) % q.name_len] = 'e';
		pool_reset(bed->pool);
		from = now();
		index_screen(&bed->index, &bed->reader, &q, &o, &bed->memory,
		    &r);
		times[i] = now() - from;
		hits += r.hit_count > 0;
		candidates += r.candidates;
	}
	report(party_type_name(type), times, queries);
	printf("%-24s %zu with a hit, %.1f names scored each\n", "", hits,
	    (double)candidates / (double)queries);
	free(times);
}

int
main(int argc, char **argv)
{
	static struct words w;
	struct bed bed;
	struct list_outcome outcome;
	struct list_file files[3] = { { .name = "sdn.csv" },
		{ .name = "alt.csv" }, { .name = "add.csv" } };
	struct list_input input = { LIST_OFAC_CSV, files, 3, NULL };
	char sample[1024];
	double from;
	int i;

	if (argc < 2)
		return 2;
	w.state = SEED;
	w.queries = calloc(2000, 128);
	bed_open(&bed, argv[1]);
	input.reader = &bed.reader;
	snprintf(sample, sizeof(sample), "%s/ofac_sample", argv[1]);
	for (i = 0; i < 3; i++)
		files[i].text = bed_file(sample, files[i].name, &files[i].len);
	if (w.queries == NULL || files[0].text == NULL ||
	    list_read(&input, collect, &w, &outcome) != 0)
		return 2;
	w.names = argc > 2 ? strtoul(argv[2], NULL, 10) : 20000;
	w.names -= w.names > 2000 ? 1900 : 0; /* the sample has the others */
	from = now();
	bed_ofac(&bed, sample, enlarge, &w);
	printf("seed %u, %zu names, snapshot %.1f MB, built in %.0f ms\n", SEED,
	    index_name_count(&bed.index), (double)bed.snapshot_len / 1e6,
	    (now() - from) / 1e3);
	from = now();
	index_open(bed.snapshot, bed.snapshot_len, &bed.index);
	printf("opened and checked in %.1f ms\n", (now() - from) / 1e3);
	measure(&bed, &w, argc > 3 ? strtoul(argv[3], NULL, 10) : 2000,
	    PARTY_INDIVIDUAL);
	measure(&bed, &w, argc > 3 ? strtoul(argv[3], NULL, 10) : 2000,
	    PARTY_ANY);
	bed_close(&bed);
	for (i = 0; i < 3; i++)
		free((void *)(uintptr_t)files[i].text);
	free(w.queries);
	return 0;
}
