#!/bin/sh
# Builds goesc without a warning: scripts/compilers.sh [gcc|clang|musl...]   (all that are installed)
#
# gcc and clang build the program and the test programs. musl (musl-gcc) compiles every source against musl's headers, and
# those of the libraries as Debian has them. What it compiled is not linked, since Debian makes its libraries for glibc: of
# these the static ones ask for seven checked functions of glibc (__fprintf_chk, __vfprintf_chk, __snprintf_chk,
# __vsnprintf_chk, __sprintf_chk, __memcpy_chk, __longjmp_chk) that musl lacks, and for nothing else. With these seven
# written in terms of the unchecked ones, a static program of 2.3 MB links and passes the golden tests. On a system of
# musl's own (Alpine) the libraries are built for it.
set -eu
cd "$(dirname "$0")/.."
compilers=${*:-gcc clang musl}
status=0
for cc in $compilers; do
	dir=build/cc/$cc
	case $cc in
	musl)
		command -v musl-gcc >/dev/null 2>&1 || { echo "compilers: no musl-gcc: skipped" && continue; }
		# The libraries' own headers, without those of glibc beside them.
		mkdir -p "$dir/include"
		for h in gmp.h mpfr.h zlib.h zconf.h xxhash.h xxh3.h jansson.h jansson_config.h editline libmd.h sha2.h sha.h md5.h sys/cdefs.h sys/queue.h; do
			for at in /usr/include /usr/include/"$(gcc -print-multiarch)"; do
				[ "${h#sys/}" = "$h" ] || at=/nowhere
				[ -e "$at/$h" ] && ln -sfn "$at/$h" "$dir/include/$h"
			done
		done
		# -isystem: warnings are about our sources. Nothing is linked.
		make -s -j"$(nproc)" CC=musl-gcc BUILD="$dir" OPT=-O2 WERROR=1 CFLAGS="-isystem $dir/include" \
			"$dir"/dev/libgoesc.a "$dir"/dev/obj/cmd/main.o || status=1
		;;
	*)
		command -v "$cc" >/dev/null 2>&1 || { echo "compilers: no $cc: skipped" && continue; }
		make -s -j"$(nproc)" CC="$cc" BUILD="$dir" OPT='-O2 -g' WERROR=1 all units || status=1
		;;
	esac
	if [ $status = 0 ]; then echo "compilers: $cc: no warning"; else echo "compilers: $cc: failed"; fi
done
exit $status
