#!/bin/sh
# Runs every fuzzer of tests/fuzz for so many seconds each: tests/fuzz/run.sh SECONDS [NAME...]
# Built with clang's libFuzzer, ASan and UBSan. What they start from: the .go files of tests and examples, and of
# GOROOT/test where there is one. A finding stays under build/fuzz/NAME.crash-*.
set -eu
cd "$(dirname "$0")/../.."
seconds=$1
shift
names=${*:-$(cd tests/fuzz && ls fuzz_*.c | sed 's/\.c$//')}
flags='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer'
targets=
for name in $names; do
	targets="$targets build/fuzz/$name"
done
# shellcheck disable=SC2086 # a list of files on purpose
make -s -j"$(nproc)" CC=clang OPT="$flags" CFLAGS='-DGOESC_HOSTILE -fsanitize=fuzzer-no-link -Wno-unknown-warning-option' \
	BUILD=build/fuzz $targets
export UBSAN_OPTIONS=print_stacktrace=1
seeds=build/fuzz/seeds
rm -rf $seeds
mkdir -p $seeds
find tests/golden tests/cli examples -name '*.go' -exec cp {} $seeds/ \; 2>/dev/null || true
goroot=$(go env GOROOT 2>/dev/null || true)
if [ -n "$goroot" ] && [ -d "$goroot/test" ]; then
	find "$goroot/test" "$goroot/src/internal/types/testdata" -name '*.go' -size -8k -exec cp {} $seeds/ \;
fi
# Profiles as they are, and unzipped for the bytes beneath.
rm -rf $seeds-profile
mkdir -p $seeds-profile
for f in tests/pprof/profiles/*; do
	cp "$f" $seeds-profile/
	gzip -dc <"$f" >"$seeds-profile/$(basename "$f").plain"
done
failed=0
for name in $names; do
	mkdir -p build/fuzz/corpus-"$name"
	from=$seeds dict=-dict=tests/fuzz/go.dict
	[ "$name" != fuzz_profile ] || from=$seeds-profile dict=
	echo "fuzz: $name, $seconds seconds"
	# shellcheck disable=SC2086 # $dict may be nothing
	build/fuzz/"$name" -max_total_time="$seconds" -max_len=4096 $dict -timeout=20 -rss_limit_mb=4096 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix=build/fuzz/"$name". build/fuzz/corpus-"$name" $from 2>build/fuzz/"$name".log ||
		{ failed=1; tail -40 build/fuzz/"$name".log; }
	grep -E 'stat::(number_of_executed_units|peak_rss_mb)' build/fuzz/"$name".log || true
done
exit $failed
