"""Reading a program never runs it.

Two things are held here. First, docs/security.md lists every place in the code that starts a program; the list is read, and so
are the sources. Second, goesc looks at a hostile module under strace: the programs that start are those of the list, and goesc opens
no file outside of the roots that docs/security.md names. The module has, in its folders and named first in PATH, programs with the names of
all that goesc and its children look for; each would leave a file behind."""
import glob
import gzip
import os
import re
import shutil
import stat
import subprocess
import tempfile

from harness import ROOT

STARTS = re.compile(r"\.program = PROGRAM_(\w+)")
FUNCTION = re.compile(r"^[A-Za-z_][^;=]*?\b(\w+)\([^;]*\{$")


def starts_in_code():
    """(program, file, function) of each place that starts one."""
    names = dict(re.findall(r'^PROGRAM\((\w+), "([^"]+)"', read("src/base/programs.def"), re.M))
    found, used = set(), set()
    for path in sorted(glob.glob(os.path.join(ROOT, "src", "*", "*.c"))):
        name, function, head = os.path.relpath(path, ROOT), None, ""
        for line in read(path).split("\n"):
            head = line if line[:1].strip() and not line.startswith(("#", "/", " *", "}")) else head + " " + line.strip()
            m = FUNCTION.match(head)
            if m and line.endswith("{"):
                function = m.group(1)
            for program in STARTS.findall(line):
                found.add((names.get(program, program), name, function))
                used.add(program)
    return found, set(names) - used


def starts_in_docs():
    return {(p, f, fn) for p, f, fn in re.findall(r"^\| `([^`]+)` \| (\S+) `(\w+)` \|", read("docs/security.md"), re.M)}


def other_ways():
    """Places that start a program past spawn.c. banned.h keeps most from compiling; nothing may switch it off."""
    bad = []
    for path in sorted(glob.glob(os.path.join(ROOT, "src", "*", "*.[ch]"))):
        name = os.path.relpath(path, ROOT)
        if name in ("src/base/spawn.c", "src/base/banned.h"):
            continue
        text = re.sub(r"/\*.*?\*/", "", read(path), flags=re.S)
        bad += [f"{name}: {m}" for m in re.findall(r"GOESC_STARTS_PROGRAMS|\b(?:fork|vfork|clone|clone3|execv|execve|execvp|execvpe|execl|"
                                                   r"execlp|execle|execveat|fexecve|posix_spawnp?|popen|system|wordexp|dlopen)\s*\(", text)]
    return bad


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as f:
        return f.read()


# ---- the hostile module ----

# Whatever goesc, cgo, the C compiler or git could look for. Each leaves its name behind when it runs.
BAIT = ["go", "gcc", "cc", "clang", "g++", "as", "ld", "cc1", "collect2", "cpp", "pkg-config", "git", "cgo", "compile", "dot", "sh", "less",
        "xdg-open", "env", "ssh", "gofmt", "objdump", "nm", "addr2line"]

FILES = {
    "go.mod": "module example.com/hostile\n\ngo 1.22\n\ntoolchain go1.99.9\n",
    "go.env": "GOFLAGS=-toolexec=./go\nCC=./gcc\n",
    ".config/go/env": "CC=./gcc\nGOFLAGS=-toolexec=./go\n",
    "a.go": """package hostile

//go:generate ./go
//go:generate sh -c "touch ran-generate"

import "example.com/hostile/sub"

type T struct{ p *int }

func New(n int) *T {
	x := n
	return &T{&x}
}

//line /etc/passwd:1
func Passwd() *int { x := 1; return &x }

//line ../../../../../../etc/hostname:1
func Up() *int { x := 1; return &x }

//line secret/outside.go:1
func Linked() *int { x := 1; return &x }

func Sub() *int { return sub.Sub() }
""",
    "sub/sub.go": "package sub\n\nfunc Sub() *int { return new(int) }\n",
    "c/c.go": """package c

/*
#cgo CFLAGS: -O2 -DX=1
#cgo LDFLAGS: -lm
static int twice(int *p) { return 2 * *p; }
*/
import "C"

func Twice(n int) int {
	x := C.int(n)
	return int(C.twice(&x))
}
""",
    "evil/evil.go": """package evil

// #cgo CFLAGS: -fplugin=./evil.so -B. -wrapper ./gcc
// static int f(void) { return 1; }
import "C"

func F() int { return int(C.f()) }
""",
    "embed/embed.go": 'package embed\n\nimport _ "embed"\n\n//go:embed linked.txt\nvar s string\n\nfunc S() string { return s }\n',
    "up/up.go": 'package up\n\nimport _ "example.com/hostile/../../../../etc"\n',
    "abs/abs.go": 'package abs\n\nimport _ "/etc"\n',
    "Makefile": "all:\n\ttouch ran-make\n",
    ".envrc": "touch ran-envrc\n",
}


class Hostile:
    def __init__(self, t):
        self.t = t
        self.top = os.path.realpath(tempfile.mkdtemp(prefix="goesc-security-"))
        self.dir = os.path.join(self.top, "module")
        self.tmp = os.path.join(self.top, "tmp")
        self.outside = os.path.join(self.top, "outside")
        for d in (self.dir, self.tmp, self.outside, os.path.join(self.top, "home")):
            os.mkdir(d)
        self.write("../outside/outside.go", "package outside // SECRET\n")
        self.write("../outside/secret.txt", "SECRET\n")
        for name, text in FILES.items():
            self.write(name, text)
        os.symlink(self.outside, os.path.join(self.dir, "secret"))
        os.symlink(os.path.join(self.outside, "secret.txt"), os.path.join(self.dir, "embed", "linked.txt"))
        for folder in (".", "sub", "c", "evil", "bin"):
            for name in BAIT:
                self.bait(os.path.join(folder, name))
        self.repository()
        self.profile()

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)

    def bait(self, name):
        self.write(name, f'#!/bin/sh\n/usr/bin/touch "{self.top}/ran-{os.path.basename(name)}"\n')
        path = os.path.join(self.dir, name)
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)

    def git(self, *args):
        env = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@example.com",
                   GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@example.com")
        subprocess.run(["git", *args], cwd=self.dir, env=env, check=True, capture_output=True)

    def repository(self):
        """A git repository that has two revisions, and everything that makes git start something."""
        if not shutil.which("git"):
            return
        self.git("init", "-q", "-b", "main")
        self.git("add", "go.mod", "a.go", "sub", "c/c.go")
        self.git("commit", "-q", "-m", "one")
        self.write("sub/sub.go", "package sub\n\nvar kept *int\n\nfunc Sub() *int {\n\tkept = new(int)\n\treturn new(int)\n}\n")
        self.git("commit", "-q", "-a", "-m", "two")
        self.write(".gitattributes", "* diff=evil filter=evil\n")
        bait = os.path.join(self.dir, "go")
        for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "diff.external", "diff.evil.command", "diff.evil.textconv",
                    "filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "alias.rev-parse", "credential.helper", "core.askPass"):
            self.git("config", key, bait)
        self.write("included", f"[core]\n\tfsmonitor = {bait}\n")
        self.git("config", "include.path", os.path.join(self.dir, "included"))
        for hook in ("post-checkout", "pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
            self.bait(os.path.join(".git", "hooks", hook))

    def profile(self):
        """A memory profile whose files are everywhere."""
        strings, out = [""], b""

        def intern(s):
            if s not in strings:
                strings.append(s)
            return strings.index(s)

        def varint(n):
            b = bytearray()
            while n > 127:
                b.append(n & 127 | 128)
                n >>= 7
            return bytes(b + bytearray([n]))

        def num(field, n):
            return varint(field << 3) + varint(n)

        def msg(field, body):
            return varint(field << 3 | 2) + varint(len(body)) + body

        for kind, unit in (("alloc_objects", "count"), ("alloc_space", "bytes")):
            out += msg(1, num(1, intern(kind)) + num(2, intern(unit)))
        files = [("example.com/hostile.New", self.dir + "/a.go", 11), ("example.com/hostile.Passwd", "/etc/passwd", 1),
                 ("example.com/hostile.Up", "../../../../../etc/hostname", 1), ("example.com/hostile.Linked", self.dir + "/secret/outside.go", 1),
                 ("example.com/hostile.Shadow", "/etc/shadow", 1), ("example.com/hostile.Proc", "/proc/self/environ", 1)]
        for i, (func, file, line) in enumerate(files, 1):
            out += msg(2, msg(1, varint(i)) + msg(2, varint(5) + varint(5 * 16)))
            out += msg(4, num(1, i) + msg(4, num(1, i) + num(2, line)))
            out += msg(5, num(1, i) + num(2, intern(func)) + num(3, intern(func)) + num(4, intern(file)) + num(5, line))
        for s in strings:
            out += msg(6, s.encode())
        with open(os.path.join(self.dir, "mem.out"), "wb") as f:
            f.write(gzip.compress(out))

    def env(self, here_first=True):
        here, others = [".", "", "bin", "./bin", "sub"], [p for p in os.environ["PATH"].split(":") if p.startswith("/")]
        return {"ASAN_OPTIONS": "detect_leaks=0",  # the leak checker cannot work under strace
                "PATH": ":".join(here + others if here_first else others + here), "TMPDIR": self.tmp,
                "HOME": os.path.join(self.top, "home"), "XDG_CACHE_HOME": os.path.join(self.top, "home", "cache"),
                "GOMODCACHE": os.path.join(self.top, "home", "mod"), "GOFLAGS": "", "GOROOT": self.t.goroot(), "CC": "gcc"}


# ---- strace ----

CALL = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+)")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
NEW = re.compile(r"^(\d+) +(?:clone|clone3|vfork|fork)\(.*\) += (\d+)$")


def whole_lines(lines):
    """Calls that another thread's lines stand in the middle of, put together."""
    out, begun = [], {}
    for line in lines:
        pid = line.partition(" ")[0]
        if line.endswith("<unfinished ...>"):
            begun[pid] = line[:-len("<unfinished ...>")].rstrip()
        elif re.match(r"\d+ +<\.\.\. \w+ resumed>", line):
            out.append(begun.pop(pid, "") + line.partition("resumed>")[2])
        else:
            out.append(line)
    return out


def trace(h, args, here_first):
    """Runs goesc under strace; returns (status, output, programs, files that goesc itself opened, files that a child did)."""
    log = os.path.join(h.top, "strace")
    p = subprocess.run(["strace", "-f", "-qq", "-y", "-s", "4096", "-e", "trace=execve,execveat,open,openat,openat2,connect,bind,clone,clone3,fork,vfork", "-o", log, h.t.goesc, *args],
                       cwd=h.dir, env={**os.environ, **h.env(here_first)}, capture_output=True, check=False, timeout=300, stdin=subprocess.DEVNULL)
    programs, own, others, child, sockets = [], set(), set(), set(), []
    with open(log, encoding="utf-8", errors="replace") as f:
        lines = whole_lines(f.read().split("\n"))
    first = True
    for line in lines:
        m = NEW.match(line)
        if m and m.group(1) in child:
            child.add(m.group(2))
        m = CALL.match(line)
        if not m or "clone" in m.group(2) or "fork" in m.group(2):
            continue
        pid, call, rest, ret = m.group(1), m.group(2), m.group(3), int(m.group(4))
        if call.startswith("exec"):
            if ret != 0:
                continue
            if first:
                first = False
                continue
            child.add(pid)
            programs.append(QUOTED.search(rest).group(1))
        elif call in ("connect", "bind"):
            if "AF_UNIX" not in rest:
                sockets.append(line)
        elif ret >= 0:
            opened = re.search(r"= \d+<(.*)>", line)
            (others if pid in child else own).add(opened.group(1) if opened else QUOTED.search(rest).group(1))
    return p.returncode, p.stdout + p.stderr, programs, own, others, sockets


def below(path, roots):
    return any(path == r or path.startswith(r.rstrip("/") + "/") for r in roots)


def check_verb(t, h, name, args, programs_allowed, want_status=None, named=(), here_first=True):
    """named: files of the command line that lie outside."""
    status, output, programs, own, others, sockets = trace(h, args, here_first)
    goroot = os.path.realpath(t.goroot())
    own_roots = [*named, h.dir, goroot, h.tmp, os.path.join(h.top, "home"), "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/dev/null",
                 "/proc/self", "/sys/devices/system/cpu", "/etc/localtime", "/usr/share/zoneinfo", "/sys/fs/cgroup", "/proc/meminfo", "/proc/sys/vm",
                 os.path.realpath(t.build)]
    # What cgo and the C compiler read besides: headers and settings of the system.
    other_roots = own_roots + ["/usr/include", "/usr/share", "/etc", "/dev", "/proc", "/sys", "/usr/bin", "/usr/local"]
    name = f"security/strace/{name}"
    problems = [f"started {p}" for p in programs if not any(re.fullmatch(a, p) for a in programs_allowed)]
    problems += [f"opened {p}" for p in sorted(own) if not below(p.replace(" (deleted)", ""), own_roots) and not re.match(r"/proc/\d+/|pipe:|anon_inode:|socket:|/tmp/#", p)]
    problems += [f"a program opened {p}" for p in sorted(others) if not below(p.replace(" (deleted)", ""), other_roots) and not re.match(r"/proc/\d+/|pipe:|anon_inode:", p)]
    problems += [f"network: {line}" for line in sockets]
    problems += [f"ran {p}" for p in os.listdir(h.top) if p.startswith("ran-")]
    problems += [f"left behind {p}" for p in os.listdir(h.tmp)]
    if b"SECRET" in output:
        problems.append("a file outside of the module is shown")
    if b"root:" in output:
        problems.append("/etc/passwd is shown")
    if want_status is not None and status != want_status:
        problems.append(f"status {status}, want {want_status}")
    t.check(name, not problems, "\n".join(problems) + "\n" + output.decode("utf-8", "replace")[-2000:])
    return output


def fresh(t):
    """An answer from the cache is about the files as they are, whatever times an archive gives them."""
    with tempfile.TemporaryDirectory(prefix="goesc-security-") as d:
        def write(x, young):
            for name, text in (("go.mod", "module example.com/m\n\ngo 1.24\n"), ("a.go", f"package m\n\nfunc F() *int {{ {x} := 1; return &{x} }}\n")):
                with open(os.path.join(d, name), "w", encoding="utf-8") as f:
                    f.write(text)
            for name in () if young else ("a.go", "go.mod", "."):
                os.utime(os.path.join(d, name), (1577836800, 1577836800))

        for young in (False, True):
            for i in range(6):
                x = "xyz"[i % 3]
                write(x, young)
                status, out, err = t.run(["explain", "."], cwd=d, env={"GOESC_CACHE": os.path.join(d, "cache")})
                t.check(f"security/cache/{'young' if young else 'old'} {i}", status == 0 and f" {x} is moved to the heap".encode() in out, (out + err).decode())


def run(t):
    fresh(t)
    docs, (code, unused) = starts_in_docs(), starts_in_code()
    t.check("security/starts", docs == code and not unused,
            f"docs/security.md lists, the code does not have: {sorted(docs - code)}\nthe code has, docs/security.md lacks: {sorted(code - docs, key=str)}\n"
            f"programs.def has, nothing starts: {sorted(unused)}")
    ways = other_ways()
    t.check("security/other-ways", not ways, "\n".join(ways))
    if not shutil.which("strace") or not (t.go_version() or "").startswith("go1.26") or not shutil.which("git"):
        t.skip("security/strace", "no strace, no git, or no Go 1.26")
        return
    h = Hostile(t)
    try:
        compiler = [re.escape(os.path.join(os.path.realpath(t.goroot()), "pkg", "tool")) + r"/\w+/cgo", r"/usr/bin/gcc", r"/usr/lib/gcc/.*/(cc1|collect2|lto-wrapper)", r"/usr/(local/)?bin/(as|ld|.*-(as|ld))",
                    r"/usr/bin/.*-gcc.*"]
        git = [r"/usr/bin/git"]
        everything = ["./" + d for d in ("", "sub", "c")]
        out = check_verb(t, h, "build", ["build", "-gcflags=-m", *everything], compiler, 0)
        t.check("security/build/lines", b"moved to heap: x" in out and b"/etc/passwd:1" in out, out.decode("utf-8", "replace"))
        out = check_verb(t, h, "build-evil", ["build", "-gcflags=-m", "./evil"], compiler, 1)
        t.check("security/build-evil/words", b"invalid flag in #cgo CFLAGS: -fplugin=./evil.so (see https://go.dev/s/invalidflag)" in out, out.decode("utf-8", "replace"))
        check_verb(t, h, "build-cgo-off", ["build", "-cgo=off", "-gcflags=-m", "./..."], [])
        check_verb(t, h, "build-all", ["build", "-gcflags=-m", "./..."], compiler, 1)
        check_verb(t, h, "build-up", ["build", "-gcflags=-m", "./up", "./abs", "./embed"], [], 1)
        check_verb(t, h, "explain", ["explain", "-full", "."], [], 0)
        check_verb(t, h, "explain-line", ["explain", "/etc/passwd:1"], [], named=["/etc"])
        check_verb(t, h, "explain-json", ["explain", "-json", "."], [], 0)
        check_verb(t, h, "explain-cgo", ["explain", "./c"], compiler, 0)
        check_verb(t, h, "top", ["top", "-profile", "mem.out", "."], [], 0)
        check_verb(t, h, "top-json", ["top", "-json", "-profile", "mem.out", "."], [], 0)
        check_verb(t, h, "top-html", ["top", "-html", "../home/page.html", "-profile", "mem.out", "."], [], 0)
        check_verb(t, h, "pprof-list", ["tool", "pprof", "-list", ".", "mem.out"], [], 0)
        check_verb(t, h, "list", ["list", "-deps", "-json", "."], [], 0)
        check_verb(t, h, "list-e", ["list", "-e", "./..."], [], 0)
        check_verb(t, h, "env", ["env"], [], 0)
        check_verb(t, h, "diff-no-git", ["diff", "HEAD~1"], [], 2)
        out = check_verb(t, h, "diff", ["diff", "HEAD~1", "--", "./sub", "."], git, 1, here_first=False)
        t.check("security/diff/words", b"1 new" in out, out.decode("utf-8", "replace"))
        check_verb(t, h, "diff-two", ["diff", "-json", "HEAD~1", "HEAD", "--", "./sub"], git, 1, here_first=False)
        check_verb(t, h, "diff-cgo", ["diff", "-sarif", "HEAD~1", "HEAD", "--", "./c"], git + compiler, 0, here_first=False)
        check_verb(t, h, "build-here-last", ["build", "-gcflags=-m", *everything], compiler, 0, here_first=False)
    finally:
        shutil.rmtree(h.top, ignore_errors=True)
