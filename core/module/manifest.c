/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/manifest.h"

#include "core/base/yaml.h"
#include "core/module/manifest_local.h"

#include <stdio.h>
#include <string.h>

#define REF_STEPS 32 /* longer chains are circles */
#define TREE_DEPTH 128

const char *
manifest_tx_name(enum manifest_tx tx)
{
	static const char *const names[] = { "read", "write", "none", "step" };

	return names[tx];
}

void
manifest_fault(struct manifest_reader *r, const struct ep_node *at,
    const char *mend, const char *format, ...)
{
	char place[256];
	va_list ap;

	if (at != NULL && at->line != 0)
		(void)snprintf(place, sizeof place, "%.200s:%u:%u", r->file,
		    at->line, (unsigned)at->column);
	else
		(void)snprintf(place, sizeof place, "%.200s", r->file);
	va_start(ap, format);
	finding_add(r->findings, "bad_manifest", place, mend, "%s",
	    arena_vformat(r->arena, format, ap));
	va_end(ap);
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance of short words; large for long ones. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(a), m = strlen(b), i, k, corner, above;

	if (n >= 64 || m >= 64)
		return 64;
	for (k = 0; k <= m; k++)
		row[k] = k;
	for (i = 1; i <= n; i++) {
		corner = row[0];
		row[0] = i;
		for (k = 1; k <= m; k++) {
			above = row[k];
			row[k] = smaller(smaller(above, row[k - 1]) + 1,
			    corner + (a[i - 1] != b[k - 1]));
			corner = above;
		}
	}
	return row[m];
}

const char *
manifest_nearest(const char *written, const char *const *words)
{
	const char *best = NULL;
	size_t least = strlen(written) / 3 + 2, d;

	for (; *words != NULL; words++) {
		d = distance(written, *words);
		if (d < least) {
			least = d;
			best = *words;
		}
	}
	return best;
}

static bool
is_one_of(const char *s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(s, *words) == 0)
			return true;
	return false;
}

static void
fault_unknown(struct manifest_reader *r, const struct ep_node *at,
    const char *written, const char *const *words)
{
	const char *near = manifest_nearest(written, words);
	uint32_t before = r->findings->n;

	if (near != NULL)
		manifest_fault(r, at, NULL,
		    "%.80s is not known here; did you mean %s?", written, near);
	else
		manifest_fault(r, at, "remove it, or update the host",
		    "%.80s is not known to this host", written);
	if (before < FINDINGS_MAX) {
		r->findings->last->rule = "unknown_member";
		r->findings->last->meant = near;
	}
}

void
manifest_known_members(struct manifest_reader *r, const struct ep_node *object,
    const char *const *words)
{
	const struct ep_node *m;
	uint32_t i;

	if (object == NULL || object->type != EP_T_OBJECT)
		return;
	for (i = 0; i < object->count; i++) {
		m = node_at(object, i);
		if (!is_one_of(m->key, words))
			fault_unknown(r, m, m->key, words);
	}
}

const char *
manifest_text(struct manifest_reader *r, const struct ep_node *object,
    const char *name, bool required)
{
	const struct ep_node *n = node_get(object, name);

	if (n == NULL && !required)
		return NULL;
	if (n == NULL)
		manifest_fault(r, object, NULL, "%s is missing", name);
	else if (n->type != EP_T_TEXT)
		manifest_fault(r, n,
		    n->type == EP_T_REAL || n->type == EP_T_INT
			? "put it in quotes"
			: NULL,
		    "%s: expected text, found %s", name, node_type_name(n));
	else if (n->count == 0 || memchr(n->text, 0, n->count) != NULL)
		manifest_fault(r, n, NULL, "%s: expected text, found none",
		    name);
	else
		return n->text;
	return NULL;
}

const char *const *
manifest_texts(struct manifest_reader *r, const struct ep_node *object,
    const char *name)
{
	const struct ep_node *n = node_get(object, name), *x;
	const char **list;
	uint32_t i, k = 0;

	if (n != NULL && n->type != EP_T_ARRAY) {
		manifest_fault(r, n, NULL,
		    "%s: expected a list of texts, found %s", name,
		    node_type_name(n));
		n = NULL;
	}
	list = arena_array(r->arena, (n != NULL ? n->count : 0) + 1u,
	    sizeof *list);
	for (i = 0; n != NULL && i < n->count; i++) {
		x = node_at(n, i);
		if (x->type == EP_T_TEXT && x->count > 0)
			list[k++] = x->text;
		else
			manifest_fault(r, x, NULL, "%s: expected text", name);
	}
	return list;
}

bool
manifest_is_name(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > 63 || s[0] < 'a' || s[0] > 'z')
		return false;
	for (i = 0; i < n; i++)
		if ((s[i] < 'a' || s[i] > 'z') && (s[i] < '0' || s[i] > '9') &&
		    s[i] != '_')
			return false;
	return true;
}

/* One step of a JSON pointer (RFC 6901), its escapes undone. */
static const struct ep_node *
pointer_step(const struct ep_node *n, const char *s, size_t length)
{
	char name[256];
	size_t i, k = 0, index = 0;

	if (length >= sizeof name)
		return NULL;
	for (i = 0; i < length; i++) {
		if (s[i] == '~' && i + 1 < length) {
			i++;
			name[k++] = s[i] == '1' ? '/' : '~';
		} else
			name[k++] = s[i];
	}
	if (n->type == EP_T_OBJECT)
		return node_get_n(n, name, k);
	for (i = 0; i < k; i++) {
		if (name[i] < '0' || name[i] > '9' || k > 6)
			return NULL;
		index = index * 10 + (size_t)(name[i] - '0');
	}
	return k > 0 && n->type == EP_T_ARRAY ? node_at(n, (uint32_t)index)
					      : NULL;
}

static const struct ep_node *
resolve(const struct ep_node *document, const char *ref)
{
	const struct ep_node *n = document;
	size_t length;

	if (ref[0] != '#' || (ref[1] != '/' && ref[1] != '\0'))
		return NULL;
	for (ref++; n != NULL && *ref == '/'; ref += length) {
		ref++;
		length = strcspn(ref, "/");
		n = pointer_step(n, ref, length);
	}
	return n;
}

static const struct ep_node *
reference(const struct ep_node *n)
{
	const struct ep_node *ref = node_get(n, "$ref");

	return ref != NULL && ref->type == EP_T_TEXT ? ref : NULL;
}

const struct ep_node *
manifest_follow(const struct ep_node *document, const struct ep_node *n)
{
	const struct ep_node *ref;
	unsigned i;

	for (i = 0; i < REF_STEPS; i++) {
		ref = reference(n);
		if (ref == NULL)
			return n;
		n = resolve(document, ref->text);
	}
	return NULL;
}

static const char *const extension_words[] = { "x-entrepot",
	"x-entrepot-libraries", "x-entrepot-tx", "x-entrepot-max-body",
	"x-entrepot-deadline-ms", "x-entrepot-exposure",
	"x-entrepot-idempotency", "x-entrepot-conflict-keys",
	"x-entrepot-clauses", "x-entrepot-error", "x-entrepot-class", NULL };

void
manifest_check_tree(struct manifest_reader *r, const struct ep_node *n,
    unsigned depth)
{
	const struct ep_node *m, *ref = NULL;
	uint32_t i;

	if (n->type != EP_T_OBJECT && n->type != EP_T_ARRAY)
		return;
	if (depth > TREE_DEPTH) {
		manifest_fault(r, n, NULL, "nested too deeply");
		return;
	}
	if (n->type == EP_T_OBJECT)
		ref = reference(n);
	if (ref != NULL && ref->text[0] != '#')
		manifest_fault(r, ref, "move it into this document",
		    "$ref %.120s leads out of the document", ref->text);
	else if (ref != NULL &&
	    manifest_follow(r->manifest->document, n) == NULL)
		manifest_fault(r, ref, NULL, "$ref %.120s leads nowhere",
		    ref->text);
	for (i = 0; i < n->count; i++) {
		m = node_at(n, i);
		if (n->type == EP_T_OBJECT &&
		    strncmp(m->key, "x-entrepot", 10) == 0 &&
		    !is_one_of(m->key, extension_words))
			fault_unknown(r, m, m->key, extension_words);
		manifest_check_tree(r, m, depth + 1);
	}
}

static void
read_info(struct manifest_reader *r, const char *note_version)
{
	const struct ep_node *document = r->manifest->document;
	const struct ep_node *info = node_get(document, "info");
	const char *version;

	version = manifest_text(r, document, "openapi", true);
	if (version != NULL && strncmp(version, "3.1.", 4) != 0)
		manifest_fault(r, node_get(document, "openapi"), NULL,
		    "openapi: expected 3.1.x, found %.40s", version);
	if (info == NULL || info->type != EP_T_OBJECT) {
		manifest_fault(r, info != NULL ? info : document, NULL,
		    "info: expected {title: ..., version: ...}");
		return;
	}
	r->manifest->title = manifest_text(r, info, "title", true);
	version = manifest_text(r, info, "version", true);
	r->manifest->version = version;
	if (version != NULL && note_version != NULL &&
	    strcmp(version, note_version) != 0)
		manifest_fault(r, node_get(info, "version"),
		    "run entrepot-embed again",
		    "version is %.40s here and %.40s in the identity note",
		    version, note_version);
}

static void
read_snapshots(struct manifest_reader *r, const struct ep_node *block)
{
	static const char *const words[] = { "epoch", NULL };
	const struct ep_node *all = node_get(block, "snapshots"), *n;
	struct manifest_snapshot *list;
	uint32_t i;

	if (all == NULL)
		return;
	if (all->type != EP_T_OBJECT) {
		manifest_fault(r, all, NULL,
		    "snapshots: expected {NAME: {epoch: NAME}}");
		return;
	}
	list = arena_array(r->arena, all->count + 1u, sizeof *list);
	for (i = 0; i < all->count; i++) {
		n = node_at(all, i);
		if (!manifest_is_name(n->key, n->key_length))
			manifest_fault(r, n, NULL,
			    "snapshot %.80s: not a lower-case name", n->key);
		manifest_known_members(r, n, words);
		list[i].name = n->key;
		list[i].epoch = manifest_text(r, n, "epoch", true);
	}
	r->manifest->snapshots = list;
	r->manifest->n_snapshots = all->count;
}

/* '-' divides words: neither at the end nor twice in a row. */
static bool
is_module_name(const char *s)
{
	size_t n = strlen(s), i;

	if (n < 2 || n > 32 || s[0] < 'a' || s[0] > 'z' || s[n - 1] == '-')
		return false;
	for (i = 0; i < n; i++)
		if ((s[i] < 'a' || s[i] > 'z') && (s[i] < '0' || s[i] > '9') &&
		    s[i] != '_' && (s[i] != '-' || s[i + 1] == '-'))
			return false;
	return true;
}

static void
read_block(struct manifest_reader *r, const char *note_name)
{
	static const char *const words[] = { "module", "config", "prefixes",
		"requires", "shared", "snapshots", "indicators", NULL };
	struct manifest *m = r->manifest;
	const struct ep_node *block = node_get(m->document, "x-entrepot");

	m->libraries = manifest_texts(r, m->document, "x-entrepot-libraries");
	if (block == NULL || block->type != EP_T_OBJECT) {
		manifest_fault(r, block != NULL ? block : m->document, NULL,
		    "x-entrepot: expected {module: NAME, ...}");
		return;
	}
	manifest_known_members(r, block, words);
	m->name = manifest_text(r, block, "module", true);
	if (m->name != NULL && !is_module_name(m->name))
		manifest_fault(r, node_get(block, "module"), NULL,
		    "module: %.80s is not a name of 2 to 32 lower-case letters, "
		    "digits, '_' and single '-', a letter first",
		    m->name);
	if (m->name != NULL && note_name != NULL &&
	    strcmp(m->name, note_name) != 0)
		manifest_fault(r, node_get(block, "module"),
		    "run entrepot-embed again",
		    "module is %.80s here and %.80s in the identity note",
		    m->name, note_name);
	m->prefixes = manifest_texts(r, block, "prefixes");
	m->requires = manifest_texts(r, block, "requires");
	m->shared = manifest_texts(r, block, "shared");
	m->config = node_get(block, "config");
	if (m->config != NULL && m->config->type != EP_T_OBJECT)
		manifest_fault(r, m->config, NULL,
		    "config: expected a JSON Schema, found %s",
		    node_type_name(m->config));
	m->indicators = node_get(block, "indicators");
	read_snapshots(r, block);
}

/* Each is measured by an operation of the module's own. */
static void
check_indicators(struct manifest_reader *r)
{
	const struct ep_node *all = r->manifest->indicators;

	if (all != NULL && all->type != EP_T_OBJECT) {
		manifest_fault(r, all, NULL,
		    "indicators: expected {ID: OPERATION}");
		return;
	}
	for (uint32_t i = 0; all != NULL && i < all->count; i++) {
		const struct ep_node *n = node_at(all, i);

		if (n->type != EP_T_TEXT ||
		    manifest_operation_find(r->manifest, n->text) == NULL)
			manifest_fault(r, n, NULL,
			    "indicator %.40s: expected an operation of this "
			    "module",
			    n->key);
	}
}

static const struct module_data *
file_find(const struct manifest *m, const char *name)
{
	uint32_t i;

	for (i = 0; i < m->n_files; i++)
		if (strcmp(m->files[i].name, name) == 0)
			return &m->files[i];
	return NULL;
}

static void
read_document(struct manifest_reader *r, const struct manifest_source *source)
{
	static const char *const none[] = { NULL };
	struct manifest *m = r->manifest;
	const struct module_data *file = file_find(m, DOCUMENT);
	struct err err = { 0 };

	m->libraries = m->prefixes = m->requires = m->shared = none;
	if (file == NULL) {
		manifest_fault(r, NULL, "run entrepot-embed on its folder",
		    "not embedded");
		return;
	}
	if (yaml_parse(r->arena, DOCUMENT, file->bytes, file->length,
		&m->document, &err) != EP_OK) {
		finding_add(r->findings, "bad_yaml", DOCUMENT, NULL, "%s",
		    err.text);
		return;
	}
	if (m->document == NULL || m->document->type != EP_T_OBJECT) {
		manifest_fault(r, NULL, NULL, "expected an OpenAPI document");
		m->document = NULL;
		return;
	}
	read_info(r, source->version);
	read_block(r, source->name);
	manifest_check_tree(r, m->document, 0);
	manifest_read_operations(r);
	check_indicators(r);
}

ep_status
manifest_read(struct arena *a, const struct manifest_source *source,
    struct findings *findings, const struct manifest **out, struct err *err)
{
	struct manifest *m = arena_alloc(a, sizeof *m);
	struct manifest_reader r = { a, findings, m, DOCUMENT };

	m->magic = MANIFEST_MAGIC;
	m->files = source->files;
	m->n_files = source->n_files;
	read_document(&r, source);
	manifest_read_migrations(&r);
	manifest_read_messages(&r);
	*out = m;
	return findings_status(findings, err);
}

ep_status
manifest_of_file(struct arena *a, const struct module_file *f,
    struct findings *findings, const struct manifest **out, struct err *err)
{
	struct manifest_source source = { f->name, f->version, f->files,
		f->n_files };

	EP_CHECK(f, MODULE_FILE_MAGIC);
	return manifest_read(a, &source, findings, out, err);
}

const struct manifest_operation *
manifest_operation_find(const struct manifest *m, const char *id)
{
	uint32_t i;

	for (i = 0; i < m->n_operations; i++)
		if (strcmp(m->operations[i].id, id) == 0)
			return &m->operations[i];
	return NULL;
}

const struct module_data *
manifest_data(const struct manifest *m, const char *name)
{
	uint32_t i;

	for (i = 0; i < m->n_files; i++)
		if (strncmp(m->files[i].name, "data/", 5) == 0 &&
		    strcmp(m->files[i].name + 5, name) == 0)
			return &m->files[i];
	return NULL;
}
