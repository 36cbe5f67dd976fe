"""leeboard reads a KServe server under load: state, rate, latency; no version, and no error share.

KServe lists no states and counts attempts only: what it does not say is null. Then its model is
unloaded, and it is killed.
"""

import json
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from importlib.metadata import version
from pathlib import Path

from real import Program, finish, folder, free_port, leeboard, ok, say


class Load:
    """About 30 inferences a second, every fifth one that the model refuses."""

    def __init__(self, url):
        self.url, self.sent, self.stop = url, 0, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stop.wait(0.03):
            n = 4 if (self.sent + 1) % 5 else 3
            tensor = {"name": "x", "shape": [n], "datatype": "FP32", "data": [0.5] * n}
            try:
                post(self.url + "/v2/models/churn/infer", {"inputs": [tensor]})
            except urllib.error.HTTPError:
                pass
            self.sent += 1

    def end(self):
        self.stop.set()
        self.thread.join(10)


def post(url, body):
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read()


def look(url, *more, codes=(0,)):
    doc = leeboard("deployments", f"scorer=endpoint:{url}", *more, codes=codes)
    return doc["sources"][0], doc["deployments"]


def main():
    where, port = folder(), free_port()
    what, url = f"kserve {version('kserve')}", f"http://127.0.0.1:{port}"
    server = Program(
        [sys.executable, Path(__file__).parent / "kserve_server.py", port], where / "log", cwd=where
    )
    server.wait_for(f"{url}/v2/models/churn/ready")

    load = Load(url)
    time.sleep(1)
    sent, start = load.sent, time.monotonic()
    source, found = look(url, "--watch", "4")
    rate = (load.sent - sent) / (time.monotonic() - start)
    load.end()
    if ok(len(found) == 1 and source["state"] == "ok", f"{what}: one row, one model", found):
        d, s = found[0], found[0]["signals"]
        ok(
            (d["name"], d["state"], d["platform"]) == ("churn", "ok", what),
            f"{what}: churn is ok, on {d['platform']}",
            d,
        )
        ok(
            d["model"] == {"name": "churn", "version": None, "known_by": None},
            f"{what}: it reports no version, and none is made up",
            d["model"],
        )
        ok(
            s["requests_per_s"] is not None and 0.6 * rate < s["requests_per_s"] < 1.5 * rate,
            f"{what}: the request rate is that of the load",
            rate,
            s,
        )
        ok(s["error_share"] is None, f"{what}: it counts no errors: null, not 0", s)
        ok(
            s["scope"] == "model" and None not in (s["p50"], s["p95"], s["p99"], s["mean"]),
            f"{what}: quantiles and mean of the model",
            s,
        )

    post(f"{url}/v2/repository/models/churn/unload", {})
    _, found = look(url, codes=(0, 3))
    ok(
        len(found) == 1 and found[0]["state"] == "failed" and found[0]["reason"],
        f"{what}: unloaded: failed, and why",
        found,
    )
    unloaded = found and found[0]["reason"]

    server.signal(signal.SIGKILL)
    server.process.wait()
    source, found = look(url, codes=(3,))
    ok(
        len(found) == 1 and found[0]["state"] == "failed" and source["state"] == "failed",
        f"{what}: killed: failed",
        source,
        found,
    )
    killed = found and found[0]["reason"]
    say(f"    {unloaded} | {killed}")
    ok(killed and unloaded and killed != unloaded, f"{what}: two sentences")
    finish()


main()
