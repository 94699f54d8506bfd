/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the inspector tells the supervisor: a fixed-size struct through a
 * pipe, since the supervisor parses nothing.  All else that a generation
 * needs stands in its document, STATE/generations/N.json (document.h), which
 * only the inspector writes and only workers and builder read.
 */

#pragma once

#include "core/base/err.h"

#define PLAN_PATH 1024

enum plan_outcome {
	PLAN_GOOD,      /* the document of a new generation is there */
	PLAN_UNCHANGED, /* it would be what the active one is */
	PLAN_DRY,       /* as good, and nobody wanted more */
	PLAN_REFUSED    /* text says why, the report all of it */
};

struct plan {
	uint32_t magic;
#define PLAN_MAGIC 0x91a40e5b
	uint32_t outcome; /* enum plan_outcome */
	uint32_t workers;
	uint64_t generation, source; /* source: a rollback's, else 0 */
	int64_t drain_timeout_ms;
	int64_t prepare_timeout_ms;
	int64_t stall_ms;
	uint32_t log_level, log_format; /* LOG_AUTO, ... */
	char log_file[PLAN_PATH];       /* absolute; "": standard error */
	char listen_host[128];          /* a numeric loopback address */
	char listen_port[16];
	char state[PLAN_PATH];    /* absolute */
	char database[PLAN_PATH]; /* absolute; "": none */
	char document[PLAN_PATH]; /* absolute; "": none was written */
	char report[PLAN_PATH];   /* absolute; "": nothing to say */
	char text[400];
};
