/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/finding.h"

static struct finding *
finding_new(struct findings *f, const char *rule, const char *place,
    const char *mend)
{
	struct finding *new = arena_alloc(f->arena, sizeof *new);

	new->rule = rule;
	new->place = arena_strdup(f->arena, place);
	new->mend = mend;
	return new;
}

void
finding_add(struct findings *f, const char *rule, const char *place,
    const char *mend, const char *format, ...)
{
	struct finding *new;
	va_list ap;

	f->n++;
	if (f->n > FINDINGS_MAX)
		return;
	new = finding_new(f, rule, place, mend);
	va_start(ap, format);
	new->words = arena_vformat(f->arena, format, ap);
	va_end(ap);
	if (f->last != NULL)
		f->last->next = new;
	else
		f->first = new;
	f->last = new;
}

void
finding_warn(struct findings *f, const char *rule, const char *place,
    const char *mend, const char *format, ...)
{
	struct finding *new;
	va_list ap;

	f->n_warnings++;
	if (f->n_warnings > FINDINGS_MAX)
		return;
	new = finding_new(f, rule, place, mend);
	va_start(ap, format);
	new->words = arena_vformat(f->arena, format, ap);
	va_end(ap);
	if (f->last_warning != NULL)
		f->last_warning->next = new;
	else
		f->warnings = new;
	f->last_warning = new;
}

ep_status
findings_status(const struct findings *f, struct err *err)
{
	const struct finding *x = f->first;

	if (x == NULL)
		return EP_OK;
	if (x->mend == NULL)
		return err_set(err, EP_REFUSED, x->rule, "%s: %s", x->place,
		    x->words);
	return err_set(err, EP_REFUSED, x->rule, "%s: %s; %s", x->place,
	    x->words, x->mend);
}
