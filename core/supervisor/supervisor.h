/* SPDX-License-Identifier: BSD-2-Clause */

/* What the files of the supervisor share; nobody else includes it. */

#pragma once

#include "core/base/log.h"
#include "core/store/store.h"
#include "core/supervisor/decide.h"
#include "core/supervisor/inspector.h"
#include "core/supervisor/notify.h"
#include "core/supervisor/order.h"
#include "core/supervisor/process.h"
#include "core/supervisor/serve.h"

#include <poll.h>

#define SPARES 1
#define CHILDREN_MAX (BOARD_PROCESSES + 3)
#define ORDER_CLIENTS 8

enum child_role {
	CHILD_NONE,
	CHILD_INSPECTOR,
	CHILD_SYNC,
	CHILD_BOOT,
	CHILD_BUILDER,
	CHILD_PROBE,
	CHILD_WORKER
};

struct child {
	enum child_role role;
	pid_t pid;
	unsigned slot;
	int64_t started_us;
	bool is_killed;  /* by us, on purpose */
	bool is_asked;   /* to end, by us */
	bool is_stalled; /* that is why it was killed */
};

/* How the last process of a slot ended. */
struct death {
	struct view_death seen;
	int status;
	char module[64]; /* of its breadcrumb, or "" */
	uint64_t failed; /* generation of the words below; 0: none */
	uint32_t failed_phase;
	char failed_module[64], failed_text[320];
};

/* A generation that was active, until it has gone everywhere. */
struct draining {
	uint64_t number, record; /* number 0: free */
	int64_t since_us;
};

/* The reload that runs, or ran last, and what it needs. */
struct reload {
	struct order order;
	uint32_t kind, uid;
	bool has_order;  /* it waits to be taken */
	bool hup_waits;  /* SIGHUP came while another ran */
	uint64_t record; /* on the board */
	struct board_reload now;
	int64_t began_us, phase_since_us;
	unsigned waiting;
	struct plan next;
	struct inspector_task task;
	int plan_fds[2]; /* from the inspector */
	enum view_child inspector, probe;
	struct draining draining[DECIDE_GONE];
};

struct order_client {
	int fd; /* -1: free */
	uint32_t uid;
	int64_t since_us;
	bool is_asker; /* its order runs */
};

struct supervisor {
	const struct serve_options *options;
	struct plan plan; /* of the active generation */
	struct board *board;
	struct store_shared *store_shared;
	struct log *log;
	int log_fd;
	struct notify notify;
	int lock_fd, control_fd, signal_fd, order_fd;
	int listen_fd;
	char address[192]; /* host:port as bound */
	struct child children[CHILDREN_MAX];
	struct death deaths[BOARD_PROCESSES];
	struct decision decision;
	struct reload reload;
	struct order_client clients[ORDER_CLIENTS];
	unsigned build_failures; /* in a row */
	unsigned sync_failures;  /* of the sync process, ever */
	int64_t sync_at_us;      /* earliest next one */
	int64_t build_at_us;     /* earliest next builder */
	int boot_status;         /* of the boot child, once it has ended */
	bool is_stopping, was_ready;
	int64_t kill_at_us;
	int exit_code;
};

void note(struct supervisor *s, unsigned level, const char *event,
    const struct ep_arg *fields, uint32_t n);

/* spawn.c: forks a child of a role; NULL when fork failed (logged). */
struct child *spawn(struct supervisor *s, enum child_role role, unsigned slot);
struct child *child_by_pid(struct supervisor *s, pid_t pid);
struct child *child_by_role(struct supervisor *s, enum child_role role);
struct child *child_worker(struct supervisor *s, unsigned slot);
const char *role_name(enum child_role role);
unsigned builder_slot(const struct supervisor *s);

/* children.c: those that have ended, those that hang, those that should be
 * there whatever else happens; worker_view() tells decide() of workers. */
void children_reap(struct supervisor *s);
void children_keep(struct supervisor *s);
void children_sync(struct supervisor *s);
void children_signal(struct supervisor *s, int signal);
void children_view(struct supervisor *s, struct view *v);
void child_kill(struct child *c);

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
ep_status socket_order(struct supervisor *s, struct err *err);

/* reload.c: looks at everything, decides, does it; true when it did
 * something, and should look again.  ask: EP_CONFLICT while another order
 * runs. */
void reload_init(struct supervisor *s);
bool reload_step(struct supervisor *s);
void reload_stop(struct supervisor *s);
ep_status reload_ask(struct supervisor *s, const struct order *order,
    enum reload_kind kind, uint32_t uid);

/* Of the first start, which has no order: its record and line. */
void reload_booted(struct supervisor *s, int64_t began_us);

/* The inspector: starts it, takes what it says once it has ended. */
void reload_inspect(struct supervisor *s);
void reload_inspected(struct supervisor *s, int status);

/* reload_words.c: record.worker, module and text for what failed. */
void reload_words(struct supervisor *s, const struct action *a,
    struct board_reload *record);

/* history.c: one more line of STATE/generations/history.jsonl. */
void history_add(struct supervisor *s, const struct board_reload *r);

/* order.c: the operators' socket. */
unsigned order_fds(struct supervisor *s, struct pollfd *fds);
void order_serve(struct supervisor *s);
void order_answer(struct supervisor *s, bool is_last, ep_status status);
void order_close(struct supervisor *s);
