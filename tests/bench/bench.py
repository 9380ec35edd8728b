#!/usr/bin/env python3
"""Wall time, CPU time and peak memory of goesc beside the real go, in the same run, as ratios.

    tests/bench/bench.py [--build DIR] [--runs N] [--only build|pprof] [PATTERN...]        (default: std)

Both start cold: `go build -a` rebuilds everything, goesc keeps no cache between runs. Runs alternate, and the medians
are printed: machines are noisy, ratios less so."""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import Harness  # noqa: E402


def tree_memory(pid):
    """Resident kilobytes of a process and its descendants now."""
    total, todo = 0, [pid]
    while todo:
        p = todo.pop()
        try:
            with open(f"/proc/{p}/statm", encoding="ascii") as f:
                total += int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
            for task in os.listdir(f"/proc/{p}/task"):
                with open(f"/proc/{p}/task/{task}/children", encoding="ascii") as f:
                    todo += [int(c) for c in f.read().split()]
        except OSError:
            pass
    return total


def measure(args):
    """(wall seconds, CPU seconds, peak KiB of the process tree) of one command."""
    start = time.monotonic()
    before = os.times()
    p = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, GOFLAGS=""))
    peak = [0]
    done = threading.Event()

    def watch():
        while not done.wait(0.01):
            peak[0] = max(peak[0], tree_memory(p.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    p.wait()
    wall = time.monotonic() - start
    done.set()
    watcher.join()
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu, peak[0]


def compare(title, commands, runs):
    """Runs the commands by turns and prints the medians, and goesc's share of go's."""
    results = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            results[name].append(measure(command))
    median = {name: [statistics.median(r[i] for r in rs) for i in range(3)] for name, rs in results.items()}
    print(f"{'':8} {'wall s':>9} {'CPU s':>9} {'peak MiB':>9}   ({title}, median of {runs})")
    for name, (wall, cpu, peak) in median.items():
        print(f"{name:8} {wall:9.2f} {cpu:9.2f} {peak / 1024:9.0f}")
    if "go" in median:
        ratio = [a / b if b else 0 for a, b in zip(median["goesc"], median["go"])]
        print(f"{'ratio':8} {ratio[0]:9.4f} {ratio[1]:9.4f} {ratio[2]:9.4f}", flush=True)


def bench_build(t, patterns, runs):
    commands = {"goesc": [t.goesc, "build", "-gcflags=-m"] + patterns}
    if t.go:
        commands["go"] = ["go", "build", "-a", "-gcflags=-m", "-o", os.devnull] + patterns
    compare(" ".join(patterns), commands, runs)


def bench_pprof(t, runs):
    """A profile of 55 MB, plain as the runtime's writer makes it before compression."""
    with tempfile.TemporaryDirectory(prefix="goesc-bench-") as d:
        path = os.path.join(d, "big.prof")
        subprocess.run([os.path.join(t.build, "tools", "big_profile"), path, "55"], check=True)
        size = os.path.getsize(path) / 1e6
        commands = {"goesc": [t.goesc, "tool", "pprof", "-top", path]}
        if t.go:
            subprocess.run(["go", "tool", "pprof", "-comments", path], capture_output=True, check=False)  # it is built when first run
            real = subprocess.run(["go", "tool", "-n", "pprof"], capture_output=True, text=True, check=False).stdout.strip()
            commands["go"] = [real, "-top", path]
        compare(f"tool pprof -top, {size:.0f} MB", commands, runs)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", default="build")
    ap.add_argument("--runs", type=int, default=3)
    ap.add_argument("--only", choices=["build", "pprof"])
    ap.add_argument("patterns", nargs="*")
    args = ap.parse_args()
    t = Harness(args.build)
    if args.only != "build":
        bench_pprof(t, args.runs)
    if args.only != "pprof":
        bench_build(t, args.patterns or ["std"], args.runs)


main()
