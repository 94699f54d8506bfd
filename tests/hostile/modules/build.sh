#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause

# build.sh TOP OUT: makes the fixtures of this folder, hello in C and in C++
# out of the sources below TOP, into the folder OUT.

set -eu
top=$1
out=$2
cc=${CC:-cc}
cxx=${CXX:-c++}
here=$top/tests/hostile/modules
flags="-O1 -fPIC -fvisibility=hidden -I$top/plugin-api"
shared="-shared -nostartfiles"
hard="-Wl,-z,relro,-z,now -Wl,--as-needed"

"$top/plugin-api/entrepot-embed" "$here" >"$out/manifest.S"
"$top/plugin-api/entrepot-embed" "$top/contrib/modules/hello" >"$out/hello.S"

# one NAME FLAGS...: the fixture with further flags, which come last.
one() {
	name=$1
	shift
	$cc -std=gnu11 $flags "$here/fixture.c" "$out/manifest.S" $shared \
	    $hard "$@" -o "$out/$name.so"
}

one good -Wl,-z,defs
one good_tls -DHAVE_TLS
one exec_stack -Wl,-z,execstack
one rpath -Wl,-rpath,/opt/vendor
one constructor -DHAVE_CONSTRUCTOR
one export -DHAVE_EXPORT
one static_tls -DHAVE_STATIC_TLS
one ifunc -DHAVE_IFUNC
one fork -DHAVE_FORK
one exit -DHAVE_EXIT
one nodelete -Wl,-z,nodelete
one lazy -Wl,-z,lazy -Wl,-z,norelro
one library -Wl,--no-as-needed -lelf -Wl,--as-needed
one undefined -DHAVE_UNDEFINED
one undeclared -DHAVE_UNDECLARED
one twice -DHAVE_TWICE
one unbound -DHAVE_UNBOUND
one no_build -DHAVE_NO_BUILD
one null -DHAVE_NULL
one foreign -DHAVE_FOREIGN

# Code that is not position-independent needs relocations within itself.
$cc -std=gnu11 $flags -fno-pic -mcmodel=large "$here/fixture.c" \
    "$out/manifest.S" $shared $hard -Wl,-z,notext -o "$out/textrel.so"

# Without EP_MODULE there is no note; without manifest.S no files.
printf 'int entrepot_module_v1(void);\nint entrepot_module_v1(void) { return 0; }\n' \
    >"$out/no_note.c"
$cc $flags "$out/no_note.c" "$out/manifest.S" $shared -o "$out/no_note.so"
$cc -std=gnu11 $flags "$here/fixture.c" $shared $hard -o "$out/no_files.so"

# C++ keeps its runtime, so it is linked in the ordinary way.
$cxx -std=c++17 $flags "$here/unique.cc" "$out/manifest.S" -shared $hard \
    -o "$out/unique.so"

$cc -std=gnu11 $flags "$top/contrib/modules/hello/hello.c" "$out/hello.S" \
    $shared $hard -Wl,-z,defs -o "$out/hello.so"
$cxx -std=c++17 $flags -fno-exceptions -fno-rtti "$top/tests/abi/hello_cc.cc" \
    "$out/hello.S" $shared $hard -Wl,-z,defs \
    -Wl,--version-script="$top/plugin-api/entrepot.map" -o "$out/hello_cc.so"
