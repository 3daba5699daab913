# SPDX-License-Identifier: Apache-2.0
"""site.yml on a real machine, seen from outside. Run by tests/deploy/droplet; the tests run in the order of their names."""
import email
import email.policy
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import time

import droplet_grafana_test as grafana
from inventory import NAME, PASSWORDS, SECRETS, make_certificate
from on_machine import ROOT, OnMachine

UNITS = {"taara-exporter": 1.2, "prometheus-node-exporter": 1.2, "prometheus": 1.2, "prometheus-alertmanager": 1.2, "nginx": 1.5} | (
    {grafana.UNIT: 2.0} if grafana.PACKAGE else {})
TARGETS = sorted(["alertmanager", "node", "prometheus", "taara"] + (["grafana"] if grafana.PACKAGE else []))


class Droplet(grafana.Grafana, OnMachine):
    def ask(self, path, user=None, host=NAME, method="GET"):
        """(status, headers) of the page as a browser sees it; (None, {}) where the connection ends without an answer."""
        words = ["curl", "-sS", "--max-time", "20", "-o", "/dev/null", "-D", "-", "-X", method, "--cacert", self.folder / "cert.pem",
                 "--resolve", f"{NAME}:443:{self.machine.address}", "-H", f"Host: {host}", f"https://{NAME}{path}"]
        if user:
            words += ["-K", "-"]
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False,
                              input=f'user = "{user}:{PASSWORDS[user]}"\n' if user else "")
        lines = done.stdout.splitlines()
        if not lines:
            return None, {}
        return int(lines[0].split()[1]), {line.split(":")[0].lower(): line.split(":", 1)[1].strip() for line in lines[1:] if ":" in line}

    def tls(self):
        context = ssl.create_default_context(cafile=self.folder / "cert.pem")
        return context.wrap_socket(socket.create_connection((self.machine.address, 443), timeout=30), server_hostname=NAME)

    def targets_up(self):
        return sorted(t["labels"]["job"] for t in self.prometheus("/api/v1/targets")["activeTargets"] if t["health"] == "up")

    # ---- in this order

    def test_1_S11_nothing_secret_in_the_output_of_the_first_run(self):
        output, changed, _ = self.play("site.yml", "-vvv", "--diff")
        self.assertGreater(changed, 20)
        left = self.machine.ssh("grep -raF -f - /tmp /var/tmp /root/.ansible 2>/dev/null | head -c 300; true", stdin=None, input="\n".join(SECRETS.values())).stdout
        for name, secret in SECRETS.items():
            self.assertNotIn(secret, output, name)
            self.assertNotIn(secret, left, name)

    def test_2_every_target_is_up_and_the_line_is_read(self):
        self.until(150, "every target up", lambda: self.targets_up() == TARGETS)
        self.until(150, "the line is read", lambda: self.prometheus("/api/v1/query?query=taara_up")["result"][0]["value"][1] == "1")
        self.play("check.yml")

    def test_3_a_reading_becomes_a_mail(self):
        """Line, exporter, rule, Alertmanager, mail server: the line has used three quarters since its first reading."""
        box = self.folder / "mails"
        # In the machine's network, so that its 1025 is there; the machine itself has no mail server.
        server = subprocess.Popen(["ip", "netns", "exec", self.machine.space, "/usr/bin/python3", "-m", "aiosmtpd", "-n", "-l", "127.0.0.1:1025",
                                   "-c", "aiosmtpd.handlers.Mailbox", box], stdin=subprocess.DEVNULL)

        def mails():
            return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in sorted((box / "new").glob("*"))]

        try:
            took = self.until(400, "a mail", mails)
            # And the trial that docs/operator.md tells to make, to the family, whose channel it is.
            trial = re.search(r"'(amtool alert add .*)'", (ROOT / "docs/operator.md").read_text(encoding="utf-8"))[1]
            self.machine.ssh(trial.replace("kind=monitor", "kind=budget household=home-1"))
            self.until(120, "the trial", lambda: any("A trial; nothing is wrong." in str(one["Subject"]) for one in mails()))
        finally:
            server.terminate()
            server.wait()
        mail = next(one for one in mails() if "of the plan at home-1 is used" in str(one["Subject"]))
        print(f"mail after {took:.0f} s: {mail['Subject']}")
        self.assertEqual((mail["X-RcptTo"], mail["From"]), ("family@example.org", "taara@example.org"))
        text = mail.get_body(("plain",)).get_content()
        self.assertIn("760 GB of 1 TB", text)
        self.assertIn(f"https://{NAME}/", text)

    def test_3_services_are_locked_in_and_run(self):
        for unit, most in UNITS.items():
            with self.subTest(unit):
                said = self.machine.ssh(f"systemctl is-active {unit}; systemd-analyze security {unit} | tail -n 1").stdout.splitlines()
                self.assertEqual(said[0], "active")
                exposure = float(re.search(r": ([0-9.]+) ", said[1])[1])
                print(f"{unit}: exposure {exposure}")
                self.assertLessEqual(exposure, most)

    def test_3_T09_memory_limits_fit_the_machine_and_the_exporter_goes_last(self):
        values = {}
        for unit in UNITS:
            shown = self.machine.ssh(f"systemctl show -p MemoryMax --value {unit}; cat /proc/$(systemctl show -p MainPID --value {unit})/oom_score_adj").stdout.split()
            values[unit] = int(shown[0]), int(shown[1])
        print(values)
        room = 850 if grafana.PACKAGE else 850 - 256  # 256 MB are Grafana's
        self.assertLessEqual(sum(memory for memory, _ in values.values()), room * 1024 * 1024)
        self.assertGreater(values["prometheus"][1], values["taara-exporter"][1])
        if grafana.PACKAGE:
            self.assertEqual(max(values, key=lambda unit: values[unit][1]), grafana.UNIT)

    def test_3_T06_T07_prometheus_takes_no_more_than_it_may(self):
        flags = self.prometheus("/api/v1/status/flags")
        disk = int(self.machine.ssh("df --output=size -B1 /var/lib/prometheus | tail -n 1").stdout)
        size = re.fullmatch(r"(\d+)MiB", flags["storage.tsdb.retention.size"])
        self.assertLessEqual(int(size[1]) * 1024 * 1024, 0.6 * disk)
        self.assertEqual((flags["web.enable-admin-api"], flags["web.enable-lifecycle"]), ("false", "false"))
        # A target that goes wild: 501 series instead of 184.
        self.machine.ssh("systemctl stop taara-exporter; systemd-run -q --unit=wild python3 -c 'import http.server as h\n"
                         "class W(h.BaseHTTPRequestHandler):\n"
                         " def do_GET(s): s.send_response(200); s.end_headers(); s.wfile.write(\"\".join(f\"wild{{n=\\\"{i}\\\"}} 1\\n\" for i in range(501)).encode())\n"
                         "h.HTTPServer((\"127.0.0.1\", 10077), W).serve_forever()'")
        try:
            self.until(130, "the wild target is refused", lambda: any(
                "sample limit exceeded" in t["lastError"] for t in self.prometheus("/api/v1/targets")["activeTargets"]))
            self.assertEqual(self.prometheus("/api/v1/query?query=wild")["result"], [])
        finally:
            self.machine.ssh("systemctl stop wild; systemctl start taara-exporter")

    def test_4_only_three_ports_are_open(self):
        listening = self.machine.ssh("ss -Hltn | awk '{print $4}'").stdout.split()
        ports = {int(address.rsplit(":", 1)[1]) for address in listening}
        self.assertLess({9090, 9093, 9100, 10077}, ports)
        reached = set()
        for port in sorted(ports | {21, 23, 25, 3000, 8080, 9094}):
            with socket.socket() as one:
                one.settimeout(2)
                if one.connect_ex((self.machine.address, port)) == 0:
                    reached.add(port)
        self.assertEqual(reached, {22, 80, 443})

    def test_4_ssh_takes_keys_only(self):
        done = subprocess.run(["ssh", *self.machine.ssh_options(), "-o", "PubkeyAuthentication=no", "-o", "BatchMode=yes", f"root@{self.machine.address}", "true"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 255)
        self.assertIn("Permission denied (publickey)", done.stderr)

    def test_4_security_updates_come_by_themselves(self):
        self.assertEqual(self.machine.ssh("systemctl is-active apt-daily.timer apt-daily-upgrade.timer").stdout.split(), ["active", "active"])
        settings = self.machine.ssh("apt-config dump APT::Periodic; apt-config dump Unattended-Upgrade::Origins-Pattern").stdout
        for words in ('Update-Package-Lists "1"', 'Unattended-Upgrade "1"', "label=Debian-Security"):
            self.assertIn(words, settings)
        self.assertIn("l=Debian-Security", self.machine.ssh("apt-cache policy").stdout)

    def test_4_pages_are_behind_a_login(self):
        status, headers = self.ask("/")
        self.assertEqual(status, 401)
        for name in ("strict-transport-security", "content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"):
            self.assertIn(name, headers)
        status, headers = self.ask("/", "family")
        self.assertEqual(status, 200)
        self.assertIn("content-security-policy", headers)
        self.assertNotIn("none'; frame-ancestors 'none'\", ", headers["content-security-policy"])
        self.assertEqual(self.ask("/alertmanager/", "family")[0], 401)
        self.assertEqual(self.ask("/alertmanager/", "keeper")[0], 200)
        self.assertEqual(self.ask("/-/reload", "keeper", method="POST")[0], 404)
        self.assertEqual(self.ask("/api/v1/health", "family", method="DELETE")[0], 403)

    def test_4_T10_nginx_ends_what_is_slow_large_or_strange(self):
        time.sleep(3)  # the requests before this one are forgotten
        with self.subTest("slow headers"), self.tls() as slow:
            begun = time.monotonic()
            slow.sendall(b"GET / HTTP/1.1\r\nHost: ")
            self.assertIn(self.end_of(slow), (b"", b"HTTP/1.1 408"))
            self.assertLess(time.monotonic() - begun, 15)
        with self.subTest("100 connections"):
            # Each holds a request that waits for its body, so that all are there at once.
            many = [self.tls() for _ in range(100)]
            try:
                answers = []
                for one in many:
                    one.settimeout(15)
                    one.sendall(f"POST / HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 10\r\n\r\n".encode())
                answers = [self.end_of(one) for one in many]
            finally:
                for one in many:
                    one.close()
            self.assertGreaterEqual(answers.count(b"HTTP/1.1 429"), 60, answers)
        time.sleep(3)  # nginx counts by the real clock: these are forgotten, too
        with self.subTest("10 MB body"), self.tls() as large:
            large.sendall(f"POST / HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 10000000\r\n\r\n".encode())
            self.assertEqual(self.end_of(large), b"HTTP/1.1 413")
        with self.subTest("wrong Host"), self.tls() as strange:
            strange.sendall(b"GET / HTTP/1.1\r\nHost: other.example\r\n\r\n")
            self.assertEqual(self.end_of(strange), b"")
        with self.subTest("wrong name in TLS"):
            done = subprocess.run(["openssl", "s_client", "-connect", f"{self.machine.address}:443", "-servername", "other.example"],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            self.assertIn("unrecognized name", done.stderr + done.stdout)
        for version, taken in (("-tls1", False), ("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)):
            with self.subTest(version):
                done = subprocess.run(["openssl", "s_client", "-connect", f"{self.machine.address}:443", "-servername", NAME, version,
                                       *(["-cipher", "ALL:@SECLEVEL=0"] if version != "-tls1_3" else [])],
                                      stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
                self.assertEqual("BEGIN CERTIFICATE" in done.stdout, taken, done.stdout + done.stderr)

    @staticmethod
    def end_of(connection):
        """The first 12 bytes of the answer; empty where the connection ends without one."""
        try:
            return connection.recv(12)
        except OSError:
            return b""

    def test_5_T11_the_second_run_changes_nothing(self):
        self.assertEqual(self.play("site.yml")[1], 0)

    def test_6_T11_the_third_run_repairs_what_hands_changed_and_brings_a_new_certificate(self):
        self.machine.ssh("echo '# by hand' >> /etc/prometheus/prometheus.yml; rm /etc/prometheus/rules/usage.yml; chmod 644 /etc/taara/home.passcode;"
                         "systemctl stop prometheus-node-exporter; nft flush ruleset; sed -i s/12h/1h/ /etc/prometheus/taara/alertmanager.yml;"
                         "echo x >> /etc/prometheus/taara/templates/words.tmpl")
        before = self.certificate()
        make_certificate(self.folder)
        output, changed, _ = self.play("site.yml", "--diff")
        self.assertGreaterEqual(changed, 5, output[-3000:])
        self.assertNotEqual(before, self.certificate())
        self.assertEqual(self.machine.ssh("stat -c %a /etc/taara/home.passcode").stdout.strip(), "600")
        self.assertIn("policy drop", self.machine.ssh("nft list ruleset").stdout)
        self.assertNotIn("by hand", self.machine.ssh("cat /etc/prometheus/prometheus.yml; test -e /etc/prometheus/rules/usage.yml").stdout)
        self.until(150, "every target up", lambda: self.targets_up() == TARGETS)
        self.assertEqual(self.play("site.yml", "--check", "--diff")[1], 0)

    def certificate(self):
        """What the door shows, whoever signed it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(socket.create_connection((self.machine.address, 443), timeout=30), server_hostname=NAME) as one:
            return one.getpeercert(binary_form=True)

    def test_8_the_package_comes_and_goes_and_the_history_stays(self):
        with tempfile.TemporaryDirectory() as scratch:
            tree = pathlib.Path(scratch) / "tree"
            subprocess.run(["dpkg-deb", "-R", self.package, tree], check=True)
            control = tree / "DEBIAN" / "control"
            version = re.search(r"^Version: (.*)$", control.read_text(encoding="utf-8"), re.MULTILINE)[1]
            control.write_text(control.read_text(encoding="utf-8").replace(f"Version: {version}", "Version: 99"), encoding="utf-8")
            subprocess.run(["dpkg-deb", "-b", "--root-owner-group", tree, f"{scratch}/new.deb"], check=True, capture_output=True)
            self.machine.put(f"{scratch}/new.deb", "/root/new.deb")
            self.machine.put(self.package, "/root/old.deb")
        apt = "DEBIAN_FRONTEND=noninteractive apt-get -q -y --allow-downgrades -o DPkg::Lock::Timeout=60"
        state = "systemctl is-active taara-exporter; dpkg-query -W -f='${Version}' taara-exporter"
        history = "python3 -c 'import sqlite3; print(sqlite3.connect(\"/var/lib/private/taara/taara.db\").execute(\"select count(*) from readings\").fetchone()[0])'"
        readings = int(self.machine.ssh(history).stdout)
        for step, active, installed in (("install /root/new.deb", "active", "99"), ("install /root/old.deb", "active", version),
                                        ("remove taara-exporter", "inactive", version), ("install /root/old.deb", "active", version),
                                        ("purge taara-exporter", "inactive", None)):
            with self.subTest(step):
                self.machine.ssh(f"{apt} {step}", timeout=200)
                said = self.machine.ssh(state, check=False).stdout.split()
                self.assertEqual(said[0], active)
                self.assertEqual(said[1:], [installed] if installed else [])
        self.assertGreaterEqual(int(self.machine.ssh(history).stdout), readings)
        self.machine.ssh("test -s /etc/taara/taara.yml && test -s /etc/taara/home.passcode && test ! -e /etc/default/taara-exporter")

    def test_7_T08_all_is_back_after_a_reboot(self):
        readings, newest, due = map(self.exporter_says, ("taara_store_readings", "taara_reading_timestamp_seconds", "taara_next_poll_timestamp_seconds"))
        begun = time.time()
        took = self.machine.reboot()
        print(f"reboot: the boot was over after {took:.0f} s")
        self.until(90 - took, "all services", lambda: set(
            self.machine.ssh(f"systemctl is-active {' '.join(UNITS)} nftables", check=False).stdout.split()) == {"active"})
        self.until(90 - (time.time() - begun), "what was known", lambda: self.exporter_says("taara_reading_timestamp_seconds") >= newest)
        self.assertGreaterEqual(self.exporter_says("taara_store_readings"), readings)
        # Never before it is due: a machine under pressure has polls every 15 minutes. What is due comes within two.
        self.assertLessEqual(self.exporter_says("taara_next_poll_timestamp_seconds"), max(due, begun + 120) + 1)
        if due < begun + 90:
            self.until(120 - (time.time() - begun), "a new reading", lambda: self.exporter_says("taara_reading_timestamp_seconds") > newest)
