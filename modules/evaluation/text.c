/* SPDX-License-Identifier: BSD-2-Clause */

#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
make_room(struct text *t, size_t more)
{
	size_t room = t->room > 0 ? t->room : 4096;
	char *bytes;

	if (t->length + more < t->room)
		return;
	while (t->length + more >= room)
		room *= 2;
	bytes = t->memory->alloc(t->memory->owner, room);
	if (t->length > 0)
		memcpy(bytes, t->bytes, t->length);
	t->bytes = bytes;
	t->room = room;
}

static void
add_bytes(struct text *t, const char *s, size_t n)
{
	make_room(t, n);
	memcpy(t->bytes + t->length, s, n);
	t->length += n;
}

void
text_add(struct text *t, const char *format, ...)
{
	char small[512];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(small, sizeof small, format, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof small) {
		add_bytes(t, small, (size_t)n);
		return;
	}
	make_room(t, (size_t)n + 1);
	va_start(ap, format);
	(void)vsnprintf(t->bytes + t->length, (size_t)n + 1, format, ap);
	va_end(ap);
	t->length += (size_t)n;
}

void
text_add_html(struct text *t, const char *s)
{
	static const struct {
		char c;
		const char *as;
	} escapes[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
		{ '"', "&quot;" }, { '\'', "&#39;" } };

	for (; *s != '\0'; s++) {
		const char *as = NULL;

		for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++)
			if (escapes[i].c == *s)
				as = escapes[i].as;
		if (as != NULL)
			add_bytes(t, as, strlen(as));
		else
			add_bytes(t, s, 1);
	}
}

void
text_add_csv(struct text *t, const char *s)
{
	const char *guard = *s != '\0' && strchr("=+-@\t\r", *s) != NULL ? "'"
									 : "";

	if (*guard == '\0' && strpbrk(s, ",\"\r\n") == NULL) {
		add_bytes(t, s, strlen(s));
		return;
	}
	text_add(t, "\"%s", guard);
	for (; *s != '\0'; s++) {
		if (*s == '"')
			add_bytes(t, "\"", 1);
		add_bytes(t, s, 1);
	}
	add_bytes(t, "\"", 1);
}
