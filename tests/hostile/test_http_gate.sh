#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The corpus of malformed and ambiguous HTTP against the server alone.
set -u
top=${ENTREPOT_SOURCE:-.}
out=$(mktemp)
"${ENTREPOT_BUILD:-$top/build}/tests/hostile/http_server" 0 >"$out" &
pid=$!
trap 'kill $pid 2>/dev/null; rm -f "$out"' EXIT
tries=0
until port=$(head -n 1 "$out") && [ -n "$port" ]; do
	tries=$((tries + 1))
	[ "$tries" -lt 50 ] || {
		echo "the server did not start"
		echo "0 passed, 1 failed, 0 skipped"
		exit 1
	}
	sleep 0.1
done
fast=--fast
[ "${ENTREPOT_TEST_SIZE:-small}" = small ] || fast=
# shellcheck disable=SC2086 # nothing or one word
python3 "$top/tests/hostile/http_corpus.py" "127.0.0.1:$port" $fast
