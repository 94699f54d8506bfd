/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/logistics_fixture.h"

#include "modules/logistics/lithium.h"
#include "modules/logistics/message_xml.h"
#include "modules/logistics/xml_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct message_kinds kinds;
static struct lithium_limits limits;
static struct message_error errors[MESSAGE_ERRORS];
static struct xml_message m;

static int
load(void **state)
{
	struct csv c;

	(void)state;
	logistics_table("message_kinds.csv", &c);
	assert_null(message_kinds_read(&kinds, &c));
	logistics_table("ceb_messages.csv", &c);
	assert_null(customs_messages_read(&kinds, &c));
	logistics_table("lithium_limits.csv", &c);
	assert_null(lithium_limits_read(&limits, &c));
	return 0;
}

static void
every_kind_misses_all_it_needs(void **state)
{
	static const struct {
		const char *kind;
		size_t n;
	} cases[] = { { "waybill", 13 }, { "waybill_status", 7 },
		{ "order", 23 }, { "payment", 14 }, { "manifest", 12 },
		{ "departure", 9 }, { "arrival", 7 } };

	(void)state;
	assert_int_equal(kinds.n, 7);
	for (size_t i = 0; i < kinds.n; i++)
		assert_int_equal(message_check(message_kind_find(&kinds,
						   cases[i].kind),
				     NULL, 0, errors),
		    cases[i].n);
}

/* The only error of a waybill with this element, but for what is missing. */
static const char *
judged(const char *kind, const char *field, const char *text)
{
	const struct element e = { field, text, false };
	size_t n = message_check(message_kind_find(&kinds, kind), &e, 1,
	    errors);

	return strcmp(errors[n - 1].code, "missing") == 0 ? ""
							  : errors[n - 1].code;
}

static void
elements_have_their_form(void **state)
{
	static const struct {
		const char *kind, *field, *text, *code;
	} cases[] = {
		{ "waybill", "appTime", "20260301120000", "" },
		{ "waybill", "appTime", "2026030112000", "format" },
		{ "waybill", "appTime", "20260301120000 ", "format" },
		{ "waybill", "appType", "3", "" },
		{ "waybill", "appType", "4", "enum" },
		{ "waybill", "appType", "11", "enum" },
		{ "waybill", "packNo", "2", "must_be_1" },
		{ "order", "packNo", "2", "" },
		{ "waybill", "freight", "12345678901234.12345", "" },
		{ "waybill", "freight", "123456789012345", "number" },
		{ "waybill", "freight", "1.123456", "number" },
		{ "waybill", "freight", "1.", "number" },
		{ "waybill", "freight", ".5", "number" },
		{ "waybill", "freight", "-1", "number" },
		{ "waybill", "freight", "1e3", "number" },
		{ "waybill", "weight", "0.00000", "positive" },
		{ "waybill", "weight", "-1", "number" },
		{ "waybill", "weight", NULL, "number" },
		{ "waybill_status", "weight", "0", "" },
		{ "waybill_status", "amountPaid", "x", "number" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(judged(cases[i].kind, cases[i].field,
					cases[i].text),
		    cases[i].code);
}

static fault
read_text(const char *xml)
{
	return message_xml_read(xml, strlen(xml), &logistics_memory, &m);
}

static void
documents_have_heads_and_lists(void **state)
{
	(void)state;
	assert_null(read_text("<?xml version=\"1.0\" encoding=\"GBK\"?>"
			      "<c:CEB311Message xmlns:c=\"u\" guid=\"g\">"
			      "<c:Order><c:OrderHead><c:a>1</c:a><c:b/>"
			      "</c:OrderHead><c:OrderList><c:n>\346\235\255"
			      "</c:n></c:OrderList><c:OrderList>"
			      "<c:n><![CDATA[<2>]]></c:n></c:OrderList>"
			      "</c:Order><c:BaseTransfer><c:t>x &amp; y</c:t>"
			      "</c:BaseTransfer><c:Order/></c:CEB311Message>"));
	assert_string_equal(m.root, "CEB311Message");
	assert_string_equal(m.guid, "g");
	assert_int_equal(m.n_documents, 2);
	assert_int_equal(m.documents[0].n_members, 2);
	assert_string_equal(m.documents[0].members[0].text, "1");
	assert_true(m.documents[0].members[1].is_empty);
	assert_int_equal(m.documents[0].n_items, 2);
	assert_string_equal(m.documents[0].items[0][0].text, "\346\235\255");
	assert_string_equal(m.documents[0].items[1][0].text, "<2>");
	assert_int_equal(m.n_transfer, 1);
	assert_string_equal(m.transfer[0].text, "x & y");
	assert_int_equal(m.documents[1].n_members, 0);
	assert_string_equal(message_kind_find(&kinds, m.root)->name, "order");
}

static void
no_document_type_and_no_entity_is_taken(void **state)
{
	static const char *const bad[] = { "", " ", "x", "<a>", "<a></b>",
		"<!DOCTYPE a><a/>",
		"<!DOCTYPE a [<!ENTITY x \"y\">]><a><b><c>&x;</c></b></a>",
		"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "<a>&x;</a>",
		"<a><b><c><d><e><f>1</f></e></d></c></b></a>", "<a>\001</a>",
		"<a><b>\377\376</b></a>" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_string_equal(read_text(bad[i]), "malformed_xml");
}

static void
elements_are_bounded(void **state)
{
	char xml[8192], *end = stpcpy(xml, "<a><b>");

	(void)state;
	for (int i = 0; i < XML_MEMBERS; i++)
		end = stpcpy(end, "<c>1</c>");
	(void)stpcpy(end, "</b></a>");
	assert_null(read_text(xml));
	assert_int_equal(m.documents[0].n_members, XML_MEMBERS);
	(void)stpcpy(end, "<c>1</c></b></a>");
	assert_string_equal(read_text(xml), "too_many_elements");
}

static void
what_is_written_reads_back(void **state)
{
	const char *nasty = "<&>\"' \346\235\255]]>";
	struct xml_text t = { .memory = &logistics_memory };

	(void)state;
	xml_add(&t, "<a><b>");
	xml_add_member(&t, "c", nasty);
	xml_add_member(&t, "d", "x\ty\001z");
	xml_add(&t, "</b></a>");
	assert_null(read_text(t.bytes));
	assert_string_equal(m.documents[0].members[0].text, nasty);
	assert_string_equal(m.documents[0].members[1].text, "x y z");
	assert_true(xml_is_name("aB_1"));
	assert_false(xml_is_name("1a"));
	assert_false(xml_is_name(""));
	assert_false(xml_is_name("a b"));
	assert_false(xml_is_name("a><x"));
}

static void
times_are_those_of_china(void **state)
{
	const struct element both[] = { { "appTime", "19700101080000", false },
		{ "logisticsTime", "20240229000001", false } };
	const struct element odd = { "appTime", "2024", false };
	int64_t at;

	(void)state;
	assert_true(message_time(both, 1, &at));
	assert_int_equal(at, 0);
	assert_true(message_time(both, 2, &at));
	assert_int_equal(at, 1709136001);
	assert_false(message_time(&odd, 1, &at));
}

/* Every way to pack against the limits, by the rule as it is written. */
static void
batteries_are_small_up_to_their_limit(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * 3 * 2 * 2 * 2; i++) {
		bool metal = i % 2 == 1, air = i / 6 % 2 == 1;
		bool battery = i / 12 % 2 == 1, over = i / 24 % 2 == 1;
		int64_t limit = metal ? (battery ? 2 : 1)
				      : (battery ? 100 : 20);
		struct lithium_goods g = { .is_metal = metal,
			.packing = (enum lithium_packing)(i / 2 % 3),
			.by_air = air,
			.has_content = true,
			.content = limit * INT64_C(1000000000000) + over,
			.cells = battery ? -1 : 5,
			.batteries = battery ? 3 : -1,
			.charge_pct = 30 };
		bool ib = air && g.packing == PACKED_ALONE;
		struct lithium_rule r;

		assert_null(lithium_classify(&limits, &g, &r));
		assert_true(r.allowed);
		assert_int_equal(r.cargo_aircraft_only, ib);
		assert_int_equal(r.class9_label, ib || over);
		assert_int_equal(r.lithium_mark, !over);
		assert_string_equal(r.section,
		    ib ? (over ? "IA" : "IB") : (over ? "I" : "II"));
		assert_int_equal(r.instruction,
		    (metal ? 968 : 965) + (int)g.packing);
		g.charge_pct = 31;
		assert_null(lithium_classify(&limits, &g, &r));
		assert_int_equal(r.allowed, !(ib && !metal));
	}
}

static void
limits_hold_on_their_days(void **state)
{
	struct lithium_goods g = { .has_content = true,
		.cells = 1,
		.batteries = -1,
		.on = "2016-03-31" };
	struct lithium_rule r;

	(void)state;
	assert_string_equal(lithium_classify(&limits, &g, &r),
	    "no_limit_in_force");
	g.on = "2016-04-01";
	assert_null(lithium_classify(&limits, &g, &r));
	g.has_content = false;
	assert_string_equal(lithium_classify(&limits, &g, &r), "wh_required");
	g.is_metal = true;
	assert_string_equal(lithium_classify(&limits, &g, &r),
	    "lithium_content_required");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_misses_all_it_needs),
		cmocka_unit_test(elements_have_their_form),
		cmocka_unit_test(documents_have_heads_and_lists),
		cmocka_unit_test(no_document_type_and_no_entity_is_taken),
		cmocka_unit_test(elements_are_bounded),
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(times_are_those_of_china),
		cmocka_unit_test(batteries_are_small_up_to_their_limit),
		cmocka_unit_test(limits_hold_on_their_days),
	};

	return cmocka_run_group_tests_name("message", tests, load,
	    logistics_free);
}
