#!/bin/sh
# clang-format and clang-tidy: scripts/lint.sh [COMMIT]
# With a commit only what changed since (what is not committed, too); of that at most LINT_FILES files (20) go through
# clang-tidy, those that changed most, and the others are counted. What make lint runs, and continuous integration.
set -eu
cd "$(dirname "$0")/.."
gen=${BUILD:-build}/gen
if [ $# = 0 ]; then
	formatted=$(ls src/*/*.[ch] tests/unit/*.c tests/fuzz/*.[ch])
	tidied=$(ls src/*/*.c)
	left=0
else
	changed=$(git diff --numstat --diff-filter=d --no-renames "$1" -- 'src/*/*.[ch]' 'tests/unit/*.c' 'tests/fuzz/*.[ch]' | sort -rn)
	formatted=$(printf '%s\n' "$changed" | cut -f 3)
	all=$(printf '%s\n' "$formatted" | grep '^src/.*\.c$' || true)
	tidied=$(printf '%s\n' "$all" | head -n "${LINT_FILES:-20}")
	left=$(($(printf '%s\n' "$all" | grep -c . || true) - $(printf '%s\n' "$tidied" | grep -c . || true)))
fi
# shellcheck disable=SC2086 # lists of files on purpose
[ -z "$formatted" ] || clang-format --dry-run -Werror $formatted
[ -z "$tidied" ] || printf '%s\n' $tidied | xargs -P "$(nproc)" -n 4 sh -c \
	'clang-tidy --quiet "$@" -- -std=c17 -D_GNU_SOURCE -Isrc -I'"$gen"' 2>/dev/null' sh
echo "lint: $(printf '%s\n' "$formatted" | grep -c . || true) files formatted well," \
	"$(printf '%s\n' "$tidied" | grep -c . || true) without a finding, $left not looked at"
