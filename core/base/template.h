/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Texts with places, filled from a node: the logic-less part of mustache
 * (its manual, mustache(5)) that a page needs.
 *
 *   {{name}}  {{a.b}}  {{.}}      a value, escaped for HTML
 *   {{#name}} … {{/name}}         once for true, once for each element
 *   {{^name}} … {{/name}}         when there is nothing: absent, null,
 *                                 false, "", an empty array
 *   {{! words }}                  nothing
 *
 * A name is looked for in the innermost section first, then outwards; behind
 * a dot only in what was found.  A line that holds nothing but one tag of a
 * section or a comment leaves nothing behind, and the blanks that indent a
 * line are dropped outside of {{!keep}} … {{!free}}.
 *
 * There is no way to write a value without escaping it: & < > " ' become
 * references, what is no text for HTML (control characters, bad UTF-8)
 * becomes U+FFFD.
 */

#pragma once

#include "core/base/buf.h"
#include "core/base/node.h"

#define TEMPLATE_DEPTH 16 /* sections within sections */

/* Appends the text, filled.  It is the program's own: a section that is not
 * closed is a bug and stops the process.  Texts of values are borrowed for
 * the call. */
void template_write(struct buf *out, const char *text, size_t length,
    const struct ep_node *values);

/* Appends text as HTML, fit for content and for quoted attributes. */
void template_escape(struct buf *out, const char *text, size_t length);
