"""The tools beside the tests: tests/tools/reduce shrinks a program that two stand-ins disagree about. They read x.go and
y.go as far as is needed: the judge refuses brackets that do not pair, and imports that are not used or not there; both
print the calls; ours forgets those of bad."""
import os
import shutil
import subprocess
import sys
import tempfile

from harness import ROOT

JUDGE = r'''
import os, re, sys
calls = []
for name in sorted(n for n in os.listdir(".") if n.endswith(".go")):
    text = open(name).read()
    bare = re.sub(r'"}"|//.*', "", text)
    if not text.startswith("package p\n") or bare.count("{") != bare.count("}"):
        sys.exit(f"{name}:1:1: syntax error")
    for i, line in enumerate(text.split("\n"), 1):
        m = re.match(r'(?:import )?\s*"(\w+)"$', line)
        if m and m.group(1) + "." not in text:
            sys.exit(f'./{name}:{i}:8: "{m.group(1)}" imported and not used')
    for used in re.findall(r"(\w+)\.", text):
        if f'"{used}"' not in text:
            sys.exit(f"{name}:1:1: undefined: {used}")
    calls += re.findall(r"(\w+\(.*?\))$", text, re.M)
print("\n".join(c for c in calls if len(sys.argv) == 1 or "bad" not in c))
'''
FILES = {
    "x.go": '''package p

import (
	"fmt"
	"os"
)

// A function with nothing bad in it {
func one(n int) {
	os.exit()
	fmt.print("}")
}

func two() {
	if true {
		for {
			fmt.print(1)
			bad(1)
		}
	} else {
		worse(2)
	}
	last(3)
}

type T struct {
	a int
}
''',
    "y.go": "package p\n\nfunc three() {\n\tfour(4)\n}\n",
}


def reduce(work, *args):
    command = [sys.executable, os.path.join(ROOT, "tests", "tools", "reduce"), "--judge", "python3 ../judge.py", "--ours",
               "python3 ../judge.py ours", *args, "in"]
    return subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=300, check=False)


def run(t):
    work = tempfile.mkdtemp(prefix="goesc-tools-")
    try:
        os.mkdir(os.path.join(work, "in"))
        with open(os.path.join(work, "judge.py"), "w", encoding="utf-8") as f:
            f.write(JUDGE)
        for name, text in FILES.items():
            with open(os.path.join(work, "in", name), "w", encoding="utf-8") as f:
                f.write(text)
        p = reduce(work, "-o", "out")
        left = {}
        for name in sorted(os.listdir(os.path.join(work, "out"))):
            with open(os.path.join(work, "out", name), encoding="utf-8") as f:
                left[name] = f.read()
        want = {"x.go": "package p\nfunc two() {\n\t\t\tbad(1)\n}\n"}
        t.check("tools/reduce", p.returncode == 0 and left == want, f"{left}\n{p.stderr}")
        with open(os.path.join(work, "in", "x.go"), encoding="utf-8") as f:
            t.check("tools/reduce leaves the original", f.read() == FILES["x.go"])
        p = reduce(work, "-o", "out2", "--line", "nosuch")
        t.check("tools/reduce: they agree", p.returncode != 0 and "agree" in p.stderr, p.stderr)
    finally:
        shutil.rmtree(work, ignore_errors=True)
