/* SPDX-License-Identifier: BSD-2-Clause */

#include "pain.h"

#include <stdio.h>
#include <string.h>

#define NAMESPACE "urn:iso:std:iso:20022:tech:xsd:pain.001.001."

struct writing {
	pain_put *put;
	void *arg;
	bool is_new; /* .09 */
};

static void
raw(const struct writing *w, const char *text)
{
	w->put(w->arg, text, strlen(text));
}

static void
escaped(const struct writing *w, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "&<>");

		w->put(w->arg, text, n);
		text += n;
		if (*text == '\0')
			return;
		raw(w, *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : "&gt;");
		text++;
	}
}

/* <a><b>text</b></a> for the path "a/b". */
static void
element(const struct writing *w, const char *path, const char *text)
{
	size_t n = strcspn(path, "/");

	raw(w, "<");
	w->put(w->arg, path, n);
	raw(w, ">");
	if (path[n] == '/')
		element(w, path + n + 1, text);
	else
		escaped(w, text);
	raw(w, "</");
	w->put(w->arg, path, n);
	raw(w, ">");
}

static void
counts(const struct writing *w, const struct instruction *p, size_t n)
{
	char number[24], sum[PAIN_SUM];
	size_t transfers = 0;

	for (size_t i = 0; i < n; i++)
		transfers += p[i].n;
	(void)snprintf(number, sizeof number, "%zu", transfers);
	pain_sum(p, n, sum);
	element(w, "NbOfTxs", number);
	element(w, "CtrlSum", sum);
}

static void
agent(const struct writing *w, const char *name, const char *bic)
{
	raw(w, "<");
	raw(w, name);
	raw(w, ">");
	if (bic == NULL || *bic == '\0')
		element(w, "FinInstnId/Othr/Id", "NOTPROVIDED");
	else
		element(w, w->is_new ? "FinInstnId/BICFI" : "FinInstnId/BIC",
		    bic);
	raw(w, "</");
	raw(w, name);
	raw(w, ">");
}

static void
transfer(const struct writing *w, const struct transfer *x)
{
	raw(w, "<CdtTrfTxInf><PmtId>");
	element(w, "EndToEndId", x->end_to_end);
	if (x->uetr != NULL && *x->uetr != '\0')
		element(w, "UETR", x->uetr);
	raw(w, "</PmtId><Amt><InstdAmt Ccy=\"");
	escaped(w, x->currency);
	raw(w, "\">");
	escaped(w, x->amount);
	raw(w, "</InstdAmt></Amt>");
	if (x->bic != NULL && *x->bic != '\0')
		agent(w, "CdtrAgt", x->bic);
	element(w, "Cdtr/Nm", x->creditor);
	element(w, "CdtrAcct/Id/IBAN", x->iban);
	if (x->info != NULL && *x->info != '\0')
		element(w, "RmtInf/Ustrd", x->info);
	raw(w, "</CdtTrfTxInf>");
}

static void
instruction(const struct writing *w, const struct instruction *p)
{
	raw(w, "<PmtInf>");
	element(w, "PmtInfId", p->id);
	element(w, "PmtMtd", "TRF");
	counts(w, p, 1);
	element(w, w->is_new ? "ReqdExctnDt/Dt" : "ReqdExctnDt", p->date);
	element(w, "Dbtr/Nm", p->debtor);
	element(w, "DbtrAcct/Id/IBAN", p->iban);
	agent(w, "DbtrAgt", p->bic);
	element(w, "ChrgBr", "SLEV");
	for (size_t i = 0; i < p->n; i++)
		transfer(w, &p->transfers[i]);
	raw(w, "</PmtInf>");
}

void
pain_write(const struct initiation *m, pain_put *put, void *arg)
{
	struct writing w = { put, arg, strcmp(m->version, "09") == 0 };

	raw(&w,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
	    "<Document xmlns=\"" NAMESPACE);
	raw(&w, m->version);
	raw(&w, "\"><CstmrCdtTrfInitn><GrpHdr>");
	element(&w, "MsgId", m->id);
	element(&w, "CreDtTm", m->created);
	counts(&w, m->instructions, m->n);
	element(&w, "InitgPty/Nm", m->initiator);
	raw(&w, "</GrpHdr>");
	for (size_t i = 0; i < m->n; i++)
		instruction(&w, &m->instructions[i]);
	raw(&w, "</CstmrCdtTrfInitn></Document>");
}
