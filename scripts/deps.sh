#!/bin/sh
# Installs the Debian packages that goesc is built and tested with, where they are missing: as root, or through sudo when
# it asks for no password. Otherwise it names them, with the command that installs them, and fails. This is the one place
# that knows packages.
#   scripts/deps.sh          what building and testing need
#   scripts/deps.sh lint     and clang with its tools for formatting and finding mistakes
#   scripts/deps.sh full     and what fuzz, compilers, tags and the tests of the gdb helpers need
#   scripts/deps.sh browser  and what the tests of the HTML report need (they are skipped without it)
set -eu
packages="gcc make libc6-dev libgmp-dev libmpfr-dev zlib1g-dev libxxhash-dev libjansson-dev libedit-dev libmd-dev libcmocka-dev python3 git strace"
# Go's standard library is read from the user's own Go; where there is none, Debian's copy of the sources serves.
goroot=${GOROOT:-}
if [ -z "$goroot" ] && ! command -v go >/dev/null 2>&1 && [ ! -d /usr/local/go/src ]; then
	packages="$packages golang-src"
fi
case ${1:-} in
lint) packages="$packages clang clang-format clang-tidy" ;;
full) packages="$packages clang clang-format clang-tidy libclang-rt-14-dev musl-tools gdb universal-ctags" ;;
browser) packages="$packages chromium chromium-driver" ;;
esac
if ! command -v dpkg-query >/dev/null 2>&1; then
	echo "deps: this is no Debian: packages are neither looked for nor installed. goesc needs a C compiler, make, python3," \
		"and the libraries gmp, mpfr, zlib, xxhash, jansson, libedit, libmd and (for tests) cmocka, with their headers" >&2
	exit 0
fi
missing=
for p in $packages; do
	case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null || true) in
	*" installed") ;;
	*) missing="$missing $p" ;;
	esac
done
# A compiler, make, python3 and so on from elsewhere are as good as Debian's.
needed=
for p in $missing; do
	case $p in
	gcc | make | python3 | git | strace | clang | clang-format | clang-tidy | gdb) command -v "$p" >/dev/null 2>&1 && continue ;;
	universal-ctags) command -v ctags >/dev/null 2>&1 && continue ;;
	esac
	needed="$needed $p"
done
[ -n "$needed" ] || exit 0
sudo=
if [ "$(id -u)" != 0 ]; then
	if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
		sudo=sudo
	else
		echo "deps: these Debian packages are missing:$needed" >&2
		echo "deps: to install them, as root: apt-get install --no-install-recommends$needed" >&2
		exit 1
	fi
fi
echo "deps: installing$needed" >&2
$sudo apt-get update -qq >&2
# shellcheck disable=SC2086 # a list of words on purpose
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $needed >&2
