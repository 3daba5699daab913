# SPDX-License-Identifier: Apache-2.0
"""The parts of the stack: what each is for, how it is configured and started, and how one sees that it is ready."""
import dataclasses
import http.client
import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import sys
import urllib.request

import process

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = ROOT / "build" / "release" / "bin"
SEED = 1
PORTS = {"line": 10078, "exporter": 10077, "mail": 1025, "alertmanager": 9093, "prometheus": 9090, "grafana": 3000}
GOOD_FOR = {
    "line": "the simulated line; /control/ moves it",
    "exporter": "the page, /metrics and the API",
    "mail": "catches every message; none leaves",
    "alertmanager": "what is said, silences",
    "prometheus": "the numbers and the rules",
    "grafana": "the dashboards",
}
READY = {"line": "/healthz", "exporter": "/-/ready", "alertmanager": "/-/ready", "prometheus": "/-/ready", "grafana": "/api/health"}
# Go's programs give memory back before they reach this, and work a little more for it.
MEMORY_LIMIT = {"prometheus": "110MiB", "alertmanager": "40MiB"}


class Trouble(Exception):
    """Something that a person must know or do; its words say what."""


@dataclasses.dataclass
class House:
    """What `up` was asked for; kept in the folder, so that down, status and the next up know it."""

    folder: pathlib.Path
    config: str | None = None  # a real line's configuration; None: simulated
    households: int = 3
    ports: dict = dataclasses.field(default_factory=lambda: dict(PORTS))

    @property
    def names(self):
        """The parts, in the order in which they start."""
        left_out = ("line" if self.config else None, None if grafana() or process.Note(self.note("grafana")).alive else "grafana")
        return [name for name in PORTS if name not in left_out]

    @property
    def exporter_config(self):
        return self.config or str(self.folder / "exporter.yml")

    def at(self, name):
        return f"127.0.0.1:{self.ports[name]}"

    def url(self, name, path=""):
        return f"http://{self.at(name)}{path}"

    def note(self, name):
        return self.folder / "running" / f"{name}.json"

    def log(self, name):
        return self.folder / "log" / f"{name}.log"

    def kept(self):
        return {"config": self.config, "households": self.households, "ports": self.ports}

    def keep(self):
        write(self.folder / "up.json", json.dumps(self.kept(), indent=1) + "\n")


def house_in(folder):
    """What an earlier `up` kept in the folder; None when there was none."""
    try:
        return House(folder, **json.loads((folder / "up.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise Trouble(f"{folder / 'up.json'} can't be read ({error}). If the folder is not needed: ./taara down --erase") from error


def write(path, text):
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def grafana():
    """(program with arguments, home) of an installed Grafana, or None."""
    home = pathlib.Path(os.environ.get("GRAFANA_HOME") or "/usr/share/grafana")
    for program in (home / "bin" / "grafana", home / "bin" / "grafana-server", shutil.which("grafana"), shutil.which("grafana-server")):
        if program and os.access(program, os.X_OK) and (home / "conf" / "defaults.ini").exists():
            return ([str(program)] + (["server"] if pathlib.Path(program).name == "grafana" else []), str(home))
    return None


def run(command, what):
    """The output of a command that must succeed."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, start_new_session=True)
    if done.returncode != 0:
        raise Trouble(f"{what}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def configure(house):
    """Writes the configurations of all parts, anew at each start. The files with secrets are for their owner alone."""
    import yaml  # pylint: disable=import-outside-toplevel # comes with ./taara deps

    folder = house.folder
    if not house.config:
        write(folder / "exporter.yml", run(
            [BINARIES / "taara_line_sim", "--print-config", "--port", house.ports["line"], "--households", house.households,
             "--secrets-dir", folder / "secrets", "--store", folder / "store", "--web-listen-address", house.at("exporter")],
            "the simulated line could not write the exporter's configuration"))
        (folder / "secrets").chmod(0o700)
    run([BINARIES / "taara_exporter", f"--config.file={house.exporter_config}", "--config.check"], "the exporter's configuration is not right")
    jobs = {"taara": "exporter", "prometheus": "prometheus", "alertmanager": "alertmanager"}
    write(folder / "prometheus.yml", yaml.safe_dump({
        "global": {"scrape_interval": "10s", "evaluation_interval": "10s"},
        "rule_files": [str(ROOT / "rules" / "*.yml")],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [house.at("alertmanager")]}]}]},
        "scrape_configs": [{"job_name": job, "static_configs": [{"targets": [house.at(part)]}]} for job, part in jobs.items()],
    }, sort_keys=False))
    mail = {"from": "taara@example.org", "smarthost": house.at("mail"), "require_tls": False}
    front = house.url("grafana", "/d/taara-home") if grafana() else house.url("exporter", "/")
    write(folder / "owner.yml", yaml.safe_dump({
        "timezone": "Africa/Nairobi", "quiet_hours": "none",
        "links": {"dashboard": front, "alertmanager": house.url("alertmanager")},
        "channels": {"email": {"to": ["family@example.org"], **mail}, "keeper_email": {"type": "email", "to": ["keeper@example.org"], **mail}},
        "family": ["email"], "keeper": ["keeper_email"],
    }, sort_keys=False))
    run([sys.executable, ROOT / "alertmanager" / "configure", folder / "owner.yml", "--output", folder / "alertmanager"],
        "Alertmanager's configuration could not be made")
    if grafana() and not (folder / "grafana.password").exists():
        write(folder / "grafana.password", secrets.token_urlsafe(16))


def command(house, name):
    """(command, environment) of a part. No secret is in either: both can be seen by others."""
    folder = house.folder
    environment = {"TZ": "UTC"}
    if name in MEMORY_LIMIT:
        environment["GOMEMLIMIT"] = MEMORY_LIMIT[name]
    if name == "line":
        words = [BINARIES / "taara_line_sim", "--port", house.ports["line"], "--households", house.households, "--seed", SEED]
    elif name == "exporter":
        words = [BINARIES / "taara_exporter", f"--config.file={house.exporter_config}", f"--web.listen-address={house.at(name)}"]
    elif name == "mail":
        words = [sys.executable, "-m", "aiosmtpd", "--nosetuid", "--listen", house.at(name),
                 "--class", "aiosmtpd.handlers.Mailbox", folder / "mail"]
    elif name == "alertmanager":
        words = ["prometheus-alertmanager", f"--config.file={folder / 'alertmanager' / 'alertmanager.yml'}",
                 f"--storage.path={folder / 'alertmanager-data'}", f"--web.listen-address={house.at(name)}",
                 f"--web.external-url={house.url(name)}", "--cluster.listen-address=", "--data.retention=1080h",
                 "--data.maintenance-interval=1m"]
    elif name == "prometheus":
        words = ["prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'prometheus'}",
                 "--storage.tsdb.retention.time=400d", f"--web.listen-address={house.at(name)}", f"--web.external-url={house.url(name)}"]
    else:
        program, home = grafana()
        words = [*program, "--homepath", home]
        environment |= grafana_settings(house)
    return [str(word) for word in words], environment


def grafana_settings(house):
    provisioning, dashboards = ROOT / "grafana" / "provisioning", ROOT / "grafana" / "dashboards"
    settings = {
        "PATHS_DATA": house.folder / "grafana", "PATHS_LOGS": house.folder / "grafana" / "log", "PATHS_PLUGINS": house.folder / "grafana" / "plugins",
        "PATHS_PROVISIONING": provisioning if provisioning.is_dir() else house.folder / "grafana" / "provisioning",
        "SERVER_HTTP_ADDR": "127.0.0.1", "SERVER_HTTP_PORT": house.ports["grafana"], "SECURITY_ADMIN_PASSWORD__FILE": house.folder / "grafana.password",
        "AUTH_ANONYMOUS_ENABLED": "true", "USERS_ALLOW_SIGN_UP": "false", "ANALYTICS_REPORTING_ENABLED": "false",
        "ANALYTICS_CHECK_FOR_UPDATES": "false", "ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false", "NEWS_NEWS_FEED_ENABLED": "false",
        "SECURITY_DISABLE_GRAVATAR": "true",
    }
    if (dashboards / "home.json").exists():
        settings["DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] = dashboards / "home.json"
    return {"TAARA_PROMETHEUS_URL": house.url("prometheus"), "TAARA_GRAFANA_DASHBOARDS": str(dashboards),
            **{f"GF_{key}": str(value) for key, value in settings.items()}}


def answers(house, name):
    try:
        if name == "mail":
            with socket.create_connection(("127.0.0.1", house.ports[name]), timeout=2) as one:
                return one.recv(3) == b"220"
        with urllib.request.urlopen(house.url(name, READY[name]), timeout=2) as answer:
            return answer.status == 200
    except (OSError, http.client.HTTPException):  # the first is also what urllib raises
        return False
