/* SPDX-License-Identifier: BSD-2-Clause */

/* The rows of faults.yaml and how their texts are filled in. */

#pragma once

#include "core/base/node.h"
#include "core/config/config_error.h"

/* All rows, parsed into the arena. */
const struct ep_node *catalog_read(struct arena *a);

/* A column (text, mend, about) of a row; "" when there is no such row. */
const char *catalog_text(const struct ep_node *row, const char *column,
    enum language language);

/* A text with the words of a fault put in. */
const char *catalog_fill(struct arena *a, const char *text,
    const struct config_error *e, enum language language);

/* Words of core/schema ("at least 5", "integer") in the language. */
const char *catalog_words(struct arena *a, const char *english,
    enum language language);
