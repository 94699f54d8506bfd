#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause

# status.sh TOP: plugin-api/status.md says what the header says.

set -eu
top=${1:-.}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
${CC:-cc} -std=gnu11 -I"$top/plugin-api" "$top/tests/abi/status.c" \
    -o "$tmp/status"
"$tmp/status" | diff -u "$top/plugin-api/status.md" -
echo 'ok - status.md'
