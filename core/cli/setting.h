/* SPDX-License-Identifier: BSD-2-Clause */

/* A configuration as a list of single settings, for showing and comparing. */

#pragma once

#include "core/supervisor/inspection.h"

enum origin {
	ORIGIN_FILE,
	ORIGIN_DEFAULT,
	ORIGIN_LISTEN, /* ENTREPOT_LISTEN */
	ORIGIN_STATE,  /* ENTREPOT_STATE */
	ORIGIN_RUNNING /* a generation's document */
};

struct setting {
	const char *key; /* "modules.hello.most" */
	const struct ep_node *value;
	bool is_secret; /* by ${…}, the schema, or its name */
	enum origin origin;
	uint32_t line, column;
	const char *variables; /* "${ENV:A}, ${FILE:b}"; NULL: none */
};

/* Zeroed but for the arena. */
struct settings {
	struct arena *arena;
	struct setting *items;
	uint32_t n;
	const char *file; /* of ORIGIN_FILE */
};

/* All that is in force, with defaults; or what is written alone. */
void settings_of(struct settings *s, const struct inspection *n,
    const struct inspection_source *source, bool effective);

/* Those of a document in generations/. */
void settings_of_generation(struct settings *s, const struct ep_node *document);

/* By key, or NULL. */
const struct setting *setting_find(const struct settings *s, const char *key);

/* The value as text of one line, *** when it is secret. */
const char *setting_text(struct arena *a, const struct setting *x);

/* The same as a value for JSON. */
const struct ep_node *setting_shown(struct arena *a, const struct setting *x);
