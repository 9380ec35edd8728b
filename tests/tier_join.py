"""The join of memory profiles with the analysis.

tests/join/*/ are small packages with a recorded profile (mem.out) and what must be found in it (want.json): per row the
place, kind, reason and the line of the cause. The profiles are read without a go command, but need the sources of the
Go that made them. With a go command, goesc test runs in an example. (The page has a tier of its own.)"""
import json
import os
import shutil
import signal
import subprocess
import tempfile

from harness import ROOT, field

HERE = os.path.join(ROOT, "tests", "join")


def summary(report):
    rows = []
    for r in report["rows"]:
        if not r["user"]:
            continue
        rows.append({"site": r["site"], "func": r["func"], "state": r["state"], "match": r["match"],
                     "kinds": [s["kind"] for s in r["sites"]], "reasons": [s["reason"] for s in r["sites"]],
                     "causes": [s.get("cause", {}).get("text", "") for s in r["sites"]]})
    return rows


def recorded(t):
    with open(os.path.join(ROOT, "tests/golden/VERSION"), encoding="utf-8") as f:
        same = t.source_version() == f.read().strip()
    for name in sorted(os.listdir(HERE)):
        at = os.path.join(HERE, name)
        if not os.path.exists(os.path.join(at, "mem.out")):
            continue
        if not same:
            t.skip("join/" + name, "needs the library that the profile was made with")
            continue
        status, out, err = t.run(["top", "-profile", "mem.out", "-json"], cwd=at)
        if status:
            t.fail("join/" + name, f"status {status}: {err.decode()}")
            continue
        got = summary(json.loads(out))
        path = os.path.join(at, "want.json")
        if t.update:
            with open(path, "w", encoding="utf-8") as f:
                json.dump(got, f, indent=1)
                f.write("\n")
        with open(path, encoding="utf-8") as f:
            want = json.load(f)
        missing = [r for r in want if r not in got]
        extra = [r for r in got if r not in want]
        t.check("join/" + name, not missing and not extra, f"missing: {missing}\nextra: {extra}")


def errors(t):
    with tempfile.TemporaryDirectory() as d:
        bad = os.path.join(d, "bad.out")
        with open(bad, "wb") as f:
            f.write(b"no profile")
        for args, status, text in [(["top"], 2, "which profile"), (["top", "-profile", bad], 1, "bad.out"),
                                   (["top", "-profile", os.path.join(d, "none")], 1, "none"),
                                   (["top", "-profile", bad, "-rows", "x"], 2, "rows")]:
            got, _, err = t.run(args, cwd=d)
            err = err.decode()
            t.check("join/error " + " ".join(os.path.basename(a) for a in args), got == status and text in err and err.count("\n") <= 3,
                    f"status {got}: {err}")
        got, _, err = t.run(["test", "-bench", "."], cwd=d, env={"PATH": d, "GOROOT": d})
        if not os.path.exists("/usr/local/go/bin/go") and not os.path.exists("/usr/lib/go/bin/go"):
            t.check("join/no go command", got == 1 and err.count(b"\n") == 1, err.decode())


def with_go(t):
    if not t.go or not (t.go_version() or "").startswith("go1.26"):
        t.skip("join/goesc test", "needs Go 1.26")
        return None
    at = os.path.join(ROOT, "examples", "words")
    page = os.path.join(tempfile.mkdtemp(prefix="goesc-page-"), "words.html")
    status, out, err = t.run(["test", "-run", "none", "-bench", ".", "-benchmem", "-benchtime", "500x", "-memprofilerate=1", "-html", page],
                             cwd=at, timeout=300)
    text = out.decode()
    t.check("join/goesc test examples/words", status == 0 and "converted to an interface" in text and
            "fmt/print.go:683" in text and "words.go:10" in text, text + err.decode())
    left = [f for f in os.listdir(at) if f.endswith((".test", ".out", ".exe"))]
    t.check("join/goesc test leaves nothing behind", not left, str(left))
    return page if os.path.exists(page) else None


MODULE = {
    "go.mod": "module example.com/e\n\ngo 1.26\n",
    "a/a.go": "package a\n\nfunc A(n int) []byte { return make([]byte, n) }\n",
    "a/a_test.go": """package a

import "testing"

var S []byte

func BenchmarkSubs(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run("n", func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				S = A(n)
			}
		})
	}
}

func BenchmarkLoop(b *testing.B) {
	S = A(1 << 20)
	for b.Loop() {
		S = A(500)
	}
}

func BenchmarkParallel(b *testing.B) {
	S = A(5000)
	b.RunParallel(func(pb *testing.PB) {
		S = A(70000)
		for pb.Next() {
			S = A(300)
		}
	})
}
""",
    "main/main.go": "package main\n\nfunc work(n int) *[4]int { return &[4]int{n} }\n\nfunc main() { println(work(1)) }\n",
    "main/main_test.go": """package main

import (
	"testing"
	"time"
)

var P *[4]int

func TestFail(t *testing.T) { t.Error("wrong") }

func BenchmarkWork(b *testing.B) {
	for b.Loop() {
		P = work(1)
	}
}

func BenchmarkSlow(b *testing.B) {
	for b.Loop() {
		time.Sleep(20 * time.Millisecond)
	}
}
""",
}


def per_op(report, line):
    return [round(r.get("bytes_per_op", -1)) for r in report["rows"] if any(f["text"].endswith(line) for f in r["frames"])]


def situations(t):
    """goesc test as people call it: several packages, counted operations, failures, interruptions."""
    if not t.go or not (t.go_version() or "").startswith("go1.26"):
        return
    with tempfile.TemporaryDirectory() as d:
        for name, text in MODULE.items():
            path = os.path.join(d, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        tmp = os.path.join(d, "tmp")
        os.mkdir(tmp)
        before = sorted(os.listdir(d))
        env = dict(os.environ, TMPDIR=tmp)
        exact = ["-run", "none", "-memprofilerate=1", "-benchmem"]

        # all operations are counted: 1 + 100 for b.N and pb.Next, 100 for b.Loop; what is outside of the loops is not
        report = os.path.join(d, "tmp", "r.json")
        status, out, err = t.run(["test", *exact, "-bench", ".", "-benchtime", "100x", "-jsonfile", report, "./a"], cwd=d, env=env, timeout=300)
        with open(report, encoding="utf-8") as f:
            j = json.load(f)
        os.unlink(report)
        got = [per_op(j, "a_test.go:" + str(n)) for n in (11, 18, 20, 25, 27, 29)]
        t.check("join/operations counted", status == 0 and got == [[520], [-1], [512], [-1], [-1], [320]] and
                "outside of the benchmark's loop" in out.decode() and "average of all sub-benchmarks in BenchmarkSubs" in out.decode(),
                f"{got}\n{out.decode()}{err.decode()}")
        status, out, err = t.run(["test", *exact, "-bench", "Subs|Par", "-benchtime", "2ms", "./a"], cwd=d, env=env, timeout=300)
        t.check("join/operations not known", status == 0 and "not known for BenchmarkSubs: it goes by b.N and has several" in out.decode(),
                out.decode() + err.decode())

        # several packages, one of them a command; go's output as it is
        status, out, err = t.run(["test", *exact, "-bench", "Loop|Work", "-benchtime", "50x", "./..."], cwd=d, env=env, timeout=300)
        text = out.decode()
        t.check("join/several packages", status == 0 and "memory profile of example.com/e/a:" in text and
                "memory profile of example.com/e/main:" in text and text.count("\nok  ") + text.startswith("ok") == 2 and
                "main/main.go:3:35  example.com/e/main.work" in text, f"{status}\n{text}{err.decode()}")
        status, out, err = t.run(["test", *exact, "-json", "-bench", "Loop", "-benchtime", "50x", "./a"], cwd=d, env=env, timeout=300)
        lines = out.decode().splitlines()
        t.check("join/-json is go's alone", status == 0 and lines and all(json.loads(x)["Action"] for x in lines) and
                "a_test.go:20" in err.decode() and "   512 " in err.decode(), err.decode())

        # exit status, no benchmark, an -exec of the user's, a test that is interrupted
        status, out, err = t.run(["test", "-bench", ".", "./main"], cwd=d, env=env, timeout=300)
        t.check("join/failing tests", status == 1 and b"memory profile" not in out and b"FAIL" in out, out.decode())
        status, out, err = t.run(["test", "-run", "none", "-bench", "Nothing", "./a"], cwd=d, env=env, timeout=300)
        t.check("join/no benchmark", status == 0 and err == b"goesc test: no benchmark was run, so there is no report\n", err.decode())
        status, out, err = t.run(["test", *exact, "-bench", "Loop", "-benchtime", "50x", "-exec", "env WRAPPED=1", "./a"], cwd=d, env=env, timeout=300)
        t.check("join/-exec", status == 0 and b"a_test.go:20" in out, out.decode() + err.decode())
        p = subprocess.Popen([t.goesc, "test", "-run", "none", "-bench", "Slow", "-benchtime", "30s", "./main"], cwd=d, env=env,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        os.set_blocking(p.stdout.fileno(), True)
        while not p.stdout.readline().startswith(b"cpu:"):
            if p.poll() is not None:
                break
        os.killpg(p.pid, signal.SIGINT)
        out, err = p.communicate(timeout=30)
        t.check("join/interrupted", p.returncode == 1 and b"FAIL" in out and b"memory profile" not in out, f"{p.returncode} {out} {err}")
        left = [x for x in os.listdir(tmp) if x.startswith("goesc")]
        t.check("join/nothing is left", not left and sorted(os.listdir(d)) == before, f"{left} {os.listdir(d)}")


def changed_source(t):
    """Profiles of other code, and of the same code in newer files: what the report says about it."""
    if (t.source_version() or "") != open(os.path.join(ROOT, "tests/golden/VERSION"), encoding="utf-8").read().strip():
        return

    def report(edit):
        with tempfile.TemporaryDirectory() as d:
            at = os.path.join(d, "kinds")
            shutil.copytree(os.path.join(HERE, "kinds"), at)
            path = os.path.join(at, "kinds.go")
            with open(path, encoding="utf-8") as f:
                text = f.read()
            new = edit(text)
            with open(path, "w", encoding="utf-8") as f:
                f.write(new)
            status, out, err = t.run(["top", "-profile", "mem.out", "-rows", "1000"], cwd=at)
            return status == 0, out.decode(), err.decode()

    ok, text, err = report(lambda s: s.replace("{ return &pair{p, p} }", "{ q := &pair{p, p}; q.a = nil; println(q.b); return Pointer }"))
    t.check("join/disagreement", ok and "&pair{...} on the stack" in text and "Note: kinds.go is newer than the profile" in text and
            "the source may have changed since (see above); else a mistake of goesc's" in text, text[:1500] + err)
    ok, text, err = report(lambda s: s.replace("//go:noinline\nfunc variable(", "// Variable\n//\n//go:noinline\nfunc variable(", 1))
    t.check("join/moved lines", ok and "Careful: the source has changed since the profile was made: example.com/kinds.Everything began at line" in text
            and "more functions have moved" in text and "this function has changed since the profile was made" in text, text[:1500] + err)
    ok, text, err = report(lambda s: s)
    t.check("join/newer files", ok and "Note: " in text and "the functions that the profile names begin where they did" in text and
            "Careful" not in text and "disagreement" not in text, text[:1500] + err)


def many_sites(t):
    """A page of a profile with more sites than it lists: the others are counted, and nothing is lost."""
    count, strings, p = 4000, [b"", b"alloc_objects", b"count", b"alloc_space", b"bytes", b"inuse_objects", b"inuse_space", b"space"], b""
    for name, unit in ((1, 2), (3, 4), (5, 2), (6, 4)):
        p += field(1, field(1, name) + field(2, unit))
    for i in range(1, count + 1):
        strings += [b"example.com/p%d.F" % i, b"/src/p%d/f.go" % i]
        p += field(2, field(1, i) + b"".join(field(2, v) for v in (i, 64 * i, 0, 0)))
        p += field(4, field(1, i) + field(4, field(1, i) + field(2, 7)))
        p += field(5, field(1, i) + field(2, len(strings) - 2) + field(4, len(strings) - 1))
    p += b"".join(field(6, x) for x in strings) + field(11, field(1, 7) + field(2, 4)) + field(12, 1)
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, "mem.out"), "wb") as f:
            f.write(p)
        with open(os.path.join(d, "main.go"), "w", encoding="utf-8") as f:
            f.write("package main\n\nfunc main() {}\n")
        status, out, err = t.run(["top", "main.go", "-profile", "mem.out", "-html", "-"], cwd=d)
    text = out.decode()
    at = text.find('id="data">')
    data = json.loads(text[at + len('id="data">'):text.index("</script>", at)]) if at > 0 else {"rows": [], "folded": []}
    kept, rest = data["rows"], data["folded"]
    t.check("join/many sites", status == 0 and len(kept) == 3000 and sum(r["rows"] for r in rest) == count - 3000 and
            sum(r["bytes"] for r in kept + rest) == 64 * count * (count + 1) // 2 and min(r["bytes"] for r in kept) == 64 * (count - 2999),
            f"{status} {len(kept)} {rest} {err.decode()}")


def run(t):
    many_sites(t)
    recorded(t)
    changed_source(t)
    errors(t)
    situations(t)
    page = with_go(t)
    if page:
        with open(page, encoding="utf-8") as f:
            text = f.read()
        t.check("join/page", "print.go:683" in text and "http://" not in text.replace("http://www.w3.org", "") and "<script src" not in text,
                "the page lacks the story, or needs the network")
        shutil.rmtree(os.path.dirname(page), ignore_errors=True)
