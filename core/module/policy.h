/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a module's file may contain.  Each rule keeps a module from breaking
 * the host by accident, above all from making it impossible to unload; it
 * is hygiene and no security border, since machine code can do what no
 * import shows.  The border is another process.
 */

#pragma once

#include "core/module/elf.h"
#include "core/module/finding.h"

enum policy {
	POLICY_STRICT,  /* C: no code runs but ours and what we call */
	POLICY_RUNTIME, /* C++, Rust: their runtime may begin and end; the
			 * image may then stay after it was unloaded */
	POLICY_TEST,    /* built with sanitizers or coverage; only in hosts
			 * that are, too */
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define POLICY_OF_THIS_BUILD POLICY_TEST
#else
#define POLICY_OF_THIS_BUILD POLICY_STRICT
#endif

const char *policy_name(enum policy policy);

/* Judges a file; what it may link against beside the system's own is
 * libraries, NULL-terminated or NULL: the manifest's x-entrepot-libraries
 * ("icu" admits the libraries of ICU, any other word W libW.so*).  Adds one
 * finding for each fault. */
void policy_check(const struct module_file *f, enum policy policy,
    const char *const *libraries, struct findings *findings);

/* Does a library of that name (DT_NEEDED) belong to a word of
 * x-entrepot-libraries? */
bool policy_library_matches(const char *needed, const char *word);
