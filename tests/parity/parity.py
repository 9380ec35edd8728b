#!/usr/bin/env python3
"""Compares goesc with the real go, package by package, byte for byte.

    tests/parity/parity.py [--build DIR] [--markdown FILE] [--floor FILE --raise] [--diff PKG] PATTERN...

Runs `go build -gcflags=-m PATTERN...` and the same with goesc, splits both at their `# path` lines, and prints for each
package that differs: lines common (as a multiset), missing, extra. Then totals and both times. The real go's time is
that of whatever its build cache leaves to do; `make bench` measures cold builds. Profile-guided optimisation is off."""
import argparse
import collections
import difflib
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import Harness, die  # noqa: E402


def split(text):
    """{package: [lines]} in order; lines before the first header belong to ''."""
    packages, at = {}, []
    for line in text.split("\n"):
        if line.startswith("# "):
            at = packages.setdefault(line[2:].split(" [")[0], [])
        elif line:
            if not packages:
                at = packages.setdefault("", [])
            at.append(line)
    return packages


def common(a, b):
    return sum((collections.Counter(a) & collections.Counter(b)).values())


def compare(want, got):
    """Rows (package, identical, want, common, missing, extra), by package."""
    rows = []
    for pkg in sorted(set(want) | set(got)):
        w, g = want.get(pkg, []), got.get(pkg, [])
        c = common(w, g)
        rows.append((pkg, w == g, len(w), c, len(w) - c, len(g) - c))
    return rows


def totals(rows):
    have = [r for r in rows if r[2]]
    return {
        "packages": len(have),
        "identical": sum(r[1] for r in have),
        "lines": sum(r[2] for r in rows),
        "common": sum(r[3] for r in rows),
        "missing": sum(r[4] for r in rows),
        "extra": sum(r[5] for r in rows),
    }


def measure(t, patterns, gcflags="-m", cwd=None, env=None):
    """Runs both; returns (want, got, seconds of go, seconds of goesc, goesc's status)."""
    e = dict(os.environ, GOFLAGS="", **(env or {}))
    start = time.monotonic()
    p = subprocess.run([t.go, "build", "-pgo=off", "-gcflags=" + gcflags, "-o", os.devnull] + patterns, cwd=cwd, env=e,
                       capture_output=True, text=True, check=False)
    go_time = time.monotonic() - start
    start = time.monotonic()
    status, _, err = t.run(["build", "-gcflags=" + gcflags] + patterns, cwd=cwd, env=env, timeout=1800)
    goesc_time = time.monotonic() - start
    return split(p.stderr), split(err.decode("utf-8", "replace")), go_time, goesc_time, status


def read_floor(path):
    floor = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                pkg, n = line.split()
                floor[pkg] = int(n)
    return floor


def write_floor(path, version, rows):
    """The floor only rises: a package keeps its old figure where the new one is lower."""
    old = read_floor(path) if os.path.exists(path) else {}
    for r in rows:
        if r[2]:
            old[r[0]] = max(old.get(r[0], 0), r[3])
    with open(path + ".tmp", "w", encoding="utf-8") as f:
        f.write(f"# Lines of `go build -gcflags=-m` that goesc has in common with {version} : a package a line, only rising.\n")
        f.writelines(f"{pkg} {old[pkg]}\n" for pkg in sorted(old))
    os.replace(path + ".tmp", path)


def summary(rows, go_time=None, goesc_time=None):
    s = totals(rows)
    percent = 100 * s["common"] / s["lines"] if s["lines"] else 100
    text = (f"packages identical: {s['identical']} of {s['packages']} "
            f"({100 * s['identical'] / max(1, s['packages']):.1f} %)\n"
            f"lines common: {s['common']} of {s['lines']} ({percent:.3f} %), missing {s['missing']}, extra {s['extra']}")
    if go_time is not None:
        text += f"\ntime: go {go_time:.2f} s (with its build cache), goesc {goesc_time:.2f} s"
    return text


def markdown(path, title, version, rows):
    """Replaces the section of this title in the document, or adds it."""
    section = [f"## {title}\n\n", f"Against {version}, linux/amd64.\n\n", summary(rows).replace("\n", "  \n") + "\n\n",
               "| package | lines | common | missing | extra |\n|---|---:|---:|---:|---:|\n"]
    section += [f"| {r[0]} | {r[2]} | {r[3]} | {r[4]} | {r[5]} |\n" for r in rows if not r[1]]
    if all(r[1] for r in rows):
        section += ["| (every package is identical) | | | | |\n"]
    text = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            text = f.read()
    head, *sections = text.split("\n## ")
    sections = [s for s in sections if s.split("\n", 1)[0] != title]
    sections.append("".join(section).removeprefix("## ").rstrip("\n"))
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n## ".join([head.rstrip("\n") + "\n"] + [s.rstrip("\n") + "\n" for s in sections]))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", default="build")
    ap.add_argument("--gcflags", default="-m")
    ap.add_argument("--markdown", help="write the table into this document")
    ap.add_argument("--raise-floor", metavar="FILE", help="raise the figures of this floor file")
    ap.add_argument("--diff", metavar="PKG", help="print this package's difference")
    ap.add_argument("-q", action="store_true", help="totals only")
    ap.add_argument("patterns", nargs="+")
    args = ap.parse_args()
    t = Harness(args.build)
    if not t.go:
        die("parity: no go command on this machine to compare with")
    want, got, go_time, goesc_time, status = measure(t, args.patterns, args.gcflags)
    rows = compare(want, got)
    if args.diff:
        sys.stdout.writelines(x + "\n" for x in difflib.unified_diff(want.get(args.diff, []), got.get(args.diff, []), "go", "goesc",
                                                                      lineterm="", n=2))
        return
    if not args.q:
        width = max((len(r[0]) for r in rows), default=7)
        print(f"{'package':{width}}  {'lines':>7} {'common':>7} {'missing':>7} {'extra':>7}")
        for r in rows:
            if not r[1]:
                print(f"{r[0]:{width}}  {r[2]:7} {r[3]:7} {r[4]:7} {r[5]:7}{'  order' if r[2] == r[3] and not r[5] else ''}")
    print(summary(rows, go_time, goesc_time))
    if status:
        print(f"goesc ended with status {status}")
    if args.raise_floor:
        write_floor(args.raise_floor, t.go_version(), rows)
    if args.markdown:
        markdown(args.markdown, " ".join(args.patterns), t.go_version(), rows)


if __name__ == "__main__":
    main()
