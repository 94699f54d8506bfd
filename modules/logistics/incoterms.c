/* SPDX-License-Identifier: BSD-2-Clause */

#include "incoterms.h"

#include <stdlib.h>
#include <string.h>

#define RULES_MAX 64
#define BEFORE_ITEMS 3 /* rule, mode, risk_transfer */

static struct incoterm
incoterm_from(struct csv *c, const char *const *cells, size_t n)
{
	const char *cover = cells[n - 1];
	const char *end = strchr(cover, ' ');
	const char **answers = c->memory->alloc(c->memory->owner,
	    n * sizeof *answers);

	for (size_t i = BEFORE_ITEMS; i + 1 < n; i++)
		answers[i - BEFORE_ITEMS] = cells[i];
	return (struct incoterm){ .rule = cells[0],
		.is_sea_only = strcmp(cells[1], "sea") == 0,
		.risk_transfer = cells[2],
		.answers = answers,
		.cover = text_copy(c->memory, cover,
		    end != NULL ? (size_t)(end - cover) : 0),
		.min_pct = end != NULL ? strtol(end, NULL, 10) : 0 };
}

fault
incoterms_read(struct incoterms *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n, columns;
	fault f = csv_row(c, cells, &columns);

	if (f == NULL && columns < BEFORE_ITEMS + 2)
		return "incoterms_2020.csv: too few columns";
	if (f != NULL)
		return f;
	t->n_items = columns - BEFORE_ITEMS - 1;
	t->items = c->memory->alloc(c->memory->owner,
	    t->n_items * sizeof *t->items);
	memcpy(t->items, cells + BEFORE_ITEMS, t->n_items * sizeof *t->items);
	t->rules = c->memory->alloc(c->memory->owner,
	    RULES_MAX * sizeof *t->rules);
	while ((f = csv_row(c, cells, &n)) == NULL && n > 0) {
		if (n != columns || t->n_rules == RULES_MAX)
			return "incoterms_2020.csv: uneven or too long";
		t->rules[t->n_rules++] = incoterm_from(c, cells, n);
	}
	return f;
}

bool
is_transport_mode(const char *mode)
{
	static const char *const modes[] = { "air", "road", "rail",
		"multimodal", "sea" };

	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
		if (strcmp(mode, modes[i]) == 0)
			return true;
	return false;
}

fault
incoterms_ask(const struct incoterms *t, const char *rule, const char *mode,
    const char *item, struct incoterm_answer *out)
{
	const struct incoterm *r = NULL;
	size_t i = 0;

	for (size_t k = 0; k < t->n_rules && r == NULL; k++)
		if (strcmp(t->rules[k].rule, rule) == 0)
			r = &t->rules[k];
	if (r == NULL)
		return "unknown_rule";
	if (!is_transport_mode(mode))
		return "bad_mode";
	if (r->is_sea_only && strcmp(mode, "sea") != 0)
		return "rule_for_sea_only";
	while (i < t->n_items && strcmp(t->items[i], item) != 0)
		i++;
	if (i == t->n_items)
		return "unknown_item";
	*out = (struct incoterm_answer){ r, r->answers[i],
		r->cover[0] != '\0' &&
		    strcmp(item, "insurance_obligation") == 0 };
	return NULL;
}
