/* SPDX-License-Identifier: BSD-2-Clause */

#include "statement.h"

#include "day.h"

#include <string.h>

struct reading {
	char *at, *end, *to; /* to: where the next field is written */
	char *fields[STATEMENT_COLUMNS];
	size_t n;
	fault fault;
};

enum column {
	COLUMN_DATE,
	COLUMN_REF,
	COLUMN_AMOUNT,
	COLUMN_CURRENCY
};

#define N_COLUMNS 4

static const char *const column_names[N_COLUMNS] = { "date", "ref", "amount",
	"currency" };

static void
read_quoted(struct reading *r)
{
	r->at++;
	for (;;) {
		if (r->at == r->end) {
			r->fault = "unterminated_quote";
			return;
		}
		if (*r->at == '"' && (r->at + 1 == r->end || r->at[1] != '"'))
			break;
		r->at += *r->at == '"';
		*r->to++ = *r->at++;
	}
	r->at++;
}

static bool
ends_field(const struct reading *r)
{
	return r->at == r->end || *r->at == ',' || *r->at == '\r' ||
	    *r->at == '\n';
}

/* What stands behind a closing quote still belongs to the field. */
static void
read_field(struct reading *r)
{
	char *start = r->to;

	if (r->at < r->end && *r->at == '"')
		read_quoted(r);
	while (r->fault == NULL && !ends_field(r))
		*r->to++ = *r->at++;
	if (r->n == STATEMENT_COLUMNS)
		r->fault = "too_many_columns";
	else
		r->fields[r->n++] = start;
}

/* Writes the NUL of a field over what ended it; *is_last tells whether that
 * was a row's end. */
static void
end_field(struct reading *r, bool *is_last)
{
	*is_last = r->at == r->end || *r->at != ',';
	if (r->at < r->end)
		r->at += 1 +
		    (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n');
	*r->to++ = '\0';
}

/* False at the end, or when there is a fault. */
static bool
next_row(struct reading *r)
{
	bool is_last = false;

	while (r->at < r->end && (*r->at == '\n' || *r->at == '\r'))
		r->at++;
	r->n = 0;
	if (r->at == r->end)
		return false;
	while (!is_last && r->fault == NULL) {
		read_field(r);
		if (r->fault == NULL)
			end_field(r, &is_last);
	}
	return r->fault == NULL;
}

/* Trimmed and in lower case, in place. */
static char *
header_name(char *text)
{
	size_t n;

	text += strspn(text, " \t");
	n = strlen(text);
	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	text[n] = '\0';
	for (char *p = text; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return text;
}

static fault
read_header(struct reading *r, size_t columns[N_COLUMNS],
    const char **column_out)
{
	for (size_t k = 0; k < N_COLUMNS; k++) {
		size_t i = 0;

		while (i < r->n &&
		    strcmp(header_name(r->fields[i]), column_names[k]) != 0)
			i++;
		if (i == r->n) {
			*column_out = column_names[k];
			return "missing_column";
		}
		columns[k] = i;
	}
	return NULL;
}

static void
read_row(const struct currencies *t, const struct reading *r,
    const size_t columns[N_COLUMNS], struct statement_row *row)
{
	const char *amount = r->fields[columns[COLUMN_AMOUNT]];
	int64_t day;

	row->date = r->fields[columns[COLUMN_DATE]];
	row->ref = r->fields[columns[COLUMN_REF]];
	row->currency = r->fields[columns[COLUMN_CURRENCY]];
	if (!day_read(row->date, strlen(row->date), &day))
		row->fault = "date";
	else if (*row->ref == '\0')
		row->fault = "ref";
	else
		row->fault = currency_to_minor(t, amount, strlen(amount),
		    row->currency, ROUND_EXACT, &row->amount_minor);
}

fault
statement_read(const struct currencies *t, char *text, size_t length,
    const char **column_out, statement_row_fn *each, void *arg)
{
	struct reading r = { .at = text, .end = text + length, .to = text };
	size_t columns[N_COLUMNS], width;
	struct statement_row row = { .line = 1 };
	fault f;

	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		r.at += 3;
	if (!next_row(&r))
		return r.fault != NULL ? r.fault : "empty";
	width = r.n;
	f = read_header(&r, columns, column_out);
	if (f != NULL)
		return f;
	for (;;) {
		if (!next_row(&r))
			return r.fault;
		row.line++;
		row.fault = NULL;
		if (r.n != width)
			row.fault = "column_count";
		else
			read_row(t, &r, columns, &row);
		each(&row, arg);
	}
}
