/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The page for people at "/": facts of the host, its modules and operations
 * gathered into one node, and the template page/page.html filled with it in
 * the visitor's language.  With ?part=figures only what changes is written.
 */

#pragma once

#include "core/operation/service.h"

/* One visit; in the request's arena. */
struct page {
	uint32_t magic;
#define PAGE_MAGIC 0x9a6e40d1
	struct arena *arena;
	struct exchange *exchange;
	struct host *host;
	const struct generation *generation; /* NULL: none yet */
	const struct ep_node *words;
	bool is_chinese;
	bool is_whole; /* else the figures only */
};

/* Rows of builtin.c.  The first one asks the store when it runs on a
 * fiber. */
int page_write(struct exchange *x, struct buf *body);
int page_write_css(struct exchange *x, struct buf *body);
int page_write_js(struct exchange *x, struct buf *body);
int page_write_icon(struct exchange *x, struct buf *body);

/* page_health.c: headline, tiles and workers. */
void page_health(const struct page *p, struct ep_node *facts);

/* page_modules.c: the modules with their figures. */
void page_modules(const struct page *p, struct ep_node *facts);

/* page_reloads.c: generations and the last reloads. */
void page_reloads(const struct page *p, struct ep_node *facts);

/* page_operations.c: every operation that is offered. */
void page_operations(const struct page *p, struct ep_node *facts);

/* page_operation.c: what one operation takes and answers. */
struct ep_node *page_operation(const struct page *p,
    const struct operation *operation);
