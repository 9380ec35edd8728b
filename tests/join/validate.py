#!/usr/bin/env python3
"""How much of what real benchmarks allocate gets a reason with a line.

    tests/join/validate.py [--goesc build/goesc] [--keep DIR] [--list N] [module directories...]

Runs benchmarks of packages of the standard library, and of the packages in the named module directories (DIR:package for
one of them), each with a memory profile, joins them, and prints per package the share of the bytes with a reason and a
line among those of packages whose source is at hand; then what is left, by cause. --keep reuses profiles. --list N
prints the N largest sites of each, for checking by hand."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = {"encoding/json": "Code|Unmarshal|EncoderEncode|NumberIs", "math/big": "Add|Mul|String|Exp", "sort": "Sort|Stable1K",
         "compress/flate": "Encode|Decode.*1e4", "regexp": "Compile|Match|Find|Replace"}  # others: all
STD = ["encoding/json", "encoding/gob", "strconv", "bytes", "strings", "sort", "fmt", "bufio", "compress/flate", "regexp",
       "text/template", "net/url", "time", "go/parser", "encoding/xml", "html/template", "math/big"]


def profile(name, cwd, pkg, keep):
    out = os.path.join(keep, name.replace("/", "_").replace(":", "_m_") + ".mem")
    if not os.path.exists(out):
        p = subprocess.run(["go", "test", "-run", "none", "-bench", BENCH.get(name, "."), "-benchtime", "10ms", "-memprofile", out, "-memprofilerate",
                            "16384", "-o", out + ".test", "-timeout", "300s", pkg], cwd=cwd, capture_output=True, text=True, check=False)
        if not os.path.exists(out) or os.path.getsize(out) == 0:
            return None, (p.stdout + p.stderr).strip().split("\n")[-1]
    return out, None


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--goesc", default=os.path.join(ROOT, "build", "goesc"))
    ap.add_argument("--keep", default=None)
    ap.add_argument("--list", type=int, default=0)
    ap.add_argument("--only", default="")
    ap.add_argument("modules", nargs="*")
    args = ap.parse_args()
    keep = args.keep or tempfile.mkdtemp(prefix="goesc-join-")
    os.makedirs(keep, exist_ok=True)
    goroot = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    jobs = [(p, os.path.join(goroot, "src", p), ".") for p in STD]
    for m in args.modules:
        d, _, pkg = m.partition(":")
        name = os.path.basename(os.path.normpath(d)) + (":" + pkg.removeprefix("./") if pkg else "")  # no package of std has a colon
        jobs.append((name, os.path.abspath(d), pkg or "."))
    total = known = 0
    causes, sites = {}, []
    print(f"{'package':<34} {'bytes':>14} {'with reason':>11} {'rows':>6}")
    for name, cwd, pkg in jobs:
        if args.only and name not in args.only.split(","):
            continue
        path, err = profile(name, cwd, pkg, keep)
        if not path:
            print(f"{name:<34} no profile: {err}")
            continue
        p = subprocess.run([args.goesc, "top", pkg, "-profile", path, "-json"], cwd=cwd, capture_output=True, text=True, check=False)
        if p.returncode:
            print(f"{name:<34} goesc: status {p.returncode}: {p.stderr.strip()[:300]}")
            total += 1
            continue
        j = json.loads(p.stdout)
        if p.stderr:
            print(p.stderr.strip()[:300])
        mine = good = 0
        for r in j["rows"]:
            if r["state"] == "no source":
                causes.setdefault("(no source at hand)", []).append((r["bytes"], name, r["site"], r["func"]))
                continue
            mine += r["bytes"]
            if r["state"] in ("reason", "runtime"):
                good += r["bytes"]
            else:
                causes.setdefault(r["state"], []).append((r["bytes"], name, r["site"], r["func"]))
        total += mine
        known += good
        print(f"{name:<34} {mine:>14} {100 * good / mine if mine else 100:>10.2f}% {len(j['rows']):>6}", flush=True)
        for r in j["rows"][:args.list]:
            sites.append((name, r))
    print(f"{'all':<34} {total:>14} {100 * known / total if total else 0:>10.2f}%")
    for cause in sorted(causes, key=lambda c: -sum(x[0] for x in causes[c])):
        rows = sorted(causes[cause], reverse=True)
        print(f"\n{cause}: {len(rows)} rows, {sum(x[0] for x in rows)} bytes")
        for b, name, site, func in rows[:12]:
            print(f"  {b:>12}  {name}: {site}  {func}")
    for name, r in sites:
        s = r["sites"][0] if r["sites"] else {}
        print(json.dumps({"package": name, "site": r["site"], "func": r["func"], "frames": [f["text"] for f in r["frames"]],
                          "state": r["state"], "sites": len(r["sites"]), "match": r["match"], "block": [r["block_min"], r["block_max"]],
                          "kind": s.get("kind"), "what": s.get("what"), "reason": s.get("reason"), "cause": s.get("cause", {}).get("text"),
                          "runtime": r.get("runtime", {}).get("what")}))
    sys.exit(0 if total and known >= 0.95 * total else 1)


main()
