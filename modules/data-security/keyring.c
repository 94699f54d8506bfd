/* SPDX-License-Identifier: BSD-2-Clause */

#include "keyring.h"

#include <string.h>

const char *const kek_state_names[] = { "active", "decrypt_only", "destroyed" };
const char *const dek_state_names[] = { "active", "exhausted", "shredded" };

void
keyring_init(struct keyring *k, const struct memory *memory, size_t most)
{
	k->keks = memory->alloc(memory->owner, (most + 1) * sizeof *k->keks);
	k->deks = memory->alloc(memory->owner, (most + 1) * sizeof *k->deks);
	k->n_keks = 1;
	k->n_deks = 0;
	k->keks[0] = KEK_ACTIVE;
}

static struct dek *
find(const struct keyring *k, const char *id)
{
	for (size_t i = 0; i < k->n_deks; i++)
		if (strcmp(k->deks[i].id, id) == 0)
			return k->deks + i;
	return NULL;
}

static const char *
create(struct keyring *k, const struct key_event *e)
{
	if (find(k, e->id) != NULL)
		return "exists";
	k->deks[k->n_deks++] = (struct dek){ e->id, k->n_keks, 0, DEK_ACTIVE };
	return "ok";
}

static const char *
encrypt(struct keyring *k, const struct key_event *e)
{
	struct dek *d = find(k, e->id);

	if (d == NULL)
		return "unknown_dek";
	if (d->state == DEK_SHREDDED)
		return "dek_shredded";
	if (d->state == DEK_EXHAUSTED)
		return "dek_exhausted";
	if (e->n < 1)
		return "bad_count";
	if (e->n > DEK_USES_MOST - d->uses) {
		d->state = DEK_EXHAUSTED;
		return "dek_exhausted";
	}
	d->uses += e->n;
	return "ok";
}

static const char *
rotate(struct keyring *k, const struct key_event *e)
{
	(void)e;
	k->keks[k->n_keks - 1] = KEK_DECRYPT_ONLY;
	k->keks[k->n_keks++] = KEK_ACTIVE;
	return "ok";
}

static const char *
rewrap(struct keyring *k, const struct key_event *e)
{
	struct dek *d = find(k, e->id);

	if (d == NULL)
		return "unknown_dek";
	if (k->keks[d->kek - 1] == KEK_DESTROYED)
		return "kek_destroyed";
	if (d->state == DEK_SHREDDED)
		return "dek_shredded";
	d->kek = k->n_keks;
	return "ok";
}

static const char *
destroy(struct keyring *k, const struct key_event *e)
{
	if (e->version < 1 || (uint64_t)e->version > k->n_keks)
		return "unknown_kek";
	if (k->keks[e->version - 1] == KEK_ACTIVE)
		return "kek_active";
	for (size_t i = 0; i < k->n_deks; i++)
		if (k->deks[i].kek == (uint64_t)e->version &&
		    k->deks[i].state != DEK_SHREDDED)
			return "kek_in_use";
	k->keks[e->version - 1] = KEK_DESTROYED;
	return "ok";
}

static const char *
shred(struct keyring *k, const struct key_event *e)
{
	struct dek *d = find(k, e->id);

	if (d == NULL)
		return "unknown_dek";
	d->state = DEK_SHREDDED;
	return "ok";
}

const char *
keyring_do(struct keyring *k, const struct key_event *e)
{
	static const struct {
		const char *type;
		const char *(
		    *run)(struct keyring *k, const struct key_event *e);
	} rows[] = {
		{ "create_dek", create },
		{ "encrypt", encrypt },
		{ "rotate_kek", rotate },
		{ "rewrap", rewrap },
		{ "destroy_kek", destroy },
		{ "shred_dek", shred },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].type, e->type) == 0)
			return rows[i].run(k, e);
	return "unknown_event";
}
