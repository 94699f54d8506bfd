/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/page_text.h"

#include "core/base/utf8.h"

#include <string.h>
#include <time.h>

const char *
page_word(const struct page *p, const char *name)
{
	return node_text(node_get(p->words, name), name);
}

const char *
page_named(const struct page *p, const char *prefix, const char *name)
{
	return page_word(p, arena_format(p->arena, "%s_%s", prefix, name));
}

/* --------------------------------------------------------------- figures */

const char *
page_number(const struct page *p, uint64_t n)
{
	const char *digits = arena_format(p->arena, "%llu",
	    (unsigned long long)n);
	size_t length = strlen(digits);
	char *out = arena_raw(p->arena, length + length / 3 + 1);
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	out[used] = '\0';
	return out;
}

const char *
page_counted(const struct page *p, uint64_t n, const char *name)
{
	return arena_format(p->arena, "%s %s", page_number(p, n),
	    page_named(p, name, n == 1 ? "1" : "n"));
}

const char *
page_age(const struct page *p, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *word;
	} units[] = { { 86400, "unit_d" }, { 3600, "unit_h" },
		{ 60, "unit_min" }, { 1, "unit_s" } };

	int64_t first, second;
	size_t i = 0;

	if (seconds < 0)
		seconds = 0;
	while (i < 3 && seconds < units[i].seconds)
		i++;
	first = seconds / units[i].seconds;
	if (i == 3)
		return arena_format(p->arena, "%lld %s", (long long)first,
		    page_word(p, units[i].word));
	second = seconds % units[i].seconds / units[i + 1].seconds;
	return arena_format(p->arena, "%lld %s %lld %s", (long long)first,
	    page_word(p, units[i].word), (long long)second,
	    page_word(p, units[i + 1].word));
}

const char *
page_span(const struct page *p, int64_t us)
{
	if (us < 0)
		return "–";
	if (us < 10000)
		return arena_format(p->arena, "%.2f ms", (double)us / 1e3);
	if (us < 1000000)
		return arena_format(p->arena, "%.0f ms", (double)us / 1e3);
	return arena_format(p->arena, "%.1f s", (double)us / 1e6);
}

const char *
page_size(const struct page *p, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double n = (double)bytes;
	size_t i = 0;

	for (; n >= 1024 && i < 4; i++)
		n /= 1024;
	return arena_format(p->arena, n < 10 && i > 0 ? "%.1f %s" : "%.0f %s",
	    n, units[i]);
}

const char *
page_time(const struct page *p, int64_t real_us)
{
	time_t t = (time_t)(real_us / 1000000);
	struct tm parts;
	char text[64];

	(void)gmtime_r(&t, &parts);
	return strftime(text, sizeof text, "%F %T", &parts) == 0
	    ? ""
	    : arena_strdup(p->arena, text);
}

const char *
page_time_iso(const struct page *p, int64_t real_us)
{
	char *text = arena_format(p->arena, "%sZ", page_time(p, real_us));
	char *blank = strchr(text, ' ');

	if (blank != NULL)
		*blank = 'T';
	return text;
}

void
page_figures_add(struct page_figures *f, const struct board *board, int series)
{
	if (series < 0)
		return;
	for (unsigned i = 0; i < BOARD_PROCESSES; i++) {
		const struct board_metric *m =
		    &board->process[i].metrics[series];

		f->calls += atomic_load(&m->count);
		f->refusals += atomic_load(&m->refusals);
		f->errors += atomic_load(&m->errors);
		for (int k = 0; k < BOARD_BUCKETS; k++)
			f->buckets[k] += atomic_load(&m->buckets[k]);
	}
}

int64_t
page_figures_quantile(const struct page_figures *f, double q)
{
	double total = 0, wanted, below = 0;

	for (int k = 0; k < BOARD_BUCKETS; k++)
		total += (double)f->buckets[k];
	if (total == 0)
		return -1;
	wanted = q * total;
	for (int k = 0; k < BOARD_BUCKETS - 1; k++) {
		double n = (double)f->buckets[k];
		double low = k > 0 ? (double)board_bucket_us[k - 1] : 0;

		if (n > 0 && below + n >= wanted)
			return (int64_t)(low +
			    ((double)board_bucket_us[k] - low) *
				(wanted - below) / n);
		below += n;
	}
	return board_bucket_us[BOARD_BUCKETS - 2];
}

/* ----------------------------------------------------------------- texts */

/* U+2E80 to U+9FFF, U+F900 to U+FAFF, U+FF00 to U+FFEF, and beyond the BMP
 * U+20000 and more: all begin so in UTF-8. */
static bool
is_han(const char *s, size_t n)
{
	unsigned char c = (unsigned char)s[0], d = (unsigned char)s[n > 1];

	if (n == 4)
		return c == 0xf0 && d >= 0xa0;
	return n == 3 &&
	    ((c == 0xe2 && d >= 0xba) || (c >= 0xe3 && c <= 0xe9) ||
		(c == 0xef && (d == 0xa4 || d >= 0xbc)));
}

/* Characters of text that are Han, and letters of ASCII. */
static void
count_letters(const char *text, size_t length, size_t *han_out,
    size_t *ascii_out)
{
	const char *end = text + length;

	*han_out = *ascii_out = 0;
	while (text < end) {
		size_t n = utf8_length(text, end);
		char lower = (char)(*text | 0x20);

		*ascii_out += n == 1 && lower >= 'a' && lower <= 'z';
		*han_out += n > 1 && is_han(text, n);
		text += n > 0 ? n : 1;
	}
}

/* The next "(…)" at or behind p with Chinese in it; false: none. */
static bool
find_group(const char *p, const char **open_out, const char **close_out)
{
	size_t han, ascii;

	for (p = strchr(p, '('); p != NULL; p = strchr(p + 1, '(')) {
		const char *close = strchr(p, ')');

		if (close == NULL)
			return false;
		count_letters(p, (size_t)(close - p), &han, &ascii);
		if (han == 0)
			continue;
		*open_out = p;
		*close_out = close;
		return true;
	}
	return false;
}

static const char *
without_groups(const struct page *p, const char *text)
{
	char *out = arena_raw(p->arena, strlen(text) + 1);
	const char *open, *close;
	size_t used = 0;

	while (find_group(text, &open, &close)) {
		size_t n = (size_t)(open - text);

		while (n > 0 && text[n - 1] == ' ')
			n--;
		memcpy(out + used, text, n);
		used += n;
		text = close + 1;
	}
	memcpy(out + used, text, strlen(text) + 1);
	return out;
}

const char *
page_local(const struct page *p, const char *text)
{
	const char *open, *close;
	size_t han, ascii;

	if (!find_group(text, &open, &close))
		return text;
	count_letters(text, (size_t)(open - text), &han, &ascii);
	if (han > 0)
		return text; /* parentheses within a Chinese text */
	if (!p->is_chinese)
		return without_groups(p, text);
	if (close[1] != '\0')
		return text;
	return arena_copy(p->arena, open + 1, (size_t)(close - open - 1));
}

static const char *
speech(const struct page *p, const char *text)
{
	size_t han, ascii;

	count_letters(text, strlen(text), &han, &ascii);
	if (p->is_chinese)
		return han == 0 && ascii > 0 ? "en" : NULL;
	return han > ascii ? "zh-Hans" : NULL;
}

void
page_set_local(const struct page *p, struct ep_node *n, const char *name,
    const char *text)
{
	text = page_local(p, text != NULL ? text : "");
	(void)node_set_text(p->arena, n, name, text);
	(void)node_set_text(p->arena, n, "speech", speech(p, text));
}

/* `so` stands for code in a description (CommonMark); all else of it is
 * shown as it is written. */
static struct ep_node *
spans(struct arena *a, const char *text, size_t length)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	const char *end = text + length;

	while (text < end) {
		const char *tick = memchr(text, '`', (size_t)(end - text));
		const char *close = tick == NULL
		    ? NULL
		    : memchr(tick + 1, '`', (size_t)(end - tick - 1));
		const char *stop = close != NULL ? tick : end;
		struct ep_node *span = node_new(a, EP_T_OBJECT);

		(void)node_set(a, span, "plain",
		    node_new_text(a, text, (size_t)(stop - text)));
		(void)node_set_text(a, span, "mono",
		    close == NULL
			? NULL
			: arena_copy(a, tick + 1, (size_t)(close - tick - 1)));
		(void)node_append(a, list, span);
		text = close != NULL ? close + 1 : end;
	}
	return list;
}

void
page_set_prose(const struct page *p, struct ep_node *n, const char *text)
{
	struct arena *a = p->arena;
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	text = text != NULL ? page_local(p, text) : "";
	while (*text != '\0') {
		const char *stop = strstr(text, "\n\n");
		size_t length = stop != NULL ? (size_t)(stop - text)
					     : strlen(text);
		struct ep_node *paragraph = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, paragraph, "speech", speech(p, text));
		(void)node_set(a, paragraph, "spans", spans(a, text, length));
		(void)node_append(a, list, paragraph);
		text += length;
		text += strspn(text, "\n");
	}
	(void)node_set(a, n, "description", list);
}
