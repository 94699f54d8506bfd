/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/spell.h"

#include <string.h>

#define SPELL_LONGEST 48

static unsigned char
fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned char)(c - 'A' + 'a');
	return c == '-' ? (unsigned char)'_' : (unsigned char)c;
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment distance. */
static unsigned
distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned char rows[3][SPELL_LONGEST + 1];
	unsigned char *before = rows[0], *last = rows[1], *now = rows[2], *t;

	for (size_t j = 0; j <= m; j++)
		last[j] = (unsigned char)j;
	memset(before, 0, SPELL_LONGEST + 1);
	for (size_t i = 1; i <= n; i++) {
		now[0] = (unsigned char)i;
		for (size_t j = 1; j <= m; j++) {
			bool same = fold(a[i - 1]) == fold(b[j - 1]);
			unsigned d = least(last[j] + 1u, now[j - 1] + 1u);

			d = least(d, last[j - 1] + (same ? 0u : 1u));
			if (i > 1 && j > 1 &&
			    fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]))
				d = least(d, before[j - 2] + 1u);
			now[j] = (unsigned char)d;
		}
		t = before;
		before = last;
		last = now;
		now = t;
	}
	return last[m];
}

const char *
spell_nearest(const char *word, size_t length, const char *const *words,
    size_t n)
{
	const char *best = NULL;
	unsigned best_distance = (unsigned)(length <= 4 ? 1 : length / 3) + 1;

	if (length == 0 || length > SPELL_LONGEST)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t m = strlen(words[i]);
		unsigned d;

		if (m > SPELL_LONGEST)
			continue;
		d = distance(word, length, words[i], m);
		if (d < best_distance && d < length) {
			best = words[i];
			best_distance = d;
		}
	}
	return best;
}
