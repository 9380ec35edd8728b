"""Goldens: beside tests/golden/DIR/x.go stand recorded outputs, and the suffix picks the mode:

    x.go.m    goesc build -gcflags=-m x.go        (stderr)
    x.go.ml   goesc build -gcflags='-m -l' x.go
    x.go.m2   goesc build -gcflags=-m=2 x.go
    x.go.err  goesc build x.go: errors, status 1
    x.go.ir      goesc build -d=ir x.go: the functions after lowering (tests/golden/ir, a program for each construct)
    x.go.inline  goesc build -d=inline x.go: the same after inlining

They may also stand in a folder `recorded` below, where the go command is to build the whole folder: it takes x.m for
Objective-C. A golden of the first four is what the real compiler printed; tests/golden/VERSION names the release. Where that Go is on the machine the
recording itself is checked against it too, so a golden cannot drift. Where goesc reads another release's standard
library, programs that import from it must work; their lines cannot be the recorded ones. The last two are goesc's own
(the compiler prints its tree in words of its own): where a program imports nothing they are the same on every machine."""
import os
import re
import subprocess

from harness import ROOT, diff, parallel

MODES = {"m": ["-gcflags=-m"], "ml": ["-gcflags=-m -l"], "m2": ["-gcflags=-m=2"], "err": [], "ir": ["-d=ir"], "inline": ["-d=inline"]}
OURS = {"ir", "inline"}  # what no Go prints


def cases(folder):
    for at, _, files in sorted(os.walk(os.path.join(ROOT, folder))):
        for f in sorted(files):
            stem, dot, mode = f.rpartition(".")
            src = os.path.dirname(at) if os.path.basename(at) == "recorded" else at
            if dot and mode in MODES and stem.endswith(".go") and os.path.exists(os.path.join(src, stem)):
                yield src, stem, mode, os.path.join(at, f)


def imports_packages(path):
    with open(path, encoding="utf-8") as f:
        return bool(re.search(r'^(import )?\s*(\w+ )?"(?!unsafe")[\w/.]+"$', f.read(), re.M))


def run_folder(t, folder, version_file):
    with open(os.path.join(ROOT, version_file), encoding="utf-8") as f:
        version = f.read().strip()
    same_go = t.go_version() == version
    source = t.source_version()
    same_source = source == version

    def one(case):
        at, stem, mode, path = case
        flags = MODES[mode]
        want_status = 1 if mode == "err" else 0
        real = None
        imports = imports_packages(os.path.join(at, stem))
        if mode in OURS:
            if imports and (not source or (t.update and not same_source)):
                return case, None, None, want_status, "imports, and there is no source of " + version, want_status
            if t.update:
                status, out, err = t.run(["build"] + flags + [stem], cwd=at)
                with open(path, "wb") as f:
                    f.write(out + err)
        elif same_go or (t.update and t.go):
            p = subprocess.run([t.go, "build"] + flags + ["-o", os.devnull, stem], cwd=at, capture_output=True, text=True,
                               env=dict(os.environ, GOFLAGS=""), check=False)
            real = p.stderr
            if t.update:
                with open(path, "w", encoding="utf-8") as f:
                    f.write(real)
                return case, real, real, want_status, real, want_status
        with open(path, encoding="utf-8") as f:
            want = f.read()
        status, out, err = t.run(["build"] + flags + [stem], cwd=at)
        got = (out + err).decode("utf-8", "replace")
        if not same_source and imports:
            # another release's library has other bodies to inline: what can be promised is that it works
            want = got if re.match(r"# command-line-arguments\n(\./|func )", got) else want
        return case, want, real, status, got, want_status

    for (_, _, _, path), want, real, status, got, want_status in parallel(one, list(cases(folder))):
        name = os.path.relpath(path, ROOT)
        if want is None:
            t.skip(name, got)
            continue
        if real is not None:
            t.check(name + " (recording)", real == want, diff(want, real))
        if got != want:
            t.fail(name, diff(want, got))
        else:
            t.check(name, status == want_status, f"status {status}, want {want_status}")


def run(t):
    run_folder(t, "tests/golden", "tests/golden/VERSION")
