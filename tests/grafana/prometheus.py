#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus with twelve months of three households in it, recorded series included.

    tests/grafana/prometheus.py FOLDER PORT   fills FOLDER with twelve months up to an hour from now, serves them on
                                              127.0.0.1:PORT and runs until it is stopped (Ctrl-C)

The recorded series are what the rules of this repository give for that history, asked of that same Prometheus.
"""
import json
import pathlib
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

import year

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/rules"))
from agreement import names_in  # noqa: E402

POINTS_A_QUERY = 10000


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    """Started with `with`; what is below `folder` is its own."""

    def __init__(self, folder, port=None):
        self.folder, self.port = pathlib.Path(folder), port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "empty.yml").write_text("{}\n")
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={self.folder}/empty.yml", f"--storage.tsdb.path={self.folder}/data",
                 "--storage.tsdb.retention.time=10y", f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"],
                stdout=log, stderr=log)
        for _ in range(300):
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/-/ready", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"Prometheus did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def ask(self, path, **given):
        """The data of an answer of its API; an error of the query is a ValueError with its words."""
        body = urllib.parse.urlencode(given, doseq=True).encode()
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{path}", body, timeout=60) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error).get("error", str(error))) from error

    def add(self, found):
        """Series as of year.series; it is stopped meanwhile."""
        running = self.process is not None
        self.stop()
        self.folder.mkdir(parents=True, exist_ok=True)
        text = self.folder / "series.om"
        year.write(found, text)
        done = subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=2000h",
                               text, self.folder / "data"], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"promtool could not make blocks: {done.stderr}{done.stdout}")
        text.unlink()
        if running:
            self.start()


def dashboards():
    return {file.stem: json.loads(file.read_text()) for file in sorted((ROOT / "grafana/dashboards").glob("*.json"))}


def recordings():
    """{name: (expression, seconds between evaluations)} of the rules of this repository."""
    return {rule["record"]: (rule["expr"], {"1h": 3600, "10m": 600}.get(group.get("interval"), 10))
            for file in sorted((ROOT / "rules").glob("*.yml")) for group in yaml.safe_load(file.read_text())["groups"]
            for rule in group["rules"] if "record" in rule}


def stages(wanted):
    """The wanted recordings and those that they read, in an order in which each finds what it reads."""
    rules = recordings()
    stage = {}

    def place(name):
        if name in rules and name not in stage:
            stage[name] = 1 + max([place(read) for read in names_in(rules[name][0])], default=0)
        return stage.get(name, 0)

    for name in sorted(wanted):
        place(name)
    return [[(name, *rules[name]) for name in sorted(stage) if stage[name] == number] for number in range(1, max(stage.values()) + 1)]


def record(prometheus, wanted, end):
    """Evaluates the rules over the history. By cycle: over all of it; the others as far back as panels look."""
    whole = {name for stage in stages({"household_cycle:used_bytes:max"}) for name, _, _ in stage}
    for stage in stages(wanted):
        found = {}
        for name, expression, every in stage:
            fine = (end - year.FINE) // 3600 * 3600
            spans = [(end // 3600 * 3600 - year.MONTH, fine - 1, max(every, year.MONTH_STEP)), (fine, end, max(every, year.FINE_STEP))]
            if name in whole:
                spans.insert(0, (end // 3600 * 3600 - year.PAST, end // 3600 * 3600 - year.MONTH - 1, 3600))
            for begin, last, step in spans:
                for at in range(begin, last + 1, step * POINTS_A_QUERY):
                    answer = prometheus.ask("query_range", query=expression, start=at, end=min(last, at + step * (POINTS_A_QUERY - 1)), step=step)
                    for result in answer["result"]:
                        labels = ",".join(f"{key}={json.dumps(value)}" for key, value in sorted(result["metric"].items()) if key != "__name__")
                        times, values = found.setdefault((name, labels), ([], []))
                        times.extend(int(time) for time, _ in result["values"])
                        values.extend(float(value) for _, value in result["values"])
        prometheus.add(found)


def fill(prometheus, end):
    """Twelve months up to `end`, and every recorded series that a dashboard reads."""
    prometheus.add(year.series(end))
    prometheus.start()
    text = "\n".join(re.findall(r'"(?:expr|query)": "((?:[^"\\]|\\.)*)"', json.dumps(list(dashboards().values()))))
    record(prometheus, names_in(text.replace('\\"', '"')) & set(recordings()), end)


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdigit():
        print(__doc__, file=sys.stderr)
        return 64
    prometheus = Prometheus(sys.argv[1], int(sys.argv[2]))
    fill(prometheus, int(time.time()) // 3600 * 3600 + 7200)
    print(f"Prometheus is ready: {prometheus.url}", flush=True)
    try:
        prometheus.process.wait()
    except KeyboardInterrupt:
        prometheus.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
