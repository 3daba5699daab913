# SPDX-License-Identifier: Apache-2.0
"""The whole stack on loopback, of real parts: simulated line, exporter, Prometheus, Alertmanager, a mail server, an HTTP
sink for chat. Rules are those of rules/, Alertmanager's configuration is what alertmanager/configure makes.

It knows nothing of fast time: run under fast_time, time.sleep skips days; run without, all of it is real."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

from receivers import ChatSink, MailServer

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Two things that Go and Prometheus do by the clock, not by need, would be most of the work in fast time: collecting memory
# every two minutes (here: at a limit), and writing a block every two hours (here: every 45 days, see command()).
MEMORY_LIMIT = {"prometheus": "160MiB", "alertmanager": "64MiB"}


def free_ports(number):
    """Ports that nobody has now. All are held until all are chosen, so that they differ."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def wait_until(what, question, seconds=120):
    """The first true answer, or an error that says what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if answer := question():
                return answer
        time.sleep(0.2)  # real: what it waits for runs in other processes
    raise TimeoutError(f"waited {seconds} s for {what}")


def fetch(url, data=None, seconds=60):
    request = urllib.request.Request(url, data=data, method="GET" if data is None else "POST")
    with urllib.request.urlopen(request, timeout=seconds) as answer:
        return answer.read()


class Stack:
    """Use as a context: what was started is stopped at its end, however that comes."""

    def __init__(self, binaries, *, households, interval, poll_interval="10m", seed=1, line_options=(), quiet_hours="none",
                 used_threshold="75%"):
        self.binaries, self.households, self.interval = pathlib.Path(binaries).resolve(), households, interval
        self.poll_interval, self.seed, self.line_options, self.quiet_hours = poll_interval, seed, line_options, quiet_hours
        self.used_threshold = used_threshold
        self.keep = False  # the folder with the logs
        self.processes = {}
        self.stack = contextlib.ExitStack()
        self.ports = dict(zip(("line", "exporter", "prometheus", "alertmanager"), free_ports(4)))

    def __enter__(self):
        try:
            folder = tempfile.mkdtemp(prefix="taara-end-to-end-")
            self.folder = pathlib.Path(folder)
            self.stack.callback(self.remove_folder)
            self.mail = self.stack.enter_context(MailServer())
            self.chat = self.stack.enter_context(ChatSink())
            self.write_configurations()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, kind, *_):
        self.keep = self.keep or kind is not None
        for name in list(self.processes):
            self.stop(name, kill=True)
        self.stack.close()

    def remove_folder(self):
        if self.keep:
            print(f"logs are kept in {self.folder}", flush=True)
        else:
            subprocess.run(["rm", "-rf", "--", str(self.folder)], check=False)

    def url(self, part, path=""):
        return f"http://127.0.0.1:{self.ports[part]}{path}"

    # ---- configurations

    def write_configurations(self):
        exporter = yaml.safe_load(self.run(
            "taara_line_sim", "--print-config", "--port", self.ports["line"], "--households", self.households, "--secrets-dir",
            self.folder / "secrets", "--store", self.folder / "store", "--web-listen-address", self.target("exporter"), "--interval", self.poll_interval,
            *self.line_options))
        for household in exporter["households"]:
            household["thresholds"] = {"used": self.used_threshold}
        self.write("exporter.yml", yaml.safe_dump(exporter))
        for secret in (self.folder / "secrets").iterdir():
            os.utime(secret, (time.time(), time.time()))  # times of files stay real in fast time, this one is looked at
        interval = f"{self.interval}s"
        self.write("prometheus.yml", yaml.safe_dump({
            "global": {"scrape_interval": interval, "scrape_timeout": "10s", "evaluation_interval": interval},
            "rule_files": [str(ROOT / "rules" / "*.yml")],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [self.target("alertmanager")]}]}]},
            "scrape_configs": [{"job_name": job, "static_configs": [{"targets": [self.target(part)]}]}
                               for job, part in (("taara", "exporter"), ("prometheus", "prometheus"), ("alertmanager", "alertmanager"))],
        }))
        mail = {"from": "taara@example.org", "smarthost": f"127.0.0.1:{self.mail.port}", "require_tls": False}
        self.write("owner.yml", yaml.safe_dump({
            "timezone": "Africa/Nairobi", "quiet_hours": self.quiet_hours,
            "links": {"dashboard": "https://taara.example.org/d/taara-home"},
            "channels": {"email": {"to": ["family@example.org"], **mail}, "keeper_email": {"type": "email", "to": ["keeper@example.org"], **mail},
                         "webhook": {"url": f"{self.chat.url}/family"}},
            "family": ["email", "webhook"], "keeper": ["keeper_email"],
        }))
        subprocess.run([sys.executable, ROOT / "alertmanager" / "configure", self.folder / "owner.yml", "--output", self.folder / "alertmanager"],
                       check=True, stdout=subprocess.DEVNULL)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def target(self, part):
        return f"127.0.0.1:{self.ports[part]}"

    # ---- processes

    def run(self, program, *arguments):
        """One of our programs, to its end; what it says."""
        done = subprocess.run([str(self.binaries / program), *map(str, arguments)], cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ChildProcessError(f"{program} ended with code {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def command(self, name):
        here = self.target(name)
        if name == "line":
            return [self.binaries / "taara_line_sim", "--port", str(self.ports["line"]), "--households", str(self.households),
                    "--seed", str(self.seed), *self.line_options]
        if name == "exporter":
            return [self.binaries / "taara_exporter", f"--config.file={self.folder / 'exporter.yml'}"]
        if name == "prometheus":
            return ["prometheus", f"--config.file={self.folder / 'prometheus.yml'}", f"--storage.tsdb.path={self.folder / 'tsdb'}",
                    "--storage.tsdb.retention.time=90d", "--storage.tsdb.min-block-duration=45d", "--storage.tsdb.max-block-duration=45d",
                    f"--query.lookback-delta={max(300, 2 * self.interval + 60)}s", f"--web.listen-address={here}"]
        return ["prometheus-alertmanager", f"--config.file={self.folder / 'alertmanager' / 'alertmanager.yml'}",
                f"--storage.path={self.folder / 'alertmanager-data'}", f"--web.listen-address={here}",
                "--web.external-url=https://taara.example.org/alertmanager", "--web.route-prefix=/", "--cluster.listen-address=",
                "--data.retention=1080h", "--data.maintenance-interval=1m"]

    READY = {"line": "/healthz", "exporter": "/-/healthy", "prometheus": "/-/ready", "alertmanager": "/-/ready"}

    def start(self, *names):
        for name in names or self.ports:
            limits = {"GOGC": "off", "GOMEMLIMIT": MEMORY_LIMIT[name]} if name in MEMORY_LIMIT else {}
            with open(self.folder / f"{name}.log", "ab") as log:
                self.processes[name] = subprocess.Popen([str(part) for part in self.command(name)], stdin=subprocess.DEVNULL, stdout=log,
                                                        stderr=log, cwd=self.folder, env={**os.environ, "TZ": "UTC", **limits})
            wait_until(f"{name} to answer; its log: {self.log(name)}", lambda: self.answers(name))

    def answers(self, name):
        code = self.processes[name].poll()
        if code is not None:
            raise ChildProcessError(f"{name} ended with code {code}: {self.log(name)}")
        return fetch(self.url(name, self.READY[name]), seconds=5) is not None

    def stop(self, name, kill=False):
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return process.returncode

    def log(self, name):
        path = self.folder / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace")[-2000:] if path.exists() else "empty"

    # ---- questions

    def control(self, what, **values):
        """Moves the simulated line; see taara_line_sim --help."""
        return fetch(self.url("line", f"/control/{what}?{urllib.parse.urlencode(values)}"), data=b"")

    def query(self, expression, at=None):
        """[(labels, value)] of Prometheus, at a moment or now."""
        values = {"query": expression, **({} if at is None else {"time": f"{at:.3f}"})}
        answer = json.loads(fetch(self.url("prometheus", f"/api/v1/query?{urllib.parse.urlencode(values)}")))
        return [(one["metric"], float(one["value"][1])) for one in answer["data"]["result"]]

    def value(self, expression, at=None):
        """The only value of an expression; None when there is none."""
        found = self.query(expression, at)
        if len(found) > 1:
            raise ValueError(f"{expression} has {len(found)} values")
        return found[0][1] if found else None
