"""Rooms: each folder of src includes only what stands above it in the table of docs/architecture.md, and keeps its private
headers (x_int.h) to itself.

What was otherwise when this tier was made stands in tests/rooms.txt, a file and what it includes a line. The list only
shrinks: an include that is not in it fails, and so does a line whose include is gone (UPDATE=1 takes such lines out, and
never adds one). To mend one, move what is needed into a public header of the folder that has it, or further up."""
import os
import re
import tempfile

from harness import ROOT

KNOWN = os.path.join(ROOT, "tests", "rooms.txt")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.M)
GENERATED = {"version.h"}  # made by the Makefile, in no folder


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return f.read()


def order_of(text):
    """The folders in the table below `## Folders`, from the top."""
    return re.findall(r"^\| `(\w+)` \|", text.split("\n## Folders\n")[1].split("\n## ")[0], re.M)


def violations(src, order):
    """{folder: [(file, what it includes, why not)]}, of all folders of src."""
    out = {}
    for folder in sorted(d for d in os.listdir(src) if os.path.isdir(os.path.join(src, d))):
        found = out[folder] = []
        for at, _, files in os.walk(os.path.join(src, folder)):
            for f in sorted(files):
                path = os.path.join(at, f)
                for name in INCLUDE.findall(read(path)) if f.endswith((".c", ".h", ".def")) else []:
                    why = why_not(folder, name, order)
                    if why:
                        found.append((f"src/{os.path.relpath(path, src)}", name, why))
    return out


def why_not(folder, name, order):
    there, slash, _ = name.partition("/")
    if not slash:
        return None if name in GENERATED else "has no folder: write it as folder/name"
    if there == folder:
        return None
    if folder not in order or there not in order:
        return f"{folder if folder not in order else there} is not in the table of docs/architecture.md"
    if order.index(there) > order.index(folder):
        return f"{there} stands below {folder}"
    if name.endswith("_int.h"):
        return f"it is private to {there}"
    return None


def known_lines():
    return [line.rstrip("\n") for line in read(KNOWN).splitlines() if line and not line.startswith("#")]


def run(t):
    order = order_of(read(ROOT, "docs", "architecture.md"))
    found = violations(os.path.join(ROOT, "src"), order)
    t.check("rooms: the table has the folders of src", sorted(order) == sorted(found) and len(order) == len(set(order)),
            f"table: {' '.join(sorted(order))}\nsrc:   {' '.join(sorted(found))}")
    known = known_lines()
    for folder in order:
        new = [f"{f} includes {name}: {why}" for f, name, why in found.get(folder, []) if f"{f} {name}" not in known]
        t.check("rooms: src/" + folder, not new, "\n".join(new))
    real = {f"{f} {name}" for list_of in found.values() for f, name, _ in list_of}
    gone = [line for line in known if line not in real]
    if t.update and gone:
        kept = [line for line in read(KNOWN).splitlines(True) if line.rstrip("\n") not in gone]
        with open(KNOWN, "w", encoding="utf-8") as f:
            f.writelines(kept)
        known, gone = known_lines(), []
    t.check("rooms: what is known is still so", not gone, "\n".join(f"{line}: is no longer so: take the line out of tests/rooms.txt" for line in gone))
    t.check("rooms: the list is in order", known == sorted(set(known)), "tests/rooms.txt is not sorted, or has a line twice")
    finds(t)


def finds(t):
    """A tree made for it, with one mistake of each kind."""
    order = order_of("# A\n## Folders\n| folder | what |\n|---|---|\n| `low` | x |\n| `high` | y |\n\n## Next\n| `no` | z |\n")
    files = {
        "low/a.c": '#include "low/a_int.h"\n#include "base.h"\n#include <stdio.h>\n// #include "high/no.h"\n',
        "low/a.h": '  #  include "high/b.h"\n',
        "high/b.c": '#include "low/a.h"\n#include "low/a_int.h"\n#include "version.h"\n',
        "other/c.c": '#include "low/a.h"\n',
    }
    want = {"low": [("src/low/a.c", "base.h"), ("src/low/a.h", "high/b.h")], "high": [("src/high/b.c", "low/a_int.h")], "other": [("src/other/c.c", "low/a.h")]}
    with tempfile.TemporaryDirectory(prefix="goesc-rooms-") as src:
        for name, text in files.items():
            os.makedirs(os.path.join(src, os.path.dirname(name)), exist_ok=True)
            with open(os.path.join(src, name), "w", encoding="utf-8") as f:
                f.write(text)
        got = {folder: [(f, name) for f, name, _ in list_of] for folder, list_of in violations(src, order).items()}
    t.check("rooms: mistakes are found", order == ["low", "high"] and got == want, f"{order} {got}")
