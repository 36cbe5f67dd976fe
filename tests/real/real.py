"""What the checks against real peers share: results, leeboard's JSON, servers, comparing.

A check prints a line "ok …" or "not ok …" for each thing that it shows, and every program that it
starts is gone when it ends.
"""

import atexit
import fcntl
import json
import math
import os
import pty
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import struct
import tempfile
import termios
import time
import urllib.request
from pathlib import Path

BUILD = Path(os.environ["BUILD"])  # where the programs under test are
LEEBOARD = BUILD / "leeboard"
DBL_MAX = sys.float_info.max
_state = {"failed": 0, "said": 0}


def seed():
    """SEED of the environment, to repeat a run; a new one otherwise. Printed either way."""
    s = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    say(f"SEED={s}")
    return s


def say(text):
    print(text, file=sys.stderr)


def ok(truth, what, *why):
    """Says one result. why: what to look at, said only on failure."""
    _state["said"] += 1
    print(("ok " if truth else "not ok ") + what)
    if not truth:
        _state["failed"] += 1
        for line in why:
            say("    " + str(line)[:600])
    return truth


def finish():
    if not _state["said"]:
        say("nothing was checked")
    sys.exit(0 if _state["said"] and not _state["failed"] else 1)


def folder():
    path = Path(tempfile.mkdtemp(prefix="leeboard-real-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def leeboard(*words, codes=(0,), timeout=120):
    """The JSON document of a command, with the exit code among those expected."""
    r = subprocess.run(
        [LEEBOARD, *map(str, words), "--json", "--no-config"], capture_output=True, timeout=timeout
    )
    if r.returncode not in codes:
        raise RuntimeError(
            f"leeboard {' '.join(map(str, words))[:200]}: exit {r.returncode}:"
            f" {r.stderr.decode(errors='replace')[:500]}"
            f" {r.stdout.decode(errors='replace')[:300] if r.returncode else ''}"
        )
    return json.loads(
        r.stdout, parse_constant=lambda c: (_ for _ in ()).throw(ValueError(f"{c} is no JSON"))
    )


# ---- servers ----------------------------------------------------------------------------------


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Program:
    """A process in a session of its own, ended with all that it started."""

    def __init__(self, argv, log, **more):
        self.log = Path(log)
        self.process = subprocess.Popen(
            [str(a) for a in argv],
            stdin=subprocess.DEVNULL,
            stdout=open(log, "wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **more,
        )
        atexit.register(self.end)

    def signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

    def end(self):
        if self.process.returncode is None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.signal(signal.SIGKILL)
                self.process.wait()
        self.signal(signal.SIGKILL)

    def wait_for(self, url, seconds=120):
        end = time.monotonic() + seconds
        while True:
            try:
                with urllib.request.urlopen(url, timeout=5) as r:
                    return r.read()
            except OSError as e:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(
                        f"{url} is not there: {e}; {self.log.read_text(errors='replace')[-800:]}"
                    )
                time.sleep(0.1)


# ---- the workbench ----------------------------------------------------------------------------


class Workbench:
    """leeboard on a terminal of its own, of which only the bytes are looked at."""

    def __init__(self, *words):
        self.seen = b""
        self.pid, self.terminal = pty.fork()
        if not self.pid:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
            os.execv(LEEBOARD, [str(LEEBOARD), "--no-config", *map(str, words)])
        atexit.register(self.end)

    def read(self, seconds):
        """What is there to read, waited for so long. False: nothing came."""
        if not select.select([self.terminal], [], [], max(seconds, 0))[0]:
            return False
        self.seen += os.read(self.terminal, 1 << 16)
        return True

    def begin(self):
        """What is written from now on is what shows() looks at."""
        while self.read(0):
            pass
        self.seen = b""

    def shows(self, text, seconds=30):
        end = time.monotonic() + seconds
        while text.encode() not in self.seen:
            if not self.read(end - time.monotonic()):
                return False
        return True

    def answers(self, seconds=30):
        """Is a key answered, whatever goes on? Opens the help and closes it again."""
        end, start = time.monotonic() + seconds, len(self.seen)
        os.write(self.terminal, b"?")
        while b"one row down" not in self.seen[start:]:
            if not self.read(end - time.monotonic()):
                return False
        os.write(self.terminal, b"q")
        return True

    def end(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self.terminal)
            self.pid = 0


# ---- comparing --------------------------------------------------------------------------------


def number(v):
    """As leeboard's JSON says it; MLflow's SQL stores keep an infinity as the largest double."""
    v = float(v)
    if math.isnan(v):
        return "NaN"
    if abs(v) >= DBL_MAX:
        return "Infinity" if v > 0 else "-Infinity"
    return v + 0.0


def iso(ms):
    if ms is None:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + f".{ms % 1000:03d}Z"


def differences(want, got, at="", most=5):
    """The first places in which two values of lists, dictionaries and plain values differ."""
    if isinstance(want, dict) and isinstance(got, dict):
        out = [f"{at}: lacks {k!r}" for k in want if k not in got] + [
            f"{at}: has {k!r} besides" for k in got if k not in want
        ]
        for k in want:
            if k in got and len(out) < most:
                out += differences(want[k], got[k], f"{at}.{k}", most)
    elif isinstance(want, list) and isinstance(got, list):
        out = [f"{at}: {len(want)} wanted, {len(got)} got"] if len(want) != len(got) else []
        for i, (a, b) in enumerate(zip(want, got)):
            if len(out) < most:
                out += differences(a, b, f"{at}[{i}]", most)
    elif isinstance(want, float) or isinstance(got, float):
        out = (
            []
            if type(want) in (int, float) and type(got) in (int, float) and want == got
            else [f"{at}: wanted {want!r}, got {got!r}"]
        )
    else:
        out = (
            []
            if want == got and type(want) is type(got)
            else [f"{at}: wanted {want!r}, got {got!r}"]
        )
    return out[:most]


def same(want, got, what):
    """want must not be empty: equal nothings show nothing."""
    wrong = differences(want, got) if want else ["nothing to compare"]
    return ok(not wrong, what, *wrong)
