/* SPDX-License-Identifier: BSD-2-Clause */

/* The instance: what it keeps in memory, how it starts, what it offers. */

#include "local.h"

#include <string.h>

struct compliance_state *
compliance_state(struct ep_op *op)
{
	struct compliance_state *state = ep_state(op);

	if (state->magic != COMPLIANCE_MAGIC)
		__builtin_trap();
	return state;
}

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

static ep_status
identifiers_load(struct ep_op *op, struct compliance_state *state)
{
	static const char *const names[] = { "countries.csv", "currencies.csv",
		"e164_country_codes.csv", "hs6.csv", "iban.csv",
		"us_ein_prefixes.txt" };
	const size_t n = sizeof(names) / sizeof(names[0]);
	struct identifier_file files[sizeof(names) / sizeof(names[0])];
	const struct memory memory = { take_for_instance, op };
	const char *fault;
	const void *bytes;
	uint64_t length;
	size_t i;

	for (i = 0; i < n; i++) {
		EP_TRY(ep_data(op, names[i], &bytes, &length));
		files[i] = (struct identifier_file){ names[i], bytes,
			(size_t)length };
	}
	fault = identifier_data_new(&memory, files, n, &state->identifiers);
	if (fault != NULL)
		return ep_fail(op, EP_INTERNAL, "bad_data",
		    EP_ARG("detail", fault));
	return EP_OK;
}

static ep_status
words_load(struct ep_op *op, struct compliance_state *state)
{
	static const char *const names[] = { "common_names.txt",
		"company_forms.txt", "company_words.txt", "countries.txt",
		"japanese_names.txt", "person_words.txt" };
	const void *bytes;
	uint64_t length;
	size_t line, i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		EP_TRY(ep_data(op, names[i], &bytes, &length));
		line = lexicon_read(state->lexicon, state->reader.folder, bytes,
		    (size_t)length);
		if (line != 0)
			return ep_fail(op, EP_INTERNAL, "bad_data",
			    EP_ARG("detail",
				ep_concat(op, "data/", names[i], ", line ",
				    ep_format(op, (int64_t)line))));
	}
	return EP_OK;
}

static ep_status
law_load(struct ep_op *op, struct compliance_state *state)
{
	const void *bytes;
	uint64_t length;

	state->law = ep_instance_alloc(op, sizeof *state->law);
	EP_TRY(ep_data(op, "import_law.csv", &bytes, &length));
	if (law_read(state->law, bytes, (size_t)length) != NULL)
		return ep_fail(op, EP_INTERNAL, "bad_data",
		    EP_ARG("detail", "data/import_law.csv"));
	EP_TRY(ep_data(op, "us_entry_rules.csv", &bytes, &length));
	if (law_read_us(state->law, bytes, (size_t)length) != NULL)
		return ep_fail(op, EP_INTERNAL, "bad_data",
		    EP_ARG("detail", "data/us_entry_rules.csv"));
	return EP_OK;
}

static ep_status
baseline_load(struct ep_op *op, struct compliance_state *state)
{
	const struct memory memory = { take_for_instance, op };
	const char *fault;
	const void *bytes;
	uint64_t length;

	EP_TRY(ep_data(op, "sanctions_synthetic.csv", &bytes, &length));
	fault = baseline_list_read(bytes, (size_t)length, &memory,
	    &state->baseline);
	if (fault != NULL)
		return ep_fail(op, EP_INTERNAL, "bad_data",
		    EP_ARG("detail",
			ep_concat(op,
			    "data/sanctions_synthetic.csv: ", fault)));
	return EP_OK;
}

static void
state_free(struct compliance_state *state)
{
	if (state->reader.folder != NULL)
		folder_free(&state->reader.folder);
	if (state->lexicon != NULL)
		lexicon_free(&state->lexicon);
	state->magic = 0;
}

static ep_status
state_load(struct ep_op *op, struct compliance_state *state)
{
	state->magic = COMPLIANCE_MAGIC;
	state->reader.folder = folder_new();
	state->lexicon = lexicon_new();
	state->reader.lexicon = state->lexicon;
	state->match = match_defaults;
	state->match.review = (float)ep_config_real(op, "review_at");
	state->match.match = (float)ep_config_real(op, "match_at");
	if (state->match.review > state->match.match)
		return ep_fail(op, EP_REFUSED, "bad_config",
		    EP_ARG("detail", "review_at: must not be above match_at"));
	EP_TRY(identifiers_load(op, state));
	EP_TRY(law_load(op, state));
	EP_TRY(baseline_load(op, state));
	return words_load(op, state);
}

static ep_status
start(struct ep_op *op)
{
	struct compliance_state *state = ep_state(op);
	ep_status st = state_load(op, state);

	if (st == EP_OK && ep_config_bool(op, "sample"))
		st = import_sample(op);
	if (st == EP_OK)
		st = ep_snapshot_wait(op, SNAPSHOT);
	if (st != EP_OK)
		state_free(state);
	return st;
}

static ep_status
stop(struct ep_op *op)
{
	state_free(ep_state(op));
	return EP_OK;
}

static ep_status
health(struct ep_op *op)
{
	const struct index *index;

	return names_open(op, &index);
}

EP_MODULE(EP_STATE(struct compliance_state), EP_START(start), EP_STOP(stop),
    EP_HEALTH(health), EP_BUILD(SNAPSHOT, names_build),
    EP_OPERATION("id.validate", id_validate),
    EP_OPERATION("id.validate_batch", id_validate_batch),
    EP_OPERATION("compliance.ad_words", compliance_ad_words),
    EP_OPERATION("compliance.kyb_check", compliance_kyb_check),
    EP_OPERATION("compliance.product_check", compliance_product_check),
    EP_OPERATION("compliance.rules_status", compliance_rules_status),
    EP_OPERATION("compliance.cn_import_tax", compliance_cn_import_tax),
    EP_OPERATION("compliance.eu_import", compliance_eu_import),
    EP_OPERATION("compliance.landed_cost", compliance_landed_cost),
    EP_OPERATION("compliance.name_score", compliance_name_score),
    EP_OPERATION("compliance.screen_name", compliance_screen_name),
    EP_OPERATION("compliance.parcel_tax", compliance_parcel_tax),
    EP_OPERATION("compliance.supervision_code", compliance_supervision_code),
    EP_OPERATION("compliance.uk_import", compliance_uk_import),
    EP_OPERATION("compliance.us_entry", compliance_us_entry),
    EP_OPERATION("compliance.screen", compliance_screen),
    EP_OPERATION("compliance.match_names", compliance_match_names),
    EP_OPERATION("compliance.lists", compliance_lists),
    EP_OPERATION("compliance.import_list", compliance_import_list),
    EP_OPERATION("compliance.import_begin", compliance_import_begin),
    EP_OPERATION("compliance.import_stage", compliance_import_stage),
    EP_OPERATION("compliance.import_activate", compliance_import_activate),
    EP_OPERATION("compliance.import_discard", compliance_import_discard));
