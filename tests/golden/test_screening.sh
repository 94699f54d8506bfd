#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Screening against labelled cases; the goals are in screening_eval.c.
set -u
top=${ENTREPOT_SOURCE:-.}
"${ENTREPOT_BUILD:-$top/build}/tests/golden/screening_eval" \
    "$top/tests/data/compliance" "$top/modules/compliance/data"
code=$?
[ -n "${ENTREPOT_EXTRA_CASES:-}" ] && skipped=0 || skipped=1
if [ "$code" = 0 ]; then
	echo "1 passed, 0 failed, $skipped skipped"
else
	echo "0 passed, 1 failed, $skipped skipped"
fi
exit "$code"
