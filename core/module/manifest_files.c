/* SPDX-License-Identifier: BSD-2-Clause */

/* Migrations and messages: what a module declares beside the document. */

#include "core/base/yaml.h"
#include "core/module/manifest_local.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MIGRATIONS "migrations/"
#define MESSAGES "messages/"

static bool
take_suffix(const char *s, size_t *n, const char *suffix)
{
	size_t k = strlen(suffix);

	if (*n < k || memcmp(s + *n - k, suffix, k) != 0)
		return false;
	*n -= k;
	return true;
}

/* NNNN_name[.sqlite|.postgres][.finish].sql */
static bool
parse_migration_name(struct arena *a, const char *s,
    struct manifest_migration *m)
{
	size_t n = strlen(s), i;

	if (!take_suffix(s, &n, ".sql"))
		return false;
	m->finish = take_suffix(s, &n, ".finish");
	if (take_suffix(s, &n, ".sqlite"))
		m->dialect = DIALECT_SQLITE;
	else if (take_suffix(s, &n, ".postgres"))
		m->dialect = DIALECT_POSTGRES;
	for (i = 0; i < 4; i++) {
		if (i >= n || s[i] < '0' || s[i] > '9')
			return false;
		m->number = m->number * 10 + (uint32_t)(s[i] - '0');
	}
	if (m->number == 0 || n < 6 || s[4] != '_' ||
	    !manifest_is_name(s + 5, n - 5))
		return false;
	m->name = arena_copy(a, s + 5, n - 5);
	return true;
}

static int
compare_migrations(const void *left, const void *right)
{
	const struct manifest_migration *a = left, *b = right;

	if (a->finish != b->finish)
		return a->finish ? 1 : -1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (int)a->dialect - (int)b->dialect;
}

/* The same number twice is a fault, unless it is one migration in both
 * dialects; one dialect alone is a fault as well. */
static void
check_migrations(struct manifest_reader *r, const struct manifest_migration *m,
    uint32_t n)
{
	uint32_t i, k;

	for (i = 0; i < n; i = k) {
		for (k = i + 1; k < n && m[k].finish == m[i].finish &&
		     m[k].number == m[i].number;
		     k++)
			;
		r->file = m[i].file;
		if (k - i == 1 && m[i].dialect != DIALECT_ANY)
			manifest_fault(r, NULL, NULL,
			    "there is no such migration for the other store "
			    "(.sqlite.sql and .postgres.sql go together)");
		if (k - i == 1)
			continue;
		if (k - i != 2 || m[i].dialect != DIALECT_SQLITE ||
		    m[i + 1].dialect != DIALECT_POSTGRES ||
		    strcmp(m[i].name, m[i + 1].name) != 0)
			manifest_fault(r, NULL, NULL,
			    "number %04u is taken twice, also by %.80s",
			    m[i].number, m[i + 1].file);
	}
}

void
manifest_read_migrations(struct manifest_reader *r)
{
	struct manifest_migration *list, *m;
	const struct module_data *f;
	uint32_t i, n = 0;

	list = arena_array(r->arena, r->manifest->n_files + 1u, sizeof *list);
	for (i = 0; i < r->manifest->n_files; i++) {
		f = &r->manifest->files[i];
		if (strncmp(f->name, MIGRATIONS, strlen(MIGRATIONS)) != 0)
			continue;
		r->file = f->name;
		m = &list[n];
		if (!parse_migration_name(r->arena,
			f->name + strlen(MIGRATIONS), m)) {
			memset(m, 0, sizeof *m);
			manifest_fault(r, NULL, NULL,
			    "expected a name like 0001_orders.sql, "
			    "0002_index.sqlite.sql or 0003_drop.finish.sql");
			continue;
		}
		if (memchr(f->bytes, 0, f->length) != NULL)
			manifest_fault(r, NULL, NULL, "is not text");
		m->file = f->name;
		m->text = arena_copy(r->arena, f->bytes, f->length);
		m->length = f->length;
		n++;
	}
	qsort(list, n, sizeof *list, compare_migrations);
	check_migrations(r, list, n);
	r->manifest->migrations = list;
	r->manifest->n_migrations = n;
}

/* Braces hold names; there is no way to write a brace. */
static bool
places_are_sound(const char *s)
{
	size_t n;

	for (s += strcspn(s, "{}"); *s != '\0'; s += strcspn(s, "{}")) {
		if (*s++ == '}')
			return false;
		n = strcspn(s, "{}");
		if (s[n] != '}' || !manifest_is_name(s, n))
			return false;
		s += n + 1;
	}
	return true;
}

static void
check_messages(struct manifest_reader *r, const struct ep_node *all)
{
	const struct ep_node *m;
	uint32_t i;

	for (i = 0; i < all->count; i++) {
		m = node_at(all, i);
		if (!manifest_is_name(m->key, m->key_length))
			manifest_fault(r, m, NULL,
			    "%.80s: a code is a lower-case name", m->key);
		else if (m->type != EP_T_TEXT)
			manifest_fault(r, m, "put it in quotes",
			    "%s: expected text, found %s", m->key,
			    node_type_name(m));
		else if (!places_are_sound(m->text))
			manifest_fault(r, m, NULL,
			    "%s: a place is written {name}", m->key);
	}
}

/* A BCP 47 tag as we need it: language, then subtags. */
static bool
is_tag(const char *s, size_t n)
{
	size_t i, part = 0;

	for (i = 0; i < n; i++) {
		if (s[i] == '-') {
			if (part == 0)
				return false;
			part = 0;
		} else if (((s[i] | 32) >= 'a' && (s[i] | 32) <= 'z') ||
		    (i > 1 && s[i] >= '0' && s[i] <= '9'))
			part++;
		else
			return false;
		if (part > 8)
			return false;
	}
	return n >= 2 && n < 36 && part > 0;
}

static bool
read_locale(struct manifest_reader *r, const struct module_data *f,
    struct manifest_locale *out)
{
	const char *name = f->name + strlen(MESSAGES);
	const struct ep_node *n = NULL;
	size_t length = strlen(name);
	struct err err = { 0 };

	r->file = f->name;
	if (!take_suffix(name, &length, ".yaml") || !is_tag(name, length)) {
		manifest_fault(r, NULL, NULL,
		    "expected a name like zh-CN.yaml or en.yaml");
		return false;
	}
	if (yaml_parse(r->arena, f->name, f->bytes, f->length, &n, &err) !=
	    EP_OK) {
		finding_add(r->findings, "bad_yaml", f->name, NULL, "%s",
		    err.text);
		return false;
	}
	if (n == NULL || n->type != EP_T_OBJECT) {
		manifest_fault(r, n, NULL, "expected lines of code: text");
		return false;
	}
	check_messages(r, n);
	out->tag = arena_copy(r->arena, name, length);
	out->messages = n;
	return true;
}

/* Has the locale a text for the code, or the language that it is of? */
static bool
has_text(const struct manifest *m, const struct manifest_locale *of,
    const char *code)
{
	size_t language = strcspn(of->tag, "-");

	if (node_get(of->messages, code) != NULL)
		return true;
	for (uint32_t i = 0; i < m->n_locales; i++)
		if (strlen(m->locales[i].tag) == language &&
		    strncasecmp(m->locales[i].tag, of->tag, language) == 0)
			return node_get(m->locales[i].messages, code) != NULL;
	return false;
}

/* A locale's code that another lacks: its readers get English, or the bare
 * code.  Told once, against the first that has it. */
static void
compare_locales(struct manifest_reader *r, const struct manifest_locale *one,
    const struct manifest_locale *other)
{
	const struct manifest *m = r->manifest;

	for (uint32_t k = 0; k < one->messages->count; k++) {
		const char *code = one->messages->u.items[k].key;
		const struct manifest_locale *first = m->locales;

		while (node_get(first->messages, code) == NULL)
			first++;
		if (first == one && !has_text(m, other, code))
			finding_warn(r->findings, "message_missing",
			    arena_format(r->arena, MESSAGES "%s.yaml",
				other->tag),
			    "write its line",
			    "%s has no text, " MESSAGES "%s.yaml has one", code,
			    one->tag);
	}
}

void
manifest_read_messages(struct manifest_reader *r)
{
	struct manifest_locale *list;
	uint32_t i, n = 0;

	list = arena_array(r->arena, r->manifest->n_files + 1u, sizeof *list);
	for (i = 0; i < r->manifest->n_files; i++)
		if (strncmp(r->manifest->files[i].name, MESSAGES,
			strlen(MESSAGES)) == 0 &&
		    read_locale(r, &r->manifest->files[i], &list[n]))
			n++;
	r->manifest->locales = list;
	r->manifest->n_locales = n;
	for (i = 0; i < n; i++)
		for (uint32_t k = 0; k < n; k++)
			compare_locales(r, &list[i], &list[k]);
}

/* The text of a code among the locales that are the first n bytes of tag;
 * below: or begin with them. */
static const char *
find_in(const struct manifest *m, const char *tag, size_t n, bool below,
    const char *code)
{
	const struct manifest_locale *l;
	const char *text;
	uint32_t i;

	for (i = 0; i < m->n_locales; i++) {
		l = &m->locales[i];
		if (strncasecmp(l->tag, tag, n) != 0 ||
		    (l->tag[n] != '\0' && !(below && l->tag[n] == '-')))
			continue;
		text = node_text(node_get(l->messages, code), NULL);
		if (text != NULL)
			return text;
	}
	return NULL;
}

const char *
message_find(const struct manifest *m, const char *locale, const char *code)
{
	const char *text = NULL;
	size_t n = strlen(locale);

	while (text == NULL && n > 0) {
		text = find_in(m, locale, n, false, code);
		while (n > 0 && locale[--n] != '-')
			;
	}
	if (text == NULL && locale[0] != '\0')
		text = find_in(m, locale, strcspn(locale, "-"), true, code);
	if (text == NULL)
		text = find_in(m, "en", 2, false, code);
	return text;
}
