/* SPDX-License-Identifier: BSD-2-Clause */

/* The ledger of keys: events are read, done and answered. */

#include "keyring.h"
#include "local.h"

static struct ep_node *
keks_node(struct ep_op *op, const struct keyring *k)
{
	struct ep_node *all = ep_object(op);

	for (size_t i = 0; i < k->n_keks; i++)
		(void)ep_set(op, all,
		    ep_named(ep_format(op, (int64_t)i + 1),
			ep_text(kek_state_names[k->keks[i]])));
	return all;
}

static struct ep_node *
deks_node(struct ep_op *op, const struct keyring *k)
{
	struct ep_node *all = ep_object(op);

	for (size_t i = 0; i < k->n_deks; i++)
		(void)ep_set(op, all,
		    ep_named(k->deks[i].id,
			ep_json(ep_object(op,
			    EP_ARG("kek", (int64_t)k->deks[i].kek),
			    EP_ARG("state",
				dek_state_names[k->deks[i].state])))));
	return all;
}

ep_status
security_keys(struct ep_op *op)
{
	const struct ep_node *list = ep_node_get(ep_input(op), "events");
	const struct memory memory = operation_memory(op);
	struct ep_node *log = ep_array(op);
	uint32_t n = ep_node_count(list);
	struct keyring k;

	keyring_init(&k, &memory, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *x = ep_node_at(list, i);
		const struct key_event e = { member_text(x, "type"),
			member_text(x, "id"),
			ep_node_int(ep_node_get(x, "version"), 0),
			ep_node_int(ep_node_get(x, "n"), 1) };

		(void)ep_append(op, log, keyring_do(&k, &e));
	}
	return ep_reply(op, 200, EP_ARG("kek", (int64_t)k.n_keks),
	    EP_ARG("keks", keks_node(op, &k)),
	    EP_ARG("deks", deks_node(op, &k)), EP_ARG("log", log));
}
