/* SPDX-License-Identifier: BSD-2-Clause */

/* What libyaml complains of, sorted into kinds that an operator knows, with
 * the place where the mistake is rather than where it was noticed. */

#pragma once

#include <stddef.h>
#include <yaml.h>

struct yaml_problem {
	const char *rule; /* "yaml_quote" */
	yaml_mark_t mark;
	const char *found; /* the character there, or NULL; a static text */
};

/* mark: where libyaml noticed it. */
struct yaml_problem yaml_problem(const char *text, size_t length,
    const yaml_parser_t *y, yaml_mark_t mark);
