#!/usr/bin/env python3
"""Random #cgo lines: what `go build -n` says about each package against what goesc says.

    tests/cgoflags/fuzz.py [--build DIR] [--lines N] [--seed S] [--keep]

Flags are made from the rows of src/load/cgo_flags.def and then spoilt; around them stand conditions, quotes, odd
characters, ${SRCDIR}, comments of all shapes. Packages come in modules of some hundred. In each, the packages that
cannot be loaded are compared first, text and order; then the others alone, package by package.

Messages about a file name it by its path or without, as the go command's index has the directory or not, which
depends on the files' age. So some packages get old files here and the others files of the future."""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BATCH = 400  # packages in one module
ROOTS = ["mod", "m od", "mo(d)", "mé", "m'd", "m$d@"]


def def_rows():
    """The rows FLAG and APART of the table, as tuples of their strings."""
    with open(os.path.join(ROOT, "src/load/cgo_flags.def"), encoding="utf-8") as f:
        text = re.sub(r"/\*.*?\*/|^#.*?$", "", f.read(), flags=re.S | re.M)
    flags, apart = [], []
    for name, body in re.findall(r"^(FLAG|APART)\((.*?)\)$", text, flags=re.S | re.M):
        strings = ["".join(re.findall(r'"([^"]*)"', part)) for part in re.split(r",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", body)]
        words = [w.strip() for w in re.split(r",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", body)]
        lists = re.findall(r"[CLP]", words[0])
        if name == "FLAG":
            flags.append((lists, strings[1], words[2], strings[3].split("|"), words[4]))
        else:
            apart.append((lists, strings[1]))
    return flags, apart


FLAGS, APART = def_rows()
VERBS = {"CFLAGS": "C", "CPPFLAGS": "C", "CXXFLAGS": "C", "FFLAGS": "C", "LDFLAGS": "L", "pkg-config": "P"}
RESTS = {
    "NOTHING": [""], "VALUE": ["x", "./d", "/abs", "${SRCDIR}/x", "a@b", "2", "c++11", "=x"],
    "ANY_VALUE": ["", "2", "s", "gdb", "dwarf-4"], "TEXT": ["all", "@x", "-1", "x,y"],
    "WARNING": ["", "all", "no-x", "error=y", "l", "a"], "NAME": ["X", "_a1", "ABC"], "NAME_PART": ["", "memcpy", "_x9"],
    "ALNUM": ["main", "0x10"], "DIGITS": ["1", "42"], "MAYBE_DIGITS": ["", "8"], "MODEL": ["large", "medium-1"],
    "UNITS": ["", "sse", "387,sse", "a+b"], "EXTENSION": ["", "2", "512f", "5.1"], "VERSION_PART": ["", "2", "4.1"],
    "LIBRARY_PART": ["", "-libgcc", "-pie", "-libstdc++"], "PART": ["x", "/lib", "$ORIGIN", "a@b"], "PART_NO_AT": ["x", "/lib"],
    "PART_TEXT": ["x", "-x", "@x"], "DEFINITION": ["X", "X=", "X=1", "_y=a,b", "X=a=b"], "PART_DEFINITION": ["X", "X=1"],
    "ASSIGNMENT": ["a=", "a=/x"], "MAPPING": ["a=b", "/x=/y=z", "=x=y"], "RELEASE": ["1.2.3", "10.0.1"],
    "SECTION": ["a,b,c", "__TEXT,__x,f"], "SECURITY": [",-z,relro", ",-z,now,-z,relro", ",-z,noexecstack"],
}
HARD = [
    "-fplugin=./evil.so", "-B.", "-B", "-wrapper", "x,y", "-specs=f", "@file", "-Xclang", "-load", "-Wl,-plugin", "-Wl,-plugin,x",
    "-I", "-L", "-l", "-I=/x", "=/x", "$SYSROOT/x", "$SYSROOT", "-I@x", "-I-x", "x.o", "x.obj", "./x.a", "/x/liby.so", "x.so.1",
    "-lto_library", "-Wl,--push-state,--as-needed", "-Wl,--push-state,-z", "-Wl,--push-state,", "-Wl,a", "-Wl,-a", "-Wl,a,b", "name",
    "-Wa,-x", "-Wp,-x", "-E", "--", "-", "-o", "x", "foo", "foo-1.0", "-dashed", "@at", ">=", "1.0", "--libs", "--cflags", "é", "_x",
    "-I.", "-I..", "-L../x", "-I/abs/../x", "-x", "c", "-include", "f.h", "-framework", "Cocoa", "-Wl,-framework", "-Wl,Cocoa",
]
ODD = list("@-,=./+_~^%!:;'\"\\$(){}[]<>|&*?# \t`é世") + ["${SRCDIR}", "no-", "-Wl,", "\\ ", "''", '""', "\u00a0", "\u0085", "\r", "\v", "\\\\"]
CONDITIONS = [
    "linux", "windows", "!linux", "!windows", "linux,amd64", "linux,!cgo", "amd64", "cgo", "gc", "gccgo", "go1.20", "go1.99", "unix",
    "(linux)", "linux&&amd64", "linux||darwin", "!(linux)", "linux&&", "(", "!!linux", "!", ",", "a,b", "é", "x-y", "linux:", "ignore",
]


class Maker:
    def __init__(self, rng):
        self.r = rng

    def flag(self, kind):
        r = self.r
        k = r.random()
        if k < 0.25:
            return r.choice(HARD)
        if k < 0.35:
            return r.choice([f for l, f in APART if kind in l] or [f for _, f in APART])
        rows = FLAGS if r.random() < 0.15 else [f for f in FLAGS if kind in f[0]]
        _, begin, no, words, rest = r.choice(rows)
        no = {"NEVER": 0.03, "MAYBE": 0.4, "ALWAYS": 0.9}[no]
        return begin + ("no-" if r.random() < no else "") + r.choice(words) + r.choice(RESTS[rest])

    def spoil(self, s, chance):
        r = self.r
        while r.random() < chance:
            i = r.randint(0, len(s))
            k = r.random()
            if k < 0.6:
                s = s[:i] + r.choice(ODD) + s[i:]
            elif k < 0.9:
                s = s[:i] + s[i + r.choice([1, 1, 2, 4]):]
            else:
                s += s[i:]
        return s

    def quote(self, s):
        k = self.r.random()
        if k < 0.06:
            return '"' + s + '"'
        if k < 0.1:
            return "'" + s + "'"
        if k < 0.13:
            i = self.r.randint(0, len(s))
            return s[:i] + "\\" + s[i:]
        return s

    def line(self):
        r = self.r
        k = r.random()
        if k < 0.02:
            return r.choice(["#cgo", "#cgo ", "#cgo CFLAGS", "#cgo : x", "#cgo\tLDFLAGS: -lm", "#cgoX: y", "#cgo noescape f", "#cgo nocallback f",
                             "#cgo noescape", "#cgo nocallback f g", "#cgo noescape f:", "#cgo x noescape f: y", "# cgo CFLAGS: -B."])
        verb = r.choice(list(VERBS)) if r.random() < 0.97 else r.choice(["cflags", "CFLAG", "LDFLAGS,", "PKG-CONFIG", "", "é"])
        conditions = [r.choice(CONDITIONS) for _ in range(r.choice([0] * 8 + [1, 1, 2, 3]))]
        words = [self.quote(self.spoil(self.flag(VERBS.get(verb, "C")), 0.15)) for _ in range(r.choice([0, 1, 1, 1, 1, 2, 2, 3, 5]))]
        space = r.choice([" "] * 12 + ["  ", "\t", "\u00a0", "\r", "\v"])
        return self.spoil(f"#cgo {space.join(conditions + [verb])}{r.choice(['', '', '', ' '])}: {space.join(words)}", 0.02)

    def comment(self, lines):
        """The lines in a comment, which is above import "C" most of the time."""
        r = self.r
        lines = [r.choice(["", "", "", " ", "\t", "  "]) + l + r.choice(["", "", "", " ", "\r"]) for l in lines]
        shape = r.randint(0, 5)
        if shape <= 1:
            text = "\n".join(r.choice(["// ", "// ", "//", "//\t"]) + l for l in lines)
        elif shape == 5:
            text = "\n".join(f"/* {l.replace('*/', '')} */" for l in lines)
        else:
            text = "/*\n" + "\n".join(l.replace("*/", "") for l in lines) + "\n*/"
        if r.random() < 0.04:
            return text + r.choice(["\n\n", " ", "\n// more\n", "\n/* x */ "]) + 'import "C"\n'
        if r.random() < 0.05:
            return f"import (\n{text}\n\"C\"\n)\n"
        if r.random() < 0.03:
            return f"{text}\nimport (\n\"C\"\n)\n"
        return text + "\nimport \"C\"\n"


def make_package(m, directory, number, lines):
    """Files of one package; the number of lines that went into it."""
    r = m.r
    os.makedirs(directory)
    files = r.choice([1] * 8 + [2])
    per_file = [lines // files + (k < lines % files) for k in range(files)]
    for k, n in enumerate(per_file):
        head = r.choice(["//go:build !windows\n\n", "//go:build ignore\n\n", "// doc\n"]) if r.random() < 0.06 else ""
        text = head + f"package p{number}" + r.choice(["\n"] * 9 + [" // x\n"])
        if n or not k:
            text += m.comment([m.line() for _ in range(n)])
        with open(os.path.join(directory, f"f{number}_{k}.go"), "w", encoding="utf-8", newline="") as f:
            f.write(text)
    if r.random() < 0.02:
        with open(os.path.join(directory, r.choice(["x.swig", "cgox.swig", "cgo.swigcxx", "x.f", "y.m", "-x.c", "+.c", "é.c"])), "w", encoding="utf-8"):
            pass
    age = r.choice([-3600, 3600])
    for name in os.listdir(directory):
        os.utime(os.path.join(directory, name), (time.time() + age, time.time() + age))


def run(program, module, patterns, env):
    p = subprocess.run([program, "build", "-n", *patterns], cwd=module, env=env, capture_output=True, check=False)
    return p.returncode, p.stderr.decode("utf-8", "replace")


def own_lines(text):
    """The messages of packages, without the commands that -n prints."""
    return [l for l in text.split("\n") if re.match(r"m/p\d+: ", l)]


class Fuzz:
    def __init__(self, goesc, go, env, work):
        self.goesc, self.go, self.env, self.work = goesc, go, env, work
        self.packages = self.load_errors = self.refused = self.differences = 0

    def differ(self, what, go, ours):
        self.differences += 1
        print(f"{what}\n  go:    {go!r}\n  goesc: {ours!r}")

    def batch(self, rng, lines):
        """One module with this many lines."""
        module = os.path.join(self.work, rng.choice(ROOTS))
        shutil.rmtree(module, ignore_errors=True)
        os.makedirs(module)
        with open(os.path.join(module, "go.mod"), "w", encoding="utf-8") as f:
            f.write("module m\n\ngo 1.24\n")
        count, m = 0, Maker(rng)
        while lines > 0 and count < BATCH:
            n = min(lines, rng.choice([1, 1, 1, 1, 2, 3]))
            make_package(m, os.path.join(module, f"p{count}"), count, n)
            count += 1
            lines -= n
        self.packages += count
        good = self.compare_loading(module)
        if good:
            self.compare_flags(module, good)
        return lines

    def compare_loading(self, module):
        """Compares what cannot be loaded; the packages that can."""
        status, go = run(self.go, module, ["./..."], self.env)
        ours_status, ours = run(self.goesc, module, ["./..."], self.env)
        listed = subprocess.run([self.go, "list", "-e", "-f", "{{.ImportPath}} {{if .Error}}bad{{end}}", "./..."], cwd=module, env=self.env,
                                capture_output=True, text=True, check=False).stdout.split("\n")
        bad = {int(l[3:-4]) for l in listed if l.endswith(" bad")}
        good = [int(l[3:]) for l in listed if l and not l.endswith(" bad")]
        self.load_errors += len(bad)
        if bad and (go, status) != (ours, ours_status):
            a, b = go.split("\n"), ours.split("\n")
            if sorted(a) == sorted(b):
                self.differ("order of packages that cannot be loaded", "", "")
            for l in a:
                if l not in b:
                    self.differ(f"{module}: only go says", l, "")
            for l in b:
                if l not in a:
                    self.differ(f"{module}: only goesc says", "", l)
            if status != ours_status:
                self.differ("status", status, ours_status)
        return good

    def compare_flags(self, module, numbers):
        patterns = [f"./p{n}" for n in numbers]
        status, go = run(self.go, module, patterns, self.env)
        ours_status, ours = run(self.goesc, module, patterns, self.env)
        a, b = own_lines(go), own_lines(ours)
        self.refused += len(a)
        if status != ours_status:
            self.differ("status", status, ours_status)
        if ours.split("\n")[:-1] != b:
            self.differ(f"{module}: goesc says more", "", [l for l in ours.split("\n")[:-1] if l not in b])
        of_go, of_ours = dict(l.split(": ", 1) for l in a), dict(l.split(": ", 1) for l in b)
        for p in sorted(of_go.keys() | of_ours.keys()):
            if of_go.get(p) != of_ours.get(p):
                self.differ(p, of_go.get(p), of_ours.get(p))
                print(self.sources(os.path.join(module, p[2:])))
        if a != b and sorted(a) == sorted(b):
            self.differ("order of refused packages", a, b)

    @staticmethod
    def sources(directory):
        out = ""
        for name in sorted(os.listdir(directory)):
            with open(os.path.join(directory, name), encoding="utf-8", newline="") as f:
                out += f"    {name}: {f.read()!r}\n"
        return out


def environment():
    env = {k: v for k, v in os.environ.items() if not k.startswith("CGO_") and k not in ("GOFLAGS", "PKG_CONFIG", "CC", "CXX", "FC")}
    return {**env, "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOENV": "off", "GO111MODULE": "", "GOWORK": "off", "CGO_ENABLED": "1",
            "PWD": ""}


def fuzz(goesc, go, lines, seed, keep=False):
    """Runs; the Fuzz with its numbers."""
    work = tempfile.mkdtemp(prefix="goesc-cgo-")
    f = Fuzz(goesc, go, environment(), work)
    rng = random.Random(seed)
    try:
        while lines > 0:
            lines = f.batch(rng, lines)
    finally:
        if keep:
            print("kept in", work)
        else:
            shutil.rmtree(work, ignore_errors=True)
    return f


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", default="build")
    ap.add_argument("--lines", type=int, default=10000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--keep", action="store_true")
    args = ap.parse_args()
    go = shutil.which("go")
    if not go:
        sys.exit("fuzz.py: there is no go command to compare with")
    f = fuzz(os.path.abspath(os.path.join(ROOT, args.build, "goesc")), go, args.lines, args.seed, args.keep)
    print(f"seed {args.seed}: {args.lines} lines in {f.packages} packages: {f.load_errors} cannot be loaded, {f.refused} are refused; "
          f"{f.differences} differences")
    sys.exit(1 if f.differences else 0)


if __name__ == "__main__":
    main()
