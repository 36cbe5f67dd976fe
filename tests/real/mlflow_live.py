"""A training script of MLflow's own API writes while leeboard follows, in both journal modes.

Each point is there at the next look. At the end the folder is byte for byte that of a run that
nobody watched. How long the writer had to wait is printed for both.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
import logging

logging.disable(logging.INFO)
from real import finish, folder, leeboard, ok, say

import mlflow
from mlflow.tracking import MlflowClient

SLOW_STEPS, FAST_STEPS = 40, 400


def train(where, journal, base):
    """The store to write, and the script that does."""
    where.mkdir()
    store = where / "mlflow.db"
    shutil.copyfile(base, store)
    if journal == "wal":
        db = sqlite3.connect(store)
        db.execute("PRAGMA journal_mode = wal")
        db.close()
    script = Path(__file__).with_name("mlflow_train.py")
    p = subprocess.Popen(
        [sys.executable, script, store, "live"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=where,
    )
    return store, p, p.stdout.readline().strip()


def tell(p, line):
    p.stdin.write(line + "\n")
    p.stdin.flush()
    return float(p.stdout.readline())


def end(p):
    p.stdin.write("end\n")
    p.stdin.close()
    return p.wait(60)


def look(store, run):
    series = leeboard("series", "-s", store, run, "--metric", "loss")
    return series["series"][0] if series["series"] else {"count": 0, "values": []}


def follow_slowly(p, store, run):
    """One point, one look."""
    seen = 0
    for n in range(1, SLOW_STEPS + 1):
        tell(p, "log 1")
        series = look(store, run)
        seen += series["count"] == n and series["values"][-1] == 1 / n
    return seen


def follow_fast(p, store, run):
    """Looks without a pause while the script logs without one: no point is lost or changed."""
    done, looks, wrong = threading.Event(), [0], []

    def watch():
        last = SLOW_STEPS
        while not done.is_set():
            doc = look(store, run)
            n = doc["count"]
            if n < last or doc["values"] != [1 / (1 + i) for i in range(n)]:
                wrong.append(f"{last} then {n}")
            last, looks[0] = n, looks[0] + 1

    t = threading.Thread(target=watch)
    t.start()
    longest = tell(p, f"log {FAST_STEPS}")
    done.set()
    t.join()
    return longest, looks[0], wrong


def contents(where):
    return {
        str(f.relative_to(where)): f.read_bytes() for f in sorted(where.rglob("*")) if f.is_file()
    }


def check(journal, where, base):
    what = f"mlflow {mlflow.__version__} {journal} journal"
    store, p, run = train(where / "control", journal, base)
    tell(p, f"log {SLOW_STEPS}")
    alone = tell(p, f"log {FAST_STEPS}")
    assert end(p) == 0
    store, p, run = train(where / "followed", journal, base)
    seen = follow_slowly(p, store, run)
    ok(
        seen == SLOW_STEPS,
        f"{what}: each of {SLOW_STEPS} points is there at the next look",
        f"{seen} were",
    )
    state = leeboard("runs", store)["runs"][0]
    ok(state["id"] == run and state["state"] == "running", f"{what}: the run is running", state)
    longest, looks, wrong = follow_fast(p, store, run)
    ok(
        not wrong and looks > 3,
        f"{what}: {looks} looks while {FAST_STEPS} points were written lost nothing",
        looks,
        *wrong[:5],
    )
    say(
        f"    the writer waited at most {longest * 1000:.1f} ms; {alone * 1000:.1f} ms when alone"
    )
    ok(longest < alone + 2, f"{what}: the writer was not held up", longest, alone)
    look(store, run)
    ok(end(p) == 0, f"{what}: the writer ended well")
    control, followed = contents(where / "control"), contents(where / "followed")
    wrong = [
        f"{f}: {len(control.get(f, b''))} and {len(followed.get(f, b''))} bytes"
        for f in sorted(control.keys() | followed.keys())
        if control.get(f) != followed.get(f)
    ]
    ok(
        not wrong and "mlflow.db" in control,
        f"{what}: the folder equals that of a run without us",
        *wrong,
    )
    state = leeboard("runs", store)["runs"][0]
    ok(
        state["state"] == "finished" and contents(where / "followed") == followed,
        f"{what}: finished, and reading it changes nothing",
        state,
    )


def main():
    where = folder()
    base = where / "base.db"
    MlflowClient(f"sqlite:///{base}").create_experiment("live", "s3://bucket/live")
    for journal in ("delete", "wal"):
        (where / journal).mkdir()
        check(journal, where / journal, base)
    finish()


main()
