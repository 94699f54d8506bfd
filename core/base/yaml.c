/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/yaml.h"

#include "core/base/buf.h"
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
};

static bool refuse(struct reader *r, yaml_mark_t mark, const char *format, ...)
    EP_PRINTF(3, 4);

static bool
refuse(struct reader *r, yaml_mark_t mark, const char *format, ...)
{
	char words[300];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(words, sizeof words, format, ap);
	va_end(ap);
	(void)err_set(r->err, EP_INVALID, "bad_yaml", "%.100s:%zu:%zu: %s",
	    r->file, mark.line + 1, mark.column + 1, words);
	return false;
}

static bool
refuse_here(struct reader *r, const char *words)
{
	return refuse(r, r->event.start_mark, "%s", words);
}

/* Where a byte is, when libyaml does not say. */
static yaml_mark_t
mark_of(const char *text, size_t offset)
{
	yaml_mark_t mark = { offset, 0, 0 };
	size_t i;

	for (i = 0; i < offset; i++) {
		mark.column++;
		if (text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		}
	}
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
	return refuse(r, mark, "%s%s%s", y->problem,
	    y->context != NULL ? ", " : "",
	    y->context != NULL ? y->context : "");
}

/* Words of the stricter checks, if any. */
static bool
pass(struct reader *r, const char *complaint)
{
	return complaint == NULL || refuse_here(r, complaint);
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

	if (tag != NULL && type == EP_T_NODE)
		return refuse(r, r->event.start_mark,
		    "tag %.80s is not supported; use !!str, !!int, !!float, "
		    "!!bool, !!null or none",
		    tag);
	if (type == EP_T_TEXT) {
		n->type = EP_T_TEXT;
		n->text = text;
		n->count = (uint32_t)length;
		return true;
	}
	if (!yaml_resolve(n, text, length))
		return refuse(r, r->event.start_mark,
		    "%.40s is a number beyond what JSON holds; put text in "
		    "quotes",
		    text);
	if (type == EP_T_REAL && n->type == EP_T_INT) {
		n->u.real = (double)n->u.integer;
		n->type = EP_T_REAL;
	}
	if (type != EP_T_NODE && n->type != type)
		return refuse(r, r->event.start_mark,
		    "\"%.40s\" is not what its tag %.80s says", text, tag);
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
		return refuse(r, r->event.start_mark,
		    "alias *%.80s has no anchor &%.80s before it", name, name);
	if (size < 0)
		return refuse(r, r->event.start_mark,
		    "alias *%.80s stands inside of what it repeats", name);
	r->n_nodes += size;
	r->n_aliased += size;
	if (r->n_aliased > YAML_ALIASED)
		return refuse(r, r->event.start_mark,
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
		return refuse_here(r,
		    "merge keys (<<) are not supported; write the members "
		    "out, or quote \"<<\" if it is a name");
	if (r->event.type != YAML_SCALAR_EVENT &&
	    r->event.type != YAML_ALIAS_EVENT)
		return refuse_here(r, "a name must be text, not a collection");
	if (!read_node(r, name))
		return false;
	if (name->type != EP_T_TEXT)
		return refuse_here(r, "a name must be text; put it in quotes");
	return true;
}

static void
push(struct reader *r, const struct ep_node *n)
{
	buf_append(&r->stack, n, sizeof *n);
}

/* The first member that has a name a second time. */
static bool
refuse_twin(struct reader *r, const struct ep_node *twin)
{
	yaml_mark_t mark = { 0, twin->line - 1, twin->column - 1u };

	return refuse(r, mark,
	    "name \"%.80s\" occurs twice in one mapping; drop one", twin->key);
}

static bool
fill(struct reader *r, struct ep_node *n, size_t base)
{
	const struct ep_node *children = (const void *)(buf_data(&r->stack) +
	    base);
	size_t bytes = buf_length(&r->stack) - base;
	const struct ep_node *twin;

	if (!pass(r, yaml_strict_event(&r->cursor, &r->event, 0)))
		return false;
	twin = node_fill(r->arena, n, children,
	    (uint32_t)(bytes / sizeof *children));
	r->stack.end -= bytes;
	return twin == NULL || refuse_twin(r, twin);
}

static bool
read_sequence(struct reader *r, struct ep_node *n)
{
	size_t base = buf_length(&r->stack);
	struct ep_node child;

	n->type = EP_T_ARRAY;
	/* With an anchor or a tag the mark is theirs. */
	r->indent = r->event.data.sequence_start.anchor == NULL &&
		r->event.data.sequence_start.tag == NULL
	    ? r->event.start_mark.column
	    : YAML_NO_INDENT;
	if (!is_tag(r->event.data.sequence_start.tag, CORE_TAG "seq"))
		return refuse(r, r->event.start_mark,
		    "tag %.80s is not supported on a sequence",
		    r->event.data.sequence_start.tag);
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

static bool
read_mapping(struct reader *r, struct ep_node *n)
{
	size_t base = buf_length(&r->stack);
	struct ep_node name, child;
	bool is_bare;

	n->type = EP_T_OBJECT;
	if (!is_tag(r->event.data.mapping_start.tag, CORE_TAG "map"))
		return refuse(r, r->event.start_mark,
		    "tag %.80s is not supported on a mapping",
		    r->event.data.mapping_start.tag);
	for (;;) {
		if (!next(r))
			return false;
		if (r->event.type == YAML_MAPPING_END_EVENT)
			return fill(r, n, base);
		r->indent = r->event.start_mark.column;
		if (!read_name(r, &name, &is_bare) || !next(r))
			return false;
		if (is_bare &&
		    !pass(r, yaml_strict_value(&r->cursor, &r->event)))
			return false;
		if (!read_node(r, &child))
			return false;
		child.key = name.text;
		child.key_length = name.count;
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
		return refuse(r, r->event.start_mark,
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
		return refuse_here(r,
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

ep_status
yaml_parse(struct arena *a, const char *file, const char *text, size_t length,
    const struct ep_node **node_out, struct err *err)
{
	struct reader r = { .arena = a, .err = err, .file = file };
	struct ep_node *root = node_new(a, EP_T_NULL);
	bool is_good;

	if (length >= UINT32_MAX)
		return err_set(err, EP_TOO_LARGE, NULL,
		    "%s: text is longer than 4 GiB", file);
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3; /* the byte order mark; UTF-8 it is anyway */
		length -= 3;
	}
	if (ends_in_blanks(text, length)) {
		char *copy = arena_copy(a, text, length);

		copy[length++] = '\n'; /* where its NUL was */
		text = copy;
	}
	(void)buf_reserve(&r.stack, 64 * sizeof *root);
	r.cursor.text = text;
	r.cursor.length = length;
	r.indent = YAML_NO_INDENT; /* at the top nothing is around */
	EP_ASSERT(yaml_parser_initialize(&r.parser));
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text,
	    length);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	r.anchors = node_new(a, EP_T_OBJECT);
	r.sizes = node_new(a, EP_T_OBJECT);
	is_good = read_stream(&r, root);
	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	buf_fini(&r.stack);
	if (is_good)
		*node_out = root;
	return is_good ? EP_OK : EP_INVALID;
}
