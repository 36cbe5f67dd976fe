"""Rates and quantiles are those of a real Prometheus on the same samples.

A page server counts up at random (with resets, gaps and series that come late); Prometheus scrapes
it; then the samples that it stored are given to leeboard's own functions (the program `rates` beside
this file), and the answers are compared with PromQL's over the same windows.
"""

import json
import math
import random
import shutil
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from real import BUILD, Program, finish, folder, free_port, ok, say, seed

SCRAPE_MS, SECONDS = 250, 20
BOUNDS = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.5", "1.0", "2.5", "+Inf"]


class Counters:
    """What the page shows: two models with counters of requests and failures and a histogram."""

    def __init__(self, rng):
        self.rng, self.scrapes, self.lock = rng, 0, threading.Lock()
        self.reset()

    def reset(self):
        self.requests, self.failures, self.buckets, self.sum = (
            [0, 0],
            [0, 0],
            [[0] * len(BOUNDS) for _ in range(2)],
            [0.0, 0.0],
        )

    def advance(self):
        r = self.rng
        for m in range(2):
            for _ in range(r.choice([0, 1, 3, 20, 200])):
                took = r.lognormvariate(-3 + 2 * m, 1.2)
                self.requests[m] += 1
                self.failures[m] += r.random() < 0.1
                self.sum[m] += took
                for i, le in enumerate(BOUNDS):
                    self.buckets[m][i] += took <= float(le)

    def page(self):
        with self.lock:
            self.scrapes += 1
            if self.rng.random() < 0.04:
                self.reset()
            if self.rng.random() < 0.08:
                return None
            self.advance()
            out = [
                "# TYPE requests_total counter",
                "# TYPE failures_total counter",
                "# TYPE took histogram",
            ]
            for m in range(2 if self.scrapes > 20 else 1):
                out += [
                    f'requests_total{{model="{m}"}} {self.requests[m]}',
                    f'failures_total{{model="{m}"}} {self.failures[m]}',
                ]
                out += [
                    f'took_bucket{{model="{m}",le="{le}"}} {n}'
                    for le, n in zip(BOUNDS, self.buckets[m])
                ]
                out += [
                    f'took_sum{{model="{m}"}} {self.sum[m]!r}',
                    f'took_count{{model="{m}"}} {self.requests[m]}',
                ]
            return "\n".join(out) + "\n"


def serve(counters):
    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            text = counters.page()
            self.send_response(200 if text else 500)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write((text or "").encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Prometheus(Program):
    def __init__(self, where, target):
        self.port = free_port()
        (where / "prom.yml").write_text(f"""
global: {{scrape_interval: {SCRAPE_MS}ms, scrape_timeout: {SCRAPE_MS}ms}}
scrape_configs: [{{job_name: page, static_configs: [{{targets: ["127.0.0.1:{target}"]}}]}}]
""")
        super().__init__(
            [
                "prometheus",
                f"--config.file={where}/prom.yml",
                f"--storage.tsdb.path={where}/data",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--log.level=warn",
            ],
            where / "log",
        )
        self.wait_for(f"http://127.0.0.1:{self.port}/-/ready")

    def query(self, text, at_ms):
        q = urllib.parse.urlencode({"query": text, "time": f"{at_ms // 1000}.{at_ms % 1000:03d}"})
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self.port}/api/v1/query?{q}", timeout=30
        ) as r:
            return json.load(r)["data"]["result"]


def key(series):
    return tuple(
        sorted(
            (k, v) for k, v in series["metric"].items() if k not in ("__name__", "instance", "job")
        )
    )


class Rates:
    """leeboard's functions, asked many questions at once."""

    def __init__(self, program):
        self.program, self.asked, self.wanted, self.about = program, [], [], []

    def ask(self, question, wanted, about):
        self.asked.append(question)
        self.wanted.append(wanted)
        self.about.append(about)

    def answers(self):
        r = subprocess.run(
            [self.program],
            input="\n".join(self.asked) + "\n",
            capture_output=True,
            text=True,
            check=True,
        )
        return [float(x) for x in r.stdout.split()]


def ask_rates(p, rates, at, window):
    """Each series' rate, against Prometheus's, also where that gives none. Returns its bucket rates."""
    out = {}
    for metric in ("requests_total", "failures_total", "took_sum", "took_bucket"):
        wanted = {key(s): float(s["value"][1]) for s in p.query(f"rate({metric}[{window}ms])", at)}
        for s in p.query(f"{metric}[{window}ms]", at):
            values = [(round(t * 1000), float(v)) for t, v in s["values"]]
            if values[0][0] == at - window:
                continue  # inside for Prometheus 2, outside for Prometheus 3 and for us
            numbers = " ".join(f"{t} {v!r}" for t, v in values)
            rates.ask(
                f"rate {at} {window} {len(values)} {numbers}",
                wanted.get(key(s), math.nan),
                f"rate {metric}{key(s)} {window} ms",
            )
        if metric == "took_bucket":
            out = wanted
    return out


def ask_quantiles(p, rates, buckets, at, window):
    for q in (0.5, 0.95, 0.99):
        for s in p.query(f"histogram_quantile({q}, rate(took_bucket[{window}ms]))", at):
            own = sorted(
                (float(dict(k)["le"]), v)
                for k, v in buckets.items()
                if dict(k)["model"] == s["metric"]["model"]
            )
            rates.ask(
                f"quantile {q} {len(own)} " + " ".join(f"{le!r} {v!r}" for le, v in own),
                float(s["value"][1]),
                f"quantile {q} {s['metric']['model']} {window} ms",
            )


def main():
    if not shutil.which("prometheus"):
        print("skip prometheus: it could not be installed")
        return
    rng = random.Random(seed())
    say(
        subprocess.run(["prometheus", "--version"], capture_output=True, text=True).stdout.split(
            "\n"
        )[0]
    )
    p = Prometheus(folder(), serve(Counters(rng)))
    start = int(time.time() * 1000)
    time.sleep(SECONDS)
    end = int(time.time() * 1000)
    rates = Rates(BUILD / "tests/real/rates")
    for _ in range(120):
        window, at = rng.choice([700, 1000, 2000, 5000, 10000]), rng.randrange(start, end)
        ask_quantiles(p, rates, ask_rates(p, rates, at, window), at, window)
    got, wrong, count = rates.answers(), {}, {}
    assert len(got) == len(rates.asked)
    for have, want, about in zip(got, rates.wanted, rates.about):
        kind = about.split()[0] + (" where there is none" if math.isnan(want) else "")
        count[kind] = count.get(kind, 0) + 1
        if (
            not (math.isnan(have) and math.isnan(want))
            and not abs(have - want) <= 1e-12 * abs(want)
            and have != want
        ):
            wrong.setdefault(kind, []).append(f"{about}: wanted {want!r}, got {have!r}")
    for kind, n in count.items():
        ok(
            not wrong.get(kind),
            f"prometheus, {kind}: {n} compared",
            len(wrong.get(kind, [])),
            *wrong.get(kind, [])[:5],
        )
    ok(
        count.get("rate", 0) > 1000 and count.get("quantile", 0) > 100,
        "prometheus: enough was compared",
        count,
    )
    finish()


main()
