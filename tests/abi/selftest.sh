#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause

# selftest.sh TOP: does the layout lock see what it must see?  Changes a copy
# of the header in eight ways; only the append may pass, and it fails no more
# than the size of the table, which is the line to be added.

set -eu
top=${1:-.}
cc=${CC:-cc}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fails=0

# try NAME WANT SCRIPT: the header changed by the sed script; WANT is how many
# faults the compiler must find: none, size (just that one) or some.
try() {
	sed "$3" "$top/plugin-api/entrepot.h" >"$tmp/entrepot.h"
	if [ "$1" != unchanged ] &&
	    cmp -s "$tmp/entrepot.h" "$top/plugin-api/entrepot.h"; then
		echo "not ok - $1: the change did not take place"
		fails=$((fails + 1))
		return
	fi
	found=none
	if ! $cc -std=gnu11 -w -I"$tmp" -fsyntax-only "$top/tests/abi/layout.c" \
	    2>"$tmp/log"; then
		found=some
		if [ "$(grep -c 'error:' "$tmp/log")" = 1 ] &&
		    grep -q 'error:.*"ep_host"' "$tmp/log"; then
			found=size
		fi
	fi
	if [ "$found" = "$2" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1: expected $2, found $found"
		fails=$((fails + 1))
	fi
}

try unchanged none ''
try 'member appended' size '/(\*saved)/,/;/s/;/; int (*later)(void);/'
try 'member inserted' some 's/^	int64_t (\*now)/	int (*early)(void);&/'
try 'members swapped' some \
    's/(\*now)(/(*SWAP)(/; s/(\*remaining)(/(*now)(/; s/(\*SWAP)(/(*remaining)(/'
try 'member removed' some '/^	int64_t (\*now)/d'
try 'signature changed' some \
    's/(\*sleep)(struct ep_op \*, uint32_t/(*sleep)(struct ep_op *, int64_t/'
try 'constant changed' some 's/EP_T_TEXT 4u/EP_T_TEXT 9u/'
try 'status renumbered' some 's/X(EP_STALE, 15,/X(EP_STALE, 25,/'
try 'struct widened' some 's/^	uint32_t kind, size;/	uint64_t kind, size;/'
[ "$fails" = 0 ]
