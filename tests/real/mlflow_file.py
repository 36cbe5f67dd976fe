"""A store read as a file = the same read from MLflow's server = what MLflow's own client says.

Every experiment, run, history point, model and version of a random store. Where MLflow keeps
something otherwise than it was logged (NaN, infinities, dataset contexts) its client is the judge.
"""

import math
import os
import sys
import warnings

from real import Program, finish, folder, free_port, iso, leeboard, number, ok, same, say, seed

warnings.filterwarnings("ignore")
import logging

logging.disable(logging.INFO)
import make_stores
import mlflow
from mlflow.entities import ViewType
from mlflow.tracking import MlflowClient

STATES = {
    "FINISHED": "finished",
    "RUNNING": "running",
    "FAILED": "failed",
    "KILLED": "killed",
    "SCHEDULED": "queued",
}
VERSION_STATES = {
    "READY": "ready",
    "PENDING_REGISTRATION": "pending",
    "FAILED_REGISTRATION": "failed",
}


def pages(search, **words):
    token, out = None, []
    while True:
        page = search(page_token=token, **words)
        out += page
        token = page.token
        if not token:
            return out


class Client:
    """What MLflow's client says, in leeboard's words."""

    def __init__(self, uri):
        c = self.client = MlflowClient(uri, uri)
        self.exps = {
            e.experiment_id: e for e in pages(c.search_experiments, view_type=ViewType.ALL)
        }
        self.raw = pages(
            c.search_runs,
            experiment_ids=list(self.exps),
            run_view_type=ViewType.ALL,
            max_results=1000,
        )

    def experiments(self):
        alive = [r.info.experiment_id for r in self.raw if r.info.lifecycle_stage == "active"]
        return {
            i: {
                "id": i,
                "name": e.name,
                "state": e.lifecycle_stage,
                "runs": alive.count(i),
                "tags": dict(e.tags),
            }
            for i, e in self.exps.items()
        }

    def run(self, r):
        i, tags = r.info, dict(r.data.tags)
        return {
            "id": i.run_id,
            "name": i.run_name,
            "experiment": {"id": i.experiment_id, "name": self.exps[i.experiment_id].name},
            "state": STATES[i.status],
            "native_state": i.status,
            "deleted": i.lifecycle_stage == "deleted",
            "start": iso(i.start_time),
            "end": iso(i.end_time),
            "duration": None if i.end_time is None else (i.end_time - i.start_time) / 1000,
            "user": tags.get("mlflow.user"),
            "parent": tags.get("mlflow.parentRunId"),
            "commit": tags.get("mlflow.source.git.commit"),
            "params": dict(r.data.params),
            "tags": tags,
            "metrics": {k: number(v) for k, v in r.data.metrics.items()},
            "datasets": sorted(
                [
                    d.dataset.name,
                    d.dataset.digest,
                    next((t.value for t in d.tags if t.key == "mlflow.data.context"), None),
                ]
                for d in r.inputs.dataset_inputs
            ),
            "artifact_uri": i.artifact_uri,
        }

    def runs(self):
        return {r.info.run_id: self.run(r) for r in self.raw}

    def history(self):
        """{(run, key): [(step, ms, value)]}, in that order; a NaN lies where MLflow has it, at 0."""
        out = {}
        for r in self.raw:
            for key in r.data.metrics:
                points = [
                    (m.step, m.timestamp, m.value)
                    for m in self.client.get_metric_history(r.info.run_id, key)
                ]
                out[r.info.run_id, key] = sorted(
                    points,
                    key=lambda p: (p[0], p[1], 0.0 if math.isnan(p[2]) else p[2], math.isnan(p[2])),
                )
        return out

    def models(self):
        """Models, and apart from them the prompts."""
        out = {}
        for m in pages(self.client.search_registered_models):
            versions = (
                pages(
                    self.client.search_model_versions,
                    filter_string="name = '%s'" % m.name.replace("'", "\\'"),
                )
                if "'" not in m.name
                else [v for v in pages(self.client.search_model_versions) if v.name == m.name]
            )
            aliases = {a: str(v) for a, v in m.aliases.items()}
            out[m.name] = {
                "name": m.name,
                "description": m.description or None,
                "created": iso(m.creation_timestamp),
                "updated": iso(m.last_updated_timestamp),
                "tags": dict(m.tags),
                "aliases": aliases,
                "versions": {
                    str(v.version): {
                        "version": str(v.version),
                        "state": VERSION_STATES[v.status],
                        "native_state": v.status,
                        "stage": None if v.current_stage == "None" else v.current_stage,
                        "aliases": sorted(a for a, n in aliases.items() if n == str(v.version)),
                        "run": v.run_id or None,
                        "uri": v.source,
                        "created": iso(v.creation_timestamp),
                        "updated": iso(v.last_updated_timestamp),
                        "user": v.user_id or None,
                        "description": v.description or None,
                        "tags": dict(v.tags),
                    }
                    for v in versions
                },
            }
        return out


# ---- leeboard's documents in the same shape -----------------------------------------------------


def keep(record, wanted):
    return {k: record[k] for k in wanted}


def our_experiments(at):
    return {
        e["id"]: keep(e, ("id", "name", "state", "runs", "tags"))
        for e in leeboard("experiments", at, "--deleted")["experiments"]
    }


def our_runs(doc):
    out = {}
    for r in doc["runs"]:
        r = dict(
            r,
            commit=r["commit"] and r["commit"]["id"],
            datasets=sorted([d["name"], d["digest"], d["context"]] for d in r["datasets"]),
        )
        del r["source"]
        out[r["id"]] = r
    return out


def our_history(at, runs):
    out = {}
    for i in range(0, len(runs), 200):
        for s in leeboard("series", "-s", at, *runs[i : i + 200])["series"]:
            out[s["run"], s["metric"]] = s
    return out


def our_models(at, *more):
    out = {}
    for m in leeboard("models", "-s", at, *more)["models"]:
        versions = {v["version"]: dict(v, aliases=sorted(v["aliases"])) for v in m["versions"]}
        out[m["name"]] = dict({k: v for k, v in m.items() if k != "source"}, versions=versions)
    return out


def expected_series(points):
    values = [number(v) for _, _, v in points]
    return {
        "count": len(points),
        "nan": values.count("NaN"),
        "inf": values.count("Infinity") + values.count("-Infinity"),
        "reduced": False,
        "steps": [s for s, _, _ in points],
        "times": [iso(t) for _, t, _ in points],
        "values": values,
    }


def check_series(want, at, what):
    got = our_history(at, sorted({run for run, _ in want}))
    same(
        {"\n".join(k): expected_series(p) for k, p in want.items()},
        {
            "\n".join(k): keep(s, ("count", "nan", "inf", "reduced", "steps", "times", "values"))
            for k, s in got.items()
        },
        f"{what}: series, {len(want)} curves, {sum(map(len, want.values()))} points",
    )


def near(a, b):
    return a == b or (
        isinstance(a, float)
        and isinstance(b, (int, float))
        and abs(a - b) <= 1e-12 * max(abs(a), abs(b))
    )


def check_aggregates(want, runs, at, what):
    """The last is the source's own; the rest is over the finite values of the whole history."""
    wrong, n = [], 0
    got = our_runs(leeboard("runs", at, "--deleted", "--aggregates"))
    for (run, key), points in want.items():
        a = got[run]["metrics"][key]
        finite = [number(v) for _, _, v in points if isinstance(number(v), float)]
        scale = max((abs(v) for v in finite), default=0.0)
        expect = {
            "last": runs[run]["metrics"][key],
            "first": finite[0] if finite else None,
            "min": min(finite, default=None),
            "max": max(finite, default=None),
            "count": len(finite),
            "nan": sum(math.isnan(v) for _, _, v in points),
        }
        for k, v in expect.items():
            if a[k] != v:
                wrong.append(f"{run} {key!r} {k}: wanted {v!r}, got {a[k]!r}")
        try:
            mean = math.fsum(finite) / len(finite) if finite else None
        except OverflowError:
            mean = a["mean"]
        if (mean is None) != (a["mean"] is None) or (
            mean is not None and abs(mean - a["mean"]) > 1e-12 * scale
        ):
            wrong.append(f"{run} {key!r} mean: wanted {mean!r}, got {a['mean']!r}")
        n += len(expect) + 1
    ok(not wrong and n, f"{what}: runs --aggregates, {n} figures", *wrong[:5])


def main():
    s, where = seed(), folder()
    version, file = mlflow.__version__, where / "mlflow.db"
    store = make_stores.write(file, s)
    say(f"MLflow {version}: {len(store.runs)} runs")
    client = Client(f"sqlite:///{file}")
    port = free_port()
    env = dict(
        os.environ,
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION="false",
        PATH=os.path.dirname(sys.executable) + ":" + os.environ["PATH"],
    )
    server = Program(
        [
            sys.executable,
            "-m",
            "mlflow",
            "server",
            "--backend-store-uri",
            f"sqlite:///{file}",
            "--host",
            "127.0.0.1",
            "--port",
            port,
            "--workers",
            "1",
        ],
        where / "server.log",
        env=env,
        cwd=where,
    )
    experiments, runs, history, models = (
        client.experiments(),
        client.runs(),
        client.history(),
        client.models(),
    )
    server.wait_for(f"http://127.0.0.1:{port}/health")
    for kind, at in (("file", file), ("server", f"http://127.0.0.1:{port}")):
        what = f"mlflow {version} {kind}"
        same(experiments, our_experiments(at), f"{what}: experiments, {len(experiments)}")
        doc = leeboard("runs", at, "--deleted")
        same(runs, our_runs(doc), f"{what}: runs, {len(runs)}")
        order = [(r["start"], r["id"]) for r in doc["runs"]]
        ok(
            order == sorted(sorted(order, key=lambda o: o[1]), key=lambda o: o[0], reverse=True),
            f"{what}: newest start first, then id",
        )
        alive = {r for r, v in runs.items() if not v["deleted"]}
        ok(
            {r["id"] for r in leeboard("runs", at)["runs"]} == alive and len(alive) < len(runs),
            f"{what}: deleted runs only when asked for",
        )
        check_series(history, at, what)
        check_aggregates(history, runs, at, what)
        versions = sum(len(m["versions"]) for m in models.values())
        same(models, our_models(at), f"{what}: models, {len(models)}, {versions} versions")
        ok(list(our_models(at, "--prompts")) == ["a prompt"], f"{what}: prompts apart")
    finish()


main()
