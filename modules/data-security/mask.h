/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Masking (脱敏): what of a value may be shown to one who need not know it.
 * Stars stand for the code points that are hidden, one for each.
 */

#pragma once

#include "memory.h"

/* type: cn_resident_id, cn_mobile, pan, email, iban, name_zh, name_latin,
 * address_zh, ipv4; value is UTF-8.  Refuses unknown_type, bad_value (it is
 * none of that type). */
fault mask_value(const struct memory *memory, const char *type,
    const char *value, size_t length, const char **out);
