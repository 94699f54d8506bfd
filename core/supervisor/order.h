/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What an operator's command says to the supervisor, and what it answers:
 * structs of fixed size over STATE/supervisor.sock (SOCK_SEQPACKET, one
 * struct a packet), since the supervisor parses nothing.  Who asks is known
 * by the socket's credentials: root and the owner of the state folder may.
 * One order runs at a time; another gets EP_CONFLICT.  It works when no worker
 * does.
 *
 * After an order come any number of answers with is_last 0, one for each
 * step, then one with is_last 1.  An order goes on when its asker has gone.
 */

#pragma once

#include "core/board/board.h"

#define ORDER_SOCKET "supervisor.sock"
#define ORDER_PATH 1024

enum order_kind {
	ORDER_RELOAD = 1,
	ORDER_PLAN,     /* reload --dry-run: inspects, changes nothing */
	ORDER_ROLLBACK, /* to the document of generation `number`; 0: of the
			   one before the active */
};

struct order {
	uint32_t magic;
#define ORDER_MAGIC 0x04de4a52
	uint32_t kind;
	uint64_t number;
	uint64_t expected;       /* active generation the asker saw; 0: any */
	char reason[128];        /* NUL-terminated; cleaned for the log */
	char config[ORDER_PATH]; /* the file the asker means, without links;
				  * "": whichever the host was started with */
};

struct order_answer {
	uint32_t magic;
#define ORDER_ANSWER_MAGIC 0x04dea5e2
	uint32_t is_last;
	int32_t status;   /* ep_status; of the last one */
	uint32_t phase;   /* enum reload_phase */
	uint64_t active;  /* generation, now */
	uint64_t waiting; /* processes this step waits for */
	struct board_reload record;
	char document[ORDER_PATH]; /* of the new generation, or "" */
	char report[ORDER_PATH];   /* the inspector's words, or "" */
};
