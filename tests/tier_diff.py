"""goesc diff: two states of a module.

Repositories are made here, with git. What is expected: lines that only moved are no change; what is new, gone, moved, or on
the heap for another reason is told as that; saved files say the same as revisions; a repository that would like git
to start programs starts none; trees with names that lead elsewhere write nothing elsewhere; whatever names the source
has, JSON stays JSON, Markdown has them in code only, and SARIF keeps its form; the repository is as it was."""
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile

from harness import diff as text_diff

BASE = """package m

import "fmt"

type T struct{ a, b int }

var keep *T

func Keep(n int) {
	keep = &T{n, 1}
}

func Slice(n int) []byte {
	return make([]byte, n)
}

func Say(n int) {
	fmt.Println(n)
}

func Twice(n int) (*int, *int) {
	return new(int), new(int)
}

func Literals(n int) (func() int, func() int) {
	return func() int { n++; return n }, func() int { n--; return n }
}

func Make[P any](n int) []P { return make([]P, n) }

func Ints() []int { return Make[int](3) }
"""


class Repo:
    def __init__(self, t, where):
        self.t, self.dir = t, where
        self.env = dict(os.environ, GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL="/dev/null", GIT_AUTHOR_NAME="n",
                        GIT_AUTHOR_EMAIL="e@x", GIT_COMMITTER_NAME="n", GIT_COMMITTER_EMAIL="e@x", LC_ALL="C")
        self.git("init", "-q", "-b", "main")

    def git(self, *args, stdin=None, check=True):
        p = subprocess.run(["git", *args], cwd=self.dir, env=self.env, input=stdin, capture_output=True, check=False)
        if check and p.returncode != 0:
            raise RuntimeError(f"git {args}: {p.stderr.decode('utf-8', 'replace')}")
        return p.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as f:
            f.write(text)

    def commit(self, files=None, remove=()):
        for name, text in (files or {}).items():
            self.write(name, text)
        for name in remove:
            os.remove(os.path.join(self.dir, name))
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def diff(self, *args, cwd=None, env=None):
        e = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GOESC_CACHE": "off", "GOTOOLCHAIN": "local"}
        status, out, err = self.t.run(["diff", *args], cwd=os.path.join(self.dir, cwd or ""), env=e | (env or {}))
        return status, out.decode("utf-8", "surrogateescape"), err.decode("utf-8", "surrogateescape")

    def json(self, *args, **kw):
        status, out, err = self.diff("-json", *args, **kw)
        return status, json.loads(out) if out else None, err


def start(t, root, name, text=BASE):
    where = os.path.join(root, name)
    os.makedirs(where)
    r = Repo(t, where)
    r.commit({"go.mod": "module example.com/m\n\ngo 1.21\n", "m.go": text})
    return r


def names(sites):
    return [s["what"] for s in sites]


def expect(t, name, got, status, summary, more=lambda doc: True):
    st, doc, err = got
    want = dict(zip(("new", "gone", "moved", "changed"), summary))
    have = {k: doc["summary"][k] for k in want} if doc else None
    good = st == status and have == want and more(doc) and not err
    t.check(f"diff/{name}", good, f"status {st}, {have}, wanted {status}, {want}\n{err}\n{json.dumps(doc, indent=1)[:2000]}")


def changes(t, root):
    r = start(t, root, "changes")
    expect(t, "nothing", r.json("HEAD"), 0, (0, 0, 0, 0), lambda d: d["summary"]["unchanged"] == 9)
    r.write("m.go", "// a\n// b\n\n" + BASE.replace("}\n\nfunc", "}\n\n// between\n\n\nfunc"))
    expect(t, "moved lines", r.json("HEAD"), 0, (0, 0, 0, 0))
    r.write("m.go", BASE)
    r.write("n.go", "package m\n\nfunc First() *T { x := T{}; return &x }\n")
    expect(t, "new", r.json("HEAD"), 1, (1, 0, 0, 0), lambda d: names(d["new"]) == ["x"] and d["new"][0]["line"] == 3
           and "returned" in d["new"][0]["story"])
    st, out, _ = r.diff("HEAD")
    t.check("diff/text", st == 1 and out.startswith("New on the heap:\n\nnew: n.go:3:19: x is moved to the heap") and
            out.endswith("\n1 new, 0 gone, 9 unchanged heap sites in 1 package\n"), out)
    os.remove(os.path.join(r.dir, "n.go"))
    r.write("m.go", BASE.replace("\treturn new(int), new(int)", "\treturn nil, new(int)"))
    expect(t, "gone", r.json("HEAD"), 0, (0, 1, 0, 0), lambda d: names(d["gone"]) == ["new(int)"])
    r.write("m.go", BASE.replace("func Slice", "func Renamed"))
    expect(t, "renamed function", r.json("HEAD"), 0, (0, 0, 1, 0),
           lambda d: d["moved"][0]["old"]["function"] == "example.com/m.Slice" and
           d["moved"][0]["new"]["function"] == "example.com/m.Renamed")
    # two functions that could be the renamed one: no guess
    r.write("m.go", BASE.replace("func Slice(n int) []byte {\n", "func A(n int) []byte { return make([]byte, n) }\n\nfunc B(n int) []byte {\n"))
    expect(t, "renamed function, two candidates", r.json("HEAD"), 1, (2, 1, 0, 0))
    # the function stays, and another allocates the same: that is new
    r.write("m.go", BASE.replace("return make([]byte, n)", "return nil") + "\nfunc Other(n int) []byte { return make([]byte, n) }\n")
    expect(t, "the old function stays", r.json("HEAD"), 1, (1, 1, 0, 0))
    r.write("m.go", BASE.replace("keep = &T{n, 1}", "func() *T { return nil }()\n\tch <- &T{n, 1}") + "\nvar ch chan *T\n")
    expect(t, "another cause", r.json("HEAD"), 0, (0, 0, 0, 1),
           lambda d: d["changed"][0]["new"]["reason"] == "sent on a channel")
    r.write("m.go", BASE.replace("fmt.Println(n)", "number := n\n\tfmt.Println(number)"))
    expect(t, "a value renamed", r.json("HEAD"), 0, (0, 0, 1, 0))
    many = "\nfunc Many(n int) (a, b, c []byte) { return make([]byte, n), make([]byte, n+1), make([]byte, n+2) }\n"
    r.write("m.go", BASE)
    r.commit({"many.go": "package m\n" + many})
    r.write("many.go", "package m\n" + many.replace("n", "k").replace("fukc", "func").replace("returk", "return").replace("ikt", "int").replace("Maky", "Other"))
    expect(t, "a function and its variables renamed", r.json("HEAD"), 0, (0, 0, 3, 0))
    r.write("many.go", "package m\n" + many.replace("make([]byte, n", "make([]byte, 1+n"))
    expect(t, "expressions rewritten", r.json("HEAD"), 0, (0, 0, 3, 0))
    r.write("many.go", "package m\n" + many.replace("make([]byte, n", "make([]byte, 1+n").replace("Many(n int) (a", "Many(n int) (z, a").replace("return ", "return nil, "))
    expect(t, "a result more, none new", r.json("HEAD"), 0, (0, 0, 3, 0))
    r.write("many.go", "package m\n" + many.replace("make([]byte, n", "make([]byte, 1+n").replace("Many(n int) (a", "Many(n int) (z, a").replace("return ", "return make([]byte, n*2), "))
    expect(t, "one more than before", r.json("HEAD"), 1, (4, 3, 0, 0))
    r.commit(remove=["many.go"])
    # a literal before others, which the compiler numbers
    r.write("m.go", BASE.replace("\treturn func() int { n++", "\tfunc() { keep = nil }()\n\treturn func() int { n++"))
    expect(t, "literals are numbered anew", r.json("HEAD"), 0, (0, 0, 0, 0))
    # between equals
    r.write("m.go", BASE.replace("\treturn new(int), new(int)", "\tkeepInt = new(int)\n\treturn new(int), new(int)") + "var keepInt *int\n")
    expect(t, "a third of two equals", r.json("HEAD"), 1, (1, 0, 0, 0), lambda d: d["new"][0]["line"] == 22)
    # instances are one piece of code
    r.write("m.go", BASE + "\nfunc Strings() []string { return Make[string](3) }\n")
    expect(t, "another instance", r.json("HEAD"), 0, (0, 0, 0, 0))
    r.write("m.go", BASE)
    r.commit({"sub/s.go": "package sub\n\nfunc F(n int) *int { return &n }\n"})
    expect(t, "a package added", r.json("HEAD~1", "HEAD"), 1, (1, 0, 0, 0),
           lambda d: d["new"][0]["package"] == "example.com/m/sub" and d["summary"]["packages"] == 2)
    expect(t, "a package removed", r.json("HEAD", "HEAD~1"), 0, (0, 1, 0, 0))
    expect(t, "patterns", r.json("HEAD~1", "HEAD", "--", "."), 0, (0, 0, 0, 0), lambda d: d["summary"]["packages"] == 1)
    expect(t, "a subdirectory", r.json("HEAD", cwd="sub"), 0, (0, 0, 0, 0), lambda d: d["summary"]["packages"] == 1)
    r.write("sub/s.go", "package sub\n\nfunc F(n int) *int { return &n }\n\nfunc G() *int { return new(int) }\n")
    expect(t, "a subdirectory, new", r.json("HEAD", cwd="sub"), 1, (1, 0, 0, 0), lambda d: d["new"][0]["file"] == "s.go")
    st, out, err = r.diff("-sarif", "HEAD", cwd="sub")
    uri = json.loads(out)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    t.check("diff/sarif from a subdirectory", st == 1 and uri == "sub/s.go", f"{st} {uri} {err}")
    # packages that fail
    r.write("sub/s.go", "package sub\n\nfunc F(n int) *int { return &m }\n")
    st, doc, err = r.json("HEAD")
    t.check("diff/a side that fails", st == 2 and doc["leftOut"] == ["example.com/m/sub"] and doc["summary"]["gone"] == 0 and
            "goesc diff: the working tree:\n# example.com/m/sub\nsub/s.go:3:30: undefined: m\n" in err, f"{st} {doc} {err}")


def saved(t, root):
    r = start(t, root, "saved")
    r.write("m.go", BASE + "\nfunc Added() *int { return new(int) }\n")
    st1, _, err = r.diff("-save", "old.json", "HEAD")
    st2, _, err2 = r.diff("-save=new.json")
    t.check("diff/save", (st1, st2) == (0, 0) and not err + err2, f"{st1} {st2} {err}{err2}")
    for form in ([], ["-markdown"], ["-json"], ["-sarif"]):
        a, b = r.diff(*form, "HEAD"), r.diff(*form, "old.json", "new.json")
        norm = b[1].replace("old.json", "HEAD").replace("new.json", "the working tree")
        t.check(f"diff/saved files say the same {form}", a[0] == b[0] == 1 and a[1] == norm, text_diff(a[1], norm))
    expect(t, "a saved file and the working tree", r.json("old.json"), 1, (1, 0, 0, 0))
    with open(os.path.join(r.dir, "old.json"), "rb") as f:
        good = f.read()
    bad = [b"", b"{", b"[]", b"{}", b"null", good[:-20], good + b"x", good.replace(b'"version":1', b'"version":2'),
           good.replace(b'"package":0', b'"package":-1'), good.replace(b'"package":0', b'"package":1e300'),
           good.replace(b'"package":0', b'"package":"0"'), b'{"schema":' + b"[" * 100000, good.replace(b"Keep", b"\xff"),
           good.replace(b"Keep", b"\\q"), good.replace(b"Keep", b"\\u12"), b'{"schema":"goesc-heap","version":1,"sites":[{}]}']
    bad += [good[:i] for i in range(0, len(good) - 2, 197)]
    for i, text in enumerate(bad):
        with open(os.path.join(r.dir, "bad.json"), "wb") as f:
            f.write(text)
        st, out, err = r.diff("bad.json", "new.json")
        t.check(f"diff/damaged file {i}", st == 2 and not out and err.startswith("goesc diff: bad.json: "), f"{st} {out[:200]} {err[:200]}")
    # what is not there counts as empty, and anything can be in a text
    odd = '{"schema":"goesc-heap","version":1,"packages":[{"path":"\\u0001x"}],"sites":[{"package":0,"line":1e99,"what":"a\\u0007`@b"}]}'
    r.write("odd.json", odd)
    for text in ('"\\u0000"', '"\\ud800"', "[" * 100000, "{", "", "[1, 2,]", '"\xff"'):
        r.write("bad.json", '{"schema":"goesc-heap","version":1,"go":' + text)
        st, out, err = r.diff("new.json", "bad.json")
        t.check(f"diff/no JSON {text[:10]}", st == 2 and "bad.json: line 1: " in err, repr((st, err)))
    for form in ([], ["-markdown"], ["-json"], ["-sarif"]):
        st, out, err = r.diff(*form, "new.json", "odd.json")
        t.check(f"diff/an odd file {form}", st == 1 and "\x07" not in out, f"{st} {out} {err}")
    st, _, err = r.diff("missing.json")
    t.check("diff/no such file", st == 2 and "git: " in err, err)


def tree_hash(root):
    h = hashlib.sha256()
    for d, dirs, files in os.walk(root):
        dirs.sort()
        for f in sorted(files):
            p = os.path.join(d, f)
            h.update(os.path.relpath(p, root).encode("utf-8", "surrogateescape"))
            h.update(os.readlink(p).encode() if os.path.islink(p) else open(p, "rb").read())
            h.update(str(os.lstat(p).st_mtime_ns).encode())
    return h.hexdigest()


HOOKS = ["post-checkout", "post-index-change", "pre-commit", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc",
         "post-merge", "post-rewrite", "query-watchman"]


def hostile_repository(t, root):
    r = start(t, root, "hostile")
    r.commit({"m.go": BASE + "\nfunc Added() *int { return new(int) }\n"})
    r.write(".gitattributes", "* filter=x diff=x merge=x ident\n")
    r.git("add", ".gitattributes")
    r.git("commit", "-q", "-m", "x")
    mark = os.path.join(root, "started")
    prog = os.path.join(root, "prog.sh")
    with open(prog, "w", encoding="utf-8") as f:
        f.write(f"#!/bin/sh\necho \"$0 $*\" >>{mark}\n")
    os.chmod(prog, 0o755)
    inc = os.path.join(root, "included")
    keys = ["core.fsmonitor", "core.pager", "core.editor", "core.askPass", "core.sshCommand", "core.gitProxy",
            "core.alternateRefsCommand", "credential.helper", "diff.external", "diff.x.textconv", "diff.x.command",
            "filter.x.clean", "filter.x.smudge", "filter.x.process", "merge.x.driver", "pager.cat-file", "pager.ls-tree",
            "pager.rev-parse", "gpg.program", "sequence.editor", "remote.origin.uploadpack", "remote.origin.vcs",
            "uploadpack.packObjectsHook", "trace2.eventTarget", "gc.recentObjectsHook", "interactive.diffFilter"]
    with open(inc, "w", encoding="utf-8") as f:
        for k in keys:
            section, _, var = k.rpartition(".")
            head, _, sub = section.partition(".")
            value = f"!{prog}" if k == "credential.helper" else prog
            f.write(f"[{head}{f' {chr(34)}{sub}{chr(34)}' if sub else ''}]\n\t{var} = {value}\n")
        f.write('[filter "x"]\n\trequired = true\n[core]\n\thooksPath = ' + os.path.join(root, "hooks") + "\n")
        for alias in ("rev-parse", "ls-tree", "cat-file", "fetch"):
            f.write(f"[alias]\n\t{alias} = !{prog}\n")
    os.makedirs(os.path.join(root, "hooks"))
    for hook in HOOKS:
        for d in (os.path.join(root, "hooks"), os.path.join(r.dir, ".git", "hooks")):
            shutil.copy(prog, os.path.join(d, hook))
    r.git("config", "--local", "include.path", inc)
    twin = os.path.join(root, "twin")  # the same with git itself: it does start them
    shutil.copytree(r.dir, twin, symlinks=True)
    subprocess.run(["git", "status"], cwd=twin, env=r.env, capture_output=True, check=False)
    t.check("diff/the hostile configuration is one", os.path.exists(mark), "git status started nothing")
    os.remove(mark)
    before = tree_hash(r.dir)
    for env in ({}, {"PATH": "bin:" + os.environ["PATH"]}, {"GIT_PAGER": prog, "PAGER": prog, "GIT_EXTERNAL_DIFF": prog,
                "GIT_SSH": prog, "GIT_SSH_COMMAND": prog, "GIT_ASKPASS": prog, "GIT_EDITOR": prog}):
        expect(t, f"a hostile configuration {sorted(env)}", r.json("HEAD~2", "HEAD", env=env), 1, (1, 0, 0, 0))
    t.check("diff/a hostile configuration starts nothing", not os.path.exists(mark), open(mark).read() if os.path.exists(mark) else "")
    t.check("diff/the repository is as it was", tree_hash(r.dir) == before, "something in it changed")

    # a partial clone that lacks a file, and would fetch it by starting something
    blob = r.git("rev-parse", "HEAD:m.go")
    os.remove(os.path.join(r.dir, ".git", "objects", blob[:2], blob[2:]))
    for url in ("ssh://nowhere.invalid/x", "ext::" + prog, prog + "x::y", root, "git://127.0.0.1:1/x"):
        r.git("config", "--local", "remote.origin.url", url)
        r.git("config", "--local", "remote.origin.promisor", "true")
        r.git("config", "--local", "extensions.partialClone", "origin")
        r.git("config", "--local", "core.repositoryformatversion", "1")
        r.git("config", "--local", "protocol.allow", "always")
        before = tree_hash(r.dir)
        st, out, err = r.diff("HEAD")
        t.check(f"diff/a missing object, {url.split(':')[0][-8:]}", st == 2 and not out and "goesc diff: HEAD: " in err, f"{st} {out} {err}")
        t.check("diff/a missing object starts nothing", not os.path.exists(mark) and tree_hash(r.dir) == before,
                open(mark).read() if os.path.exists(mark) else "changed")


def mktree(r, entries):
    """A tree object with those entries, whatever their names are: (mode, name, id)."""
    raw = b"".join(f"{mode} ".encode() + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
    return r.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)


def hostile_trees(t, root):
    r = start(t, root, "trees")
    blob = r.git("hash-object", "-w", "--stdin", stdin=b"package evil\n")
    mod = r.git("rev-parse", "HEAD:go.mod")
    src = r.git("rev-parse", "HEAD:m.go")
    good = [("100644", b"go.mod", mod), ("100644", b"m.go", src)]

    def commit(entries):
        return r.git("commit-tree", "-m", "x", mktree(r, entries))

    deep = mktree(r, [("100644", b"x.go", blob)])
    cases = {
        "dots": [("40000", b"..", deep)], "dots twice": [("40000", b"..", mktree(r, [("40000", b"..", deep)]))],
        "a dot": [("40000", b".", deep)], "dot git": [("40000", b".git", mktree(r, [("40000", b"hooks", deep)]))],
        "Dot Git": [("40000", b".GiT", deep)], "a slash": [("100644", b"/tmp/goesc-evil.go", blob)],
        "slashes": [("100644", b"a/../../../../../../../../../../goesc-evil.go", blob)], "a slash at the end": [("100644", b"a/", blob)],
        "nested dot git": [("40000", b"a", mktree(r, [("40000", b".git", deep)]))],
        "two slashes": [("100644", b"a//b.go", blob)], "a long name": [("100644", b"n" * 300 + b".go", blob)],
    }
    for name, extra in cases.items():
        rev = commit(good + extra)
        st, out, err = r.diff(rev)
        t.check(f"diff/a tree with {name}", st == 2 and not out and "nothing may be named" in err, f"{st} {out} {err}")
    t.check("diff/nothing was written elsewhere", not os.path.exists("/tmp/goesc-evil.go") and not os.path.exists("/goesc-evil.go"), "")

    def link(target):
        return r.git("hash-object", "-w", "--stdin", stdin=target)

    secret = os.path.join(root, "secret.go")
    with open(secret, "w", encoding="utf-8") as f:
        f.write("package m\n\nfunc Secret() *int { return new(int) }\n")
    outside = [secret.encode(), b"/etc/passwd", b"../" * 20 + b"etc/passwd", b"../secret.go", b"sub/../../x.go", b"", b".git/config",
               b"x/.git/config", b"a\0b", b"l" * 5000]
    for target in outside:
        rev = commit(good + [("120000", b"l.go", link(target))])
        st, doc, err = r.json(rev)
        t.check(f"diff/a link to {target[:20]}", st == 0 and doc["summary"]["unchanged"] == 9 and '"l.go" is left out' in err, f"{st} {err}")
    # links to links that together would lead out
    rev = commit(good + [("120000", b"up", link(b".")), ("120000", b"z.go", link(b"up/../../" + b"../" * 12 + secret.encode()[1:]))])
    st, doc, err = r.json(rev)
    t.check("diff/links in links", st == 0 and '"z.go" is left out' in err and doc["summary"]["new"] == 0, f"{st} {err}")
    # a file below what is also a link: no file goes through the link
    rev = commit(good + [("120000", b"d", link(root.encode())), ("40000", b"d", deep)])
    st, doc, err = r.json(rev)
    t.check("diff/a link and a directory", st == 0 and '"d" is left out' in err and not os.path.exists(os.path.join(root, "x.go")), f"{st} {err}")
    # a link below what is also a link stands less deep than its name says
    inner = mktree(r, [("120000", b"l.go", link(b"../" * 13 + secret.encode()[1:]))])
    deeper = mktree(r, [("120000", b"d", link(b"../" * 12 + b"d")), ("40000", b"d", inner)])
    for _ in range(11):
        deeper = mktree(r, [("40000", b"p", deeper)])
    flat = commit(good + [("120000", b"l", link(b"d")), ("40000", b"l", inner), ("40000", b"d", deep)])
    for name, rev, left in (("deep", commit(good + [("40000", b"d", deep), ("40000", b"p", deeper)]), "p/" * 12 + "d/l.go"), ("flat", flat, "l/l.go")):
        st, doc, err = r.json(rev)
        t.check(f"diff/a link through a link, {name}", f'"{left}" is left out' in err and "Secret" not in json.dumps(doc) and
                "secret.go" not in err, f"{st} {err} {doc}")
    rev = commit(good + [("120000", b"n.go", link(b"m.go")), ("160000", b"module", src), ("100644", b"m.go", blob)])
    st, doc, err = r.json(rev)
    t.check("diff/a submodule, a name twice", '"module" is left out: it is a submodule' in err and
            '"m.go" is left out: another file has its name' in err, f"{st} {err}")

    # revisions that are no revisions
    for args, want in ((["--output=x"], "not defined"), (["--", "-h"], "what is compared with"), (["HEAD", "--output=x"], "no revision begins"),
                       (["HEAD", "-h"], "no revision begins"), ([""], "no revision"), (["a b"], "git: "), (["HEAD\n"], "git: "),
                       (["HEAD\x1b[31m"], "\\x1b"), (["nothing"], "git: "), (["HEAD:m.go"], "git: "), (["HEAD", "HEAD", "HEAD"], "two states"),
                       ([], "what is compared"), (["-json", "-sarif", "HEAD"], "exclude"), (["-save", "x.json", "-json"], "nothing else"),
                       (["HEAD", "--", "../.."], "leads out"), (["HEAD", "--", "./a/../../b"], "leads out")):
        st, out, err = r.diff(*args)
        t.check(f"diff/asked for {args!r}", st == 2 and not out and want in err and "\x1b" not in err, f"{st} {out} {err}")
    t.check("diff/no file was written", not os.path.exists(os.path.join(r.dir, "x")), "")

    # go.mod and go.work of others above the folder do not count
    above = os.path.join(root, "above")
    os.makedirs(above)
    for name, text in (("go.mod", "module example.com/evil\n"), ("go.work", "go 1.21\n\nuse ./evil\n")):
        with open(os.path.join(above, name), "w", encoding="utf-8") as f:
            f.write(text)
    expect(t, "files above the folder", r.json("HEAD", env={"TMPDIR": above}), 0, (0, 0, 0, 0))
    rev = commit([("100644", b"m.go", src)])
    st, out, err = r.diff(rev, env={"TMPDIR": above})
    t.check("diff/no go.mod", st == 2 and "it has no go.mod here" in err, f"{st} {out} {err}")
    t.check("diff/folders are removed", sorted(os.listdir(above)) == ["go.mod", "go.work"], str(os.listdir(above)))
    st, _, err = r.diff("HEAD", env={"TMPDIR": os.path.join(root, "none")})
    t.check("diff/no place for the folder", st == 2 and "temporary directory" in err, err)


EVIL = ["<script>alert(1)<", "a`b``c", "](http:x)", "![i](y)", "@team", "a|b|c", "#12", "a\nb", "a\x1b[31mb", "*x*", "\u202eabc", "{0}", "a\\b", "%41", "&lt;",
        "```", "'\"", "\udcff\udcfe"]


def no_code(md):
    """Markdown without its code: fenced blocks and code spans, as CommonMark reads them."""
    out, fence = [], None
    for line in md.split("\n"):
        m = re.match(r"^(`{3,})([^`]*)$", line)
        if fence is None and m:
            fence = m.group(1)
        elif fence is not None:
            if m and len(m.group(1)) >= len(fence) and not m.group(2).strip():
                fence = None
        else:
            out.append(line)
    text, i, keep = "\n".join(out), 0, ""
    while i < len(text):
        if text[i] != "`":
            keep += text[i]
            i += 1
            continue
        n = len(re.match("`+", text[i:]).group(0))
        end = re.search(f"(?<!`)`{{{n}}}(?!`)", text[i + n:])
        if not end or "\n" in text[i + n:i + n + end.start()]:
            keep += "`" * n
            i += n
        else:
            i += n + end.end()
    return keep, fence is None


def odd_names(t, root):
    r = start(t, root, "names")
    # names that Go takes: in files and in texts of the source
    for i, evil in enumerate(EVIL):
        text = evil.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\udcff\udcfe", "u")
        body = f'package m\n\n// {evil.splitlines()[0]} ``` @team <b>\nfunc F{i}() any {{ return "{text}" + v{i}() }}\n\nfunc v{i}() string {{ return keep{i} }}\n\nvar keep{i} = "x"\n'
        try:
            body.encode("utf-8")
        except UnicodeEncodeError:
            body = body.encode("utf-8", "replace").decode()
        r.write(f"z{evil}.go".replace("/", "_"), body)
    st, out, err = r.diff("HEAD")
    t.check("diff/odd names, text", st == 1 and "\x1b" not in out and "\u202e" not in out and not err, f"{st} {err} {out[-500:]}")
    st, doc, err = r.json("HEAD")
    n = doc["summary"]["new"]
    files = {s["file"] for s in doc["new"]}
    t.check("diff/odd names, JSON", st == 1 and n >= len(EVIL) and {f"z{e}.go" for e in EVIL[:-1]} <= files, f"{n} {files}")
    raw = r.diff("-json", "HEAD")[1]
    t.check("diff/odd names, JSON is plain", not re.search(r"[<>&\x00-\x09\x0b-\x1f\x7f\u202e]", raw), "")
    st, md, err = r.diff("-markdown", "HEAD")
    rest, closed = no_code(md)
    allowed = re.sub(r"(?m)^(- |### Heap: |\*\*[A-Z][A-Za-z ]+\*\*$)", "", rest)
    t.check("diff/odd names, Markdown", st == 1 and closed and not re.search(r"[<>|@#`\\\[\]!*_&]", allowed) and "\x1b" not in md, allowed)
    st, out, err = r.diff("-sarif", "HEAD")
    run = json.loads(out)["runs"][0]
    uris = [x["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for x in run["results"]]
    messages = [x["message"]["text"] for x in run["results"]]
    prints = [x["partialFingerprints"]["goescSite/v1"] for x in run["results"]]
    good = all(re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", u) for u in uris) and "z%3Cscript%3Ealert%281%29%3C.go" in uris
    good = good and not any(re.search(r"(?<!\\)\]\(|(?<!\{)\{\d+\}|[\x00-\x1f]", m) for m in messages) and len(set(prints)) == len(prints) == n
    t.check("diff/odd names, SARIF", st == 1 and good, f"{uris}\n{messages}")
    used = {x["ruleId"] for x in run["results"]}
    t.check("diff/SARIF rules", used == {x["id"] for x in run["tool"]["driver"]["rules"]} and
            all(x["level"] == "note" for x in run["results"]), str(used))
    # fingerprints do not follow lines
    for f in os.listdir(r.dir):
        if f.startswith("z") and f.endswith(".go"):
            with open(os.path.join(r.dir, f), encoding="utf-8") as g:
                text = g.read()
            with open(os.path.join(r.dir, f), "w", encoding="utf-8") as g:
                g.write("// one more line\n" + text)
    again = [x["partialFingerprints"]["goescSite/v1"] for x in json.loads(r.diff("-sarif", "HEAD")[1])["runs"][0]["results"]]
    t.check("diff/fingerprints stay", sorted(again) == sorted(prints), "")
    # a directory, a branch
    r.git("add", "-A")
    r.git("commit", "-q", "-m", "x")
    branch = "a<b>`@x|"
    r.git("branch", branch)
    r.commit({"more.go": "package m\n\nfunc More() *int { return new(int) }\n"})
    st, md, _ = r.diff("-markdown", branch)
    rest, closed = no_code(md)
    t.check("diff/a branch with an odd name", st == 1 and closed and "<" not in rest and "@" not in rest and "``" + branch + "``" in md, md)


def outside(t, root):
    """What a go.mod or go.work names by a relative path out of the repository is not there, however deep the folder lies."""
    out = os.path.join(root, "elsewhere")
    r = start(t, root, "inside")
    r.write("../elsewhere/go.mod", "module example.com/out\n\ngo 1.22\n")
    r.write("../elsewhere/o.go", "package out\n\nfunc Secret() *int { return new(int) }\n")
    up = "../" * 40 + out[1:]
    use = "\nimport \"example.com/out\"\n\nfunc Use() *int { return out.Secret() }\n"
    r.commit({"n.go": "package m\n" + use, "go.mod": r.git("show", "HEAD:go.mod") + f"\nrequire example.com/out v0.0.0\nreplace example.com/out => {up}\n"})
    st, text, err = r.diff("HEAD~1", "HEAD")
    t.check("diff/a replacement out of the repository", st == 2 and "example.com/out" in err and "Secret" not in text, f"{st} {err} {text}")
    r.commit({"go.mod": r.git("show", "HEAD~1:go.mod") + "\n", "go.work": f"go 1.22\nuse .\nuse {up}\n"})
    st, text, err = r.diff("HEAD~2", "HEAD")
    t.check("diff/a use out of the repository", st == 2 and "elsewhere" in err and "Secret" not in text, f"{st} {err} {text}")
    r.commit({"go.work": "go 1.22\nuse .\nuse ./in/../in\n", "in/go.mod": "module example.com/out\n\ngo 1.22\n",
              "in/o.go": "package out\n\nfunc Secret() *int { return new(int) }\n"})
    st, text, err = r.diff("HEAD~3", "HEAD")
    t.check("diff/a use within the repository", st == 1 and "out.Secret" in text and not err, f"{st} {err} {text}")


def layouts(t, root):
    # a module below the top, a workspace, a module that replaces another, embedded files, cgo's neighbours
    where = os.path.join(root, "layouts")
    os.makedirs(where)
    r = Repo(t, where)
    files = {"go.work": "go 1.21\n\nuse (\n\t./app\n\t./lib\n)\n", "app/go.mod": "module example.com/app\n\ngo 1.21\n",
             "app/main.go": 'package main\n\nimport (\n\t_ "embed"\n\n\t"example.com/lib"\n)\n\n//go:embed data/x.bin\nvar x string\n\nvar keep *int\n\nfunc main() { keep = lib.New(len(x)) }\n',
             "app/data/x.bin": "data", "lib/go.mod": "module example.com/lib\n\ngo 1.21\n",
             "lib/lib.go": "package lib\n\nfunc New(n int) *int { return &n }\n", "other/README": "x", "big.bin": "y" * 100000}
    r.commit(files)
    r.write("lib/lib.go", "package lib\n\nfunc New(n int) *int { return &n }\n\nfunc Two() *int { return new(int) }\n")
    expect(t, "a workspace", r.json("HEAD", cwd="app"), 0, (0, 0, 0, 0), lambda d: d["summary"]["packages"] == 1)
    expect(t, "a workspace, two modules", r.json("HEAD", "--", "./app", "./lib/..."), 1, (1, 0, 0, 0))
    expect(t, "a workspace by its name", r.json("HEAD", cwd="app", env={"GOWORK": os.path.join(where, "go.work")}), 0, (0, 0, 0, 0))
    expect(t, "an absolute pattern", r.json("HEAD", "--", os.path.join(where, "lib")), 1, (1, 0, 0, 0))
    expect(t, "an import path", r.json("HEAD", "--", "example.com/lib"), 1, (1, 0, 0, 0))
    r.commit({"app/go.mod": "module example.com/app\n\ngo 1.21\n\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ../lib\n"}, remove=["go.work"])
    expect(t, "a replaced module", r.json("HEAD", cwd="app"), 0, (0, 0, 0, 0), lambda d: not d["leftOut"])
    # GOOS and tags count on both sides
    r.commit({"lib/w_windows.go": "package lib\n\nfunc W() *int { return new(int) }\n", "lib/t.go": "//go:build extra\n\npackage lib\n\nfunc X() *int { return new(int) }\n"})
    expect(t, "other builds' files", r.json("HEAD~1", cwd="lib"), 0, (0, 0, 0, 0))
    expect(t, "GOOS", r.json("HEAD~1", cwd="lib", env={"GOOS": "windows"}), 1, (1, 0, 0, 0))
    expect(t, "-tags", r.json("-tags", "extra", "HEAD~1", cwd="lib"), 1, (1, 0, 0, 0))
    # another user's repository: git says what it thinks of that
    if os.geteuid() == 0:
        theirs = start(t, root, "theirs")
        for d, _, fs in os.walk(theirs.dir):
            for f in [d] + [os.path.join(d, x) for x in fs]:
                os.chown(f, 12345, 12345, follow_symlinks=False)
        st, out, err = theirs.diff("HEAD")
        t.check("diff/another user's repository", st == 2 and not out and "safe.directory" in err, f"{st} {err}")
    # no repository, no git
    lone = os.path.join(root, "lone")
    os.makedirs(lone)
    shutil.copytree(os.path.join(where, "lib"), os.path.join(lone, "lib"))
    e = {"GIT_CEILING_DIRECTORIES": root}
    st, _, err = r.diff("HEAD", cwd=os.path.join(lone, "lib"), env=e)
    t.check("diff/no repository", st == 2 and "not a git repository" in err, err)
    st, _, err = r.diff("-save", "-", cwd=os.path.join(lone, "lib"), env=e | {"PATH": "/nowhere"})
    t.check("diff/save without git", st == 0 and not err, f"{st} {err}")
    st, _, err = r.diff("HEAD", cwd="lib", env={"PATH": "/nowhere"})
    t.check("diff/no git", st == 2 and '"git": executable file not found' in err, err)


def run(t):
    if not shutil.which("git"):
        t.skip("diff", "no git")
        return
    if not t.source_version():
        t.skip("diff", "no Go sources")
        return
    with tempfile.TemporaryDirectory() as root:
        root = os.path.realpath(root)
        for part in (changes, saved, hostile_repository, hostile_trees, odd_names, outside, layouts):
            part(t, root)
