"""The examples: each prints what is recorded beside it (x.go.m), from its own folder."""
from tier_golden import run_folder


def run(t):
    run_folder(t, "examples", "tests/golden/VERSION")
