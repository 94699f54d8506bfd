/* SPDX-License-Identifier: BSD-2-Clause */

#include "pain.h"

#include "day.h"

#include <stdio.h>
#include <string.h>

#define ID_MAX 35 /* characters */
#define PARTY_MAX 140
#define ACCOUNT_MAX 34
#define TIME_MAX 30

struct checking {
	const struct currencies *currencies;
	struct pain_report *out;
	char path[PAIN_PATH]; /* of the part that is looked at */
};

static bool
is_empty(const char *text)
{
	return text == NULL || *text == '\0';
}

static size_t
characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void
add(struct checking *c, const char *element, const char *code)
{
	struct pain_report *r = c->out;

	if (r->n_errors == PAIN_ERRORS)
		return;
	(void)snprintf(r->errors[r->n_errors].path, PAIN_PATH, "%s%s", c->path,
	    element);
	r->errors[r->n_errors++].code = code;
}

/* There, and not too long; false when it is not to be looked at further. */
static bool
check_text(struct checking *c, const char *element, const char *text,
    size_t most)
{
	if (is_empty(text))
		add(c, element, "missing");
	else if (characters(text) > most)
		add(c, element, "too_long");
	else
		return true;
	return false;
}

static void
check_amount(struct checking *c, const struct transfer *x)
{
	static const char element[] = "Amt/InstdAmt";
	const struct currency *currency;
	struct decimal d;
	int64_t minor;

	if (is_empty(x->amount)) {
		add(c, element, "missing");
		return;
	}
	decimal_init(&d);
	if (decimal_read(&d, x->amount, strlen(x->amount)) != NULL) {
		add(c, element, "bad_format");
	} else {
		if (decimal_sign(&d) <= 0)
			add(c, element, "non_positive");
		if (x->currency == NULL ||
		    currency_find(c->currencies, x->currency, &currency) !=
			NULL)
			add(c, element, "unknown_currency");
		else if (decimal_to_minor(&d, (unsigned)currency->units,
			     ROUND_EXACT, &minor) != NULL)
			add(c, element, "too_many_decimals");
	}
	decimal_fini(&d);
}

/* A UUID of version 4, in lower case, as UUIDv4Identifier has it. */
static bool
is_uetr(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";

	if (strlen(text) != sizeof shape - 1)
		return false;
	for (size_t i = 0; i < sizeof shape - 1; i++) {
		const char *allowed = shape[i] == 'x' ? "0123456789abcdef"
		    : shape[i] == 'y'                 ? "89ab"
						      : NULL;

		if (allowed == NULL ? text[i] != shape[i]
				    : strchr(allowed, text[i]) == NULL)
			return false;
	}
	return true;
}

static void
check_uetr(struct checking *c, const char *uetr, bool has_uetr)
{
	if (is_empty(uetr))
		return;
	if (!has_uetr)
		add(c, "PmtId/UETR", "not_in_version");
	else if (!is_uetr(uetr))
		add(c, "PmtId/UETR", "bad_format");
}

static void
check_transfer(struct checking *c, const struct transfer *x, bool has_uetr)
{
	(void)check_text(c, "PmtId/EndToEndId", x->end_to_end, ID_MAX);
	check_amount(c, x);
	(void)check_text(c, "Cdtr/Nm", x->creditor, PARTY_MAX);
	(void)check_text(c, "CdtrAcct/Id/IBAN", x->iban, ACCOUNT_MAX);
	if (!is_empty(x->info))
		(void)check_text(c, "RmtInf/Ustrd", x->info, PARTY_MAX);
	check_uetr(c, x->uetr, has_uetr);
}

static void
check_date(struct checking *c, const char *date)
{
	int64_t day;

	if (is_empty(date))
		add(c, "ReqdExctnDt", "missing");
	else if (!day_read(date, strlen(date), &day))
		add(c, "ReqdExctnDt", "bad_format");
}

static void
check_instruction(struct checking *c, const struct initiation *m, size_t i)
{
	const struct instruction *p = &m->instructions[i];
	bool has_uetr = strcmp(m->version, "09") == 0;

	(void)snprintf(c->path, sizeof c->path, "PmtInf[%zu]/", i);
	(void)check_text(c, "PmtInfId", p->id, ID_MAX);
	check_date(c, p->date);
	(void)check_text(c, "Dbtr/Nm", p->debtor, PARTY_MAX);
	(void)check_text(c, "DbtrAcct/Id/IBAN", p->iban, ACCOUNT_MAX);
	if (p->n == 0)
		add(c, "CdtTrfTxInf", "missing");
	for (size_t k = 0; k < p->n; k++) {
		(void)snprintf(c->path, sizeof c->path,
		    "PmtInf[%zu]/CdtTrfTxInf[%zu]/", i, k);
		check_transfer(c, &p->transfers[k], has_uetr);
		c->out->n_transfers++;
	}
}

void
pain_sum(const struct instruction *p, size_t n, char out[PAIN_SUM])
{
	struct decimal sum, one;

	decimal_init(&sum);
	decimal_init(&one);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < p[i].n; k++) {
			const char *amount = p[i].transfers[k].amount;

			if (amount != NULL &&
			    decimal_read(&one, amount, strlen(amount)) == NULL)
				decimal_add(&sum, &one);
		}
	if (!decimal_write(&sum, false, out, PAIN_SUM))
		out[0] = '\0';
	decimal_fini(&sum);
	decimal_fini(&one);
}

fault
pain_check(const struct currencies *t, const struct initiation *m,
    struct pain_report *out)
{
	struct checking c = { .currencies = t, .out = out };

	out->n_errors = out->n_transfers = 0;
	if (strcmp(m->version, "03") != 0 && strcmp(m->version, "09") != 0)
		return "unsupported_version";
	(void)check_text(&c, "GrpHdr/MsgId", m->id, ID_MAX);
	if (check_text(&c, "GrpHdr/CreDtTm", m->created, TIME_MAX) &&
	    !time_is_good(m->created, strlen(m->created)))
		add(&c, "GrpHdr/CreDtTm", "bad_format");
	(void)check_text(&c, "GrpHdr/InitgPty/Nm", m->initiator, PARTY_MAX);
	for (size_t i = 0; i < m->n; i++)
		check_instruction(&c, m, i);
	c.path[0] = '\0';
	if (m->n == 0)
		add(&c, "PmtInf", "missing");
	pain_sum(m->instructions, m->n, out->sum);
	return NULL;
}
