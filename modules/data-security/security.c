/* SPDX-License-Identifier: BSD-2-Clause */

/* The module: its tables are read, its operations listed. */

#include "local.h"

#include "day.h"
#include "detections.h"

#include <stddef.h>
#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)

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
member_bool(const struct ep_node *object, const char *name, bool fallback)
{
	return ep_node_bool(ep_node_get(object, name), fallback);
}

ep_status
rule_day(struct ep_op *op, int64_t *out)
{
	uint32_t length = 0;
	const char *on = ep_node_text(ep_node_get(ep_input(op), "on"), &length);

	*out = ep_now(op) / DAY_US;
	if (on != NULL && !day_read(on, length, out))
		return refuse_at(op, "bad_date", "/on", "YYYY-MM-DD");
	return EP_OK;
}

ep_status
member_hex(struct ep_op *op, const char *name, struct span *out)
{
	const struct memory memory = operation_memory(op);
	uint32_t length = 0;
	const char *text = ep_node_text(ep_node_get(ep_input(op), name),
	    &length);

	*out = (struct span){ 0 };
	if (text != NULL && hex_read(&memory, text, length, out))
		return EP_OK;
	return refuse_at(op, "bad_hex", ep_concat(op, "/", name),
	    "an even number of hexadecimal digits");
}

const struct detector *
detections_detector(struct ep_op *op)
{
	const struct security_state *state = ep_state(op);

	return state->detector;
}

/* -------------------------------------------------------------- starting */

#define PERIOD "effective_from effective_to source"
#define AT(member) offsetof(struct security_state, member)

static const struct source {
	const char *file, *needed;
	size_t at;
} sources[] = {
	{ "data_levels.csv", "object degree level " PERIOD, AT(grade.levels) },
	{ "personal_scale.csv", "persons_least " PERIOD, AT(grade.scale) },
	{ "lawful_bases.csv", "law basis " PERIOD, AT(bases) },
	{ "mlps_control_points.csv",
	    "id domain_zh domain_en control_point_zh level2 level3",
	    AT(points) },
	{ "transfer_cn_rules.csv",
	    "when purposes persons_least sensitive_least path basis " PERIOD,
	    AT(transfer.cn_rules) },
	{ "transfer_cn_purposes.csv", "purpose group " PERIOD,
	    AT(transfer.cn_purposes) },
	{ "countries.csv", "alpha2 eea", AT(transfer.countries) },
	{ "adequacy.csv", "country when " PERIOD, AT(transfer.adequacy) },
	{ "derogations.csv", "derogation only_occasional basis " PERIOD,
	    AT(transfer.derogations) },
	{ "request_periods.csv",
	    "law unit period extended rolls acknowledge_working_days " PERIOD,
	    AT(deadlines.requests) },
	{ "breach_rules.csv",
	    "law role hours severities recorded_only not_at_risk "
	    "subjects_at_risk " PERIOD,
	    AT(deadlines.breaches) },
	{ "retention_periods.csv", "class months " PERIOD,
	    AT(deadlines.retention) },
};

static ep_status
start(struct ep_op *op)
{
	const struct memory memory = { take_for_instance, op };

	for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
		struct table *t = (void *)((char *)ep_state(op) +
		    sources[i].at);
		const void *bytes;
		uint64_t length;
		struct csv c;
		fault f;

		EP_TRY(ep_data(op, sources[i].file, &bytes, &length));
		csv_open(&c, bytes, (size_t)length, &memory);
		f = table_read(t, &c, sources[i].needed);
		if (f != NULL)
			return ep_fail(op, EP_INTERNAL, "bad_data",
			    EP_ARG("file", sources[i].file),
			    EP_ARG("line", (int64_t)c.line), EP_ARG("why", f));
	}
	return detections_start(op,
	    &((struct security_state *)ep_state(op))->detector);
}

EP_MODULE(EP_START(start), EP_STATE(struct security_state),
    EP_OPERATION("datasec.aes256gcm_open", security_gcm_open),
    EP_OPERATION("datasec.aes256gcm_seal", security_gcm_seal),
    EP_OPERATION("datasec.breach", security_breach),
    EP_OPERATION("datasec.data_map", security_data_map),
    EP_OPERATION("datasec.detect", datasec_detect),
    EP_OPERATION("datasec.detect_pii", datasec_detect_pii),
    EP_OPERATION("datasec.digest", security_digest),
    EP_OPERATION("datasec.dsar_deadline", security_dsar_deadline),
    EP_OPERATION("datasec.grade", security_grade),
    EP_OPERATION("datasec.hkdf_sha256", security_hkdf),
    EP_OPERATION("datasec.hmac_sha256", security_hmac),
    EP_OPERATION("datasec.keys", security_keys),
    EP_OPERATION("datasec.lawful_basis", security_lawful_basis),
    EP_OPERATION("datasec.mask", security_mask),
    EP_OPERATION("datasec.merkle_consistency", security_merkle_consistency),
    EP_OPERATION("datasec.merkle_inclusion", security_merkle_inclusion),
    EP_OPERATION("datasec.merkle_root", security_merkle_root),
    EP_OPERATION("datasec.merkle_verify", security_merkle_verify),
    EP_OPERATION("datasec.mlps_gap", security_mlps_gap),
    EP_OPERATION("datasec.pseudonymise", security_pseudonymise),
    EP_OPERATION("datasec.retention", security_retention),
    EP_OPERATION("datasec.transfer_cn", security_transfer_cn),
    EP_OPERATION("datasec.transfer_gdpr", security_transfer_gdpr));
