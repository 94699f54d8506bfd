/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Two kinds of trouble.  A bug stops the process: EP_ASSERT, EP_CHECK, in
 * release builds too.  Anything that can go wrong for reasons outside the
 * program returns an ep_status and leaves words in a struct err: set where
 * the cause is known, passed up untouched, shown once at the edge.
 */

#pragma once

#include <entrepot.h>

#define EP_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define EP_NONNULL __attribute__((nonnull))

/* Owned by whoever declares it, zeroed or not: the first err_set() counts,
 * so start with err_clear() or = { 0 }. */
struct err {
	ep_status status;
	char code[48];  /* snake_case, what a program tests */
	char text[464]; /* what a person reads */
};

void err_clear(struct err *err) EP_NONNULL;

/* Record a failure and return its status, so that a failing line reads
 * "return err_set(err, EP_REFUSED, "list_shrank", "list: …")".  The first
 * failure wins.  code NULL takes the status' own code. */
ep_status err_set(struct err *err, ep_status status, const char *code,
    const char *format, ...) EP_PRINTF(4, 5);

/* Put "where: " before the words, once a caller knows the place. */
void err_prefix(struct err *err, const char *format, ...) EP_PRINTF(2, 3);

/* The columns of EP_STATUS_TABLE. */
const char *status_name(ep_status status);
int status_http(ep_status status);
const char *status_code(ep_status status);
bool status_is_retryable(ep_status status);

/* A bug was found: says where, and aborts.  Set on_panic to add what was
 * running (async-signal-safe code only). */
_Noreturn void ep_panic(const char *file, int line, const char *function,
    const char *what);
extern void (*on_panic)(void);

#define EP_ASSERT(condition)   \
	((condition) ? (void)0 \
		     : ep_panic(__FILE__, __LINE__, __func__, #condition))

/* Is this pointer the object we believe it to be, and still alive? */
#define EP_CHECK(object, magic_value) \
	EP_ASSERT((object) != NULL && (object)->magic == (magic_value))
