/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/compile.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One step of a pointer in a URI fragment: %xx first, then ~0 and ~1. */
static size_t
read_step(const char **p, char *out, size_t room)
{
	size_t n = 0;

	for (; **p != '\0' && **p != '/' && n + 1 < room; (*p)++) {
		char ch = **p;

		if (ch == '%' && hex((*p)[1]) >= 0 && hex((*p)[2]) >= 0) {
			ch = (char)(hex((*p)[1]) << 4 | hex((*p)[2]));
			*p += 2;
		}
		out[n++] = ch;
		if (n > 1 && out[n - 2] == '~' && (ch == '0' || ch == '1')) {
			out[n - 2] = ch == '0' ? '~' : '/';
			/* "~01" is "~1", not "/" */
			if (ch == '0' && (*p)[1] == '1') {
				out[n - 1] = '1';
				(*p)++;
			} else {
				n--;
			}
		}
	}
	return n;
}

const struct ep_node *
reference_find(const struct ep_node *from, const char *pointer)
{
	char step[512];

	while (from != NULL && *pointer == '/') {
		size_t n;
		uint32_t index = 0;

		pointer++;
		n = read_step(&pointer, step, sizeof step);
		if (*pointer != '/' && *pointer != '\0')
			return NULL;
		if (from->type != EP_T_ARRAY) {
			from = node_get_n(from, step, n);
			continue;
		}
		if (n == 0 || n > 8)
			return NULL;
		for (size_t i = 0; i < n; i++) {
			if (step[i] < '0' || step[i] > '9')
				return NULL;
			index = index * 10 + (uint32_t)(step[i] - '0');
		}
		from = node_at(from, index);
	}
	return *pointer == '\0' ? from : NULL;
}
