/* SPDX-License-Identifier: BSD-2-Clause */

/* What the module offers. */

#include "detections.h"

struct data_security_state {
	struct detector *detector;
};

const struct detector *
detections_detector(struct ep_op *op)
{
	const struct data_security_state *state = ep_state(op);

	return state->detector;
}

static ep_status
start(struct ep_op *op)
{
	struct data_security_state *state = ep_state(op);

	return detections_start(op, &state->detector);
}

EP_MODULE(EP_START(start), EP_STATE(struct data_security_state),
    EP_OPERATION("datasec.detect", datasec_detect),
    EP_OPERATION("datasec.detect_pii", datasec_detect_pii));
