"""A training script of MLflow's own API writes while leeboard follows, in both journal modes.

Each point is there at the next look. At the end the folder is byte for byte that of a run that
nobody watched. The writer waits for a lock for one slice at most: 100 ms, by core/db/slice.h. On top of
that comes what the machine takes to give two busy programs their turn; it is allowed as much again.
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
OTHER_RUNS, OTHER_POINTS = 2000, 100
SLICE, TURN = 0.1, 0.1


def fill(base):
    """Runs of others: enough that reading them all takes several slices."""
    db = sqlite3.connect(base)
    (experiment,) = db.execute("SELECT experiment_id FROM experiments WHERE name = 'live'").fetchone()
    for r in range(OTHER_RUNS):
        run = f"{r:032x}"
        db.execute(
            "INSERT INTO runs (run_uuid, name, user_id, status, start_time, lifecycle_stage,"
            " experiment_id) VALUES (?, 'other', 'bo', 'FINISHED', ?, 'active', ?)",
            (run, r, experiment),
        )
        db.executemany(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan)"
            " VALUES ('loss', ?, ?, ?, ?, 0)",
            [(1 / (1 + i), i, run, i) for i in range(OTHER_POINTS)],
        )
        db.execute(
            "INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan)"
            " SELECT key, value, timestamp, run_uuid, step, is_nan FROM metrics"
            " WHERE run_uuid = ? ORDER BY step DESC LIMIT 1",
            (run,),
        )
    db.commit()
    db.close()


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
    longest, waited, waits = p.stdout.readline().split()
    return float(longest), float(waited), int(waits)


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

    def look_once(last):
        doc = look(store, run)
        n = doc["count"]
        if n < last or doc["values"] != [1 / (1 + i) for i in range(n)]:
            wrong.append(f"{last} then {n}")
        total = leeboard("runs", store, "--aggregates", "--limit", 1)["total"]
        if total != OTHER_RUNS + 1:
            wrong.append(f"{total} runs")
        looks[0] += 1
        return n

    def watch():
        last = SLOW_STEPS
        while not done.is_set() and not wrong:
            try:
                last = look_once(last)
            except Exception as e:
                wrong.append(e)

    t = threading.Thread(target=watch)
    t.start()
    told = tell(p, f"log {FAST_STEPS}")
    done.set()
    t.join()
    return told, looks[0], wrong


def is_held_up(p, store, journal):
    """That a wait is seen at all: a reader that is not leeboard holds its lock too long."""
    db = sqlite3.connect(store, isolation_level=None, check_same_thread=False)
    db.execute("BEGIN" if journal == "delete" else "BEGIN IMMEDIATE")
    db.execute("SELECT count(*) FROM experiments").fetchone()
    threading.Timer(3 * SLICE, lambda: (db.execute("COMMIT"), db.close())).start()
    _, waited, waits = tell(p, "log 1")
    return waits > 0 and waited > SLICE


def contents(where):
    return {
        str(f.relative_to(where)): f.read_bytes() for f in sorted(where.rglob("*")) if f.is_file()
    }


def check(journal, where, base):
    what = f"mlflow {mlflow.__version__} {journal} journal"
    store, p, run = train(where / "control", journal, base)
    tell(p, f"log {SLOW_STEPS - 1}")
    ok(is_held_up(p, store, journal), f"{what}: a reader that holds its lock holds up the writer")
    alone, waited, waits = tell(p, f"log {FAST_STEPS}")
    ok(not waits, f"{what}: alone the writer waits for nobody", waits, waited)
    assert end(p) == 0
    store, p, run = train(where / "followed", journal, base)
    seen = follow_slowly(p, store, run)
    ok(
        seen == SLOW_STEPS,
        f"{what}: each of {SLOW_STEPS} points is there at the next look",
        f"{seen} were",
    )
    state = leeboard("runs", store, "--limit", 1)["runs"][0]
    ok(state["id"] == run and state["state"] == "running", f"{what}: the run is running", state)
    (longest, waited, waits), looks, wrong = follow_fast(p, store, run)
    ok(
        not wrong and looks > 3,
        f"{what}: {looks} looks while {FAST_STEPS} points were written lost nothing",
        looks,
        *wrong[:5],
    )
    say(
        f"    the writer waited {waits} times for a lock, {waited * 1000:.1f} ms at most; its longest"
        f" call took {longest * 1000:.1f} ms, {alone * 1000:.1f} ms when alone"
    )
    ok(
        waited < SLICE + TURN,
        f"{what}: the writer waited for one slice at most",
        f"{waited * 1000:.1f} ms",
    )
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
    state = leeboard("runs", store, "--limit", 1)["runs"][0]
    ok(
        state["state"] == "finished" and contents(where / "followed") == followed,
        f"{what}: finished, and reading it changes nothing",
        state,
    )


def main():
    where = folder()
    base = where / "base.db"
    MlflowClient(f"sqlite:///{base}").create_experiment("live", "s3://bucket/live")
    fill(base)
    for journal in ("delete", "wal"):
        (where / journal).mkdir()
        check(journal, where / journal, base)
    finish()


main()
