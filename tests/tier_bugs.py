"""Reports from users: tests/bugs/NNN-name/, each a folder with the files that show the bug, and beside them

    cmd       the command line, `goesc build -gcflags=-m ./a`; words before goesc such as GOFLAGS=-v set the environment, and
              lines before that one may be `cd FOLDER`
    stdout, stderr, status    the right answer (none: empty, 0). $WORK is the folder, $GOROOT that of Go
    go        the command of Go's that is right: `go build -gcflags=-m ./a`, or empty: cmd with go in goesc's place. Where a
              Go 1.26 is on the machine its answer is compared with the recorded one, too
    need      words: goroot (the sources of a Go 1.26), cgo (its cgo with a C compiler); skipped without
    README    what was wrong

The files are copied before the command runs. UPDATE=1 records the answer of `go`, or goesc's where the case has none."""
import os
import re
import shlex
import shutil
import tempfile

from harness import ROOT, diff, parallel

FOLDER = os.path.join(ROOT, "tests", "bugs")
OURS = {"cmd", "stdout", "stderr", "status", "go", "need", "README"}


def read(path, default=None):
    if not os.path.exists(path):
        return default
    with open(path, encoding="utf-8") as f:
        return f.read()


def commands(text):
    """(folder, environment, words behind the program's name)"""
    cwd, env, words = ".", {}, []
    for line in text.strip().split("\n"):
        words = shlex.split(line)
        if words[0] == "cd":
            cwd = os.path.join(cwd, words[1])
    while "=" in words[0]:
        key, _, env_value = words.pop(0).partition("=")
        env[key] = env_value
    return cwd, env, words[1:]


class Case:
    def __init__(self, t, name):
        self.t, self.name, self.folder = t, name, os.path.join(FOLDER, name)

    def file(self, name, default=None):
        return read(os.path.join(self.folder, name), default)

    def answer(self, program, text):
        """What the program says, with the names of folders replaced."""
        work = os.path.realpath(tempfile.mkdtemp(prefix="goesc-bugs-"))
        try:
            copy = os.path.join(work, "w")
            shutil.copytree(self.folder, copy, symlinks=True,
                            ignore=lambda d, names: OURS & set(names) if d == self.folder else [])
            cwd, env, args = commands(text)
            env = {"GO111MODULE": "", "GOFLAGS": "", "GOTOOLCHAIN": "local", **env}
            status, out, err = self.t.run(args, cwd=os.path.join(copy, cwd), env=env, timeout=300, program=program)
            result = {"status": str(status)}
            for name, data in (("stdout", out), ("stderr", err)):
                data = data.decode("utf-8", "surrogateescape").replace(copy, "$WORK")
                result[name] = data.replace(self.t.goroot(), "$GOROOT") if self.t.goroot() else data
            return result
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def recorded(self):
        return {"status": self.file("status", "0").strip(), "stdout": self.file("stdout", ""), "stderr": self.file("stderr", "")}

    def record(self, answer):
        for name, default in (("status", "0"), ("stdout", ""), ("stderr", "")):
            path = os.path.join(self.folder, name)
            if answer[name] != default:
                with open(path, "w", encoding="utf-8", errors="surrogateescape") as f:
                    f.write(answer[name].rstrip("\n") + "\n" if name == "status" else answer[name])
            elif os.path.exists(path):
                os.remove(path)

    def run(self):
        """What is wrong: a list of (what, why); or the reason why it cannot run."""
        command = self.file("cmd")
        if not command or not re.match(r"\d{3}-", self.name):
            return [("", "a case is a folder NNN-name with a file cmd")]
        go_here = (self.t.go_version() or "").startswith("go1.26")
        for need in self.file("need", "").split():
            if not (self.t.source_version() or "").startswith("go1.26"):
                return "no sources of a Go 1.26"
            if need == "cgo" and not (go_here and shutil.which("gcc")):
                return "no cgo"
        go = self.file("go")
        judge = (go if go is not None and go.strip() else command) if go is not None and go_here else None
        if self.t.update:
            self.record(self.answer(self.t.go, judge) if judge else self.answer(None, command))
        want = self.recorded()
        wrong = compare("", want, self.answer(None, command))
        if judge:
            wrong += compare(": what go says", want, self.answer(self.t.go, judge))
        return wrong


def compare(what, want, got):
    return [(what, f"{key} differs:\n" + diff(want[key], got[key])) for key in want if want[key] != got[key]]


def run(t):
    names = sorted(os.listdir(FOLDER)) if os.path.isdir(FOLDER) else []
    names = [n for n in names if os.path.isdir(os.path.join(FOLDER, n))]
    for name, result in zip(names, parallel(lambda n: Case(t, n).run(), names)):
        if isinstance(result, str):
            t.skip("bugs/" + name, result)
        elif result:
            for what, why in result:
                t.fail("bugs/" + name + what, why)
        else:
            t.ok("bugs/" + name)
