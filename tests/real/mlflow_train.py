"""A training script on MLflow's own API, driven line by line: mlflow_train.py STORE EXPERIMENT.

Reads commands on stdin, answers each with one line: "log N" logs the next N points, one call each, and
says the longest call and the longest wait for a lock, in seconds, and how often a lock was waited for;
"end" ends the run. Ids and times are fixed, so that two runs of it write the same bytes.

The wait is SQLite's own: its busy handler is ours, called each time that a lock is refused.
"""

import ctypes

import logging
import os
import sys
import time
import uuid
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.INFO)
os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", GIT_PYTHON_REFRESH="quiet")

import mlflow
import sqlalchemy

BUSY_LIMIT = 20.0  # seconds, as MLflow has it
sqlite = ctypes.CDLL("libsqlite3.so.0")
sqlite.sqlite3_db_filename.restype = ctypes.c_char_p
sqlite.sqlite3_db_filename.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
busy_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
wait = {"since": 0.0, "longest": 0.0, "count": 0}
count = [0]


@busy_type
def busy(_, calls):
    now = time.perf_counter()
    if calls == 0:
        wait["since"] = now
        wait["count"] += 1
    real_sleep(0.001)
    wait["longest"] = max(wait["longest"], time.perf_counter() - wait["since"])
    return now - wait["since"] < BUSY_LIMIT


def on_execute(connection, cursor, statement, *_):
    # MLflow sets its limit in each session, which makes SQLite's handler the one that is called
    if "busy_timeout" not in statement:
        return
    # the handle is the first thing in the object of Python's module; its name tells that it is that
    connection = connection.connection.dbapi_connection
    db = ctypes.c_void_p.from_address(id(connection) + object.__basicsize__).value
    assert sqlite.sqlite3_db_filename(db, b"main") == os.path.realpath(sys.argv[1]).encode()
    assert sqlite.sqlite3_busy_handler(ctypes.c_void_p(db), busy, None) == 0


sqlalchemy.event.listen(sqlalchemy.engine.Engine, "after_cursor_execute", on_execute)
real_sleep = time.sleep
real_time = time.time


def next_id():
    count[0] += 1
    return uuid.UUID(int=count[0], version=4)


uuid.uuid4 = next_id
time.time = lambda: 1_700_000_000.0 + count[0]
mlflow.set_tracking_uri(f"sqlite:///{sys.argv[1]}")
mlflow.set_experiment(sys.argv[2])
with mlflow.start_run(
    run_name="followed",
    tags={"mlflow.user": "ann", "mlflow.source.name": "train.py", "mlflow.source.type": "LOCAL"},
) as run:
    mlflow.log_params({"lr": 0.1, "depth": 3})
    print(run.info.run_id, flush=True)
    step = 0
    for line in sys.stdin:
        if line.strip() == "end":
            break
        longest = 0.0
        wait.update(longest=0.0, count=0)
        for _ in range(int(line.split()[1])):
            count[0] += 1
            start = time.perf_counter()
            mlflow.log_metric("loss", 1 / (1 + step), step=step)
            longest = max(longest, time.perf_counter() - start)
            step += 1
        print(longest, wait["longest"], wait["count"], flush=True)
