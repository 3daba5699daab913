# SPDX-License-Identifier: Apache-2.0
"""Several real exporters on one simulated line, and what reads them: Prometheus servers, VictoriaMetrics and its agents.

VICTORIA=FOLDER names a folder with other versions of VictoriaMetrics' programs; without it those in PATH are used."""
import base64
import contextlib
import crypt
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/end_to_end"))
from stack import free_ports, wait_until  # noqa: E402

USER, PASSWORD = "prometheus", "a login of the test"
HOUSEHOLDS_EACH = 2
SCRAPE_SECONDS = 2


def victoria(program):
    """The path of one of VictoriaMetrics' programs, or None."""
    return shutil.which(program, path=os.pathsep.join(filter(None, [os.environ.get("VICTORIA"), os.environ.get("PATH")])))


def shard_of(address, shards):
    """As Prometheus's hashmod reckons: the last eight bytes of MD5, modulo."""
    return int.from_bytes(hashlib.md5(address.encode()).digest()[8:], "big") % shards


def fetch(url, data=None, login=True, seconds=30):
    request = urllib.request.Request(url, data=data)
    if login:
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())
    with urllib.request.urlopen(request, timeout=seconds) as answer:
        return answer.read()


def ask(url, path, **given):
    """The data of an answer of an API of Prometheus's form; an error of the query is a ValueError with its words."""
    try:
        data = urllib.parse.urlencode(given).encode() if given else None
        return json.loads(fetch(f"{url}/api/v1/{path}", data, login=False))["data"]
    except urllib.error.HTTPError as error:
        raise ValueError(error.read().decode(errors="replace")[:500]) from error


class Fleet:
    """Use as a context: what was started is stopped at its end. Each half of two shards has two of the first four
    exporters; a fifth waits to be listed. All of them want the same login."""

    poll_interval = "10m"

    def __init__(self, binaries, used_threshold="75%", households_each=HOUSEHOLDS_EACH):
        self.binaries, self.used_threshold, self.households_each = pathlib.Path(binaries).resolve(), used_threshold, households_each
        self.processes, self.stack = {}, contextlib.ExitStack()

    def __enter__(self):
        with self.stack:
            self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="taara-scale-")))
            self.stack.callback(lambda: [self.stop(name) for name in list(self.processes)])
            self.exporters = self.choose_ports()
            self.start_line()
            for number in range(len(self.exporters)):
                self.start_exporter(number)
            self.stack = self.stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    @staticmethod
    def choose_ports():
        free = [f"127.0.0.1:{port}" for port in free_ports(60)]
        halves = [[one for one in free if shard_of(one, 2) == half] for half in (0, 1)]
        return [halves[0][0], halves[1][0], halves[0][1], halves[1][1], halves[0][2]]

    # ---- processes

    def start(self, name, command, url, environment=None):
        """Waits until `url` answers; what it says goes to NAME.log."""
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                    cwd=self.folder, env={**os.environ, "TZ": "UTC", **(environment or {})})

        def answers():
            if self.processes[name].poll() is not None:
                raise ChildProcessError(f"{name} ended with code {self.processes[name].returncode}: {self.log(name)}")
            return fetch(url, seconds=5) is not None

        wait_until(f"{name} to answer", answers, 60)

    def stop(self, name):
        process = self.processes.pop(name)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-2000:]

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
        path.chmod(0o600)
        return path

    # ---- the line and its exporters

    def start_line(self):
        self.line = f"127.0.0.1:{free_ports(1)[0]}"
        households = len(self.exporters) * self.households_each
        port = self.line.rpartition(":")[2]
        said = subprocess.run([self.binaries / "taara_line_sim", "--print-config", "--port", port, "--households", str(households),
                               "--secrets-dir", self.folder / "secrets"], check=True, capture_output=True, text=True)
        self.households = yaml.safe_load(said.stdout)["households"]
        for household in self.households:
            household["thresholds"] = {"used": self.used_threshold}
        self.write("web.yml", {"basic_auth_users": {USER: crypt.crypt(PASSWORD, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16))}})
        self.write("login", PASSWORD)
        self.start("line", [self.binaries / "taara_line_sim", "--port", port, "--households", str(households), "--seed", "1", "--punctual"],
                   f"http://{self.line}/healthz")

    def configure(self, number, peers=None):
        first = number * self.households_each
        web = {"listen_address": self.exporters[number], **({} if peers is None else {"peers": peers})}
        return self.write(f"exporter-{number}.yml", {
            "households": self.households[first:first + self.households_each],
            "polling": {"interval": self.poll_interval, "min_interval": self.poll_interval}, "store": {"path": str(self.folder / f"store-{number}")}, "web": web})

    def start_exporter(self, number):
        """The first one lists the first four."""
        config = self.configure(number, self.listed(4) if number == 0 else None)
        self.start(f"exporter-{number}", [self.binaries / "taara_exporter", f"--config.file={config}", f"--web.config.file={self.folder}/web.yml"],
                   f"http://{self.exporters[number]}/-/ready")

    def listed(self, number):
        return [{"address": address, "labels": {"region": f"r{place}"}} for place, address in enumerate(self.exporters[:number])]

    def list_peers(self, peers):
        self.configure(0, peers)
        fetch(f"http://{self.exporters[0]}/-/reload", b"")

    def page(self, number):
        return fetch(f"http://{self.exporters[number]}/metrics").decode()

    # ---- who reads them

    def scrape_config(self, shard=None, login=True):
        """As docs/operations/scale.md tells operators to write it."""
        credentials = {"basic_auth": {"username": USER, "password_file": str(self.folder / "login")}} if login else {}
        config = {"job_name": "taara", **credentials,
                  "http_sd_configs": [{"url": f"http://{self.exporters[0]}/api/v1/sd", "refresh_interval": "1s", **credentials}]}
        if shard is not None:
            config["relabel_configs"] = [
                {"source_labels": ["__address__"], "modulus": 2, "target_label": "__tmp_shard", "action": "hashmod"},
                {"source_labels": ["__tmp_shard"], "regex": str(shard), "action": "keep"}]
        return config

    def prometheus(self, name, shard=None, login=True, **more):
        """Starts one; its URL."""
        here = f"127.0.0.1:{free_ports(1)[0]}"
        every = f"{SCRAPE_SECONDS}s"
        config = self.write(f"{name}.yml", {"global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
                                            "scrape_configs": [self.scrape_config(shard, login)], **more})
        self.start(name, ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.folder}/{name}",
                          f"--web.listen-address={here}", "--log.level=warn"], f"http://{here}/-/ready")
        return f"http://{here}"

    def victoria_metrics(self, name, *flags):
        here = f"127.0.0.1:{free_ports(1)[0]}"
        self.start(name, [victoria("victoria-metrics"), f"-httpListenAddr={here}", f"-storageDataPath={self.folder}/{name}",
                          "-search.latencyOffset=0s", "-loggerLevel=WARN", *flags], f"http://{here}/health")
        return f"http://{here}"
