/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * OFAC's delimited files as of the data specification of 2023-09-25: no
 * header, "-0-" for null, aliases and addresses in files of their own that
 * name the entry by number.
 */

#include "list_csv.h"
#include "list_entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A record of alt.csv or add.csv: where it begins, and whose it is. */
struct side {
	unsigned long entry;
	size_t order;
	size_t offset;
};

struct sides {
	const struct list_file *file;
	struct side *at;
	size_t count, size;
	size_t skip; /* a byte order mark */
};

static int
side_order(const void *a, const void *b)
{
	const struct side *x = a, *y = b;

	if (x->entry != y->entry)
		return x->entry < y->entry ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static int
sides_index(struct list_run *run, struct sides *s, const char *name,
    size_t fields)
{
	struct csv csv;
	int rc;

	memset(s, 0, sizeof(*s));
	s->file = list_file_find(run->input, name);
	if (s->file == NULL)
		return 0;
	csv_init(&csv, s->file->text, s->file->len);
	for (;;) {
		const char *from = csv.at;

		rc = csv_next(&csv);
		if (rc <= 0)
			break;
		if (csv.count < fields) {
			rc = list_fault(run, csv.line,
			    "%s: expected %zu fields, found %zu", name, fields,
			    csv.count);
			break;
		}
		if (s->count == s->size) {
			s->size = s->size == 0 ? 1024 : s->size * 2;
			s->at = realloc(s->at, s->size * sizeof(*s->at));
			if (s->at == NULL)
				abort();
		}
		s->at[s->count] = (struct side){
			.entry = strtoul(csv_field(&csv, 0), NULL, 10),
			.order = s->count,
			.offset = (size_t)(from - s->file->text),
		};
		s->count++;
	}
	if (rc < 0)
		list_fault(run, csv.line, "%s: %s", name, csv.fault);
	csv_fini(&csv);
	if (s->count > 0)
		qsort(s->at, s->count, sizeof(*s->at), side_order);
	return rc;
}

static size_t
sides_first(const struct sides *s, unsigned long entry)
{
	size_t lo = 0, hi = s->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->at[mid].entry < entry)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct prefix {
	const char *text;
	const char *type; /* of the identifier, or what else it is */
};

/* What remarks say, by how the part begins; longer beginnings first. */
static const struct prefix prefixes[] = {
	{ "DOB ", "=birth" },
	{ "alt. DOB ", "=birth" },
	{ "POB ", "=place" },
	{ "alt. POB ", "=place" },
	{ "nationality ", "=country" },
	{ "alt. nationality ", "=country" },
	{ "citizen ", "=country" },
	{ "alt. citizen ", "=country" },
	{ "Nationality of Registration ", "=country" },
	{ "a.k.a. ", "=weak" },
	{ "f.k.a. ", "=weak" },
	{ "n.k.a. ", "=weak" },
	{ "Diplomatic Passport ", "passport" },
	{ "Stateless Person Passport ", "passport" },
	{ "Passport ", "passport" },
	{ "National ID No. ", "national_id" },
	{ "National Foreign ID Number ", "national_id" },
	{ "Personal ID Card ", "national_id" },
	{ "Identification Number ", "national_id" },
	{ "Cedula No. ", "national_id" },
	{ "Cedula de Ciudadania ", "national_id" },
	{ "Citizen's Card Number ", "national_id" },
	{ "D.N.I. ", "national_id" },
	{ "C.U.R.P. ", "national_id" },
	{ "SSN ", "national_id" },
	{ "N.I.E. ", "national_id" },
	{ "C.U.I. ", "national_id" },
	{ "Residency Number ", "national_id" },
	{ "Birth Certificate Number ", "birth_certificate" },
	{ "Driver's License No. ", "driving_licence" },
	{ "NIT # ", "tax_id" },
	{ "RUC # ", "tax_id" },
	{ "RIF # ", "tax_id" },
	{ "R.F.C. ", "tax_id" },
	{ "C.U.I.T. ", "tax_id" },
	{ "Tax ID No. ", "tax_id" },
	{ "V.A.T. Number ", "tax_id" },
	{ "Italian Fiscal Code ", "tax_id" },
	{ "Company Number ", "registration" },
	{ "Registration Number ", "registration" },
	{ "Registration ID ", "registration" },
	{ "Commercial Registry Number ", "registration" },
	{ "Business Registration Number ", "registration" },
	{ "Business Registration Document # ", "registration" },
	{ "Business Number ", "registration" },
	{ "Certificate of Incorporation Number ", "registration" },
	{ "Chamber of Commerce Number ", "registration" },
	{ "Enterprise Number ", "registration" },
	{ "Government Gazette Number ", "registration" },
	{ "Matricula Mercantil No ", "registration" },
	{ "Folio Mercantil No. ", "registration" },
	{ "Trade License No. ", "registration" },
	{ "C.R. No. ", "registration" },
	{ "License ", "registration" },
	{ "Unified Social Credit Code (USCC) ", "registration" },
	{ "D-U-N-S Number ", "duns" },
	{ "SWIFT/BIC ", "bic" },
	{ "Legal Entity Number ", "lei" },
	{ "Vessel Registration Identification IMO ", "imo" },
	{ "Vessel Registration Identification ", "vessel_registration" },
	{ "MMSI ", "mmsi" },
	{ "Aircraft Manufacturer's Serial Number (MSN) ", "aircraft_serial" },
	{ "Aircraft Construction Number (also called L/N or S/N or F/N) ",
	    "aircraft_serial" },
	{ "Aircraft Tail Number ", "aircraft_tail" },
	{ "Digital Currency Address - ", "wallet" },
};

static const char *
last_part(const char *text, size_t *len)
{
	size_t i;

	for (i = *len; i > 0; i--) {
		if (text[i - 1] == ',') {
			text += i;
			*len -= i;
			break;
		}
	}
	return text;
}

static void
remark_identifier(struct list_run *run, const char *type, const char *text,
    size_t len)
{
	const char *paren = memchr(text, '(', len);
	size_t n = paren == NULL ? len : (size_t)(paren - text);
	const char *issued = NULL;
	size_t i;

	for (i = 0; i + 7 < n && issued == NULL; i++) {
		if (strncasecmp(text + i, " issued", 7) == 0)
			issued = text + i;
	}
	if (issued != NULL)
		n = (size_t)(issued - text);
	if (strcmp(type, "wallet") == 0) {
		const char *blank = memchr(text, ' ', n);

		if (blank != NULL) {
			n -= (size_t)(blank - text);
			text = blank;
		}
	}
	entry_identifier(run, type, text, n);
}

static void
remark_part(struct list_run *run, const char *text, size_t len)
{
	const struct prefix *p = NULL;
	size_t i, n;

	if (len > 5 && strncasecmp(text, "alt. ", 5) == 0 &&
	    strncmp(text, "alt. DOB", 8) != 0) {
		text += 5;
		len -= 5;
	}
	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		n = strlen(prefixes[i].text);
		if (len > n && memcmp(text, prefixes[i].text, n) == 0) {
			p = &prefixes[i];
			break;
		}
	}
	if (p == NULL)
		return;
	text += strlen(p->text);
	len -= strlen(p->text);
	if (p->type[0] != '=') {
		remark_identifier(run, p->type, text, len);
	} else if (strcmp(p->type, "=birth") == 0) {
		entry_birth(run, text, len);
	} else if (strcmp(p->type, "=weak") == 0) {
		if (len > 2 && *text == '\'') {
			text++;
			len -= text[len - 2] == '\'' ? 2 : 1;
		}
		entry_name(run, text, len, NAME_WEAK_AKA);
	} else {
		if (strcmp(p->type, "=place") == 0)
			text = last_part(text, &len);
		entry_country(run, text, len);
	}
}

void
ofac_remarks(struct list_run *run, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *stop = memchr(text, ';', (size_t)(end - text));
		size_t n;

		if (stop == NULL)
			stop = end;
		while (text < stop && *text == ' ')
			text++;
		n = (size_t)(stop - text);
		while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '.'))
			n--;
		remark_part(run, text, n);
		text = stop + 1;
	}
}

static void
programs(struct list_run *run, const char *text)
{
	for (;;) {
		const char *stop = strstr(text, "] [");

		if (stop == NULL) {
			entry_program(run, text, strlen(text));
			return;
		}
		entry_program(run, text, (size_t)(stop - text));
		text = stop + 3;
	}
}

/* The records of a side file that belong to the entry. */
static void
sides_add(struct list_run *run, const struct sides *s, unsigned long entry,
    int aliases)
{
	size_t i;

	for (i = sides_first(s, entry); i < s->count && s->at[i].entry == entry;
	     i++) {
		struct csv csv;
		const char *f;

		csv_init(&csv, s->file->text + s->at[i].offset,
		    s->file->len - s->at[i].offset);
		if (csv_next(&csv) == 1 && aliases) {
			f = csv_field(&csv, 3);
			entry_name(run, f, strlen(f),
			    strcasestr(csv_field(&csv, 4), "weak") != NULL
				? NAME_WEAK_AKA
				: NAME_STRONG_AKA);
		} else if (csv.count > 4) {
			f = csv_field(&csv, 4);
			entry_country(run, f, strlen(f));
		}
		csv_fini(&csv);
	}
}

static int
sdn_record(struct list_run *run, const struct csv *csv, const struct sides *alt,
    const struct sides *add)
{
	const char *id = csv_field(csv, 0), *type = csv_field(csv, 2);
	const char *remarks = csv_field(csv, 11);
	unsigned long number = strtoul(id, NULL, 10);
	size_t n = strlen(type);
	enum party_type party;

	while (n > 0 && type[n - 1] == ' ')
		n--;
	party = party_type_find(type, n);
	entry_begin(run, id, strlen(id),
	    party == PARTY_ANY ? PARTY_ENTITY : party);
	entry_name(run, csv_field(csv, 1), strlen(csv_field(csv, 1)),
	    NAME_PRIMARY);
	programs(run, csv_field(csv, 3));
	sides_add(run, alt, number, 1);
	ofac_remarks(run, remarks, strlen(remarks));
	sides_add(run, add, number, 0);
	if (party == PARTY_VESSEL)
		entry_country(run, csv_field(csv, 9),
		    strlen(csv_field(csv, 9)));
	entry_remarks(run, remarks, strlen(remarks));
	return entry_end(run);
}

int
list_read_ofac_csv(struct list_run *run)
{
	const struct list_file *sdn = list_file_find(run->input, "sdn.csv");
	struct sides alt, add = { 0 };
	struct csv csv;
	int rc;

	if (sdn == NULL)
		return list_fault(run, 0, "files: sdn.csv is missing");
	rc = sides_index(run, &alt, "alt.csv", 4);
	if (rc == 0)
		rc = sides_index(run, &add, "add.csv", 5);
	csv_init(&csv, sdn->text, sdn->len);
	while (rc == 0) {
		int more = csv_next(&csv);

		if (more == 0)
			break;
		if (more < 0)
			rc = list_fault(run, csv.line, "sdn.csv: %s",
			    csv.fault);
		else if (csv.count < 12 ||
		    strtoul(csv_field(&csv, 0), NULL, 10) == 0)
			rc = list_fault(run, csv.line,
			    "sdn.csv: expected 12 fields that begin with a number, found %zu",
			    csv.count);
		else if (!sdn_record(run, &csv, &alt, &add))
			break;
	}
	csv_fini(&csv);
	free(alt.at);
	free(add.at);
	return rc;
}
