/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/policy.h"
#include "core/schema/schema.h"
#include "core/schema/spell.h"
#include "core/supervisor/inspection.h"
#include "core/supervisor/module_check.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMES_MOST 256

/* "openapi.yaml:3:5" or "hello.c:12", taken apart. */
struct place {
	const char *file;
	uint32_t line, column;
	size_t length; /* of all of it */
};

static struct place
place_read(struct arena *a, const char *words)
{
	size_t n = strcspn(words, ": ");
	struct place p = { arena_copy(a, words, n), 0, 0, n };
	char *end = (char *)(uintptr_t)(words + n);

	if (*end == ':' && end[1] >= '1' && end[1] <= '9') {
		p.line = (uint32_t)strtoul(end + 1, &end, 10);
		p.column = 1;
		if (*end == ':' && end[1] >= '1' && end[1] <= '9')
			p.column = (uint32_t)strtoul(end + 1, &end, 10);
		p.length = (size_t)(end - words);
	}
	return p;
}

/* A file that the module embeds, as an editor finds it: beside the module,
 * where its vendor builds it, else told as the module's. */
static const char *
path_within(struct arena *a, const struct inspected_module *m, const char *name)
{
	const char *slash = strrchr(m->path, '/');
	const char *folder = slash != NULL
	    ? arena_copy(a, m->path, (size_t)(slash - m->path) + 1)
	    : "";
	const char *path = arena_format(a, "%s%s", folder, name);

	while (strncmp(path, "./", 2) == 0)
		path += 2;
	return access(path, F_OK) == 0
	    ? path
	    : arena_format(a, "%s(%s)", m->path, name);
}

/* An embedded file whose name begins the place; its tokens are noted again,
 * so that a name can be pointed at. */
static struct config_error *
fault_within(struct inspection *n, const struct inspected_module *m,
    const struct finding *x, struct place p)
{
	const struct module_data *d = module_file_find(m->file, p.file);
	struct yaml_notes places = { .arena = n->arena };
	struct fault_sink f = { .arena = n->arena, .errors = &n->errors };
	struct err err = { 0 };

	f.file = path_within(n->arena, m, p.file);
	if (d != NULL)
		f.text = arena_copy(n->arena, d->bytes, d->length);
	if (d != NULL && strcmp(x->rule, "unknown_member") == 0)
		(void)yaml_parse_noted(p.file, f.text, d->length, &places,
		    &err);
	for (uint32_t i = 0; i < places.n_marks; i++) {
		const struct yaml_mark *mark = places.marks + i;
		struct config_error *one;

		if (mark->name == NULL || mark->line != p.line ||
		    mark->column != p.column)
			continue;
		one = fault_at(&f, x->rule, mark->name_line, mark->name_column);
		one->end_column = mark->name_end;
		return one;
	}
	return fault_at(&f, x->rule, p.line, p.column);
}

static bool
is_of_policy(const struct inspected_module *m, const struct finding *x)
{
	return strcmp(x->place, m->path) == 0;
}

static struct config_error *
add_finding(struct inspection *n, const struct inspected_module *m,
    const struct finding *x)
{
	struct config_error *one;
	struct place p;
	const char *words = x->words;

	if (is_of_policy(m, x)) {
		one = inspection_fault(n, x->rule, m);
		one->words[0] = m->section->name;
		one->words[1] = m->path;
		one->words[2] = words;
		one->mend = x->mend;
		return one;
	}
	p = place_read(n->arena, x->place);
	if (p.line == 0) { /* the words may begin with it */
		struct place other = place_read(n->arena, words);

		if (other.line > 0) {
			p = other;
			words += p.length;
			words += strspn(words, ": ");
		}
	}
	if (p.line == 0 && module_file_find(m->file, p.file) == NULL)
		one = inspection_fault(n, x->rule, m);
	else
		one = fault_within(n, m, x, p);
	one->words[0] = words;
	one->mend = x->mend;
	one->suggestion = x->meant;
	return one;
}

static void
find_file(struct inspection *n, struct inspected_module *m, const char *folder)
{
	const char *given = m->section->file;

	while (given != NULL && strncmp(given, "./", 2) == 0)
		given += 2;
	if (given == NULL)
		m->path = arena_format(n->arena, "%s/%s.so", folder,
		    m->section->name);
	else if (given[0] == '/')
		m->path = given;
	else
		m->path = arena_format(n->arena, "%s/%s", n->config->folder,
		    given);
}

/* The section's options against x-entrepot.config; without one, no option
 * is known. */
static void
check_options(struct inspection *n, struct inspected_module *m)
{
	const struct ep_node *at = m->manifest->config;
	struct schema *schema = NULL;
	struct err err = { 0 };

	if (at == NULL) {
		struct ep_node *none = node_new(n->arena, EP_T_OBJECT);
		struct ep_node no = { .type = EP_T_BOOL };

		(void)node_set_text(n->arena, none, "type", "object");
		(void)node_set(n->arena, none, "additionalProperties", &no);
		at = none;
	}
	/* module_check() has compiled it before */
	EP_ASSERT(schema_compile(n->arena, m->manifest->document, at,
		      "openapi.yaml", &schema, &err) == EP_OK);
	(void)config_check_module(n->arena, n->config, m->section, schema,
	    &m->options, &n->errors);
}

/* The module or file of that folder that was meant. */
static const char *
nearest_file(struct arena *a, const char *path, bool with_ending)
{
	const char *slash = strrchr(path, '/'), *base, *names[NAMES_MOST],
		   *near;
	DIR *d = opendir(slash == path ? "/"
		: slash != NULL ? arena_copy(a, path, (size_t)(slash - path))
				: ".");
	uint32_t count = 0;
	struct dirent *e;

	base = slash != NULL ? slash + 1 : path;
	if (!with_ending)
		base = arena_copy(a, base, strlen(base) - 3);
	while (d != NULL && (e = readdir(d)) != NULL && count < NAMES_MOST) {
		size_t n = strlen(e->d_name);

		if (n > 3 && strcmp(e->d_name + n - 3, ".so") == 0)
			names[count++] = arena_copy(a, e->d_name,
			    with_ending ? n : n - 3);
	}
	if (d != NULL)
		(void)closedir(d);
	near = spell_nearest(base, strlen(base), names, count);
	return near;
}

static void
fault_unopened(struct inspection *n, const struct inspected_module *m,
    const struct err *err)
{
	const struct ep_node *file = node_get(m->section->node, "file");
	struct fault_sink f = inspection_sink(n);
	struct config_error *one;
	const char *id = err->status == EP_NOT_FOUND ? "module_missing"
	    : strcmp(err->code, "unreadable") == 0   ? "module_unreadable"
						     : "not_a_module";

	if (strcmp(err->code, "abi") == 0)
		id = "abi";
	one = file != NULL ? fault_value(&f, id, file)
			   : fault_name(&f, id, m->section->node);
	one->words[0] = m->section->name;
	if (err->status == EP_NOT_FOUND) {
		one->words[1] = m->path;
		one->suggestion = nearest_file(n->arena, m->path, file != NULL);
	} else {
		one->words[1] = arena_strdup(n->arena, err->text);
	}
}

/* The file under another name than its own. */
static void
check_name(struct inspection *n, const struct inspected_module *m)
{
	struct config_error *one;

	if (strcmp(m->manifest->name, m->section->name) == 0)
		return;
	one = inspection_fault(n, "module_name", m);
	one->words[0] = m->section->name;
	one->words[1] = m->path;
	one->words[2] = m->manifest->name;
	one->suggestion = m->manifest->name;
}

void
inspect_module(struct inspection *n, struct inspected_module *m,
    const char *module_folder)
{
	struct findings findings = { .arena = n->arena };
	const struct manifest *manifest = NULL;
	struct err err = { 0 };

	find_file(n, m, module_folder);
	if (module_file_open(n->arena, m->path, &m->file, &err) != EP_OK) {
		fault_unopened(n, m, &err);
		return;
	}
	(void)manifest_of_file(n->arena, m->file, &findings, &manifest, &err);
	policy_check(m->file, POLICY_OF_THIS_BUILD,
	    manifest != NULL ? manifest->libraries : NULL, &findings);
	if (manifest != NULL && findings.n == 0)
		module_check(m->file, manifest, &findings);
	for (const struct finding *x = findings.first; x != NULL; x = x->next)
		(void)add_finding(n, m, x);
	for (const struct finding *x = findings.warnings; x != NULL;
	     x = x->next) {
		struct fault_sink f = inspection_sink(n);

		fault_is_warning(&f, add_finding(n, m, x));
	}
	if (findings.n > 0 || manifest == NULL)
		return;
	m->manifest = manifest;
	check_name(n, m);
	check_options(n, m);
}
