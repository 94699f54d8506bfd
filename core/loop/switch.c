/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/loop/switch.h"

#include <stdint.h>
#include <string.h>

void switch_first(void);

#if defined(__x86_64__)

void *
switch_prepare(void *top, void (*entry)(void *), void *arg)
{
	uint64_t *s = top;

	*--s = 0;
	*--s = 0; /* two words, so that the call finds 16-byte alignment */
	*--s = (uint64_t)(uintptr_t)switch_first;
	*--s = 0;                          /* rbp */
	*--s = 0;                          /* rbx */
	*--s = (uint64_t)(uintptr_t)entry; /* r12 */
	*--s = (uint64_t)(uintptr_t)arg;   /* r13 */
	*--s = 0;                          /* r14 */
	*--s = 0;                          /* r15 */
	/* MXCSR and x87 control word as a program starts with them. */
	*--s = (uint64_t)0x037f << 32 | 0x1f80;
	return s;
}

#elif defined(__aarch64__)

void *
switch_prepare(void *top, void (*entry)(void *), void *arg)
{
	uint64_t *s = top;

	s -= 176 / sizeof *s;
	memset(s, 0, 176);
	s[0] = (uint64_t)(uintptr_t)entry;         /* x19 */
	s[1] = (uint64_t)(uintptr_t)arg;           /* x20 */
	s[11] = (uint64_t)(uintptr_t)switch_first; /* x30 */
	return s;
}

#else
#error "no stack switch for this machine: add core/loop/switch_MACHINE.S"
#endif
