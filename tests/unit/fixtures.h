/* SPDX-License-Identifier: BSD-2-Clause */

/* Module files for tests: made once for each test program by
 * tests/hostile/modules/build.sh in a new folder below TMPDIR. */

#pragma once

/* Makes them; 0 when that went well.  The sources are below $ENTREPOT_SOURCE,
 * or here. */
int fixtures_make(void **state);

/* Removes the folder. */
int fixtures_remove(void **state);

/* "FOLDER/name.so"; valid until the next call. */
const char *fixture(const char *name);

/* The folder itself. */
const char *fixture_folder(void);
