/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct status_row {
	const char *name;
	int http;
	bool retryable;
	const char *code;
};

#define ROW(name, value, http, retry, code, text) \
	[value] = { #name, http, (retry) != 0, code },
static const struct status_row status_rows[EP_STATUS_COUNT] = { EP_STATUS_TABLE(
    ROW) };
#undef ROW

void (*on_panic)(void);

static const struct status_row *
status_row(ep_status status)
{
	if (status < 0 || status >= EP_STATUS_COUNT)
		status = EP_INTERNAL;
	return &status_rows[status];
}

const char *
status_name(ep_status status)
{
	return status_row(status)->name;
}

int
status_http(ep_status status)
{
	return status_row(status)->http;
}

const char *
status_code(ep_status status)
{
	return status_row(status)->code;
}

bool
status_is_retryable(ep_status status)
{
	return status_row(status)->retryable;
}

void
err_clear(struct err *err)
{
	err->status = EP_OK;
	err->code[0] = '\0';
	err->text[0] = '\0';
}

ep_status
err_set(struct err *err, ep_status status, const char *code, const char *format,
    ...)
{
	va_list ap;

	if (err == NULL || err->status != EP_OK)
		return status;
	err->status = status;
	(void)snprintf(err->code, sizeof err->code, "%s",
	    code != NULL ? code : status_code(status));
	va_start(ap, format);
	(void)vsnprintf(err->text, sizeof err->text, format, ap);
	va_end(ap);
	return status;
}

void
err_prefix(struct err *err, const char *format, ...)
{
	char words[sizeof err->text];
	va_list ap;
	int n;

	memcpy(words, err->text, sizeof words);
	va_start(ap, format);
	n = vsnprintf(err->text, sizeof err->text, format, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof err->text)
		(void)snprintf(err->text + n, sizeof err->text - (size_t)n,
		    ": %.400s", words);
}

void
ep_panic(const char *file, int line, const char *function, const char *what)
{
	char text[512];
	int n;

	n = snprintf(text, sizeof text, "panic: %s:%d: %s: %s\n", file, line,
	    function, what);
	if (n > 0 && write(STDERR_FILENO, text, (size_t)n) < 0)
		_exit(134);
	if (on_panic != NULL)
		on_panic();
	abort();
}
