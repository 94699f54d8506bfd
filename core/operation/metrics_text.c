/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/metrics.h"

#include <string.h>

/* What OpenMetrics says of a family, the older format says of its samples:
 * names get their suffix, and it knows no "info". */
static const struct kind {
	const char *type, *suffix, *older;
} kinds[] = {
	{ "counter", "_total", "counter" },
	{ "info", "_info", "gauge" },
	{ "gauge", "", "gauge" },
	{ "histogram", "", "histogram" },
};

struct line {
	const char *text;
	size_t length;
};

static bool
begins(const struct line *l, const char *words)
{
	size_t n = strlen(words);

	return l->length > n && memcmp(l->text, words, n) == 0;
}

static const struct kind *
kind_of(const char *type, size_t length)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strlen(kinds[i].type) == length &&
		    memcmp(kinds[i].type, type, length) == 0)
			return &kinds[i];
	return NULL;
}

/* "# HELP name words" and "# TYPE name type" of one family. */
static void
family(struct buf *out, const struct line *help, const struct line *type)
{
	const char *name = type->text + strlen("# TYPE ");
	size_t n = strcspn(name, " "), before = strlen("# HELP ") + n;
	const char *word = name + n + 1;
	const struct kind *k = kind_of(word,
	    type->length - (size_t)(word - type->text));

	EP_ASSERT(k != NULL && help->text != NULL && help->length > before);
	buf_format(out, "# HELP %.*s%s%.*s\n# TYPE %.*s%s %s\n", (int)n, name,
	    k->suffix, (int)(help->length - before), help->text + before,
	    (int)n, name, k->suffix, k->older);
}

void
metrics_text(struct buf *out, const char *text, size_t length)
{
	struct line help = { NULL, 0 };

	while (length > 0) {
		const char *end = memchr(text, '\n', length);
		struct line l = { text,
			end != NULL ? (size_t)(end - text) : length };
		size_t whole = l.length + (end != NULL);

		if (begins(&l, "# HELP "))
			help = l;
		else if (begins(&l, "# TYPE "))
			family(out, &help, &l);
		else if (l.length > 0 && *l.text != '#')
			buf_append(out, text, whole);
		text += whole;
		length -= whole;
	}
}
