/* SPDX-License-Identifier: BSD-2-Clause */

/* What the files of the supervisor share; nobody else includes it. */

#pragma once

#include "core/base/log.h"
#include "core/board/board.h"
#include "core/store/store.h"
#include "core/supervisor/notify.h"
#include "core/supervisor/process.h"
#include "core/supervisor/serve.h"

#define CHILDREN_MAX (BOARD_PROCESSES + 2)

enum child_role {
	CHILD_NONE,
	CHILD_INSPECTOR,
	CHILD_SYNC,
	CHILD_BOOT,
	CHILD_BUILDER,
	CHILD_WORKER
};

struct child {
	enum child_role role;
	pid_t pid;
	unsigned slot;
	int64_t started_us;
	bool is_killed; /* by us, on purpose */
};

struct supervisor {
	const struct serve_options *options;
	struct plan plan;
	struct board *board;
	struct store_shared *store_shared;
	struct log *log;
	int log_fd;
	struct notify notify;
	int lock_fd, control_fd, signal_fd;
	int listen_fd;
	char address[192]; /* host:port as bound */
	struct child children[CHILDREN_MAX];
	unsigned failures;       /* of workers, in a row */
	int64_t respawn_at_us;   /* earliest next worker; 0: at once */
	unsigned build_failures; /* in a row */
	unsigned sync_failures;  /* of the sync process, ever */
	int64_t sync_at_us;      /* earliest next one */
	int64_t build_at_us;     /* earliest next builder */
	int boot_status;         /* of the boot child, once it has ended */
	bool is_stopping, was_ready;
	int64_t kill_at_us;
	int exit_code;
};

/* spawn.c: forks a child of a role; NULL when fork failed (logged). */
struct child *spawn(struct supervisor *s, enum child_role role, unsigned slot);
struct child *child_by_pid(struct supervisor *s, pid_t pid);
struct child *child_by_role(struct supervisor *s, enum child_role role);
const char *role_name(enum child_role role);

/* log_follow.c: the log as the plan says; and, on SIGUSR1, its file anew in
 * every process. */
ep_status log_begin(struct supervisor *s, struct err *err);
void log_turn(struct supervisor *s);

/* lock.c: the folder is ours until fd is closed; EP_CONFLICT while another
 * host has it. */
ep_status state_lock(const char *state, int *fd_out, struct err *err);

/* socket.c: bound, listening, non-blocking. */
ep_status socket_listen(struct supervisor *s, struct err *err);
ep_status socket_control(struct supervisor *s, struct err *err);

/* inspect_child.c: the inspector's body; writes a struct plan to fd. */
int inspector_main(const struct serve_options *options, uint64_t generation,
    int plan_fd);

/* inspect_child.c: the migrations of the generation, and the state folder
 * after the failed sync of an earlier life; in a child. */
void note(struct supervisor *s, unsigned level, const char *event,
    const struct ep_arg *fields, uint32_t n);
