"""Packages asked about alone say what they say when all of std is: of what they import only the functions that matter are
analysed then (src/ir/reach.h, src/inline/defer.c), which nobody may notice. Needs the sources of Go, not its compiler.

The packages are those that caught mistakes, and such as depend on much. ALONE=all takes every one."""
import os
import sys

from harness import ROOT, diff, parallel

sys.path.insert(0, os.path.join(ROOT, "tests", "parity"))
import parity  # noqa: E402

PACKAGES = [
    "archive/zip", "bufio", "crypto/ecdsa", "crypto/rsa", "crypto/tls", "crypto/x509", "database/sql", "encoding/gob",
    "encoding/json", "expvar", "fmt", "go/doc", "go/types", "html/template", "image/png", "internal/runtime/cgroup",
    "internal/trace", "log/slog", "math/big", "mime", "mime/multipart", "net", "net/http", "net/http/httptest", "net/rpc",
    "net/smtp", "os", "os/exec", "reflect", "regexp", "runtime/pprof", "slices", "strings", "sync", "syscall", "testing",
    "text/template", "time", "unique",
]  # fmt: skip


def run(t):
    if not (t.go_version() or "").startswith("go1.26"):
        t.skip("alone", "without the sources of a Go 1.26")
        return
    _, _, err = t.run(["build", "-gcflags=-m", "std"], env={"GOFLAGS": "", "GOESC_CACHE": "off"}, timeout=600)
    whole = parity.split(err.decode("utf-8", "replace"))
    names = sorted(whole) if os.environ.get("ALONE") == "all" else [p for p in PACKAGES if p in whole]

    def alone(pkg):
        _, _, text = t.run(["build", "-gcflags=-m", pkg], env={"GOFLAGS": "", "GOESC_CACHE": "off"}, timeout=600)
        return parity.split(text.decode("utf-8", "replace")).get(pkg, [])

    for pkg, lines in zip(names, parallel(alone, names)):
        same = lines == whole[pkg]
        t.check(f"alone/{pkg}", same, "" if same else diff("\n".join(whole[pkg]), "\n".join(lines)))
