"""The flags that packages with C may ask for: what is refused, in which words, and that nothing was run.

tests/cgoflags/table.txt holds a row a flag or two: the kind, the words as they stand in a #cgo line (or what pkg-config
writes, or a whole line), and what the go command said, "ok" when nothing. Packages are made of all rows and given to
goesc at once; where there is a Go 1.26, to `go build` as well. Then a compiler plugin is named in all ways that are known:
it must not be loaded. At last some random lines (tests/cgoflags/fuzz.py). UPDATE=1 rewrites the table from the go command."""
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile

from harness import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests", "cgoflags"))
import fuzz  # noqa: E402

TABLE = os.path.join(ROOT, "tests", "cgoflags", "table.txt")
VERBS = {"CFLAGS", "CPPFLAGS", "CXXFLAGS", "FFLAGS", "LDFLAGS"}
OUTPUTS = {"pkg-config-cflags": "cflags", "pkg-config-libs": "libs"}
FAKE = """#!/bin/sh
for name; do :; done
f=$(dirname "$0")/$name.${1#--}
[ ! -f "$f" ] || cat "$f"
"""
CLOCK = itertools.count(1000000000)  # all files are old, and no two of an age: the go command keeps an index by that


def read_table():
    rows, head = [], []
    with open(TABLE, encoding="utf-8", newline="\n") as f:
        for line in f.read().split("\n"):
            if line and not line.startswith("#"):
                rows.append(line.split("\t"))
            elif not rows:
                head.append(line)
    return head, rows


def plain(text):
    """A field of the table as it is meant."""
    return re.sub(r"\\([nt\\])", lambda m: {"n": "\n", "t": "\t", "\\": "\\"}[m[1]], text)


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)
    now = next(CLOCK)
    os.utime(path, (now, now))


def module(work, name, rows):
    """A module with package rN of row N, for rows that are numbered."""
    m = os.path.join(work, name)
    write(os.path.join(m, "go.mod"), "module m\n\ngo 1.24\n")
    for n, (kind, words, _) in rows:
        line = f"#cgo {kind}: {plain(words)}"
        if kind == "pkg-config-flag":
            line = f"#cgo pkg-config: {plain(words)}"
        elif kind == "line":
            line = plain(words)
        elif kind in OUTPUTS:
            line = f"#cgo pkg-config: r{n}"
            write(os.path.join(m, "bin", f"r{n}.{OUTPUTS[kind]}"), plain(words))
        write(os.path.join(m, f"r{n}", f"r{n}.go"), f"package r{n}\n\n/*\n{line}\n*/\nimport \"C\"\n")
    write(os.path.join(m, "bin", "pkg-config"), FAKE, 0o755)
    return m


def verdicts(text, directory, rows):
    """What a command's stderr says about each row."""
    found = {n: "ok" for n, _ in rows}
    for line in text.replace(directory, "$WORK").split("\n"):
        m = re.match(r"(?:package )?m/r(\d+): (.*)", line) or re.match(r"()r(\d+)\.go: (.*)", line)
        if m:
            found[int(m[m.lastindex - 1])] = m[m.lastindex].replace("\\", "\\\\").replace("\t", "\\t")
    return found


def ask(program, m, rows, really, env):
    """Verdicts of a program (goesc or go); really: commands are run."""
    env = {**env, "PATH": os.path.join(m, "bin") + os.pathsep + env["PATH"]}
    p = subprocess.run([program, "build", *([] if really else ["-n"]), "./..."], cwd=m, env=env, capture_output=True, check=False)
    return p.returncode, verdicts(p.stderr.decode("utf-8", "replace"), m, rows)


def check_table(t, work, env, go):
    head, rows = read_table()
    rows = list(enumerate(rows))
    groups = [("line", False, lambda k: k == "line"), ("output", True, lambda k: k in OUTPUTS),
              ("flags", False, lambda k: k in VERBS or k == "pkg-config-flag")]
    for name, really, belongs in groups:
        group = [(n, r) for n, r in rows if belongs(r[0])]
        m = module(work, name, group)
        status, ours = ask(t.goesc, m, group, really, env)
        theirs = ask(go, m, group, really, env)[1] if go else None
        if t.update and theirs:
            for n, r in group:
                r[2] = theirs[n]
        t.check(f"{name}: status", status == 1, f"status {status}")
        for n, (kind, words, want) in group:
            title = f"{kind} {words}"
            if theirs and theirs[n] != want:
                t.fail(title, f"table: {want}\ngo:    {theirs[n]}")
            else:
                t.check(title, ours[n] == want, f"want: {want}\ngot:  {ours[n]}")
    if t.update and go:
        with open(TABLE, "w", encoding="utf-8", newline="\n") as f:
            f.write("\n".join(head + ["\t".join(r) for _, r in rows]) + "\n")


# ---- plugins ----

PLUGIN = """#include <stdio.h>
#include <stdlib.h>
int plugin_is_GPL_compatible;
__attribute__((constructor)) static void run(void) { FILE *f = fopen(getenv("MARK"), "w"); if (f) fclose(f); }
int plugin_init(void *a, void *b) { (void)a, (void)b; return 0; }
"""
# #cgo lines, and the line that is printed behind "m/evil: invalid flag in ".
WAYS = [
    ("CFLAGS: -fplugin=./evil.so", "#cgo CFLAGS: -fplugin=./evil.so"),
    ("CFLAGS: -fplugin=${SRCDIR}/evil.so", "#cgo CFLAGS: -fplugin=$DIR/evil.so"),
    ("CPPFLAGS: -fplugin=./evil.so", "#cgo CPPFLAGS: -fplugin=./evil.so"),
    ("CXXFLAGS: -fplugin=./evil.so", "#cgo CXXFLAGS: -fplugin=./evil.so"),
    ("FFLAGS: -fplugin=./evil.so", "#cgo FFLAGS: -fplugin=./evil.so"),
    ("CFLAGS: -Xclang -load -Xclang ${SRCDIR}/evil.so", "#cgo CFLAGS: -Xclang"),
    ("CFLAGS: -B.", "#cgo CFLAGS: -B."),
    ("CFLAGS: -B ${SRCDIR}", "#cgo CFLAGS: -B"),
    ("CFLAGS: -wrapper ./evil", "#cgo CFLAGS: -wrapper"),
    ("CFLAGS: -specs=evil.specs", "#cgo CFLAGS: -specs=evil.specs"),
    ("CFLAGS: @evil.flags", "#cgo CFLAGS: @evil.flags"),
    ("CFLAGS: -I @evil.flags", None),
    ("CFLAGS: -I@evil.flags", None),
    ("CFLAGS: -include @evil.flags", "#cgo CFLAGS: -include @evil.flags"),
    ("CFLAGS: -x c -fplugin=./evil.so", "#cgo CFLAGS: -fplugin=./evil.so"),
    ("CFLAGS: -x -fplugin=./evil.so", "#cgo CFLAGS: -x -fplugin=./evil.so"),
    ("CFLAGS: -D -fplugin=./evil.so", "#cgo CFLAGS: -D -fplugin=./evil.so"),
    ("CFLAGS: -Wp,-fplugin=./evil.so", "#cgo CFLAGS: -Wp,-fplugin=./evil.so"),
    ("LDFLAGS: -Wl,-plugin,./evil.so", "#cgo LDFLAGS: -Wl,-plugin,./evil.so"),
    ("LDFLAGS: -Wl,-plugin -Wl,./evil.so", "#cgo LDFLAGS: -Wl,-plugin"),
    ("LDFLAGS: -fplugin=./evil.so", "#cgo LDFLAGS: -fplugin=./evil.so"),
    ("LDFLAGS: -Wl,--push-state,-plugin,./evil.so", "#cgo LDFLAGS: -Wl,--push-state,-plugin,./evil.so"),
    ("pkg-config: evil", "pkg-config --cflags: -fplugin=./evil.so"),
    ("pkg-config: --with-path=@x evil", "pkg-config: --with-path=@x"),
]


def check_plugins(t, work, env, go):
    m, mark = os.path.join(work, "plugin"), os.path.join(work, "mark")
    evil = os.path.join(m, "evil")
    write(os.path.join(m, "go.mod"), "module m\n\ngo 1.24\n")
    write(os.path.join(work, "evil.c"), PLUGIN)
    write(os.path.join(evil, "evil.flags"), "-fplugin=./evil.so\n")
    write(os.path.join(evil, "evil.specs"), "*cc1:\n-fplugin=./evil.so\n")
    write(os.path.join(evil, "evil"), '#!/bin/sh\n: >"$MARK"\n', 0o755)
    write(os.path.join(evil, "cc1"), '#!/bin/sh\n: >"$MARK"\n', 0o755)
    write(os.path.join(m, "bin", "pkg-config"), FAKE, 0o755)
    write(os.path.join(m, "bin", "evil.cflags"), "-fplugin=./evil.so\n")
    cc = shutil.which("gcc")
    if not cc or subprocess.run([cc, "-shared", "-fPIC", "-o", os.path.join(evil, "evil.so"), os.path.join(work, "evil.c")], check=False).returncode:
        t.skip("plugins", "no gcc that makes one")
        return
    env = {**env, "MARK": mark, "PATH": os.path.join(m, "bin") + os.pathsep + env["PATH"]}

    def build(program, text, **more):
        write(os.path.join(evil, "evil.go"), f"package evil\n\n/*\n{text}\nint x;\n*/\nimport \"C\"\n\nvar X = C.x\n")
        if os.path.exists(mark):
            os.remove(mark)
        p = subprocess.run([program, "build", "./evil"], cwd=m, env={**env, **more}, capture_output=True, text=True, check=False)
        return p.returncode, p.stderr, os.path.exists(mark)

    for line, want in WAYS:
        status, err, loaded = build(t.goesc, "#cgo " + line)
        t.check(f"not loaded: {line}", not loaded, "it was")
        if want:
            want = f"m/evil: invalid flag in {want} (see https://go.dev/s/invalidflag)\n".replace("$DIR", evil)
            t.check(f"refused: {line}", (status, err) == (1, want), f"want: {want}got:  {err}")
        if go:
            t.check(f"as go: {line}", build(go, "#cgo " + line) == (status, err, loaded), f"goesc: {status} {err}")
    # What the user asks for is no package's business.
    plugin = "-fplugin=" + os.path.join(evil, "evil.so")
    _, err, loaded = build(t.goesc, "", CGO_CFLAGS=plugin)
    t.check("loaded: $CGO_CFLAGS", loaded, err)
    _, err, loaded = build(t.goesc, "#cgo CFLAGS: " + plugin, CGO_CFLAGS_ALLOW="-fplugin=.*")
    t.check("loaded: $CGO_CFLAGS_ALLOW", loaded, err)
    status, err, loaded = build(t.goesc, "#cgo CFLAGS: " + plugin, CGO_CFLAGS_ALLOW="-fplugin=.*", CGO_CFLAGS_DISALLOW="-fplugin.*")
    t.check("not loaded: $CGO_CFLAGS_DISALLOW", status == 1 and not loaded, err)


def run(t):
    go = t.go if (t.go_version() or "").startswith("go1.26") else None
    if not (t.source_version() or "").startswith("go1.26"):
        t.skip("cgoflags", "no sources of a Go 1.26")
        return
    work = os.path.realpath(tempfile.mkdtemp(prefix="goesc-cgoflags-"))
    env = {**fuzz.environment(), "PWD": ""}
    try:
        check_table(t, work, env, go)
        if t.go:
            check_plugins(t, work, env, go)
        else:
            t.skip("plugins", "there is no cgo")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if go:
        f = fuzz.fuzz(t.goesc, go, 150, 20260801)
        t.check("random lines", f.refused and not f.differences, f"{f.differences} differences; see above")
