"""Command-line scripts: tests/cli/*.txt, each in a folder of its own.

A script is lines of commands, then files, each behind a line `-- name --`, unpacked before it runs:

    goesc ARGS…            must end with status 0          (words as in the shell; $WORK is the folder)
    status N goesc ARGS…   must end with status N
    stdout 'regexp'        the last command's stdout matches (multi-line); ! stdout: does not
    stderr 'regexp'        likewise
    stdout = FILE          equals the file; likewise stderr = FILE
    env K=V   cd DIR   mkdir DIR   symlink NAME TARGET   chmod MODE FILE
    bytes FILE EXPR        writes the Python bytes expression, for what text cannot hold
    need-goroot            the rest needs the sources of a Go 1.26
    skip-root              the rest makes no sense for root, who may read anything
Lines beginning with # are comments: they say what is promised."""
import os
import re
import shlex
import shutil
import tempfile

from harness import ROOT, diff, parallel


def unpack(path, work):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    script, *rest = re.split(r"^-- (.+?) --\n", text, flags=re.M)
    for name, body in zip(rest[::2], rest[1::2]):
        file = os.path.join(work, name.strip())
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w", encoding="utf-8") as f:
            f.write(body)
    return script


class Script:
    def __init__(self, t, work):
        self.t, self.work, self.cwd, self.env = t, work, work, {"GO111MODULE": "", "GOFLAGS": "", "WORK": work}
        self.status, self.out = 0, {"stdout": "", "stderr": ""}

    def goesc(self, args, want):
        status, out, err = self.t.run(args, cwd=self.cwd, env=self.env, timeout=60)
        self.out = {"stdout": out.decode("utf-8", "replace"), "stderr": err.decode("utf-8", "replace")}
        if status != want:
            return f"status {status}, want {want}\nstdout: {self.out['stdout'][:2000]}\nstderr: {self.out['stderr'][:2000]}"
        return None

    def line(self, line):
        """Runs one line; returns a complaint or None."""
        line = line.replace("$WORK", self.work)
        if line.startswith("bytes "):
            _, name, expr = line.split(None, 2)
            with open(os.path.join(self.cwd, name), "wb") as f:
                f.write(eval(expr, {}))  # our own test's expression
            return None
        words = shlex.split(line)
        negate = words[0] == "!"
        if negate:
            words = words[1:]
        verb, args = words[0], words[1:]
        if verb == "goesc":
            return self.goesc(args, 0)
        if verb == "status":
            return self.goesc(args[2:], int(args[0]))
        if verb in ("stdout", "stderr"):
            got = self.out[verb].replace(self.work, "$WORK")
            if self.t.goroot():
                got = got.replace(self.t.goroot(), "$GOROOT")
            if args[0] == "=":
                with open(os.path.join(self.work, args[1]), encoding="utf-8") as f:
                    want = f.read()
                return None if got == want else f"{verb} differs:\n" + diff(want, got)
            found = re.search(args[0], got, re.M) is not None
            return None if found != negate else f"{verb} {'matches' if negate else 'does not match'} {args[0]!r}:\n{got[:2000]}"
        path = os.path.join(self.cwd, args[-1] if verb == "chmod" else args[0]) if args else ""
        if verb == "env":
            key, _, value = args[0].partition("=")
            self.env[key] = value
        elif verb == "cd":
            self.cwd = path
        elif verb == "mkdir":
            os.makedirs(path, exist_ok=True)
        elif verb == "symlink":
            os.symlink(args[1], path)
        elif verb == "chmod":
            os.chmod(path, int(args[0], 8))
        else:
            return f"unknown command {verb}"
        return None


def one(t, path):
    work = os.path.realpath(tempfile.mkdtemp(prefix="goesc-cli-"))
    try:
        s = Script(t, work)
        for number, line in enumerate(unpack(path, work).split("\n"), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line == "need-goroot":
                if not (t.go_version() or "").startswith("go1.26"):
                    return None
                continue
            if line == "skip-root":
                if os.geteuid() == 0:
                    return None
                continue
            why = s.line(line)
            if why:
                return f"line {number}: {line}\n{why}"
        return None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def run(t):
    folder = os.path.join(ROOT, "tests", "cli")
    names = sorted(f for f in os.listdir(folder) if f.endswith(".txt")) if os.path.isdir(folder) else []
    for name, why in zip(names, parallel(lambda n: one(t, os.path.join(folder, n)), names)):
        t.check("cli/" + name, why is None, why or "")
