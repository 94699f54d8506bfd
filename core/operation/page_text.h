/* SPDX-License-Identifier: BSD-2-Clause */

/* Figures and texts as the page shows them; results live in its arena. */

#pragma once

#include "core/operation/page.h"

/* A word of page/en.yaml in the visitor's language. */
const char *page_word(const struct page *p, const char *name);

/* The word "prefix_name", as for the names of an enumeration. */
const char *page_named(const struct page *p, const char *prefix,
    const char *name);

/* 1234567 as "1,234,567". */
const char *page_number(const struct page *p, uint64_t n);

/* The same with the word "name_1" or "name_n": "1 call", "2 calls". */
const char *page_counted(const struct page *p, uint64_t n, const char *name);

/* Seconds in the two largest units: "3 d 4 h". */
const char *page_age(const struct page *p, int64_t seconds);

/* Microseconds: "0.25 ms", "41 ms", "2.5 s"; negative: "–". */
const char *page_span(const struct page *p, int64_t us);

/* "41 MiB". */
const char *page_size(const struct page *p, uint64_t bytes);

/* Microseconds since 1970: "2026-11-24 00:05:21", and as RFC 3339. */
const char *page_time(const struct page *p, int64_t real_us);
const char *page_time_iso(const struct page *p, int64_t real_us);

/* A text of a module in the visitor's language, where it holds both: one
 * such as "List name (名单名称)" is its Chinese part for a Chinese visitor,
 * and any other has no Chinese in parentheses. */
const char *page_local(const struct page *p, const char *text);

/* Sets the text as name, after page_local(), and "speech": the language tag
 * for a text that is evidently not in the page's. */
void page_set_local(const struct page *p, struct ep_node *n, const char *name,
    const char *text);

/* A description of a module: "description" = [{speech, spans: [{plain} or
 * {mono}]}], a paragraph each. */
void page_set_prose(const struct page *p, struct ep_node *n, const char *text);

/* Calls of one operation, or of several added up, in all processes. */
struct page_figures {
	uint64_t calls, refusals, errors;
	uint64_t buckets[BOARD_BUCKETS];
};

void page_figures_add(struct page_figures *f, const struct board *board,
    int series);

/* The q-quantile (0 < q < 1) in microseconds, linear within its bucket as
 * Prometheus' histogram_quantile() has it; -1 without calls.  Beyond the last
 * bound: that bound. */
int64_t page_figures_quantile(const struct page_figures *f, double q);
