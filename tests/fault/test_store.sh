#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The store under kill -9 and power loss, with a seed that is printed and may
# be given as SEED.
set -u
bin=${ENTREPOT_BUILD:-build}/tests/fault
seed=${SEED:-$(date +%s)}
rounds=20 cuts=60
[ "${ENTREPOT_TEST_SIZE:-small}" = small ] || rounds=200 cuts=400
passed=0 failed=0
try() {
	echo "== $*"
	if timeout 280 "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
}
try "$bin/store_kill" "$rounds" "$seed"
try "$bin/power_loss" "$cuts" "$seed"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
