/* SPDX-License-Identifier: BSD-2-Clause */

/* The history of reloads: appended here, cut to its newest lines by the
 * inspector.  The supervisor writes JSON and never reads it. */

#include "core/supervisor/supervisor.h"

#include "core/base/buf.h"
#include "core/base/json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
text(struct buf *b, const char *name, const char *value)
{
	buf_format(b, ",\"%s\":", name);
	json_write_text(b, value, strlen(value));
}

static void
line(struct buf *b, const struct board_reload *r)
{
	buf_format(b, "{\"number\":%" PRIu64 ",\"kind\":\"%s\"", r->to,
	    reload_kind_name[r->kind]);
	buf_format(b, ",\"result\":\"%s\",\"from\":%" PRIu64 ",\"to\":%" PRIu64,
	    reload_result_name[r->result], r->from, r->to);
	if (r->source != 0)
		buf_format(b, ",\"source\":%" PRIu64, r->source);
	if (r->uid != UINT32_MAX)
		buf_format(b, ",\"uid\":%" PRIu32, r->uid);
	if (r->reason[0] != '\0')
		text(b, "reason", r->reason);
	buf_format(b, ",\"began\":%" PRId64 ",\"took_ms\":%.3f",
	    r->began_real_us, (double)r->took_us / 1000);
	buf_text(b, ",\"phases_ms\":{");
	for (unsigned i = 0; i < RELOAD_PHASES; i++)
		buf_format(b, "%s\"%s\":%.3f", i > 0 ? "," : "",
		    reload_phase_name[i], (double)r->phase_us[i] / 1000);
	buf_text(b, "}");
	if (r->worker >= 0)
		buf_format(b, ",\"worker\":%" PRId32, r->worker);
	if (r->module[0] != '\0')
		text(b, "module", r->module);
	if (r->text[0] != '\0') {
		text(b, "phase", reload_phase_name[r->phase]);
		text(b, "text", r->text);
	}
	buf_text(b, "}\n");
}

void
history_add(struct supervisor *s, const struct board_reload *r)
{
	char path[PLAN_PATH + 40];
	struct buf b = { 0 };
	int fd;

	(void)snprintf(path, sizeof path, "%s/generations/history.jsonl",
	    s->plan.state);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	line(&b, r);
	if (fd < 0 ||
	    write(fd, buf_data(&b), buf_length(&b)) !=
		(ssize_t)buf_length(&b)) {
		struct ep_arg fields[] = { { "path", ep_text(path) },
			{ "detail", ep_text(strerror(errno)) } };

		note(s, EP_ERROR, "history_not_written", fields, 2);
	}
	if (fd >= 0)
		(void)close(fd);
	buf_fini(&b);
}
