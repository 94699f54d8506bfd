/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * YAML through libyaml's event parser, read into nodes that carry line and
 * column.  The core schema of YAML 1.2: null, true/false, integers, floats,
 * all else text ("no", "on", "1_000" and 012 are not numbers or booleans;
 * 012 is text although the schema has it as 12, because half of its readers
 * take it for 10).
 *
 * Refused with a clear error: duplicate names, names that are not text,
 * merge keys (<<), several documents, tags other than the core ones,
 * undefined aliases, a node that contains itself, infinities and NaN, more
 * than YAML_ALIASED nodes by way of aliases (a small file must not become a
 * large tree), depth beyond YAML_DEPTH, a tab where only blanks indent.  An
 * empty text is null.
 */

#pragma once

#include "core/base/node.h"

#define YAML_DEPTH 64
#define YAML_ALIASED 10000

/* Where a value and its name stand, in characters from 1; ends are behind the
 * last character.  A value is known by line, column and name, which its node
 * tells as well. */
struct yaml_mark {
	uint32_t line, column, end_line, end_column;
	const char *name; /* NULL: an element, or the top */
	uint32_t name_line, name_column, name_end;
};

/* One fault; the rule names it ("yaml_tab", "duplicate_key"). */
struct yaml_fault {
	const char *rule;
	uint32_t line, column;
	const char *words;
	const char *found; /* what stands there, when that is worth telling */
};

/* More than nodes and one error.  Zeroed but for the arena, whose memory the
 * lists are. */
struct yaml_notes {
	struct arena *arena;
	struct yaml_mark *marks;
	struct yaml_fault *faults;
	uint32_t n_marks, n_faults;
	const struct ep_node *root;
};

/* One document as nodes of the arena.  file names the text in errors, which
 * read "file:line:column: words".  Errors: EP_INVALID "bad_yaml". */
ep_status yaml_parse(struct arena *a, const char *file, const char *text,
    size_t length, const struct ep_node **node_out, struct err *err);

/* The same, with marks and every fault, in notes->arena: what can be passed
 * over (a name that comes twice, a tag, an alias) is, so that there may be a
 * root though the text is refused; it is NULL when there is none.  err has
 * the words of the first fault. */
ep_status yaml_parse_noted(const char *file, const char *text, size_t length,
    struct yaml_notes *notes, struct err *err);
