/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/node.h"

#include <math.h>
#include <sys/random.h>

#define HAS_HEAD 1u   /* flag: a struct head stands before the items */
#define INDEX_FROM 17 /* members from which an object gets an index */

/* Before the items of a container. */
struct head {
	uint32_t capacity;
	uint32_t index_mask; /* slots of the index less one; 0: no index */
	uint32_t *index;     /* position + 1 by hash of the name; 0: free */
	bool is_shared;      /* by another node: copy before a change */
};

/* A secret, so that nobody can choose names that collide. */
static uint64_t seed[2];

__attribute__((constructor)) static void
draw_seed(void)
{
	EP_ASSERT(getrandom(seed, sizeof seed, 0) == (ssize_t)sizeof seed);
	seed[1] |= 1;
}

static uint64_t
mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint32_t
hash(const char *name, size_t n)
{
	uint64_t h = seed[0] ^ n, word;

	for (; n >= 8; n -= 8, name += 8) {
		memcpy(&word, name, 8);
		h = mix(h ^ word, seed[1]);
	}
	word = 0;
	memcpy(&word, name, n);
	h = mix(h ^ word, seed[1] ^ 0x9e3779b97f4a7c15);
	return (uint32_t)(h ^ h >> 32);
}

static bool
is_container(const struct ep_node *n)
{
	return n->type == EP_T_ARRAY || n->type == EP_T_OBJECT;
}

/* Of a node that is known to have one. */
static struct head *
own_head(const struct ep_node *n)
{
	return (struct head *)(void *)n->u.items - 1;
}

static struct head *
head_of(const struct ep_node *n)
{
	return is_container(n) && (n->flags & HAS_HEAD) ? own_head(n) : NULL;
}

static bool
has_key(const struct ep_node *n, const char *name, size_t length)
{
	return n != NULL && n->key_length == length &&
	    memcmp(n->key, name, length) == 0;
}

/* Position of a name in an indexed object; the slot where it ends or would
 * go is left in slot_out.  count: none. */
static uint32_t
index_find(const struct ep_node *n, const char *name, size_t length,
    uint32_t *slot_out)
{
	const struct head *h = own_head(n);
	uint32_t slot = hash(name, length) & h->index_mask;

	for (; h->index[slot] != 0; slot = (slot + 1) & h->index_mask) {
		uint32_t i = h->index[slot] - 1;

		if (i < n->count && has_key(n->u.items + i, name, length)) {
			*slot_out = slot;
			return i;
		}
	}
	*slot_out = slot;
	return n->count;
}

/* Indexes the members of a filled object; returns the first that repeats a
 * name, or NULL. */
static const struct ep_node *
index_build(struct arena *a, struct ep_node *n)
{
	struct head *h = own_head(n);
	const struct ep_node *twin = NULL;
	uint32_t i, slot, slots = 64;

	while (slots < (uint64_t)h->capacity * 2 && slots < 1u << 31)
		slots *= 2;
	h->index = arena_array(a, slots, sizeof *h->index);
	h->index_mask = slots - 1;
	for (i = 0; i < n->count; i++) {
		const struct ep_node *m = n->u.items + i;

		if (index_find(n, m->key, m->key_length, &slot) < n->count)
			twin = twin != NULL ? twin : m;
		else
			h->index[slot] = i + 1;
	}
	return twin;
}

/* One of 64 bits that equal names have in common. */
static inline uint64_t
name_bit(const struct ep_node *n)
{
	uint32_t length = n->key_length;
	unsigned mixed = length * 5;

	if (length > 0)
		mixed += (unsigned char)n->key[0] * 7u +
		    (unsigned char)n->key[length / 2] * 13u +
		    (unsigned char)n->key[length - 1];
	return UINT64_C(1) << (mixed & 63);
}

/* The first of a few members that repeats a name, or NULL. */
static const struct ep_node *
find_twin(const struct ep_node *items, uint32_t n)
{
	uint64_t seen = 0, bit;
	uint32_t i, j;

	for (i = 0; i < n; i++, seen |= bit) {
		bit = name_bit(items + i);
		for (j = 0; (seen & bit) != 0 && j < i; j++)
			if (has_key(items + j, items[i].key,
				items[i].key_length))
				return items + i;
	}
	return NULL;
}

/* Items with a head and room for so many; those there are copied over. */
static void
items_move(struct arena *a, struct ep_node *n, uint32_t capacity)
{
	struct head *h;

	EP_ASSERT(capacity >= n->count && capacity < 1u << 31);
	h = arena_raw(a, sizeof *h + capacity * sizeof *n);
	memset(h, 0, sizeof *h);
	h->capacity = capacity;
	if (n->count > 0)
		memcpy(h + 1, n->u.items, n->count * sizeof *n);
	n->u.items = (struct ep_node *)(void *)(h + 1);
	n->flags |= HAS_HEAD;
}

static void
share(const struct ep_node *n)
{
	struct head *h = head_of(n);

	if (h != NULL)
		h->is_shared = true;
}

/* Makes the items this node's own, with room for one more. */
static void
make_room(struct arena *a, struct ep_node *n)
{
	struct head *h = head_of(n);
	bool is_own = h != NULL && !h->is_shared;
	uint32_t i;

	if (is_own && n->count < h->capacity)
		return;
	if (!is_own)
		for (i = 0; i < n->count; i++)
			share(n->u.items + i);
	items_move(a, n, n->count < 4 ? 8 : n->count * 2);
	if (n->type == EP_T_OBJECT && n->count >= INDEX_FROM - 1)
		(void)index_build(a, n);
}

/* A value in a slot keeps the slot's name. */
static struct ep_node *
put(struct ep_node *slot, const struct ep_node *value)
{
	const char *key = slot->key;
	uint32_t key_length = slot->key_length;

	share(value);
	*slot = *value;
	slot->key = key;
	slot->key_length = key_length;
	return slot;
}

const struct ep_node *
node_fill(struct arena *a, struct ep_node *container,
    const struct ep_node *children, uint32_t n)
{
	container->count = 0;
	container->u.items = NULL;
	container->flags = 0;
	if (n == 0)
		return NULL;
	items_move(a, container, n);
	memcpy(container->u.items, children, n * sizeof *children);
	container->count = n;
	if (container->type != EP_T_OBJECT)
		return NULL;
	return n < INDEX_FROM ? find_twin(container->u.items, n)
			      : index_build(a, container);
}

const struct ep_node *
node_get_n(const struct ep_node *n, const char *name, size_t length)
{
	const struct head *h;
	uint32_t i;

	if (n == NULL || n->type != EP_T_OBJECT)
		return NULL;
	h = n->count >= INDEX_FROM ? head_of(n) : NULL;
	if (h != NULL && h->index != NULL) {
		uint32_t slot;

		i = index_find(n, name, length, &slot);
		return i < n->count ? n->u.items + i : NULL;
	}
	for (i = 0; i < n->count; i++)
		if (has_key(n->u.items + i, name, length))
			return n->u.items + i;
	return NULL;
}

const struct ep_node *
node_get(const struct ep_node *n, const char *name)
{
	return node_get_n(n, name, strlen(name));
}

const struct ep_node *
node_at(const struct ep_node *n, uint32_t i)
{
	if (n == NULL || !is_container(n) || i >= n->count)
		return NULL;
	return n->u.items + i;
}

const char *
node_text(const struct ep_node *n, const char *fallback)
{
	return n != NULL && n->type == EP_T_TEXT ? n->text : fallback;
}

/* -2^63 <= d < 2^63: what converts to int64_t without loss of range. */
static bool
fits_int(double d)
{
	return d >= -0x1p63 && d < 0x1p63 && d == trunc(d);
}

int64_t
node_int(const struct ep_node *n, int64_t fallback)
{
	if (n == NULL)
		return fallback;
	if (n->type == EP_T_INT || n->type == EP_T_BOOL)
		return n->u.integer;
	if (n->type == EP_T_REAL && fits_int(n->u.real))
		return (int64_t)n->u.real;
	return fallback;
}

double
node_real(const struct ep_node *n, double fallback)
{
	if (n == NULL)
		return fallback;
	if (n->type == EP_T_REAL)
		return n->u.real;
	return n->type == EP_T_INT ? (double)n->u.integer : fallback;
}

bool
node_bool(const struct ep_node *n, bool fallback)
{
	return n != NULL && n->type == EP_T_BOOL ? n->u.integer != 0 : fallback;
}

const char *
node_type_name(const struct ep_node *n)
{
	static const char *const names[] = { [EP_T_NULL] = "null",
		[EP_T_BOOL] = "boolean",
		[EP_T_INT] = "integer",
		[EP_T_REAL] = "number",
		[EP_T_TEXT] = "string",
		[EP_T_ARRAY] = "array",
		[EP_T_OBJECT] = "object" };

	return n != NULL ? names[n->type] : "null";
}

struct ep_node *
node_new(struct arena *a, uint32_t type)
{
	struct ep_node *n = arena_alloc(a, sizeof *n);

	n->type = (uint8_t)type;
	if (type == EP_T_TEXT)
		n->text = "";
	return n;
}

struct ep_node *
node_new_text(struct arena *a, const char *text, size_t n)
{
	struct ep_node *node = node_new(a, EP_T_TEXT);

	EP_ASSERT(n <= UINT32_MAX);
	node->text = arena_copy(a, text, n);
	node->count = (uint32_t)n;
	return node;
}

struct ep_node *
node_new_int(struct arena *a, int64_t i)
{
	struct ep_node *n = node_new(a, EP_T_INT);

	n->u.integer = i;
	return n;
}

struct ep_node *
node_append(struct arena *a, struct ep_node *array, const struct ep_node *value)
{
	struct ep_node *slot, copy = *value; /* value may lie in the array */

	EP_ASSERT(array->type == EP_T_ARRAY);
	share(&copy);
	make_room(a, array);
	slot = array->u.items + array->count++;
	memset(slot, 0, sizeof *slot);
	return put(slot, &copy);
}

struct ep_node *
node_set(struct arena *a, struct ep_node *object, const char *name,
    const struct ep_node *value)
{
	struct ep_node *slot, copy = *value; /* value may lie in the object */
	const struct ep_node *old;
	size_t length = strlen(name);
	uint32_t i, index_slot;
	struct head *h;

	EP_ASSERT(object->type == EP_T_OBJECT);
	share(&copy);
	old = node_get_n(object, name, length);
	i = old != NULL ? (uint32_t)(old - object->u.items) : object->count;
	make_room(a, object);
	slot = object->u.items + i;
	if (i < object->count)
		return put(slot, &copy);
	memset(slot, 0, sizeof *slot);
	slot->key = arena_copy(a, name, length);
	slot->key_length = (uint32_t)length;
	h = own_head(object);
	if (h->index != NULL) {
		(void)index_find(object, name, length, &index_slot);
		h->index[index_slot] = i + 1;
	}
	object->count++;
	return put(slot, &copy);
}

struct ep_node *
node_set_text(struct arena *a, struct ep_node *object, const char *name,
    const char *text)
{
	struct ep_node value = { .type = EP_T_NULL };

	if (text != NULL) {
		size_t n = strlen(text);

		EP_ASSERT(n <= UINT32_MAX);
		value.type = EP_T_TEXT;
		value.text = arena_copy(a, text, n);
		value.count = (uint32_t)n;
	}
	return node_set(a, object, name, &value);
}

struct ep_node *
node_set_int(struct arena *a, struct ep_node *object, const char *name,
    int64_t i)
{
	struct ep_node value = { .type = EP_T_INT, .u.integer = i };

	return node_set(a, object, name, &value);
}

struct ep_node *
node_set_bool(struct arena *a, struct ep_node *object, const char *name, bool b)
{
	struct ep_node value = { .type = EP_T_BOOL, .u.integer = b };

	return node_set(a, object, name, &value);
}

static struct ep_node *
new_base64(struct arena *a, const void *bytes, uint32_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *b = bytes;
	char *out = arena_raw(a, ((size_t)n + 2) / 3 * 4 + 1), *p = out;
	struct ep_node *node = node_new(a, EP_T_TEXT);
	uint32_t i;

	for (i = 0; i < n; i += 3, p += 4) {
		uint32_t left = n - i;
		uint32_t v = (uint32_t)b[i] << 16 |
		    (left > 1 ? (uint32_t)b[i + 1] << 8 : 0) |
		    (left > 2 ? b[i + 2] : 0);

		p[0] = digit[v >> 18];
		p[1] = digit[v >> 12 & 63];
		p[2] = (char)(left > 1 ? digit[v >> 6 & 63] : '=');
		p[3] = (char)(left > 2 ? digit[v & 63] : '=');
	}
	*p = '\0';
	EP_ASSERT(p - out <= UINT32_MAX);
	node->text = out;
	node->count = (uint32_t)(p - out);
	return node;
}

/* n is a new null. */
static void
value_put(struct arena *a, struct ep_node *n, const struct ep_value *value)
{
	switch (value->type) {
	case EP_T_TEXT:
		n->text = arena_copy(a, value->u.pointer, value->length);
		n->count = value->length;
		break;
	case EP_T_BLOB:
		(void)put(n, new_base64(a, value->u.pointer, value->length));
		return;
	case EP_T_NODE:
		if (value->u.pointer != NULL)
			(void)put(n, value->u.pointer);
		return;
	case EP_T_REAL:
		if (!isfinite(value->u.real))
			return;
		n->u.real = value->u.real;
		break;
	case EP_T_INT:
		n->u.integer = value->u.integer;
		break;
	case EP_T_BOOL:
		n->u.integer = value->u.integer != 0;
		break;
	default:
		EP_ASSERT(value->type == EP_T_NULL);
		return;
	}
	n->type = (uint8_t)value->type;
}

struct ep_node *
node_from_value(struct arena *a, const struct ep_value *value)
{
	struct ep_node *n = node_new(a, EP_T_NULL);

	value_put(a, n, value);
	return n;
}

struct ep_node *
node_from_args(struct arena *a, const struct ep_arg *args, uint32_t n)
{
	struct ep_node *object = node_new(a, EP_T_OBJECT);
	struct ep_node *items = arena_array(a, n, sizeof *items);
	uint32_t i;

	for (i = 0; i < n; i++) {
		size_t length = strlen(args[i].name);

		items[i].key = arena_copy(a, args[i].name, length);
		items[i].key_length = (uint32_t)length;
		value_put(a, items + i, &args[i].value);
	}
	if (node_fill(a, object, items, n) == NULL)
		return object;
	object = node_new(a, EP_T_OBJECT); /* the last of a name counts */
	for (i = 0; i < n; i++)
		(void)node_set(a, object, items[i].key, items + i);
	return object;
}

static void
copy_into(struct arena *a, struct ep_node *to, const struct ep_node *from)
{
	uint32_t i;

	*to = *from;
	if (from->key != NULL)
		to->key = arena_copy(a, from->key, from->key_length);
	if (!is_container(from)) {
		if (from->text != NULL)
			to->text = arena_copy(a, from->text, from->count);
		return;
	}
	(void)node_fill(a, to, from->u.items, from->count);
	for (i = 0; i < to->count; i++)
		copy_into(a, to->u.items + i, from->u.items + i);
}

struct ep_node *
node_copy(struct arena *a, const struct ep_node *n)
{
	struct ep_node *copy = arena_alloc(a, sizeof *copy);

	if (n == NULL)
		return copy;
	copy_into(a, copy, n);
	copy->key = NULL;
	copy->key_length = 0;
	return copy;
}
