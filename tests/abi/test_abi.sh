#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The checks of this folder, one after the other.
set -u
cd "$(dirname "$0")/../.." || exit 1
passed=0
failed=0
for check in embed selftest status; do
	if tests/abi/$check.sh "$PWD"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED tests/abi/$check.sh"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
