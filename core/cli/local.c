/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/local.h"

#include "core/base/clock.h"
#include "core/base/json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MAX_US 60000000
#define STOP_MAX_US 60000000 /* beyond any sane drain_timeout_ms */
#define STEP_MS 5

/* The host takes the lock itself; this is for the words. */
static ep_status
check_free(const char *state, struct err *err)
{
	char path[4096 + 16];
	bool is_taken;
	int fd;

	(void)snprintf(path, sizeof path, "%s/lock", state);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return EP_OK;
	is_taken = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	(void)close(fd);
	if (!is_taken)
		return EP_OK;
	return err_set(err, EP_CONFLICT, "already_running",
	    "a host is running in %s: leave out --local, or name another "
	    "folder by ENTREPOT_STATE",
	    state);
}

_Noreturn static void
become_host(const struct local *l, const char *config, const char *state,
    pid_t parent)
{
	const char *program = "/proc/self/exe";
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent ||
	    dup2(l->log, STDOUT_FILENO) < 0 ||
	    dup2(l->log, STDERR_FILENO) < 0 ||
	    setenv("ENTREPOT_LISTEN", "127.0.0.1:0", 1) != 0 ||
	    setenv("ENTREPOT_STATE", state, 1) != 0)
		_exit(1);
	/* What is on standard input is for the calls. */
	(void)close(STDIN_FILENO);
	(void)open("/dev/null", O_RDONLY);
	(void)execl(program, "entrepot", "serve", "-c", config, (char *)NULL);
	_exit(1);
}

static bool
has_ended(struct local *l)
{
	if (l->pid != 0 && waitpid(l->pid, NULL, WNOHANG) == l->pid)
		l->pid = 0;
	return l->pid == 0;
}

/* One question, asked before anything else; a worker answers it only once
 * its modules have started. */
static ep_status
is_answering(struct local *l, int64_t end, bool *is_ready_out, struct err *err)
{
	struct client_answer answer;
	struct pollfd fd = { .fd = client_fd(l->client), .events = POLLIN };

	*is_ready_out = false;
	EP_TRY(client_send(l->client, "GET", "/readyz", NULL, 0, err));
	while (!has_ended(l) && poll(&fd, 1, STEP_MS) == 0)
		if (clock_monotonic_us() > end)
			return err_set(err, EP_TIMEOUT, NULL, "no answer");
	EP_TRY(client_read(l->client, &answer, err));
	*is_ready_out = answer.status == 200;
	return EP_OK;
}

static bool
try_once(struct local *l, const char *state, int64_t end)
{
	struct err why = { 0 };
	bool is_ready = false;

	if (client_open(state, &l->client, &why) != EP_OK)
		return false;
	if (is_answering(l, end, &is_ready, &why) == EP_OK && is_ready)
		return true;
	client_close(&l->client);
	return false;
}

static ep_status
wait_ready(struct local *l, const char *state, struct err *err)
{
	int64_t end = clock_monotonic_us() + START_MAX_US;

	while (!has_ended(l) && clock_monotonic_us() < end) {
		if (try_once(l, state, end))
			return EP_OK;
		(void)poll(NULL, 0, STEP_MS);
	}
	return err_set(err, EP_UNAVAILABLE, "not_started",
	    "the private host %s; it says above why",
	    l->pid == 0 ? "did not start" : "is not ready after a minute");
}

/* "host: child_ended role=boot exit=1: why" */
static void
print_words(const struct ep_node *n)
{
	static const char *const head[] = { "time", "level", "event", "module",
		"request", "tenant", "error", "detail" };
	struct buf b = { 0 };

	buf_format(&b, "host: %s", node_text(node_get(n, "event"), ""));
	for (uint32_t i = 0; i < n->count; i++) {
		const struct ep_node *one = node_at(n, i);
		size_t k = 0;

		while (k < sizeof head / sizeof head[0] &&
		    strcmp(one->key, head[k]) != 0)
			k++;
		if (k < sizeof head / sizeof head[0])
			continue;
		buf_format(&b, " %s=", one->key);
		if (one->type == EP_T_TEXT)
			buf_append(&b, one->text, one->count);
		else
			json_write(&b, one);
	}
	if (node_get(n, "detail") != NULL)
		buf_format(&b, ": %s", node_text(node_get(n, "detail"), ""));
	buf_byte(&b, '\n');
	(void)fwrite(buf_data(&b), 1, buf_length(&b), stderr);
	buf_fini(&b);
}

/* A line of the log: what went wrong, and with all the warnings too.  What
 * is no JSON comes from elsewhere and is always told. */
static void
print_line(struct arena *a, const char *text, size_t length, bool all)
{
	const struct ep_node *n = NULL;
	struct err ignored = { 0 };
	const char *level;

	if (json_parse_copy(a, text, length, &n, &ignored) != EP_OK ||
	    n->type != EP_T_OBJECT) {
		(void)fwrite(text, 1, length, stderr);
		return;
	}
	level = node_text(node_get(n, "level"), "");
	if (strcmp(level, "error") == 0 || (all && strcmp(level, "warn") == 0))
		print_words(n);
}

static void
print_log(const struct local *l, bool all)
{
	struct arena *a = arena_new(4096);
	FILE *in = fdopen(l->log, "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t n;

	EP_ASSERT(in != NULL);
	rewind(in);
	while ((n = getline(&text, &size, in)) > 0) {
		print_line(a, text, (size_t)n, all);
		arena_reset(a);
	}
	free(text);
	(void)fclose(in);
	arena_free(&a);
}

ep_status
local_start(struct local *l, const struct command_line *line, struct err *err)
{
	pid_t self = getpid();
	char state[4096];

	EP_TRY(path_state(line, state, sizeof state, err));
	EP_TRY(check_free(state, err));
	l->log = memfd_create("host-log", MFD_CLOEXEC);
	if (l->log < 0)
		return err_set(err, EP_UNAVAILABLE, NULL, "memfd_create: %s",
		    strerror(errno));
	l->pid = fork();
	if (l->pid == 0)
		become_host(l,
		    line->config != NULL ? line->config : path_default_config(),
		    state, self);
	if (l->pid < 0) {
		l->pid = 0;
		(void)close(l->log);
		return err_set(err, EP_UNAVAILABLE, NULL, "fork: %s",
		    strerror(errno));
	}
	if (wait_ready(l, state, err) != EP_OK) {
		(void)local_stop(l, true, err);
		return err->status;
	}
	return EP_OK;
}

ep_status
local_stop(struct local *l, bool show_log, struct err *err)
{
	int64_t end = clock_monotonic_us() + STOP_MAX_US;
	int status = 0;

	client_close(&l->client);
	if (l->pid != 0)
		(void)kill(l->pid, SIGTERM);
	while (l->pid != 0) {
		pid_t pid = waitpid(l->pid, &status, WNOHANG);

		if (pid == l->pid || (pid < 0 && errno != EINTR)) {
			l->pid = 0;
		} else if (clock_monotonic_us() > end) {
			(void)kill(l->pid, SIGKILL);
			end += STOP_MAX_US;
		} else {
			(void)poll(NULL, 0, STEP_MS);
		}
	}
	print_log(l, show_log || status != 0);
	if (status == 0)
		return EP_OK;
	return err_set(err, EP_UNAVAILABLE, "not_stopped",
	    "the private host did not end well; it says above why");
}
