/* SPDX-License-Identifier: BSD-2-Clause */

#include "documents.h"

#include <string.h>

#define RMB "142" /* in the customs' codes of currencies */
#define TELEPHONE 11

__extension__ typedef __int128 wide;

struct found {
	struct mismatch *list;
	size_t n;
};

static void
add(struct found *f, const char *field, const char *code)
{
	f->list[f->n++] = (struct mismatch){ field, code };
}

/* Bytes of a blank at p, U+3000 among them; 0 when it is none. */
static size_t
blank(const char *p)
{
	if (*p == ' ' || (*p >= '\t' && *p <= '\r'))
		return 1;
	if (strncmp(p, "\xc2\xa0", 2) == 0)
		return 2;
	return strncmp(p, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

static void
skip_blanks(const char **p)
{
	size_t n;

	while ((n = blank(*p)) > 0)
		*p += n;
}

static int
upper(char c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

/* The same but for blanks and ASCII case. */
static bool
is_alike(const char *a, const char *b)
{
	for (;;) {
		skip_blanks(&a);
		skip_blanks(&b);
		if (upper(*a) != upper(*b))
			return false;
		if (*a == '\0')
			return true;
		a++;
		b++;
	}
}

static bool
is_same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* The last digits of a number, the least significant first. */
static size_t
last_digits(const char *text, char out[TELEPHONE])
{
	size_t n = 0;

	for (size_t i = strlen(text); i > 0 && n < TELEPHONE; i--)
		if (text[i - 1] >= '0' && text[i - 1] <= '9')
			out[n++] = text[i - 1];
	return n;
}

static bool
is_same_telephone(const char *a, const char *b)
{
	char x[TELEPHONE], y[TELEPHONE];
	size_t n = last_digits(a, x);

	return n == last_digits(b, y) && memcmp(x, y, n) == 0;
}

static void
compare(struct found *f, const char *field, const char *a, const char *b,
    bool (*equal)(const char *, const char *))
{
	if (a == NULL || b == NULL || *a == '\0' || *b == '\0')
		add(f, field, "missing");
	else if (!equal(a, b))
		add(f, field, "mismatch");
}

static void
compare_amounts(struct found *f, const char *field, const struct amount *a,
    const struct amount *b, int64_t tolerance)
{
	wide apart = (wide)a->fen - b->fen;

	if (!a->is_there || !b->is_there)
		add(f, field, "missing");
	else if ((apart < 0 ? -apart : apart) > tolerance)
		add(f, field, "mismatch");
}

static void
check_total(struct found *f, const struct order_document *o)
{
	wide total = (wide)o->goods.fen + o->freight.fen + o->tax.fen -
	    o->discount.fen;

	if (!o->goods.is_there || !o->freight.is_there || !o->tax.is_there ||
	    !o->discount.is_there || !o->paid.is_there)
		add(f, "order_total", "missing");
	else if (total != o->paid.fen)
		add(f, "order_total", "mismatch");
}

size_t
documents_match(const struct order_document *o,
    const struct payment_document *p, const struct logistics_document *l,
    int64_t tolerance_fen, struct mismatch out[MISMATCHES_MAX])
{
	struct found f = { out, 0 };

	compare(&f, "order_no.payment", o->order_no, p->order_no, is_same);
	compare(&f, "order_no.logistics", o->order_no, l->order_no, is_same);
	compare(&f, "ebp_code.payment", o->ebp_code, p->ebp_code, is_same);
	compare(&f, "pay_transaction_id", o->transaction, p->transaction,
	    is_same);
	compare(&f, "payer_id", o->payer_id, p->payer_id, is_alike);
	compare(&f, "payer_name", o->payer_name, p->payer_name, is_same);
	compare(&f, "currency", o->currency, p->currency, is_same);
	compare_amounts(&f, "amount_paid", &o->paid, &p->paid, tolerance_fen);
	check_total(&f, o);
	compare(&f, "consignee", o->consignee, l->consignee, is_same);
	compare(&f, "consignee_telephone", o->telephone, l->telephone,
	    is_same_telephone);
	compare(&f, "consignee_address", o->address, l->address, is_alike);
	compare_amounts(&f, "freight", &o->freight, &l->freight, 0);
	if (o->currency != NULL && strcmp(o->currency, RMB) != 0)
		add(&f, "currency", "not_142");
	return f.n;
}
