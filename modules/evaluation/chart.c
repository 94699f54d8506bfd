/* SPDX-License-Identifier: BSD-2-Clause */

#include "chart.h"

#include <math.h>

#define RADIUS 120.0
#define WIDTH 480
#define HEIGHT 340

struct point {
	double x, y;
};

/* Axis i of n, at so much of the radius; the first one points up. */
static struct point
on_axis(size_t i, size_t n, double part)
{
	double angle = 2 * M_PI * (double)i / (double)n - M_PI / 2;

	return (struct point){ WIDTH / 2.0 + cos(angle) * RADIUS * part,
		HEIGHT / 2.0 + sin(angle) * RADIUS * part };
}

static void
begin(struct text *out, const char *title)
{
	text_add(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
	    WIDTH, HEIGHT);
	text_add_html(out, title);
	text_add(out, "\">");
}

static void
web(struct text *out, size_t n, double part)
{
	text_add(out, "<polygon class=\"web\" points=\"");
	for (size_t i = 0; i < n; i++) {
		struct point p = on_axis(i, n, part);

		text_add(out, "%.1f,%.1f ", p.x, p.y);
	}
	text_add(out, "\"/>");
}

static void
label(struct text *out, struct point p, const char *anchor, const char *name)
{
	text_add(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", p.x,
	    p.y, anchor);
	text_add_html(out, name);
	text_add(out, "</text>");
}

void
chart_radar(struct text *out, const char *title, const struct chart_axis *axes,
    size_t n)
{
	begin(out, title);
	for (int ring = 1; ring <= 4; ring++)
		web(out, n, ring / 4.0);
	text_add(out, "<polygon class=\"shape\" points=\"");
	for (size_t i = 0; i < n; i++) {
		struct point p = on_axis(i, n,
		    axes[i].is_known ? axes[i].value / 100 : 0);

		text_add(out, "%.1f,%.1f ", p.x, p.y);
	}
	text_add(out, "\"/>");
	for (size_t i = 0; i < n; i++) {
		struct point p = on_axis(i, n, 1.12);
		double side = p.x - WIDTH / 2.0;

		p.y += 4;
		label(out, p,
		    side > 1        ? "start"
			: side < -1 ? "end"
				    : "middle",
		    axes[i].name);
	}
	text_add(out, "</svg>\n");
}

void
chart_trend(struct text *out, const char *title,
    const struct chart_axis *points, size_t n)
{
	double step = n > 1 ? (WIDTH - 80.0) / (double)(n - 1) : 0;

	begin(out, title);
	for (int line = 0; line <= 100; line += 25) {
		double y = HEIGHT - 40 - line * 2.6;

		text_add(out,
		    "<line class=\"web\" x1=\"40\" x2=\"%d\" y1=\"%.1f\" "
		    "y2=\"%.1f\"/>",
		    WIDTH - 40, y, y);
		text_add(out,
		    "<text x=\"32\" y=\"%.1f\" text-anchor=\"end\">%d</text>",
		    y + 4, line);
	}
	text_add(out, "<polyline class=\"line\" points=\"");
	for (size_t i = 0; i < n; i++)
		if (points[i].is_known)
			text_add(out, "%.1f,%.1f ", 40 + step * (double)i,
			    HEIGHT - 40 - points[i].value * 2.6);
	text_add(out, "\"/>");
	for (size_t i = 0; i < n; i++)
		/* names of at most twelve points find room */
		if (n <= 12 || i % (n / 12 + 1) == 0)
			label(out,
			    (struct point){ 40 + step * (double)i,
				HEIGHT - 16 },
			    "middle", points[i].name);
	text_add(out, "</svg>\n");
}
