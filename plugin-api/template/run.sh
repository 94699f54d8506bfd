#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause

# Sends each line of calls.jsonl to a private host with an empty store and
# compares the answers, line by line, with answers.jsonl.  --write: what is
# answered now is right.  What differs each time is written as "*": request_id,
# ids of ep_id(), times of ep_now(), RFC 3339 times of today.  The host's own
# words about invalid input are left out.
set -eu
cd "$(dirname "$0")/.."
entrepot=${ENTREPOT:-entrepot}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

if ! "$entrepot" module inspect modname.so >"$work/inspected"; then
	grep '^refused' "$work/inspected" || :
	exit 1
fi
ENTREPOT_STATE=$work/state ENTREPOT_LISTEN=127.0.0.1:0 \
    "$entrepot" call --local -c dev.yaml --jsonl \
    <tests/calls.jsonl >"$work/raw"
h='[0-9a-f]'
today=$(date -u +%Y-%m-%d)
sed -e 's/"request_id":"[^"]*"/"request_id":"*"/g' \
    -e "s/\"$h\{8\}-$h\{4\}-7$h\{3\}-$h\{4\}-$h\{12\}\"/\"*\"/g" \
    -e 's/:1[6-9][0-9]\{14\}\([],}]\)/:"*"\1/g' \
    -e "s/\"${today}T[0-9:.]*Z\"/\"*\"/g" \
    -e '/"error":"invalid_input"/{' \
    -e 's/"detail":"[^"]*"/"detail":"*"/' \
    -e 's/,"expected":"[^"]*","got":"[^"]*"//g' -e '}' \
    "$work/raw" >"$work/answers"
if [ "${1:-}" = --write ]; then
	cp "$work/answers" tests/answers.jsonl
	echo "tests/answers.jsonl: $(grep -c . tests/answers.jsonl) answers"
elif diff -u tests/answers.jsonl "$work/answers"; then
	echo "modname: $(grep -c . tests/answers.jsonl) calls, all answered as expected"
else
	echo "- was expected, + was answered; if that is right: make answers" >&2
	exit 1
fi
