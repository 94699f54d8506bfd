/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where the pure logic of this module gets its memory.  The host lends an
 * arena through these two words, a test lends whatever it likes: so the logic
 * is tested without a host, and it cannot tell the difference.
 */

#pragma once

#include <stddef.h>

/* alloc() answers zeroed memory, aligned for any type, and never NULL: what
 * it does when there is none is the owner's affair.  Nothing is ever given
 * back by parts; all of it lives until the owner ends. */
struct memory {
	void *(*alloc)(void *owner, size_t size);
	void *owner;
};
