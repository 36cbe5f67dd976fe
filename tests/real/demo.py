"""What leeboard-demo makes, judged by the tools whose formats it writes: MLflow, git, promtool."""

import json
import math
import shutil
import sqlite3
import subprocess
import time
import urllib.request
import warnings

warnings.filterwarnings("ignore")
import logging

logging.disable(logging.INFO)
import mlflow
from mlflow.entities import ViewType
from mlflow.tracking import MlflowClient

from real import BUILD, finish, folder, ok, say


def start(where):
    p = subprocess.Popen(
        [BUILD / "leeboard-demo", "--dir", where, "--ahead", "120"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return p, json.loads(p.stdout.readline())


def check_store(client, seconds):
    """MLflow reads it while the demo writes, and finds the trainer's runs whole."""
    exps = [e.experiment_id for e in client.search_experiments()]
    end, most, torn = time.monotonic() + seconds, 0, []
    while time.monotonic() < end:
        runs = client.search_runs(
            exps,
            run_view_type=ViewType.ACTIVE_ONLY,
            max_results=1000,
            order_by=["attributes.start_time DESC"],
        )
        for r in runs[:3]:
            for key in r.data.metrics:
                steps = [
                    m.step
                    for m in sorted(
                        client.get_metric_history(r.info.run_id, key), key=lambda m: m.step
                    )
                ]
                most = max(most, len(steps))
                if steps != sorted(set(steps)):
                    torn.append((r.info.run_name, key, steps[:20]))
    ok(
        len(runs) > 140 and most > 10 and not torn,
        f"demo: MLflow {mlflow.__version__} reads {len(runs)} runs while it trains",
        most,
        *torn[:3],
    )
    newest = runs[1]
    last = {
        k: client.get_metric_history(newest.info.run_id, k)[-1].value for k in newest.data.metrics
    }
    ok(
        newest.info.status == "FINISHED"
        and newest.data.metrics == last
        and all(map(math.isfinite, last.values())),
        "demo: the last values of a run that it trained are those of its history",
        newest.data.metrics,
        last,
    )
    return runs


def check_registry(client, runs):
    model = client.get_registered_model("churn-logit")
    versions = {str(v.version): v for v in client.search_model_versions("name = 'churn-logit'")}
    champion = versions[str(model.aliases["champion"])]
    ids = {r.info.run_id for r in runs}
    ok(
        len(versions) >= 7
        and all(v.run_id in ids for v in versions.values())
        and champion.run_id in ids,
        f"demo: {len(versions)} versions, the champion is {champion.version}, each has its run",
        model.aliases,
    )


def check_commits(where, runs):
    named = {r.data.tags["mlflow.source.git.commit"] for r in runs}
    log = subprocess.run(
        ["git", "-C", where, "log", "--format=%H %an %at %s"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    fsck = subprocess.run(["git", "-C", where, "fsck", "--strict"], capture_output=True, text=True)
    ok(
        fsck.returncode == 0 and named <= {l.split()[0] for l in log} and len(log) >= 10,
        f"demo: git finds every commit that a run names, {len(named)}",
        fsck.stderr,
        named - {l.split()[0] for l in log},
    )


def check_server(port):
    url = f"http://127.0.0.1:{port}"
    index = json.load(
        urllib.request.urlopen(
            urllib.request.Request(
                url + "/v2/repository/index", b"{}", {"Content-Type": "application/json"}
            ),
            timeout=5,
        )
    )
    ok(
        len(index) == 1 and index[0]["name"] == "churn-logit" and index[0]["state"] == "READY",
        "demo: the served model is ready",
        index,
    )
    page = urllib.request.urlopen(url + "/metrics", timeout=5).read()
    if shutil.which("promtool"):
        r = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True)
        ok(
            r.returncode == 0 and b"model_infer" in page,
            "demo: promtool has nothing against its metrics page",
            r.stderr.decode(),
        )
    else:
        print("skip demo: promtool is not installed")


def main():
    where = folder() / "workspace"
    p, ready = start(where)
    client = MlflowClient(f"sqlite:///{ready['store']}")
    runs = check_store(client, 12)
    check_registry(client, runs)
    check_commits(ready["code"], runs)
    check_server(ready["port"])
    p.stdin.close()
    ok(p.wait(10) == 0, "demo: ends with its stdin", p.returncode)
    for file in ("store", "events"):
        db = sqlite3.connect(ready[file])
        ok(
            db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            and not list(where.glob("*-journal")),
            f"demo: its {file} is sound at the end",
        )
        db.close()
    finish()


main()
