/* SPDX-License-Identifier: BSD-2-Clause */

#include "carrier.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define CARRIERS_MAX 200
#define CODES_MAX 4000
#define WORDS_MAX 1000
#define REASONS_MAX 100
#define ALL "*"
#define GENERAL "gen"

/* --------------------------------------------------------------- folding */

static bool
is_word(unsigned char c)
{
	return isalnum(c) != 0 || c >= 0x80 || c == '*';
}

/* Lower case, runs of anything but letters and digits as one space. */
static char *
fold(const struct memory *memory, const char *text)
{
	char *out = memory->alloc(memory->owner, strlen(text) + 1);
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (is_word((unsigned char)*text))
			out[n++] = (char)tolower((unsigned char)*text);
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	if (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

/* As folded, and without the zeros before a number: 0174 is 174. */
static const char *
fold_code(const struct memory *memory, const char *code)
{
	const char *out = fold(memory, code);

	if (*out != '\0' && out[strspn(out, "0123456789")] == '\0')
		while (out[0] == '0' && out[1] != '\0')
			out++;
	return out;
}

/* As folded, without its spaces: "Canada Post" is canadapost. */
static char *
fold_name(const struct memory *memory, const char *name)
{
	char *out = fold(memory, name);
	size_t n = 0;

	for (size_t i = 0; out[i] != '\0'; i++)
		if (out[i] != ' ')
			out[n++] = out[i];
	out[n] = '\0';
	return out;
}

/* ---------------------------------------------------------------- tables */

/* The id, and each other name, folded and between spaces. */
static const char *
fold_names(const struct memory *memory, const char *id, const char *others)
{
	char *out = memory->alloc(memory->owner,
	    strlen(id) + strlen(others) + 4);
	char *end = out;

	*end++ = ' ';
	end = stpcpy(end, fold_name(memory, id));
	*end++ = ' ';
	while (*others != '\0') {
		size_t n = strcspn(others, " ");

		end = stpcpy(end,
		    fold_name(memory, text_copy(memory, others, n)));
		*end++ = ' ';
		others += n + strspn(others + n, " ");
	}
	return out;
}

fault
carriers_read(struct carrier_tables *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->carriers = c->memory->alloc(c->memory->owner,
	    CARRIERS_MAX * sizeof *t->carriers);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		if (n != 4 || t->n_carriers == CARRIERS_MAX)
			return "carriers.csv: 4 columns, 200 rows";
		t->carriers[t->n_carriers++] = (struct carrier){ cells[0],
			cells[1], fold_names(c->memory, cells[0], cells[2]),
			strcmp(cells[3], "yes") == 0 };
	}
	return f;
}

fault
reasons_read(struct carrier_tables *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->reasons = c->memory->alloc(c->memory->owner,
	    REASONS_MAX * sizeof *t->reasons);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		if (n != 4 || t->n_reasons == REASONS_MAX)
			return "exception_reasons.csv: 4 columns, 100 rows";
		t->reasons[t->n_reasons++] = (struct exception_reason){
			cells[0], cells[1], cells[2], cells[3]
		};
	}
	return f;
}

static const char *
status_of(const struct carrier_tables *t, const char *reason)
{
	for (size_t i = 0; i < t->n_reasons; i++)
		if (strcmp(t->reasons[i].reason, reason) == 0)
			return t->reasons[i].status;
	return NULL;
}

static int
by_code(const void *a, const void *b)
{
	const struct carrier_code *x = a, *y = b;
	int order = strcmp(x->carrier, y->carrier);

	return order != 0 ? order : strcmp(x->code, y->code);
}

fault
codes_read(struct carrier_tables *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->codes = c->memory->alloc(c->memory->owner,
	    CODES_MAX * sizeof *t->codes);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		struct carrier_code *k = &t->codes[t->n_codes];

		if (n != 5 || t->n_codes == CODES_MAX)
			return "carrier_codes.csv: 5 columns, 4000 rows";
		*k = (struct carrier_code){ fold_name(c->memory, cells[0]),
			fold_code(c->memory, cells[1]), cells[2], cells[3] };
		if (*k->status == '\0')
			k->status = status_of(t, k->reason);
		if (k->status == NULL)
			return "carrier_codes.csv: neither status nor reason";
		t->n_codes++;
	}
	qsort(t->codes, t->n_codes, sizeof *t->codes, by_code);
	for (size_t i = 1; f == NULL && i < t->n_codes; i++)
		if (by_code(&t->codes[i - 1], &t->codes[i]) == 0)
			return "carrier_codes.csv: a code stands twice";
	return f;
}

fault
words_read(struct carrier_tables *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->words = c->memory->alloc(c->memory->owner,
	    WORDS_MAX * sizeof *t->words);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		if (n != 3 || t->n_words == WORDS_MAX)
			return "carrier_words.csv: 3 columns, 1000 rows";
		t->words[t->n_words++] = (struct carrier_word){
			fold(c->memory, cells[0]), cells[1], cells[2]
		};
	}
	return f;
}

/* --------------------------------------------------------------- finding */

const struct carrier *
carrier_find(const struct carrier_tables *t, const char *name,
    const struct memory *memory)
{
	char *folded = fold_name(memory, name);
	char *wanted = memory->alloc(memory->owner, strlen(folded) + 3);
	char *end = wanted;

	if (*folded == '\0')
		return NULL;
	*end++ = ' ';
	end = stpcpy(end, folded);
	*end = ' ';
	for (size_t i = 0; i < t->n_carriers; i++)
		if (strstr(t->carriers[i].names, wanted) != NULL)
			return &t->carriers[i];
	return NULL;
}

static bool
code_find(const struct carrier_tables *t, const char *carrier, const char *code,
    struct normal_event *out)
{
	const struct carrier_code wanted = { carrier, code, NULL, NULL };
	const struct carrier_code *k = t->n_codes == 0
	    ? NULL
	    : bsearch(&wanted, t->codes, t->n_codes, sizeof *t->codes, by_code);

	if (k == NULL)
		return false;
	out->status = k->status;
	out->reason = k->reason;
	return true;
}

/* A post's code, from whichever post it comes; the general ones only of
 * their own source, as their words are those of many carriers. */
static bool
postal_find(const struct track_tables *posts, const char *source,
    const char *code, struct normal_event *out)
{
	for (size_t i = 0; i < posts->n_codes; i++)
		if (strcasecmp(posts->codes[i].code, code) == 0 &&
		    strcasecmp(posts->codes[i].source, source) == 0) {
			out->state = posts->codes[i].state;
			out->status = out->state->status;
			return true;
		}
	return false;
}

/* Between spaces, or anywhere when it is not of ASCII: Chinese has none. */
static bool
has_phrase(const char *text, const char *phrase)
{
	size_t n = strlen(phrase);
	const char *at = text;

	while ((at = strstr(at, phrase)) != NULL) {
		if ((unsigned char)*phrase >= 0x80)
			return true;
		if ((at == text || at[-1] == ' ') &&
		    (at[n] == '\0' || at[n] == ' '))
			return true;
		at++;
	}
	return false;
}

static bool
words_find(const struct carrier_tables *t, const char *text,
    struct normal_event *out)
{
	for (size_t i = 0; *text != '\0' && i < t->n_words; i++)
		if (has_phrase(text, t->words[i].phrase)) {
			out->status = t->words[i].status;
			out->reason = t->words[i].reason;
			return true;
		}
	return false;
}

void
event_normalise(const struct carrier_tables *t,
    const struct track_tables *posts, const struct carrier_event *event,
    const struct memory *memory, struct normal_event *out)
{
	const struct carrier *carrier = carrier_find(t, event->carrier, memory);
	const char *id = fold_name(memory,
	    carrier != NULL ? carrier->id : event->carrier);
	const char *code = fold_code(memory, event->code);

	*out = (struct normal_event){ "unknown", "", "none", NULL };
	if (code_find(t, id, code, out))
		out->by = "carrier_code";
	else if ((carrier == NULL || carrier->is_post) &&
	    postal_find(posts, strcmp(id, GENERAL) == 0 ? GENERAL : "upu",
		event->code, out))
		out->by = "postal_code";
	else if (code_find(t, ALL, code, out))
		out->by = "shared_code";
	else if (words_find(t, code, out))
		out->by = "code_words";
	else if (event->description != NULL &&
	    words_find(t, fold(memory, event->description), out))
		out->by = "description";
}
