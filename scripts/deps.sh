#!/bin/sh
# Installs the Debian packages that goesc is built and tested with, where they are missing: as root, or through sudo.
#   scripts/deps.sh          what building and testing need
#   scripts/deps.sh full     and what lint, format and fuzz need
#   scripts/deps.sh browser  and what the tests of the HTML report need (they are skipped without it)
set -eu
packages="gcc make libc6-dev libgmp-dev libmpfr-dev zlib1g-dev libxxhash-dev libedit-dev libmd-dev libcmocka-dev python3 git strace"
# Go's standard library is read from the user's own Go; where there is none, Debian's copy of the sources serves.
goroot=${GOROOT:-}
if [ -z "$goroot" ] && ! command -v go >/dev/null 2>&1 && [ ! -d /usr/local/go/src ]; then
	packages="$packages golang-src"
fi
if [ "${1:-}" = full ]; then
	packages="$packages clang clang-format clang-tidy libclang-rt-14-dev"
fi
if [ "${1:-}" = browser ]; then
	packages="$packages chromium chromium-driver"
fi
missing=
for p in $packages; do
	case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null || true) in
	*" installed") ;;
	*) missing="$missing $p" ;;
	esac
done
# A compiler, make, python3, git or strace from elsewhere is as good as Debian's.
needed=
for p in $missing; do
	case $p in
	gcc | make | python3 | git | strace) command -v "$p" >/dev/null 2>&1 && continue ;;
	esac
	needed="$needed $p"
done
[ -n "$needed" ] || exit 0
sudo=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null 2>&1 || {
		echo "deps: these Debian packages are missing and neither root nor sudo is at hand:$needed" >&2
		exit 1
	}
	sudo=sudo
fi
echo "deps: installing$needed" >&2
$sudo apt-get update -qq >&2
# shellcheck disable=SC2086 # a list of words on purpose
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $needed >&2
