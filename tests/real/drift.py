"""leeboard's drift figures against scipy, and against the recipes written down a second time.

Every recipe on random columns of all sorts (zero-inflated, counts, heavy tails, constants,
categories, booleans, with nulls, text among numbers and infinities), from CSV, JSON lines and SQLite.
"""

import csv
import json
import math
import os
import sqlite3
import warnings

import numpy as np
import scipy
from scipy import stats

from real import finish, folder, leeboard, ok, say, seed

warnings.filterwarnings("ignore")
PAIRS = int(os.environ.get("PAIRS", 40))
SAME_BINS = [
    "leeboard.psi",
    "leeboard.psi_laplace",
    "leeboard.js",
    "leeboard.hellinger",
    "leeboard.tv",
    "leeboard.linf",
    "leeboard.chi2",
]
NUMERIC_ONLY = ["scipy.ks", "scipy.wasserstein"]
CATEGORICAL_ONLY = ["scipy.chi2_contingency"]
LIMIT = 0.1

# ---- columns: a cell is (kind, value); kind: value null invalid +inf -inf -----------------------


def numeric_column(g, kind, n, moved):
    shift, scale = (g.choice([0, 0.1, 0.5, 3]), g.choice([1, 1.3, 4])) if moved else (0, 1)
    if kind == "normal":
        return g.normal(shift, scale, n)
    if kind == "lognormal":
        return g.lognormal(shift, scale, n)
    if kind == "zeros":
        return np.where(g.random(n) < 0.6 - 0.1 * (shift > 0), 0.0, g.exponential(scale, n))
    if kind == "counts":
        return g.poisson(3 + shift, n).astype(float)
    if kind == "rare ones":
        return (g.random(n) < 0.05 * scale).astype(float)
    if kind == "constant":
        return np.full(n, 7.25 + (shift > 0.3))
    if kind == "cauchy":
        return g.standard_cauchy(n) * scale + shift
    if kind == "huge":
        return g.normal(size=n) * 10.0 ** g.integers(-200, 200)
    return g.integers(-5, 40, n) / 4 + shift  # many ties


def category_column(g, kind, n, moved):
    if kind == "few":
        p = g.dirichlet(np.full(5, 8 if moved else 20))
        return [f"plan {i}" for i in g.choice(5, n, p=p)]
    if kind == "zipf":
        return [f"c{i}" for i in np.minimum(g.zipf(1.4 if not moved else 1.6, n), 5000)]
    if kind == "unique":
        return [f"id{i}" for i in g.integers(0, 10**9, n)]
    return list(
        g.choice(
            ["a", "A", " a", "é", "e\u0301", "x,y", 'q"q', "two\nlines", "漢字", "1", "1.0"]
            + (["new", "newer"] if moved else []),
            n,
        )
    )


def boolean_column(g, n, moved):
    true = g.random(n) < (0.3 if not moved else g.choice([0.3, 0.5]))
    return [
        str(
            g.choice(["true", "TRUE", "t", "yes", "1"] if t else ["false", "False", "f", "NO", "0"])
        )
        for t in true
    ]


def spoil(g, kind, cells, share):
    """Nulls, text among numbers and infinities at random places, other shares on either side."""
    out = [("value", c) for c in cells]
    for what, p in (
        ("null", share),
        ("invalid", share / 3 if kind != "categorical" else 0),
        ("+inf", share / 4 if kind == "numeric" else 0),
        ("-inf", share / 5 if kind == "numeric" else 0),
    ):
        for i in np.flatnonzero(g.random(len(out)) < p):
            out[i] = (what, None)
    return out


# ---- files --------------------------------------------------------------------------------------


NULLS = {
    "numeric": ["", "NULL", "null", "NaN", "nan", "nAn"],
    "categorical": ["", "NULL", "null", "NaN", "nan", "NAN"],
    "boolean": ["", "NULL", "null", "nan"],
}
INVALID = {
    "numeric": ["abc", "12abc", "1.2.3", "1,5", "1_000", "0x10", "N/A", "--1", "1e", "."],
    "boolean": ["maybe", "2", "on", "ja"],
}
INFINITE = {"+inf": ["inf", "Infinity", "+INF"], "-inf": ["-inf", "-Infinity", "-INF"]}


def as_text(g, kind, cell):
    what, value = cell
    if what == "null":
        return str(g.choice(NULLS[kind]))
    if what == "invalid":
        return str(g.choice(INVALID[kind]))
    if what in INFINITE:
        return str(g.choice(INFINITE[what]))
    if kind == "numeric":
        return g.choice(["", " ", "\t"]) + (
            repr(float(value))
            if value != int(value) or abs(value) > 1e15 or g.random() < 0.5
            else str(int(value))
        )
    return value


def as_native(g, kind, cell):
    """As JSON and SQLite hold it: numbers as numbers."""
    what, value = cell
    if what == "null":
        return None
    if what == "value" and kind == "numeric":
        return int(value) if value == int(value) and abs(value) < 2**53 else float(value)
    return as_text(g, kind, cell)


def write(path, g, kinds, columns):
    names, n = list(columns), len(next(iter(columns.values())))
    rows = [
        [
            (as_text if path.suffix == ".csv" else as_native)(g, kinds[c], columns[c][i])
            for c in names
        ]
        for i in range(n)
    ]
    if path.suffix == ".csv":
        with open(path, "w", newline="", encoding="utf-8") as f:
            w = csv.writer(f, lineterminator=str(g.choice(["\n", "\r\n"])))
            w.writerow(names)
            w.writerows(rows)
    elif path.suffix == ".jsonl":
        with open(path, "w", encoding="utf-8") as f:
            for r in rows:  # a key that is missing is a null
                f.write(
                    json.dumps(
                        {k: v for k, v in zip(names, r) if v is not None or g.random() < 0.5},
                        ensure_ascii=bool(g.random() < 0.5),
                    )
                    + "\n"
                )
    else:
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE sample (%s)" % ",".join(f'"{c}"' for c in names))
        db.executemany("INSERT INTO sample VALUES (%s)" % ",".join("?" * len(names)), rows)
        db.commit()
        db.close()


# ---- the recipes, from their definitions --------------------------------------------------------


def numeric_bins(r):
    """[(kind, at)], left to right."""
    x, n, b = sorted(r), len(r), 10
    q = []
    for k in range(b + 1):
        j, rest = divmod(k * (n - 1), b)
        if rest == 0 or x[j] == x[j + 1]:
            q.append(x[j])
        elif rest / b < 0.5:
            q.append(x[j] + (x[j + 1] - x[j]) * (rest / b))
        else:
            q.append(x[j + 1] - (x[j + 1] - x[j]) * (1 - rest / b))
    points = {u for u, v in zip(q, q[1:]) if u == v}
    bins = []
    for c in sorted(set(q[1:-1])):
        bins += [("lt", c), ("eq", c)] if c in points else [("le", c)]
    return bins + [("gt", bins[-1][1])]


def count_numeric(bins, values):
    counts = [0] * len(bins)
    for v in values:
        for i, (kind, at) in enumerate(bins):
            if (
                (kind == "lt" and v < at)
                or (kind == "eq" and v == at)
                or (kind == "le" and v <= at)
                or kind == "gt"
            ):
                counts[i] += 1
                break
    return counts


def categorical_counts(r, c):
    count, n = {}, len(r)
    for v in r:
        count[v] = count.get(v, 0) + 1
    first = sorted(count, key=lambda v: (-count[v], v.encode()))[:64]
    named = [v for v in first if 64 * count[v] >= min(20 * 64, n)]
    own = {v: i for i, v in enumerate(named)}
    a, b = [0] * (len(named) + 1), [0] * (len(named) + 1)
    for values, into in ((r, a), (c, b)):
        for v in values:
            into[own.get(v, len(named))] += 1
    return named, a, b


def measures(a, b):
    n, m = sum(a), sum(b)
    p, q = np.array(a) / n, np.array(b) / m
    fp, fq = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
    seen = (np.array(a) + np.array(b)) > 0
    k = seen.sum()
    lp, lq = (np.array(a)[seen] + 1) / (n + k), (np.array(b)[seen] + 1) / (m + k)
    mid = (p + q) / 2
    part = lambda x: sum(u * math.log2(u / v) for u, v in zip(x, mid) if u > 0)
    expected = [(x + y) * n / (n + m) for x, y in zip(a, b)], [
        (x + y) * m / (n + m) for x, y in zip(a, b)
    ]
    chi2 = sum(
        (x - e) ** 2 / e for row, exp in zip((a, b), expected) for x, e in zip(row, exp) if e > 0
    )
    return {
        "leeboard.psi": math.fsum((fp - fq) * np.log(fp / fq)),
        "leeboard.psi_laplace": math.fsum((lp - lq) * np.log(lp / lq)),
        "leeboard.js": math.sqrt(max(0.0, part(p) / 2 + part(q) / 2)),
        "leeboard.hellinger": math.sqrt(math.fsum((np.sqrt(p) - np.sqrt(q)) ** 2) / 2),
        "leeboard.tv": math.fsum(abs(p - q)) / 2,
        "leeboard.linf": max(abs(p - q)),
        "leeboard.chi2": chi2,
    }, int(k) - 1


def state(kind, a, b, psi, floor_95, df, p_chi2):
    n, m = sum(a), sum(b)
    if not n or not m:
        return "insufficient", "empty"
    if min(n, m) < 5 * max(df + 1, 1):
        return "insufficient", "few"
    if kind != "numeric" and 2 * a[-1] > n:
        return "insufficient", "tail"
    if floor_95 > LIMIT:
        return ("drift", "clear") if psi >= LIMIT and p_chi2 < 0.001 else ("insufficient", "floor")
    return ("drift" if psi >= LIMIT else "ok"), None


# ---- comparing ----------------------------------------------------------------------------------


class Tally:
    def __init__(self):
        self.of, self.wrong = {}, {}

    def add(self, what, good, *why):
        self.of[what] = self.of.get(what, 0) + 1
        if not good:
            self.wrong.setdefault(what, []).append(" ".join(map(str, why)))

    def close(self, what, want, got, tolerance, where):
        """Relative, absolute below 0.001, as the recipes state their agreement."""
        if want is None or got is None:
            self.add(what, want is got, where, "wanted", want, "got", got)
        elif math.isinf(want) or math.isnan(want):
            self.add(what, got in ("Infinity", "NaN"), where, "wanted", want, "got", got)
        else:
            gap = abs(want - got) if isinstance(got, (int, float)) else math.inf
            self.add(
                what,
                gap <= tolerance * (abs(want) if abs(want) >= 0.001 else 1),
                where,
                "wanted",
                repr(want),
                "got",
                repr(got),
            )


def sample_facts(cells, kind):
    v = [c[1] for c in cells if c[0] == "value"]
    facts = {
        "rows": len(cells),
        "n": len(v),
        "null": sum(c[0] == "null" for c in cells),
        "invalid": sum(c[0] == "invalid" for c in cells),
        "pos_inf": sum(c[0] == "+inf" for c in cells),
        "neg_inf": sum(c[0] == "-inf" for c in cells),
    }
    if kind == "boolean":
        v = ["true" if x.lower() in ("true", "t", "yes", "1") else "false" for x in v]
    return v, facts


def check_sample(t, facts, values, kind, got, where):
    t.add(
        "counts of cells",
        all(got[k] == facts[k] for k in facts),
        where,
        "wanted",
        facts,
        "got",
        {k: got[k] for k in facts},
    )
    if kind != "numeric" or not values:
        t.add("statistics", all(got[k] is None for k in ("min", "max", "mean", "std")), where, got)
        return
    x = np.array(values)
    t.add("statistics", got["min"] == x.min() and got["max"] == x.max(), where, got)
    scale = np.abs(x).max() or 1.0
    t.close("statistics", float(np.mean(x / scale)), got["mean"] / scale, 1e-12, where + " mean")
    t.close("statistics", float(np.std(x / scale)), got["std"] / scale, 1e-12, where + " std")


def check_quality(t, kind, r, c, cells, reference_facts, facts, got, where):
    rows = facts["rows"]
    want = {
        "null_share": facts["null"] / rows,
        "invalid_share": facts["invalid"] / rows,
        "unseen_share": 0.0,
        "out_of_range_share": 0.0,
    }
    if kind == "numeric":
        low, high = min(r, default=math.inf), max(
            r, default=-math.inf
        )  # without a reference, all is outside
        outside = sum(v < low or v > high for v in c)
        want["out_of_range_share"] = (outside + facts["pos_inf"] + facts["neg_inf"]) / rows
    else:
        known = set(r)
        want["unseen_share"] = sum(v not in known for v in c) / rows
    for k, v in want.items():
        t.close("quality shares", v, got[k] if got[k] is not None else 0.0, 1e-12, f"{where} {k}")


def ks_distance(r, c):
    """In whole numbers: the largest abs(i·m − j·n); nothing is rounded but the last division."""
    z = np.unique(np.concatenate([r, c]))
    i, j = np.searchsorted(np.sort(r), z, "right"), np.searchsorted(np.sort(c), z, "right")
    return int(abs(i.astype(object) * len(c) - j.astype(object) * len(r)).max()) / (len(r) * len(c))


def wasserstein(r, c):
    """Summed exactly; scipy's own sum loses a few digits on heavy tails."""
    z = np.unique(np.concatenate([r, c]))
    f, g = np.searchsorted(np.sort(r), z, "right") / len(r), np.searchsorted(
        np.sort(c), z, "right"
    ) / len(c)
    return math.fsum(abs(f[:-1] - g[:-1]) * np.diff(z))


def scipy_ks(r, c):
    """Its answer, and whether it kept to its own choice of p.

    Where rounding takes its exact p above 1 it falls back to another, with a warning.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        return stats.ks_2samp(r, c, method="auto"), not any(
            "unsuccessful" in str(w.message) for w in said
        )


def check_values(t, kind, r, c, by_recipe, where):
    """The recipes of scipy.

    Where scipy itself rounds, the figure is also worked out without, and compared closer.
    """
    if kind == "numeric":
        if not r or not c:
            return
        d, w = by_recipe["scipy.ks"], by_recipe["scipy.wasserstein"]
        ks, found = scipy_ks(r, c)
        t.close("scipy.ks D against whole numbers", ks_distance(r, c), d["value"], 1e-15, where)
        # scipy subtracts two shares near 1, which leaves it the last digit of 1, not of D.
        t.add(
            "scipy.ks D",
            abs(ks.statistic - d["value"]) <= 1e-15,
            where,
            "wanted",
            repr(ks.statistic),
            "got",
            repr(d["value"]),
        )
        if found:
            exact = max(len(r), len(c)) <= 10000
            t.close(
                "scipy.ks p, " + ("exact" if exact else "asymptotic"),
                float(ks.pvalue),
                d["p"],
                1e-14 if exact and len(r) * len(c) <= 14000 else 4e-12,
                where,
            )
        else:
            t.add("scipy.ks p where scipy's rounds above 1", abs(d["p"] - 1) < 1e-12, where, d["p"])
        if max(map(abs, r + c)) < 1e150:  # beyond, scipy's sum overflows
            t.close(
                "scipy.wasserstein against an exact sum",
                wasserstein(r, c),
                w["value"],
                2e-15,
                where,
            )
            t.close(
                "scipy.wasserstein",
                float(stats.wasserstein_distance(r, c)),
                w["value"],
                1e-12,
                where,
            )
        return
    names = sorted(set(r) | set(c))
    d = by_recipe["scipy.chi2_contingency"]
    if len(names) < 2 or not r or not c:
        return
    index = {v: i for i, v in enumerate(names)}
    table = np.zeros((2, len(names)))
    for row, values in enumerate((r, c)):
        for v in values:
            table[row, index[v]] += 1
    want = stats.chi2_contingency(table)
    t.close("scipy.chi2_contingency statistic", float(want.statistic), d["value"], 1e-13, where)
    t.close("scipy.chi2_contingency p", float(want.pvalue), d["p"], 1e-12, where)
    t.add("scipy.chi2_contingency dof", d["dof"] == want.dof, where, want.dof, d["dof"])


def check_bins(t, kind, r, c, by_recipe, where):
    psi = by_recipe["leeboard.psi"]
    if not r or not c:
        t.add(
            "states",
            (psi["state"], psi["why"], psi["value"]) == ("insufficient", "empty", None),
            where,
            psi,
        )
        return
    if kind == "numeric":
        bins = numeric_bins(r) if len(r) > 1 else [("lt", r[0]), ("eq", r[0]), ("gt", r[0])]
        a, b = count_numeric(bins, r), count_numeric(bins, c)
        wanted = [(k, at, x, y) for (k, at), x, y in zip(bins, a, b)]
    else:
        named, a, b = categorical_counts(r, c)
        wanted = [("category", v, x, y) for v, x, y in zip(named, a, b)] + [
            ("other", None, a[-1], b[-1])
        ]
    got = [
        (x["kind"], x["at"] if x["kind"] != "other" else None, x["reference"], x["window"])
        for x in psi["bins"]
    ]
    t.add("bins", wanted == got, where, "wanted", wanted[:12], "got", got[:12])
    values, dof = measures(a, b)
    for recipe in SAME_BINS:
        t.close(recipe, values[recipe], by_recipe[recipe]["value"], 1e-12, where)
    p_chi2 = float(stats.chi2.sf(values["leeboard.chi2"], dof)) if dof else 1.0
    if dof:
        t.close("leeboard.chi2 p", p_chi2, by_recipe["leeboard.chi2"]["p"], 1e-12, where)
        t.add(
            "leeboard.chi2 dof",
            by_recipe["leeboard.chi2"]["dof"] == dof,
            where,
            dof,
            by_recipe["leeboard.chi2"]["dof"],
        )
    df, s = sum(x > 0 for x in a) - 1, 1 / len(r) + 1 / len(c)
    floor_95 = s * float(stats.chi2.ppf(0.95, df)) if df else 0.0
    t.close("floors", df * s, psi["floor_mean"], 1e-12, where)
    t.close("floors", floor_95, psi["floor_95"], 1e-10, where)
    want = state(kind, a, b, values["leeboard.psi"], floor_95, df, p_chi2)
    edge = min(abs(values["leeboard.psi"] - LIMIT), abs(floor_95 - LIMIT)) < 1e-9
    t.add(
        "states",
        edge or (psi["state"], psi["why"]) == want,
        where,
        "wanted",
        want,
        "got",
        psi["state"],
        psi["why"],
    )
    for recipe in SAME_BINS[1:]:
        d = by_recipe[recipe]
        t.add(
            "only leeboard.psi judges",
            (d["limit"], d["state"], d["why"]) == (None, None, None),
            where,
            recipe,
            d,
        )


def check_pair(t, g, where, number):
    n, m = (int(g.choice([3, 8, 40, 300, 1000, 4000])) for _ in range(2))
    if number == 0:
        n, m = 12000, 700  # past scipy's limit for an exact p
    kinds, reference, current = {}, {}, {}
    moved, share = g.random() < 0.6, float(g.choice([0, 0.02, 0.3]))
    for kind in (
        "normal",
        "lognormal",
        "zeros",
        "counts",
        "rare ones",
        "constant",
        "cauchy",
        "huge",
        "ties",
    ):
        kinds[kind] = "numeric"
        reference[kind], current[kind] = numeric_column(g, kind, n, False), numeric_column(
            g, kind, m, moved
        )
    for kind in ("few", "zipf", "unique", "odd text"):
        kinds[kind] = "categorical"
        reference[kind], current[kind] = category_column(g, kind, n, False), category_column(
            g, kind, m, moved
        )
    kinds["flag"] = "boolean"
    reference["flag"], current["flag"] = boolean_column(g, n, False), boolean_column(g, m, moved)
    reference = {k: spoil(g, kinds[k], v, share / 4) for k, v in reference.items()}
    current = {
        k: spoil(g, kinds[k], v, share if k != "constant" or n > 100 else 1.0)
        for k, v in current.items()
    }
    files = [
        where / f"{number}-{side}{g.choice(['.csv', '.jsonl', '.db'])}"
        for side in ("reference", "current")
    ]
    for f, columns in zip(files, (reference, current)):
        write(f, g, kinds, columns)
    doc = leeboard(
        "drift",
        "--reference",
        files[0],
        "--current",
        files[1],
        "--recipe",
        ",".join(SAME_BINS + NUMERIC_ONLY + CATEGORICAL_ONLY),
        "--bins",
        *(
            x
            for k in ("numeric", "categorical", "boolean")
            for x in ("--" + k, ",".join(c for c in kinds if kinds[c] == k))
        ),
    )
    monitors = {}
    for d in doc["monitors"]:
        monitors.setdefault(d["feature"], {})[d["recipe"]] = d
    for c, kind in kinds.items():
        at = f"pair {number} ({files[0].suffix} {files[1].suffix}, {n}/{m}) {c}"
        wanted = set(SAME_BINS + (NUMERIC_ONLY if kind == "numeric" else CATEGORICAL_ONLY))
        got = monitors.get(c, {})
        t.add(
            "one monitor for each feature and recipe",
            set(got) == wanted,
            at,
            sorted(wanted ^ set(got)),
        )
        if set(got) >= wanted:
            (r, rf), (v, vf) = sample_facts(reference[c], kind), sample_facts(current[c], kind)
            r, v = ([float(x) for x in y] if kind == "numeric" else y for y in (r, v))
            psi = got["leeboard.psi"]
            t.add("types", psi["type"] == kind, at, psi["type"])
            check_sample(t, rf, r, kind, psi["reference"], at + " reference")
            check_sample(t, vf, v, kind, psi["window"], at + " window")
            check_quality(t, kind, r, v, current[c], rf, vf, psi["quality"], at)
            check_bins(t, kind, r, v, got, at)
            check_values(t, kind, r, v, got, at)


def main():
    s, where, t = seed(), folder(), Tally()
    g = np.random.default_rng(s)
    say(f"scipy {scipy.__version__}, numpy {np.__version__}")
    for i in range(PAIRS):
        check_pair(t, g, where, i)
    for what, n in t.of.items():
        wrong = t.wrong.get(what, [])
        ok(not wrong, f"drift, {what}: {n} compared", f"{len(wrong)} differ", *wrong[:4])
    finish()


main()
