/* SPDX-License-Identifier: BSD-2-Clause */

/* Prints plugin-api/status.md out of the header. */

#include <entrepot.h>
#include <stdio.h>

int
main(void)
{
	(void)puts("# Statuses\n\n"
		   "Made by `tests/abi/status.c` out of `EP_STATUS_TABLE`. "
		   "*Again*: the caller may\ntry the same once more.\n\n"
		   "| status | value | HTTP | again | error code | meaning |\n"
		   "|---|---|---|---|---|---|");
#define ROW(name, value, http, retry, code, text)                           \
	(void)printf("| `%s` | %d | %d | %s | `%s` | %s |\n", #name, value, \
	    http, (retry) ? "yes" : "no", code, text);
	EP_STATUS_TABLE(ROW)
#undef ROW
	return 0;
}
