# SPDX-License-Identifier: Apache-2.0
"""A machine with a simulated line, playbooks on it, and looks from outside: what the tests on a real machine share."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

from inventory import SECRETS, write_inventory
from machine import Machine

ROOT = pathlib.Path(__file__).resolve().parents[2]


class OnMachine(unittest.TestCase):
    """One machine for all tests of a class: what one leaves is where the next begins."""
    keep = on_kept = False

    @classmethod
    def setUpClass(cls):
        cls.machine = Machine(os.environ.get("TAARA_MACHINE", "bench"))
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="taara-deploy-"))
        if not OnMachine.on_kept:
            cls.machine.up()
            cls.bring_the_line()
        package = sorted((ROOT / "build/release").glob("taara-exporter_*.deb"), key=lambda file: file.stat().st_mtime)
        if not package:
            raise RuntimeError("there is no package: ./taara package makes it")
        cls.package = package[-1]
        write_inventory(cls.folder, cls.machine, cls.package, os.environ.get("TAARA_GRAFANA_PACKAGE"))
        if OnMachine.on_kept:  # the certificate that its door shows
            for ours, its in (("cert.pem", "certificate.pem"), ("key.pem", "key.pem")):
                (cls.folder / ours).write_text(cls.machine.ssh(f"cat /etc/nginx/taara/{its}").stdout, encoding="utf-8")

    @classmethod
    def bring_the_line(cls):
        cls.machine.ssh("mkdir -p /usr/local/bin && cat > /etc/taara-line.passcode && chmod 600 /etc/taara-line.passcode",
                        stdin=None, input=SECRETS["home.passcode"])
        cls.machine.put(ROOT / "build/release/bin/taara_line_sim", "/usr/local/bin/taara_line_sim")
        cls.machine.put(ROOT / "tests/deploy/taara-line-sim.service", "/etc/systemd/system/")
        cls.machine.ssh("systemctl enable --now --no-block taara-line-sim")  # it comes up when the package has brought its libraries

    @classmethod
    def tearDownClass(cls):
        if not OnMachine.keep:
            cls.machine.down()
        shutil.rmtree(cls.folder)

    def run_play(self, book, *options):
        """(exit code, output, seconds) of a playbook."""
        begun = time.monotonic()
        done = subprocess.run(["ansible-playbook", "-i", self.folder / "hosts.json", f"playbooks/{book}", *map(str, options)], cwd=ROOT / "ansible",
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr, time.monotonic() - begun

    def play(self, book, *options):
        """(output, changed, seconds) of a playbook that must succeed."""
        code, output, seconds = self.run_play(book, *options)
        self.assertEqual(code, 0, output[-6000:])
        changed = int(re.search(r"changed=(\d+)", output.rsplit("PLAY RECAP", 1)[1])[1])
        print(f"{book} {' '.join(map(str, options))}: {changed} changed, {seconds:.0f} s", flush=True)
        return output, changed, seconds

    def get(self, address):
        return self.machine.ssh(f"python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())' '{address}'").stdout

    def prometheus(self, path):
        return json.loads(self.get(f"http://127.0.0.1:9090{path}"))["data"]

    def until(self, seconds, what, check):
        """How long it took until `check` was true."""
        begun = time.monotonic()
        while True:
            try:
                if check():
                    return time.monotonic() - begun
            except (RuntimeError, ValueError, KeyError, IndexError):
                pass  # not up yet
            self.assertLess(time.monotonic() - begun, seconds, what)
            time.sleep(1)

    def exporter_says(self, metric):
        return max(float(line.split()[-1]) for line in self.get("http://127.0.0.1:10077/metrics").splitlines() if line.startswith(metric))
