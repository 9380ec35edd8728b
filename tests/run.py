#!/usr/bin/env python3
"""Runs the tests and prints `N passed, N failed, N skipped` last.

    tests/run.py [--build DIR] [--only TIER,TIER] [--update] [-v]

UPDATE=1 (or --update) rewrites the goldens instead of comparing; read the difference like code."""
import argparse
import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Harness  # noqa: E402

# In order of what one wants to know first. Each is a module beside this file.
TIERS = [
    "unit",
    "rooms",
    "golden",
    "examples",
    "cli",
    "bugs",
    "cgoflags",
    "limits",
    "bombs",
    "pprof",
    "term",
    "join",
    "errorcheck",
    "typecheck",
    "explain",
    "alone",
    "floor",
    "html",
    "diff",
    "security",
    "gdb",
    "tools",
    "hooks",
]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", default="build")
    ap.add_argument("--only", default="")
    ap.add_argument("--update", action="store_true", default=os.environ.get("UPDATE") == "1")
    ap.add_argument("-v", action="store_true")
    args = ap.parse_args()
    tiers = [t for t in args.only.split(",") if t] or TIERS
    t = Harness(args.build, args.update, args.v)
    for tier in tiers:
        before = t.passed, t.failed, t.skipped
        try:
            importlib.import_module("tier_" + tier).run(t)
        except Exception as e:  # a broken tier is a failed test, and the others still run
            t.fail(tier, f"{type(e).__name__}: {e}")
            if args.v:
                raise
        d = [b - a for a, b in zip(before, (t.passed, t.failed, t.skipped))]
        print(f"{tier}: {d[0]} passed, {d[1]} failed, {d[2]} skipped", flush=True)
    print(f"{t.passed} passed, {t.failed} failed, {t.skipped} skipped")
    sys.exit(1 if t.failed or not t.passed else 0)


main()
