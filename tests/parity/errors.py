#!/usr/bin/env python3
"""The checker's error reports beside the real compiler's, byte for byte.

    tests/parity/errors.py [--build DIR] [--only REGEXP] [--mutants N] [--seed N]

Without --mutants: every program of internal/types/testdata and GOROOT/test is given to `go tool compile -e` and to
BUILD/tools/typecheck. With it: N of these programs with a few tokens changed at random, so that errors nobody thought
of are compared too. What the compiler's back end reports (sizes of frames, symbols and channel elements) is not
expected of the checker."""
import argparse
import difflib
import os
import random
import re
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import Harness, parallel  # noqa: E402
import tier_typecheck as tc  # noqa: E402

BACK_END = re.compile(r"too large|larger than address space|internal compiler error|embed configuration")
FOLDERS = ("test", "test/fixedbugs", "test/typeparam", "test/interface", "test/ken", "test/chan", "test/syntax")
TYPES = "int string any error nil iota float64 bool _ struct{} []int *int func() comparable interface{m()}".split()
VALUES = ['"x"', "1.5", "-1", "nil", "1<<70", "'a'", "2i", "true"]
OPERATORS = "+ - * && == < << & | = := <- . , % !=".split()


def programs(root):
    """(name, files, language version) of all programs."""
    for name, files, _ in tc.programs(root):
        lang = next((f[6:] for f in tc.flags_of_file(files[0]) if f.startswith("-lang=")), "-")
        yield name, files, lang
    for folder in FOLDERS:
        path = os.path.join(root, folder)
        for f in sorted(os.listdir(path)) if os.path.isdir(path) else []:
            if f.endswith(".go"):
                with open(os.path.join(path, f), "rb") as src:
                    m = re.search(rb"^//\s*errorcheck.*?-lang=(go\S+)", src.read(), re.M)
                yield f"{folder}/{f}", [os.path.join(path, f)], m.group(1).decode() if m else "-"


def mutate(src):
    kinds, toks = zip(*[(t[0], t[1]) for t in tc.tokens(src)])
    toks = list(toks)
    for _ in range(random.choice((1, 1, 2))):
        real = [i for i, k in enumerate(kinds) if k not in ("ws", "nl", "comment")]
        if len(real) < 3:
            break
        names = [i for i in real if kinds[i] == "id"] or real
        literals = [i for i in real if kinds[i] in ("num", "str", "rune", "raw")] or real
        marks = [i for i in real if kinds[i] == "op" and toks[i] not in (b"(", b")", b"{", b"}")] or real
        where = random.choice(names)
        change = random.randrange(10)
        if change < 4:
            toks[where] = toks[random.choice(names)]
        elif change < 5:
            toks[where] = toks[random.choice(literals)]
        elif change < 6:
            toks[random.choice(literals)] = random.choice(VALUES).encode()
        elif change < 7:
            toks[random.choice(marks)] = random.choice(OPERATORS).encode()
        elif change < 8:
            toks[where] = random.choice(TYPES).encode()
        elif change < 9:
            toks[random.choice(real)] = b""
        else:
            toks[where] = toks[random.choice(real)]
    return b"".join(toks)


def mutants(all_programs, n, folder):
    single = [(name, files, lang) for name, files, lang in all_programs
              if len(files) == 1 and os.path.getsize(files[0]) < 12000]
    for i in range(n):
        name, files, lang = random.choice(single)
        with open(files[0], "rb") as f:
            src = f.read()
        path = os.path.join(folder, f"{i}.go")
        with open(path, "wb") as f:
            f.write(mutate(src))
        yield f"{i} of {name}", [path], lang


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--build", default="build")
    ap.add_argument("--only", default="")
    ap.add_argument("--mutants", type=int, default=0)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    random.seed(args.seed)
    t = Harness(args.build)
    root = t.goroot()
    os.environ["GOROOT"] = root
    folder = tempfile.mkdtemp(prefix="goesc-errors-")
    jobs = [j for j in programs(root) if re.search(args.only, j[0])]
    if args.mutants:
        jobs = list(mutants(jobs, args.mutants, folder))
    config = os.path.join(folder, "importcfg")
    listing = "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"
    with open(config, "w", encoding="utf-8") as f:
        subprocess.run([t.go, "list", "-export", "-f", listing, "std"], stdout=f, check=True,
                       env=dict(os.environ, CGO_ENABLED="0"))

    def compile_(job):
        _, files, lang = job
        flags = [f"-lang={lang}"] if lang != "-" else []
        # Not the null device, which the compiler removes when it fails and root runs it.
        output = os.path.join(folder, f"{threading.get_ident()}.o")
        try:
            p = subprocess.run([t.go, "tool", "compile", "-e", "-o", output, "-p", "p", "-importcfg", config] +
                               flags + files, capture_output=True, text=True, errors="replace", timeout=60, check=False)
        except subprocess.TimeoutExpired:
            return None
        return p.stdout + p.stderr

    wanted = parallel(compile_, jobs)
    lines = tc.go_list(t, ["std"])
    for i, (_, files, lang) in enumerate(jobs):
        lines.append(f"comp\t{i}\t{lang}\t")
        lines += [f"file\t{f}" for f in files]
    out, _ = tc.run_tool(t, lines, timeout=3600)
    differ = left_out = 0
    for i, (name, files, _) in enumerate(jobs):
        rows = out.get(str(i), [])
        got = next((tc.unescape("\t".join(r[1:])) for r in rows if r[0] == "out"), "")
        status = next((r[1] for r in rows if r[0] == "end"), "none")
        want = wanted[i]
        if want is None or BACK_END.search(want) or "could not import" in want + got:
            left_out += 1
            continue
        want_lines, got_lines = [[x for x in s.splitlines() if x.strip()] for s in (want, got)]
        if want_lines == got_lines and status == "0":
            continue
        differ += 1
        print(f"{name} ({files[0]}), status {status}:")
        for line in list(difflib.unified_diff(want_lines, got_lines, "want", "got", lineterm="", n=0))[2:14]:
            print("   ", line)
    print(f"{len(jobs) - differ - left_out} equal, {differ} differ, {left_out} left out")
    sys.exit(1 if differ else 0)


main()
