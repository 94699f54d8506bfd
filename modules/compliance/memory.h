/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where pure logic takes memory from.  The memory is zeroed, never NULL and
 * lives as long as its owner; nobody gives parts back.
 */

#pragma once

#include <stddef.h>

struct memory {
	void *(*alloc)(void *owner, size_t size);
	void *owner;
};
