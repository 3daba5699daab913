#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What households cost an exporter, a Prometheus with our rules, and a VictoriaMetrics that Prometheus writes to.

    tests/scale/load.py BIN_DIR [--households N] [--minutes N] [--interval SECONDS]

Real: the exporter, Prometheus, VictoriaMetrics (where it is installed), a scrape and an evaluation every interval. Simulated:
the line. The figures are of this machine; leave it alone meanwhile.
"""
import argparse
import json
import os
import pathlib
import statistics
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from fleet import Fleet, fetch, free_ports, victoria  # noqa: E402


class Measured(Fleet):
    """One exporter with all households, each read every minute: ten times the usual, so that all are known soon."""

    poll_interval = "60s"

    @staticmethod
    def choose_ports():
        return [f"127.0.0.1:{free_ports(1)[0]}"]


def of_process(process):
    """(resident bytes, processor seconds)"""
    proc = pathlib.Path("/proc") / str(process.pid)
    fields = (proc / "stat").read_text().rpartition(")")[2].split()
    return int((proc / "statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE"), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def head_series(prometheus):
    return json.loads(fetch(f"{prometheus}/api/v1/status/tsdb", login=False))["data"]["headStats"]["numSeries"]


def say(what, number, unit):
    print(f"{what:64} {number:12,.6g} {unit}", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("binaries", type=pathlib.Path)
    options.add_argument("--households", type=int, default=1000)
    options.add_argument("--minutes", type=int, default=10)
    options.add_argument("--interval", type=int, default=15, help="seconds between two scrapes, and between two evaluations")
    given = options.parse_args()
    with Measured(given.binaries, households_each=given.households) as fleet:
        fleet.list_peers(fleet.listed(1))
        exporter = f"http://{fleet.exporters[0]}"
        while (read := fetch(f"{exporter}/metrics").decode().count("\ntaara_remaining_bytes{")) < given.households:
            print(f"{read} of {given.households} households have been read", flush=True)
            time.sleep(20)
        page = fetch(f"{exporter}/metrics")
        samples = [line for line in page.decode().splitlines() if not line.startswith("#")]
        own = [line for line in samples if "household=" not in line]
        say("samples of one household", (len(samples) - len(own)) / given.households, "")
        say("samples of the exporter itself", len(own), "")
        say(f"the page with {given.households} households", len(page) / 1e6, "MB")
        took = []
        for _ in range(15):
            begun = time.monotonic()
            fetch(f"{exporter}/metrics")
            took.append(time.monotonic() - begun)
        say("a scrape of it, median of 15", statistics.median(took) * 1000, "ms")
        say("the exporter, resident", of_process(fleet.processes["exporter-0"])[0] / 1e6, "MB")
        written = fleet.victoria_metrics("victoria") if victoria("victoria-metrics") else None
        interval = f"{given.interval}s"
        more = {"remote_write": [{"url": f"{written}/api/v1/write"}]} if written else {}
        prometheus = fleet.prometheus("prometheus", rule_files=[str(HERE.parents[1] / "rules/*.yml")], **more, **{
            "global": {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval}})
        time.sleep(120)  # the first scrapes and what is made once
        names = ["exporter-0", "prometheus", *(["victoria"] if written else [])]
        before, begun = {name: of_process(fleet.processes[name])[1] for name in names}, time.monotonic()
        time.sleep(given.minutes * 60)
        span = time.monotonic() - begun
        for name in names:
            memory, seconds = of_process(fleet.processes[name])
            say(f"{name}, resident", memory / 1e6, "MB")
            say(f"{name}, of a core, at one scrape each {interval}", (seconds - before[name]) / span * 100, "%")
        say("Prometheus, series in its head", head_series(prometheus), "")
        groups = json.loads(fetch(f"{prometheus}/api/v1/rules", login=False))["data"]["groups"]
        each_time = sum(group["evaluationTime"] for group in groups if group["interval"] == given.interval)
        say("one evaluation of all rules that run each time", each_time, "s")
        for group in sorted(groups, key=lambda one: -one["evaluationTime"])[:4]:
            say(f"  of it {group['name']}", group["evaluationTime"], "s")


if __name__ == "__main__":
    main()
