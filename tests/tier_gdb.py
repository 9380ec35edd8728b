"""The helpers for gdb (scripts/gdb/goesc.py): gdb stops the program for developing in the escape analysis of a small
package and prints what EXPECTED names: a command of gdb, and a regular expression that what it prints matches. Skipped
where there is no gdb, or where it may not run a program."""
import os
import re
import shutil
import subprocess
import tempfile

from harness import ROOT

SOURCE = """package p

type T[E any] struct {
\tnext *T[E]
\tm map[string][]E
}

func Put(t *T[int], n int, more ...byte) (*T[int], error) {
\tt.next = &T[int]{m: map[string][]int{"a": {n}}}
\treturn t.next, nil
}
"""
EXPECTED = [
    ("p pkg->funcs.v[0]->nname->sym", r"= Put$"),
    ("p/x pkg->funcs.v[0]->n.p", r"= 0x[0-9a-f]+$"),  # the number itself
    ("pos pkg->funcs.v[0]->body.v[0]->p", r"^.*x\.go:9:9$"),
    ("p pkg->funcs.v[0]->n.p", r"= .*x\.go:8:6$"),
    ("p pkg->funcs.v[0]->nname->n.type", r"func\(\*p\.T\[int\], int, \.\.\.byte\) \(\*p\.T\[int\], error\)$"),
    ("p pkg->funcs.v[0]->dcl.v[0]", r"NAME t \*p\.T\[int\] # .*x\.go:8:10$"),
    ("p pkg->funcs.v[0]", r"DCLFUNC Put.* # .*x\.go:8:6$"),
    ("ir-show pkg->funcs.v[0]", r"^func Put func\(\*T\[int\](.*\n)*\.   AS # 9:9"),
    ("ir-show pkg->funcs.v[0]->nname", r"^func Put func\(\*T\[int\]"),
    ("ir-node pkg->funcs.v[0]->body.v[0]", r"^AS # 9:9\n\.   DOT(.*\n)*.*PTRLIT"),
]


def run(t):
    gdb = shutil.which("gdb")
    program = os.path.join(t.build, "dev", "goesc")
    if not gdb or not os.path.exists(program):
        t.skip("gdb", "no gdb" if not gdb else f"no {program}")
        return
    work = tempfile.mkdtemp(prefix="goesc-gdb-")
    try:
        with open(os.path.join(work, "x.go"), "w", encoding="utf-8") as f:
            f.write(SOURCE)
        script = ["set confirm off", "set pagination off", "set width 0", "set breakpoint pending off",
                  "break escape_package if pkg->nfiles == 1",
                  f"run build -gcflags=-m {work}/x.go"]
        for i, (command, _) in enumerate(EXPECTED):
            # What the program writes and what gdb writes come through one pipe, in order.
            script += [f"echo @{i}\\n", command]
        script += ["echo @end\\n", "kill", "quit"]
        path = os.path.join(work, "script")
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(script) + "\n")
        args = [gdb, "-nx", "-batch", "-x", os.path.join(ROOT, "scripts", "gdb", "goesc.py"), "-x", path, program]
        p = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False,
                           env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
        out = p.stdout
        if "ptrace: Operation not permitted" in out or "Could not trace the inferior" in out:
            t.skip("gdb", "gdb may not run programs here")
            return
        for i, (command, want) in enumerate(EXPECTED):
            m = re.search(rf"^@{i}\n(.*?)^@(?:{i + 1}|end)\n", out, re.M | re.S)
            t.check("gdb/" + command, m and re.search(want, m.group(1), re.M), f"want {want}\n{m.group(1) if m else out[-2000:]}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
