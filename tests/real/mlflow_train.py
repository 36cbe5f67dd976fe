"""A training script on MLflow's own API, driven line by line: mlflow_train.py STORE EXPERIMENT.

Reads commands on stdin, answers each with one line: "log N" logs the next N points, one call each, and
says the longest call in seconds, "end" ends the run. Ids and times are fixed, so that two runs of it
write the same bytes.
"""

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

count = [0]
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
        for _ in range(int(line.split()[1])):
            count[0] += 1
            start = time.perf_counter()
            mlflow.log_metric("loss", 1 / (1 + step), step=step)
            longest = max(longest, time.perf_counter() - start)
            step += 1
        print(longest, flush=True)
