/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The log: one line for one event, as JSON for programs or as text for
 * people.  A line is one write(2) of at most 8 KiB, so that lines of several
 * processes on one pipe or file do not mix.  Logging cannot fail, keeps
 * errno, may be called from any thread and waits only for the descriptor.
 *
 * An event is a word of the code ("payment.booked"); what varies goes into
 * arguments.  That is what makes the two guards possible: values whose name
 * tells that they are secret are masked, at any depth, and more than
 * LOG_BURST lines a second of one event are counted instead of written.
 */

#pragma once

#include "core/base/err.h"

#define LOG_LINE 8192  /* bytes of a line, with its line feed */
#define LOG_BURST 100u /* lines a second for one event, unless told */

#define LOG_AUTO 0u /* text on a terminal, else JSON */
#define LOG_JSON 1u
#define LOG_TEXT 2u

/* The format of a name: "json", "text", else LOG_AUTO. */
unsigned log_format(const char *name);

struct log;

/* What was running; any of them may be NULL, as the whole may. */
struct log_context {
	const char *module, *request_id, *operation, *tenant;
};

/* Lines of at least this level (EP_DEBUG to EP_ERROR) go to fd, which stays
 * the caller's. */
struct log *log_open(int fd, unsigned level, unsigned format);
void log_close(struct log **lp);

/* Another descriptor from now on (after the file was rotated); returns the
 * one before, for the caller to close. */
int log_reopen(struct log *l, int fd);

void log_set_level(struct log *l, unsigned level);

/* Lines a second of one event; 0: no limit. */
void log_set_burst(struct log *l, unsigned lines);

bool log_is_on(const struct log *l, unsigned level);

/*
 * Writes a line: time (RFC 3339, UTC, microseconds), level, event, the
 * context, the arguments; an argument that has the name of one of the former
 * gets an underscore behind it.  Arguments that find no room are left out
 * and "truncated":true stands in their place; a text beyond 2 KiB is cut.
 * NULL l: nothing happens.
 */
void log_write(struct log *l, unsigned level, const struct log_context *context,
    const char *event, const struct ep_arg *args, uint32_t n);

/* Says of events that were held back in seconds past how often (event
 * "log.suppressed"); to be called about once a second.  log_write() does it
 * too for its own event. */
void log_tick(struct log *l);

/* Lines that write(2) did not take since log_open(). */
uint64_t log_lost(const struct log *l);

/* Is a value of this name secret?  True when one of its words (password,
 * authorization, token, iban ...; divided by anything that is no letter or
 * by a capital) is in the table in log_secret.c. */
bool log_is_secret(const char *name, size_t length);
