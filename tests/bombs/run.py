#!/usr/bin/env python3
"""Each bomb (bombs.py) alone: tests/bombs/run.py [--build DIR] [--quick] [--timeout 60s] [--memory 2GiB] [--go] [NAME…]

Prints a line of a table for each: name, how it ended, the last line, seconds and MiB; with --go what the real go says."""
import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from bombs import BOMBS, arguments  # noqa: E402
from harness import ROOT  # noqa: E402


def measured(argv, cwd, seconds):
    """Status, output (its end), seconds, MiB."""
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        p = subprocess.Popen(argv, cwd=cwd, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
        while True:
            pid, status, usage = os.wait4(p.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - start > seconds:
                os.killpg(p.pid, 9)
                _, status, usage = os.wait4(p.pid, 0)
                break
            time.sleep(0.01)
        p.returncode = os.waitstatus_to_exitcode(status)
        out.seek(max(0, out.seek(0, 2) - 3000))
        text = out.read().decode("utf-8", "replace").rstrip("\n").split("\n")
        return p.returncode, text, time.monotonic() - start, usage.ru_maxrss // 1024


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", default="build")
    ap.add_argument("--quick", action="store_true")
    ap.add_argument("--go", action="store_true")
    ap.add_argument("--timeout", default="60s")
    ap.add_argument("--memory", default="2GiB")
    ap.add_argument("--stack", type=int, help="KiB of the main thread's stack")
    ap.add_argument("names", nargs="*")
    args = ap.parse_args()
    if args.stack:
        resource.setrlimit(resource.RLIMIT_STACK, (args.stack << 10, args.stack << 10))
    bad = 0
    for name in args.names or [n for n, b in BOMBS.items() if b[1] or not args.quick]:
        with tempfile.TemporaryDirectory(prefix="goesc-bomb-") as d:
            # by another process: the memory of ours would count as that of our children
            subprocess.run([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "bombs.py"), name, d],
                           stdout=subprocess.DEVNULL, check=True)
            words = arguments(name)
            goesc = [os.path.join(ROOT, args.build, "goesc"), words[0], "-timeout", args.timeout, "-max-memory", args.memory]
            status, text, seconds, mib = measured(goesc + words[1:], d, 90)
            good = status in (0, 1) and not any("internal error" in x for x in text)
            bad += not good
            print(f"| {name} | {'' if good else 'BAD '}{status} | {text[-1][:120]} | {seconds:.2f} | {mib} |", flush=True)
            if args.go:
                status, text, seconds, mib = measured(["go"] + words, d, 90)
                print(f"| … go | {status} | {text[-1][:120]} | {seconds:.2f} | |", flush=True)
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
