/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                    \
	"openapi: 3.1.0\n"                      \
	"info: {title: Shop, version: 1.2.3}\n" \
	"x-entrepot: {module: shop}\n"          \
	"paths:\n"
#define OK_RESPONSES "      responses: {\"200\": {description: done}}\n"
#define LEAST         \
	"  /v1/x:\n"  \
	"    post:\n" \
	"      operationId: shop.x\n" OK_RESPONSES

static struct arena *a;
static struct err err;
static struct findings findings;
static struct module_data files[16];
static uint32_t n_files;

static int
begin(void **state)
{
	(void)state;
	a = arena_new(65536);
	err_clear(&err);
	memset(&findings, 0, sizeof findings);
	findings.arena = a;
	n_files = 0;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static void
file(const char *name, const char *text)
{
	files[n_files].name = name;
	files[n_files].bytes = text;
	files[n_files++].length = (uint32_t)strlen(text);
}

static const struct manifest *
read_files(void)
{
	static struct manifest_source source;
	const struct manifest *m = NULL;

	source.files = files;
	source.n_files = n_files;
	(void)manifest_read(a, &source, &findings, &m, &err);
	return m;
}

static const struct manifest *
good(const char *yaml)
{
	const struct manifest *m;

	file("openapi.yaml", yaml);
	m = read_files();
	if (findings.n != 0)
		fail_msg("%s", err.text);
	return m;
}

/* One of the findings is at that place and has those words. */
static void
faulty(const char *yaml, const char *place, const char *words)
{
	const struct finding *x;

	(void)end(NULL);
	(void)begin(NULL);
	if (yaml != NULL)
		file("openapi.yaml", yaml);
	(void)read_files();
	for (x = findings.first; x != NULL; x = x->next)
		if (strcmp(x->place, place) == 0 &&
		    strstr(x->words, words) != NULL)
			return;
	for (x = findings.first; x != NULL; x = x->next)
		(void)fprintf(stderr, "found %s: %s\n", x->place, x->words);
	fail_msg("expected %s: ...%s...", place, words);
}

static const char whole[] =

    "openapi: 3.1.0\n"
    "info: {title: Shop, version: 1.2.3}\n"
    "x-entrepot-libraries: [icu]\n"
    "x-entrepot:\n"
    "  module: shop\n"
    "  requires: [compliance]\n"
    "  shared: [shop_rate]\n"
    "  snapshots: {names: {epoch: lists}}\n"
    "  config: {type: object}\n"
    "paths:\n"
    "  /v1/orders/{id}:\n"
    "    parameters:\n"
    "      - {$ref: '#/components/parameters/Id'}\n"
    "    patch:\n"
    "      operationId: shop.change\n"
    "      summary: Changes\n"
    "      x-entrepot-tx: none\n"
    "      x-entrepot-max-body: 4096\n"
    "      x-entrepot-deadline-ms: 250\n"
    "      x-entrepot-conflict-keys: [id]\n"
    "      x-entrepot-clauses: [GB/T 40202-2021 6.2]\n"
    "      parameters:\n"
    "        - {name: dry, in: query, schema: {type: boolean}}\n"
    "        - {name: If-Match, in: header, schema: {type: "
    "string}}\n"
    "      requestBody:\n"
    "        required: true\n"
    "        content:\n"
    "          application/json: {schema: {$ref: "
    "'#/components/schemas/Order'}, example: {qty: 1}}\n"
    "      responses:\n"
    "        '200': {description: d, content: {application/json: "
    "{schema: {type: object}}}}\n"
    "        '404': {description: none}\n"
    "        default: {description: other}\n"
    "    get:\n"
    "      operationId: shop.show\n"
    "      x-entrepot-exposure: internal\n" OK_RESPONSES "components:\n"
    "  parameters:\n"
    "    Id: {name: id, in: path, required: true, schema: {type: "
    "string}}\n"
    "  schemas:\n"
    "    Order: {type: object, properties: {qty: {type: "
    "integer}}}\n";

static void
head_of_the_document_is_read(void **state)
{
	const struct manifest *m = good(whole);

	(void)state;
	assert_string_equal(m->name, "shop");
	assert_string_equal(m->version, "1.2.3");
	assert_string_equal(m->libraries[0], "icu");
	assert_string_equal(m->requires[0], "compliance");
	assert_string_equal(m->shared[0], "shop_rate");
	assert_string_equal(m->snapshots[0].epoch, "lists");
	assert_int_equal(m->n_operations, 2);
}

static void
operations_are_read(void **state)
{
	const struct manifest *m = good(whole);
	const struct manifest_operation *op;

	(void)state;
	op = manifest_operation_find(m, "shop.show");
	assert_non_null(op);
	assert_int_equal(op->tx, TX_READ);
	assert_true(op->internal);
	assert_false(op->idempotent);
	assert_int_equal(op->n_parameters, 1);

	op = manifest_operation_find(m, "shop.change");
	assert_non_null(op);
	assert_string_equal(op->method, "PATCH");
	assert_string_equal(op->path, "/v1/orders/{id}");
	assert_int_equal(op->tx, TX_NONE);
	assert_false(op->internal);
	assert_true(op->idempotent);
	assert_int_equal(op->max_body, 4096);
	assert_int_equal(op->deadline_ms, 250);
	assert_string_equal(op->conflict_keys[0], "id");
	assert_int_equal(op->clauses->count, 1);
	assert_int_equal(op->n_parameters, 3);
	assert_int_equal(op->parameters[0].in, IN_PATH);
	assert_true(op->parameters[0].required);
	assert_int_equal(op->parameters[2].in, IN_HEADER);
	assert_true(op->has_body && op->body_required);
	assert_string_equal(op->body_type, "application/json");
	assert_non_null(node_get(op->body_content, "example"));
	assert_non_null(node_get(manifest_follow(m->document, op->body_schema),
	    "properties"));
	assert_int_equal(op->n_responses, 3);
	assert_int_equal(op->responses[0].code, 200);
	assert_non_null(op->responses[0].schema);
	assert_null(op->responses[1].media_type);
	assert_int_equal(op->responses[2].code, 0);
	assert_null(manifest_operation_find(m, "shop.none"));
}

static void
faults_of_the_document_have_their_place(void **state)
{
	(void)state;
	faulty(NULL, "openapi.yaml", "not embedded");
	faulty(
	    "openapi: 3.0.3\ninfo: {title: S, version: 1.0.0}\npaths:\n" LEAST,
	    "openapi.yaml:1:10", "3.1.x");
	faulty("a: [\n", "openapi.yaml", "openapi.yaml:");
	faulty("[]\n", "openapi.yaml", "expected an OpenAPI document");
	faulty("openapi: 3.1.0\ninfo: {title: Shop, version: 1.0}\n"
	       "x-entrepot: {module: shop}\npaths:\n" LEAST,
	    "openapi.yaml:2:30", "expected text, found number");
	faulty("openapi: 3.1.0\ninfo: {title: Shop, version: 1.0.0}\n"
	       "paths:\n" LEAST,
	    "openapi.yaml:1:1", "x-entrepot: expected {module: NAME");
	faulty("openapi: 3.1.0\ninfo: {title: Shop, version: 1.0.0}\n"
	       "x-entrepot: {module: shop, snapshot: {}}\npaths:\n" LEAST,
	    "openapi.yaml:3:38", "did you mean snapshots?");
	faulty("openapi: 3.1.0\ninfo: {title: Shop, version: 1.0.0}\n"
	       "x-entrepot: {module: Shop}\npaths:\n" LEAST,
	    "openapi.yaml:3:22", "not a name of 2 to 32");
	faulty("openapi: 3.1.0\ninfo: {title: Shop, version: 1.0.0}\n"
	       "x-entrepot: {module: shop}\npaths: {}\n",
	    "openapi.yaml:4:8", "at least one operation");
}

static void
faults_of_operations_have_their_place(void **state)
{
	(void)state;
	faulty(HEAD "  /v1/x:\n    post:\n      operationId: x\n" OK_RESPONSES,
	    "openapi.yaml:7:20", "prefix.lower_case");
	faulty(HEAD LEAST "    put:\n      operationId: shop.x\n" OK_RESPONSES,
	    "openapi.yaml:10:20", "is taken by POST /v1/x");
	faulty(HEAD "  /v1/x:\n    post:\n" OK_RESPONSES, "openapi.yaml:7:7",
	    "operationId is missing");
	faulty(HEAD LEAST "      x-entrepot-txt: read\n", "openapi.yaml:9:23",
	    "did you mean x-entrepot-tx?");
	faulty(HEAD LEAST "      x-entrepot-tx: raed\n", "openapi.yaml:9:22",
	    "did you mean read");
	faulty(HEAD LEAST "      x-entrepot-max-body: 0\n", "openapi.yaml:9:28",
	    "integer from 1");
	faulty(HEAD LEAST "      x-entrepot-exposure: secret\n",
	    "openapi.yaml:9:28", "public or internal");
	faulty(HEAD "  /v1/x:\n    get:\n      operationId: shop.x\n"
		    "      x-entrepot-tx: write\n" OK_RESPONSES,
	    "openapi.yaml:8:22", "changes nothing");
	faulty(HEAD
	    "  /v1/x:\n    get:\n      operationId: shop.x\n"
	    "      requestBody: {content: {application/json: {}}}\n" OK_RESPONSES,
	    "openapi.yaml:8:20", "a GET has no body");
	faulty(HEAD "  /v1/x:\n    trace:\n      operationId: shop.x\n",
	    "openapi.yaml:7:7", "trace is not known");
	faulty(HEAD "  /v1/x:\n    post:\n      operationId: shop.x\n"
		    "      responses: {OK: {description: d}}\n",
	    "openapi.yaml:8:23", "a code from 200");
}

static void
faults_of_paths_and_parameters_have_their_place(void **state)
{
#define P "      parameters:\n        - "
	(void)state;
	faulty(HEAD
	    "  /v1/x-{id}:\n    post:\n      operationId: shop.x\n" OK_RESPONSES,
	    "openapi.yaml:6:5", "expected segments like");
	faulty(HEAD
	    "  /v1/{id}:\n    post:\n      operationId: shop.x\n" OK_RESPONSES,
	    "openapi.yaml:7:7", "{id} in the path is not declared");
	faulty(HEAD LEAST P
	    "{name: id, in: path, required: true, schema: {type: string}}\n",
	    "openapi.yaml:10:11", "id is not in /v1/x");
	faulty(HEAD
	    "  /v1/{id}:\n    post:\n      operationId: shop.x\n" OK_RESPONSES P
	    "{name: id, in: path, schema: {type: string}}\n",
	    "openapi.yaml:10:11", "always required");
	faulty(HEAD LEAST P "{name: q, in: query, schema: {type: array}}\n",
	    "openapi.yaml:10:40", "not a single value");
	faulty(HEAD LEAST P "{name: q, in: cookie, schema: {type: string}}\n",
	    "openapi.yaml:10:25", "path, query or header");
	faulty(HEAD LEAST P "{name: q, in: query}\n", "openapi.yaml:10:11",
	    "no schema");
	faulty(HEAD LEAST P "{name: q, in: query, schema: {type: string}}\n"
			    "        - {name: q, in: query, schema: {type: "
			    "string}}\n",
	    "openapi.yaml:11:11", "declared twice");
	faulty(HEAD LEAST P "{name: q, in: query, schema: {type: string}}\n"
			    "      requestBody: {content: {application/json: "
			    "{schema: {allOf: [{properties: {q: {}}}]}}}}\n",
	    "openapi.yaml:10:11", "parameter and a member of the body");
	faulty(HEAD
	    "  /v1/{a}:\n    post:\n      operationId: shop.x\n" OK_RESPONSES
	    "  /v1/{b}:\n    post:\n      operationId: shop.y\n" OK_RESPONSES,
	    "openapi.yaml:10:5", "matches what /v1/{a} matches");
#undef P
}

static void
prefixes_are_declared(void **state)
{
	(void)state;
	(void)good("openapi: 3.1.0\ninfo: {title: S, version: 1.0.0}\n"
		   "x-entrepot: {module: trade, prefixes: [trade, shop]}\n"
		   "paths:\n" LEAST);
	assert_int_equal(findings.n, 0);
}

#define NAMED(module, more)                                         \
	"openapi: 3.1.0\ninfo: {title: S, version: 1.0.0}\n"        \
	"x-entrepot: {module: " module more "}\npaths:\n  /v1/x:\n" \
	"    post:\n"

static void
names_with_a_hyphen_have_a_prefix_without(void **state)
{
	(void)state;
	(void)good(NAMED("data-security",
	    "") "      operationId: data_security.mask\n" OK_RESPONSES);
	assert_int_equal(findings.n, 0);
	(void)good(NAMED("data-security",
	    ", prefixes: [datasec]") "      operationId: datasec.mask\n" OK_RESPONSES);
	assert_int_equal(findings.n, 0);
	faulty(NAMED("data-security",
		   "") "      operationId: data-security.mask\n" OK_RESPONSES,
	    "openapi.yaml:7:20", "prefix.lower_case");
	faulty(NAMED("data-security",
		   "") "      operationId: data.mask\n" OK_RESPONSES,
	    "openapi.yaml:7:20", "data is not a prefix");
	faulty(NAMED("data--security",
		   "") "      operationId: data.mask\n" OK_RESPONSES,
	    "openapi.yaml:3:22", "single '-'");
	faulty(NAMED("data-", "") "      operationId: data.mask\n" OK_RESPONSES,
	    "openapi.yaml:3:22", "single '-'");
}

static void
collisions_are_allowed_where_input_is_not_one_object(void **state)
{
	(void)state;
	(void)good(HEAD LEAST
	    "      parameters: [{name: q, in: query, schema: {type: "
	    "string}}]\n"
	    "      x-entrepot-exposure: internal\n"
	    "      requestBody: {content: {application/json: {schema: "
	    "{properties: {q: {}}}}}}\n");
	assert_int_equal(findings.n, 0);
}

static void
references_stay_inside(void **state)
{
	(void)state;
#define REF(to) HEAD LEAST "components: {schemas: {A: {$ref: '" to "'}}}\n"
	faulty(REF("other.yaml#/x"), "openapi.yaml:9:34",
	    "leads out of the document");
	faulty(REF("#/components/schemas/B"), "openapi.yaml:9:34",
	    "leads nowhere");
	faulty(REF("#/components/schemas/A"), "openapi.yaml:9:34",
	    "leads nowhere");
#undef REF
}

static void
note_and_document_must_agree(void **state)
{
	struct manifest_source source = { "shop", "9.9.9", files, 1 };
	const struct manifest *m;

	(void)state;
	file("openapi.yaml", HEAD LEAST);
	assert_int_equal(manifest_read(a, &source, &findings, &m, &err),
	    EP_REFUSED);
	assert_non_null(strstr(err.text, "1.2.3 here and 9.9.9"));
}

static void
migrations_are_ordered_by_number(void **state)
{
	const struct manifest *m;

	(void)state;
	file("migrations/0003_drop.finish.sql", "c");
	file("migrations/0002_index.sqlite.sql", "b");
	file("migrations/0002_index.postgres.sql", "b");
	file("migrations/0001_orders.sql", "a");
	m = good(HEAD LEAST);
	assert_int_equal(m->n_migrations, 4);
	assert_string_equal(m->migrations[0].name, "orders");
	assert_string_equal(m->migrations[0].text, "a");
	assert_int_equal(m->migrations[1].dialect, DIALECT_SQLITE);
	assert_int_equal(m->migrations[2].dialect, DIALECT_POSTGRES);
	assert_true(m->migrations[3].finish);
	assert_int_equal(m->migrations[3].number, 3);
}

static void
faulty_migrations_are_named(void **state)
{
	static const char *const bad[] = { "1_a.sql", "0000_a.sql",
		"0001_A.sql", "0001.sql", "0001_a.mysql.sql", "0001_a.txt" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		(void)end(NULL);
		(void)begin(NULL);
		file(arena_format(a, "migrations/%s", bad[i]), "x");
		file("openapi.yaml", HEAD LEAST);
		(void)read_files();
		assert_int_equal(findings.n, 1);
		assert_non_null(strstr(findings.first->words, "0001_orders"));
	}
	(void)end(NULL);
	(void)begin(NULL);
	file("migrations/0001_a.sql", "");
	file("migrations/0001_b.sql", "");
	file("migrations/0002_c.sqlite.sql", "");
	file("openapi.yaml", HEAD LEAST);
	(void)read_files();
	assert_int_equal(findings.n, 2);
	assert_non_null(strstr(findings.first->words, "taken twice"));
	assert_non_null(strstr(findings.last->words, "other store"));
}

static void
messages_fall_back_by_language(void **state)
{
	const struct manifest *m;

	(void)state;
	file("messages/en.yaml", "a: en a\nb: en b\nc: en c {x}\n");
	file("messages/zh.yaml", "a: zh a\nb: zh b\n");
	file("messages/zh-CN.yaml", "a: cn a\n");
	file("messages/pt-BR.yaml", "a: pt a\n");
	m = good(HEAD LEAST);
	assert_string_equal(message_find(m, "zh-CN", "a"), "cn a");
	assert_string_equal(message_find(m, "zh-cn", "a"), "cn a");
	assert_string_equal(message_find(m, "zh-CN", "b"), "zh b");
	assert_string_equal(message_find(m, "zh-CN", "c"), "en c {x}");
	assert_string_equal(message_find(m, "zh-Hans-CN", "a"), "zh a");
	assert_string_equal(message_find(m, "zh", "a"), "zh a");
	assert_string_equal(message_find(m, "pt", "a"), "pt a");
	assert_string_equal(message_find(m, "fr", "a"), "en a");
	assert_string_equal(message_find(m, "", "a"), "en a");
	assert_null(message_find(m, "en", "d"));
}

static void
indicators_are_measured_by_own_operations(void **state)
{
	(void)state;
	file("openapi.yaml",
	    "openapi: 3.1.0\ninfo: {title: T, version: 1.0.0}\n"
	    "x-entrepot: {module: shop, indicators: {I1: other.rate}}\n"
	    "paths:\n" LEAST);
	(void)read_files();
	assert_int_equal(findings.n, 1);
	assert_non_null(strstr(findings.first->words,
	    "indicator I1: expected an operation of this module"));
}

static void
a_code_that_a_language_lacks_is_a_warning(void **state)
{
	(void)state;
	file("messages/en.yaml", "a: en a\nb: en b\n");
	file("messages/zh.yaml", "a: zh a\nb: zh b\nc: zh c\n");
	file("messages/zh-CN.yaml", "b: cn b\n");
	file("messages/pt-BR.yaml", "a: pt a\nc: pt c\n");
	(void)good(HEAD LEAST);
	assert_int_equal(findings.n_warnings, 2);
	assert_string_equal(findings.warnings->rule, "message_missing");
	assert_string_equal(findings.warnings->place, "messages/pt-BR.yaml");
	assert_string_equal(findings.warnings->words,
	    "b has no text, messages/en.yaml has one");
	assert_string_equal(findings.last_warning->place, "messages/en.yaml");
	assert_string_equal(findings.last_warning->words,
	    "c has no text, messages/zh.yaml has one");
}

static void
faulty_messages_are_named(void **state)
{
	(void)state;
	file("messages/en.yaml",
	    "A: x\nb: 3\nc: \"{\"\nd: \"{X}\"\ne: \"}\"\nf: \"{}\"\n");
	file("messages/english!.yaml", "a: b\n");
	file("openapi.yaml", HEAD LEAST);
	(void)read_files();
	assert_int_equal(findings.n, 7);
	assert_string_equal(findings.first->place, "messages/en.yaml:1:4");
	assert_string_equal(findings.last->place, "messages/english!.yaml");
}

static void
data_is_found_by_its_name(void **state)
{
	const struct manifest *m;

	(void)state;
	file("data/rates/eu.csv", "1;2\n");
	m = good(HEAD LEAST);
	assert_non_null(manifest_data(m, "rates/eu.csv"));
	assert_null(manifest_data(m, "openapi.yaml"));
	assert_null(manifest_data(m, "../openapi.yaml"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(head_of_the_document_is_read),
		T(operations_are_read),
		T(faults_of_the_document_have_their_place),
		T(faults_of_operations_have_their_place),
		T(faults_of_paths_and_parameters_have_their_place),
		T(prefixes_are_declared),
		T(names_with_a_hyphen_have_a_prefix_without),
		T(collisions_are_allowed_where_input_is_not_one_object),
		T(references_stay_inside),
		T(note_and_document_must_agree),
		T(migrations_are_ordered_by_number),
		T(faulty_migrations_are_named),
		T(messages_fall_back_by_language),
		T(a_code_that_a_language_lacks_is_a_warning),
		T(indicators_are_measured_by_own_operations),
		T(faulty_messages_are_named),
		T(data_is_found_by_its_name),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
