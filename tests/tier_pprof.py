"""goesc tool pprof beside go tool pprof, byte for byte.

Combinations of reports and options over the profiles of tests/pprof/profiles, with scripts for the prompt. Where go is
present the real tool is run on each, and large profiles are made with go test; the goldens hold the same output elsewhere:
the most telling reports as text (tests/pprof/reports: a line with the combination, one with the status, the output), so
that a failure shows what has changed; of all others a hash and a status. A new one is a file with its first line,
`$ pprof -top work.mem`, for a combination that is known; UPDATE=1 writes the rest. Where the real tool's own order of equal entries
changes from run to run (it comes from Go's maps), lines are compared without their order."""
import gzip
import hashlib
import json
import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import tempfile
import time

from harness import ROOT, diff, field, parallel, varint

HERE = os.path.join(ROOT, "tests", "pprof")
PROFILES = os.path.join(HERE, "profiles")
GOLDENS = os.path.join(HERE, "goldens.txt")
REPORTS_AS_TEXT = os.path.join(HERE, "reports")
COMBINATIONS = os.path.join(HERE, "combinations.txt")  # chosen among thousands of random ones, a command line each
SESSIONS = os.path.join(HERE, "sessions.txt")  # the same for the prompt: arguments and what is typed, in JSON

MEMORY = ["json.mem", "json2.mem", "http.mem", "uuid.mem", "gjson.mem", "work.mem"]
TIMES = ["json.cpu", "http.cpu", "sort.cpu", "gjson.cpu", "labels.cpu"]
OTHERS = ["http.block", "http.mutex", "work.block", "work.mutex", "work.goroutine"]

# For every profile.
COMMON = [
    "-top", "-text -cum", "-top -nodecount=5", "-tree -nodecount=12", "-peek=Write|work|Sort", "-traces", "-raw", "-tags",
    "-proto", "-comments", "-dot", "-top -lines", "-top -addresses", "-tree -filefunctions -cum -nodefraction=0.02",
    "-top -noinlines -divide_by=3", "-top -focus=runtime -ignore=gc|sweep", "-top -hide=^runtime", "-tree -show=^(json|http|sort|main|work|testing)",
    "-callgrind", "-dot -call_tree -nodecount=0 -nodefraction=0.03", "-top -files -cum", "-top -trim=false -drop_negative", "-top -show_from=testing -relative_percentages", "-top -prune_from=^runtime",
]
FOR_MEMORY = [
    "-top -alloc_objects", "-top -inuse_space", "-tree -inuse_objects -nodecount=8", "-top -sample_index=1 -unit=kB", "-alloc_space -flat -top -nodecount=20",
    "-top -alloc_space -unit=auto", "-top -mean -alloc_space", "-tags -alloc_space -unit=kB", "-top -tagfocus=1kb:64kb", "-traces -tagignore=:512b",
    "-dot -alloc_objects -nodecount=15", "-dot -taghide=bytes", "-raw -tagshow=nothing", "-topproto -nodecount=10",
    "-peek=testing -alloc_space -edgefraction=0.01", "-top -addresses -noinlines -showcolumns", "-top -lines -showcolumns -nodecount=30",
]
FOR_TIMES = [
    "-top -sample_index=samples", "-top -unit=s", "-tree -unit=us -nodecount=6", "-top -mean", "-dot -nodecount=20 -edgefraction=0.05",
    "-tagroot=tenant -top", "-tagleaf=step,tenant -tree -nodecount=15", "-traces -tagfocus=tenant=t1", "-top -tagignore=step:words",
]
FOR_OTHERS = ["-top -contentions", "-top -total_delay", "-top -mean_delay", "-top -sample_index=0", "-dot -unit=ms"]
# One by one: merging, differences, errors, sources.
SINGLE = [
    "-top json.mem json2.mem", "-raw json.mem json2.mem", "-tree -nodecount=10 json.cpu http.cpu gjson.cpu", "-proto json.cpu sort.cpu",
    "-top -base=json2.mem json.mem", "-top -diff_base=json2.mem json.mem", "-tree -nodecount=10 -diff_base=json2.mem json.mem",
    "-top -base json2.mem -normalize json.mem", "-dot -diff_base=json2.mem json.mem", "-tags -diff_base=json2.mem json.mem",
    "-raw -base=json.mem json.mem", "-top -drop_negative -base=json.mem json2.mem", "-top json.mem json.mem json.mem",
    "-top BIN json.mem", "-raw -buildid=abc work.goroutine", "-comments -add_comment=hello json.mem", "-raw -add_comment=hello work.goroutine",
    "-list=Words|word -source_path=SRC -trim_path=example.com/work work.mem", "-list=Deep -source_path=SRC work.mem",
    "-list=Shapes -alloc_objects -source_path=SRC -trim_path=example.com/work work.mem", "-list=Words -noinlines -source_path=SRC -trim_path=example.com/work labels.cpu",
    "-list=nothing_like_it work.mem", "-peek=nothing_like_it work.mem", "-top -focus=nothing_like_it work.mem",
    "-top -focus=( work.mem", "-top -focus=a** work.mem", "-top -ignore=[z-a] work.mem", "-top -hide=(?i)WORDS work.mem", r"-top -focus=\.Deep$ work.mem",
    r"-peek=^example\.com/work\.[[:alpha:]]+$ work.mem", "-top -sample_index=9 work.mem", "-top -sample_index=inuse_spaces work.mem",
    "-top -alloc_space -inuse_space work.mem", "-top -tree work.mem", "-top -lines -files work.mem", "-top -divide_by=0 work.mem",
    "-top missing.prof", "-top missing.prof work.mem", "-normalize -top work.mem", "-base=json.mem -diff_base=json.mem -top json.mem",
    "-top json.mem json.cpu", "-top -nosuchflag work.mem", "-top -nodecount=x work.mem", "-top -granularity=lines work.mem", "-top BIN", "-top",
    "-top -seconds=5 -timeout=10 -symbolize=none work.mem", "--top --cum=true work.mem", "-top -cum=false work.mem", "-traces -source_path=SRC/nowhere labels.cpu",
    "-tags -tagshow=tenant labels.cpu", "-tags -taghide=tenant|step labels.cpu", "-dot labels.cpu", "-dot -tagfocus=size labels.cpu",
    "-raw -tagfocus=tenant=t0,t2 labels.cpu", "-traces -tagfocus=tenant:t0,step:shapes labels.cpu",
]
# Only where Go's own sources are.
WITH_SOURCES = ["-list=json.*Encode json.mem", "-list=json.*Encode -alloc_space -lines json.mem", r"-list=\(\*conn\)\.serve http.cpu", "-list=insertionSort sort.cpu"]

# Over profiles of more than 5 MB: one that a tool of ours makes (always the same one), and those that go test makes.
BIG = [
    "-top", "-tree -alloc_space -nodecount=15", "-peek=Method77$|typInternal$|parseExpr$ -alloc_objects", "-proto", "-top -lines -cum -nodecount=50",
    "-top -focus=team3|Check -ignore=Parse", "-tags -alloc_space", "-callgrind -alloc_space", "-dot -nodecount=60", "-top -addresses -noinlines -nodecount=40",
]
LARGEST = ["-top", "-peek=typInternal$ -alloc_objects", "-proto"]  # of profiles for which go takes many seconds each
# The profile's name; the package, whose module is in the module cache or not; the flags of go test.
MADE = {
    "types.mem": ("go/types", ["-run", "TestStdlib$", "-memprofilerate", "256"]),
    "esbuild.mem": ("github.com/evanw/esbuild/internal/js_parser", ["-run", "Test", "-memprofilerate", "1"]),
}
MODULE = """module example.com/mod

go 1.26

require (
	github.com/evanw/esbuild v0.28.2
	golang.org/x/sys v0.49.0
)
"""

SCRIPTS = [
    ("work.mem", "top 20\ntop -cum\ntop5\nlist Deep\npeek Words\ntree\ntraces\nquit\n"),
    ("json.mem", "sample_index=alloc_objects\ntop\nfocus=Marshal\ntop 5\n:\ntop 3\nalloc_space\ntop 3 Encode -Buffer\ngranularity=lines\ntop 4\n"),
    ("labels.cpu", "tags\ntags tenant\ntop 3 >out.txt\ntop 3 > out2.txt\nunit=ms\ntop 4\nmean_cpu\ntop 2\ntotal_cpu\ntop 2\nfoo\nhelp\no\noptions\n"),
    ("work.mem", "cum\ntop 3\nflat=1\ntop 3\nnodecount=4\ntop\ntree\nnodecount=\nnodecount\nfocus=(\ntop\nlist\ntop10 -cum\ncomments\nraw\nexit\ntop\n"),
    ("http.mutex", "top\nlines\ntop 5\nfunctions=true\ndrop_negative\ntop 2\nnoinlines=yes\ntop 3\nhide=runtime //: comment\ntop 3"),
    ("work.goroutine", "sample_index=7\nsample_index=0\ntop\ncall_tree=maybe\ntrim=f\ntop\ndot\n\n   \ntop3\n"),
]


def combinations():
    out = []
    for group, profiles in ((FOR_MEMORY, MEMORY), (FOR_TIMES, TIMES), (FOR_OTHERS, OTHERS)):
        for p in profiles:
            out += [f"{c} {p}" for c in COMMON + group]
    return out + SINGLE + WITH_SOURCES


def real_pprof(t):
    if not t.go or not (t.go_version() or "").startswith("go1.26"):
        return None
    p = subprocess.run([t.go, "tool", "-n", "pprof"], capture_output=True, text=True, check=False)
    path = p.stdout.strip()
    if p.returncode or not path:
        return None
    if not os.path.exists(path):  # built when it is first run
        subprocess.run([t.go, "tool", "pprof", "-comments", os.path.join(PROFILES, "work.mem")], capture_output=True, check=False)
        path = subprocess.run([t.go, "tool", "-n", "pprof"], capture_output=True, text=True, check=False).stdout.strip()
    return [path] if os.path.exists(path) else [t.go, "tool", "pprof"]


def start(tool, args, home, stdin=None):
    env = dict(os.environ, TZ="UTC", HOME=home, TERM="dumb")
    for k in ("PPROF_BINARY_PATH", "PPROF_TOOLS", "PPROF_TMPDIR"):
        env.pop(k, None)
    p = subprocess.run(tool + args, cwd=PROFILES if stdin is None else home, env=env, capture_output=True, timeout=600,
                       input=stdin if stdin is not None else b"", check=False)
    return p.returncode, p.stdout, p.stderr


def same_lines(a, b):
    """The same lines, in any order; the running sums follow the order and are left out, and so are numbers of nodes."""
    def lines(x):
        x = re.sub(rb"N\d+|node\d+", b"N", x)
        return sorted(re.sub(rb"^( *\S+ +[\d.e-]+%) +[\d.e-]+%", rb"\1", line) for line in x.splitlines())
    if a.startswith(b"positions: instr"):
        return grind_lines(a) == grind_lines(b)
    return lines(a) == lines(b)


def grind_lines(x):
    """The lines of a callgrind file with names for numbers, and without addresses, which are relative to the line before."""
    names, out = {b"ob": {}, b"fl": {}, b"fn": {}}, []
    for line in x.splitlines():
        m = re.match(rb"c?(ob|fl|fn)=\((\d+)\)(?: (.*))?$", line)
        if m:
            known = names[m[1]]
            if m[3] is not None:
                known[m[2]] = m[3]
            line = line.split(b"=")[0] + b"=" + re.sub(rb" \[\d+/(\d+)\]$", rb" [\1]", known.get(m[2], b"?"))
        else:
            line = re.sub(rb"^(calls=0 )?[-+*x0-9a-f]+ (?=\d)", rb"\1", line)
        if not re.match(rb"ob=|fl=|fn=|$", line):
            out.append(line)
    return sorted(out)


def messages(err, real):
    """What the standard error says, without the usage and what differs on purpose (see docs/pprof.md). None: go fell."""
    text = err.decode(errors="replace")
    if real and "panic:" in text:
        return None
    usage = text.find("usage:\n")
    if usage >= 0:
        text = text[:usage] + ("no profile source specified" if "no profile source specified" in text[usage:] else "")
    text = re.sub(r"(conflicting options set: )\[(\w+) (\w+)\]", lambda m: m[1] + " ".join(sorted([m[2], m[3]])), text)
    lines = [line.removeprefix("pprof: ").rstrip() for line in text.split("\n")]
    skip = r"Local symbolization failed|Some binary filenames not|Try setting PPROF_BINARY|Main binary filename|The profile holds no names|$"
    return sorted(line for line in lines if not re.match(skip, line))


class Job:
    def __init__(self, name, args, script=None, golden=True):
        self.name, self.args, self.script, self.golden = name, args, script, golden

    def run(self, tool):
        """(status, standard output and the files written, standard error)"""
        folder = tempfile.mkdtemp(prefix="goesc-pprof-")
        try:
            args = [a.replace("OUT", os.path.join(folder, "out")) for a in self.args]
            status, out, err = start(tool, args, folder, self.script)
            for f in sorted(os.listdir(folder)):
                path = os.path.join(folder, f)
                if os.path.isfile(path):
                    with open(path, "rb") as x:
                        out += b"\n--- " + f.encode() + b"\n" + x.read()
            here = folder.encode()
            return status, out.replace(here, b"HERE"), err.replace(here, b"HERE")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def as_text(job, status, out):
    return f"$ pprof {job.name}\nstatus {status}\n{out.decode('utf-8', 'surrogateescape')}"


def check(t, real, job, as_texts):
    """(difference or None, golden (a line, or text), order varies)"""
    mine = job.run([t.goesc, "tool", "pprof"])
    golden = f"{hashlib.sha256(mine[1]).hexdigest()[:24]} {mine[0]} {job.name}"
    if job.name in as_texts:
        golden = as_text(job, mine[0], mine[1])
    if not real:
        return None, golden, False
    want = job.run(real)
    if mine[0] != want[0]:
        return f"status {mine[0]}, want {want[0]}\n{mine[2].decode(errors='replace')}", golden, False
    said, should = messages(mine[2], False), messages(want[2], True)
    helps = job.script and b"help" in job.script
    if should is not None and said != should and not helps:
        return "standard error\n" + diff("\n".join(should), "\n".join(said)), golden, False
    if mine[1] == want[1]:
        return None, golden, False
    for _ in range(16):  # a tie of two may come out the same way several times
        again = job.run(real)[1]
        if again == mine[1] or (again != want[1] and same_lines(mine[1], want[1])):
            return None, golden, True
    return diff(want[1].decode(errors="replace"), mine[1].decode(errors="replace")), golden, False


def made(t, name):
    """The path of a profile that go test makes, once for each build folder; None (and a skipped test) if it cannot."""
    package, flags = MADE[name]
    path = os.path.join(ROOT, "build", "pprof", name)
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="goesc-pprof-") as folder:
            with open(os.path.join(folder, "go.mod"), "w", encoding="utf-8") as f:
                f.write(MODULE if "." in package else "module example.com/mod\n\ngo 1.26\n")
            env = dict(os.environ, GOFLAGS="-mod=mod", GOPROXY="off", GONOSUMDB="*", GONOSUMCHECK="1", GOTOOLCHAIN="local", GOWORK="off")
            p = subprocess.run([t.go, "test", "-count=1", "-o", "p.test", "-memprofile", path + ".new"] + flags + [package],
                               cwd=folder, env=env, capture_output=True, text=True, timeout=900, check=False)
        if p.returncode or not os.path.exists(path + ".new"):
            t.skip("pprof " + name, (p.stdout + p.stderr).strip().split("\n")[-1][:200])
            return None
        os.replace(path + ".new", path)
    return path


def big_jobs(t, real, home):
    out = []
    tool = os.path.join(t.build, "tools", "big_profile")
    if os.path.exists(tool):
        subprocess.run([tool, os.path.join(home, "big.prof"), "6"], check=True)
        out += [Job(c + " big", c.split(" ") + [os.path.join(home, "big.prof")]) for c in BIG]
    for name in MADE if real else []:
        path = made(t, name)
        if not path:
            continue
        with gzip.open(path) as f, open(os.path.join(home, name), "wb") as g:  # as a plain file it is larger still
            shutil.copyfileobj(f, g)
        size, plain = os.path.getsize(path), os.path.getsize(os.path.join(home, name))
        t.check(f"pprof {name}: over 5 MB", plain > 5e6, f"{size} bytes, {plain} unzipped")
        print(f"pprof: {name} by go test of {MADE[name][0]}: {size / 1e6:.1f} MB, {plain / 1e6:.1f} MB unzipped")
        out += [Job(f"{c} {name}", c.split(" ") + [path], golden=False) for c in (LARGEST if size > 5e6 else BIG)]
        if size < 5e6:
            out.append(Job(f"-top {name} unzipped", ["-top", os.path.join(home, name)], golden=False))
    return out


def jobs_of(t, real, home):
    work = os.path.join(HERE, "work")

    def full(args):
        out = []
        for a in args:
            a = a.replace("SRC", work).replace("BIN", t.goesc)
            flag, eq, name = a.rpartition("=")
            out.append(flag + eq + os.path.join(PROFILES, name) if os.path.exists(os.path.join(PROFILES, name)) and name else a)
        return out

    jobs = [Job(c, full(c.split(" "))) for c in combinations()]
    if not t.goroot() or not os.path.exists("/usr/local/go/src/encoding/json/encode.go"):
        jobs = [j for j in jobs if j.name not in WITH_SOURCES]
    for j in jobs:
        j.golden = j.name not in WITH_SOURCES
    with open(COMBINATIONS, encoding="utf-8") as f:
        for line in f:
            # the program's path is in the report or decides what -focus and its like match
            jobs.append(Job(line.rstrip("\n"), full(shlex.split(line)), golden="BIN" not in line))
    for i, (profile, script) in enumerate(SCRIPTS):
        jobs.append(Job(f"prompt {i} {profile}", full(["-source_path=SRC", "-trim_path=example.com/work", profile]), script.encode()))
    with open(SESSIONS, encoding="utf-8") as f:
        for i, line in enumerate(f):
            args, script = json.loads(line)
            jobs.append(Job(f"session {i} {' '.join(args)}", full(args), script.encode()))
    return jobs + big_jobs(t, real, home)


def known_goldens(t):
    """By the name of the job: (the golden, the file of its report or None)."""
    known = {}
    if os.path.exists(GOLDENS):
        with open(GOLDENS, encoding="utf-8") as f:
            for line in f:
                known[line.rstrip("\n").split(" ", 2)[2]] = line.rstrip("\n"), None
    for name in sorted(os.listdir(REPORTS_AS_TEXT)):
        path = os.path.join(REPORTS_AS_TEXT, name)
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as f:
            text = f.read()
        job = text.split("\n")[0].removeprefix("$ pprof ")
        if job in known and (known[job][1] or not t.update):
            t.fail("pprof reports/" + name, f"{job}: is in {known[job][1] or 'goldens.txt'}, too")
        known[job] = text, name
    return known


def compare(t):
    real = real_pprof(t)
    home = tempfile.mkdtemp(prefix="goesc-pprof-")
    known = known_goldens(t)
    as_texts = {job: name for job, (_, name) in known.items() if name}
    jobs = jobs_of(t, real, home)
    results = parallel(lambda j: check(t, real, j, as_texts), jobs)
    for job in sorted(as_texts.keys() - {j.name for j in jobs if j.golden}):
        t.fail("pprof reports/" + as_texts[job], job + ": no combination is called so")
    same = varying = 0
    for job, (difference, golden, varies) in zip(jobs, results):
        varying += varies
        want = known.get(job.name, ("none", None))[0]
        if difference:
            t.fail("pprof " + job.name, difference)
        elif not t.update and job.golden and want != golden:
            if job.name in as_texts:
                t.fail(f"pprof reports/{as_texts[job.name]}", diff(want, golden))
            else:
                t.fail("pprof " + job.name, f"golden: {want}\nnow:    {golden}")
        else:
            same += 1
            t.ok("pprof " + job.name)
    if t.update:
        with open(GOLDENS, "w", encoding="utf-8") as f:
            for job, (_, golden, _) in zip(jobs, results):
                if job.golden and job.name not in as_texts:
                    f.write(golden + "\n")
        for job, (_, golden, _) in zip(jobs, results):
            if job.golden and job.name in as_texts:
                with open(os.path.join(REPORTS_AS_TEXT, as_texts[job.name]), "w", encoding="utf-8", errors="surrogateescape", newline="") as f:
                    f.write(golden)
    shutil.rmtree(home, ignore_errors=True)
    how = f"with {os.path.basename(real[0])} ({varying} where its own order varies)" if real else "with the goldens"
    print(f"pprof: {same} of {len(jobs)} combinations identical, compared {how}")


# On a terminal: what is typed, and what must then be on the screen. \t is Tab, \x1b[A the arrow up, \x15 clears the line.
TYPED = [
    ("list Dee\t", b"list example.com/work.Deep "),
    ("\n", b"ROUTINE ======================== example.com/work.Deep in"),
    ("top3\n", b"Showing top 3 nodes out of"),
    ("\x1b[A\n", b"Showing top 3 nodes out of"),
    ("\x1b[A\x1b[A\x1b[A", b"list example.com/work.Deep"),
    ("\x15", b""),
    ("comm\t", b"comments "),
    ("\x15", b""),
    ("nodec\t", b"nodecount="),
    ("2\n", b""),
    ("top\n", b"Showing top 2 nodes out of"),
    ("granularity=li\t", b"granularity=lines "),
    ("\n", b""),
    ("sample_index=alloc_s\t\n", b"sample_index=alloc_space "),
    ("top1 -thro\t\n", b"ignore=example.com/work.through"),
    ("focus=Builder\\).Gr\t\n", rb"focus=strings.\(\*Builder\).Grow "),
    ("top1\n", b".go:"),
    ("list Wor\t\t", b"example.com/work.BenchmarkWork"),
    ("\x15", b""),
    ("help pee\t\n", b"Callers and callees"),
    ("focus=\xc3\xa9\n", b""),
    ("top1\n", "focus=é".encode()),
    ("nonsense\n", b"unrecognized command"),
    ("qu\t\n", b""),
]


def screen(data):
    """Text as typed and edited on one line: cursor moves to a column and erasing, as far as libedit uses them."""
    lines = []
    for raw in data.decode(errors="replace").split("\n"):
        line, at = [], 0
        for m in re.finditer(r"\x1b\[(\d*)([@A-Za-z])|(\r)|(\x08)|([^\x1b\x07])", raw):
            n, code, start_of_line, back, c = m.groups()
            if code == "G":
                at = int(n or 1) - 1
            elif code == "@":
                line[at:at] = [" "] * int(n or 1)
            elif code == "P":
                del line[at:at + int(n or 1)]
            elif code == "K":
                del line[at:]
            elif start_of_line:
                at = 0
            elif back:
                at = max(at - 1, 0)
            elif c:
                line += [" "] * (at - len(line))
                line[at:at + 1] = [c]
                at += 1
        lines.append("".join(line))
    return "\n".join(lines).encode()


def terminal(t):
    """The prompt on a terminal: history, completion of commands, options, values and functions."""
    folder = tempfile.mkdtemp(prefix="goesc-pprof-")
    args = ["goesc", "tool", "pprof", os.path.join(PROFILES, "work.mem")]
    try:
        pid, fd = pty.fork()
    except OSError as e:
        t.skip("pprof prompt on a terminal", str(e))
        return
    if pid == 0:
        os.chdir(folder)
        os.execve(t.goesc, args, dict(os.environ, TERM="xterm", HOME=folder, LC_ALL="C", TZ="UTC"))

    def read_until(want, seconds, data=b""):
        end = time.time() + seconds
        while time.time() < end and not (want and want in screen(data)):
            if select.select([fd], [], [], 0.05)[0]:
                try:
                    more = os.read(fd, 65536)
                except OSError:
                    break
                if not more:
                    break
                data += more
            elif not want:
                break
        return data

    data = read_until(b"(pprof)", 20)
    t.check("pprof terminal: greeting", b"Entering interactive mode" in data and b"(pprof)" in data, repr(data[-300:]))
    for keys, want in TYPED:
        os.write(fd, keys.encode("latin1"))
        data = read_until(want, 20 if want else 0.3, data[data.rfind(b"\n") + 1:])  # the line as it stands, and what comes
        t.check(f"pprof terminal: {keys!r}", want in screen(data) and b"\x07" not in data, f"want {want!r} in {data[-600:]!r}")
    read_until(b"", 1)
    try:
        os.write(fd, b"\x04")
    except OSError:
        pass
    t.check("pprof terminal: end", os.waitpid(pid, 0)[1] == 0)
    os.close(fd)
    shutil.rmtree(folder, ignore_errors=True)


def pictures(t):
    """-png and its like run dot, as pprof does; a script stands for dot, so that none need be installed."""
    real = real_pprof(t)
    with tempfile.TemporaryDirectory(prefix="goesc-pprof-") as folder:
        dot = os.path.join(folder, "dot")
        with open(dot, "w", encoding="utf-8") as f:
            f.write('#!/bin/sh\necho "drawn $*"\ncat\n[ "$1" != -Tgif ] || exit 3\n')
        os.chmod(dot, 0o755)
        path = os.environ["PATH"]
        args = ["-nodecount=5", os.path.join(PROFILES, "work.mem")]
        for with_dot in (True, False):
            os.environ["PATH"] = folder + ":" + path if with_dot else folder + "/none"
            for kind in ("png", "pdf", "ps", "gif"):
                mine = start([t.goesc, "tool", "pprof"], ["-" + kind] + args, folder)
                good = mine[0] == (0 if with_dot and kind != "gif" else 2)
                if good and not mine[0]:
                    good = mine[1].startswith(b"drawn -T" + kind.encode() + b"\ndigraph")
                elif good:
                    good = mine[2].startswith(b"failed to execute dot. Is Graphviz installed? Error: ex")
                if real:
                    good = good and mine == start(real, ["-" + kind] + args, folder)
                t.check(f"pprof -{kind} {'with' if with_dot else 'without'} dot", good, repr(mine)[:600])
        os.environ["PATH"] = path
        for name in ("svg", "web", "kcachegrind", "weblist=x", "disasm=x"):
            status, out, err = start([t.goesc, "tool", "pprof"], ["-" + name] + args, folder)
            good = status == 2 and not out and err.count(b"\n") == 1 and b"is not done by goesc" in err
            t.check(f"pprof -{name} is refused", good, repr(err))


def hostile(t):
    """Bytes that are no profile: one clear line, and no more memory than a small program takes."""
    bad = {
        "empty": (b"", b"empty input file"),
        "text": (b"hello world\n", b"unrecognized profile format"),
        "legacy heap": (b"heap profile: 1: 2 [3: 4] @ heap/1048576\n1: 2 [3: 4] @ 0x1\n", b"legacy"),
        "legacy goroutine": (b"goroutine profile: total 5\n1 @ 0x1\n", b"legacy"),
        "truncated gzip": (gzip.compress(b"\n\x04\x08\x01\x10\x02" * 100)[:-12], b"unexpected EOF"),
        "bad checksum": (gzip.compress(b"\x32\x00")[:-8] + b"\0" * 8, b"invalid checksum"),
        "string out of range": (b"\x0a\x04\x08\x63\x10\x63\x32\x00", b"unrecognized profile format"),
        "first string": (b"\x32\x03abc", b"unrecognized profile format"),
        "length beyond the end": (b"\x12\xff\xff\xff\xff\x0f", b"unrecognized profile format"),
        "no samples": (b"\x32\x00", b"empty common sample type list"),
        "sample without location": (b"\x0a\x04\x08\x01\x10\x01\x12\x04\x08\x07\x10\x01\x32\x00\x32\x01a", b"nil location"),
        "too many values": (b"\x0a\x04\x08\x01\x10\x01\x12\x04\x10\x01\x10\x01\x32\x00\x32\x01a", b"mismatch: sample has 2 values vs. 1 types"),
        "location twice": (b"\x0a\x04\x08\x01\x10\x01\x22\x02\x08\x01\x22\x02\x08\x01\x32\x00\x32\x01a", b"multiple locations with same id: 1"),
        "zip bomb": (gzip.compress(b"\x12\x00" * 2000000 + b"\x32\x00"), b"missing sample type information"),
    }
    with tempfile.TemporaryDirectory(prefix="goesc-pprof-") as home:
        for name, (data, want) in bad.items():
            path = os.path.join(home, "bad.prof")
            with open(path, "wb") as f:
                f.write(data)
            status, out, err = start(["/bin/sh", "-c", 'ulimit -v 4000000; exec "$0" "$@"', t.goesc, "tool", "pprof"], ["-top", path], home)
            if "asan" in t.build or "hostile" in t.build:
                status, out, err = start([t.goesc, "tool", "pprof"], ["-top", path], home)
            good = status == 2 and not out and want in err
            t.check("pprof: " + name, good, f"status {status}\n{err.decode(errors='replace')}")


def bombs():
    """Files of a few KB, and what they unfold to: frames times lines, names times places, labels, types, comments."""
    def sample(frames, label=b""):
        return field(2, field(1, b"".join(map(varint, frames))) + field(2, b"\1") + label)

    def strings(*more):
        return b"".join(field(6, s) for s in (b"", b"samples", b"count") + more)

    head = field(1, field(1, 1) + field(2, 2))
    line = field(4, field(1, 1) + field(2, 1))
    location, function = field(4, field(1, 1) + line), field(5, field(1, 1) + field(2, 3))
    many = [sample([1] * 1000)] * 400
    return {
        "frames times lines": (head + b"".join(many) + field(4, field(1, 1) + line * 70000) + function + strings(b"f"), b"frames"),
        "one long name, many lines": (head + sample([1]) + field(4, field(1, 1) + line * 90000) + function + strings(b"n" * 200000), b"bytes of names"),
        "one long label": (head + sample([1], field(3, field(1, 4) + field(2, 5))) * 60000 + location + function + strings(b"f", b"k", b"v" * 300000), b"bytes of names"),
        "one long comment": (head + sample([1]) + location + function + field(13, b"\3" * 400000) + strings(b"c" * 500000), b"bytes of names"),
        "one long name, many traces": (head + b"".join(many) + location + function + strings(b"n" * 500000), None),
        "sample types": (head * 150000 + strings(), b"empty common sample type list"),
        "lines beyond any file": (head + sample([1]) + field(4, field(1, 1) + field(4, field(1, 1) + field(2, (1 << 63) - 1)) + field(4, field(1, 1) + field(2, 1 << 63)))
                                  + field(5, field(1, 1) + field(2, 3) + field(4, 4) + field(5, (1 << 63) - 1)) + strings(b"f", b"/etc/passwd"), None),
    }


REPORTS = ["-top", "-traces", "-tree", "-dot", "-tags", "-raw", "-proto", "-callgrind", "-dot -call_tree", "-callgrind -call_tree", "-list=.", "-top -tagfocus=a+b", "-topproto"]


def bounded(t):
    """A small file takes neither a gigabyte nor long, whatever it says."""
    limits = "ulimit -t 20; " + ("" if "asan" in t.build or "hostile" in t.build else "ulimit -v 1000000; ")
    with tempfile.TemporaryDirectory(prefix="goesc-pprof-") as home:
        for name, (data, want) in bombs().items():
            path = os.path.join(home, "bomb.pb.gz")
            with open(path, "wb") as f:
                f.write(gzip.compress(data, 9))
            size, wrong = os.path.getsize(path), []
            for report in REPORTS:
                status, out, err = start(["/bin/sh", "-c", limits + 'exec "$0" "$@"', t.goesc, "tool", "pprof"], report.split(" ") + [path], home)
                large = b"the report is too large" in err
                if status not in (0, 2) or (want and (status != 2 or want not in err)) or (status == 2 and not want and not large and b"no matches" not in err):
                    wrong.append(f"{report}: status {status} {err[-300:]!r}")
            t.check(f"pprof bounded: {name} ({size} bytes for {len(data)})", not wrong and size < 4096, "\n".join(wrong) or f"{size} bytes")


def run(t):
    compare(t)
    terminal(t)
    pictures(t)
    hostile(t)
    bounded(t)
