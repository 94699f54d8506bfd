/* SPDX-License-Identifier: BSD-2-Clause */

/* Personal data in text: the operations over detect.h. */

#pragma once

#include <entrepot.h>

struct detector;

/* Reads the module's data into a detector that lives as long as the instance;
 * fails the operation with bad_data. */
ep_status detections_start(struct ep_op *op, struct detector **detector_out);

/* Where the state of the module keeps it: given by the module's file. */
const struct detector *detections_detector(struct ep_op *op);

ep_handler datasec_detect, datasec_detect_pii;
