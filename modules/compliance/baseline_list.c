/* SPDX-License-Identifier: BSD-2-Clause */

#include "baseline.h"

#include "list_csv.h"

#include <stdlib.h>
#include <string.h>

enum {
	ENT_NUM,
	TYPE,
	NAME,
	KIND,
	BIRTH_YEAR,
	COUNTRY,
	COLUMNS = 7
};

#define WEAK 6       /* points off for a weak alias */
#define OTHER_AGE 15 /* for birth years more than one apart */
#define OTHER_COUNTRY 3

static const char *
keep(const struct csv *csv, size_t column, const struct memory *memory)
{
	const char *text = csv_field(csv, column);
	size_t size = strlen(text) + 1;
	char *out = memory->alloc(memory->owner, size);

	memcpy(out, text, size);
	return out;
}

static size_t
count_lines(const char *csv, size_t length)
{
	size_t n = 1;

	for (size_t i = 0; i < length; i++)
		n += csv[i] == '\n' || csv[i] == '\r';
	return n;
}

static const char *
read_row(const struct csv *csv, const struct memory *memory,
    struct baseline_row *out)
{
	char *end;

	if (csv->count != COLUMNS)
		return "a row needs seven columns";
	out->ent_num = strtoll(csv_field(csv, ENT_NUM), &end, 10);
	if (*end != '\0' || out->ent_num <= 0)
		return "ent_num must be a number above 0";
	out->birth_year = strtoll(csv_field(csv, BIRTH_YEAR), &end, 10);
	if (*end != '\0' || out->birth_year < 0)
		return "birth_year must be a year or nothing";
	out->type = keep(csv, TYPE, memory);
	out->matched = keep(csv, NAME, memory);
	out->kind = keep(csv, KIND, memory);
	out->country = keep(csv, COUNTRY, memory);
	baseline_read(out->matched, strlen(out->matched), memory, &out->name);
	return out->name.n > 0 ? NULL : "a name has no letters";
}

const char *
baseline_list_read(const char *text, size_t length, const struct memory *memory,
    struct baseline_list *out)
{
	const char *fault = NULL;
	bool is_heading = true;
	struct csv csv;
	int more;

	out->n = 0;
	out->rows = memory->alloc(memory->owner,
	    count_lines(text, length) * sizeof *out->rows);
	csv_init(&csv, text, length);
	while (fault == NULL && (more = csv_next(&csv)) != 0) {
		if (more < 0)
			fault = csv.fault;
		else if (!is_heading)
			fault = read_row(&csv, memory, &out->rows[out->n++]);
		is_heading = false;
	}
	csv_fini(&csv);
	return fault;
}

static double
points(const struct baseline_query *q, const struct baseline_row *r,
    const struct memory *memory)
{
	double s = 100 * baseline_score(&q->name, &r->name, memory);
	int64_t apart = q->birth_year - r->birth_year;

	if (strcmp(r->kind, "weak_aka") == 0)
		s -= WEAK;
	if (q->birth_year != 0 && r->birth_year != 0 &&
	    (apart > 1 || apart < -1))
		s -= OTHER_AGE;
	if (*q->country != '\0' && *r->country != '\0' &&
	    strcmp(q->country, r->country) != 0)
		s -= OTHER_COUNTRY;
	s = s < 0 ? 0 : s;
	return baseline_round(s > 100 ? 100 : s, 2);
}

static int
by_score(const void *a, const void *b)
{
	const struct baseline_hit *x = a, *y = b;

	if (x->score > y->score || x->score < y->score)
		return x->score > y->score ? -1 : 1;
	return (x->row->ent_num > y->row->ent_num) -
	    (x->row->ent_num < y->row->ent_num);
}

size_t
baseline_screen(const struct baseline_list *list,
    const struct baseline_query *q, const struct memory *memory,
    struct baseline_hit *hits)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct baseline_row *r = &list->rows[i];
		double score;
		size_t k = 0;

		if (*q->type != '\0' && strcmp(q->type, r->type) != 0)
			continue;
		score = points(q, r, memory);
		if (score < q->review_at)
			continue;
		while (k < n && hits[k].row->ent_num != r->ent_num)
			k++;
		if (k == n || score > hits[k].score)
			hits[k] = (struct baseline_hit){ r, score };
		n += k == n;
	}
	qsort(hits, n, sizeof *hits, by_score);
	return n;
}
