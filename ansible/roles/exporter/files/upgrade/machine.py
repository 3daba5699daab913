# SPDX-License-Identifier: Apache-2.0
"""The machine: its programs and packages, where things lie, and what an exporter on it shows."""
import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request

UNIT, TRIAL = "taara-exporter", "taara-exporter-standby"
PACKAGES = pathlib.Path("/var/cache/taara")
UNPACKED = pathlib.Path("/opt/taara")
KEPT = pathlib.Path("/var/lib/taara-kept")  # root's alone: it holds what the store holds
SCRATCH = pathlib.Path("/run/taara-upgrade")
COPY = pathlib.Path("/var/lib/private/taara-standby")
UNITS = pathlib.Path("/run/systemd/system")
CONFIG = pathlib.Path("/etc/taara/taara.yml")
LIVE, BESIDE = "http://127.0.0.1:10077", "http://127.0.0.1:10078"


class Refused(Exception):
    """What is wrong and what to do."""


def say(text):
    with contextlib.suppress(OSError):  # who listened may be gone; the work goes on
        print(text, flush=True)


def run(*words, code=0, **options):
    """The output of a program; Refused where it ends with another code."""
    done = subprocess.run([str(word) for word in words], stdin=None if "input" in options else subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if code is not None and done.returncode != code:
        raise Refused(f"{' '.join(map(str, words[:3]))} … ended with {done.returncode}: {done.stdout.strip()[-1500:]}")
    return done.stdout


def field(package, name):
    return run("dpkg-deb", "-f", package, name).strip()


def installed():
    said = run("dpkg-query", "-W", "-f=${db:Status-Status} ${Version}", UNIT, code=None).split()
    return said[1] if said[:1] == ["installed"] else None


def package_of(version):
    for package in sorted(PACKAGES.glob("*.deb")):
        if field(package, "Package") == UNIT and field(package, "Version") == version:
            return package
    return None


def show(prop, unit=UNIT):
    return run("systemctl", "show", "-p", prop, "--value", unit, code=None).strip()


def get(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def seen(address):
    """What the checks compare of an exporter."""
    health = json.loads(get(f"{address}/api/v1/system/health"))["data"]
    page = get(f"{address}/metrics")
    values = {name: dict(re.findall(rf'^{name}{{household="([^"]*)"}} (\S+)$', page, re.MULTILINE))
              for name in ("taara_up", "taara_next_poll_timestamp_seconds", "taara_reading_timestamp_seconds")}
    return {"version": health["version"], "lines": {line["household"]: line for line in health["lines"]}, "page": page,
            "store": health["store"], "up": values["taara_up"], "next": values["taara_next_poll_timestamp_seconds"],
            "read": values["taara_reading_timestamp_seconds"]}


def expect(true, what):
    if not true:
        raise Refused(what)


def check_page(now, before, who):
    expect(set(now["lines"]) == set(before["lines"]),
           f"{who} shows the households {sorted(now['lines'])}, the old one {sorted(before['lines'])}")
    expect(set(now["up"]) == set(before["lines"]), f"the metrics of {who} have no taara_up for every household")
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=now["page"], capture_output=True, text=True, check=False)
        expect(done.returncode in (0, 3), f"promtool finds the metrics of {who} wrong: {done.stderr.strip()[-500:]}")  # 3: style


def wait_ready(address, unit, seconds):
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError, urllib.error.URLError):
            get(f"{address}/-/ready")
            return
        if time.monotonic() > end or show("ActiveState", unit) == "failed" or int(show("NRestarts", unit) or 0) > 1:
            last = run("journalctl", "-q", "-u", unit, "-n", "12", "-o", "cat", code=None).strip()[-1500:]
            raise Refused(f"{unit} did not become ready; its last words:\n{last}")
        time.sleep(0.2)
