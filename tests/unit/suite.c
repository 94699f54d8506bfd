/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/suite.h"

#include "core/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

const struct ep_node *
suite_read(struct arena *a, const char *name)
{
	const char *top = getenv("srcdir");
	const char *path = arena_format(a, "%s/tests/data/%s",
	    top != NULL ? top : ".", name);
	const struct ep_node *n = NULL;
	struct err err = { 0 };
	size_t length = 0;
	char *text = NULL;

	if (file_read(a, path, (size_t)64 << 20, &text, &length, &err) !=
		EP_OK ||
	    json_parse(a, text, length, true, &n, &err) != EP_OK)
		fail_msg("%s: %s", path, err.text);
	return n;
}
