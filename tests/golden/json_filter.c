/* SPDX-License-Identifier: BSD-2-Clause */

/* For json_differential.py: one JSON text a line in; the same value, compact,
 * or "! words" a line out.  With an argument, doubles are written anew
 * instead of as they were read. */

#include "core/base/json.h"

#include <stdio.h>
#include <stdlib.h>

static void
forget_digits(struct ep_node *n)
{
	uint32_t i;

	if (n->type == EP_T_REAL)
		n->text = NULL;
	if (n->type == EP_T_ARRAY || n->type == EP_T_OBJECT)
		for (i = 0; i < n->count; i++)
			forget_digits(n->u.items + i);
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new(65536);
	struct buf b = { 0 };
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	(void)argv;
	while ((length = getline(&line, &room, stdin)) > 0) {
		const struct ep_node *n = NULL;
		struct err err = { 0 };

		length -= line[length - 1] == '\n';
		if (json_parse_copy(a, line, (size_t)length, &n, &err) !=
		    EP_OK) {
			buf_format(&b, "! %s", err.text);
		} else {
			struct ep_node *copy = node_copy(a, n);

			if (argc > 1)
				forget_digits(copy);
			json_write(&b, copy);
		}
		buf_byte(&b, '\n');
		(void)fwrite(buf_data(&b), 1, buf_length(&b), stdout);
		buf_clear(&b, SIZE_MAX);
		arena_reset(a);
	}
	free(line);
	buf_fini(&b);
	arena_free(&a);
	return 0;
}
