# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks share: their options, processes with figures, the simulated line, scrapes."""
import argparse
import http.client
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

median = statistics.median


class Options(argparse.ArgumentParser):
    """A benchmark's options. --help prints its docstring; what it doesn't know ends it with 64 before anything starts."""

    def __init__(self, docstring):
        super().__init__(description=docstring, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)

    def error(self, message):
        self.exit(64, f"{self.prog}: {message}; --help shows what there is\n")


def count(text):
    """An option's whole number from 1 on."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 1 on")
    return int(text)


def built(name):
    """The path of a program of the release build."""
    path = ROOT / "build" / "release" / "bin" / name
    if not path.exists():
        sys.exit(f"{path} is missing: ./taara build makes it")
    return str(path)


def quantile(values, q):
    return sorted(values)[min(len(values) - 1, int(len(values) * q))]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def scrape(url, headers=None):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    try:
        connection.request("GET", parts.path + ("?" + parts.query if parts.query else ""), headers=headers or {})
        return connection.getresponse().read()
    finally:
        connection.close()


def sleep_with_progress(seconds, every, what):
    """Yields every `every` seconds until `seconds` have passed, and says how far it is."""
    begun = time.monotonic()
    step = 0
    while (passed := time.monotonic() - begun) < seconds:
        print(f"  {what}: {int(passed)} of {int(seconds)} s", file=sys.stderr, end="\r" if sys.stderr.isatty() else "\n",
              flush=True) if sys.stderr.isatty() or step % 8 == 0 else None
        step += 1
        time.sleep(max(0.0, min(begun + step * every, begun + seconds) - time.monotonic()))
        yield


class Process:
    """A child process and what the kernel says of it."""

    def __init__(self, command, url, pin=None):
        if shutil.which(command[0]) is None:
            sys.exit(f"{command[0]} is missing: ./taara deps installs it")
        self.url = url
        pinned = (["taskset", "-c", pin] if pin is not None and os.cpu_count() > 1 else []) + command
        self.process = subprocess.Popen(pinned, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_ready(self, path="/metrics", longest=60):
        end = time.monotonic() + longest
        while True:
            try:
                scrape(self.url + path)
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    sys.exit(f"{self.process.args} did not start")
                time.sleep(0.05)

    def _status(self, key):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) / 1000 * 1.024
        return 0.0

    def resident_mb(self):
        return self._status("VmRSS")

    def private_mb(self):
        return self._status("RssAnon")

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def start_sim(households, pin=None):
    port = free_port()
    command = [built("taara_line_sim"), "--port", str(port), "--households", str(households), "--seed", "1", "--punctual"]
    with Process(command, f"http://127.0.0.1:{port}", pin) as sim:
        sim.port, sim.households = port, households
        sim.wait_ready("/healthz")
        yield sim


@contextmanager
def exporter_for(sim, interval, pin=None, web=None):
    """The exporter with a configuration for all of the simulated line's households, its store in a folder that goes."""
    with tempfile.TemporaryDirectory(prefix="taara-bench-") as folder:
        secret = Path(folder, "passcode")
        secret.touch(mode=0o600)
        secret.write_text("1234\n")
        port = free_port()
        lines = ["households:"]
        for i in range(1, sim.households + 1):
            lines.append(f"  - {{name: home-{i}, source: taara, url: '{sim.url}', account: {{phone: '{700000000 + i}', "
                         f"passcode_file: {secret}, partner_id: partner-1, hotspot_id: hotspot-{i}}}}}")
        lines += [f"polling: {{interval: {interval}, min_interval: {interval}}}",
                  f"store: {{path: {folder}/store}}", f"web: {{listen_address: '127.0.0.1:{port}'}}", "log: {level: warn}"]
        config = Path(folder, "taara.yml")
        config.touch(mode=0o600)
        config.write_text("\n".join(lines) + "\n")
        command = [built("taara_exporter"), f"--config.file={config}"]
        if web is not None:
            Path(folder, "web.yml").touch(mode=0o600)
            Path(folder, "web.yml").write_text(web)
            command.append(f"--web.config.file={folder}/web.yml")
        with Process(command, f"http://127.0.0.1:{port}", pin) as exporter:
            yield exporter
