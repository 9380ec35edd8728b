"""Command-line scripts: tests/cli/*.txt, each in a folder of its own.

A script is lines of commands, then files, each behind a line `-- name --`, unpacked before it runs:

    goesc ARGS…            must end with status 0          (words as in the shell; $WORK is the folder)
    status N goesc ARGS…   must end with status N
    stdout 'regexp'        the last command's stdout matches (multi-line); ! stdout: does not
    stderr 'regexp'        likewise
    stdout = FILE          equals the file; likewise stderr = FILE
    env K=V   cd DIR   mkdir DIR   symlink NAME TARGET   chmod MODE FILE
    bytes FILE EXPR        writes the Python bytes expression, for what text cannot hold
    file NAME 'regexp'     the file matches; ! file: does not
    ls DIR 'regexp'        a name in the directory matches; ! ls: none does
    islink NAME            it is a symbolic link
    mode MODE NAME         it has that mode
    need-root              the rest needs tests that run as root
    need-goroot            the rest needs the sources of a Go 1.26
    need-cgo               … and its cgo, with a C compiler
    fifo NAME              a pipe that nobody writes to
    as-nobody              from here on goesc runs as a user without rights, when the tests run as root
    prefixes FILE goesc ARGS…     runs it for every prefix of the file, which must end with status 0 or 1
    stopped rm|rmdir|… PATH goesc ARGS…   as `status 1`; goesc is stopped at its first output, `rm` and so on done, and
                           goesc goes on
Lines beginning with # are comments: they say what is promised."""
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time

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
        self.out, self.user, self.program = {"stdout": "", "stderr": ""}, None, t.goesc

    def as_nobody(self):
        """Root may read anything: another user runs a copy of goesc, since it need not get at our folder."""
        if os.geteuid() != 0:
            return
        self.user, self.program = 65534, os.path.join(self.work, ".goesc")
        shutil.copy(self.t.goesc, self.program)
        os.chmod(self.work, 0o755)
        self.env["HOME"] = self.work

    def goesc(self, args, want):
        status, out, err = self.t.run(args, cwd=self.cwd, env=self.env, timeout=120, user=self.user, program=self.program)
        self.out = {"stdout": out.decode("utf-8", "replace"), "stderr": err.decode("utf-8", "replace")}
        if status != want:
            return f"status {status}, want {want}\nstdout: {self.out['stdout'][:2000]}\nstderr: {self.out['stderr'][:2000]}"
        return None

    def prefixes(self, file, args):
        path = os.path.join(self.cwd, file)
        with open(path, "rb") as f:
            text = f.read()
        for n in range(len(text)):
            with open(path, "wb") as f:
                f.write(text[:n])
            status, _, err = self.t.run(args, cwd=self.cwd, env=self.env)
            if status not in (0, 1) or b"internal error" in err:
                return f"after {n} bytes: status {status}\n{err.decode('utf-8', 'replace')[:2000]}"
        return None

    def stopped(self, verb, path, args):
        """goesc's stderr is a pipe that is full: it waits in its first write until the change has been made."""
        r, w = os.pipe()
        os.set_blocking(w, False)
        filled = 0
        try:
            while True:
                filled += os.write(w, b" " * 4096)
        except BlockingIOError:
            os.set_blocking(w, True)
        env = {k: v for k, v in os.environ.items() if k not in ("GOFLAGS", "GOWORK", "GOOS", "GOARCH", "GOEXPERIMENT")}
        p = subprocess.Popen([self.program] + args, cwd=self.cwd, env={**env, **self.env}, stdout=subprocess.DEVNULL,
                             stderr=w)
        os.close(w)
        until = time.monotonic() + 30
        while time.monotonic() < until and p.poll() is None and not writing(p.pid):
            time.sleep(0.01)
        path = os.path.join(self.cwd, path)
        if verb == "rm":
            os.remove(path)
        elif verb == "rmtree":
            shutil.rmtree(path)
        elif verb == "truncate":
            os.truncate(path, 0)
        else:
            p.kill()
            return f"unknown change {verb}"
        with os.fdopen(r, "rb") as f:
            self.out["stderr"] = f.read()[filled:].decode("utf-8", "replace")
        status = p.wait()
        return None if status == 1 else f"status {status}, want 1\nstderr: {self.out['stderr'][:2000]}"

    def line(self, line):
        """Runs one line; returns a complaint or None."""
        if not line.startswith(("stdout ", "stderr ", "! ")):
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
        if verb in ("file", "ls"):
            name = os.path.join(self.cwd, args[0])
            try:
                with open(name, encoding="utf-8", errors="replace") if verb == "file" else os.scandir(name) as f:
                    got = f.read() if verb == "file" else "\n".join(e.name for e in f)
            except OSError as x:
                return str(x)
            found = re.search(args[1], got, re.M) is not None
            return None if found != negate else f"{name} {'matches' if negate else 'does not match'} {args[1]!r}:\n{got[:2000]}"
        if verb == "islink":
            return None if os.path.islink(os.path.join(self.cwd, args[0])) else f"{args[0]} is no symbolic link"
        if verb == "mode":
            got = os.stat(os.path.join(self.cwd, args[1])).st_mode & 0o7777
            return None if got == int(args[0], 8) else f"mode {got:o}"
        if verb == "as-nobody":
            return self.as_nobody()
        if verb == "prefixes":
            return self.prefixes(args[0], args[2:])
        if verb == "stopped":
            return self.stopped(args[0], args[1], args[3:])
        path = os.path.join(self.cwd, args[-1] if verb == "chmod" else args[0]) if args else ""
        if verb == "env":
            key, _, value = args[0].partition("=")
            self.env[key] = value
        elif verb == "cd":
            self.cwd = path
        elif verb == "mkdir":
            os.makedirs(path, exist_ok=True)
        elif verb == "fifo":
            os.mkfifo(path)
        elif verb == "symlink":
            os.symlink(args[1], path)
        elif verb == "chmod":
            os.chmod(path, int(args[0], 8))
        else:
            return f"unknown command {verb}"
        return None


def writing(pid):
    """Whether a thread of the process waits in write(2, …): what Linux says of system calls (1 is write on x86-64, 64
    on arm64; 20 and 66 are writev)."""
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/syscall", encoding="ascii") as f:
                words = f.read().split()
        except OSError:
            continue
        if len(words) > 1 and words[0] in ("1", "64", "20", "66") and words[1] == "0x2":
            return True
    return False


def one(t, path):
    work = os.path.realpath(tempfile.mkdtemp(prefix="goesc-cli-"))
    try:
        s = Script(t, work)
        for number, line in enumerate(unpack(path, work).split("\n"), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line in ("need-goroot", "need-cgo"):
                if not (t.go_version() or "").startswith("go1.26"):
                    return None
                if line == "need-cgo" and not (shutil.which("go") and shutil.which("gcc")):
                    return None
                continue
            if line == "need-root":
                if os.geteuid() != 0:
                    return None
                continue
            why = s.line(line)
            if why:
                return f"line {number}: {line}\n{why}"
        return None
    finally:
        for folder, names, _ in os.walk(work):
            for name in names:
                if not os.path.islink(os.path.join(folder, name)):
                    os.chmod(os.path.join(folder, name), 0o755)
        shutil.rmtree(work, ignore_errors=True)


def run(t):
    folder = os.path.join(ROOT, "tests", "cli")
    names = sorted(f for f in os.listdir(folder) if f.endswith(".txt")) if os.path.isdir(folder) else []
    for name, why in zip(names, parallel(lambda n: one(t, os.path.join(folder, n)), names)):
        t.check("cli/" + name, why is None, why or "")
