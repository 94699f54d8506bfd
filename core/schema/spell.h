/* SPDX-License-Identifier: BSD-2-Clause */

/* "Did you mean?": the known word that is nearest to a mistyped one. */

#pragma once

#include "core/base/err.h"

/* The word of words[0..n) that differs from word by the fewest slips (a
 * letter wrong, missing, extra, or two exchanged; case, '-' and '_' do not
 * count), or NULL when none is near enough to be meant. */
const char *spell_nearest(const char *word, size_t length,
    const char *const *words, size_t n);
