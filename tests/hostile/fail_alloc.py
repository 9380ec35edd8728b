#!/usr/bin/env python3
"""Every allocation fails once: tests/hostile/fail_alloc.py [--build build/hostile] [--step F] [ARGS…]

Runs the hostile build with GOESC_FAIL_ALLOC=1, 2, 3, … (in steps that grow by F, 1.05 by default, so that the early
ones are all tried and the many late ones sampled) until a run ends without that allocation. Each run must end with
status 1 and the line that says memory is exhausted: no crash, no report of a sanitizer, no hang, no half output taken
for whole. ARGS: what goesc does, by default an analysis of a program with generics, closures and errors, explanations of its
values, and the reports of a profile."""
import argparse
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import ROOT, Harness  # noqa: E402

PROGRAM = """package p

type L[T any] struct{ next *L[T]; v T }

func (l *L[T]) All(yield func(T) bool) {
	for ; l != nil && yield(l.v); l = l.next {}
}

const big = 1 << 300 / 3.0

func F(l *L[string], m map[string][]int) (r any) {
	for s := range l.All {
		defer func() { m[s] = append(m[s], len(s), big > 1<<299) }()
	}
	return struct{ a, b any }{l, m}
}
"""


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", default="build/hostile")
    ap.add_argument("--step", type=float, default=1.05)
    ap.add_argument("args", nargs="*")
    a = ap.parse_args()
    t = Harness(a.build)
    failed = tried = 0
    with tempfile.TemporaryDirectory(prefix="goesc-alloc-") as folder:
        for name, text in ("good.go", PROGRAM.replace(", big > 1<<299", "")), ("bad.go", PROGRAM):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                f.write(text)
        profile = os.path.join(ROOT, "tests", "pprof", "profiles", "work.mem")
        for args in [a.args] if a.args else [["build", "-gcflags=-m=2", "good.go"], ["build", "-gcflags=-m", "bad.go"],
                                             ["explain", "good.go:13"], ["explain", "-json", "good.go"], ["explain", "bad.go:13"],
                                             ["top", "-profile", profile, "good.go"], ["top", "-json", "-profile", profile, "good.go"],
                                             ["tool", "pprof", "-top", profile], ["tool", "pprof", "-dot", profile]]:
            n, done = 1, False
            while not done:
                env = {"GOESC_FAIL_ALLOC": str(n), "GOROOT": t.goroot() or "", "GOESC_CACHE": "off"}
                status, _, err = t.run(args, cwd=folder, env=env)
                text = err.decode("utf-8", "replace")
                done = "out of memory" not in text and status in (0, 1)
                if not done and (status != 1 or not re.search(r"^goesc: out of memory \(\d+ bytes wanted\)\n\Z", text, re.M)
                                 or "Sanitizer" in text or "runtime error:" in text):
                    failed += 1
                    print(f"FAIL    GOESC_FAIL_ALLOC={n} goesc {' '.join(args)}: status {status}\n{text[-2000:]}")
                tried += 1
                n = max(n + 1, int(n * a.step))
            print(f"fail_alloc: goesc {' '.join(args)}: up to allocation {n}")
    print(f"fail_alloc: {tried - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
