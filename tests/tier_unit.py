"""Unit tests: every program under BUILD/unit prints TAP (cmocka's); each of its lines is a test."""
import os
import re
import subprocess


def run(t):
    folder = os.path.join(t.build, "unit")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        path = os.path.join(folder, name)
        if name.endswith(".d") or not os.access(path, os.X_OK):
            continue
        env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")
        p = subprocess.run([path], capture_output=True, text=True, env=env, timeout=600, check=False)
        results = re.findall(r"^(ok|not ok) \d+ - (.*)$", p.stdout, re.M)
        for verdict, test in results:
            t.check(f"unit/{name}/{test}", verdict == "ok", p.stdout[-3000:] + p.stderr[-3000:])
        if p.returncode != 0 and all(v == "ok" for v, _ in results):
            t.fail(f"unit/{name}", f"status {p.returncode}\n{p.stderr[-3000:]}")
        if not results:
            t.fail(f"unit/{name}", "no test ran: " + p.stdout + p.stderr)
