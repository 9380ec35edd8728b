"""goesc on a terminal: what others wrote (names of files and functions, source, what other programs say) is shown, not
obeyed. Each command runs twice, with its output on pseudo-terminals and into pipes. On the terminal no control
character, no character that can't be seen and no byte that is no UTF-8 arrives, only goesc's own colours; and but for
source that is quoted, whose columns are the screen's, the text is what the pipe got, written out. The pipe gets the
bytes as they are."""
import os
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time

from tier_html import Profile

ENV = ("GOFLAGS", "GOWORK", "GOOS", "GOARCH", "GOEXPERIMENT", "NO_COLOR", "TERM")
OURS = re.compile(rb"\x1b\[(?:1|1;31|32|33|34|0;31)m([^\x1b]*)\x1b\[0m")
UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
                    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]")

EVIL = "\x1b]0;owned\x07\x1b[1;31m\r\u009b31m\u202e\u200b\u3164\U000e0041"
RAW = b"\x9b31m\xff"  # no UTF-8
SHOWN = b"\\x1b]0;owned\\x07\\x1b[1;31m"

GOOD = """package main

import "fmt"

var sink *string

func main() {
\ts := "EVIL" // EVIL
\tsink = &s
\twide := "\u65e5\u672c\u8a9e\U0001f600e\u0301"; fmt.Println(wide)
\t_ = "EVIL"; fmt.Println(len(s))
}
"""
BAD = """package bad

//line EVILx.go:7
func f() int { return undefined_name + "EVIL" }
"""
CGO = """package c

// #error EVIL
import "C"

var x C.int
"""
TEST = """package tested

import ("fmt"; "testing")

var sink []byte

func BenchmarkX(b *testing.B) {
\tfmt.Print("EVIL\\n")
\tfor b.Loop() { sink = make([]byte, 100) }
}
"""


def shown(data):
    """What a terminal must be sent for the bytes."""
    def form(m):
        c = ord(m.group())
        return "\\x%02x" % c if c < 0x80 else "\\u%04x" % c if c < 0x10000 else "\\U%08x" % c
    out, text = [], data.decode("utf-8", "surrogateescape")
    for c in text:
        out.append("\\x%02x" % (ord(c) - 0xdc00) if 0xdc80 <= ord(c) <= 0xdcff else UNSEEN.sub(form, c))
    return "".join(out).encode()


def environment(more):
    env = {k: v for k, v in os.environ.items() if k not in ENV}
    return {**env, "GO111MODULE": "", "TERM": "xterm", **more}


def on_terminals(t, args, cwd, env):
    """Status, stdout and stderr of goesc, each from a terminal of its own, with \\n for the terminal's line ends."""
    pairs = [pty.openpty(), pty.openpty()]
    p = subprocess.Popen([t.goesc.encode()] + args, cwd=cwd, env=environment(env), stdin=subprocess.DEVNULL, stdout=pairs[0][1], stderr=pairs[1][1])
    for _, slave in pairs:
        os.close(slave)
    got = {master: b"" for master, _ in pairs}
    left = set(got)
    until = time.monotonic() + 300
    while left and time.monotonic() < until:
        for fd in select.select(list(left), [], [], 1)[0]:
            try:
                more = os.read(fd, 65536)
            except OSError:  # the other side is closed
                more = b""
            got[fd] += more
            if not more:
                left.discard(fd)
                os.close(fd)
    if left:
        p.kill()
    return p.wait(), *(got[master].replace(b"\r\n", b"\n") for master, _ in pairs)


def complaint(out, color):
    """What is wrong with what a terminal got; None when nothing is."""
    if color:
        out = OURS.sub(rb"\1", out)
    try:
        text = out.decode("utf-8")
    except UnicodeDecodeError as e:
        return f"no UTF-8: {e}"
    found = UNSEEN.search(text)
    return f"{found.group()!r} at {found.start()}" if found else None


def case(t, name, args, cwd, quoted=False, color=False, want=SHOWN, env=None, raw=True):
    """want: stands in the terminal's text; raw: the pipe has an escape character; color: our colours arrive;
    quoted: source is quoted, so that the text itself differs."""
    args = [a if isinstance(a, bytes) else os.fsencode(a) for a in args]
    env = env or {}
    p = subprocess.run([t.goesc.encode()] + args, cwd=cwd, env=environment(env), stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300)
    why = []
    if raw and b"\x1b" not in p.stdout + p.stderr:
        why.append("the pipe has no escape")
    for colored in (True, False):
        status, out, err = on_terminals(t, args, cwd, {**env, **({} if colored else {"NO_COLOR": "1"})})
        label = "colour" if colored else "NO_COLOR"
        if status != p.returncode:
            why.append(f"{label}: status {status}, by pipe {p.returncode}")
        for stream, text, piped in (("stdout", out, p.stdout), ("stderr", err, p.stderr)):
            bad = complaint(text, colored)
            if bad:
                why.append(f"{label}: {stream}: {bad} in {text[:1500]!r}")
            plain = OURS.sub(rb"\1", text) if colored else text
            if not quoted and plain != shown(piped):
                why.append(f"{label}: {stream} is {plain[:1500]!r}\nby pipe, written out, {shown(piped)[:1500]!r}")
        if want not in out + err:
            why.append(f"{label}: no {want!r} in {out[:1500]!r} {err[:1500]!r}")
        if bool(OURS.search(out + err)) != (color and colored):
            why.append(f"{label}: colours: {out[:800]!r}")
    t.check("term/" + name, not why, "\n".join(why))
    return p


def marks(text):
    """The stretches that carets mark, cut out of the lines above them by columns of the screen."""
    def columns(line):
        cells = []
        for c in line:
            if c != "\u0301":
                cells += [c] + [""] * (c in "\u65e5\u672c\u8a9e\U0001f600")
        return cells
    found, above = [], ""
    for line in text.decode().split("\n"):
        m = re.match(r"( +\| [ ]*)(\^+)", line)
        if m:
            found.append("".join(columns(above)[m.start(2):m.end(2)]))
        else:
            above = line
    return found


def explain(t, work, name):
    case(t, "explain", ["explain", f"{name}:8"], work, quoted=True, color=True)
    case(t, "explain -full", ["explain", "-full", name], work, quoted=True, color=True)
    case(t, "explain package", ["explain", "."], work, quoted=True, color=True)
    case(t, "explain -json", ["explain", "-json", f"{name}:8"], work, raw=False, want=b"\\u001b]0;owned\\u0007")
    case(t, "explain: no such thing", ["explain", "x" + EVIL], work, want=b"function x\\x1b")
    # what is underlined stands above the carets, however wide characters and escapes before it are
    for line, want in ((10, "wide"), (11, "len(s)")):
        _, out, _ = on_terminals(t, [b"explain", b"-full", os.fsencode(f"{name}:{line}")], work, {"NO_COLOR": "1"})
        t.check(f"term/carets of line {line}", want in marks(out), f"{marks(out)}\n{out.decode('utf-8', 'replace')}")


def arguments(t, work):
    for args in ([EVIL], ["help", EVIL], ["build", "-x" + EVIL], ["build", "-p=" + EVIL, "."], ["tool", EVIL], ["top", EVIL], ["top", "-profile", EVIL],
                 ["build", "./" + EVIL], ["build", EVIL + ".go"], ["list", "-f", EVIL, "."], ["env", "-json", "X" + EVIL], ["build", "-C", EVIL],
                 ["tool", "pprof", "-top", EVIL], ["tool", "pprof", "-" + EVIL]):
        quoted_by_go = args[0] == "list" or args[:2] == ["env", "-json"]
        case(t, "arguments " + " ".join(args).replace(EVIL, "EVIL"), args, work, want=b"", raw=False if quoted_by_go else b"\x1b" in
             b"".join(t.run(args, cwd=work)[1:]))
    case(t, "arguments that are no UTF-8", [b"tool", RAW], work, want=b"\\x9b31m\\xff", raw=False)
    case(t, "version", ["version"], work, want=b"goesc version", raw=False)
    case(t, "env", ["env"], work, env={"GOPRIVATE": EVIL, "GOMODCACHE": "/" + EVIL})
    case(t, "env -json", ["env", "-json"], work, want=b"\\u001b]0;owned\\u0007", raw=False)


def profiles(t, work, name):
    p = Profile()
    file = os.path.join(work, name)
    p.add([("main.main", file, 8), ("main." + EVIL, "/x/" + EVIL + ".go", 3)], 10, 16)
    p.add([(b"main." + RAW, b"/x/" + RAW + b".go", 3), ("main.owned" + EVIL, "/x/y.go", 4), ("main.owner\u202e", "/x/y.go", 5)], 10, 640)
    p.write(os.path.join(work, "mem.out"))
    case(t, "top", ["top", "-profile", "mem.out", "."], work, color=True)
    case(t, "top -json", ["top", "-json", "-profile", "mem.out", "."], work, want=b"\\u001b]0;owned\\u0007", raw=False)
    for report in ("-top", "-traces", "-tree", "-raw", "-dot"):
        case(t, "pprof " + report, ["tool", "pprof", report, "mem.out"], work)
    case(t, "pprof to a terminal by name", ["tool", "pprof", "-top", "-output=/dev/stdout", "mem.out"], work)


def prompt(t, work):
    """What libedit writes: its own sequences, and names only as a terminal shows them."""
    with open(os.path.join(work, "ow" + EVIL), "w", encoding="utf-8"):
        pass
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(work)
        os.execve(t.goesc, ["goesc", "tool", "pprof", "mem.out"], environment({"HOME": work, "LC_ALL": "C"}))
    data, end = b"", time.monotonic() + 60
    keys = [b"peek main.own\t\t\x15", b"top > ow\t\t\x15", b"top10\n", b"no" + EVIL.replace("\x1b", "").replace("\r", "").encode() + b"\n", b"sample_index=x\n", b"q\n"]
    try:
        while time.monotonic() < end:
            if select.select([fd], [], [], 1.0)[0]:
                data += os.read(fd, 65536)
            elif keys and b"(pprof) " in data:
                os.write(fd, keys.pop(0))
    except OSError:
        pass
    os.close(fd)
    status = os.waitpid(pid, 0)[1]
    t.check("term/prompt", status == 0 and b"\x1b]" not in data and b"\xc2\x9b" not in data and b"\x9b31m\xff" not in data, f"{status} {data!r}")
    t.check("term/prompt: completion", b"main.owner\\x{202e}" in data and b"main.owned\\x{1b}" in data, repr(data))
    t.check("term/prompt: report", b"main.owned" + SHOWN in data and "main.owner\u202e".encode() not in data, repr(data))
    t.check("term/prompt: complaints are red", b"\x1b[0;31m" in data, repr(data))


def others(t, work):
    """Programs that goesc starts."""
    if not t.go or not (t.go_version() or "").startswith("go1.26"):
        t.skip("term/other programs", "without Go 1.26")
        return
    p = subprocess.run([t.go, "list", "-json", "."], cwd=work, env=environment({}), capture_output=True, check=False)
    ours = subprocess.run([t.goesc, "list", "-json", "."], cwd=work, env=environment({}), capture_output=True, check=False)
    line = re.compile(rb'^\t"Dir": .*,$', re.M)
    theirs, mine = line.search(p.stdout), line.search(ours.stdout)
    t.check("term/list -json as go", theirs and mine and theirs.group() == mine.group(), f"{p.stdout[:800]!r} {p.stderr!r}\n{ours.stdout[:800]!r}")
    if shutil.which("gcc"):
        case(t, "cgo", ["build", "./c"], work, want=b"\\x1b[1;31m")
    status, out, err = on_terminals(t, [b"test", b"-vet=off", b"-bench", b".", b"-benchtime", b"10x", b"./tested"], work, {})
    t.check("term/test", status == 0 and complaint(out, True) is None and complaint(err, True) is None and SHOWN in out and OURS.search(out),
            f"{status} {complaint(out, True)} {out!r} {err!r}")
    status, out, err = on_terminals(t, [b"test", b"-bench", b".", b"./bad"], work, {})
    t.check("term/test that does not compile", status == 1 and complaint(out + err, True) is None and b"undefined_name" in out + err,
            f"{status} {out!r} {err!r}")


def run(t):
    top = os.path.realpath(tempfile.mkdtemp(prefix="goesc-term-"))
    try:
        os.close(pty.openpty()[0])
    except OSError as e:
        t.skip("term", str(e))
        return
    # the go command refuses folders whose name holds a carriage return
    work, name = os.path.join(top, "m" + EVIL.replace("\r", "")), "a" + EVIL + ".go"
    tame = os.path.join(top, "d<&>\u202e\u200b\u00ad'\"")  # with what the go command takes in a name
    text = EVIL.replace("\r", "")  # in a comment of //line it would end the line
    mod = "module example.com/m\n\ngo 1.26\n"
    files = {(work, "go.mod"): mod, (work, name): GOOD, (work, "bad/bad.go"): BAD,
             (tame, "go.mod"): mod, (tame, "m.go"): "package m\n", (tame, "bad/bad.go"): BAD, (tame, "c/c.go"): CGO, (tame, "tested/x_test.go"): TEST}
    try:
        for (folder, file), body in files.items():
            path = os.path.join(folder, file)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            escaped = text.replace("\x1b", "\\x1b").replace("\x07", "\\a") if file.endswith("_test.go") else text
            with open(path, "w", encoding="utf-8") as f:
                f.write(body.replace("EVIL", escaped))
        with open(os.path.join(work, "b\x1b[31m.go").encode() + RAW + b".go", "wb") as f:
            f.write(b"package main\n\nfunc raw(p *int) *int { return p }\n")
        if not t.source_version():
            t.skip("term/sources", "without the sources of Go")
        else:
            case(t, "build -m", ["build", "-gcflags=-m", "."], work)
            case(t, "build: errors", ["build", "./bad"], work)
            case(t, "list", ["list", "-f", "{{.Dir}} {{.GoFiles}}", "."], work)
            explain(t, work, name)
            profiles(t, work, name)
            prompt(t, work)
        arguments(t, work)
        others(t, tame)
    finally:
        if os.environ.get("KEEP"):
            print(top)
        else:
            shutil.rmtree(top, ignore_errors=True)
