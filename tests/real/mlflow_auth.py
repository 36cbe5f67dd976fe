"""MLflow's own login (`mlflow server --app-name basic-auth`): who may not in is told so, who may
sees what the file has.

The password comes from the environment as MLflow's client takes it, and from a file that the
configuration names.
"""

import json
import os
import subprocess
import sys
import warnings

from real import LEEBOARD, Program, finish, folder, free_port, ok, same, say, seed

warnings.filterwarnings("ignore")
import logging

logging.disable(logging.INFO)
import make_stores
import mlflow

ADMIN, PASSWORD = "ann", "a long password: ö"
STRANGER = "no password of anyone"


class Server(Program):
    def __init__(self, where, store):
        self.port = free_port()
        (where / "auth.ini").write_text(
            "[mlflow]\n"
            "default_permission = READ\n"
            f"database_uri = sqlite:///{where}/auth.db\n"
            f"admin_username = {ADMIN}\n"
            f"admin_password = {PASSWORD}\n"
            "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
        )
        env = dict(
            os.environ,
            MLFLOW_AUTH_CONFIG_PATH=str(where / "auth.ini"),
            MLFLOW_FLASK_SERVER_SECRET_KEY="of this check",
            MLFLOW_SERVER_ENABLE_JOB_EXECUTION="false",
            PATH=os.path.dirname(sys.executable) + ":" + os.environ["PATH"],
        )
        super().__init__(
            [sys.executable, "-m", "mlflow", "server", "--app-name", "basic-auth"]
            + ["--backend-store-uri", f"sqlite:///{store}", "--host", "127.0.0.1"]
            + ["--port", self.port, "--workers", "1"],
            where / "server.log",
            env=env,
            cwd=where,
        )
        self.url = f"http://127.0.0.1:{self.port}"
        self.wait_for(f"{self.url}/health")


def ask(command, source, *more, code=0, **secrets):
    """The document of a command and what it says beside it, with these secrets and no other."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("MLFLOW_")}
    r = subprocess.run(
        [LEEBOARD, command, *source, *more, "--json"],
        env=dict(env, **secrets),
        capture_output=True,
        timeout=120,
    )
    said = r.stderr.decode(errors="replace")
    if r.returncode != code:
        raise RuntimeError(f"leeboard {command}: exit {r.returncode}: {said[:500]}")
    return json.loads(r.stdout), said + r.stdout.decode()


def basic(user, password):
    return {"MLFLOW_TRACKING_USERNAME": user, "MLFLOW_TRACKING_PASSWORD": password}


def refused(source, what, number, secret, **secrets):
    doc, said = ask("runs", source, "--no-config", code=3, **secrets)
    s = doc["sources"][0]
    e = s["error"] or {}
    ok(
        s["state"] == "failed" and not doc["runs"] and e.get("code") == "auth",
        f"{what}: failed, and no row",
        s,
    )
    ok(number in e.get("message", ""), f"{what}: the sentence has the {number}", e)
    ok("MLFLOW_TRACKING_" in (e.get("hint") or ""), f"{what}: the hint says what to set", e)
    ok(not secret or secret not in said, f"{what}: no word of the secret", said)
    say(f"    {e.get('message')} | {e.get('hint')}")


def records(source, *more, **secrets):
    """Everything that both ways of reading give, by the name of the command."""
    out = {}
    for command, key in (("experiments", "experiments"), ("runs", "runs"), ("models", "models")):
        words = ["-s", *source] if command == "models" else source
        rest = [] if command == "models" else ["--deleted"]
        doc, _ = ask(command, words, *rest, *more, **secrets)
        for record in doc[key]:
            del record["source"]
        out[key] = sorted(doc[key], key=lambda r: r.get("id") or r["name"])
    return out


def main():
    s, where = seed(), folder()
    what, store = f"mlflow {mlflow.__version__} basic-auth", where / "mlflow.db"
    make_stores.write(store, s)
    server = Server(where, store)
    refused([server.url], f"{what}, no login", "401", None)
    refused([server.url], f"{what}, wrong password", "401", STRANGER, **basic(ADMIN, STRANGER))
    refused([server.url], f"{what}, unknown user", "401", STRANGER, **basic("bob", STRANGER))
    refused([server.url], f"{what}, a token", "401", STRANGER, MLFLOW_TRACKING_TOKEN=STRANGER)

    wanted = records([store], "--no-config")
    for key, got in records([server.url], "--no-config", **basic(ADMIN, PASSWORD)).items():
        same(wanted[key], got, f"{what}, right password: {key} as in the file, {len(got)}")

    (where / "password").write_text(PASSWORD + "\n")
    (where / "password").chmod(0o600)
    (where / "config.yaml").write_text(
        "sources:\n"
        "  - name: guarded\n"
        "    kind: mlflow\n"
        f"    at: {server.url}\n"
        f"    user: {ADMIN}\n"
        f"    password: {{file: {where}/password}}\n"
    )
    doc, said = ask("runs", [], "--deleted", "--config", where / "config.yaml")
    ok(
        len(doc["runs"]) == len(wanted["runs"]) and doc["sources"][0]["name"] == "guarded",
        f"{what}: password from a file that the configuration names",
        doc["sources"],
    )
    ok(PASSWORD not in said, f"{what}: the password is nowhere in what is printed")
    finish()


main()
