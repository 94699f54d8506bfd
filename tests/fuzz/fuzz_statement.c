/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as a bank's statement, camt.053 and CSV, and as the table of
 * currencies: each text that is handed over can be read to its end.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "modules/payment/camt.h"
#include "modules/payment/statement.h"

/* libFuzzer gives the name.  NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char table[] = "code,numeric,minor_unit,name\nCNY,156,2,Yuan\n"
			    "EUR,978,2,Euro\nJPY,392,0,Yen\nXAU,959,,Gold\n";
static const char frame[] =
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">"
    "<BkToCstmrStmt><Stmt><Id>1</Id>";
static const char end[] = "</Stmt></BkToCstmrStmt></Document>";

static size_t read_through;

static void
read_text(const char *text)
{
	if (text != NULL)
		read_through += strlen(text);
}

static void
take_entry(const struct camt_entry *e, void *arg)
{
	(void)arg;
	read_text(e->ref);
	read_text(e->status);
	read_text(e->date);
}

static void
take_statement(const struct camt_statement *s, void *arg)
{
	(void)arg;
	read_text(s->id);
	read_text(s->iban);
}

static void
take_row(const struct statement_row *row, void *arg)
{
	(void)arg;
	read_text(row->date);
	read_text(row->ref);
	read_text(row->currency);
	read_text(row->fault);
}

static void
try_camt(const struct currencies *t, const uint8_t *bytes, size_t size)
{
	const struct camt_reader to = { take_entry, take_statement, NULL };
	size_t n = sizeof frame - 1;
	char *text = malloc(sizeof frame + size + sizeof end);

	if (text == NULL)
		abort();
	(void)camt_read(t, (const char *)bytes, size, &to);
	memcpy(text, frame, n);
	memcpy(text + n, bytes, size);
	memcpy(text + n + size, end, sizeof end - 1);
	(void)camt_read(t, text, n + size + sizeof end - 1, &to);
	free(text);
}

static void
try_csv(const struct currencies *t, const char *header, const uint8_t *bytes,
    size_t size)
{
	size_t n = strlen(header);
	char *text = malloc(n + size + 1);
	const char *column = NULL;

	if (text == NULL)
		abort();
	memcpy(text, header, n);
	memcpy(text + n, bytes, size);
	(void)statement_read(t, text, n + size, &column, take_row, NULL);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct currencies t, other;

	if (t.n == 0 && currencies_read(&t, table, sizeof table - 1) != NULL)
		abort();
	(void)currencies_read(&other, (const char *)bytes, size);
	try_camt(&t, bytes, size);
	try_csv(&t, "", bytes, size);
	try_csv(&t, "date,ref,amount,currency\n", bytes, size);
	return 0;
}
