#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The JSON reader against python3's.
cd "$(dirname "$0")/../.." || exit 1
if tests/golden/json_differential.py \
    "$ENTREPOT_BUILD/tests/golden/json_filter"; then
	echo "1 passed, 0 failed, 0 skipped"
else
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
fi
