#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# usage: installed.sh FOLDER
#
# Run as root where the packages of FOLDER are to be installed, alone: installs
# them, uses them as their readers would, and removes them.  FOLDER/tests has
# the program that follows the guide.
set -u
folder=$1
passed=0 failed=0

try() { # what, command...
	local what=$1 out
	shift
	if out=$("$@" 2>&1); then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $what: $out"
	fi
}

is_silent() {
	local out
	out=$("$@" 2>&1) && [ -z "$out" ] || {
		echo "$out"
		return 1
	}
}

install_packages() {
	dpkg --path-include='/usr/share/man/*' --path-include='/usr/share/doc/*' \
	    -i "$folder"/*.deb &&
		getent passwd entrepot | grep -q ':/var/lib/entrepot:'
}

as_service() { # in the place of this shell
	exec setpriv --reuid=entrepot --regid=entrepot --clear-groups \
	    env -C /var/lib/entrepot "$@"
}

screen() {
	curl -sf http://127.0.0.1:8080/v1/ops/compliance.screen \
	    -H 'Content-Type: application/json' \
	    -d '{"name":"Europaisch Iranische Handelsbank"}' |
		grep '"decision":"match"'
}

serve() { # what to do meanwhile
	local pid tries=0 code
	install -d -o entrepot -g entrepot -m 700 /var/lib/entrepot
	as_service entrepot serve -c /etc/entrepot/entrepot.yaml \
	    >/var/lib/entrepot/serve.log 2>&1 &
	pid=$!
	until curl -sf -o /dev/null http://127.0.0.1:8080/readyz; do
		tries=$((tries + 1))
		kill -0 $pid && [ $tries -lt 300 ] || {
			cat /var/lib/entrepot/serve.log
			return 1
		}
		sleep 0.1
	done
	"$1"
	code=$?
	kill -TERM $pid
	wait $pid && [ $code = 0 ]
}

first_use() {
	screen &&
		(as_service entrepot status) &&
		(as_service entrepot reload --reason installed) &&
		entrepot call compliance.lists '{}' &&
		entrepot module list | grep evaluation
}

# A module of a vendor is enabled, its configuration broken and mended, the
# change taken back: with what the messages say, and nothing else.
operator() {
	local config=/etc/entrepot/entrepot.yaml out
	entrepot module new notes --store --dir "$folder" &&
		make -s -C "$folder/notes" &&
		install -m 644 "$folder/notes/notes.so" \
		    "$(pkg-config --variable=moduledir entrepot)" &&
		sed -i 's/^modules:$/&\n  notes: {most: 3}/' $config &&
		entrepot check &&
		entrepot reload --reason 'notes are wanted' &&
		entrepot call notes.put '{"id": "tea", "text": "Two bags"}' ||
		return
	sed -i 's/notes: {most: 3}/notes: {mots: 3}/' $config
	out=$(entrepot reload 2>&1) && return 1
	case $out in
	*"$config:"*"did you mean"*most*) ;;
	*)
		echo "$out"
		return 1
		;;
	esac
	entrepot call notes.list '{}' | grep '"Two bags"' || return
	sed -i 's/notes: {mots: 3}/notes: {most: 5}/' $config
	entrepot reload && entrepot config show | grep '^modules.notes.most: 5' &&
		entrepot config diff && entrepot rollback --reason 'it was 3' &&
		entrepot config diff
	[ $? = 1 ] && entrepot generations | grep 'it was 3' &&
		rm "$(pkg-config --variable=moduledir entrepot)/notes.so"
}

completes() {
	# shellcheck disable=SC1091 # of the package
	. /usr/share/bash-completion/completions/entrepot &&
		COMP_WORDS=(entrepot rel) COMP_CWORD=1 &&
		_entrepot && [ "${COMPREPLY[*]}" = reload ] &&
		grep -q '^#compdef entrepot' \
		    /usr/share/zsh/vendor-completions/_entrepot
}

pages() {
	local page
	for page in man8/entrepot.8 man5/entrepot.yaml.5 \
	    man7/entrepot-module.7 man1/entrepot-embed.1; do
		zcat "/usr/share/man/$page.gz" | mandoc -T html |
			grep -q 'id="DESCRIPTION"' || {
			echo "$page"
			return 1
		}
	done
}

first_module() {
	local guide=/usr/share/doc/entrepot/plugin-api/README.md
	zcat -f "$guide.gz" "$guide" >"$folder/guide.md" 2>/dev/null
	"$folder/tests/first-module" --guide "$folder/guide.md"
}

remove() {
	dpkg -P entrepot-dev entrepot || return
	local left
	left=$(find /etc /lib/systemd /usr -xdev -name '*entrepot*' \
	    ! -name '*.dsc' 2>/dev/null)
	[ -z "$left" ] || {
		echo "left: $left"
		return 1
	}
}

try "installing" install_packages
try "the configuration" entrepot check
try "systemd and the unit" is_silent systemd-analyze verify --man=no \
    /lib/systemd/system/entrepot.service \
    /lib/systemd/system/entrepot.socket
try "the service" serve first_use
try "an operator" serve operator
try "completions" completes
try "manual pages" pages
try "a first module" first_module
try "removing" remove
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
