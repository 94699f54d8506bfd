/* SPDX-License-Identifier: BSD-2-Clause */

#include "message.h"

#include <string.h>

#define KINDS_MAX 32
#define MANDATORY_MAX 48
#define CUSTOMS_MAX 64

static size_t
split(const struct memory *memory, const char *words, const char **out)
{
	size_t n = 0;

	while (*words != '\0' && n < MANDATORY_MAX) {
		size_t length = strcspn(words, " ");

		out[n++] = text_copy(memory, words, length);
		words += length + strspn(words + length, " ");
	}
	return n;
}

fault
message_kinds_read(struct message_kinds *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->kinds = c->memory->alloc(c->memory->owner,
	    KINDS_MAX * sizeof *t->kinds);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		struct message_kind *k = &t->kinds[t->n];
		const char **words = c->memory->alloc(c->memory->owner,
		    MANDATORY_MAX * sizeof *words);

		if (n != 8 || t->n == KINDS_MAX)
			return "message_kinds.csv: 8 columns, 32 rows";
		*k = (struct message_kind){ cells[0], cells[1], cells[2],
			cells[3], cells[4], cells[5], words,
			split(c->memory, cells[7], words) };
		t->n++;
	}
	return f;
}

fault
customs_messages_read(struct message_kinds *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->customs = c->memory->alloc(c->memory->owner,
	    CUSTOMS_MAX * sizeof *t->customs);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		if (n != 6 || t->n_customs == CUSTOMS_MAX)
			return "ceb_messages.csv: 6 columns, 64 rows";
		t->customs[t->n_customs++] = (struct customs_message){ cells[0],
			cells[1], cells[2], cells[3], cells[4] };
	}
	return f;
}

const struct customs_message *
customs_message_find(const struct message_kinds *t, const char *code)
{
	for (size_t i = 0; i < t->n_customs; i++)
		if (*code != '\0' &&
		    (strcmp(t->customs[i].code, code) == 0 ||
			strcmp(t->customs[i].receipt, code) == 0))
			return &t->customs[i];
	return NULL;
}

const struct message_kind *
message_kind_find(const struct message_kinds *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct message_kind *k = &t->kinds[i];

		if (*name != '\0' &&
		    (strcmp(k->name, name) == 0 ||
			strcmp(k->import_message, name) == 0 ||
			strcmp(k->export_message, name) == 0))
			return k;
	}
	return NULL;
}

/* -------------------------------------------------------------- checking */

static const struct element *
element_find(const struct element *elements, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(elements[i].name, name) == 0 &&
		    !elements[i].is_empty)
			return &elements[i];
	return NULL;
}

static bool
is_time(const char *text)
{
	return text != NULL && strlen(text) == 14 &&
	    strspn(text, "0123456789") == 14;
}

static bool
is_application_type(const char *text)
{
	return text != NULL && strlen(text) == 1 && *text >= '1' &&
	    *text <= '3';
}

static bool
is_one(const char *text)
{
	return text != NULL && strcmp(text, "1") == 0;
}

/* 1 to 14 digits, and perhaps a point and 1 to 5 more. */
static bool
is_number(const char *text)
{
	size_t whole, part;

	if (text == NULL)
		return false;
	whole = strspn(text, "0123456789");
	if (whole < 1 || whole > 14)
		return false;
	if (text[whole] == '\0')
		return true;
	part = strspn(text + whole + 1, "0123456789");
	return text[whole] == '.' && part >= 1 && part <= 5 &&
	    text[whole + 1 + part] == '\0';
}

static bool
is_positive(const char *text)
{
	return !is_number(text) || strpbrk(text, "123456789") != NULL;
}

/* In the order in which they are told. */
static const struct check {
	const char *field;
	bool (*holds)(const char *text);
	const char *code;
	const char *kind; /* only of this kind */
} checks[] = {
	{ "appTime", is_time, "format", NULL },
	{ "appType", is_application_type, "enum", NULL },
	{ "packNo", is_one, "must_be_1", "waybill" },
	{ "freight", is_number, "number", NULL },
	{ "insuredFee", is_number, "number", NULL },
	{ "goodsValue", is_number, "number", NULL },
	{ "discount", is_number, "number", NULL },
	{ "taxTotal", is_number, "number", NULL },
	{ "acturalPaid", is_number, "number", NULL },
	{ "amountPaid", is_number, "number", NULL },
	{ "weight", is_number, "number", NULL },
	{ "weight", is_positive, "positive", "waybill" },
};

#define CHECKS (sizeof checks / sizeof checks[0])
_Static_assert(MANDATORY_MAX + CHECKS <= MESSAGE_ERRORS, "room for all");

size_t
message_check(const struct message_kind *kind, const struct element *elements,
    size_t n, struct message_error errors[MESSAGE_ERRORS])
{
	size_t found = 0;

	for (size_t i = 0; i < kind->n_mandatory; i++)
		if (element_find(elements, n, kind->mandatory[i]) == NULL)
			errors[found++] = (struct message_error){
				kind->mandatory[i], "missing"
			};
	for (size_t i = 0; i < CHECKS; i++) {
		const struct check *c = &checks[i];
		const struct element *e = element_find(elements, n, c->field);

		if (e != NULL && !c->holds(e->text) &&
		    (c->kind == NULL || strcmp(c->kind, kind->name) == 0))
			errors[found++] = (struct message_error){ c->field,
				c->code };
	}
	return found;
}
