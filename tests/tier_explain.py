"""goesc explain: stories.

tests/explain/*.go: each line with a comment `// explain` is asked about; the answers stand in the .explain file beside it,
a .marks file has what is marked of the source for all values and steps, and the -json answers must be graphs without
loose ends. The cache is damaged and must be rebuilt, never trusted. With the sources of Go at hand, `goesc explain
-check std` holds every story of the standard library against the escape graph (each step an edge, each path ends in a
cause) and against the lines of -m."""
import glob
import json
import os
import re
import subprocess
import tempfile

from harness import ROOT, diff

HERE = os.path.join(ROOT, "tests", "explain")


def ask(t, args, cache, cwd=HERE, env=None):
    e = dict(os.environ, GOESC_CACHE=cache, NO_COLOR="1", GOFLAGS="", GOTOOLCHAIN="local", **(env or {}))
    p = subprocess.run([t.goesc, "explain", *args], capture_output=True, cwd=cwd, env=e, check=False, timeout=300)
    return p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")


def places(path):
    with open(path, encoding="utf-8") as f:
        return [i for i, line in enumerate(f, 1) if "// explain" in line]


def goldens(t, cache):
    for path in sorted(glob.glob(os.path.join(HERE, "*.go"))):
        name = os.path.basename(path)
        got = ""
        for line in places(path):
            status, out, err = ask(t, [f"{name}:{line}"], cache)
            got += f"=== {name}:{line}\n{out}"
            t.check(f"explain/{name}:{line}", status == 0 and not err, f"status {status}\n{err}")
        want = path[:-3] + ".explain"
        if t.update:
            with open(want, "w", encoding="utf-8") as f:
                f.write(got)
        with open(want, encoding="utf-8") as f:
            text = f.read()
        t.check(f"explain/{name}", got == text, diff(text, got) if got != text else "")


def loose_ends(doc):
    """What is wrong with a graph."""
    stories = {s["id"]: s for s in doc["stories"]}
    bad = []
    for v in doc["values"]:
        if v["escapes"] and v["reason"] != "always" and v.get("story") not in stories:
            bad.append(f"{v['what']}: no story")
    for s in stories.values():
        nodes = {n["id"] for n in s["nodes"]}
        decisive = 0
        for e in s["edges"]:
            if e["from"] not in nodes or e["to"] not in nodes:
                bad.append(f"story {s['id']}: edge without node")
            for step in e["steps"]:
                decisive += step.get("decisive", False)
                if step.get("callee", s["id"]) not in stories:
                    bad.append(f"story {s['id']}: callee without story")
        if s.get("holder", s["id"]) not in stories or s.get("goesOn", s["id"]) not in stories:
            bad.append(f"story {s['id']}: goes on nowhere")
        if decisive != (0 if "goesOn" in s else 1):
            bad.append(f"story {s['id']}: {decisive} decisive steps")
        seen, at = set(), s
        while "goesOn" in at:
            if at["id"] in seen:
                bad.append(f"story {s['id']}: runs in a circle")
                break
            seen.add(at["id"])
            at = stories[at["goesOn"]]
    return bad


def graphs(t, cache):
    for path in sorted(glob.glob(os.path.join(HERE, "*.go"))):
        name = os.path.basename(path)
        for line in places(path):
            status, out, err = ask(t, ["-json", f"{name}:{line}"], cache)
            try:
                doc = json.loads(out)
                bad = loose_ends(doc)
                if (doc["schema"], doc["version"]) != ("goesc-explain", 1):
                    bad.append("schema")
            except (ValueError, KeyError) as e:
                bad = [f"{type(e).__name__}: {e} (status {status})\n{err}"]
            t.check(f"explain/json/{name}:{line}", not bad, "\n".join(bad))


def marked(lines, at):
    """The stretch of source that a span names, on one line."""
    text = [lines[i] for i in range(at["line"] - 1, at["endLine"])]
    text[-1] = text[-1][: at["endColumn"] - 1]
    text[0] = text[0][at["column"] - 1 :]
    return " ".join(" ".join(text).split())


def marks(t, cache):
    """x.go with a x.marks beside it: what is marked of the source for each value and each step."""
    for path in sorted(glob.glob(os.path.join(HERE, "*.marks"))):
        source = path[: -len(".marks")] + ".go"
        with open(source, encoding="utf-8") as f:
            lines = f.read().split("\n")
        name = os.path.basename(source)
        status, out, err = ask(t, ["-json", name], cache)
        if status:
            t.fail(f"explain/marks/{name}", err)
            continue
        doc = json.loads(out)
        got = ""
        for v in doc["values"]:
            got += f"{v['at']['line']}: {v['kind']}: {marked(lines, v['at'])}\n"
        for story in doc["stories"]:
            for step in [s for e in story["edges"] for s in e["steps"]]:
                at = step.get("at")
                if at and at["file"].endswith("/" + name):
                    got += f"{at['line']}: {step['label']}: {marked(lines, at)}\n"
        if t.update:
            with open(path, "w", encoding="utf-8") as f:
                f.write(got)
        with open(path, encoding="utf-8") as f:
            want = f.read()
        t.check(f"explain/marks/{name}", got == want, diff(want, got) if got != want else "")


def caching(t):
    """The second answer comes from the cache; a damaged or outdated entry is not used."""
    with tempfile.TemporaryDirectory() as work:
        src, cache = os.path.join(work, "x.go"), os.path.join(work, "cache")
        text = "package x\n\nfunc f() *int {\n\tx := 1\n\treturn &x\n}\n"
        with open(src, "w", encoding="utf-8") as f:
            f.write(text)
        first = ask(t, ["x.go:4"], cache, cwd=work)
        t.check("explain/cache/first", first[0] == 0 and "returned" in first[1], str(first))
        entries = glob.glob(os.path.join(cache, "*"))
        t.check("explain/cache/stored", len(entries) >= 1, str(entries))
        t.check("explain/cache/second", ask(t, ["x.go:4"], cache, cwd=work) == first)
        for entry in entries:
            with open(entry, "rb") as f:
                good = f.read()
            n = len(good)
            damaged = {"empty": b"", "short": good[: n // 2], "long": good + b"x", "noise": bytes(n), "foreign": b"#!/bin/sh\n" * 99}
            for at in range(0, n, max(1, n // 40)):
                damaged[f"bit{at}"] = good[:at] + bytes([good[at] ^ 4]) + good[at + 1 :]
            for kind, bad in damaged.items():
                with open(entry, "wb") as f:
                    f.write(bad)
                again = ask(t, ["x.go:4"], cache, cwd=work)
                if again != first:
                    t.fail(f"explain/cache/{kind}", str(again))
                    break
            else:
                t.ok("explain/cache/damaged")
        with open(src, "w", encoding="utf-8") as f:
            f.write(text.replace("\tx := 1", "\tx := 1 // one"))
        t.check("explain/cache/changed", "// one" in ask(t, ["x.go:4"], cache, cwd=work)[1])
        with open(src, "w", encoding="utf-8") as f:
            f.write(text.replace("return &x", "_ = x; return nil"))
        t.check("explain/cache/stays", "on the stack" in ask(t, ["x.go:4"], cache, cwd=work)[1])
        os.chmod(cache, 0o500)
        t.check("explain/cache/readonly", ask(t, ["x.go:4"], cache, cwd=work)[0] == 0)
        os.chmod(cache, 0o700)
        t.check("explain/cache/off", ask(t, ["x.go:4"], "off", cwd=work)[0] == 0)


def questions(t, cache):
    for args, want in [(["values.go:9999"], "has .* lines"), (["nothere.go:1"], "no such file"), ([], "one place"),
                       (["a", "b"], "one place")]:
        status, _, err = ask(t, args, cache)
        t.check(f"explain/{' '.join(args) or 'nothing'}", status in (1, 2) and re.search(want, err), f"{status} {err}")


def standard(t, cache):
    if not t.source_version():
        t.skip("explain/std", "no sources of Go")
        return
    if not re.match(r"(go)?1\.26", str(t.source_version())):
        t.skip("explain/std", "sources of another Go")
        return
    status, out, err = ask(t, ["-check", "std"], "off", cwd=ROOT)
    t.check("explain/std", status == 0 and "internal error" not in out + err, (out + err)[-3000:])
    alone = ask(t, ["-p", "1", "-check", "std"], "off", cwd=ROOT)  # the same, however the work is shared out
    t.check("explain/std/one processor", alone == (status, out, err), diff(alone[1], out) if alone[1] != out else str(alone))
    for path in "net/http", "encoding/json", "go/types":  # of what they import, only what they depend on
        status, out, err = ask(t, ["-check", path], "off", cwd=ROOT)
        t.check(f"explain/{path}", status == 0 and "internal error" not in out + err, (out + err)[-3000:])
    first = ask(t, ["net/http.Server.Serve"], cache, cwd=HERE)
    t.check("explain/net/http/first", first[0] == 0 and "on the heap" in first[1], str(first)[:1000])
    t.check("explain/net/http/again", ask(t, ["net/http.Server.Serve"], cache, cwd=HERE) == first)


def run(t):
    with tempfile.TemporaryDirectory() as cache:
        goldens(t, cache)
        graphs(t, cache)
        marks(t, cache)
        questions(t, cache)
        standard(t, cache)
    caching(t)
