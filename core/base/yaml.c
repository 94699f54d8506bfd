/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/yaml.h"

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/base/yaml_problem.h"
#include "core/base/yaml_scalar.h"
#include "core/base/yaml_strict.h"

#include <yaml.h>

#define CORE_TAG "tag:yaml.org,2002:"

struct reader {
	struct arena *arena;
	struct err *err;
	const char *file;
	yaml_parser_t parser;
	yaml_event_t event;
	struct buf stack;        /* children read so far of open containers */
	struct ep_node *anchors; /* what an anchor names */
	struct ep_node *sizes;   /* nodes in it; -1: it is not complete */
	struct yaml_cursor cursor;
	size_t indent; /* column of the block collection we are in */
	int64_t n_nodes, n_aliased;
	uint32_t depth;
	struct yaml_notes *notes; /* or NULL */
};

/* A list in the arena with room for one more: doubled at powers of two. */
static void *
room(struct arena *a, void *list, uint32_t n, size_t size)
{
	void *more;

	if (n == 0 || (n & (n - 1)) != 0)
		return n == 0 ? arena_alloc(a, size) : list;
	more = arena_alloc(a, size * n * 2);
	memcpy(more, list, size * n);
	return more;
}

static void
note_fault(struct reader *r, const char *rule, yaml_mark_t mark,
    const char *words, const char *found)
{
	struct yaml_notes *n = r->notes;

	if (n == NULL)
		return;
	n->faults = room(n->arena, n->faults, n->n_faults, sizeof *n->faults);
	n->faults[n->n_faults++] = (struct yaml_fault){ rule,
		(uint32_t)mark.line + 1, (uint32_t)mark.column + 1,
		arena_strdup(n->arena, words),
		found != NULL ? arena_strdup(n->arena, found) : NULL };
}

static bool refuse(struct reader *r, const char *rule, yaml_mark_t mark,
    const char *format, ...) EP_PRINTF(4, 5);

static bool
refuse(struct reader *r, const char *rule, yaml_mark_t mark, const char *format,
    ...)
{
	char words[300];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(words, sizeof words, format, ap);
	va_end(ap);
	(void)err_set(r->err, EP_INVALID, "bad_yaml", "%.100s:%zu:%zu: %s",
	    r->file, mark.line + 1, mark.column + 1, words);
	note_fault(r, rule, mark, words, NULL);
	return false;
}

static bool
refuse_here(struct reader *r, const char *rule, const char *words)
{
	return refuse(r, rule, r->event.start_mark, "%s", words);
}

/* The caller reads on when faults are collected. */
static bool
goes_on(const struct reader *r)
{
	return r->notes != NULL;
}

/* Where the character is that a byte belongs to, when libyaml does not say;
 * or the first before it that is none. */
static yaml_mark_t
mark_of(const char *text, size_t offset)
{
	const char *p = text, *end = text + offset + 1;
	yaml_mark_t mark = { 0, 0, 0 };
	size_t n;

	while ((n = utf8_length(p, end)) > 0 && p + n < end) {
		mark.column++;
		if (*p == '\n') {
			mark.line++;
			mark.column = 0;
		}
		p += n;
	}
	mark.index = (size_t)(p - text);
	return mark;
}

/* The next event; libyaml's words when there is none. */
static bool
next(struct reader *r)
{
	const yaml_parser_t *y = &r->parser;
	yaml_mark_t mark;

	yaml_event_delete(&r->event);
	if (yaml_parser_parse(&r->parser, &r->event))
		return true;
	EP_ASSERT(y->error != YAML_MEMORY_ERROR);
	mark = y->error == YAML_READER_ERROR
	    ? mark_of((const char *)y->input.string.start, y->problem_offset)
	    : y->problem_mark;
	(void)err_set(r->err, EP_INVALID, "bad_yaml", "%.100s:%zu:%zu: %s%s%s",
	    r->file, mark.line + 1, mark.column + 1, y->problem,
	    y->context != NULL ? ", " : "",
	    y->context != NULL ? y->context : "");
	if (r->notes != NULL) {
		struct yaml_problem p = yaml_problem(r->cursor.text,
		    r->cursor.length, y, mark);

		note_fault(r, p.rule, p.mark, y->problem, p.found);
	}
	return false;
}

/* Words of the stricter checks, if any. */
static bool
pass(struct reader *r, const char *complaint)
{
	return complaint == NULL || refuse_here(r, "yaml_strict", complaint) ||
	    goes_on(r);
}

static uint32_t
mark_column(yaml_mark_t m)
{
	return (uint32_t)m.column + 1;
}

/* Notes the value that n was read from; end is behind it. */
static void
note_value(struct reader *r, const struct ep_node *n, yaml_mark_t end)
{
	struct yaml_notes *o = r->notes;

	if (o == NULL)
		return;
	o->marks = room(o->arena, o->marks, o->n_marks, sizeof *o->marks);
	o->marks[o->n_marks++] = (struct yaml_mark){ .line = n->line,
		.column = n->column,
		.end_line = (uint32_t)end.line + 1,
		.end_column = mark_column(end) };
}

static void
begin(const struct reader *r, struct ep_node *n)
{
	yaml_mark_t mark = r->event.start_mark;

	memset(n, 0, sizeof *n);
	n->line = (uint32_t)mark.line + 1;
	n->column = mark.column + 1 < UINT16_MAX ? (uint16_t)(mark.column + 1)
						 : UINT16_MAX;
}

/* Is this the tag, or none? */
static bool
is_tag(const yaml_char_t *tag, const char *name)
{
	return tag == NULL || strcmp((const char *)tag, "!") == 0 ||
	    strcmp((const char *)tag, name) == 0;
}

static uint32_t
type_of_tag(const char *tag)
{
	static const struct row {
		const char *tag;
		uint32_t type;
	} rows[] = { { CORE_TAG "str", EP_T_TEXT }, { "!", EP_T_TEXT },
		{ CORE_TAG "int", EP_T_INT }, { CORE_TAG "float", EP_T_REAL },
		{ CORE_TAG "bool", EP_T_BOOL },
		{ CORE_TAG "null", EP_T_NULL } };

	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].tag, tag) == 0)
			return rows[i].type;
	return EP_T_NODE;
}

static bool
read_scalar(struct reader *r, struct ep_node *n)
{
	const char *tag = (const char *)r->event.data.scalar.tag;
	size_t length = r->event.data.scalar.length;
	const char *text = arena_copy(r->arena, r->event.data.scalar.value,
	    length);
	bool is_plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	uint32_t type = tag != NULL ? type_of_tag(tag)
	    : is_plain              ? EP_T_NODE
				    : EP_T_TEXT;

	if (tag != NULL && type == EP_T_NODE) {
		(void)refuse(r, "yaml_tag", r->event.start_mark,
		    "tag %.80s is not supported; use !!str, !!int, !!float, "
		    "!!bool, !!null or none",
		    tag);
		if (!goes_on(r))
			return false;
		type = EP_T_TEXT;
	}
	if (type == EP_T_TEXT) {
		n->type = EP_T_TEXT;
		n->text = text;
		n->count = (uint32_t)length;
		return true;
	}
	if (!yaml_resolve(n, text, length))
		return refuse(r, "yaml_number", r->event.start_mark,
			   "%.40s is a number beyond what JSON holds; put text "
			   "in quotes",
			   text) ||
		    goes_on(r);
	if (type == EP_T_REAL && n->type == EP_T_INT) {
		n->u.real = (double)n->u.integer;
		n->type = EP_T_REAL;
	}
	if (type != EP_T_NODE && n->type != type)
		return refuse(r, "yaml_tag", r->event.start_mark,
			   "\"%.40s\" is not what its tag %.80s says", text,
			   tag) ||
		    goes_on(r);
	return true;
}

static void
anchor_set(struct reader *r, const char *anchor, const struct ep_node *n,
    int64_t size)
{
	struct ep_node value = *n;

	value.key = NULL;
	value.key_length = 0;
	(void)node_set(r->arena, r->anchors, anchor, &value);
	(void)node_set_int(r->arena, r->sizes, anchor, size);
}

static bool
read_alias(struct reader *r, struct ep_node *n)
{
	const char *name = (const char *)r->event.data.alias.anchor;
	const struct ep_node *target = node_get(r->anchors, name);
	int64_t size = node_int(node_get(r->sizes, name), 0);
	struct ep_value value;

	if (target == NULL)
		return refuse(r, "yaml_alias", r->event.start_mark,
			   "alias *%.80s has no anchor &%.80s before it", name,
			   name) ||
		    goes_on(r);
	if (size < 0)
		return refuse(r, "yaml_alias", r->event.start_mark,
			   "alias *%.80s stands inside of what it repeats",
			   name) ||
		    goes_on(r);
	r->n_nodes += size;
	r->n_aliased += size;
	if (r->n_aliased > YAML_ALIASED)
		return refuse(r, "yaml_alias", r->event.start_mark,
		    "aliases repeat more than %d values", YAML_ALIASED);
	value = ep_json(target);
	*n = *node_from_value(r->arena, &value);
	n->key = NULL;
	n->key_length = 0;
	return true;
}

static bool read_node(struct reader *r, struct ep_node *n);

/* The name of a member; r->event is its scalar.  Bare: without quotes. */
static bool
read_name(struct reader *r, struct ep_node *name, bool *is_bare_out)
{
	bool is_plain = r->event.type == YAML_SCALAR_EVENT &&
	    r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	    r->event.data.scalar.tag == NULL;

	*is_bare_out = is_plain || r->event.type == YAML_ALIAS_EVENT;
	if (is_plain &&
	    strcmp((const char *)r->event.data.scalar.value, "<<") == 0)
		return refuse_here(r, "yaml_merge",
		    "merge keys (<<) are not supported; write the members "
		    "out, or quote \"<<\" if it is a name");
	if (r->event.type != YAML_SCALAR_EVENT &&
	    r->event.type != YAML_ALIAS_EVENT)
		return refuse_here(r, "yaml_name",
		    "a name must be text, not a collection");
	if (!read_node(r, name))
		return false;
	if (name->type == EP_T_TEXT)
		return true;
	(void)refuse_here(r, "yaml_name",
	    "a name must be text; put it in quotes");
	name->text = name->text != NULL ? name->text : "";
	name->count = (uint32_t)strlen(name->text);
	return goes_on(r);
}

static void
push(struct reader *r, const struct ep_node *n)
{
	buf_append(&r->stack, n, sizeof *n);
}

/* A member whose name was there before. */
static bool
refuse_twin(struct reader *r, const struct ep_node *twin)
{
	yaml_mark_t mark = { 0, twin->line - 1, twin->column - 1u };
	struct yaml_notes *o = r->notes;

	for (uint32_t i = 0; o != NULL && i < o->n_marks; i++)
		if (o->marks[i].name == twin->key) {
			mark.line = o->marks[i].name_line - 1;
			mark.column = o->marks[i].name_column - 1;
		}
	(void)refuse(r, "duplicate_key", mark,
	    "name \"%.80s\" occurs twice in one mapping; drop one", twin->key);
	if (o != NULL)
		o->faults[o->n_faults - 1].found = twin->key;
	return goes_on(r);
}

static bool
same_key(const struct ep_node *a, const struct ep_node *b)
{
	return a->key_length == b->key_length &&
	    memcmp(a->key, b->key, a->key_length) == 0;
}

/* Takes the twins out of n children, each with its fault; how many are left. */
static uint32_t
drop_twins(struct reader *r, struct ep_node *children, uint32_t n)
{
	uint32_t kept = 0, k;

	for (uint32_t i = 0; i < n; i++) {
		for (k = 0; k < kept; k++)
			if (same_key(children + k, children + i))
				break;
		if (k < kept)
			(void)refuse_twin(r, children + i);
		else
			children[kept++] = children[i];
	}
	return kept;
}

static bool
fill(struct reader *r, struct ep_node *n, size_t base)
{
	struct ep_node *children = (void *)(r->stack.bytes + base);
	size_t bytes = buf_length(&r->stack) - base;
	uint32_t count = (uint32_t)(bytes / sizeof *children);
	const struct ep_node *twin;

	if (!pass(r, yaml_strict_event(&r->cursor, &r->event, 0)))
		return false;
	twin = node_fill(r->arena, n, children, count);
	if (twin != NULL && goes_on(r))
		(void)node_fill(r->arena, n, children,
		    drop_twins(r, children, count));
	r->stack.end -= bytes;
	return twin == NULL || goes_on(r) || refuse_twin(r, twin);
}

static bool
read_sequence(struct reader *r, struct ep_node *n)
{
	size_t base = buf_length(&r->stack);
	struct ep_node child = { 0 };

	n->type = EP_T_ARRAY;
	/* With an anchor or a tag the mark is theirs. */
	r->indent = r->event.data.sequence_start.anchor == NULL &&
		r->event.data.sequence_start.tag == NULL
	    ? r->event.start_mark.column
	    : YAML_NO_INDENT;
	if (!is_tag(r->event.data.sequence_start.tag, CORE_TAG "seq"))
		if (!refuse(r, "yaml_tag", r->event.start_mark,
			"tag %.80s is not supported on a sequence",
			r->event.data.sequence_start.tag) &&
		    !goes_on(r))
			return false;
	for (;;) {
		if (!next(r))
			return false;
		if (r->event.type == YAML_SEQUENCE_END_EVENT)
			return fill(r, n, base);
		if (!read_node(r, &child))
			return false;
		push(r, &child);
	}
}

/* The value's mark is the first that was made since there were `at`; an
 * alias moved it to where the anchor is. */
static void
note_name(struct reader *r, uint32_t at, const struct ep_node *child,
    yaml_mark_t start, yaml_mark_t end)
{
	struct yaml_mark *m;

	if (r->notes == NULL)
		return;
	m = r->notes->marks + at;
	m->line = child->line;
	m->column = child->column;
	m->name = child->key;
	m->name_line = (uint32_t)start.line + 1;
	m->name_column = mark_column(start);
	m->name_end = start.line == end.line ? mark_column(end)
					     : m->name_column + 1;
}

static bool
read_mapping(struct reader *r, struct ep_node *n)
{
	size_t base = buf_length(&r->stack);
	struct ep_node name = { 0 }, child = { 0 };
	yaml_mark_t start, end;
	bool is_bare;
	uint32_t at;

	n->type = EP_T_OBJECT;
	if (!is_tag(r->event.data.mapping_start.tag, CORE_TAG "map"))
		if (!refuse(r, "yaml_tag", r->event.start_mark,
			"tag %.80s is not supported on a mapping",
			r->event.data.mapping_start.tag) &&
		    !goes_on(r))
			return false;
	for (;;) {
		if (!next(r))
			return false;
		if (r->event.type == YAML_MAPPING_END_EVENT)
			return fill(r, n, base);
		r->indent = r->event.start_mark.column;
		start = r->event.start_mark;
		end = r->event.end_mark;
		if (!read_name(r, &name, &is_bare) || !next(r))
			return false;
		if (is_bare &&
		    !pass(r, yaml_strict_value(&r->cursor, &r->event)))
			return false;
		at = r->notes != NULL ? r->notes->n_marks : 0;
		if (!read_node(r, &child))
			return false;
		child.key = name.text;
		child.key_length = name.count;
		note_name(r, at, &child, start, end);
		push(r, &child);
	}
}

/* The node that begins with r->event. */
static bool
read_content(struct reader *r, struct ep_node *n)
{
	size_t indent = r->indent;
	bool is_good;

	if (r->event.type == YAML_SCALAR_EVENT)
		return pass(r,
			   yaml_strict_event(&r->cursor, &r->event, indent)) &&
		    read_scalar(r, n);
	if (r->depth >= YAML_DEPTH)
		return refuse(r, "yaml_deep", r->event.start_mark,
		    "nesting is deeper than %d levels", YAML_DEPTH);
	r->depth++;
	is_good = r->event.type == YAML_SEQUENCE_START_EVENT
	    ? read_sequence(r, n)
	    : read_mapping(r, n);
	r->depth--;
	r->indent = indent;
	return is_good;
}

static const char *
anchor_of(const yaml_event_t *e)
{
	const yaml_char_t *anchor = e->type == YAML_SCALAR_EVENT
	    ? e->data.scalar.anchor
	    : e->type == YAML_SEQUENCE_START_EVENT
	    ? e->data.sequence_start.anchor
	    : e->data.mapping_start.anchor;

	return (const char *)anchor;
}

static bool
read_node(struct reader *r, struct ep_node *n)
{
	int64_t before = r->n_nodes++;
	const char *anchor;

	begin(r, n);
	note_value(r, n, r->event.end_mark);
	if (r->event.type == YAML_ALIAS_EVENT)
		return read_alias(r, n);
	anchor = anchor_of(&r->event);
	if (anchor != NULL) {
		anchor = arena_strdup(r->arena, anchor);
		anchor_set(r, anchor, n, -1);
	}
	if (!read_content(r, n))
		return false;
	if (anchor != NULL)
		anchor_set(r, anchor, n, r->n_nodes - before);
	return true;
}

/* Passes the next event over. */
static bool
next_but_one(struct reader *r)
{
	if (!next(r))
		return false;
	return next(r);
}

/* The only document of the stream, or null. */
static bool
read_stream(struct reader *r, struct ep_node *root)
{
	if (!next_but_one(r)) /* the stream's start, what follows */
		return false;
	begin(r, root);
	if (r->event.type == YAML_STREAM_END_EVENT)
		return true;
	if (!pass(r, yaml_strict_directives(&r->cursor, &r->event)))
		return false;
	if (!next(r) || !read_node(r, root)) /* behind the document's start */
		return false;
	if (!next_but_one(r)) /* the document's end */
		return false;
	if (r->event.type != YAML_STREAM_END_EVENT)
		return refuse_here(r, "yaml_documents",
		    "a second document begins; one is expected");
	return true;
}

/* libyaml drops the line break that a last line of blanks stands for. */
static bool
ends_in_blanks(const char *text, size_t length)
{
	size_t n = length;

	while (n > 0 && text[n - 1] == ' ')
		n--;
	return n < length && n > 0 && text[n - 1] == '\n';
}

/* The text as the parser is to see it: without byte order mark, the last line
 * ended. */
static void
set_text(struct reader *r, const char *text, size_t length)
{
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3; /* UTF-8 it is anyway */
		length -= 3;
	}
	if (ends_in_blanks(text, length)) {
		char *copy = arena_copy(r->arena, text, length);

		copy[length++] = '\n'; /* where its NUL was */
		text = copy;
	}
	r->cursor.text = text;
	r->cursor.length = length;
	yaml_parser_set_input_string(&r->parser, (const unsigned char *)text,
	    length);
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
}

/* NULL when it is refused. */
static const struct ep_node *
read_text(struct reader *r, const char *text, size_t length)
{
	struct ep_node *root = node_new(r->arena, EP_T_NULL);
	bool is_good;

	if (length >= UINT32_MAX) {
		(void)err_set(r->err, EP_TOO_LARGE, NULL,
		    "%s: text is longer than 4 GiB", r->file);
		return NULL;
	}
	(void)buf_reserve(&r->stack, 64 * sizeof *root);
	r->indent = YAML_NO_INDENT; /* at the top nothing is around */
	EP_ASSERT(yaml_parser_initialize(&r->parser));
	set_text(r, text, length);
	r->anchors = node_new(r->arena, EP_T_OBJECT);
	r->sizes = node_new(r->arena, EP_T_OBJECT);
	is_good = read_stream(r, root);
	yaml_event_delete(&r->event);
	yaml_parser_delete(&r->parser);
	buf_fini(&r->stack);
	return is_good ? root : NULL;
}

ep_status
yaml_parse(struct arena *a, const char *file, const char *text, size_t length,
    const struct ep_node **node_out, struct err *err)
{
	struct reader r = { .arena = a, .err = err, .file = file };
	const struct ep_node *root = read_text(&r, text, length);

	if (root == NULL)
		return err->status;
	*node_out = root;
	return EP_OK;
}

ep_status
yaml_parse_noted(const char *file, const char *text, size_t length,
    struct yaml_notes *notes, struct err *err)
{
	struct reader r = { .arena = notes->arena,
		.err = err,
		.file = file,
		.notes = notes };

	notes->root = read_text(&r, text, length);
	return notes->root == NULL || notes->n_faults > 0 ? err->status : EP_OK;
}
