"""The parity floor: for each package of std, goesc has at least as many lines in common with the real go as recorded in
tests/parity/floor.txt. Runs where that Go is on the machine."""
import os
import sys

from harness import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests", "parity"))
import parity  # noqa: E402


def run(t):
    path = os.path.join(ROOT, "tests", "parity", "floor.txt")
    if not os.path.exists(path):
        return
    with open(path, encoding="utf-8") as f:
        first = f.readline()
    if not t.go_version() or t.go_version() not in first.split():
        t.skip("floor", "the Go that the floor was measured with is not on this machine")
        return
    floor = parity.read_floor(path)
    want, got, _, _, _ = parity.measure(t, ["std"])
    for pkg, least in sorted(floor.items()):
        have = parity.common(want.get(pkg, []), got.get(pkg, []))
        t.check(f"floor/{pkg}", have >= least, f"{have} lines common, the floor is {least}")
