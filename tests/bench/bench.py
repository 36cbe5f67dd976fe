"""The bench: leeboard and MLflow on the same file in one run, results compared, cold and warm.

    run [STEP…]        writes bench.json into the build folder and docs/BENCH.md; steps alone replace
                       their figures in what the last run wrote

leeboard is measured twice: as a command, a fresh process each time that writes all of the result to a
file, and as the step within the workbench (tests/bench/inside, the screen in a pseudo-terminal), which
is what the goals are about. MLflow is measured within a running Python process, its import not counted.
Cold: a fresh process, after the file was dropped from the page cache. Warm: the best of what follows.
"""

import json
import os
import platform
import pty
import re
import select
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

BUILD = Path(os.environ.get("BUILD", "."))
STORES = Path(os.environ.get("STORES", "."))
TREE = Path(__file__).resolve().parents[2]
LEEBOARD = BUILD / "leeboard"
WARM = 3
COMPARED = 100
PATIENCE = 420  # seconds for two calls of MLflow; a step that takes longer is said to
HISTORIES = 200  # of the runs; one call a run is all that MLflow has for a value over the history
FILTER = "metrics.metric_00 > 1.2 AND params.param_00 LIKE '0.9%'"
THREE = ["metric_00", "metric_01", "metric_02"]
CURVE_RUN = "0" * 32

# What is expected of a file that is warm.
GOALS = {
    "first_frame": 0.030, "first_rows": 0.150, "list": 0.300, "best": 1.0, "sort": 0.020, "filter": 0.020, "compare": 0.050,
    "curve_load": 1.0, "curve_draw": 0.030, "rss_10k": 25e6, "bytes_per_key": 600, "idle_bytes": 0, "idle_wakeups": 0,
    "rss_100k_json": 64e6, "drift_sqlite_cpu": 2.5, "drift_csv_cpu": 2.5, "drift_sqlite_rss": 256e6, "drift_csv_rss": 256e6,
}
# Why a goal is missed, for those that are.
REASONS = {}
WORDS = {
    "first_frame": "start to the first frame", "first_rows": "start to the first rows", "list": "30,000 runs with three metrics",
    "best": "a metric's best over its history, for all runs", "sort": "sort by a metric", "filter": "filter by a metric and a parameter",
    "compare": f"compare {COMPARED} runs", "curve_load": "load a curve of 1,000,000 points", "curve_draw": "draw it (400 dot columns)",
    "rss_10k": "memory of the workbench, 10,000 runs", "bytes_per_key": "bytes sent for a cursor move, 160×48",
    "idle_bytes": "bytes sent in ten idle seconds", "idle_wakeups": "wake-ups of the loop in ten idle seconds",
    "rss_100k_json": "memory of `runs --json`, 100,000 whole runs", "drift_sqlite_cpu": "drift of 1,000,000 × 50, SQLite: CPU",
    "drift_csv_cpu": "drift of 1,000,000 × 50, CSV: CPU", "drift_sqlite_rss": "drift of 1,000,000 × 50, SQLite: memory",
    "drift_csv_rss": "drift of 1,000,000 × 50, CSV: memory",
}


def say(text):
    print(text, file=sys.stderr, flush=True)


def drop(path):
    """Takes the file out of the page cache, as far as a program may."""
    fd = os.open(path, os.O_RDONLY)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)


# ---- MLflow, in a process of its own --------------------------------------------------------------


def pages(client, **how):
    token, out = None, []
    while True:
        page = client.search_runs(page_token=token, **how)
        out += page
        token = page.token
        if not token:
            return out


def peer_call(client, step, experiments, ids):
    if step == "list":
        return [[r.info.run_id, *(r.data.metrics.get(k) for k in THREE)] for r in pages(client, experiment_ids=experiments, max_results=50000)]
    if step == "best":
        return [[i, max(m.value for m in client.get_metric_history(i, "metric_00"))] for i in ids[:HISTORIES]]
    if step == "sort":
        return [r.info.run_id for r in client.search_runs(experiments, order_by=["metrics.metric_00 DESC"], max_results=100)]
    if step == "filter":
        return sorted(r.info.run_id for r in pages(client, experiment_ids=experiments, filter_string=FILTER, max_results=50000))
    if step == "compare":
        return [[i, dict(r.data.params), dict(r.data.metrics)] for i in ids[:COMPARED] for r in [client.get_run(i)]]
    return [[m.step, m.timestamp, m.value] for m in client.get_metric_history(CURVE_RUN, "curve")]


def peer_main(uri, step, times):
    """The step `times` times: seconds of each and the last result on stdout."""
    import logging
    import warnings
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    from mlflow import MlflowClient
    ids = json.load(sys.stdin)
    client = MlflowClient(uri)
    experiments = [str(i) for i in range(5)]
    if not uri.startswith("http"):
        client.get_experiment("0")  # opens the store: what a running program has behind it
        drop(uri.removeprefix("sqlite:///"))
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        result = peer_call(client, step, experiments, ids)
        spent.append(time.perf_counter() - start)
    json.dump({"spent": spent, "result": result}, sys.stdout)


def peer(uri, step, ids, times):
    r = subprocess.run([sys.executable, __file__, "--peer", uri, step, str(times)], input=json.dumps(ids), capture_output=True,
                       text=True, timeout=PATIENCE)
    if r.returncode:
        say(r.stderr[-600:])
        return None
    return json.loads(r.stdout)


class Server:
    def __init__(self, store):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [Path(sys.executable).parent / "mlflow", "server", "--backend-store-uri", f"sqlite:///{store}", "--host", "127.0.0.1",
             "--port", str(self.port), "--workers", "2", "--default-artifact-root", "/nonexistent"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("mlflow server does not come up")

    def end(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


# ---- leeboard as a command ------------------------------------------------------------------------


def spawn_main(words):
    """Runs it, and prints what it took. In a process of its own: Linux counts the memory of whoever forks to the child's peak."""
    start = time.perf_counter()
    process = subprocess.Popen(words, stderr=subprocess.PIPE)
    said = process.stderr.read().decode(errors="replace")
    _, status, use = os.wait4(process.pid, 0)
    json.dump({"spent": time.perf_counter() - start, "cpu": use.ru_utime + use.ru_stime, "rss": use.ru_maxrss * 1024,
               "code": os.waitstatus_to_exitcode(status), "said": said}, sys.stderr)


def spawn(words, out):
    """leeboard with its output in a file: seconds, CPU seconds, memory."""
    r = subprocess.run([sys.executable, __file__, "--spawn", LEEBOARD, *map(str, words), "--no-config"], stdout=out,
                       stderr=subprocess.PIPE, text=True, check=True)
    return json.loads(r.stderr)


def command(store, words, times):
    """Cold once, then warm; and what it printed."""
    path = BUILD / "bench.out"
    spent = []
    drop(store)
    for _ in range(times):
        with open(path, "wb") as out:
            run = spawn(words, out)
        if run["code"]:
            raise RuntimeError(f"leeboard {' '.join(map(str, words))[:100]}: exit {run['code']}: {run['said'][:300]}")
        spent.append(run["spent"])
    text = path.read_text()
    path.unlink()
    return spent, text


def rows_of(text):
    return [line.split("\t") for line in text.splitlines()[1:]]


def our_words(step, store, ids):
    runs = ["runs", store, "--format", "tsv"]
    if step == "list":
        return runs + ["--columns", "id," + ",".join("metrics." + k for k in THREE)]
    if step == "best":
        return runs + ["--columns", "id,metrics.metric_00:max"]
    if step == "sort":
        return runs + ["--columns", "id", "--sort", "-metrics.metric_00", "--limit", "100"]
    if step == "filter":
        return runs + ["--columns", "id", "--filter", FILTER]
    if step == "compare":
        return ["compare", *ids[:COMPARED], "-s", store, "--all", "--json"]
    return ["series", CURVE_RUN, "-s", store, "--metric", "curve", "--json"]


def our_result(step, text, ids):
    if step in ("list", "best"):
        return {r[0]: [float(v) for v in r[1:]] for r in rows_of(text)}
    if step in ("sort", "filter"):
        return [r[0] for r in rows_of(text)]
    document = json.loads(text)
    if step == "curve":
        s = document["series"][0]
        return [[a, t, v] for a, t, v in zip(s["steps"], s["times"], s["values"])]
    wanted = {"param", "metric"}
    return {(r["kind"], r["key"]): r["values"] for r in document["rows"] if r["kind"] in wanted}


def iso(ms):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + f".{ms % 1000:03d}Z"


def same(step, ours, theirs, ids):
    if step == "list":
        return ours == {r[0]: r[1:] for r in theirs}
    if step == "best":
        return all(ours[r[0]] == r[1:] for r in theirs) and len(theirs) == HISTORIES
    if step == "sort":
        return ours == theirs
    if step == "filter":
        return sorted(ours) == theirs and len(theirs) > 0
    if step == "curve":
        return len(ours) == len(theirs) == 1000000 and all(a[0] == b[0] and a[2] == b[2] for a, b in zip(ours, theirs)) and all(
            a[1] == iso(b[1]) for a, b in zip(ours[:1000], theirs[:1000]))
    for n, (_, params, metrics) in enumerate(theirs):
        if any(ours[("param", k)][n] != v for k, v in params.items()) or any(ours[("metric", k)][n] != v for k, v in metrics.items()):
            return False
    return len(theirs) == COMPARED


# ---- the screen -----------------------------------------------------------------------------------


class Screen:
    """The workbench in a pseudo-terminal, seen as bytes."""

    def __init__(self, store, rows=48, columns=160):
        self.start = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ.update(TERM="xterm-256color", COLUMNS="", LINES="", LC_ALL="C.UTF-8")
            del os.environ["COLUMNS"], os.environ["LINES"]
            import fcntl
            import struct
            import termios
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execv(LEEBOARD, [str(LEEBOARD), "--no-config", str(store)])
        self.seen = b""

    def until(self, pattern, seconds=20):
        """Seconds since the start when the pattern was there."""
        end = time.perf_counter() + seconds
        while not re.search(pattern, self.seen):
            left = end - time.perf_counter()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                raise RuntimeError(f"{pattern} was never shown: {self.seen[-300:]}")
            self.seen += os.read(self.fd, 1 << 16)
        return time.perf_counter() - self.start

    def bytes_for(self, seconds):
        """What is sent in that time."""
        end, n = time.perf_counter() + seconds, 0
        while True:
            left = end - time.perf_counter()
            if left <= 0:
                return n
            if select.select([self.fd], [], [], left)[0]:
                n += len(os.read(self.fd, 1 << 16))

    def quiet(self, seconds=1.0):
        while self.bytes_for(seconds):
            pass

    def key(self, key, seconds=0.12):
        os.write(self.fd, key)
        return self.bytes_for(seconds)

    def status(self, name):
        text = Path(f"/proc/{self.pid}/task/{self.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s*(\d+)", text, re.M)[1])

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        try:
            self.bytes_for(0.5)
        except OSError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def measure_start(store):
    frames, rows = [], []
    for _ in range(5):
        screen = Screen(store)
        frames.append(screen.until(rb"leeboard"))
        rows.append(screen.until(rb"run-[0-9]+"))
        screen.end()
    return {"first_frame": min(frames), "first_rows": min(rows)}


def measure_keys(store):
    screen = Screen(store)
    screen.until(rb"run-[0-9]+")
    screen.quiet()
    sent = []
    for _ in range(20):
        sent.append(screen.key(b"j"))  # what follows the cursor once it rests is not counted
        screen.quiet(0.4)
    screen.quiet(2.5)
    wakes = screen.status("voluntary_ctxt_switches")
    idle = screen.bytes_for(10)
    wakes = screen.status("voluntary_ctxt_switches") - wakes
    screen.end()
    return {"bytes_per_key": max(sent), "bytes_per_key_median": statistics.median(sent), "idle_bytes": idle, "idle_wakeups": wakes}


def measure_memory(store):
    screen = Screen(store)
    screen.until(rb"run-[0-9]+")
    screen.quiet(2.5)
    rss = screen.status("VmRSS") * 1024
    screen.end()
    return {"rss_10k": rss}


# ---- the steps ------------------------------------------------------------------------------------

STEPS = ["list", "best", "sort", "filter", "compare", "curve"]
GOAL_OF = {"curve": "curve_load"}


def side_by_side(store, wanted):
    ids = [r[0] for r in rows_of(command(store, ["runs", store, "--columns", "id", "--sort", "start", "--format", "tsv"], 1)[1])]
    out = {}
    for step in [s for s in STEPS if s in wanted]:
        say(f"── {step}")
        spent, text = command(store, our_words(step, store, ids), 1 + WARM)
        ours = our_result(step, text, ids)
        row = {"leeboard": {"cold": spent[0], "warm": min(spent[1:])}, "equal": {}}
        for name, uri in (("file", f"sqlite:///{store}"), ("server", None)):
            server = None
            if not uri:
                drop(store)
                server = Server(store)
                uri = server.uri
            try:
                answer = peer(uri, step, ids, 2)
            except subprocess.TimeoutExpired:
                answer = {"over": PATIENCE}
            finally:
                if server:
                    server.end()
            if not answer or "over" in answer:
                row[name], row["equal"][name] = answer, None
                continue
            row[name] = {"cold": answer["spent"][0], "warm": min(answer["spent"][1:])}
            row["equal"][name] = same(step, ours, answer["result"], ids)
            say(f"   {name}: {row[name]} equal: {row['equal'][name]}")
        say(f"   leeboard: {row['leeboard']}")
        out[step] = row
    return out


def inside(store):
    """The steps within a process: cold the first, warm the best of five."""
    drop(store)
    program = BUILD / "tests/bench/inside"
    cold = json.loads(subprocess.run([program, store, "1"], check=True, capture_output=True).stdout)
    warm = json.loads(subprocess.run([program, store, "5"], check=True, capture_output=True).stdout)
    return {"cold": cold, "warm": warm}


def drift(kind, path):
    with open(os.devnull, "wb") as out:
        runs = [spawn(["drift", f"events:{path}", "--json"], out) for _ in range(2)]
    for run in runs:
        if run["code"] not in (0, 3):
            raise RuntimeError(run["said"])
    best = min(runs, key=lambda r: r["cpu"])
    return {f"drift_{kind}_cpu": best["cpu"], f"drift_{kind}_rss": best["rss"], f"drift_{kind}_wall": best["spent"]}


def big_json(store):
    with open(os.devnull, "wb") as out:
        plain = spawn(["runs", store, "--json"], out)
        ordered = spawn(["runs", store, "--json", "--sort", "-metrics.metric_00,params.param_00"], out)
    for run in (plain, ordered):
        if run["code"]:
            raise RuntimeError(run["said"])
    return {"rss_100k_json": plain["rss"], "rss_100k_json_sorted": ordered["rss"], "wall_100k_json": plain["spent"]}


def measure(wanted):
    store = STORES / "30k.db"
    figures, table = {}, {}
    if any(s in wanted for s in STEPS):
        table = side_by_side(store, wanted)
    if "inside" in wanted:
        steps = inside(store)
        figures["inside"] = steps
        figures.update(steps["warm"])
    if "screen" in wanted:
        store.exists() and open(store, "rb").read(1)
        figures.update(measure_start(store))
        figures.update(measure_keys(store))
        figures.update(measure_memory(STORES / "10k.db"))
    if "drift" in wanted:
        figures.update(drift("sqlite", STORES / "events.db"))
        figures.update(drift("csv", STORES / "events.csv"))
    if "json" in wanted:
        figures.update(big_json(STORES / "100k.db"))
    return {"table": table, "figures": figures}


# ---- what is written ------------------------------------------------------------------------------


def seconds(value):
    if value is None:
        return "–"
    if value < 0.0995:
        return f"{value * 1000:.3g} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def figure(name, value):
    if name.startswith("rss") or name.endswith("rss"):
        return f"{value / 1e6:.1f} MB"
    return f"{value:.0f}" if name.startswith(("bytes", "idle")) else seconds(value)


def machine():
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())[1]) / 1e6
    return f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, Linux {platform.release().split('-')[0]}"


def versions():
    from importlib.metadata import version
    import sqlite3
    ours = subprocess.run([LEEBOARD, "--version"], capture_output=True, text=True).stdout.strip()
    return f"{ours}; MLflow {version('mlflow')}, Python {platform.python_version()}, its SQLite {sqlite3.sqlite_version}"


def goals_table(figures):
    lines = ["| step | goal | measured | |", "|---|---|---|---|"]
    for name, goal in GOALS.items():
        if name not in figures:
            continue
        met = figures[name] <= goal
        lines.append(f"| {WORDS[name]} | {figure(name, goal)} | {figure(name, figures[name])} | {'met' if met else 'missed'} |")
    return lines


def missed(figures):
    return [f"- {WORDS[n]}: {REASONS.get(n, 'no reason is known yet.')}" for n, goal in GOALS.items() if n in figures and figures[n] > goal]


def pair(spent):
    if not spent:
        return "–"
    if "over" in spent:
        return f"not done in {spent['over'] // 60} minutes"
    return f"{seconds(spent['warm'])} / {seconds(spent['cold'])}"


def peers_table(table):
    word = {True: "yes", False: "**no**", None: "–"}
    lines = ["| step | leeboard warm / cold | MLflow on the file warm / cold | MLflow's server warm / cold | same result |", "|---|---|---|---|---|"]
    for step, row in table.items():
        cells = [pair(row[who]) for who in ("leeboard", "file", "server")]
        name = WORDS[GOAL_OF.get(step, step)] if step != "best" else f"{WORDS['best']} ({HISTORIES} of them for MLflow)"
        lines.append(f"| {name} | {' | '.join(cells)} | {word[row['equal']['file']]}, {word[row['equal']['server']]} |")
    return lines


def report(result):
    figures = result["figures"]
    late = missed(figures)
    return "\n".join([
        "# Bench", "",
        f"Written by `make bench` (tests/bench/bench.py), {result['date']}, on {result['machine']}, load {result['load']:.1f} at the start.",
        f"{result['versions']}.", "",
        "The store: 30,000 runs × (50 metrics, 40 parameters, 10 tags), 2,000,000 points of history and one curve of 1,000,000, in one",
        "SQLite file of 1.2 GB as MLflow 3.17 makes it. Cold: a fresh process after the file was dropped from the page cache. Warm: the best",
        "of what follows.", "",
        "## The goals", "",
        "Steps as in the workbench, on a warm file: times within the process (tests/bench/inside), the screen in a pseudo-terminal of 160×48.", "",
        *goals_table(figures), "", *(["Missed:", "", *late, ""] if late else []),
        "## Side by side with MLflow", "",
        "leeboard: a whole command, from its start to the last byte of its report in a file. MLflow: the best call that its documentation has",
        "(`MlflowClient.search_runs` in pages of 50,000, `get_metric_history`, `get_run`), timed in a running Python process, so without start",
        "and import; on the file itself, and through `mlflow server` with two workers. For a value over the history MLflow has one call a run.", "",
        *peers_table(result["table"]), "",
        "## Also", "",
        f"- 100,000 whole runs as JSON: {figure('rss', figures.get('rss_100k_json', 0))}; ordered by a metric and a parameter"
        f" {figure('rss', figures.get('rss_100k_json_sorted', 0))}; {seconds(figures.get('wall_100k_json'))}.",
        f"- Drift of 1,000,000 rows × 50 features: {seconds(figures.get('drift_sqlite_wall'))} from SQLite,"
        f" {seconds(figures.get('drift_csv_wall'))} from CSV.",
        f"- A cursor move sends {figures.get('bytes_per_key_median', 0):.0f} bytes in the middle of twenty.", "",
    ])


def main():
    wanted = sys.argv[1:] or STEPS + ["inside", "screen", "drift", "json"]
    load = os.getloadavg()[0]
    result = measure(wanted)
    if sys.argv[1:] and (BUILD / "bench.json").exists():
        before = json.loads((BUILD / "bench.json").read_text())
        result = {part: {**before[part], **result[part]} for part in ("table", "figures")}
    result.update(date=time.strftime("%Y-%m-%d"), machine=machine(), versions=versions(), load=load)
    text = json.dumps(result, indent=1)
    (BUILD / "bench.json").write_text(text + "\n")
    print(text)
    (TREE / "docs/BENCH.md").write_text(report(result))
    unequal = [s for s, r in result["table"].items() if False in r["equal"].values()]
    for step in unequal:
        say(f"{step}: leeboard and MLflow do not agree")
    sys.exit(1 if unequal else 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        peer_main(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    elif sys.argv[1:2] == ["--spawn"]:
        spawn_main(sys.argv[2:])
    else:
        main()
