/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/inspect.h"

#include "core/base/json.h"

static void
line(struct buf *out, const char *name, const char *value)
{
	if (value != NULL)
		buf_format(out, "%-12s %s\n", name, value);
}

static void
text_operations(struct buf *out, const struct manifest *m)
{
	const struct manifest_operation *op;
	uint32_t i;

	for (i = 0; i < m->n_operations; i++) {
		op = &m->operations[i];
		buf_format(out, "%-12s %s  %s %s  %s%s\n", "operation", op->id,
		    op->method, op->path, manifest_tx_name(op->tx),
		    op->internal ? "  internal" : "");
	}
	for (i = 0; i < m->n_snapshots; i++)
		buf_format(out, "%-12s %s  built when %s has moved\n",
		    "snapshot", m->snapshots[i].name, m->snapshots[i].epoch);
	for (i = 0; i < m->n_migrations; i++)
		buf_format(out, "%-12s %s\n", "migration",
		    m->migrations[i].file);
	for (i = 0; i < m->n_locales; i++)
		buf_format(out, "%-12s %s  %u texts\n", "messages",
		    m->locales[i].tag, m->locales[i].messages->count);
	for (i = 0; m->libraries[i] != NULL; i++)
		buf_format(out,
		    "%-12s %s  (ties the file to this system's "
		    "version of it)\n",
		    "library", m->libraries[i]);
}

void
module_inspect_report(struct buf *out, const struct module_report *r)
{
	const struct module_file *f = r->file;
	const struct finding *x;
	uint32_t i;

	line(out, "file", f->path);
	line(out, "module", f->name);
	line(out, "version", f->version);
	line(out, "sha256", f->sha256);
	line(out, "build id", f->traits.build_id);
	buf_format(out, "%-12s %zu bytes\n", "size", f->size);
	buf_format(out,
	    "%-12s needs %u.%u, built with %u.%u, this host %d.%d\n", "abi",
	    f->abi_major, f->minor_needed, f->abi_major, f->minor_built,
	    EP_ABI_MAJOR, EP_ABI_MINOR);
	buf_format(out, "%-12s %u\n", "state", f->state_version);
	for (i = 0; i < f->n_needed; i++)
		line(out, "needs", f->needed[i]);
	for (i = 0; i < f->n_imports; i++)
		line(out, "calls", f->imports[i].name);
	if (r->manifest != NULL && r->manifest->document != NULL)
		text_operations(out, r->manifest);
	for (i = 0; i < f->n_statements; i++)
		buf_format(out, "%-12s %s  %s\n", "statement",
		    f->statements[i].name, f->statements[i].where);
	for (i = 0; i < f->n_files; i++)
		buf_format(out, "%-12s %s  %u bytes\n", "embeds",
		    f->files[i].name, f->files[i].length);
	buf_format(out, "%-12s %s\n", "policy", policy_name(r->policy));
	for (x = r->findings->first; x != NULL; x = x->next)
		buf_format(out, "refused      %s: %s: %s%s%s\n", x->rule,
		    x->place, x->words, x->mend != NULL ? "; " : "",
		    x->mend != NULL ? x->mend : "");
	if (r->findings->n > FINDINGS_MAX)
		buf_format(out, "refused      and %u further faults\n",
		    r->findings->n - FINDINGS_MAX);
	for (x = r->findings->warnings; x != NULL; x = x->next)
		buf_format(out, "warning      %s: %s: %s%s%s\n", x->rule,
		    x->place, x->words, x->mend != NULL ? "; " : "",
		    x->mend != NULL ? x->mend : "");
	if (r->findings->n == 0)
		buf_text(out, "accepted     no fault found\n");
}

static struct ep_node *
json_files(struct arena *a, const struct module_file *f)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY), *one;
	uint32_t i;

	for (i = 0; i < f->n_files; i++) {
		one = node_new(a, EP_T_OBJECT);
		(void)node_set_text(a, one, "name", f->files[i].name);
		(void)node_set_int(a, one, "bytes", f->files[i].length);
		(void)node_append(a, list, one);
	}
	return list;
}

static struct ep_node *
json_statements(struct arena *a, const struct module_file *f)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY), *one;
	uint32_t i;

	for (i = 0; i < f->n_statements; i++) {
		one = node_new(a, EP_T_OBJECT);
		(void)node_set_text(a, one, "name", f->statements[i].name);
		(void)node_set_text(a, one, "where", f->statements[i].where);
		(void)node_set_text(a, one, "text", f->statements[i].text);
		(void)node_append(a, list, one);
	}
	return list;
}

static struct ep_node *
json_operations(struct arena *a, const struct manifest *m)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY), *one;
	const struct manifest_operation *op;
	uint32_t i;

	for (i = 0; m != NULL && i < m->n_operations; i++) {
		op = &m->operations[i];
		one = node_new(a, EP_T_OBJECT);
		(void)node_set_text(a, one, "id", op->id);
		(void)node_set_text(a, one, "method", op->method);
		(void)node_set_text(a, one, "path", op->path);
		(void)node_set_text(a, one, "tx", manifest_tx_name(op->tx));
		(void)node_set_bool(a, one, "internal", op->internal);
		(void)node_append(a, list, one);
	}
	return list;
}

static struct ep_node *
json_findings(struct arena *a, const struct finding *x)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY), *one;

	for (; x != NULL; x = x->next) {
		one = node_new(a, EP_T_OBJECT);
		(void)node_set_text(a, one, "rule", x->rule);
		(void)node_set_text(a, one, "place", x->place);
		(void)node_set_text(a, one, "found", x->words);
		(void)node_set_text(a, one, "mend", x->mend);
		(void)node_append(a, list, one);
	}
	return list;
}

static struct ep_node *
json_names(struct arena *a, const struct module_file *f, bool imports)
{
	uint32_t i, n = imports ? f->n_imports : f->n_needed;
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	const char *name;

	for (i = 0; i < n; i++) {
		name = imports ? f->imports[i].name : f->needed[i];
		(void)node_append(a, list,
		    node_new_text(a, name, strlen(name)));
	}
	return list;
}

static struct ep_node *
json_abi(struct arena *a, const struct module_file *f)
{
	struct ep_node *abi = node_new(a, EP_T_OBJECT);

	(void)node_set_int(a, abi, "major", f->abi_major);
	(void)node_set_int(a, abi, "minor_needed", f->minor_needed);
	(void)node_set_int(a, abi, "minor_built", f->minor_built);
	(void)node_set_int(a, abi, "state_version", f->state_version);
	return abi;
}

void
module_inspect_json(struct buf *out, const struct module_report *r)
{
	const struct module_file *f = r->file;
	struct arena *a = arena_new(16384);
	struct ep_node *o = node_new(a, EP_T_OBJECT);

	(void)node_set_text(a, o, "file", f->path);
	(void)node_set_text(a, o, "module", f->name);
	(void)node_set_text(a, o, "version", f->version);
	(void)node_set_text(a, o, "sha256", f->sha256);
	(void)node_set_text(a, o, "build_id", f->traits.build_id);
	(void)node_set_int(a, o, "size", (int64_t)f->size);
	(void)node_set(a, o, "abi", json_abi(a, f));
	(void)node_set(a, o, "needed", json_names(a, f, false));
	(void)node_set(a, o, "imports", json_names(a, f, true));
	(void)node_set(a, o, "operations", json_operations(a, r->manifest));
	(void)node_set(a, o, "statements", json_statements(a, f));
	(void)node_set(a, o, "files", json_files(a, f));
	(void)node_set_text(a, o, "policy", policy_name(r->policy));
	(void)node_set_bool(a, o, "accepted", r->findings->n == 0);
	(void)node_set(a, o, "findings", json_findings(a, r->findings->first));
	(void)node_set(a, o, "warnings",
	    json_findings(a, r->findings->warnings));
	json_write(out, o);
	buf_byte(out, '\n');
	arena_free(&a);
}
