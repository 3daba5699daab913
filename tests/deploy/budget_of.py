# SPDX-License-Identifier: Apache-2.0
"""What `./taara bench budget` measures. Of memory it counts the proportional share (PSS), which adds up over processes that
share libraries, and shows the resident size (RSS) beside it."""
import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

import history
import own_kernel
import panel_queries
import parts
import say
from bench_parts import free_port
from guest import Guest, missing
from inventory import SECRETS
from on_machine import ROOT, OnMachine

UNITS = ["taara-exporter", "prometheus", "prometheus-alertmanager", "prometheus-node-exporter", "nginx"]
GRAFANA = "grafana-server"
GRAFANA_LISTENS = "python3 -c 'import urllib.request as web; web.urlopen(\"http://127.0.0.1:3000/grafana/api/health\", timeout=20)' 2>/dev/null"
VIEWERS = {"home": 8, "trends": 1, "forecast": 1}
REFRESH_SECONDS = 300  # as the dashboards ask by themselves
SHOWN_SECONDS = 30 * 86400
POLLS_A_DAY = 144
BYTES_OF_A_SAMPLE = 3  # docs/operations/scale.md, measured
MOST_MEMORY_MB, MOST_PROCESSOR_PERCENT, MOST_DISK_MB = 512, 20, 1000
# (unit, PSS and RSS in kB, ticks of the processor) of each process of a unit.
LOOK = """for u in UNITS; do for p in $(systemctl show -p MainPID --value $u) $(pgrep -P $(systemctl show -p MainPID --value $u)); do
echo $u $(awk '/^Pss:/{p=$2} /^Rss:/{r=$2} END{print p, r}' /proc/$p/smaps_rollup) $(awk '{print $14+$15+$16+$17}' /proc/$p/stat); done; done"""


class Machine(OnMachine):
    """Without tests: what they stand on."""

    def runTest(self):
        pass


class Judge:
    passed = failed = 0

    def say(self, good, words):
        print(f"{'ok    ' if good else 'FAILED'} {words}", flush=True)
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)


class Stack:
    """The services on a machine, seen by the kernel."""

    def __init__(self, machine, units):
        self.machine, self.units = machine, units

    def look(self):
        """{unit: (PSS MB, RSS MB, seconds of processor)}"""
        found = {unit: [0.0, 0.0, 0.0] for unit in self.units}
        for left in (2, 1, 0):  # a computer that is busy with itself may let a connection wait too long
            done = self.machine.ssh(LOOK.replace("UNITS", " ".join(self.units)), check=not left, timeout=120)
            if done.returncode == 0:
                break
        for line in done.stdout.splitlines():
            unit, *numbers = line.split()
            for place, (number, scale) in enumerate(zip(map(float, numbers), (1000, 1000, 100))):
                found[unit][place] += number / scale
        return found

    def over(self, seconds, what):
        """{unit: (highest PSS, highest RSS, % of a core)} of a span, looked at every 15 seconds."""
        begun, first, highest = time.monotonic(), self.look(), {}
        total = 0.0
        while (passed := time.monotonic() - begun) < seconds:
            time.sleep(min(15, seconds - passed))  # real: what services need in so many seconds is measured
            now = self.look()
            for unit, (pss, rss, _) in now.items():
                old = highest.get(unit, (0, 0))
                highest[unit] = (max(old[0], pss), max(old[1], rss))
            total = max(total, sum(pss for pss, _, _ in now.values()))
            print(f"  {what}: {time.monotonic() - begun:.0f} of {seconds} s, {sum(pss for pss, _, _ in now.values()):.0f} MB", flush=True)
        passed = time.monotonic() - begun
        last = self.look()
        return {unit: (*highest[unit], 100 * (last[unit][2] - first[unit][2]) / passed) for unit in self.units}, total


def show(table, total, with_processor=True):
    print(f"{'':26}{'PSS, MB':>9}{'RSS, MB':>9}" + (f"{'% of a core':>13}" if with_processor else ""))
    for unit, (pss, rss, share) in table.items():
        print(f"{unit:26}{pss:9.1f}{rss:9.1f}" + (f"{share:13.2f}" if with_processor else ""))
    print(f"{'all at once, at most':26}{total:9.1f}{'':9}" + (f"{sum(one[2] for one in table.values()):13.2f}" if with_processor else ""), flush=True)


# ---- a past of twelve months

def bring_the_past(machine, folder):
    """What a year leaves in the store and in Prometheus, made here and brought there. Both services are stopped meanwhile."""
    house = parts.House(folder, households=1)
    for name in ("running", "log"):
        (folder / name).mkdir()
    parts.configure(house)
    with say.Step("twelve months") as step:
        step.done(history.fill(house, 366, step))
    machine.ssh("systemctl stop taara-exporter prometheus")
    for what, to in (("prometheus", "/var/lib/prometheus/metrics2"), ("store", "/var/lib/private/taara")):
        archive = folder / f"{what}.tar"
        subprocess.run(["tar", "-C", folder / what, "-cf", archive, "."], check=True)
        machine.put(archive, "/root/past.tar")
        machine.ssh(f"rm -rf {to}/*; tar -C {to} --no-same-owner -xf /root/past.tar; rm /root/past.tar; chown -R --reference={to} {to}", timeout=300)
        archive.unlink()
    machine.ssh("systemctl start taara-exporter prometheus", timeout=300)


# ---- people who look

class Viewer:
    """A browser at one dashboard: signs in, then asks what its panels ask, again and again."""

    def __init__(self, port, board):
        self.port, self.cookies = port, ""
        with open(ROOT / "grafana/dashboards" / f"{board}.json", encoding="utf-8") as file:
            self.panels = [panel for panel in json.load(file)["panels"] if panel.get("targets")]
        self.ask("/grafana/login", {"user": "family", "password": SECRETS["grafana.family"]})

    def ask(self, path, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", "Cookie": self.cookies, "Host": "taara.test"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {text[:300]!r}")
        self.cookies = "; ".join(one.split(";")[0] for one in answer.headers.get_all("Set-Cookie") or []) or self.cookies
        connection.close()

    def refresh(self):
        """The panels one after the other; how long all took."""
        begun = time.monotonic()
        for panel in self.panels:
            queries = [{"refId": target["refId"], "expr": panel_queries.filled_in(target["expr"], "home-1", SHOWN_SECONDS),
                        "datasource": {"uid": "taara-prometheus", "type": "prometheus"}, "instant": bool(target.get("instant")),
                        "range": not target.get("instant"), "intervalMs": 60000, "maxDataPoints": 800} for target in panel["targets"]]
            now = int(time.time() * 1000)
            self.ask("/grafana/api/ds/query", {"queries": queries, "from": str(now - SHOWN_SECONDS * 1000), "to": str(now)})
        return time.monotonic() - begun


def look_on(machine, seconds):
    """Ten people for so long; how long their refreshes took."""
    with machine.tunnel(port := free_port(), 3000):
        end = time.monotonic() + seconds

        def person(board):
            viewer, took = Viewer(port, board), []
            while True:
                took.append(viewer.refresh())
                if time.monotonic() + REFRESH_SECONDS > end:
                    return took
                time.sleep(REFRESH_SECONDS)  # real, as a dashboard does

        with concurrent.futures.ThreadPoolExecutor(sum(VIEWERS.values())) as people:
            return sorted(one for took in people.map(person, [board for board, number in VIEWERS.items() for _ in range(number)]) for one in took)


def beside(machine, stack, seconds, what):
    with concurrent.futures.ThreadPoolExecutor(1) as other:
        people = other.submit(look_on, machine, seconds)
        result = stack.over(seconds, what)
        took = people.result()
    print(f"ten people: {len(took)} refreshes of a whole dashboard, median {took[len(took) // 2]:.2f} s, slowest {took[-1]:.2f} s")
    return result


# ---- the line, the disk

COUNTERS = """table inet budget {
  chain in {
    type filter hook input priority -10;
    tcp dport 8077 counter
    tcp sport 8077 counter
  }
}
"""


def count_the_line(house):
    """Bytes of one poll with all headers of TCP and IP, without TLS: the simulated line speaks plainly."""
    machine = house.machine
    machine.ssh("nft -f -", stdin=None, input=COUNTERS)
    polls = house.exporter_says("taara_polls_total")
    # A busy computer is asked every 15 minutes only.
    house.until(1000, "a poll", lambda: house.exporter_says("taara_polls_total") > polls)
    counted = sum(int(number) for number in re.findall(r"bytes (\d+)", machine.ssh("nft list table inet budget").stdout))
    done = house.exporter_says("taara_polls_total") - polls
    machine.ssh("nft delete table inet budget")
    return counted / done


def year_of_prometheus(house):
    """MB of a year at a sample a minute of every series there is now. The year that was filled in is coarser, so its blocks say less."""
    series = float(house.prometheus("/api/v1/query?query=count(%7B__name__=~%22.%2B%22%7D)")["result"][0]["value"][1])
    return series * 365 * 1440 * BYTES_OF_A_SAMPLE / 1e6


def disk(machine):
    """{what: MB} of what is written at its real pace."""
    places = {"store": "/var/lib/private/taara", "Grafana": "/var/lib/grafana", "journal": "/var/log/journal"}
    found = {}
    for what, place in places.items():
        said = machine.ssh(f"du -sk {place} 2>/dev/null", check=False).stdout.split()
        found[what] = int(said[0]) / 1000 if said else 0.0
    return found


# ---- the same with 1 GB

def measure_guest(house, units, judge):
    container = house.machine
    container.ssh("apt-get -q -y install --no-install-recommends udev kmod >/dev/null", timeout=300)
    container.ssh("systemctl poweroff", check=False, timeout=20)
    if not container.wait_until_off():
        raise RuntimeError("the container does not go down")
    guest = Guest(container)
    try:
        guest.up()
        stack = Stack(guest, units)
        active = {unit: "active" for unit in units}

        def states():
            return dict(zip(units, guest.ssh(f"systemctl is-active {' '.join(units)}", check=False, timeout=60).stdout.split()))

        own_kernel.until(600, lambda: states() == active)
        if GRAFANA in units:  # it says that it runs long before it listens, on a processor that is emulated
            own_kernel.until(600, lambda: guest.ssh(GRAFANA_LISTENS, check=False, timeout=60).returncode == 0)
        judge.say((seen := states()) == active, f"in the guest all services run: {seen}")
        table, total = beside(guest, stack, 600, "guest, ten people") if GRAFANA in units else stack.over(300, "guest")
        show(table, total, with_processor=False)
        print(guest.ssh("free -m; swapon --show", timeout=60).stdout, flush=True)
        kills = own_kernel.ended_for_memory(guest)
        judge.say(total <= MOST_MEMORY_MB and kills == 0, f"1 GB, one processor: the stack takes {total:.0f} MB at most, {kills} programs ended for want of memory")
        own_kernel.set_up(house, guest, judge)
        own_kernel.look_at_limits(guest, units, judge)
    finally:
        guest.down()


def measure(seconds, with_guest):
    judge, grafana = Judge(), os.environ.get("TAARA_GRAFANA_PACKAGE")
    units = UNITS + ([GRAFANA] if grafana else [])
    Machine.setUpClass()
    house = Machine()
    try:
        house.play("site.yml")
        with tempfile.TemporaryDirectory(prefix="taara-budget-", dir="/var/tmp") as past:
            bring_the_past(house.machine, pathlib.Path(past))
        house.until(200, "the line is read", lambda: house.prometheus("/api/v1/query?query=taara_up")["result"][0]["value"][1] == "1")
        poll = count_the_line(house)
        stack = Stack(house.machine, units)
        time.sleep(60)  # real: what a start needs is over
        print("\nNobody looks")
        quiet, quiet_total = stack.over(seconds, "alone")
        show(quiet, quiet_total)
        worst, worst_total = quiet, quiet_total
        if grafana:
            print("\nTen people look")
            worst, worst_total = beside(house.machine, stack, seconds, "ten people")
            show(worst, worst_total)
        else:
            print("Grafana was left out: TAARA_GRAFANA_PACKAGE names none, so nobody could look at dashboards.")
        used = disk(house.machine) | {"Prometheus": year_of_prometheus(house)}
        print("\nDisk after twelve months, MB, Prometheus' reckoned: " + ", ".join(f"{what} {size:.0f}" for what, size in used.items()))
        print(f"The line: {poll:.0f} bytes a poll, {poll * POLLS_A_DAY / 1e6:.2f} MB a day at a poll every 10 minutes, without TLS\n")
        judge.say(worst_total <= MOST_MEMORY_MB, f"memory {worst_total:.0f} MB at most (limit {MOST_MEMORY_MB}, aim 350)")
        share = sum(one[2] for one in worst.values())
        judge.say(share <= MOST_PROCESSOR_PERCENT, f"processor {share:.1f} % of a core (limit {MOST_PROCESSOR_PERCENT}, aim 5)")
        judge.say(sum(used.values()) < MOST_DISK_MB, f"disk {sum(used.values()):.0f} MB for twelve months (limit {MOST_DISK_MB}, aim 200)")
        if with_guest and not missing():
            measure_guest(house, units, judge)
        elif with_guest:
            print(f"the guest was left out: {missing()} is missing")
    finally:
        Machine.tearDownClass()
    print(f"{judge.passed} passed, {judge.failed} failed")
    return 1 if judge.failed else 0
