/* SPDX-License-Identifier: BSD-2-Clause */

/* Remembers a count over reloads, starts slowly or not at all, and is unwell
 * when told so. */

#define EP_STATE_VERSION 7

#include <entrepot.h>

#include <string.h>
#include <unistd.h>

struct warm {
	int64_t count, restored_version;
	char unwell[64];
};

static bool
is(struct ep_op *op, const char *option, const char *word)
{
	return strcmp(ep_config_text(op, option), word) == 0;
}

static ep_status
start(struct ep_op *op)
{
	int64_t ms = ep_config_int(op, "start_ms");

	if (ms > 0)
		EP_TRY(ep_sleep(op, (uint32_t)ms));
	if (is(op, "start", "fails"))
		return ep_fail(op, EP_REFUSED, "on_purpose",
		    EP_ARG("detail", "it was told not to start"));
	return EP_OK;
}

static ep_status
stop(struct ep_op *op)
{
	ep_log(op, EP_INFO, "warm_stopped",
	    EP_ARG("word", ep_config_text(op, "word")));
	return EP_OK;
}

static ep_status
health(struct ep_op *op)
{
	const struct warm *w = ep_state(op);

	if (is(op, "health", "fails"))
		return ep_fail(op, EP_UNAVAILABLE, "on_purpose",
		    EP_ARG("detail", "it was told to be unwell"));
	if (w->unwell[0] != '\0')
		return ep_fail(op, EP_UNAVAILABLE, "unwell",
		    EP_ARG("detail", w->unwell));
	return EP_OK;
}

static ep_status
save(struct ep_op *op)
{
	const struct warm *w = ep_state(op);

	return ep_save_write(op, &w->count, sizeof w->count);
}

static ep_status
restore(struct ep_op *op)
{
	struct warm *w = ep_state(op);
	const void *bytes;
	uint64_t length;
	uint32_t version;

	EP_TRY(ep_saved(op, &version, &bytes, &length));
	if (is(op, "restore", "refuses"))
		return ep_fail(op, EP_UNSUPPORTED, "other_shape",
		    EP_ARG("detail", "what was saved has another shape"));
	if (length != sizeof w->count)
		return EP_INTERNAL;
	memcpy(&w->count, bytes, sizeof w->count);
	w->restored_version = version;
	return EP_OK;
}

static ep_status
tell(struct ep_op *op)
{
	const struct warm *w = ep_state(op);

	return ep_reply(op, 200, EP_ARG("count", w->count),
	    EP_ARG("word", ep_config_text(op, "word")),
	    EP_ARG("restored_version", w->restored_version),
	    EP_ARG("pid", (int64_t)getpid()));
}

static ep_status
count(struct ep_op *op)
{
	struct warm *w = ep_state(op);

	w->count++;
	return tell(op);
}

static ep_status
nap(struct ep_op *op)
{
	EP_TRY(ep_sleep(op, (uint32_t)ep_in_int(op, "ms", 0)));
	return tell(op);
}

static ep_status
unwell(struct ep_op *op)
{
	struct warm *w = ep_state(op);
	const char *words = ep_in_text(op, "words");

	(void)strncpy(w->unwell, words, sizeof w->unwell - 1);
	return tell(op);
}

EP_MODULE(EP_STATE(struct warm), EP_START(start), EP_STOP(stop),
    EP_HEALTH(health), EP_SAVE(save), EP_RESTORE(restore),
    EP_OPERATION("warm.count", count), EP_OPERATION("warm.state", tell),
    EP_OPERATION("warm.sleep", nap), EP_OPERATION("warm.unwell", unwell));
