/* SPDX-License-Identifier: BSD-2-Clause */

/* The module: its tables are read, its operations listed. */

#include "local.h"

#include <string.h>

static void *
take(void *owner, size_t size)
{
	return ep_alloc(owner, size);
}

static void *
take_for_instance(void *owner, size_t size)
{
	return ep_instance_alloc(owner, size);
}

struct memory
operation_memory(struct ep_op *op)
{
	return (struct memory){ take, op };
}

ep_status
refuse(struct ep_op *op, fault code)
{
	return ep_fail(op, EP_REFUSED, code);
}

ep_status
refuse_at(struct ep_op *op, fault code, const char *pointer,
    const char *expected)
{
	(void)ep_fail_at(op, pointer, code, expected);
	return ep_fail(op, EP_REFUSED, code);
}

const char *
member_text(const struct ep_node *object, const char *name)
{
	const char *text = ep_node_text(ep_node_get(object, name), NULL);

	return text != NULL ? text : "";
}

bool
member_decimal(const struct ep_node *object, const char *name, int places,
    int64_t *out)
{
	uint32_t length = 0;
	const char *text = ep_node_text(ep_node_get(object, name), &length);

	return text != NULL && decimal_read(text, length, places, out);
}

/* -------------------------------------------------------------- starting */

static fault
read_states(struct logistics_state *s, struct csv *c)
{
	return track_read_states(&s->track, c);
}

static fault
read_codes(struct logistics_state *s, struct csv *c)
{
	return track_read_codes(&s->track, c);
}

static fault
read_carriers(struct logistics_state *s, struct csv *c)
{
	return carriers_read(&s->carriers, c);
}

static fault
read_reasons(struct logistics_state *s, struct csv *c)
{
	return reasons_read(&s->carriers, c);
}

static fault
read_carrier_codes(struct logistics_state *s, struct csv *c)
{
	return codes_read(&s->carriers, c);
}

static fault
read_carrier_words(struct logistics_state *s, struct csv *c)
{
	return words_read(&s->carriers, c);
}

static fault
read_incoterms(struct logistics_state *s, struct csv *c)
{
	return incoterms_read(&s->incoterms, c);
}

static fault
read_messages(struct logistics_state *s, struct csv *c)
{
	return message_kinds_read(&s->messages, c);
}

static fault
read_customs_messages(struct logistics_state *s, struct csv *c)
{
	return customs_messages_read(&s->messages, c);
}

static fault
read_regimes(struct logistics_state *s, struct csv *c)
{
	return regimes_read(&s->customs, c);
}

static fault
read_fields(struct logistics_state *s, struct csv *c)
{
	return fields_read(&s->customs, c);
}

static fault
read_hs6(struct logistics_state *s, struct csv *c)
{
	return hs6_read(&s->customs, c);
}

static fault
read_formats(struct logistics_state *s, struct csv *c)
{
	return formats_read(&s->numbers, c);
}

static fault
read_countries(struct logistics_state *s, struct csv *c)
{
	return countries_read(&s->numbers, c);
}

static fault
read_dangerous(struct logistics_state *s, struct csv *c)
{
	return dangerous_read(&s->dangerous, c);
}

static fault
read_lifecycles(struct logistics_state *s, struct csv *c)
{
	return lifecycles_read(&s->lifecycles, c);
}

static fault
read_lithium(struct logistics_state *s, struct csv *c)
{
	return lithium_limits_read(&s->lithium, c);
}

/* In this order: codes name states and reasons. */
static const struct table {
	const char *file;
	fault (*read)(struct logistics_state *s, struct csv *c);
} tables[] = {
	{ "tracking_states.csv", read_states },
	{ "tracking_events.csv", read_codes },
	{ "carriers.csv", read_carriers },
	{ "exception_reasons.csv", read_reasons },
	{ "carrier_codes.csv", read_carrier_codes },
	{ "carrier_words.csv", read_carrier_words },
	{ "incoterms_2020.csv", read_incoterms },
	{ "message_kinds.csv", read_messages },
	{ "ceb_messages.csv", read_customs_messages },
	{ "customs_regimes.csv", read_regimes },
	{ "customs_fields.csv", read_fields },
	{ "hs6_codes.csv", read_hs6 },
	{ "countries.csv", read_countries },
	{ "tracking_formats.csv", read_formats },
	{ "dangerous_goods.csv", read_dangerous },
	{ "transitions.csv", read_lifecycles },
	{ "lithium_limits.csv", read_lithium },
};

static ep_status
start(struct ep_op *op)
{
	const struct memory memory = { take_for_instance, op };

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		const void *bytes;
		uint64_t length;
		struct csv c;
		fault f;

		EP_TRY(ep_data(op, tables[i].file, &bytes, &length));
		csv_open(&c, bytes, (size_t)length, &memory);
		f = tables[i].read(ep_state(op), &c);
		if (f != NULL)
			return ep_fail(op, EP_INTERNAL, "bad_data",
			    EP_ARG("file", tables[i].file),
			    EP_ARG("line", (int64_t)c.line), EP_ARG("why", f));
	}
	return EP_OK;
}

EP_MODULE(EP_START(start), EP_STATE(struct logistics_state),
    EP_OPERATION("logistics.chargeable_weight", logistics_chargeable_weight),
    EP_OPERATION("logistics.customs_check", logistics_customs_check),
    EP_OPERATION("logistics.customs_regimes", logistics_customs_regimes),
    EP_OPERATION("logistics.dangerous_goods", logistics_dangerous_goods),
    EP_OPERATION("logistics.girth", logistics_girth),
    EP_OPERATION("logistics.incoterms", logistics_incoterms),
    EP_OPERATION("logistics.lithium", logistics_lithium),
    EP_OPERATION("logistics.match", logistics_match),
    EP_OPERATION("logistics.message_check", logistics_message_check),
    EP_OPERATION("logistics.message_read", logistics_message_read),
    EP_OPERATION("logistics.message_write", logistics_message_write),
    EP_OPERATION("logistics.normalise_event", logistics_normalise_event),
    EP_OPERATION("logistics.plan", logistics_plan),
    EP_OPERATION("logistics.rate", logistics_rate),
    EP_OPERATION("logistics.rate_sheet", logistics_rate_sheet),
    EP_OPERATION("logistics.tariff_list", logistics_tariff_list),
    EP_OPERATION("logistics.tariff_put", logistics_tariff_put),
    EP_OPERATION("logistics.tariff_remove", logistics_tariff_remove),
    EP_OPERATION("logistics.tariff_show", logistics_tariff_show),
    EP_OPERATION("logistics.track", logistics_track),
    EP_OPERATION("logistics.tracking_number", logistics_tracking_number),
    EP_OPERATION("logistics.transition", logistics_transition),
    EP_OPERATION("logistics.warehouse", logistics_warehouse),
    EP_OPERATION("logistics.warehouse_kpi", logistics_warehouse_kpi));
