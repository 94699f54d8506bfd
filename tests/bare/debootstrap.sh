#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# usage: tests/bare/debootstrap.sh [FOLDER]
#
# Proves contrib/run on a bare Debian 12: makes a minimal chroot (kept in
# FOLDER when one is named), clones this repository's HEAD into it, runs
# contrib/run as a reader would, and sends the request it prints.  Wants root,
# debootstrap and the Debian mirror.  Last line: N passed, M failed, K skipped.
set -u
cd "$(dirname "$0")/../.." || exit 1
mirror=${ENTREPOT_MIRROR:-http://deb.debian.org/debian}
port=${ENTREPOT_BARE_PORT:-18089}

if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
	echo "bare: wants root and debootstrap"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
root=${1:-$(mktemp -d /var/tmp/entrepot-bare.XXXXXX)}
kept=${1:+yes}
run=
end() {
	[ -z "$run" ] || { kill "$run" 2>/dev/null; wait "$run" 2>/dev/null; }
	umount "$root/proc" 2>/dev/null
	[ -n "$kept" ] || rm -rf --one-file-system "$root"
}
trap end EXIT
trap 'exit 1' INT TERM
failed() {
	echo "FAILED bare: $1"
	tail -n 30 "$root/run.log" 2>/dev/null
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}

if [ ! -e "$root/etc/debian_version" ]; then
	debootstrap --variant=minbase bookworm "$root" "$mirror" \
	    >"$root.log" 2>&1 || {
		tail -n 5 "$root.log"
		failed "debootstrap"
	}
	rm -f "$root.log"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
if [ -d /etc/apt/apt.conf.d ]; then
	cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2>/dev/null
fi
mount -t proc proc "$root/proc" 2>/dev/null
rm -rf "$root/entrepot"
git clone -q . "$root/entrepot" || failed "git clone"

began=$(date +%s)
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    ENTREPOT_LISTEN=127.0.0.1:"$port" \
    /entrepot/contrib/run -y >"$root/run.log" 2>&1 &
run=$!
until grep -q '^  curl ' "$root/run.log"; do
	kill -0 "$run" 2>/dev/null || failed "contrib/run ended"
	[ $(($(date +%s) - began)) -lt 800 ] || failed "not ready in 800 s"
	sleep 1
done
echo "bare: contrib/run was ready after $(($(date +%s) - began)) s"
request=$(sed -n 's/^  \(curl .*\)/\1/p' "$root/run.log" | tail -n 1)
answer=$(chroot "$root" sh -c "$request") || failed "$request"
echo "$answer" | grep -Eq '"decision": ?"(match|review)"' ||
	failed "a sanctioned name is not found: $answer"
chroot "$root" /entrepot/contrib/run --no-start >"$root/again.log" 2>&1 ||
	failed "contrib/run a second time"
echo "2 passed, 0 failed, 0 skipped"
