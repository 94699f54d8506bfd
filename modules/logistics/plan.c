/* SPDX-License-Identifier: BSD-2-Clause */

#include "plan.h"

#include <stdlib.h>
#include <string.h>

const char *const plan_rejection_names[PLAN_REJECTIONS - REJECTIONS] = {
	"currency", "size", "surcharge", "date", "price"
};

static unsigned
bit(bool holds, unsigned why)
{
	return (unsigned)holds << why;
}

static bool
serves(const struct sheet_row *row, const char *country)
{
	for (size_t i = 0; i < row->n_countries; i++)
		if (strcmp(row->countries[i], country) == 0)
			return true;
	return false;
}

/* How many characters of the postcode the row names; 0 for a row that is for
 * all, -1 when it is for other places. */
static int
nearness(const struct sheet_row *row, const char *postcode)
{
	int best = row->n_postcodes == 0 ? 0 : -1;

	for (size_t i = 0; postcode != NULL && i < row->n_postcodes; i++) {
		size_t n = strlen(row->postcodes[i]);

		if (strncmp(row->postcodes[i], postcode, n) == 0 &&
		    (int)n > best)
			best = (int)n;
	}
	return best;
}

static bool
is_valid_on(const struct sheet_row *row, const char *on)
{
	if (on == NULL)
		return *row->to == '\0';
	return strcmp(row->from, on) <= 0 &&
	    (*row->to == '\0' || strcmp(on, row->to) <= 0);
}

/* ----------------------------------------------------------------- pricing */

static void
add_price(struct price *sum, const struct price *one, bool *is_too_much)
{
	*is_too_much |= __builtin_add_overflow(sum->freight, one->freight,
	    &sum->freight);
	*is_too_much |= __builtin_add_overflow(sum->fuel, one->fuel,
	    &sum->fuel);
	*is_too_much |= __builtin_add_overflow(sum->insurance, one->insurance,
	    &sum->insurance);
	*is_too_much |= __builtin_add_overflow(sum->total, one->total,
	    &sum->total);
	if (sum->n_surcharges == 0) {
		sum->surcharges = one->surcharges;
		sum->n_surcharges = one->n_surcharges;
		return;
	}
	for (size_t i = 0; i < sum->n_surcharges; i++)
		*is_too_much |= __builtin_add_overflow(sum->surcharges[i].minor,
		    one->surcharges[i].minor, &sum->surcharges[i].minor);
}

static bool
is_too_large(const struct sheet_row *row, const struct parcel *p)
{
	struct girth g;

	if (girth(p->dims_mm, p->n_dims, row->max_length_mm,
		row->max_girth_sum_mm, &g) != NULL)
		return true;
	return (row->max_length_mm > 0 && g.is_too_long) ||
	    (row->max_girth_sum_mm > 0 && g.is_too_thick);
}

/* One parcel by one row; the value is declared with the first. */
static fault
price_parcel(const struct plan_request *q, size_t i,
    const struct memory *memory, struct plan *plan)
{
	const struct sheet_row *row = plan->row;
	const struct parcel *p = &q->parcels[i];
	struct chargeable c = { 0 };
	struct price one = { 0 };
	bool is_too_much = false;
	fault f = weigh(p->dims_mm, p->n_dims, p->actual_g, &row->weighing, &c);

	if (f != NULL)
		return f;
	plan->reasons |= bit(is_too_large(row, p), PLAN_SIZE);
	if (__builtin_add_overflow(plan->chargeable_g, c.chargeable_g,
		&plan->chargeable_g))
		return "bad_weight";
	if (c.chargeable_g > row->tariff.max_g ||
	    c.chargeable_g <= row->from_g) {
		plan->reasons |= bit(true, REJECT_WEIGHT);
		return NULL;
	}
	f = rate(&row->tariff, c.chargeable_g, i == 0 ? q->declared_minor : 0,
	    &q->surcharges, memory, &one);
	if (f != NULL)
		plan->reasons |= bit(true,
		    strcmp(f, "unknown_surcharge") == 0 ? PLAN_SURCHARGE
							: PLAN_PRICE);
	else
		add_price(&plan->price, &one, &is_too_much);
	plan->reasons |= bit(is_too_much, PLAN_PRICE);
	return NULL;
}

static fault
plan_from(const struct plan_request *q, const struct sheet_row *row,
    const struct memory *memory, struct plan *out)
{
	*out = (struct plan){ .row = row };
	out->reasons |= bit(!serves(row, q->to), REJECT_COUNTRY);
	out->reasons |= bit(q->has_battery && !row->takes_battery,
	    REJECT_BATTERY);
	out->reasons |= bit(q->is_dg && !row->takes_dg, REJECT_DG);
	out->reasons |= bit(q->deadline_days >= 0 &&
		row->days_max > q->deadline_days,
	    REJECT_DEADLINE);
	out->reasons |= bit(q->wants_ddp && !row->is_ddp, REJECT_DDP);
	out->reasons |= bit(!row->is_active, REJECT_INACTIVE);
	out->reasons |= bit(!is_valid_on(row, q->on), PLAN_DATE);
	out->reasons |= bit(q->currency != NULL &&
		strcmp(q->currency, row->currency) != 0,
	    PLAN_CURRENCY);
	/* a price for a place that is not served tells nobody anything */
	for (size_t i = 0;
	     i < q->n_parcels && (out->reasons >> REJECT_COUNTRY & 1) == 0;
	     i++) {
		fault f = price_parcel(q, i, memory, out);

		if (f != NULL)
			return f;
	}
	return NULL;
}

/* --------------------------------------------------------------- selection */

static bool
are_of_one_service(const struct sheet_row *a, const struct sheet_row *b)
{
	return strcmp(a->service, b->service) == 0 &&
	    strcmp(a->sheet, b->sheet) == 0;
}

static unsigned
count(unsigned reasons)
{
	return (unsigned)__builtin_popcount(reasons);
}

/* Fewer objections, a nearer postcode, a lower price. */
static bool
is_better(const struct plan *a, const struct plan *b, const char *postcode)
{
	int near_a = nearness(a->row, postcode);
	int near_b = nearness(b->row, postcode);

	if (count(a->reasons) != count(b->reasons))
		return count(a->reasons) < count(b->reasons);
	if (near_a != near_b)
		return near_a > near_b;
	return a->price.total < b->price.total;
}

static int
by_service(const void *a, const void *b)
{
	const struct plan *x = a, *y = b;
	int order = strcmp(x->row->sheet, y->row->sheet);

	if (order == 0)
		order = strcmp(x->row->service, y->row->service);
	if (order == 0)
		order = (x->row->line > y->row->line) -
		    (x->row->line < y->row->line);
	return order;
}

/* Of neighbours of one service the best stays. */
static size_t
keep_best(struct plan *plans, size_t n, const char *postcode)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (kept == 0 ||
		    !are_of_one_service(plans[kept - 1].row, plans[i].row))
			plans[kept++] = plans[i];
		else if (is_better(&plans[i], &plans[kept - 1], postcode))
			plans[kept - 1] = plans[i];
	}
	return kept;
}

/* Costs compare in one currency only. */
static void
settle_currency(struct plans *p)
{
	for (size_t i = 0; i < p->n && p->currency == NULL; i++)
		if (p->all[i].reasons == 0)
			p->currency = p->all[i].row->currency;
	for (size_t i = 0; i < p->n; i++)
		if (p->currency != NULL &&
		    strcmp(p->all[i].row->currency, p->currency) != 0)
			p->all[i].reasons |= bit(true, PLAN_CURRENCY);
}

/* What match_routes() compares: objections are known, so it only ranks. */
static struct route
route_from(const struct plan *p)
{
	int64_t co2 = INT64_MAX;

	(void)wide_fits(wide_divide((wide)p->chargeable_g *
				p->row->co2_g_per_kg,
			    1000),
	    &co2);
	return (struct route){ .id = p->row->service,
		.days_max = p->row->days_max,
		.cost_minor = p->price.total,
		.co2_g = co2,
		.on_time = p->row->on_time,
		.is_active = p->reasons == 0 };
}

/* Even where no row fits, what no parcel can be is told. */
static fault
check_parcels(const struct plan_request *q)
{
	const struct weighing usual = { 5000, 1, 0, WEIGH_MAX };
	struct chargeable c;
	fault f = q->n_parcels == 0 ? "bad_parameter" : NULL;

	for (size_t i = 0; f == NULL && i < q->n_parcels; i++)
		f = weigh(q->parcels[i].dims_mm, q->parcels[i].n_dims,
		    q->parcels[i].actual_g, &usual, &c);
	return f;
}

fault
plans_make(const struct plan_request *q, const struct sheet_row *rows,
    size_t n_rows, const int64_t weights[CRITERIA], const struct memory *memory,
    struct plans *out)
{
	static const char *const anywhere[] = { "" };
	const struct shipment any = { .to = "", .deadline_days = -1 };
	fault wrong = check_parcels(q);

	if (wrong != NULL)
		return wrong;
	*out = (struct plans){ .currency = q->currency };
	out->all = memory->alloc(memory->owner,
	    (n_rows + 1) * sizeof *out->all);
	for (size_t i = 0; i < n_rows; i++) {
		fault f;

		if (nearness(&rows[i], q->postcode) < 0)
			continue;
		f = plan_from(q, &rows[i], memory, &out->all[out->n++]);
		if (f != NULL)
			return f;
	}
	if (out->n > 1)
		qsort(out->all, out->n, sizeof *out->all, by_service);
	out->n = keep_best(out->all, out->n, q->postcode);
	settle_currency(out);
	out->routes = memory->alloc(memory->owner,
	    (out->n + 1) * sizeof *out->routes);
	for (size_t i = 0; i < out->n; i++) {
		out->routes[i] = route_from(&out->all[i]);
		out->routes[i].countries = anywhere;
		out->routes[i].n_countries = 1;
	}
	return match_routes(&any, out->routes, out->n, weights, memory,
	    &out->match);
}
