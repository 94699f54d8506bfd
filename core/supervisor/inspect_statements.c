/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/check.h"
#include "core/supervisor/inspection.h"
#include "core/supervisor/migrations.h"

void
inspect_statements(struct inspection *n, struct inspected_module *m)
{
	struct store_check *check = NULL;
	struct err err = { 0 };
	struct store_migration *list;
	size_t count;

	list = migrations_of(n->arena, m->manifest, &count);
	if (store_check_new(m->manifest->name, list, count,
		m->manifest->shared, &check, &err) != EP_OK) {
		inspection_fault(n, "%s: %s", m->path, err.text);
		return;
	}
	for (uint32_t i = 0; i < m->file->n_statements; i++) {
		const struct module_statement *s = &m->file->statements[i];
		struct store_verdict verdict;

		err_clear(&err);
		if (store_check_statement(check, s->where, s->text, false,
			&verdict, &err) != EP_OK)
			inspection_fault(n, "%s: statement %s: %s", m->path,
			    s->name, err.text);
	}
	store_check_free(&check);
}
