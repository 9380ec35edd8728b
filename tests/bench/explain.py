#!/usr/bin/env python3
"""How long `goesc explain` takes on net/http: with nothing cached, and the second time.

    tests/bench/explain.py [--build DIR] [--runs N]"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import Harness  # noqa: E402


def timed(t, cache):
    env = dict(os.environ, GOESC_CACHE=cache, GOFLAGS="")
    before, start = os.times(), time.monotonic()
    subprocess.run([t.goesc, "explain", "net/http.Server.Serve"], stdout=subprocess.DEVNULL, env=env, check=True)
    wall, after = time.monotonic() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", default="build")
    ap.add_argument("--runs", type=int, default=5)
    args = ap.parse_args()
    t = Harness(args.build)
    first, second = [], []
    for _ in range(args.runs):
        with tempfile.TemporaryDirectory() as cache:
            first.append(timed(t, cache))
            second.append(timed(t, cache))
    print(f"{'explain net/http':20} {'wall s':>8} {'CPU s':>8}   (median of {args.runs})")
    for name, runs in ("nothing cached", first), ("the second time", second):
        wall, cpu = (statistics.median(r[i] for r in runs) for i in range(2))
        print(f"{name:20} {wall:8.3f} {cpu:8.3f}")


main()
