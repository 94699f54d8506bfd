/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/log_file.h"
#include "core/supervisor/supervisor.h"

#include <signal.h>

ep_status
log_begin(struct supervisor *s, struct err *err)
{
	if (s->plan.log_file[0] != '\0')
		EP_TRY(log_file_open(s->plan.log_file, &s->log_fd, err));
	log_close(&s->log);
	s->log = log_open(s->log_fd, s->plan.log_level, s->plan.log_format);
	return EP_OK;
}

void
log_turn(struct supervisor *s)
{
	if (!log_file_is_open())
		return;
	log_file_reopen();
	for (unsigned i = 0; i < CHILDREN_MAX; i++)
		if (s->children[i].role != CHILD_NONE)
			(void)kill(s->children[i].pid, SIGUSR1);
	note(s, EP_INFO, "log_reopened", NULL, 0);
}
