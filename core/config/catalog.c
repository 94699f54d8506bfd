/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/config/catalog.h"

#include "core/base/yaml.h"
#include "core/config/embedded.h"

#include <stdlib.h>
#include <strings.h>

enum language
language_of_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	enum language language = LANGUAGE_ENGLISH;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *value = getenv(names[i]);

		if (value == NULL || *value == '\0')
			continue;
		(void)language_read(value, &language);
		break;
	}
	return language;
}

bool
language_read(const char *tag, enum language *out)
{
	size_t n = strcspn(tag, "_-.@");

	if (n != 2)
		return false;
	if (strncasecmp(tag, "en", 2) == 0)
		*out = LANGUAGE_ENGLISH;
	else if (strncasecmp(tag, "zh", 2) == 0)
		*out = LANGUAGE_CHINESE;
	else
		return false;
	return true;
}

const struct ep_node *
catalog_read(struct arena *a)
{
	const struct ep_node *n;
	struct err err = { 0 };

	/* a fault in a text of our own is a bug */
	if (yaml_parse(a, "faults.yaml", embedded_faults,
		(size_t)(embedded_faults_end - embedded_faults), &n,
		&err) != EP_OK)
		ep_panic(__FILE__, __LINE__, __func__, err.text);
	return n;
}

const char *
catalog_text(const struct ep_node *row, const char *column,
    enum language language)
{
	return node_text(node_get(node_get(row, column),
			     language == LANGUAGE_CHINESE ? "zh" : "en"),
	    "");
}

/* Longer beginnings first; @ is what follows. */
static const struct phrase {
	const char *english, *chinese;
} phrases[] = {
	{ "at least @ characters", "至少 @ 个字符" },
	{ "at least @ character", "至少 @ 个字符" },
	{ "at least @ elements", "至少 @ 个元素" },
	{ "at least @ element", "至少 @ 个元素" },
	{ "at least @ members", "至少 @ 个成员" },
	{ "at least @", "不小于 @ 的数" },
	{ "at most @ characters", "至多 @ 个字符" },
	{ "at most @ character", "至多 @ 个字符" },
	{ "at most @ elements", "至多 @ 个元素" },
	{ "at most @ element", "至多 @ 个元素" },
	{ "at most @ members", "至多 @ 个成员" },
	{ "at most @", "不大于 @ 的数" },
	{ "more than @", "大于 @ 的数" },
	{ "less than @", "小于 @ 的数" },
	{ "a multiple of @", "@ 的倍数" },
	{ "one of @", "以下之一：@" },
	{ "text that matches @", "匹配 @ 的文本" },
	{ "text in the format @", "@ 格式的文本" },
	{ "an array of @", "含 @ 个元素的列表" },
	{ "an object of @", "含 @ 个成员的映射" },
	{ "a value: it is required", "一个值" },
	{ "object or null", "映射或空值" },
	{ "string or null", "文本或空值" },
	{ "object", "映射" },
	{ "array", "列表" },
	{ "string", "文本" },
	{ "integer", "整数" },
	{ "number", "数字" },
	{ "boolean", "true 或 false" },
	{ "null", "空值" },
	{ "nothing", "空" },
};

/* Does the text have the form of the phrase?  Then what @ stands for. */
static bool
phrase_fits(const char *phrase, const char *text, const char **at_out,
    size_t *n_out)
{
	size_t before = strcspn(phrase, "@"), n = strlen(text), after;

	if (phrase[before] == '\0')
		return strcmp(phrase, text) == 0;
	after = strlen(phrase) - before - 1;
	if (n <= before + after || strncmp(phrase, text, before) != 0 ||
	    strcmp(phrase + before + 1, text + n - after) != 0)
		return false;
	*at_out = text + before;
	*n_out = n - before - after;
	return true;
}

const char *
catalog_words(struct arena *a, const char *english, enum language language)
{
	const char *at = "";
	size_t n = 0;

	if (english == NULL || language == LANGUAGE_ENGLISH)
		return english;
	for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
		const char *chinese = phrases[i].chinese;
		size_t before = strcspn(chinese, "@");

		if (!phrase_fits(phrases[i].english, english, &at, &n))
			continue;
		if (chinese[before] == '\0')
			return chinese;
		return arena_format(a, "%.*s%.*s%s", (int)before, chinese,
		    (int)n, at, chinese + before + 1);
	}
	return english;
}

static const char *
word_of(struct arena *a, char name, const struct config_error *e,
    enum language language)
{
	const char *word = NULL;

	if (name == 'e')
		word = catalog_words(a, e->expected, language);
	else if (name == 'g')
		word = catalog_words(a, e->got, language);
	else
		word = e->words[name - '0'];
	return word != NULL ? word : "";
}

/* p: behind "{0".  Adds the word, with what is around it unless the word is
 * empty; returns what is behind the closing brace. */
static const char *
put_word(struct arena *a, const char **out, const char *word, const char *p)
{
	size_t n = strcspn(p, "}");
	const char *at;

	if (*p != ':' || *word == '\0') {
		*out = arena_format(a, "%s%s", *out, word);
		return p + n + 1;
	}
	at = memchr(p, '@', n);
	if (at != NULL)
		*out = arena_format(a, "%s%.*s%s%.*s", *out, (int)(at - p - 1),
		    p + 1, word, (int)(p + n - at - 1), at + 1);
	return p + n + 1;
}

const char *
catalog_fill(struct arena *a, const char *text, const struct config_error *e,
    enum language language)
{
	const char *out = "", *p = text, *open;

	while ((open = strchr(p, '{')) != NULL) {
		char name = open[1];
		bool is_word = ((name >= '0' && name < '0' + ERROR_WORDS) ||
				   name == 'e' || name == 'g') &&
		    (open[2] == '}' || open[2] == ':');

		out = arena_format(a, "%s%.*s", out,
		    (int)(open - p) + (is_word ? 0 : 1), p);
		p = is_word
		    ? put_word(a, &out, word_of(a, name, e, language), open + 2)
		    : open + 1;
	}
	return arena_format(a, "%s%s", out, p);
}
