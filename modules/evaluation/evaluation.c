/* SPDX-License-Identifier: BSD-2-Clause */

/* What the module offers: inputs are read, calculated and answered. */

#include "ahp.h"
#include "certificate.h"
#include "local.h"
#include "ranking.h"
#include "sampling.h"

#include <math.h>
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

struct ep_node *
shown_numbers(struct ep_op *op, const double *numbers, size_t n)
{
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < n; i++)
		(void)ep_append(op, list, round_shown(numbers[i]));
	return list;
}

static ep_status
start(struct ep_op *op)
{
	const struct memory memory = { take_for_instance, op };
	struct evaluation_state *state = ep_state(op);
	const char *wrong;
	const void *bytes;
	uint64_t length;

	EP_TRY(ep_data(op, "indicators.csv", &bytes, &length));
	wrong = indicators_read(bytes, (size_t)length, &memory, &state->set);
	if (wrong != NULL)
		return ep_fail(op, EP_INTERNAL, "bad_data",
		    EP_ARG("detail", wrong));
	return EP_OK;
}

/* --------------------------------------------------------------- weighing */

/* Comparisons come as text, "1/3" included; plain numbers are taken too. */
static bool
comparison(const struct ep_node *n, double *out)
{
	uint32_t length = 0;
	const char *text = ep_node_text(n, &length);

	return text != NULL && ahp_number(text, length, out);
}

static ep_status
bad_cell(struct ep_op *op, uint32_t row, uint32_t column)
{
	(void)ep_fail_at(op,
	    ep_concat(op, "/matrix/", ep_format(op, row), "/",
		ep_format(op, column)),
	    "number", "a number such as \"3\", \"0.25\" or \"1/3\"");
	return refuse(op, "bad_number");
}

static ep_status
evaluation_ahp(struct ep_op *op)
{
	const struct ep_node *matrix = ep_node_get(ep_input(op), "matrix");
	const char *method = ep_in_text(op, "method");
	uint32_t n = ep_node_count(matrix);
	double cells[AHP_MAX * AHP_MAX];
	struct table t = { n, n, cells };
	struct ahp result;
	fault f = NULL;

	for (uint32_t i = 0; n <= AHP_MAX && i < n; i++)
		if (ep_node_count(ep_node_at(matrix, i)) != n)
			f = "not_square";
	for (uint32_t i = 0; f == NULL && n <= AHP_MAX && i < n; i++)
		for (uint32_t k = 0; k < n; k++)
			if (!comparison(ep_node_at(ep_node_at(matrix, i), k),
				&cells[i * n + k]))
				return bad_cell(op, i, k);
	if (f == NULL)
		f = ahp_check(&t);
	if (f == NULL)
		f = ahp_weights(&t, method != NULL ? method : "eigen", &result);
	if (f != NULL)
		return refuse(op, f);
	return ep_reply(op, 200,
	    EP_ARG("weights", shown_numbers(op, result.weights, result.n)),
	    EP_ARG("lambda_max", round_shown(result.lambda_max)),
	    EP_ARG("ci", round_shown(result.ci)),
	    EP_ARG("cr", round_shown(result.cr)),
	    EP_ARG("consistent", result.consistent));
}

static void
read_criteria(struct ep_op *op, struct criteria *out)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *matrix = ep_node_get(in, "matrix");
	const struct ep_node *directions = ep_node_get(in, "directions");
	const struct memory memory = operation_memory(op);
	uint32_t rows = ep_node_count(matrix);
	uint32_t columns = ep_node_count(ep_node_at(matrix, 0));
	enum direction *d;

	*out = (struct criteria){ .table = { rows, columns, NULL },
		.is_even = true,
		.n_directions = ep_node_count(directions) };
	d = ep_alloc(op, (out->n_directions + 1) * sizeof *d);
	for (uint32_t j = 0; j < out->n_directions; j++)
		d[j] = strcmp(ep_node_text(ep_node_at(directions, j), NULL),
			   "cost") == 0
		    ? COST
		    : BENEFIT;
	out->directions = d;
	out->table.cells = numbers_new(&memory, (size_t)rows * columns);
	for (uint32_t i = 0; i < rows; i++) {
		const struct ep_node *row = ep_node_at(matrix, i);

		if (ep_node_count(row) != columns) {
			out->is_even = false;
			return;
		}
		for (uint32_t j = 0; j < columns; j++)
			out->table.cells[(size_t)i * columns + j] =
			    ep_node_real(ep_node_at(row, j), 0);
	}
}

static ep_status
evaluation_entropy(struct ep_op *op)
{
	const struct memory memory = operation_memory(op);
	struct criteria c;
	struct weights w;
	fault f;

	read_criteria(op, &c);
	f = weights_entropy(&c, &memory, &w);
	if (f != NULL)
		return refuse(op, f);
	return ep_reply(op, 200,
	    EP_ARG("entropy", shown_numbers(op, w.entropy, c.table.columns)),
	    EP_ARG("weights", shown_numbers(op, w.weights, c.table.columns)));
}

static ep_status
evaluation_objective_weights(struct ep_op *op)
{
	static const struct {
		const char *name;
		fault (*weigh)(const struct criteria *c,
		    const struct memory *memory, struct weights *out);
	} methods[] = { { "entropy", weights_entropy },
		{ "critic", weights_critic },
		{ "deviation", weights_deviation } };

	const char *method = ep_in_text(op, "method");
	const struct memory memory = operation_memory(op);
	struct criteria c;
	struct weights w;
	fault f = "bad_method";

	read_criteria(op, &c);
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (method != NULL && strcmp(method, methods[i].name) == 0)
			f = methods[i].weigh(&c, &memory, &w);
	if (f != NULL)
		return refuse(op, f);
	return ep_reply(op, 200,
	    EP_ARG("weights", shown_numbers(op, w.weights, c.table.columns)));
}

/* ---------------------------------------------------------------- ranking */

static const char *
default_id(struct ep_op *op, size_t row)
{
	return ep_concat(op, "A", ep_format(op, (int64_t)row + 1));
}

static const char **
read_ids(struct ep_op *op, size_t rows)
{
	const struct ep_node *ids = ep_node_get(ep_input(op), "ids");
	const char **out = ep_alloc(op, (rows + 1) * sizeof *out);

	for (size_t i = 0; i < rows; i++)
		out[i] = ids != NULL
		    ? ep_node_text(ep_node_at(ids, (uint32_t)i), NULL)
		    : default_id(op, i);
	return out;
}

static struct ep_node *
stability_node(struct ep_op *op, const struct stability *s, size_t n)
{
	struct ep_node *list = ep_array(op);

	for (size_t j = 0; j < n; j++)
		(void)ep_append(op, list,
		    ep_object(op, EP_ARG("weight", round_shown(s[j].weight)),
			EP_ARG("from", round_shown(s[j].from)),
			EP_ARG("to", round_shown(s[j].to))));
	return list;
}

static ep_status
evaluation_topsis(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *given = ep_node_get(in, "weights");
	const struct ep_node *ids = ep_node_get(in, "ids");
	const struct memory memory = operation_memory(op);
	size_t n = ep_node_count(given);
	double *weights = numbers_new(&memory, n);
	struct ep_node *ranking = ep_array(op), *answer;
	struct criteria c;
	struct topsis t;
	const char **names;
	fault f = NULL;

	read_criteria(op, &c);
	for (size_t j = 0; j < n; j++)
		weights[j] = ep_node_real(ep_node_at(given, (uint32_t)j), 0);
	if (ids != NULL && ep_node_count(ids) != c.table.rows)
		f = "bad_shape";
	names = read_ids(op, f == NULL ? c.table.rows : 0);
	if (f == NULL)
		f = topsis_run(&c, weights, n, names, &memory, &t);
	if (f != NULL)
		return refuse(op, f);
	for (size_t i = 0; i < c.table.rows; i++)
		EP_TRY(ep_append(op, ranking, names[t.order[i]]));
	answer = ep_object(op,
	    EP_ARG("closeness", shown_numbers(op, t.closeness, c.table.rows)),
	    EP_ARG("ranking", ranking));
	if (ep_in_bool(op, "sensitivity", false))
		EP_TRY(ep_set(op, answer,
		    EP_ARG("sensitivity",
			stability_node(op,
			    topsis_stability(&c, weights, &t, &memory), n))));
	return ep_reply_node(op, 200, answer);
}

static ep_status
evaluation_rank(struct ep_op *op)
{
	const struct ep_node *scores = ep_node_get(ep_input(op), "scores");
	const struct memory memory = operation_memory(op);
	uint32_t n = ep_node_count(scores);
	struct scored *objects = ep_alloc(op, (n + 1) * sizeof *objects);
	struct ep_node *ranking = ep_array(op);
	size_t *order, *ranks;

	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *s = ep_node_at(scores, i);

		objects[i].id = ep_node_text(ep_node_get(s, "id"), NULL);
		objects[i].score = ep_node_real(ep_node_get(s, "score"), 0);
	}
	rank_scores(objects, n, &memory, &order, &ranks);
	for (uint32_t k = 0; k < n; k++)
		EP_TRY(ep_append(op, ranking,
		    ep_object(op, EP_ARG("id", objects[order[k]].id),
			EP_ARG("rank", (int64_t)ranks[k]))));
	return ep_reply(op, 200, EP_ARG("ranking", ranking));
}

/* ---------------------------------------------------------------- grading */

static ep_status
evaluation_indicator_score(struct ep_op *op)
{
	const struct evaluation_state *state = ep_state(op);
	const struct ep_node *value = ep_node_get(ep_input(op), "value");
	const struct indicator *x = indicator_find(&state->set,
	    ep_in_text(op, "id"));

	if (x == NULL)
		return ep_fail(op, EP_REFUSED, "unknown_indicator",
		    EP_ARG("id", ep_in_text(op, "id")));
	return ep_reply(op, 200,
	    EP_ARG("score",
		ep_node_type(value) == EP_T_NULL
		    ? 0.0
		    : indicator_score(x, ep_node_real(value, 0))));
}

static double
number_or_none(const struct ep_node *n)
{
	return ep_node_type(n) == EP_T_NULL ? NAN : ep_node_real(n, 0);
}

static ep_status
evaluation_combine(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *w = ep_node_get(in, "weights");
	const double scores[KINDS] = {
		number_or_none(ep_node_get(in, "self_score")),
		number_or_none(ep_node_get(in, "third_score")),
		number_or_none(ep_node_get(in, "industry_score")),
	};
	const double weights[KINDS] = {
		ep_node_real(ep_node_get(w, "self"), w == NULL ? 20 : 0),
		ep_node_real(ep_node_get(w, "third"), w == NULL ? 50 : 0),
		ep_node_real(ep_node_get(w, "industry"), w == NULL ? 30 : 0),
	};
	struct combined c;
	fault f = combine(scores, weights, &c);

	if (f != NULL)
		return refuse(op, f);
	if (!c.is_gradable)
		return ep_reply(op, 200, EP_ARG("total", ep_null()),
		    EP_ARG("status", "self_only_not_gradable"));
	return ep_reply(op, 200, EP_ARG("total", c.total),
	    EP_ARG("grade", c.grade),
	    EP_ARG("self_inflation",
		c.has_inflation ? ep_real(c.inflation) : ep_null()),
	    EP_ARG("recheck_required", c.needs_recheck));
}

/* ------------------------------------------------------------ spot checks */

static ep_status
evaluation_sample_size(struct ep_op *op)
{
	int64_t n = 0;
	fault f = sample_size(ep_in_real(op, "population", 0),
	    ep_in_real(op, "confidence", 95), ep_in_real(op, "margin_pct", 5),
	    ep_in_real(op, "p", 0.5), &n);

	if (f != NULL)
		return refuse(op, f);
	return ep_reply(op, 200, EP_ARG("n", n));
}

static ep_status
evaluation_draw(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *population = ep_node_get(in, "population");
	const struct memory memory = operation_memory(op);
	uint32_t n = ep_node_count(population), length;
	const char **ids = ep_alloc(op, (n + 1) * sizeof *ids);
	size_t *lengths = ep_alloc(op, (n + 1) * sizeof *lengths);
	struct drawing d = { .ids = ids, .lengths = lengths, .n_ids = n };
	struct ep_node *list = ep_array(op);
	int64_t wanted = ep_in_int(op, "n", 0);
	size_t *selected;
	fault f;

	d.seed = ep_node_text(ep_node_get(in, "seed"), &length);
	d.seed_length = length;
	for (uint32_t i = 0; i < n; i++) {
		ids[i] = ep_node_text(ep_node_at(population, i), &length);
		lengths[i] = length;
	}
	f = draw(&d, wanted, &memory, &selected);
	if (f != NULL)
		return refuse(op, f);
	for (int64_t i = 0; i < wanted; i++)
		EP_TRY(ep_append(op, list,
		    ep_textn(ids[selected[i]],
			(uint32_t)lengths[selected[i]])));
	return ep_reply(op, 200, EP_ARG("selected", list));
}

static ep_status
evaluation_certificate(struct ep_op *op)
{
	const struct ep_node *events = ep_node_get(ep_input(op), "events");
	struct ep_node *log = ep_array(op);
	struct certificate c;

	certificate_begin(&c);
	for (uint32_t i = 0; i < ep_node_count(events); i++) {
		const struct ep_node *e = ep_node_at(events, i);
		const char *refused = certificate_event(&c,
		    ep_node_text(ep_node_get(e, "type"), NULL),
		    ep_node_text(ep_node_get(e, "by"), NULL),
		    ep_node_int(ep_node_get(e, "day"), 0));

		EP_TRY(ep_append(op, log,
		    refused == NULL ? "ok"
				    : ep_concat(op, "refused:", refused)));
	}
	return ep_reply(op, 200, EP_ARG("state", c.state), EP_ARG("log", log));
}

EP_MODULE(EP_START(start), EP_STATE(struct evaluation_state),
    EP_OPERATION("evaluation.ahp", evaluation_ahp),
    EP_OPERATION("evaluation.certificate", evaluation_certificate),
    EP_OPERATION("evaluation.combine", evaluation_combine),
    EP_OPERATION("evaluation.draw", evaluation_draw),
    EP_OPERATION("evaluation.entropy", evaluation_entropy),
    EP_OPERATION("evaluation.evaluate", evaluation_evaluate),
    EP_OPERATION("evaluation.indicator_score", evaluation_indicator_score),
    EP_OPERATION("evaluation.indicators", evaluation_indicators),
    EP_OPERATION("evaluation.live_values", evaluation_live_values),
    EP_OPERATION("evaluation.objective_weights", evaluation_objective_weights),
    EP_OPERATION("evaluation.rank", evaluation_rank),
    EP_OPERATION("evaluation.report", evaluation_report),
    EP_OPERATION("evaluation.sample_size", evaluation_sample_size),
    EP_OPERATION("evaluation.topsis", evaluation_topsis));
