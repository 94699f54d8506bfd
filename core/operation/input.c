/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/booleans.h"
#include "core/operation/run.h"
#include "core/schema/schema.h"

#include <string.h>

static const char *
below(struct arena *a, const char *name, const char *pointer)
{
	return name != NULL ? arena_format(a, "/%s%s", name, pointer) : pointer;
}

static struct ep_node *
place(struct ep_op *op, const char *pointer, const char *rule)
{
	struct arena *a = op->arena;
	struct ep_node *n = node_new(a, EP_T_OBJECT);

	if (op->fail_places == NULL)
		op->fail_places = node_new(a, EP_T_ARRAY);
	(void)node_set_text(a, n, "pointer", pointer);
	(void)node_set_text(a, n, "rule", rule);
	return n;
}

/* The faults of one schema as errors[] of the problem; the first one's
 * words are the detail. */
static ep_status
report(struct ep_op *op, const struct schema_errors *errors, const char *name)
{
	struct arena *a = op->arena;
	const struct schema_error *first = &errors->items[0];

	for (uint32_t i = 0; i < errors->count; i++) {
		const struct schema_error *e = &errors->items[i];
		struct ep_node *n = place(op, below(a, name, e->pointer),
		    e->rule);

		(void)node_set_text(a, n, "expected", e->expected);
		if (e->got != NULL)
			(void)node_set_text(a, n, "got", e->got);
		if (e->hint != NULL)
			(void)node_set_text(a, n, "did_you_mean", e->hint);
		(void)node_append(a, op->fail_places, n);
	}
	return op_fail(op, errors->status, errors->code, "%s: expected %s%s%s",
	    *below(a, name, first->pointer) != '\0'
		? below(a, name, first->pointer)
		: "input",
	    first->expected, first->got != NULL ? ", got " : "",
	    first->got != NULL ? first->got : "");
}

static ep_status
missing(struct ep_op *op, const char *name)
{
	struct ep_node *n = place(op, below(op->arena, name, ""), "required");

	(void)node_set_text(op->arena, n, "expected", "a value");
	(void)node_append(op->arena, op->fail_places, n);
	return op_fail(op, EP_REFUSED, "invalid_input",
	    "%s: required, and absent", name);
}

/* Header parameters are no members of the input. */
static const struct ep_node *
param_value(struct ep_op *op, const struct operation_param *p)
{
	struct schema_text text = { NULL, 0 };

	if (p->spec->in != IN_HEADER)
		return node_get(op->input, p->spec->name);
	for (const struct op_field *f = op->headers; f != NULL; f = f->next)
		if (strcmp(f->name, p->spec->name) == 0) {
			text.text = f->value;
			text.length = strlen(f->value);
			return schema_coerce(p->schema, op->arena, &text, 1,
			    true);
		}
	return NULL;
}

static ep_status
params_check(struct ep_op *op)
{
	const struct operation *o = op->operation;

	for (unsigned i = 0; i < o->n_params; i++) {
		const struct operation_param *p = &o->params[i];
		const struct ep_node *value = param_value(op, p);
		struct schema_errors errors;

		if (value == NULL) {
			/* Another module calls without a client's headers. */
			if (p->spec->required &&
			    (p->spec->in != IN_HEADER ||
				op->origin == EP_FROM_HTTP))
				return missing(op, p->spec->name);
			continue;
		}
		if (schema_validate(p->schema, value, op->arena, &errors) !=
		    EP_OK)
			return report(op, &errors, p->spec->name);
	}
	return EP_OK;
}

static bool
is_param(const struct operation *o, const struct ep_node *member)
{
	for (unsigned i = 0; i < o->n_params; i++)
		if (o->params[i].spec->in != IN_HEADER &&
		    strcmp(o->params[i].spec->name, member->key) == 0)
			return true;
	return false;
}

/* The members of the input that are not parameters. */
static const struct ep_node *
body_of(struct ep_op *op)
{
	const struct operation *o = op->operation;
	struct ep_node *scratch, *body;
	uint32_t n = 0;

	if (o->n_members == 0 || op->input->type != EP_T_OBJECT)
		return op->input;
	scratch = arena_array(op->arena, (size_t)op->input->count + 1,
	    sizeof *scratch);
	for (uint32_t i = 0; i < op->input->count; i++)
		if (!is_param(o, &op->input->u.items[i]))
			scratch[n++] = op->input->u.items[i];
	body = node_new(op->arena, EP_T_OBJECT);
	body->line = op->input->line;
	(void)node_fill(op->arena, body, scratch, n);
	return body;
}

ep_status
input_check(struct ep_op *op)
{
	const struct operation *o = op->operation;
	struct schema_errors errors;

	EP_TRY(params_check(op));
	if (o->body == NULL)
		return EP_OK;
	if (schema_validate(o->body, body_of(op), op->arena, &errors) != EP_OK)
		return report(op, &errors, NULL);
	return EP_OK;
}

/* The declared response of the outcome's status, else the default one; -1
 * when neither is declared. */
static int
declared(const struct ep_op *op)
{
	const struct manifest_operation *spec = op->operation->spec;
	int found = -1;

	for (uint32_t i = 0; i < spec->n_responses; i++) {
		if (spec->responses[i].code == (uint32_t)op->outcome.code)
			return (int)i;
		if (spec->responses[i].code == 0)
			found = (int)i;
	}
	return found;
}

ep_status
answer_check(struct ep_op *op)
{
	const struct operation *o = op->operation;
	struct schema_errors errors;
	int i;

	if (op->outcome.code >= 400)
		return EP_OK;
	i = declared(op);
	if (op->outcome.node != NULL && i >= 0 && o->has_booleans[i]) {
		struct ep_node *root = node_copy(op->arena, op->outcome.node);

		booleans_mend(o->instance->manifest->document,
		    o->spec->responses[i].schema, root);
		op->outcome.node = root;
	}
	if (op->generation->mode == MODE_PRODUCTION)
		return EP_OK;
	if (i < 0)
		return op_fail(op, EP_INTERNAL, "undeclared_answer",
		    "the contract of %s declares no answer with status %d",
		    o->spec->id, op->outcome.code);
	if (op->outcome.node == NULL || o->answers[i] == NULL)
		return EP_OK;
	if (schema_validate(o->answers[i], op->outcome.node, op->arena,
		&errors) == EP_OK)
		return EP_OK;
	return op_fail(op, EP_INTERNAL, "bad_answer",
	    "the answer of %s does not fit its contract: %s: expected %s, "
	    "got %s",
	    o->spec->id, errors.items[0].pointer, errors.items[0].expected,
	    errors.items[0].got != NULL ? errors.items[0].got : "(not told)");
}
