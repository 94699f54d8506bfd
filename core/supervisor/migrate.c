/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/migrations.h"
#include "core/supervisor/process.h"

struct store_migration *
migrations_of(struct arena *a, const struct manifest *m, size_t *n_out)
{
	struct store_migration *list = arena_array(a,
	    (size_t)m->n_migrations + 1, sizeof *list);
	size_t n = 0;

	for (uint32_t i = 0; i < m->n_migrations; i++) {
		const struct manifest_migration *x = &m->migrations[i];

		if (x->dialect == DIALECT_POSTGRES)
			continue;
		list[n].number = x->number;
		list[n].finish = x->finish;
		list[n].name = x->file;
		list[n++].text = arena_copy(a, x->text, x->length);
	}
	*n_out = n;
	return list;
}

ep_status
process_migrate(struct host *host, const struct manifest *m, struct err *err)
{
	struct arena *a = arena_new(16384);
	struct store_migration *list;
	size_t n;
	ep_status st;

	list = migrations_of(a, m, &n);
	st = store_migrate(host->store, m->name, list, n, false, err);
	if (st != EP_OK)
		err_prefix(err, "module %s: migrations", m->name);
	arena_free(&a);
	return st;
}
