"""Makes the store that ships with the demo: mlflow.db, and commits, which it refers to.

    python3 -m venv V && V/bin/pip install -r requirements.txt && V/bin/python make_store.py

Five experiments of a small team that wants to know which customers leave: 150 runs, most of them
parts of sweeps, and a registry. Every curve is real: the models are trained here, by xgboost,
lightgbm and scikit-learn, on data drawn with a fixed seed, and written by MLflow's own client; a
few more runs end as runs do end: failed, killed, diverged, still running, deleted. Only the clock and
the ids are ours (a seeded source), so that the same versions of everything write the same rows.

The commits are real too: a line of history of one file, train.py, made here with git itself.
leeboard-demo makes the same commits again from the list, each from one line
"id TAB seconds TAB author TAB subject":

    file     train.py, mode 100644: for each commit up to this one, oldest first, "# SUBJECT\\n"
    author   and committer: AUTHOR <AUTHOR@example.com>, at that time, +0000
    message  "SUBJECT\\n"; the parent is the line before
"""

import math
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

# The seed of hashing is part of the order in which MLflow writes.
if os.environ.get("PYTHONHASHSEED") != "0":
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable] + sys.argv)
os.environ.update(OMP_NUM_THREADS="1", MLFLOW_DISABLE_TELEMETRY="true", GIT_PYTHON_REFRESH="quiet")

import lightgbm
import numpy as np
import xgboost
from mlflow.data.meta_dataset import MetaDataset
from mlflow.data.http_dataset_source import HTTPDatasetSource
from mlflow.entities import DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore as RegistryStore
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore as TrackingStore
from mlflow.tracking import MlflowClient
from sklearn.metrics import log_loss, ndcg_score, roc_auc_score
from sklearn.neural_network import MLPClassifier

HERE = Path(__file__).resolve().parent
SEED = 20261120
DAY = 86400
END = 1795196400  # 2026-11-20 17:40 UTC: nothing in the store is later
PAGE_SIZE = 1024  # MLflow makes some 70 tables; most stay empty, and a page each is the least

HISTORY = [  # days before END, author, subject
    (33.3, "ann", "train: start from logistic regression"),
    (30.1, "ann", "train: hold out the last month, not a random fifth"),
    (26.2, "chandra", "features: tenure in months"),
    (21.4, "bo", "train: gradient boosting, early stopping"),
    (17.2, "bo", "sweep: random search over depth and rate"),
    (12.3, "dee", "fraud: first network"),
    (9.4, "chandra", "features: plan as a category, not a number"),
    (6.1, "dee", "ranking: lambdarank on click sessions"),
    (3.2, "ann", "train: class weights for the churned"),
    (1.1, "bo", "features: cast income to int"),
]

rng = random.Random(SEED)
clock = [END]


def install_clock():
    """MLflow asks these two for what would differ from one making to the next."""
    time.time = lambda: clock[0]
    time.time_ns = lambda: int(clock[0] * 1e9)
    uuid.uuid4 = lambda: uuid.UUID(int=rng.getrandbits(128), version=4)


# ---- Git ------------------------------------------------------------------------------------


def make_commits():
    """Returns [(seconds, id)], oldest first, and writes the list."""
    made, lines, parent, text = [], [], None, ""
    with tempfile.TemporaryDirectory() as folder:

        def git(*words, stdin=None, **environment):
            return subprocess.run(
                ("git", "--git-dir", folder) + words,
                input=stdin,
                text=True,
                check=True,
                capture_output=True,
                env={"PATH": os.environ["PATH"], **environment},
            ).stdout.strip()

        git("init", "-q", "--bare")
        for days, author, subject in HISTORY:
            seconds = int(END - days * DAY)
            text += f"# {subject}\n"
            blob = git("hash-object", "-w", "--stdin", stdin=text)
            tree = git("mktree", stdin=f"100644 blob {blob}\ttrain.py\n")
            who = {
                f"GIT_{role}_{key}": value
                for role in ("AUTHOR", "COMMITTER")
                for key, value in (
                    ("NAME", author),
                    ("EMAIL", f"{author}@example.com"),
                    ("DATE", f"{seconds} +0000"),
                )
            }
            parent = git(
                "commit-tree",
                tree,
                *(("-p", parent) if parent else ()),
                stdin=f"{subject}\n",
                **who,
            )
            made.append((seconds, parent))
            lines.append(f"{parent}\t{seconds}\t{author}\t{subject}\n")
    (HERE / "commits").write_text("".join(lines))
    return made


# ---- data -----------------------------------------------------------------------------------

FEATURES = ["tenure", "spend", "tickets", "age", "income", "plan"]


def churn_data(n, seed):
    g = np.random.default_rng(seed)
    tenure, spend = g.gamma(2, 14, n), g.lognormal(3.6, 0.5, n)
    tickets, age = g.poisson(1.2, n), g.normal(44, 13, n).clip(18, 90)
    income, plan = g.lognormal(10.4, 0.45, n), g.integers(0, 3, n)
    z = (
        -0.6
        - 0.05 * tenure
        + 0.55 * tickets
        + 0.012 * spend
        - 0.9 * (plan == 2)
        + 0.35 * (plan == 0) * tickets
        - 0.02 * (age - 44) * (income < 30000)
        + g.normal(0, 1.1, n)
    )
    return np.column_stack([tenure, spend, tickets, age, income, plan]), (
        g.random(n) < 1 / (1 + np.exp(-z))
    ).astype(int)


def fraud_data(n, seed):
    g = np.random.default_rng(seed)
    x = g.normal(size=(n, 16))
    z = -3.2 + 1.5 * x[:, 0] * x[:, 1] + np.abs(x[:, 2]) + 0.8 * x[:, 3] * (x[:, 4] > 0)
    return x, (g.random(n) < 1 / (1 + np.exp(-z))).astype(int)


def ranking_data(sessions, seed):
    g = np.random.default_rng(seed)
    x = g.normal(size=(sessions * 20, 8))
    score = x[:, 0] + 0.7 * x[:, 1] * x[:, 2] + g.normal(0, 0.8, len(x))
    y = np.zeros(len(x), int)
    for s in range(sessions):
        order = np.argsort(-score[s * 20 : (s + 1) * 20])
        y[s * 20 + order[:2]] = 2
        y[s * 20 + order[2:6]] = 1
    return x, y


# ---- training: each yields (step, {key: value}) ------------------------------------------------


class Boosted:
    """xgboost and lightgbm train at once; the record of every round is then handed out."""

    def __init__(self):
        self.train, self.valid = churn_data(3000, 1), churn_data(2000, 2)

    def xgb(self, p, rounds):
        d, v = xgboost.DMatrix(*self.train[:1], label=self.train[1]), xgboost.DMatrix(
            self.valid[0], label=self.valid[1]
        )
        record = {}
        xgboost.train(
            {
                "objective": "binary:logistic",
                "eval_metric": ["logloss", "auc"],
                "nthread": 1,
                "verbosity": 0,
                **p,
            },
            d,
            rounds,
            evals=[(d, "train"), (v, "val")],
            evals_result=record,
            verbose_eval=False,
        )
        for i in range(rounds):
            yield i, {
                "val_auc": record["val"]["auc"][i],
                "val_loss": record["val"]["logloss"][i],
                "train_loss": record["train"]["logloss"][i],
            }

    def lgbm(self, p, rounds):
        d = lightgbm.Dataset(*self.train, params={"verbose": -1})
        v = lightgbm.Dataset(*self.valid, reference=d)
        record = {}
        lightgbm.train(
            {
                "objective": "binary",
                "metric": ["auc", "binary_logloss"],
                "num_threads": 1,
                "verbose": -1,
                "deterministic": True,
                "force_row_wise": True,
                **p,
            },
            d,
            rounds,
            valid_sets=[v],
            valid_names=["val"],
            callbacks=[lightgbm.record_evaluation(record)],
        )
        for i in range(rounds):
            yield i, {
                "val_auc": record["val"]["auc"][i],
                "val_loss": record["val"]["binary_logloss"][i],
            }


def logit(p, epochs):
    """Plain gradient descent in mini-batches; diverges to NaN when lr is far too large."""
    (x, y), (vx, vy) = churn_data(3000, 1), churn_data(2000, 2)
    if p.get("scale", "yes") == "yes":
        mean, std = x.mean(0), x.std(0)
        x, vx = (x - mean) / std, (vx - mean) / std
    g, w, b = np.random.default_rng(p["seed"]), np.zeros(x.shape[1]), 0.0
    for epoch in range(epochs):
        order = g.permutation(len(x))
        with np.errstate(all="ignore"):
            for k in range(0, len(x), p["batch"]):
                i = order[k : k + p["batch"]]
                r = 1 / (1 + np.exp(-(x[i] @ w + b))) - y[i]
                w = w - p["lr"] * (x[i].T @ r / len(i) + p["l2"] * w)
                b -= p["lr"] * r.mean()
            q = 1 / (1 + np.exp(-(vx @ w + b)))
            loss = -(vy * np.log(q) + (1 - vy) * np.log(1 - q)).mean()
        yield epoch, {
            "val_auc": roc_auc_score(vy, q) if np.isfinite(q).all() else math.nan,
            "val_loss": float(loss),
        }


def network(p, epochs):
    (x, y), (vx, vy) = fraud_data(3000, 3), fraud_data(2000, 4)
    m = MLPClassifier(
        hidden_layer_sizes=(p["width"],) * p["layers"],
        learning_rate_init=p["lr"],
        alpha=p["weight_decay"],
        batch_size=p["batch"],
        random_state=p["seed"],
        solver="adam",
    )
    for epoch in range(epochs):
        m.partial_fit(x, y, classes=[0, 1])
        q = m.predict_proba(vx)[:, 1]
        yield epoch, {"val_auc": roc_auc_score(vy, q), "val_loss": log_loss(vy, q), "loss": m.loss_}


def ranker(p, rounds):
    (x, y), (vx, vy) = ranking_data(150, 5), ranking_data(80, 6)
    record = {}
    d = lightgbm.Dataset(x, y, group=[20] * 150)
    v = lightgbm.Dataset(vx, vy, group=[20] * 80, reference=d)
    m = lightgbm.train(
        {
            "objective": "lambdarank",
            "metric": "ndcg",
            "eval_at": [10],
            "num_threads": 1,
            "verbose": -1,
            "deterministic": True,
            "force_row_wise": True,
            **p,
        },
        d,
        rounds,
        valid_sets=[v],
        valid_names=["val"],
        callbacks=[lightgbm.record_evaluation(record)],
    )
    last = m.predict(vx)
    for i in range(rounds):
        yield i, {"ndcg_10": record["val"]["ndcg@10"][i]}
    yield rounds - 1, {"ndcg_3": ndcg_score(vy.reshape(-1, 20), last.reshape(-1, 20), k=3)}


# ---- writing -----------------------------------------------------------------------------------

ADJECTIVES = """able brave calm deft eager fair glad hale idle jolly keen lucid merry neat odd prime
    quick rare sly tame""".split()
ANIMALS = """adder bear crane dove eland finch gnu hare ibis jay koala lynx mole newt owl puma quail
    raven seal toad""".split()


class Writer:
    def __init__(self, client, registry, commits):
        self.client, self.registry, self.commits, self.names = client, registry, commits, set()

    def name(self):
        while True:
            name = f"{rng.choice(ADJECTIVES)}-{rng.choice(ANIMALS)}-{rng.randint(10, 99)}"
            if name not in self.names:
                self.names.add(name)
                return name

    def commit(self, seconds):
        return max(c for c in self.commits if c[0] <= seconds)[1]

    def experiment(self, name, created, primary, greater, note):
        clock[0] = created
        id = self.client.create_experiment(name, artifact_location=f"s3://models.example/{name}")
        for key, value in (
            ("mlflow.experiment.primaryMetric.name", primary),
            ("team", "retention"),
            ("mlflow.experiment.primaryMetric.greaterIsBetter", greater),
            ("mlflow.note.content", note),
        ):
            self.client.set_experiment_tag(id, key, value)
        return id

    def run(
        self,
        exp,
        start,
        user,
        params,
        points=(),
        every=1,
        seconds_a_step=1.0,
        status="FINISHED",
        parent=None,
        dataset=None,
        tags=(),
        keys=None,
        name=None,
        stop=None,
    ):
        """Keeps every `every`th step of each curve, and the last; `stop`: where it broke off."""
        clock[0] = start
        name = name or self.name()
        all_tags = {
            "mlflow.user": user,
            "mlflow.source.type": "LOCAL",
            "mlflow.source.name": "train.py",
            "mlflow.source.git.commit": self.commit(start),
            **dict(tags),
        }
        if parent:
            all_tags["mlflow.parentRunId"] = parent
        run = self.client.create_run(exp, int(start * 1000), all_tags, name).info.run_id
        self.client.log_batch(run, params=[Param(k, str(v)) for k, v in params.items()])
        if dataset:
            self.client.log_inputs(
                run, [DatasetInput(d, [InputTag("mlflow.data.context", c)]) for d, c in dataset]
            )
        points = list(points)
        last = max((s for s, _ in points), default=0)
        metrics, step = [], 0
        for step, values in points:
            if stop is not None and step > stop:
                break
            if step % every and step != last:
                continue
            at = int((start + (step + 1) * seconds_a_step) * 1000)
            metrics += [
                Metric(k, float(f"{v:.6g}"), at, step)
                for k, v in values.items()
                if not keys or k in keys or step == last
            ]
        for i in range(0, len(metrics), 1000):
            self.client.log_batch(run, metrics=metrics[i : i + 1000])
        clock[0] = min(start + (step + 1) * seconds_a_step + 3, END)
        if status != "RUNNING":
            self.client.set_terminated(run, status, int(clock[0] * 1000))
        return run, {m.key: m.value for m in metrics}, clock[0]


def dataset(name, digest, rows, source):
    """Enough for a table: what data, and which version of it."""
    meta = MetaDataset(
        HTTPDatasetSource(f"https://data.example/{source}"), name=name, digest=digest
    )
    entity = meta._to_mlflow_entity()
    entity._profile = f'{{"num_rows": {rows}}}'
    return entity


def best_of_each(days, runs, key):
    """The best run of every so many days, which somebody would register, with value and end."""
    best = {}
    for run, finals, end in runs:
        span = int((END - end) / (days * DAY))
        if finals.get(key, math.nan) > best.get(span, ("", 0, 0))[1]:
            best[span] = (run, finals[key], end)
    return [best[span] for span in sorted(best, reverse=True)]


def fill_churn(w):
    october, november = dataset("churn", "c41f09aa", 3000, "churn-2026-10.parquet"), dataset(
        "churn", "a81f7e20", 3000, "churn-2026-11.parquet"
    )
    held = dataset("churn-holdout", "5b0d13ce", 2000, "churn-holdout.parquet")
    boosted, out = Boosted(), {}

    exp = w.experiment(
        "churn-logit",
        END - 33 * DAY,
        "val_auc",
        "true",
        "The baseline: logistic regression. Small enough to be trained anywhere, "
        "and the one that is served.",
    )
    runs, t = [], END - 32.9 * DAY
    for i in range(26):
        p = {
            "lr": rng.choice([0.003, 0.01, 0.03, 0.1, 0.3]),
            "l2": rng.choice([0, 1e-4, 1e-3, 1e-2]),
            "batch": rng.choice([32, 64, 128]),
            "seed": i,
            "scale": "no" if i < 2 else "yes",
        }
        if i in (1, 11):
            p.update(lr=8.0, scale="no")
        runs.append(
            w.run(
                exp,
                t,
                "ann",
                p,
                logit(p, 60),
                every=4,
                seconds_a_step=0.4,
                status="FAILED" if i == 11 else "FINISHED",
                stop=18 if i == 11 else None,
                dataset=[
                    (october if t < END - 12 * DAY else november, "training"),
                    (held, "validation"),
                ],
            )
        )
        t += rng.uniform(0.2, 2.2) * DAY
        t = min(t, END - 0.4 * DAY)
    out["churn-logit"] = runs

    exp = w.experiment(
        "churn-xgb",
        END - 21.5 * DAY,
        "val_auc",
        "true",
        "Boosted trees with xgboost; sweeps run at night.",
    )
    runs = []
    for night, (user, n) in enumerate([("bo", 14), ("bo", 16), ("chandra", 14)]):
        t = END - (20 - 6.6 * night) * DAY - 0.7 * DAY
        parent, *_ = w.run(
            exp,
            t,
            user,
            {"trials": n, "sampler": "random", "rounds": 120},
            name=f"sweep-{night + 1}",
            tags={"mlflow.note.content": "Parent of the night's trials."}.items(),
            seconds_a_step=n * 95,
        )
        for i in range(n):
            p = {
                "eta": round(10 ** rng.uniform(-2, -0.3), 4),
                "max_depth": rng.randint(3, 9),
                "subsample": round(rng.uniform(0.5, 1), 2),
                "colsample_bytree": round(rng.uniform(0.5, 1), 2),
                "min_child_weight": rng.choice([1, 3, 5, 10]),
                "lambda": round(10 ** rng.uniform(-1, 1.3), 3),
                "seed": night * 100 + i,
            }
            killed = night == 1 and i == n - 1
            runs.append(
                w.run(
                    exp,
                    t + 20 + i * 95,
                    user,
                    p,
                    boosted.xgb(p, 120),
                    every=10,
                    seconds_a_step=0.7,
                    parent=parent,
                    keys={"val_auc"},
                    status="KILLED" if killed else "FINISHED",
                    stop=40 if killed else None,
                    dataset=[
                        (october if night == 0 else november, "training"),
                        (held, "validation"),
                    ],
                )
            )
    for i in range(6):
        p = {
            "eta": [0.1, 0.05, 0.05, 0.03, 0.05, 0.04][i],
            "max_depth": [4, 4, 3, 3, 3, 4][i],
            "subsample": 0.8,
            "colsample_bytree": 0.8,
            "min_child_weight": 5,
            "lambda": 5,
            "seed": 41 + i,
        }
        runs.append(
            w.run(
                exp,
                END - (5 - 0.9 * i) * DAY,
                "ann",
                p,
                boosted.xgb(p, 200),
                every=2 if i == 5 else 8,
                seconds_a_step=1.2,
                dataset=[(november, "training"), (held, "validation")],
            )
        )
    w.run(
        exp,
        END - 2.1 * DAY,
        "bo",
        {"eta": 0.05, "max_depth": 30, "seed": 7},
        status="FAILED",
        tags={"mlflow.note.content": "Ran out of memory before the first round."}.items(),
        seconds_a_step=11,
    )
    p = {
        "eta": 0.02,
        "max_depth": 4,
        "subsample": 0.7,
        "colsample_bytree": 0.9,
        "min_child_weight": 5,
        "lambda": 8,
        "seed": 99,
    }
    w.run(
        exp,
        END - 160,
        "chandra",
        p,
        boosted.xgb(p, 200),
        every=2,
        seconds_a_step=1.8,
        status="RUNNING",
        stop=84,
        dataset=[(november, "training"), (held, "validation")],
    )
    out["churn-xgb"] = runs

    exp = w.experiment(
        "churn-lgbm",
        END - 15.5 * DAY,
        "val_auc",
        "true",
        "The same data with lightgbm, to see whether the choice of library matters.",
    )
    runs = []
    for i in range(24):
        p = {
            "learning_rate": rng.choice([0.02, 0.05, 0.1, 0.2]),
            "num_leaves": rng.choice([7, 15, 31, 63]),
            "min_data_in_leaf": rng.choice([10, 20, 50]),
            "feature_fraction": rng.choice([0.7, 0.85, 1.0]),
            "seed": i,
        }
        runs.append(
            w.run(
                exp,
                END - (15 - 0.55 * i) * DAY,
                rng.choice(["bo", "chandra"]),
                p,
                boosted.lgbm(p, 150),
                every=15,
                seconds_a_step=0.5,
                keys={"val_auc"} if i % 4 else None,
                dataset=[(november, "training"), (held, "validation")],
            )
        )
    out["churn-lgbm"] = runs
    return out


def fill_others(w):
    exp = w.experiment(
        "fraud-mlp",
        END - 12.2 * DAY,
        "val_auc",
        "true",
        "Card fraud: a small network on transaction features.",
    )
    data, runs = dataset("transactions", "77e3b1d4", 3000, "transactions-2026-11.parquet"), []
    for i in range(24):
        p = {
            "layers": rng.randint(1, 3),
            "width": rng.choice([16, 32, 64]),
            "lr": rng.choice([0.0003, 0.001, 0.003, 0.01]),
            "weight_decay": rng.choice([1e-5, 1e-3, 0.1, 1.0]),
            "batch": rng.choice([64, 128, 256]),
            "seed": i,
        }
        failed = i in (3, 17)
        runs.append(
            w.run(
                exp,
                END - (12 - 0.48 * i) * DAY,
                "dee",
                p,
                network(p, 45),
                every=4,
                seconds_a_step=6.5,
                keys={"val_auc", "loss"} if i % 5 == 0 else {"val_auc"},
                status="FAILED" if failed else "FINISHED",
                stop=14 if failed else None,
                dataset=[(data, "training")],
            )
        )
    exp = w.experiment(
        "ranking",
        END - 6 * DAY,
        "ndcg_10",
        "true",
        "Order of offers in the app, learnt from clicks.",
    )
    clicks, ranked = dataset("clicks", "0e9d2c55", 3000, "clicks-week-46.parquet"), []
    for i in range(16):
        p = {
            "learning_rate": rng.choice([0.03, 0.1, 0.2]),
            "num_leaves": rng.choice([7, 15, 31]),
            "lambdarank_truncation_level": rng.choice([10, 20]),
            "seed": i,
        }
        ranked.append(
            w.run(
                exp,
                END - (5.9 - 0.36 * i) * DAY,
                "dee",
                p,
                ranker(p, 80),
                every=8,
                seconds_a_step=2,
                dataset=[(clicks, "training")],
            )
        )
    scratch = w.experiment("scratch", END - 30 * DAY, "val_auc", "true", "Trying things out.")
    run, *_ = w.run(scratch, END - 29.5 * DAY, "ann", {"lr": 1}, seconds_a_step=5)
    w.client.delete_run(run)
    w.client.delete_experiment(scratch)
    return {"fraud-mlp": runs, "ranking": ranked}


def fill_registry(w, runs):
    c = w.client

    def model(name, created, description, **tags):
        clock[0] = created
        c.create_registered_model(name, tags, description)

    def versions(name, made, user, stages=(), **tags):
        for i, (run, auc, end) in enumerate(made):
            clock[0] = min(end + 7200, END)
            v = c.create_model_version(
                name,
                f"s3://models.example/{name}/{run}/model",
                run,
                tags or None,
                run_link=f"https://mlflow.example/#/runs/{run}",
                description=f"Validation {auc:.4f}." if user != "dee" else "",
            )
            if i < len(stages):
                clock[0] += 3600
                c.transition_model_version_stage(name, v.version, stages[i])
        return len(made)

    model(
        "churn-logit",
        END - 31 * DAY,
        "Who leaves within a month. Served to the call centre.",
        owner="ann",
        tier="1",
    )
    n = versions(
        "churn-logit", best_of_each(5, runs["churn-logit"], "val_auc")[-6:], "ann", validated="yes"
    )
    c.set_registered_model_alias("churn-logit", "champion", str(n))
    c.set_registered_model_alias("churn-logit", "previous", str(n - 1))

    model("churn-xgb", END - 21 * DAY, "The challenger to churn-logit.", owner="bo", tier="2")
    n = versions("churn-xgb", best_of_each(2, runs["churn-xgb"], "val_auc"), "bo")
    c.set_registered_model_alias("churn-xgb", "champion", str(n - 1))
    c.set_registered_model_alias("churn-xgb", "challenger", str(n))
    c.delete_model_version("churn-xgb", "1")

    model(
        "fraud-mlp",
        END - 12 * DAY,
        "Scores card transactions; uses stages, as it did before aliases.",
        owner="dee",
        tier="1",
    )
    versions(
        "fraud-mlp",
        best_of_each(4, runs["fraud-mlp"], "val_auc")[-3:],
        "dee",
        ["Archived", "Production", "Staging"],
    )

    model("ranking", END - 5.9 * DAY, "", owner="dee")
    versions("ranking", best_of_each(6, runs["ranking"], "ndcg_10")[-1:], "dee")

    clock[0] = END - 4 * DAY
    w.registry.create_registered_model(
        "retention-letter", [RegisteredModelTag("mlflow.prompt.is_prompt", "true")]
    )
    w.registry.create_model_version(
        "retention-letter",
        "prompt-template",
        None,
        [
            ModelVersionTag("mlflow.prompt.is_prompt", "true"),
            ModelVersionTag(
                "mlflow.prompt.text",
                "Write a short letter to {{ name }}, a customer for {{ tenure }} months.",
            ),
        ],
    )


def pack(raw, target):
    """Into a new file with small pages, in an order of its own: MLflow's varies."""
    target.unlink(missing_ok=True)
    db = sqlite3.connect(target, isolation_level=None)
    db.execute(f"PRAGMA page_size = {PAGE_SIZE}")
    db.execute("ATTACH ? AS raw", (raw,))
    db.execute("BEGIN")
    schema = db.execute(
        """SELECT type, name, sql FROM raw.sqlite_schema WHERE sql NOT NULL
           ORDER BY type != 'table', name"""
    ).fetchall()
    for kind, name, sql in schema:
        db.execute(sql)
        if kind == "table" and db.execute(f'SELECT 1 FROM raw."{name}"').fetchone():
            db.execute(f'INSERT INTO main."{name}" SELECT * FROM raw."{name}" ORDER BY rowid')
    # MLflow asks the system who registered a version; here it is the owner of the model.
    db.execute(
        """UPDATE model_versions SET user_id = (SELECT value FROM registered_model_tags t
                  WHERE t.name = model_versions.name AND t.key = 'owner')
           WHERE current_stage != 'Deleted_Internal'"""
    )
    db.execute("COMMIT")
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    ((runs, points, late),) = db.execute(
        """SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM metrics),
        (SELECT count(*) FROM runs WHERE start_time > :end OR end_time > :end)""",
        {"end": END * 1000},
    )
    assert not late
    db.close()
    print(f"{target}: {runs} runs, {points} points, {target.stat().st_size} bytes")


def main():
    commits = make_commits()
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "mlflow.db"
    with tempfile.TemporaryDirectory() as folder:
        uri = f"sqlite:///{folder}/mlflow.db"
        install_clock()
        clock[0] = END - 34 * DAY
        TrackingStore(uri, "s3://models.example/default")
        w = Writer(MlflowClient(uri, uri), RegistryStore(uri), commits)
        runs = fill_churn(w)
        runs.update(fill_others(w))
        fill_registry(w, runs)
        pack(f"{folder}/mlflow.db", target)


main()
