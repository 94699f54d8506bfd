/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "modules/compliance/list_csv.h"
#include "tests/unit/screening_bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef DATA
#define DATA "modules/compliance/data"
#endif

static struct bed bed;

/* The last entry, in words. */
struct seen {
	size_t count;
	char text[1024];
};

static int
note(void *ctx, const struct list_entry *e)
{
	struct seen *s = ctx;
	size_t i, n;

	s->count++;
	n = (size_t)snprintf(s->text, sizeof(s->text), "%s %s", e->id,
	    party_type_name(e->type));
	for (i = 0; i < e->name_count; i++)
		n += (size_t)snprintf(s->text + n, sizeof(s->text) - n,
		    " %d:%s", (int)e->names[i].kind, e->names[i].text);
	for (i = 0; i < e->birth_count; i++)
		n += (size_t)snprintf(s->text + n, sizeof(s->text) - n,
		    " %d-%d-%d", e->births[i].year, e->births[i].month,
		    e->births[i].day);
	for (i = 0; i < e->country_count; i++)
		n += (size_t)snprintf(s->text + n, sizeof(s->text) - n, " %s",
		    e->countries[i].code);
	for (i = 0; i < e->identifier_count; i++)
		n += (size_t)snprintf(s->text + n, sizeof(s->text) - n,
		    " %s=%s", e->identifiers[i].type, e->identifiers[i].value);
	for (i = 0; i < e->program_count; i++)
		n += (size_t)snprintf(s->text + n, sizeof(s->text) - n, " [%s]",
		    e->programs[i]);
	return 0;
}

static int
read_text(enum list_format format, const char *text, struct seen *seen,
    struct list_outcome *out)
{
	struct list_file file = { "sdn.csv", text, strlen(text) };
	struct list_input input = { format, &file, 1, &bed.reader };

	memset(seen, 0, sizeof(*seen));
	return list_read(&input, note, seen, out);
}

static void
ofac_remarks_give_dates_countries_documents_and_weak_aliases(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(
	    read_text(LIST_OFAC_CSV,
		"77,\"DOE, Jane\",individual,SDGT] [IFSR,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"
		"\"DOB 12 Mar 1970; POB Irun, Spain; nationality Iran; "
		"Passport A-123456 (Iran) expires 2030; a.k.a. 'JD'.\"\r\n",
		&s, &o),
	    0);
	assert_string_equal(s.text,
	    "77 individual 0:DOE, Jane 2:JD 1970-3-12 es ir "
	    "passport=A123456 [SDGT] [IFSR]");
}

static void
a_short_ofac_record_is_refused_with_its_line(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(read_text(LIST_OFAC_CSV, "1,A,-0-\r\n", &s, &o), -1);
	assert_int_equal(o.line, 1);
	assert_non_null(strstr(o.fault, "12 fields"));
}

static void
the_sample_has_745_entries(void **state)
{
	struct list_meta meta;

	(void)state;
	bed_ofac(&bed, DATA "/ofac_sample", NULL, NULL);
	index_list(&bed.index, 0, &meta);
	assert_int_equal(meta.entries, 745);
	assert_string_equal(meta.note, "sample, not current");
	assert_int_equal(strlen(meta.sha256), 64);
}

static void
ofac_xml_gives_names_and_publication_date(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(
	    read_text(LIST_OFAC_XML,
		"<sdnList><publshInformation><Publish_Date>07/01/2026"
		"</Publish_Date></publshInformation><sdnEntry><uid>9</uid>"
		"<firstName>Jane</firstName><lastName>DOE</lastName>"
		"<sdnType>Individual</sdnType><programList><program>X</program>"
		"</programList><akaList><aka><category>weak</category>"
		"<lastName>JD</lastName></aka></akaList></sdnEntry></sdnList>",
		&s, &o),
	    0);
	assert_string_equal(s.text, "9 individual 0:Jane DOE 2:JD [X]");
	assert_string_equal(o.version, "07/01/2026");
}

static void
un_xml_gives_good_and_low_aliases(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(
	    read_text(LIST_UN_XML,
		"<CONSOLIDATED_LIST dateGenerated=\"2026-01-02\"><INDIVIDUALS>"
		"<INDIVIDUAL><DATAID>5</DATAID><FIRST_NAME>A</FIRST_NAME>"
		"<SECOND_NAME>Bee</SECOND_NAME><INDIVIDUAL_ALIAS>"
		"<QUALITY>Low</QUALITY><ALIAS_NAME>Cee</ALIAS_NAME>"
		"</INDIVIDUAL_ALIAS><INDIVIDUAL_DATE_OF_BIRTH><YEAR>1970"
		"</YEAR></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>"
		"</INDIVIDUALS></CONSOLIDATED_LIST>",
		&s, &o),
	    0);
	assert_string_equal(s.text, "5 individual 0:A Bee 2:Cee 1970-0-0");
	assert_string_equal(o.version, "2026-01-02");
}

static void
eu_xml_gives_aliases_and_citizenship(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(
	    read_text(LIST_EU_XML,
		"<export generationDate=\"2026-02-03\"><sanctionEntity "
		"euReferenceNumber=\"EU.1.2\"><subjectType code=\"person\"/>"
		"<nameAlias wholeName=\"Ann Bee\" strong=\"true\"/>"
		"<nameAlias wholeName=\"Annie\" strong=\"false\"/>"
		"<birthdate birthdate=\"1960-05-06\"/>"
		"<citizenship countryIso2Code=\"RU\"/></sanctionEntity>"
		"</export>",
		&s, &o),
	    0);
	assert_string_equal(s.text,
	    "EU.1.2 individual 0:Ann Bee 2:Annie 1960-5-6 ru");
}

static void
a_document_type_is_refused(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(read_text(LIST_EU_XML,
			     "<!DOCTYPE export [<!ENTITY a \"aaaa\">]>"
			     "<export><sanctionEntity "
			     "euReferenceNumber=\"&a;\"/></export>",
			     &s, &o),
	    -1);
	assert_non_null(strstr(o.fault, "document type"));
	assert_int_equal(s.count, 0);
}

static void
a_broken_xml_is_refused(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(read_text(LIST_EU_XML, "<export><sanctionEntity>", &s,
			     &o),
	    -1);
	assert_int_not_equal(o.fault[0], '\0');
	assert_int_equal(read_text(LIST_UN_XML, "<export/>", &s, &o), -1);
	assert_non_null(strstr(o.fault, "expected CONSOLIDATED_LIST"));
}

static void
rows_with_one_entry_id_are_one_entry(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(
	    read_text(LIST_CSV,
		"entry_id,type,name,alias_kind,birth_date,country\n"
		"1,individual,\"Ann \"\"A\"\" Bee\",primary,1960-05,RU\n"
		"1,,Annie,weak_aka,,\n",
		&s, &o),
	    0);
	assert_int_equal(s.count, 1);
	assert_string_equal(s.text,
	    "1 individual 0:Ann \"A\" Bee 2:Annie 1960-5-0 ru");
}

static void
an_unknown_column_or_type_is_refused_with_its_line(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(read_text(LIST_CSV, "entry_id,type,nam\n", &s, &o),
	    -1);
	assert_non_null(strstr(o.fault, "column nam"));
	assert_int_equal(read_text(LIST_CSV,
			     "entry_id,type,name\n1,entity,A\n2,ship,B\n", &s,
			     &o),
	    -1);
	assert_int_equal(o.line, 3);
}

static void
json_lines_take_texts_and_arrays(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(
	    read_text(LIST_JSONL,
		"{\"entry_id\":\"1\",\"type\":\"entity\",\"name\":[\"Caf\\u00e9 Co\","
		"\"Cafe\"],\"alias_kind\":[\"primary\",\"weak_aka\"],"
		"\"identifier_type\":\"tax_id\",\"identifier\":\"ab-12345\"}\n",
		&s, &o),
	    0);
	assert_string_equal(s.text,
	    "1 entity 0:Caf\xc3\xa9 Co 2:Cafe tax_id=AB12345");
}

static void
bad_json_is_refused(void **state)
{
	static const char *const bad[] = { "{", "[]", "{\"entry_id\":\"1\",}",
		"{\"entry_id\":\"\\ud800\"}", "{\"x\":\"1\"}",
		"{\"entry_id\":\"1\",\"entry_id\":\"2\"}", "{\"entry_id\":01}",
		"{\"entry_id\":\"1\"} x", "{\"entry_id\":\"\x01\"}",
		"{\"entry_id\":[\"1\"" };
	struct list_outcome o;
	struct seen s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_text(LIST_JSONL, bad[i], &s, &o), -1);
		assert_int_equal(o.line, 1);
	}
}

static void
latin_1_becomes_utf_8(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(read_text(LIST_CSV,
			     "entry_id,type,name\r\n1,entity,Caf\xe9\r\n", &s,
			     &o),
	    0);
	assert_string_equal(s.text, "1 entity 0:Caf\xc3\xa9");
}

static void
an_open_quote_is_refused(void **state)
{
	struct list_outcome o;
	struct seen s;

	(void)state;
	assert_int_equal(read_text(LIST_CSV,
			     "entry_id,type,name\n1,entity,\"A\n", &s, &o),
	    -1);
	assert_non_null(strstr(o.fault, "closing quote"));
	assert_int_equal(o.line, 2);
}

static int
open_bed(void **state)
{
	(void)state;
	bed_open(&bed, DATA);
	return 0;
}

static int
close_bed(void **state)
{
	(void)state;
	bed_close(&bed);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    ofac_remarks_give_dates_countries_documents_and_weak_aliases),
		cmocka_unit_test(a_short_ofac_record_is_refused_with_its_line),
		cmocka_unit_test(the_sample_has_745_entries),
		cmocka_unit_test(ofac_xml_gives_names_and_publication_date),
		cmocka_unit_test(un_xml_gives_good_and_low_aliases),
		cmocka_unit_test(eu_xml_gives_aliases_and_citizenship),
		cmocka_unit_test(a_document_type_is_refused),
		cmocka_unit_test(a_broken_xml_is_refused),
		cmocka_unit_test(rows_with_one_entry_id_are_one_entry),
		cmocka_unit_test(
		    an_unknown_column_or_type_is_refused_with_its_line),
		cmocka_unit_test(json_lines_take_texts_and_arrays),
		cmocka_unit_test(bad_json_is_refused),
		cmocka_unit_test(latin_1_becomes_utf_8),
		cmocka_unit_test(an_open_quote_is_refused),
	};

	return cmocka_run_group_tests_name("list", tests, open_bed, close_bed);
}
