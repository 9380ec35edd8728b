"""The type checker against the Go team's own test programs (GOROOT/src/internal/types/testdata), whose comments say
which errors stand where: `/* ERROR "substring" */` and `/* ERRORx "regexp" */` follow the token at which the error is
reported. A program passes when every error is expected at its line (its column within the folder's tolerance) and every
expectation is met. And all of std must be without errors."""
import ast
import os
import re
import subprocess

# folder → tolerance in columns, as in types2's check_test.go
FOLDERS = {"check": 50, "spec": 20, "examples": 125, "fixedbugs": 100}
LOCAL = "src/cmd/compile/internal/types2/testdata/local"


def go_list(t, patterns):
    """Jobs (text for the typecheck tool) of the packages and all they import, dependencies first."""
    fmt = ("{{.ImportPath}}\t{{.Dir}}\t{{with .Module}}{{.GoVersion}}{{end}}\t{{range .GoFiles}}{{.}} {{end}}"
           "\t{{range $k, $v := .ImportMap}}{{$k}} {{$v}} {{end}}")
    env = dict(os.environ, CGO_ENABLED="0", GOFLAGS="", GOWORK="off")
    out = subprocess.run([t.go, "list", "-e", "-pgo=off", "-deps", "-f", fmt] + patterns, capture_output=True, text=True, env=env,
                         check=False, cwd=os.path.join(t.goroot(), "src")).stdout
    lines = []
    for line in out.splitlines():
        path, folder, lang, files, imap = line.split("\t")
        if path == "unsafe":
            continue
        lang = "go" + ".".join(lang.split(".")[:2]) if lang else "-"
        lines.append(f"pkg\t{path}\t{lang}")
        lines += [f"file\t{os.path.join(folder, f)}" for f in files.split()]
        words = imap.split()
        lines += [f"imap\t{a}\t{b}" for a, b in zip(words[::2], words[1::2])]
    return lines


def tokens(src):
    """(kind, text, line, column) of the tokens and comments; columns count bytes from 1."""
    rx = re.compile(rb"""(?P<nl>\n)|(?P<ws>[ \t\r]+)|(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<raw>`[^`]*`)|"""
                    rb"""(?P<str>"(?:\\.|[^"\\\n])*"?)|(?P<rune>'(?:\\.|[^'\\\n])*'?)|"""
                    rb"""(?P<num>(?:0[xX][0-9a-fA-F_.]*(?:[pP][+-]?[0-9_]*)?|\.?[0-9](?:[eE][+-]|[0-9a-zA-Z_.])*))|"""
                    rb"""(?P<id>[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)|"""
                    rb"""(?P<op>\.\.\.|<<=|>>=|&\^=|&&|\|\||<-|\+\+|--|==|!=|<=|>=|:=|\+=|-=|\*=|/=|%=|&=|\|=|\^=|<<|>>|&\^|.)""",
                    re.S)
    line, start, at = 1, 0, 0
    while at < len(src):
        m = rx.match(src, at)
        kind, text = m.lastgroup, m.group()
        yield kind, text, line, at - start + 1
        n = text.count(b"\n")
        if n:
            line += n
            start = at + text.rindex(b"\n") + 1
        at = m.end()


def expectations(src):
    """line → [(column, is_regexp, pattern)]: each ERROR comment belongs to the token before it."""
    want, prev = {}, (1, 1)
    for kind, text, line, col in tokens(src):
        if kind == "comment":
            body = text[2:-2] if text[1:2] == b"*" else text[2:]
            m = re.match(rb"^ (ERRORx?) (.*)", body, re.S)
            if m:
                pattern = go_unquote(m.group(2).strip().decode("utf-8", "replace"))
                want.setdefault(prev[0], []).append((prev[1], m.group(1) == b"ERRORx", pattern))
        elif kind not in ("ws", "nl"):
            prev = line, col
    return want


def go_unquote(s):
    if s.startswith("`"):
        return s.strip("`")
    return ast.literal_eval(s)


def flags_of(src):
    m = re.match(rb"//\s*(-.*)", src.split(b"\n", 1)[0])
    return m.group(1).decode().split() if m else []


def flags_of_file(path):
    with open(path, "rb") as f:
        return flags_of(f.read())


def matches(want, msg):
    _, is_regexp, pattern = want
    return re.search(pattern, msg) is not None if is_regexp else pattern in msg


def compare(files, errors, tolerance):
    """The differences between the errors found and those the files want."""
    wanted = {}
    for f in files:
        with open(f, "rb") as src:
            wanted[f] = expectations(src.read())
    why = []
    for name, line, col, msg in errors:
        here = wanted.get(name, {}).get(line, [])
        fits = [w for w in here if matches(w, msg)]
        if not fits:
            why.append(f"{name}:{line}:{col}: no error expected: {msg}")
            continue
        best = min(fits, key=lambda w: abs(w[0] - col))
        if abs(best[0] - col) > tolerance:
            why.append(f"{name}:{line}: got column {col}, want {best[0]}: {msg}")
        here.remove(best)
    for f, lines in wanted.items():
        for line, rest in sorted(lines.items()):
            why += [f"{f}:{line}:{w[0]}: missing: {w[2]}" for w in rest]
    return why


def programs(root):
    """(name, files, tolerance) of every test program, but for those that want aliases to have no type of their own
    (gotypesalias=0), which the compiler no longer does."""
    base = os.path.join(root, "src/internal/types/testdata")
    folders = [(os.path.join(base, f), f, n) for f, n in FOLDERS.items()] + [(os.path.join(root, LOCAL), "local", 0)]
    for folder, short, tolerance in folders:
        for entry in sorted(os.listdir(folder)):
            path = os.path.join(folder, entry)
            if os.path.isdir(path):
                yield f"{short}/{entry}", [os.path.join(path, f) for f in sorted(os.listdir(path))], tolerance
            elif entry.endswith(".go") and "-gotypesalias=0" not in flags_of_file(path):
                yield f"{short}/{entry}", [path], tolerance


def imports_of(tests):
    found = set()
    for _, files, _ in tests:
        for f in files:
            with open(f, "rb") as src:
                text = src.read()
            found |= set(re.findall(rb'^\s*(?:import\s+)?(?:[\w.]+\s+)?"([a-z][a-z/0-9]*)"', text, re.M))
            found |= set(re.findall(rb'import\s+(?:[\w.]+\s+)?"([a-z][a-z/0-9]*)"', text))
    return sorted(p.decode() for p in found)


def run_tool(t, lines, timeout=600):
    tool = os.path.join(t.build, "tools", "typecheck")
    p = subprocess.run([tool], input="\n".join(lines) + "\n", capture_output=True, text=True, errors="replace",
                       timeout=timeout, check=False)
    out = {}
    for line in p.stdout.splitlines():
        fields = line.split("\t")
        out.setdefault(fields[0], []).append(fields[1:])
    return out, p


def run(t, only=None):
    if not t.goroot():
        t.skip("typecheck", "no Go tree")
        return
    src = os.path.join(t.goroot(), "src")
    tests = [p for p in programs(t.goroot()) if not only or only in p[0]]
    known = subprocess.run([t.go, "list", "std"], capture_output=True, text=True, check=False).stdout.split()
    deps = go_list(t, [p for p in imports_of(tests) if p in known])
    lines = list(deps)
    for name, files, _ in tests:
        flags = flags_of_file(files[0])
        lang = next((f[6:] for f in flags if f.startswith("-lang=")), "-")
        lines.append(f"test\t{name}\t{lang}\t{'c' if '-fakeImportC' in flags else ''}")
        lines += [f"file\t{f}" for f in files]
    out, p = run_tool(t, lines)
    if p.returncode != 0:
        t.fail("typecheck", f"status {p.returncode}\n{p.stderr[-3000:]}\n{p.stdout[-500:]}")
    for name, files, tolerance in tests:
        rows = out.get(name, [])
        status = next((r[1] for r in rows if r[0] == "end"), None)
        errors = [(r[0], int(r[1]), int(r[2]), unescape("\t".join(r[3:]))) for r in rows if r[0] != "end"]
        why = [f"crashed or hung: status {status}"] if status != "0" else compare(files, errors, tolerance)
        t.check(f"typecheck/{name}", not why, "\n".join(why).replace(src + "/", ""))
    if only:
        return
    out, p = run_tool(t, go_list(t, ["std"]))
    why = [f"{name}: {row}" for name, rows in out.items() for row in rows]
    t.check("typecheck/std", not why and p.returncode == 0, "\n".join(why)[:4000] + p.stderr[-2000:])


def unescape(s):
    return re.sub(r"\\(.)", lambda m: "\n" if m.group(1) == "n" else m.group(1), s)
