"""Modules that are made to take too much (tests/bombs/bombs.py): each ends with status 0 or 1, with a message that names
a place or a limit when it is 1, and nothing of ours fails. Here only those that end in a moment and without a limit; the long
form is tests/bombs/run.py, and docs/limits.md says what ends each."""
import os
import re
import sys
import tempfile

from harness import ROOT, parallel

sys.path.insert(0, os.path.join(ROOT, "tests", "bombs"))
from bombs import BOMBS, make  # noqa: E402

# What only a limit ends, or takes seconds: for the long form, but for one of each that shows the limits at work.
LONG = {"type_doubling_named", "functions_of_two", "embedded_interfaces", "embedded_structs", "type_cycle", "var_chain",
        "ring", "closures_deep", "embedded_chain", "selectors_chain", "else_if", "func_type_deep", "calls_nested", "cgo_line"}
LIMITED = {"type_doubling": ["-timeout", "1s"], "strings_doubling": ["-max-memory", "256MiB"]}
PLACE = re.compile(rb"^\S+?\.(go|mod):\d+|^goesc: stopped after|memory limit of|^goesc: .*the input nests too deeply|"
                   rb"file too large$|^a\.go: parsing //go:build line|pattern \S+: no matching files found|: import cycle not allowed", re.M)


def one(t, name):
    with tempfile.TemporaryDirectory(prefix="goesc-bomb-") as d:
        words = make(name, d)
        limits = ["-timeout", "60s", "-max-memory", "1GiB", *LIMITED.get(name, [])]
        status, _, err = t.run([words[0], *limits, *words[1:]], cwd=d)
        if status not in (0, 1) or b"internal error" in err or b"ERROR: AddressSanitizer" in err:
            return f"status {status}\n{err[-1000:].decode('utf-8', 'replace')}"
        if status == 1 and not PLACE.search(err):
            return f"no place and no limit in the message:\n{err[-1000:].decode('utf-8', 'replace')}"
        if (b"goesc: stopped" in err or b"memory limit of" in err) != (name in LIMITED):
            return f"ended by a limit, or not:\n{err[-1000:].decode('utf-8', 'replace')}"
    return None


def run(t):
    names = [n for n, b in BOMBS.items() if b[1] and n not in LONG]
    for name, why in zip(names, parallel(lambda n: one(t, n), names)):
        t.check("bombs/" + name, why is None, why or "")
