"""Writes a random store with the MLflow of this Python: make_stores.py FILE SEED.

Everything that a client may write and that a reader may get wrong: NaN and infinities, negative and
repeated steps, several values on one step, runs within runs (some name themselves, or a run that is
not there), deleted runs, experiments and versions, datasets with contexts, aliases, stages, prompts,
and names and values that are hostile to a terminal. The same seed and MLflow write the same store,
but for ids and times of MLflow's own.
"""

import math
import os
import random
import sys

os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", GIT_PYTHON_REFRESH="quiet")

from mlflow.data.http_dataset_source import HTTPDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.entities import DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore as RegistryStore
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore as TrackingStore
from mlflow.tracking import MlflowClient

HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "a\nb\r\nc",
    "tab\there",
    "bell\x07 back\x08",
    "\u202egnirts\u202c",
    "zero\u200bwidth\u2060",
    "👩‍👩‍👧 family",
    "é e\u0301",
    "漢字カナ",
    "\x9b31mC1",
    "\x00nul inside\x00",
    "' OR 1=1 --",
    '"quoted\\"',
    "%s%n%d",
    "\u2028line\u2029",
    "\ufeffbom",
    "\x7fdel",
    " padded ",
    "-",
    "NaN",
]
KEYS = [
    "loss",
    "val_auc",
    "val loss",
    "train/loss",
    "a.b-c_d",
    "größe",
    "損失",
    "x" * 250,
    "system/cpu_utilization_percentage",
    "f1:macro",
]


class Store:
    def __init__(self, path, seed):
        self.uri, self.rng = f"sqlite:///{path}", random.Random(seed)
        TrackingStore(self.uri, "s3://bucket/root")
        self.registry = RegistryStore(self.uri)
        self.client = MlflowClient(self.uri, self.uri)
        self.time = 1_700_000_000_000
        self.runs = []

    def text(self):
        r = self.rng
        return r.choice(
            [
                r.choice(HOSTILE),
                f"word-{r.randrange(1000)}",
                r.choice(HOSTILE) + r.choice(HOSTILE),
                "y" * r.choice([1, 80, 4000]),
            ]
        )

    def later(self, most=10**7):
        self.time += self.rng.randrange(1, most)
        return self.time

    def value(self):
        r = self.rng
        return r.choice(
            [
                r.random(),
                r.gauss(0, 1e3),
                r.uniform(-1, 1) * 10.0 ** r.randint(-300, 300),
                0.0,
                -0.0,
                1 / 3,
                float(r.randint(-5, 5)),
                5e-324,
                math.nan if r.random() < 0.5 else r.random(),
                math.inf if r.random() < 0.3 else 1.0,
                -math.inf if r.random() < 0.3 else -1.0,
            ]
        )

    def curve(self, key):
        """Points as clients write them: mostly in order, sometimes not at all."""
        r, at = self.rng, self.time
        n = r.choice([1, 1, 2, 5, 40, 40, 300])
        kind = r.choice(
            [
                "plain",
                "plain",
                "plain",
                "one step",
                "negative",
                "shuffled",
                "repeated",
                "all nan",
                "clock",
            ]
        )
        points = []
        for i in range(n):
            step = {
                "one step": 0,
                "negative": i - n // 2,
                "shuffled": r.randrange(n),
                "repeated": i // 3,
            }.get(kind, i * 10)
            when = (
                at
                if kind in ("clock", "one step") and r.random() < 0.5
                else at + i * r.choice([0, 1, 1000])
            )
            value = (
                math.nan
                if kind == "all nan"
                else 1 / (i + 1) if kind == "plain" and r.random() < 0.9 else self.value()
            )
            points.append(
                Metric(key, value, when if kind != "clock" else r.choice([0, 100, when]), step)
            )
        if r.random() < 0.1:
            points.append(Metric(key, self.value(), at, r.choice([2**62, -(2**62), 2**31])))
        return points

    def datasets(self):
        r, out = self.rng, []
        for _ in range(r.choice([0, 0, 1, 2, 3])):
            name = r.choice(["churn", "clicks", "größe", "data\x1b[2J", "a\nb"])
            meta = MetaDataset(
                HTTPDatasetSource("https://data.example/x"), name=name, digest=f"d{r.randrange(4)}"
            )
            tags = (
                [InputTag("mlflow.data.context", r.choice(["training", "validation", "test\x07"]))]
                if r.random() < 0.8
                else []
            )
            out.append(DatasetInput(meta._to_mlflow_entity(), tags))
        return out

    def run(self, experiment, small=False):
        r, c = self.rng, self.client
        start = self.later()
        tags = {}
        if r.random() < 0.7:
            tags["mlflow.user"] = r.choice(["ann", "bo", "ev\x1bil"])
        if r.random() < 0.5:
            tags["mlflow.source.git.commit"] = "%040x" % r.getrandbits(160)
        if r.random() < 0.3 and self.runs:
            tags["mlflow.parentRunId"] = r.choice([r.choice(self.runs), "f" * 32])
        name = r.choice([None, self.text()[:250], f"run-{len(self.runs)}"])
        run = c.create_run(experiment, start, tags, name).info.run_id
        self.runs.append(run)
        if small:
            return
        if r.random() < 0.1:
            c.set_tag(run, "mlflow.parentRunId", run)
        params = {k: self.text() for k in r.sample(KEYS + ["lr", "depth", "seed"], r.randint(0, 8))}
        params.update({"lr": repr(10 ** r.uniform(-5, 0))} if r.random() < 0.8 else {})
        c.log_batch(
            run,
            params=[Param(k, v) for k, v in params.items()],
            tags=[
                RunTag(k, self.text())
                for k in r.sample(KEYS + ["mlflow.note.content", "team"], r.randint(0, 4))
            ],
        )
        for key in r.sample(KEYS, r.randint(0, 6)):
            points = self.curve(key)
            for i in range(0, len(points), 1000):
                c.log_batch(run, metrics=points[i : i + 1000])
        if data := self.datasets():
            c.log_inputs(run, data)
        status = r.choice(["FINISHED", "FINISHED", "FAILED", "KILLED", "RUNNING", "SCHEDULED"])
        if status in ("RUNNING", "SCHEDULED"):
            c.update_run(run, status)
        else:
            c.set_terminated(run, status, start + r.randrange(10**7))

    def long_curve(self, experiment, n):
        run = self.client.create_run(experiment, self.later(), {}, "long").info.run_id
        for i in range(0, n, 1000):
            self.client.log_batch(
                run,
                metrics=[
                    Metric("loss", self.rng.random(), self.time + k, k) for k in range(i, i + 1000)
                ],
            )

    def fill_runs(self):
        r, c = self.rng, self.client
        for i in range(8):
            e = c.create_experiment(f"{i} {self.text()[:200]}", f"s3://bucket/{i}")
            for key in r.sample(
                ["mlflow.note.content", "mlflow.experiment.primaryMetric.name", "größe"], 2
            ):
                c.set_experiment_tag(e, key, self.text())
            for _ in range(r.randint(0, 14)):
                self.run(e)
            if i == 2:
                self.long_curve(e, 5000)
            if i == 3:  # more than any server gives in one page
                for _ in range(530):
                    self.run(e, small=True)
            if i == 5:
                c.delete_experiment(e)
        for run in r.sample(self.runs, 12):
            c.delete_run(run)
        for run in r.sample(self.runs, 3):
            if c.get_run(run).info.lifecycle_stage == "deleted":
                c.restore_run(run)

    def fill_registry(self):
        r, c = self.rng, self.client
        for i in range(7):
            name = f"model {i} " + self.text()[:150].replace("/", "|").replace(":", ";")
            c.create_registered_model(
                name,
                {k: self.text() for k in r.sample(KEYS, r.randint(0, 2))},
                r.choice([None, "", self.text()]),
            )
            versions = []
            for _ in range(r.randint(0, 13)):
                v = c.create_model_version(
                    name,
                    f"s3://bucket/{r.randrange(99)}/model",
                    r.choice([None, r.choice(self.runs)]),
                    {k: self.text() for k in r.sample(KEYS, r.randint(0, 2))} or None,
                    description=r.choice([None, self.text()]),
                )
                versions.append(v.version)
                if r.random() < 0.3:
                    stage = r.choice(["Staging", "Production", "Archived"])
                    c.transition_model_version_stage(
                        name, v.version, stage, stage != "Archived" and r.random() < 0.5
                    )
            for alias in (
                r.sample(["champion", "Champion", "challenger", "größe"], r.randint(0, 4))
                if versions
                else []
            ):
                try:
                    c.set_registered_model_alias(name, alias, r.choice(versions))
                except Exception:  # this MLflow does not take the alias
                    pass
            if len(versions) > 3:
                c.delete_model_version(name, r.choice(versions))
        prompt = RegisteredModelTag("mlflow.prompt.is_prompt", "true")
        self.registry.create_registered_model("a prompt", [prompt])
        self.registry.create_model_version(
            "a prompt",
            "prompt-template",
            None,
            [
                ModelVersionTag("mlflow.prompt.is_prompt", "true"),
                ModelVersionTag("mlflow.prompt.text", "Say {{ it }}"),
            ],
        )


def write(path, seed):
    store = Store(path, seed)
    store.fill_runs()
    store.fill_registry()
    return store


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]))
