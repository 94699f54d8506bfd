#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause

# embed.sh TOP: entrepot-embed writes what it was given, in one order, and
# says what is missing.

set -eu
top=$(cd "${1:-.}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
embed=$top/plugin-api/entrepot-embed
fails=0

# want NAME COMMAND...: the command succeeds.
want() {
	name=$1
	shift
	if "$@"; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		fails=$((fails + 1))
	fi
}

# refused WORDS: embedding the folder m fails with these words.
refused() {
	! "$embed" m >out 2>err && grep -qF "$1" err
}

mkdir -p m/data/b m/migrations m/messages
want 'a folder without a contract is refused' refused 'openapi.yaml: no such'
echo 'x-entrepot: {module: m}' >m/openapi.yaml
want 'a version is asked for' refused 'info: {version: ...} is missing'
printf 'info:\n  version: 1.0.0\n' >m/openapi.yaml
want 'a name is asked for' refused 'x-entrepot: {module: NAME} is missing'

cat >m/openapi.yaml <<'YAML'
info:
  contact:
    version: 9
  title: the version: is below # version: 8
  version: '2.0.1' # as released
x-entrepot:
  config:
    module: other
  module: "m"   # its name
YAML
touch m/migrations/0002_b.sql m/migrations/0001_a.sql m/migrations/x.txt
touch m/messages/en.yaml m/data/.hidden
printf 'one\0two' >m/data/b/c.bin
want 'files are listed in one order' test "$("$embed" -l m | tr '\n' ' ')" = \
    'm/openapi.yaml m/migrations/0001_a.sql m/migrations/0002_b.sql m/messages/en.yaml m/data/b/c.bin '
want 'it assembles' sh -c "'$embed' m >m.S && ${CC:-cc} -c m.S -o m.o"
want 'name and version stand in the note' sh -c \
    "grep -q 'asciz \"m\"' m.S && grep -q 'asciz \"2.0.1\"' m.S"
objcopy -O binary --only-section=ep_files_v1 m.o all
want 'bytes are embedded as they are' test \
    "$(tail -c 24 all | od -An -c | tr -d ' \n')" = \
    'data/b/c.bin\0\a\0\0\0one\0two'
touch 'm/data/a"b'
want 'names that need quoting are refused' refused 'characters other than'
[ "$fails" = 0 ]
