/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/compile.h"

#include "core/operation/booleans.h"
#include "core/schema/schema.h"

static const char file[] = "openapi.yaml";

static ep_status
schema_of(struct arena *a, const struct instance *i, const struct ep_node *at,
    const struct schema **out, struct err *err)
{
	struct schema *s = NULL;

	*out = NULL;
	if (at == NULL)
		return EP_OK;
	EP_TRY(schema_compile(a, i->manifest->document, at, file, &s, err));
	*out = s;
	return EP_OK;
}

static ep_status
params(struct arena *a, struct operation *o, struct err *err)
{
	const struct manifest_operation *spec = o->spec;

	o->n_params = spec->n_parameters;
	o->params = arena_array(a, (size_t)o->n_params + 1, sizeof *o->params);
	for (unsigned n = 0; n < o->n_params; n++) {
		o->params[n].spec = &spec->parameters[n];
		if (spec->parameters[n].in != IN_HEADER)
			o->n_members++;
		EP_TRY(schema_of(a, o->instance, spec->parameters[n].schema,
		    &o->params[n].schema, err));
	}
	return EP_OK;
}

static void
limits(struct operation *o)
{
	const struct manifest_operation *spec = o->spec;
	const struct host *host = o->instance->host;

	o->max_body = spec->max_body > 0 ? (size_t)spec->max_body : 0;
	o->deadline_us = spec->deadline_ms > 0 ? spec->deadline_ms * 1000 : 0;
	o->series = board_series(host->board, spec->id);
	if (o->series >= 0)
		o->metric =
		    &host->board->process[host->slot].metrics[o->series];
}

ep_status
operation_compile(struct arena *a, struct instance *i, uint32_t n,
    struct operation **out, struct err *err)
{
	const struct manifest_operation *spec = &i->manifest->operations[n];
	struct operation *o = arena_alloc(a, sizeof *o);

	o->spec = spec;
	o->instance = i;
	o->run = i->image->handlers[n];
	limits(o);
	EP_TRY(params(a, o, err));
	EP_TRY(schema_of(a, i, spec->body_schema, &o->body, err));
	o->answers = arena_array(a, (size_t)spec->n_responses + 1,
	    sizeof *o->answers);
	o->has_booleans = arena_array(a, (size_t)spec->n_responses + 1,
	    sizeof *o->has_booleans);
	for (uint32_t r = 0; r < spec->n_responses; r++) {
		EP_TRY(schema_of(a, i, spec->responses[r].schema,
		    &o->answers[r], err));
		o->has_booleans[r] = booleans_are_in(i->manifest->document,
		    spec->responses[r].schema);
	}
	*out = o;
	return EP_OK;
}
