/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/json.h"
#include "core/base/template.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char values[] =
    "{\"name\":\"A & <b>\",\"n\":-7,\"yes\":true,\"no\":false,\"empty\":[],"
    "\"blank\":\"\",\"nil\":null,\"o\":{\"p\":{\"q\":\"deep\"},\"name\":"
    "\"inner\"},\"list\":[{\"name\":\"one\"},{\"other\":1}],"
    "\"words\":[\"x\",\"<y>\"]}";

static void
expect(const char *text, const char *wanted)
{
	struct arena *a = arena_new(4096);
	const struct ep_node *n = NULL;
	struct buf b = { 0 };
	struct err err = { 0 };

	assert_int_equal(json_parse_copy(a, values, sizeof values - 1, &n,
			     &err),
	    EP_OK);
	template_write(&b, text, strlen(text), n);
	buf_byte(&b, '\0');
	assert_string_equal(buf_data(&b), wanted);
	buf_fini(&b);
	arena_free(&a);
}

static void
values_are_escaped(void **state)
{
	(void)state;
	expect("<p title=\"{{name}}\">{{n}}</p>",
	    "<p title=\"A &amp; &lt;b&gt;\">-7</p>");
	expect("{{ name }}|{{missing}}|{{nil}}|{{yes}}|{{o}}|",
	    "A &amp; &lt;b&gt;|||||");
	expect("{{o.p.q}} {{o.x.q}} {{name.q}}", "deep  ");
	expect("no tag", "no tag");
	expect("", "");
}

static void
sections_repeat_choose_and_nest(void **state)
{
	(void)state;
	expect("{{#words}}[{{.}}]{{/words}}", "[x][&lt;y&gt;]");
	expect("{{#list}}({{name}}){{/list}}", "(one)(A &amp; &lt;b&gt;)");
	expect("{{#o}}{{name}} {{n}}{{/o}}", "inner -7");
	expect("{{#no}}1{{/no}}{{#empty}}2{{/empty}}{{#blank}}3{{/blank}}"
	       "{{#nil}}4{{/nil}}{{#missing}}5{{/missing}}{{#yes}}6{{/yes}}",
	    "6");
	expect("{{^no}}1{{/no}}{{^empty}}2{{/empty}}{{^blank}}3{{/blank}}"
	       "{{^nil}}4{{/nil}}{{^missing}}5{{/missing}}{{^yes}}6{{/yes}}",
	    "12345");
	expect("{{#yes}}a{{#yes}}b{{/yes}}c{{/yes}}d", "abcd");
	expect("{{#words}}{{^no}}{{.}}{{/no}}{{/words}}", "x&lt;y&gt;");
}

static void
lines_of_tags_leave_nothing(void **state)
{
	(void)state;
	expect("a\n\t{{#yes}}\n\t\tb\n\t{{/yes}}\nc\n", "a\nb\nc\n");
	expect("{{! words }}\na{{! words }}\n", "a\n");
	expect("  a\n  {{!keep}}\n  b\n\t{{name}}\n{{!free}}\n  c",
	    "a\n  b\n\tA &amp; &lt;b&gt;\nc");
	expect("a {{#yes}} b {{/yes}} c", "a  b  c");
	expect("a\n\t<b>{{n}}\n\t {{n}}</b>\n", "a\n<b>-7\n-7</b>\n");
}

/* Nothing of it can leave an element or an attribute, or is no text. */
static void
hostile_text_stays_text(void **state)
{
	static const char in[] = "</title><script>alert('1')</script>\"&\x01"
				 "\x7f\xc2\x85\xff\t\n\0z\xe4\xb8\xad";
	struct buf b = { 0 };

	(void)state;
	template_escape(&b, in, sizeof in - 1);
	buf_byte(&b, '\0');
	assert_string_equal(buf_data(&b),
	    "&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"
	    "&quot;&amp;\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\t\n"
	    "\xef\xbf\xbd"
	    "z\xe4\xb8\xad");
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_escaped),
		cmocka_unit_test(sections_repeat_choose_and_nest),
		cmocka_unit_test(lines_of_tags_leave_nothing),
		cmocka_unit_test(hostile_text_stays_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
