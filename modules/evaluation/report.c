/* SPDX-License-Identifier: BSD-2-Clause */

#include "report.h"

#include "chart.h"

#include <string.h>

/* Words of the page, English and Chinese. */
enum word {
	REPORT,
	PLATFORM,
	TOTAL,
	GRADE,
	VETOED,
	MISSING,
	DIMENSIONS,
	TREND,
	NOW,
	INDICATOR,
	VALUE,
	UNIT,
	SCORE,
	WEIGHT,
	NOT_APPLICABLE,
	UNGRADED,
	ADVICE
};

static const char *const words[][2] = {
	[REPORT] = { "Evaluation report", "评价报告" },
	[PLATFORM] = { "Platform", "平台" },
	[TOTAL] = { "Total", "总分" },
	[GRADE] = { "Grade", "等级" },
	[VETOED] = { "A veto leaves it ungraded.",
	    "存在一票否决项，不予评级。" },
	[MISSING] = { "Indicators without a value", "缺失指标数" },
	[DIMENSIONS] = { "Dimensions", "维度得分" },
	[TREND] = { "Over time", "历次总分" },
	[NOW] = { "now", "本次" },
	[INDICATOR] = { "Indicator", "指标" },
	[VALUE] = { "Value", "实测值" },
	[UNIT] = { "Unit", "单位" },
	[SCORE] = { "Score", "得分" },
	[WEIGHT] = { "Weight", "权重" },
	[NOT_APPLICABLE] = { "not applicable", "不适用" },
	[UNGRADED] = { "ungraded", "未评级" },
	[ADVICE] = { "Computed from the values given; a mark is granted by the "
		     "industry body alone.",
	    "本报告依据所提交数值计算；认证或标识由行业组织授予。" },
};

static const char *
say(const struct report *r, enum word w)
{
	return words[w][r->is_chinese ? 1 : 0];
}

static const char *
grade_name(const struct report *r)
{
	return strcmp(r->grading->grade, "ungraded") == 0 ? say(r, UNGRADED)
							  : r->grading->grade;
}

static const char style[] =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #ccc}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    ".big{font-size:2rem;margin:.5rem 0}svg{max-width:30rem;width:100%}"
    "svg text{font-size:12px;fill:#1a1a1a}"
    ".web{fill:none;stroke:#bbb}.shape{fill:#2563eb44;stroke:#1d4ed8}"
    ".line{fill:none;stroke:#1d4ed8;stroke-width:2}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#111}"
    "th,td{border-color:#444}svg text{fill:#eee}.web{stroke:#555}"
    ".shape,.line{stroke:#93c5fd}}";

static void
head(const struct report *r, struct text *out)
{
	text_add(out,
	    "<!DOCTYPE html>\n<html lang=\"%s\"><head>"
	    "<meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\"><title>",
	    r->is_chinese ? "zh-CN" : "en");
	text_add_html(out, r->platform);
	text_add(out, " – %s</title><style>%s</style></head>\n<body><main><h1>",
	    say(r, REPORT), style);
	text_add_html(out, r->platform);
	text_add(out, "</h1>\n<p class=\"big\">%s %.2f · %s %s</p>\n",
	    say(r, TOTAL), r->grading->total, say(r, GRADE), grade_name(r));
	if (r->grading->is_vetoed)
		text_add(out, "<p><strong>%s</strong></p>\n", say(r, VETOED));
	text_add(out, "<p>%s: %zu</p>\n", say(r, MISSING), r->grading->missing);
}

static void
dimensions(const struct report *r, struct text *out)
{
	struct chart_axis axes[DIMENSIONS_MAX];

	for (size_t d = 0; d < r->set->n_dimensions; d++)
		axes[d] = (struct chart_axis){ r->is_chinese
			    ? r->set->dimensions[d].name_zh
			    : r->set->dimensions[d].name_en,
			r->grading->dimensions[d],
			r->grading->has_dimension[d] };
	text_add(out, "<h2>%s</h2>\n", say(r, DIMENSIONS));
	chart_radar(out, say(r, DIMENSIONS), axes, r->set->n_dimensions);
	text_add(out, "<table><tbody>\n");
	for (size_t d = 0; d < r->set->n_dimensions; d++) {
		text_add(out, "<tr><th scope=\"row\">");
		text_add_html(out, axes[d].name);
		if (axes[d].is_known)
			text_add(out, "</th><td class=\"n\">%.2f</td></tr>\n",
			    axes[d].value);
		else
			text_add(out, "</th><td class=\"n\">%s</td></tr>\n",
			    say(r, NOT_APPLICABLE));
	}
	text_add(out, "</tbody></table>\n");
}

static void
trend(const struct report *r, struct text *out)
{
	size_t n = r->n_history + 1;
	struct chart_axis *points;

	if (r->n_history == 0)
		return;
	points = out->memory->alloc(out->memory->owner, n * sizeof *points);
	for (size_t i = 0; i < r->n_history; i++)
		points[i] = (struct chart_axis){ r->history[i].name,
			r->history[i].total, true };
	points[n - 1] = (struct chart_axis){ say(r, NOW), r->grading->total,
		true };
	text_add(out, "<h2>%s</h2>\n", say(r, TREND));
	chart_trend(out, say(r, TREND), points, n);
	text_add(out, "<table><tbody>\n");
	for (size_t i = 0; i < n; i++) {
		text_add(out, "<tr><th scope=\"row\">");
		text_add_html(out, points[i].name);
		text_add(out, "</th><td class=\"n\">%.2f</td></tr>\n",
		    points[i].value);
	}
	text_add(out, "</tbody></table>\n");
}

static void
indicator_row(const struct report *r, size_t i, struct text *out)
{
	const struct indicator *x = &r->set->indicators[i];

	text_add(out, "<tr><td>%s</td><td>", x->id);
	text_add_html(out, r->is_chinese ? x->name_zh : x->name_en);
	if (!r->measured[i].is_applicable) {
		text_add(out, "</td><td colspan=\"4\">%s",
		    say(r, NOT_APPLICABLE));
		if (r->reasons[i] != NULL) {
			text_add(out, ": ");
			text_add_html(out, r->reasons[i]);
		}
		text_add(out, "</td></tr>\n");
		return;
	}
	text_add(out, "</td><td class=\"n\">");
	if (r->measured[i].is_known)
		text_add(out, "%.10g", r->measured[i].value);
	else
		text_add(out, "–");
	text_add(out, "</td><td>");
	text_add_html(out, x->unit);
	text_add(out,
	    "</td><td class=\"n\">%.2f</td><td class=\"n\">%.10g"
	    "</td></tr>\n",
	    r->grading->scores[i], x->weight);
}

void
report_html(const struct report *r, struct text *out)
{
	head(r, out);
	dimensions(r, out);
	trend(r, out);
	text_add(out,
	    "<h2>%s</h2>\n<table><thead><tr><th scope=\"col\">#</th>"
	    "<th scope=\"col\">%s</th><th scope=\"col\" class=\"n\">%s</th>"
	    "<th scope=\"col\">%s</th><th scope=\"col\" class=\"n\">%s</th>"
	    "<th scope=\"col\" class=\"n\">%s</th></tr></thead><tbody>\n",
	    say(r, INDICATOR), say(r, INDICATOR), say(r, VALUE), say(r, UNIT),
	    say(r, SCORE), say(r, WEIGHT));
	for (size_t i = 0; i < r->set->n; i++)
		indicator_row(r, i, out);
	text_add(out, "</tbody></table>\n<p>%s</p>\n</main></body></html>\n",
	    say(r, ADVICE));
}

void
report_csv(const struct report *r, struct text *out)
{
	text_add(out,
	    "platform,indicator,dimension,name_zh,name_en,unit,value,score,"
	    "weight,not_applicable\r\n");
	for (size_t i = 0; i < r->set->n; i++) {
		const struct indicator *x = &r->set->indicators[i];
		const struct measured *m = &r->measured[i];

		text_add_csv(out, r->platform);
		text_add(out, ",%s,%s,", x->id,
		    r->set->dimensions[x->dimension].id);
		text_add_csv(out, x->name_zh);
		text_add(out, ",");
		text_add_csv(out, x->name_en);
		text_add(out, ",");
		text_add_csv(out, x->unit);
		text_add(out, ",");
		if (m->is_known)
			text_add(out, "%.10g", m->value);
		text_add(out, ",");
		if (m->is_applicable)
			text_add(out, "%.2f", r->grading->scores[i]);
		text_add(out, ",%.10g,", x->weight);
		if (r->reasons[i] != NULL)
			text_add_csv(out, r->reasons[i]);
		text_add(out, "\r\n");
	}
	text_add_csv(out, r->platform);
	text_add(out, ",total,,,,,,%.2f,100,%s\r\n", r->grading->total,
	    r->grading->grade);
}
