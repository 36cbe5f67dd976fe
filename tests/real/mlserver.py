"""A real MLServer with a scikit-learn model under load, and what leeboard says of it.

State, version and rates; then its model unloaded, stopped in its tracks, killed: three states of
affairs, three sentences, and a workbench that shows them and answers keys throughout.
"""

import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from importlib.metadata import version

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression

from real import Program, Workbench, finish, folder, free_port, leeboard, ok, say, seed


def model(where, rng):
    (where / "churn").mkdir(parents=True)
    x = rng.normal(size=(300, 4))
    joblib.dump(
        LogisticRegression().fit(x, x[:, 0] + x[:, 1] > 0), where / "churn" / "model.joblib"
    )
    (where / "churn" / "model-settings.json").write_text(
        json.dumps(
            {
                "name": "churn",
                "implementation": "mlserver_sklearn.SKLearnModel",
                "parameters": {"uri": "./model.joblib", "version": "v6"},
            }
        )
    )


class Server(Program):
    def __init__(self, where):
        self.http, self.metrics = free_port(), free_port()
        (where / "settings.json").write_text(
            json.dumps(
                {
                    "host": "127.0.0.1",
                    "http_port": self.http,
                    "grpc_port": free_port(),
                    "metrics_port": self.metrics,
                    "parallel_workers": 0,
                }
            )
        )
        super().__init__(
            [os.path.join(os.path.dirname(sys.executable), "mlserver"), "start", where],
            where / "log",
        )
        self.url = f"http://127.0.0.1:{self.http}"
        self.wait_for(f"{self.url}/v2/models/churn/ready")

    def post(self, path, body, timeout=5):
        r = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(r, timeout=timeout) as answer:
            return answer.read()

    def infer(self, rows):
        return self.post(
            "/v2/models/churn/infer",
            {
                "inputs": [
                    {
                        "name": "x",
                        "shape": list(np.shape(rows)),
                        "datatype": "FP64",
                        "data": np.ravel(rows).tolist(),
                    }
                ]
            },
        )


class Load:
    """About 30 requests a second, every fifth of a shape that the model cannot take."""

    def __init__(self, server, rng):
        self.server, self.rng, self.good, self.bad, self.stop = server, rng, 0, 0, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        n = 0
        while not self.stop.wait(0.03):
            n += 1
            try:
                self.server.infer(self.rng.normal(size=(2, 4 if n % 5 else 3)))
                self.good += 1
            except urllib.error.HTTPError:
                self.bad += 1
            except OSError:
                pass

    def end(self):
        self.stop.set()
        self.thread.join(10)


def rows(server, *more, codes=(0,)):
    doc = leeboard(
        "deployments",
        f"scorer=endpoint:{server.url}",
        "--metrics",
        f"http://127.0.0.1:{server.metrics}/metrics",
        *more,
        codes=codes,
    )
    return doc["sources"][0], doc["deployments"]


def on_the_screen(workbench, word, what):
    ok(workbench.answers(), f"{what}: a key is answered")
    ok(workbench.shows(word), f"{what}: the workbench says {word}")
    ok(workbench.answers(), f"{what}: and still")


def under_load(server, load, what):
    good, bad, start = load.good, load.bad, time.monotonic()
    source, found = rows(server, "--watch", "4")
    took = time.monotonic() - start
    good, bad = load.good - good, load.bad - bad
    ok(
        source["state"] == "ok" and source["complete"] and source["kind"] == "endpoint",
        f"{what}: the source is whole",
        source,
    )
    if not ok(len(found) == 1, f"{what}: one row, one model", found):
        return
    d, s = found[0], found[0]["signals"]
    ok(
        (d["source"], d["state"], d["model"]["name"], d["model"]["version"], d["model"]["known_by"])
        == ("scorer", "ok", "churn", "v6", "reported"),
        f"{what}: churn v6, as reported, is ok",
        d,
    )
    rate, share = (good + bad) / took, bad / (good + bad)
    ok(
        s["requests_per_s"] is not None and 0.6 * rate < s["requests_per_s"] < 1.5 * rate,
        f"{what}: the request rate is that of the load",
        rate,
        s,
    )
    ok(
        s["error_share"] is not None and abs(s["error_share"] - share) < 0.1,
        f"{what}: the error share is that of the load",
        share,
        s,
    )
    ok(s["mean"] is not None and 0 < s["mean"] < 1, f"{what}: a mean latency of the model", s)
    ok(s["probe"] is not None and 0 < s["probe"] < 5, f"{what}: the round trip of our own probe", s)


def main():
    s, where = seed(), folder()
    rng, what = np.random.default_rng(s), f"mlserver {version('mlserver')}"
    model(where, rng)
    server = Server(where)
    reasons = {}

    source, found = rows(server)
    ok(
        len(found) == 1 and found[0]["state"] == "ok" and not found[0]["signals"]["error_share"],
        f"{what}: idle, ok, and no share of no requests",
        source,
        found,
    )
    workbench = Workbench(f"scorer=endpoint:{server.url}")
    ok(workbench.shows("churn"), f"{what}: the workbench shows the model")
    load = Load(server, rng)
    time.sleep(1)
    under_load(server, load, what)
    load.end()

    server.post("/v2/repository/models/churn/unload", {})
    ok(workbench.answers(), f"{what}: unloaded: a key is answered")
    source, found = rows(server, codes=(0, 3))
    ok(
        len(found) == 1 and found[0]["state"] in ("failed", "degraded") and found[0]["reason"],
        f"{what}: unloaded: not ok, and why",
        source,
        found,
    )
    reasons["unloaded"] = found and found[0]["reason"]
    server.post("/v2/repository/models/churn/load", {})
    ok(rows(server)[1][0]["state"] == "ok", f"{what}: loaded again: ok")

    workbench.begin()
    server.signal(signal.SIGSTOP)
    on_the_screen(workbench, "unknown", f"{what}: stopped")
    source, found = rows(server, "--timeout", "3", codes=(3,))
    ok(
        len(found) == 1
        and found[0]["state"] == "unknown"
        and source["state"] == "failed"
        and found[0]["reason"],
        f"{what}: stopped: unknown",
        source,
        found,
    )
    reasons["stopped"] = found and found[0]["reason"]
    server.signal(signal.SIGCONT)
    server.wait_for(f"{server.url}/v2/health/live")
    ok(rows(server)[1][0]["state"] == "ok", f"{what}: going on: ok")

    workbench.begin()
    server.signal(signal.SIGKILL)
    server.process.wait()
    on_the_screen(workbench, "failed", f"{what}: killed")
    source, found = rows(server, codes=(3,))
    ok(
        len(found) == 1
        and found[0]["state"] == "failed"
        and source["state"] == "failed"
        and found[0]["reason"],
        f"{what}: killed: failed",
        source,
        found,
    )
    reasons["killed"] = found and found[0]["reason"]
    for k, v in reasons.items():
        say(f"    {k}: {v}")
    ok(
        None not in reasons.values() and len(set(reasons.values())) == 3,
        f"{what}: three states of affairs, three sentences",
        reasons,
    )
    finish()


main()
