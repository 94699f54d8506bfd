/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Are the modules well?  Each process asks its own instances now and then;
 * what one says stands on the board, so that any process can answer for
 * all.
 */

#pragma once

#include "core/operation/host.h"

#define HEALTH_US 10000000      /* between two rounds */
#define HEALTH_AGAIN_US 1000000 /* after one in which not all were well */

/* EP_HEALTH of each instance that has one, on a fiber; the generation is
 * pinned meanwhile.  What modules said that it does not have is forgotten.
 * True: all were asked, and all are well. */
bool health_check(struct generation *g);

/* Is any module unwell, in any process?  Its name (of the board) and words,
 * copied; *row is where to go on, 0 at first. */
bool health_next(struct board *board, unsigned *row, const char **module_out,
    char words[BOARD_WORDS_ROOM]);
