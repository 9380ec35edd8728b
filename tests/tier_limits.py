"""Bounds and ways out: -timeout, -max-memory, -cgo and signals. However goesc ends, nothing is left in the temporary
folder and no process runs on.

GOESC_INTERRUPTS=N in the environment: how often goesc is interrupted (default 12; the long form is 100)."""
import os
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import time

from harness import ROOT

CGO = {
    "go.mod": "module example.com/bounds\n\ngo 1.24\n",
    "a.go": "package bounds\n\n// #include <stdlib.h>\nimport \"C\"\n\nimport (\n\t\"net\"\n\t\"os/user\"\n)\n\n"
            "func Free() *int {\n\tx := 1\n\tC.free(nil)\n\treturn &x\n}\n\n"
            "func Use() { net.Dial(\"tcp\", \"\"); user.Current() }\n",
    "b.go": "package bounds\n\nimport \"fmt\"\n\nfunc Print(x int) { fmt.Println(x) }\n",
    "c/c.go": "package c\n\nfunc New() *int { return new(int) }\n",
}


def write(folder, files):
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)


def tagged(tag):
    """Processes with this text in their environment: what was started by a run, however it was orphaned."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as f:
                if tag.encode() not in f.read():
                    continue
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                found.append(pid + " " + f.read().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            pass
    return found


def environment(tmp, **more):
    e = {k: v for k, v in os.environ.items() if k not in ("GOFLAGS", "GOWORK", "GOOS", "GOARCH", "GOEXPERIMENT", "GOTMPDIR")}
    return {**e, "TMPDIR": tmp, "GOESC_CACHE": "off", **more}


def interrupts(t, work):
    """At random moments of three commands, which are measured first."""
    words = os.path.join(ROOT, "examples", "words")
    commands = [("build", ["build", "-gcflags=-m", "."], work), ("explain", ["explain", "./c"], work),
                ("test", ["test", "-run", "none", "-bench", ".", "-benchtime", "20x", "-benchmem"], words)]
    random.seed(1)
    times = {}
    for i in range(int(os.environ.get("GOESC_INTERRUPTS", "12"))):
        name, args, cwd = commands[i % 3]
        sig = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[i // 3 % 3]
        group = i // 9 % 2 == 0
        with tempfile.TemporaryDirectory(prefix="goesc-limits-") as tmp:
            env = environment(tmp, GOESC_TEST_TAG=tmp)
            if name not in times:
                before = time.monotonic()
                subprocess.run([t.goesc] + args, cwd=cwd, env=env, capture_output=True, check=False)
                times[name] = time.monotonic() - before
            p = subprocess.Popen([t.goesc] + args, cwd=cwd, env=env, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, start_new_session=True)
            time.sleep(random.uniform(0, times[name]))
            if p.poll() is None:
                (os.killpg if group else os.kill)(p.pid, sig)
            try:
                _, err = p.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                p.kill()
                t.fail(f"limits/{name} {sig.name}", "it does not end")
                continue
            status, why = p.returncode, ""
            left, alive = sorted(os.listdir(tmp)), tagged(tmp)
            if alive: # killed, and about to be gone
                time.sleep(0.3)
                alive = tagged(tmp)
            if left or alive:
                why = f"left behind: {left} {alive}"
            elif status not in (0, -sig) and not (name == "test" and status in (1, 2)):
                why = f"status {status}: {err[-500:]}"
            elif b"internal error" in err:
                why = err[-500:].decode()
            t.check(f"limits/{name} {sig.name}{' group' if group else ''}", not why, why)


def bounds(t, work):
    with tempfile.TemporaryDirectory(prefix="goesc-limits-") as tmp:
        tmp = os.path.realpath(tmp)
        env = {"TMPDIR": tmp, "GOESC_CACHE": "off", "GOTMPDIR": ""}

        def case(name, args, status, line, **more):
            got, out, err = t.run(args, cwd=work, env={**env, **more})
            last = err.decode("utf-8", "replace").rstrip("\n").split("\n")[-1]
            t.check("limits/" + name, got == status and last.endswith(line) and not os.listdir(tmp),
                    f"status {got}, {os.listdir(tmp)}\n{out[-300:]}\n{err[-600:]}")

        for verb in (["build"], ["list", "-deps"], ["explain"], ["tool", "compile"]):
            args = verb + ["-timeout", "1us", "a.go" if verb[0] == "tool" else "./c"]
            case(f"{' '.join(verb)} -timeout", args, 1, "goesc: stopped after 1us (-timeout)")
        case("GOESC_TIMEOUT", ["build", "./c"], 1, "goesc: stopped after 1us (GOESC_TIMEOUT)", GOESC_TIMEOUT="1us")
        case("-timeout over GOESC_TIMEOUT", ["build", "-timeout=0", "b.go"], 0, "", GOESC_TIMEOUT="200ms")
        case("GOFLAGS has go test's -timeout", ["build", "./c"], 0, "", GOFLAGS="-timeout=1ns")
        case("-timeout bad", ["build", "-timeout", "30", "./c"], 2, "Run 'goesc help build' for details.")
        case("-max-memory", ["build", "-max-memory", "1MiB", "./c"], 1, "memory limit of 1MiB reached (-max-memory)")
        case("GOESC_MAX_MEMORY", ["build", "./c"], 1, "memory limit of 1MB reached (GOESC_MAX_MEMORY)", GOESC_MAX_MEMORY="1MB")
        case("-max-memory enough", ["build", "-max-memory", "8GiB", "./c"], 0, "")
        case("-max-memory bad", ["build", "-max-memory", "many", "./c"], 2, "Run 'goesc help build' for details.")
        case("top -timeout", ["top", "-profile", os.path.join(ROOT, "tests/join/kinds/mem.out"), "-timeout", "1us"], 1,
             "goesc: stopped after 1us (-timeout)")
        pprof = ["tool", "pprof", "-top"]
        profile = os.path.join(ROOT, "tests/join/kinds/mem.out")
        case("pprof -timeout", pprof + ["-timeout", "1us", profile], 1, "goesc: stopped after 1us (-timeout)")
        case("pprof's own -timeout", pprof + ["-timeout", "60", profile], 0, "")

        loose = os.path.join(tmp, "loose")
        os.mkdir(loose)
        os.chmod(loose, 0o777)
        if t.go and shutil.which("gcc"):
            status, _, err = t.run(["build", "."], cwd=work, env={**env, "TMPDIR": loose})
            t.check("limits/TMPDIR that everybody may change",
                    status == 1 and b"everybody may replace what is in it" in err and not os.listdir(loose), err.decode())
        os.rmdir(loose)


def cgo(t, work):
    """-cgo=off is CGO_ENABLED=0, to the byte, and starts nothing."""
    for flags in (["-gcflags=-m"], ["-gcflags=all=-m=2"]):
        with_env = t.run(["build", *flags, "."], cwd=work, env={"CGO_ENABLED": "0"})
        with_flag = t.run(["build", "-cgo=off", *flags, "."], cwd=work)
        wins = t.run(["build", "-cgo", "off", *flags, "."], cwd=work, env={"CGO_ENABLED": "1"})
        t.check(f"limits/-cgo=off {flags[0]}", with_env == with_flag == wins and b"b.go" in with_flag[2], with_flag[2].decode()[:500])
    listed = t.run(["list", "-cgo=off", "-deps", "-json", "."], cwd=work)
    t.check("limits/list -cgo=off", listed == t.run(["list", "-deps", "-json", "."], cwd=work, env={"CGO_ENABLED": "0"}) and
            listed[0] == 0, listed[2].decode()[:500])
    on = t.run(["env", "CGO_ENABLED"], cwd=work)
    t.check("limits/-cgo bad", t.run(["build", "-cgo=maybe", "."], cwd=work)[0] == 2, str(on))
    with tempfile.TemporaryDirectory(prefix="goesc-limits-") as d:
        log = os.path.join(d, "log")
        for name in ("go", "gcc", "clang", "cc", "pkg-config"):
            path = os.path.join(d, name)
            with open(path, "w", encoding="utf-8") as f:
                f.write(f"#!/bin/sh\necho {name} >>{log}\nexit 1\n")
            os.chmod(path, 0o755)
        env = {"PATH": d, "GOROOT": t.goroot() or "", "CC": "", "CXX": ""}
        status, _, err = t.run(["build", "-cgo=off", "-gcflags=-m", "."], cwd=work, env=env)
        t.check("limits/-cgo=off starts nothing", status == 0 and not os.path.exists(log), err.decode()[:500])


def deep(t, work):
    """A stack that is too small for what would fit into an ordinary one ends in one line."""
    path = os.path.join(work, "deep.go")
    with open(path, "w", encoding="utf-8") as f:
        f.write("package deep\n\nvar x = " + "(" * 5000 + "1" + ")" * 5000 + "\n")
    status, _, err = t.run(["build", "-gcflags=-m", path], cwd=work)
    t.check("limits/5000 parentheses", status == 0, err.decode()[:500])
    os.remove(path)


def closed(t, work):
    """Standard streams that are closed: what is written is lost, and goes into no file or pipe of ours."""
    for verb in (["build", "-gcflags=-m", "./c"], ["explain", "./c"], ["list", "./c"], ["env"], ["help"]):
        for fds in ((0,), (1,), (2,), (1, 2), (0, 1, 2)):
            with tempfile.TemporaryDirectory(prefix="goesc-limits-") as tmp:
                env, log = environment(tmp, GOESC_CACHE=os.path.join(tmp, "cache")), os.path.join(tmp, "log")
                program = [t.goesc] + verb
                if shutil.which("strace"):
                    program = ["strace", "-f", "-qq", "-y", "-e", "trace=write", "-o", log] + program
                # the shell closes them, so that strace's own stay
                script = 'exec "$@" ' + " ".join(f"{fd}{'<' if fd == 0 else '>'}&-" for fd in fds)
                p = subprocess.run(["sh", "-c", script, "sh"] + program, cwd=work, env=env, capture_output=True, check=False, timeout=60)
                lost = 1 in fds and verb[0] != "build"
                why = "" if p.returncode == int(lost) else f"status {p.returncode}: {p.stderr.decode('utf-8', 'replace')[-300:]}"
                if os.path.exists(log):
                    with open(log, encoding="utf-8", errors="replace") as f:
                        why += "".join(line for line in f for fd in fds if f" write({fd}<" in line and "</dev/null>" not in line)
                t.check(f"limits/{verb[0]} with {fds} closed", not why, why)


def core(t):
    """SIGQUIT ends goesc by that signal, and leaves no core file."""
    with tempfile.TemporaryDirectory(prefix="goesc-limits-") as d:
        def before():
            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
            signal.signal(signal.SIGQUIT, signal.SIG_DFL)

        p = subprocess.Popen([t.goesc, "explain", "std"], cwd=d, env=environment(d), stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, preexec_fn=before)
        time.sleep(0.2)
        p.send_signal(signal.SIGQUIT)
        status = p.wait(timeout=60)
        t.check("limits/SIGQUIT leaves no core file", status in (0, -signal.SIGQUIT) and not os.listdir(d), f"{status} {os.listdir(d)}")


def run(t):
    if not (t.source_version() or "").startswith("go1.26"):
        t.skip("limits", "no sources of Go 1.26")
        return
    with tempfile.TemporaryDirectory(prefix="goesc-limits-") as d:
        work = os.path.join(os.path.realpath(d), "m")
        write(work, CGO)
        bounds(t, work)
        deep(t, work)
        closed(t, work)
        core(t)
        if t.go and shutil.which("gcc"):
            cgo(t, work)
            interrupts(t, work)
        else:
            t.skip("limits/cgo", "no go command or no C compiler")
