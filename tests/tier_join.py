"""The join of memory profiles with the analysis.

tests/join/*/ are small packages with a recorded profile (mem.out) and what must be found in it (want.json): per row the
place, kind, reason and the line of the cause. The profiles are read without a go command, but need the sources of the
Go that made them. With a go command, goesc test runs in the examples; with Chromium, the page is clicked through."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

from harness import ROOT

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


def run(t):
    recorded(t)
    errors(t)
    page = with_go(t)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not page or not chromium:
        t.skip("join/page", "needs Go 1.26 and Chromium")
    else:
        p = subprocess.run([sys.executable, os.path.join(HERE, "page_test.py"), chromium, page], capture_output=True, text=True,
                           timeout=120, check=False)
        t.check("join/page", p.returncode == 0, p.stdout + p.stderr)
    if page:
        shutil.rmtree(os.path.dirname(page), ignore_errors=True)
