"""What the test tiers share: running goesc, counting, and reporting.

Each tier is a module with run(t), which calls t.ok(name), t.fail(name, why) or t.skip(name, why) once for each test
that really ran (or could not)."""
import concurrent.futures
import difflib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(number, value):
    """A field of a protocol buffer, for profiles made by hand: a number, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


class Harness:
    def __init__(self, build, update=False, verbose=False):
        self.build = os.path.join(ROOT, build)
        self.goesc = os.path.join(self.build, "goesc")
        self.update = update
        self.verbose = verbose
        self.passed = self.failed = self.skipped = 0
        self.go = shutil.which("go")
        self._goroot = None

    def ok(self, name):
        self.passed += 1
        if self.verbose:
            print(f"ok      {name}")

    def fail(self, name, why):
        self.failed += 1
        print(f"FAIL    {name}\n{indent(why)}", flush=True)

    def skip(self, name, why):
        self.skipped += 1
        print(f"skip    {name}: {why}", flush=True)

    def check(self, name, good, why=""):
        if good:
            self.ok(name)
        else:
            self.fail(name, why)

    def goroot(self):
        """The Go tree of the machine, from `go env GOROOT` (None without Go)."""
        if self._goroot is None:
            self._goroot = ""
            if self.go:
                p = subprocess.run([self.go, "env", "GOROOT"], capture_output=True, text=True, check=False)
                self._goroot = p.stdout.strip()
        return self._goroot or None

    def go_version(self):
        """The release of the machine's go command, None without one."""
        return version_of(self.goroot())

    def source_version(self):
        """The release whose standard library goesc reads: that Go's, or Debian's golang-src."""
        p = subprocess.run([self.goesc, "env", "GOROOT"], capture_output=True, text=True, check=False)
        return version_of(p.stdout.strip())

    def run(self, args, cwd=None, env=None, timeout=120, stdin=None, user=None, program=None):
        """Runs goesc with args; returns (status, stdout, stderr) as bytes. A crash is a negative status, a hang 124.
        user: whom to run it as (a number; only root may); program: a copy of goesc to run."""
        e = dict(os.environ)
        for k in ("GOFLAGS", "GOWORK", "GOOS", "GOARCH", "GOEXPERIMENT"):
            e.pop(k, None)
        e.update(env or {})
        try:
            p = subprocess.run([program or self.goesc] + args, cwd=cwd, env=e, capture_output=True, timeout=timeout,
                               stdin=stdin or subprocess.DEVNULL, check=False, user=user)
        except subprocess.TimeoutExpired as x:
            return 124, x.stdout or b"", (x.stderr or b"") + b"\n(timed out)"
        return p.returncode, p.stdout, p.stderr


def version_of(goroot):
    try:
        with open(os.path.join(goroot, "VERSION"), encoding="utf-8") as f:
            return f.readline().strip()
    except (OSError, TypeError):
        return None


def indent(text):
    return "\n".join("        " + line for line in text.rstrip("\n").split("\n")[:60])


def diff(want, got, limit=40):
    lines = list(difflib.unified_diff(want.splitlines(), got.splitlines(), "want", "got", lineterm="", n=1))
    more = len(lines) - limit
    return "\n".join(lines[:limit] + ([f"… {more} more lines"] if more > 0 else []))


def parallel(fn, items):
    """Maps fn over items on as many threads as there are cores; results in order."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        return list(pool.map(fn, items))


def die(msg):
    print(msg, file=sys.stderr)
    sys.exit(2)
