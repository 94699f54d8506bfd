/* SPDX-License-Identifier: BSD-2-Clause */

/* What EP_SAVE and EP_RESTORE may call. */

#include "core/base/buf.h"
#include "core/operation/table.h"

#define SAVE_MAX ((uint64_t)16 << 20)

ep_status
table_save_write(struct ep_op *op, const void *bytes, uint64_t length)
{
	struct buf *b = op->lifecycle != NULL ? op->lifecycle->save : NULL;

	EP_TRY(op_check(op));
	if (b == NULL)
		return op_fail(op, EP_INTERNAL, "not_saving",
		    "ep_save_write: only within EP_SAVE");
	if (length > SAVE_MAX - buf_length(b))
		return op_fail(op, EP_TOO_LARGE, "save_too_large",
		    "ep_save_write: more than %d MiB in all",
		    (int)(SAVE_MAX >> 20));
	buf_append(b, bytes, length);
	return EP_OK;
}

ep_status
table_saved(struct ep_op *op, uint32_t *version_out, const void **bytes_out,
    uint64_t *length_out)
{
	const struct lifecycle_call *call = op->lifecycle;

	*version_out = 0;
	*bytes_out = NULL;
	*length_out = 0;
	EP_TRY(op_check(op));
	if (call == NULL || call->instance->image->restore != call->fn)
		return op_fail(op, EP_INTERNAL, "not_restoring",
		    "ep_saved: only within EP_RESTORE");
	*version_out = call->saved_version;
	*bytes_out = call->saved;
	*length_out = call->saved_length;
	return EP_OK;
}
