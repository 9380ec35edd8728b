"""goesc tool pprof beside go tool pprof, byte for byte.

Combinations of reports and options over the profiles of tests/pprof/profiles, with scripts for the prompt. Where go is
present the real tool is run on each; the goldens (a hash and a status for each combination) hold the same output
elsewhere. Where the real tool's own order of equal entries changes from run to run (it comes from Go's maps), lines are
compared without their order."""
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import tempfile

from harness import ROOT, diff, parallel

HERE = os.path.join(ROOT, "tests", "pprof")
PROFILES = os.path.join(HERE, "profiles")
GOLDENS = os.path.join(HERE, "goldens.txt")

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

# Over a profile of more than 5 MB, made when the tests run (always the same one).
BIG = ["-top", "-tree -alloc_space -nodecount=15", "-peek=Method77$ -alloc_objects", "-top -lines -cum -focus=team3 -nodecount=50", "-tags -alloc_space", "-proto"]

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
    p = subprocess.run(tool + args, cwd=PROFILES if stdin is None else home, env=env, capture_output=True, timeout=120,
                       input=stdin if stdin is not None else b"", check=False)
    return p.returncode, p.stdout, p.stderr


def same_lines(a, b):
    """The same lines, in any order; the running sums follow the order and are left out, and so are numbers of nodes."""
    def lines(x):
        x = re.sub(rb"N\d+|node\d+", b"N", x)
        return sorted(re.sub(rb"^( *\S+ +[\d.e-]+%) +[\d.e-]+%", rb"\1", line) for line in x.splitlines())
    return lines(a) == lines(b)


def check(t, real, name, args, home, stdin=None):
    """(difference or None, golden line, order varies)"""
    args = [a.replace("SRC", os.path.join(HERE, "work")).replace("BIN", t.goesc) for a in args]
    mine = start([t.goesc, "tool", "pprof"], args, home, stdin)
    golden = f"{hashlib.sha256(mine[1]).hexdigest()[:24]} {mine[0]} {name}"
    if not real:
        return None, golden, False
    want = start(real, args, home, stdin)
    if mine[0] != want[0]:
        return f"status {mine[0]}, want {want[0]}\n{mine[2].decode(errors='replace')}", golden, False
    if mine[1] == want[1]:
        return None, golden, False
    for _ in range(16):  # a tie of two may come out the same way several times
        again = start(real, args, home, stdin)[1]
        if again == mine[1] or (again != want[1] and same_lines(mine[1], want[1])):
            return None, golden, True
    return diff(want[1].decode(errors="replace"), mine[1].decode(errors="replace")), golden, False


def compare(t):
    real = real_pprof(t)
    home = tempfile.mkdtemp(prefix="goesc-pprof-")
    known = {}
    if os.path.exists(GOLDENS):
        with open(GOLDENS, encoding="utf-8") as f:
            for line in f:
                digest, status, name = line.rstrip("\n").split(" ", 2)
                known[name] = f"{digest} {status} {name}"
    jobs = [(c, c.split(" "), None) for c in combinations()]
    for i, (profile, script) in enumerate(SCRIPTS):
        jobs.append((f"prompt {i} {profile}", ["-source_path=SRC", "-trim_path=example.com/work", os.path.join(PROFILES, profile)], script.encode()))
    tool = os.path.join(t.build, "tools", "big_profile")
    if os.path.exists(tool):
        subprocess.run([tool, os.path.join(home, "big.prof"), "6"], check=True)
        jobs += [(c + " big", c.split(" ") + [os.path.join(home, "big.prof")], None) for c in BIG]
    have_sources = bool(t.goroot()) and os.path.exists("/usr/local/go/src/encoding/json/encode.go")
    if not have_sources:
        jobs = [j for j in jobs if j[0] not in WITH_SOURCES]
    results = parallel(lambda j: check(t, real, j[0], j[1], home, j[2]), jobs)
    same = varying = 0
    for (name, _, _), (difference, golden, varies) in zip(jobs, results):
        varying += varies
        if difference:
            t.fail("pprof " + name, difference)
        elif not t.update and name not in WITH_SOURCES and known.get(name) != golden:
            t.fail("pprof " + name, f"golden: {known.get(name, 'none')}\nnow:    {golden}")
        else:
            same += 1
            t.ok("pprof " + name)
    if t.update:
        with open(GOLDENS, "w", encoding="utf-8") as f:
            for (name, _, _), (_, golden, _) in zip(jobs, results):
                if name not in WITH_SOURCES:
                    f.write(golden + "\n")
    shutil.rmtree(home, ignore_errors=True)
    how = f"with {os.path.basename(real[0])} ({varying} where its own order varies)" if real else "with the goldens"
    print(f"pprof: {same} of {len(jobs)} combinations identical, compared {how}")


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


def run(t):
    compare(t)
    hostile(t)
