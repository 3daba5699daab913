# SPDX-License-Identifier: Apache-2.0
"""The simulated line at the ISP, over TLS, and the exporter in the house that reads it; the parts of tests/web, moved."""
import http.client
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import time
import urllib.parse

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "web"))
from house import Exporter, eventually  # noqa: E402

from network import ISP, LINE_PORT  # noqa: E402

BINARIES = pathlib.Path(os.environ.get("TAARA_BINARIES", ""))
LINE_NAME = "line.taara.test"
CANARY = "kanarie-9f3b71c2"  # the passcode


class Line:
    """Frozen, so that what it says now is what it said at any reading."""

    def __init__(self, network, pair, *options, address=ISP):
        self.address = ISP if address == "0.0.0.0" else address  # where it is asked
        passcode = network.folder / "line.passcode"
        passcode.write_text(CANARY + "\n")
        certificate, key = pair
        self.process = subprocess.Popen(
            network.isp.command(BINARIES / "taara_line_sim", "--address", address, "--port", LINE_PORT, "--tls-cert", certificate,
                                "--tls-key", key, "--passcode-file", passcode, "--punctual", *options),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if not eventually(self._answers):
            self.process.kill()
            raise AssertionError(f"the simulated line did not start: {self.process.communicate()[1]}")
        self.control("renew")
        self.control("freeze", on=1)

    def _answers(self):
        try:
            return self._ask("GET", "/healthz")
        except OSError:
            return None

    def _ask(self, method, target):
        connection = http.client.HTTPConnection(self.address, LINE_PORT, timeout=10)
        try:
            connection.request(method, target)
            answer = connection.getresponse()
            return answer.status == 200 and answer.read()
        finally:
            connection.close()

    def control(self, what, **values):
        assert self._ask("POST", f"/control/{what}?{urllib.parse.urlencode(values)}"), what

    def fault(self, name, **more):
        self.control("fault", name=name, **more)

    def state(self, household=1):
        return json.loads(self._ask("GET", f"/control/state?household={household}"))

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


class House(Exporter):
    """The exporter with a household on the line, or more of them."""

    def __init__(self, authority=None, *, households=1, host=LINE_NAME, polling="", environment=()):
        super().__init__(BINARIES, "https://unused", flags=["--log.level=debug"])
        self.environment = list(environment)
        self._write("passcode", CANARY + "\n")
        if authority is not None:
            self._write("ca.pem", authority.certificate.read_text())
        ca_file = ", ca_file: ./ca.pem" if authority is not None else ""
        self.write_configuration("".join(
            f"  - {{name: home-{n}, url: 'https://{host}:{LINE_PORT}'{ca_file}, account: {{phone: '{700000000 + n}', "
            f"passcode_file: ./passcode, partner_id: partner-1, hotspot_id: hotspot-{n}}}}}\n" for n in range(1, households + 1)), polling)

    def write_configuration(self, households, polling=""):
        self._write("taara.yml", f"households:\n{households}store: {{path: ./store}}\nweb: {{listen_address: '127.0.0.1:0'}}\n"
                    + (f"polling: {{{polling}}}\n" if polling else ""))

    def command(self, *more):
        return ["env", *self.environment, *super().command(*more)]

    def page(self):
        """Samples of /metrics by name and labels, and how long it took."""
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        text = answer.read().decode()
        took = time.monotonic() - begun
        connection.close()
        if answer.status != 200:
            raise AssertionError(f"/metrics answers {answer.status}")
        return Page(text, took)

    def polled(self, polls, longest):
        """The page once so many polls are done."""
        end = time.monotonic() + longest
        while (page := self.page()).polls() < polls:
            if time.monotonic() > end:
                raise AssertionError(f"{polls} polls were not done within {longest} s:\n" + self.log())
            next_poll = page.of("taara_next_poll_timestamp_seconds") or 0
            time.sleep(min(max(0.1, next_poll - time.time()), max(0.1, end - time.monotonic())))
        return page

    def _stored(self, question):
        database = sqlite3.connect(f"file:{self.folder}/store/taara.db?mode=ro", uri=True, timeout=10)
        try:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(question)]
        finally:
            database.close()

    def readings(self):
        """Rows of the store, oldest first."""
        return self._stored("select readings.*, households.name as home from readings join households on households.id = household order by readings.id")

    def is_sound(self):
        return self._stored("pragma integrity_check") == [{"integrity_check": "ok"}]


class Page:
    HELD = re.compile(r"^taara_(used_bytes|remaining_bytes|allocation_bytes|plan_remaining|usage_bytes|reading_|cycle_)[a-z_]*\{")

    def __init__(self, text, took):
        self.text, self.took = text, took
        self.samples = {name: float(value) for name, value in re.findall(r"^([a-z_]+(?:\{.*\})?) (\S+)$", text, re.M)}

    def of(self, name, household=1, **labels):
        more = "".join(f',{label}="{value}"' for label, value in labels.items())
        return self.samples.get(f'{name}{{household="home-{household}"{more}}}')

    def polls(self):
        return sum(value for name, value in self.samples.items() if name.startswith("taara_polls_total{"))

    def errors(self, household=1):
        """Of every kind that happened: how often."""
        found = re.findall(rf'^taara_poll_errors_total\{{household="home-{household}",kind="(\w+)"\}} (\d+)$', self.text, re.M)
        return {kind: int(count) for kind, count in found if int(count)}

    def errors_of_all(self):
        """The same of all households together."""
        sums = {}
        for kind, count in re.findall(r'^taara_poll_errors_total\{[^}]*kind="(\w+)"\} (\d+)$', self.text, re.M):
            if int(count):
                sums[kind] = sums.get(kind, 0) + int(count)
        return sums

    def held(self):
        """What was measured and stays between polls."""
        return {name: value for name, value in self.samples.items() if self.HELD.match(name)}
