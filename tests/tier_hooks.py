"""The project's own habits: scripts/hooks in a repository made for the test; the version that the program was built
with; and that `make help` names each target that a page of the documentation tells to run.

A new case of the commit-msg hook is a line of MESSAGES: what is committed, how many lines it changes, and the words of the
refusal ("" when it is good)."""
import os
import re
import shutil
import subprocess
import tempfile

from harness import ROOT

HOOKS = os.path.join(ROOT, "scripts", "hooks")
MESSAGES = [
    ("load: a short word", 1, ""),
    ("load: a short word", 20, ""),
    ("load: a short word", 21, "no body"),
    ("load: a short word\n\nBecause it was too long.\n", 200, ""),
    ("load: a short word\n\n# a comment of git's is no body\n", 200, "no body"),
    ("load: a short word\n\nSigned-off-by: A <a@example.com>\n", 200, "no body"),
    ("load: a short word\nand more of it", 1, "second line must be blank"),
    ("x" * 72, 1, ""),
    ("x" * 73, 1, "73 characters"),
    ("ü" * 72, 1, ""),
    ("ü" * 73, 1, "73 characters"),
    ("\n\n" + "x" * 73, 1, "73 characters"),
    ("fixup! " + "x" * 80, 100, ""),
    ("Merge branch 'a' into b, of which the name is longer than anybody would have thought of", 100, ""),
    ("load: a\n\n# ------------------------ >8 ------------------------\n+text of the diff\n", 30, "no body"),
]


def git(folder, *args, **more):
    env = dict(os.environ, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_SYSTEM=os.devnull, GIT_AUTHOR_NAME="a",
               GIT_AUTHOR_EMAIL="a@example.com", GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@example.com")
    for k in [k for k in env if k.startswith(("GIT_DIR", "GIT_INDEX", "GIT_WORK"))]:
        del env[k]  # set when the tests run in a hook
    return subprocess.run(["git", "-C", folder, *args], capture_output=True, text=True, env=env, check=False, **more)


def commit(folder, text, lines):
    with open(os.path.join(folder, "f"), "a", encoding="utf-8") as f:
        f.write("line\n" * lines)
    git(folder, "add", "f")
    path = os.path.join(folder, "..", "message")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    cleanup = "scissors" if ">8" in text else "strip"
    return git(folder, "commit", "-q", "--cleanup=" + cleanup, "-F", path)


def hooks(t, work):
    repo = os.path.join(work, "repo")
    os.mkdir(repo)
    git(repo, "init", "-q")
    shutil.copytree(HOOKS, os.path.join(repo, "scripts", "hooks"))
    p = subprocess.run([os.path.join(repo, "scripts", "hooks", "install")], cwd=repo, capture_output=True, text=True,
                       check=False)
    installed = os.path.join(repo, ".git", "hooks", "commit-msg")
    t.check("hooks/install", p.returncode == 0 and os.path.exists(installed), p.stdout + p.stderr)
    for i, (text, lines, want) in enumerate(MESSAGES):
        p = commit(repo, text, lines)
        if want:
            good = p.returncode != 0 and want in p.stderr
        else:
            good = p.returncode == 0 and not p.stderr
        t.check(f"hooks/message {i}: {text[:30]!r}, {lines} lines", good, f"want {want!r}, status {p.returncode}: {p.stderr}")
        git(repo, "reset", "-q")
        git(repo, "checkout", "-q", "--", ".")
    own = os.path.join(repo, ".git", "hooks", "pre-push")
    os.remove(own)
    with open(own, "w", encoding="utf-8") as f:
        f.write("#!/bin/sh\n")
    p = subprocess.run([os.path.join(repo, "scripts", "hooks", "install")], cwd=repo, capture_output=True, text=True,
                       check=False)
    t.check("hooks/own", p.returncode == 1 and "stays" in p.stderr and not os.path.islink(own), p.stdout + p.stderr)


def version(t):
    with open(os.path.join(ROOT, "VERSION"), encoding="utf-8") as f:
        want = f.read().strip()
    out = t.run(["version"])[1].decode("utf-8", "replace")
    t.check("hooks/VERSION", out.startswith(f"goesc version {want} "), out)
    with open(os.path.join(ROOT, "CHANGELOG.md"), encoding="utf-8") as f:
        t.check("hooks/CHANGELOG.md names the version", re.search(rf"^## \[?{re.escape(want)}\b", f.read(), re.M))


def targets(t):
    with open(os.path.join(ROOT, "Makefile"), encoding="utf-8") as f:
        known = set(re.findall(r"^([a-z][a-z_.-]*):.*## ", f.read(), re.M))
    pages = ["README.md", "CONTRIBUTING.md", "tests/README.md"]
    pages += ["docs/" + n for n in sorted(os.listdir(os.path.join(ROOT, "docs"))) if n.endswith(".md")]
    for page in pages:
        with open(os.path.join(ROOT, page), encoding="utf-8") as f:
            named = set(re.findall(r"(?:`|^    )make ([a-z][a-z_.-]*)", f.read(), re.M))
        named -= {"chan", "map", "slice"}  # Go's make
        t.check(f"hooks/targets of {page}", named <= known, f"make help has no {sorted(named - known)}")


def run(t):
    version(t)
    targets(t)
    if not shutil.which("git"):
        t.skip("hooks", "no git")
        return
    work = tempfile.mkdtemp(prefix="goesc-hooks-")
    try:
        hooks(t, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
