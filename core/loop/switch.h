/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The change of stacks: saves what the calling convention says a function
 * must keep, on the old stack, and takes it from the new one.
 * switch_x86_64.S and switch_aarch64.S; other machines are refused by
 * configure.
 */

#pragma once

/* Leave *save_out for later and go on where to was left. */
void switch_stack(void **save_out, void *to);

/* Lay out a stack (top: its upper end, 16-byte aligned) so that switching
 * to the returned pointer calls entry(arg), which must never return. */
void *switch_prepare(void *top, void (*entry)(void *), void *arg);
