# SPDX-License-Identifier: Apache-2.0
"""TLS: versions, certificates of servers and clients, changes without restart, odd clients, and Prometheus itself."""
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.request

from house import PASSWORD, Authority, Exporter, Line, curl, eventually, free_port, hashed, metric

BINARIES = pathlib.Path(os.environ.get("TAARA_BINARIES", ""))


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.line = Line(BINARIES)
        cls.addClassCleanup(cls.line.stop)
        temporary = tempfile.TemporaryDirectory(prefix="taara-ca-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.ca = Authority(cls.folder, "house-ca")
        cls.other_ca = Authority(cls.folder, "other-ca")
        cls.certificate, cls.key = cls.ca.sign("server", "IP:127.0.0.1,DNS:localhost")

    def web(self, more="", users=""):
        return f"tls_server_config:\n  cert_file: {self.certificate}\n  key_file: {self.key}\n{more}{users}"

    def exporter(self, web=None, **more):
        return Exporter(BINARIES, self.line.url, web or self.web(), **more)

    def ask(self, exporter, *options, path="/metrics", **more):
        return curl(f"https://{exporter.address}{path}", "--cacert", self.ca.certificate, *options, **more)

    def test_versions(self):
        with self.exporter() as exporter:
            for version in ("1.2", "1.3"):
                answer = self.ask(exporter, f"--tlsv{version}", "--tls-max", version)
                self.assertEqual(answer.status, 200, answer.words)
                self.assertIn("taara_up", answer.body)
            shown = self.s_client(exporter, "-tls1_3")
            self.assertIn("TLSv1.3", shown)
            # Level 0, so that the client itself is willing.
            for old in ("-tls1_1", "-tls1"):
                shown = self.s_client(exporter, old, "-cipher", "DEFAULT@SECLEVEL=0")
                self.assertIn("alert protocol version", shown)
        with self.exporter(self.web("  min_version: TLS13\n")) as exporter:
            self.assertEqual(self.ask(exporter, "--tls-max", "1.2").status, 0)
            self.assertEqual(self.ask(exporter).status, 200)
        with self.exporter(self.web("  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n"
                                    "  curve_preferences: [CurveP384]\n")) as exporter:
            shown = self.s_client(exporter)
            self.assertIn("Cipher is ECDHE-ECDSA-AES256-GCM-SHA384", shown)
            self.assertIn("secp384r1", shown)
            self.assertIn("alert handshake failure", self.s_client(exporter, "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"))

    def test_without_forward_secrecy_or_with_cbc_only_when_told(self):
        certificate, key = self.folder / "rsa.pem", self.folder / "rsa.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        web = f"tls_server_config:\n  cert_file: {certificate}\n  key_file: {key}\n"
        with self.exporter(web) as exporter:
            for suite in ("AES256-GCM-SHA384", "AES128-SHA", "DHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384"):
                self.assertIn("alert handshake failure", self.s_client(exporter, "-tls1_2", "-cipher", suite), suite)
            for suite in ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"):
                self.assertIn(f"Cipher is {suite}", self.s_client(exporter, "-tls1_2", "-cipher", suite))
        with self.exporter(web + "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA]\n") as exporter:
            self.assertIn("Cipher is ECDHE-RSA-AES128-SHA", self.s_client(exporter, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA"))

    def s_client(self, exporter, *options):
        done = subprocess.run(["openssl", "s_client", "-connect", exporter.address, *options], input="Q\n",
                              capture_output=True, text=True, timeout=20)
        return done.stdout + done.stderr

    def test_a_client_that_trusts_another_authority_goes_away(self):
        with self.exporter() as exporter:
            answer = curl(f"https://{exporter.address}/metrics", "--cacert", self.other_ca.certificate)
            self.assertEqual(answer.status, 0)
            self.assertIn("certificate", answer.words)

    def test_client_certificates(self):
        good = self.ca.sign("prometheus", "DNS:prometheus.house,email:keeper@house")
        stranger = self.other_ca.sign("stranger", "DNS:prometheus.house")

        def as_client(pair):
            return ["--cert", pair[0], "--key", pair[1]]

        must = f"  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: {self.ca.certificate}\n"
        for version in ("1.2", "1.3"):
            with self.exporter(self.web(must), flags=["--log.level=debug"]) as exporter:
                limit = ["--tls-max", version]
                self.assertEqual(self.ask(exporter, *limit).status, 0)
                self.assertEqual(self.ask(exporter, *limit, *as_client(stranger)).status, 0)
                answer = self.ask(exporter, *limit, *as_client(good))
                self.assertEqual(answer.status, 200, answer.words)
                self.assertTrue(exporter.logged("peer did not return a certificate"), exporter.log())
                self.assertTrue(exporter.logged("unable to get local issuer certificate"), exporter.log())
                self.assertEqual(metric(answer.body, "taara_http_auth_failures_total"), 2)
        for names, status in (("[prometheus.house]", 200), ("[one, keeper@house]", 200), ("[house]", 0)):
            with self.exporter(self.web(must + f"  client_allowed_sans: {names}\n")) as exporter:
                self.assertEqual(self.ask(exporter, *as_client(good)).status, status, names)
        given = f"  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: {self.ca.certificate}\n"
        with self.exporter(self.web(given)) as exporter:
            self.assertEqual(self.ask(exporter).status, 200)
            self.assertEqual(self.ask(exporter, *as_client(stranger)).status, 0)
        with self.exporter(self.web("  client_auth_type: RequireAnyClientCert\n")) as exporter:
            self.assertEqual(self.ask(exporter).status, 0)
            self.assertEqual(self.ask(exporter, *as_client(stranger)).status, 200)

    def test_a_renewed_certificate_is_used_without_restart(self):
        certificate, key = self.ca.sign("renewed", "IP:127.0.0.1")
        web = f"tls_server_config:\n  cert_file: {certificate}\n  key_file: {key}\n"

        def serial():
            context = ssl.create_default_context(cafile=str(self.ca.certificate))
            with socket.create_connection(("127.0.0.1", exporter.port), timeout=10) as plain:
                with context.wrap_socket(plain, server_hostname="127.0.0.1") as wrapped:
                    return wrapped.getpeercert()["serialNumber"]

        with self.exporter(web) as exporter:
            first = serial()
            certificate.write_text("nothing\n")  # half of a renewal
            self.assertEqual(serial(), first)
            self.assertTrue(exporter.logged("the web configuration was not taken"))
            self.ca.sign("renewed", "IP:127.0.0.1")
            self.assertTrue(eventually(lambda: serial() != first, 4))
            self.assertEqual(self.ask(exporter).status, 200)
            exporter.set_web("")  # TLS can't go while it runs
            exporter.process.send_signal(signal.SIGHUP)
            self.assertTrue(exporter.logged("can't be switched off while the exporter runs"))
            self.assertEqual(self.ask(exporter).status, 200)

    def test_password_and_address_through_tls(self):
        users = f"basic_auth_users:\n  alice: {hashed(PASSWORD)}\n"
        with self.exporter(self.web(users=users)) as exporter:
            self.assertEqual(self.ask(exporter).status, 401)
            self.assertEqual(self.ask(exporter, user="alice:" + PASSWORD).status, 200)
            for _ in range(5):
                self.assertEqual(self.ask(exporter, user="alice:wrong").status, 401)
            self.assertEqual(self.ask(exporter, user="alice:" + PASSWORD).status, 429)
            self.assertEqual(self.ask(exporter, "--interface", "127.0.0.2", user="alice:" + PASSWORD).status, 200)
            self.assertEqual(self.ask(exporter, path="/-/healthy").status, 200)
            # Around the front, to the port inside: nothing, not even with the password.
            inside = curl(f"http://127.0.0.1:{exporter.inside_port()}/metrics", user="alice:" + PASSWORD)
            self.assertEqual(inside.status, 403)
            self.assertNotIn("taara_up", inside.body)

    def test_public_with_tls_and_password_needs_no_telling(self):
        users = f"basic_auth_users:\n  alice: {hashed(PASSWORD)}\n"
        with self.exporter(self.web(users=users), listen="0.0.0.0:0") as exporter:
            url = f"https://127.0.0.1:{exporter.port}/metrics"
            self.assertEqual(curl(url, "--cacert", self.ca.certificate, user="alice:" + PASSWORD).status, 200)
            exporter.set_web(self.web())  # without users strangers would come in
            exporter.process.send_signal(signal.SIGHUP)
            self.assertTrue(exporter.logged("but the exporter listens where others than this machine reach it"))
            self.assertEqual(curl(url, "--cacert", self.ca.certificate).status, 401)
        code, said = self.exporter(listen="0.0.0.0:0").run()  # TLS alone is not enough
        self.assertEqual(code, 78, said)

    def test_ipv6_works_with_tls(self):
        try:
            socket.socket(socket.AF_INET6).bind(("::1", 0))
        except OSError:
            self.skipTest("this machine has no IPv6")
        certificate, key = self.ca.sign("six", "IP:::1")
        web = f"tls_server_config:\n  cert_file: {certificate}\n  key_file: {key}\n"
        with self.exporter(web, listen="[::1]:0") as exporter:
            self.assertEqual(self.ask(exporter).status, 200)

    def test_odd_clients_do_no_harm(self):
        with self.exporter() as exporter:
            plain = curl(f"http://{exporter.address}/metrics")
            self.assertEqual(plain.status, 400)
            self.assertIn("https://", plain.body)
            held = [socket.create_connection(("127.0.0.1", exporter.port)) for _ in range(150)]  # and say nothing
            begun = time.monotonic()
            self.assertTrue(eventually(lambda: self.ask(exporter).status == 200, 12))
            self.assertLess(time.monotonic() - begun, 12)
            for s in held:
                s.close()
            for rubbish in (b"\x16\x03\x01", b"\x00" * 5000, b"GET", b"\x16\x03\x01\xff\xff" + b"x" * 70000):
                with socket.create_connection(("127.0.0.1", exporter.port)) as s:
                    s.sendall(rubbish)
            for _ in range(100):  # connect, begin, reset
                s = socket.create_connection(("127.0.0.1", exporter.port))
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                s.sendall(b"\x16\x03\x01\x02\x00\x01")
                s.close()
            self.assertEqual(self.ask(exporter).status, 200)
            fds = f"/proc/{exporter.process.pid}/fd"
            before = len(os.listdir(fds))
            for _ in range(20):
                self.assertEqual(self.ask(exporter).status, 200)
            self.assertTrue(eventually(lambda: len(os.listdir(fds)) <= before))
            # Slow-loris behind a finished handshake: the server's own limits hold.
            context = ssl._create_unverified_context()
            slow = []
            for _ in range(20):
                s = context.wrap_socket(socket.create_connection(("127.0.0.1", exporter.port)))
                s.sendall(b"GET /metrics HT")
                slow.append(s)
            begun = time.monotonic()
            self.assertEqual(self.ask(exporter).status, 200)
            self.assertLess(time.monotonic() - begun, 10)
            exporter.process.send_signal(signal.SIGTERM)
            self.assertTrue(eventually(lambda: exporter.process.poll() is not None, 2), "it stops whatever clients do")
            self.assertEqual(exporter.process.returncode, 0)

    def test_prometheus_scrapes_with_tls_and_password(self):
        users = f"basic_auth_users:\n  prometheus: {hashed(PASSWORD)}\n"
        with self.exporter(self.web(users=users)) as exporter:
            folder = exporter.folder
            (folder / "scrape.password").write_text(PASSWORD)
            (folder / "prometheus.yml").write_text(
                f"scrape_configs:\n  - job_name: taara\n    scheme: https\n    scrape_interval: 1s\n    scrape_timeout: 1s\n"
                f"    tls_config: {{ca_file: {self.ca.certificate}}}\n"
                f"    basic_auth: {{username: prometheus, password_file: {folder}/scrape.password}}\n"
                f"    static_configs: [{{targets: ['{exporter.address}']}}]\n")
            port = free_port()
            prometheus = subprocess.Popen(
                ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                 f"--web.listen-address=127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                def health():
                    try:
                        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/targets", timeout=5) as answer:
                            targets = json.load(answer)["data"]["activeTargets"]
                        return targets and targets[0]["health"] == "up" and targets[0]["lastError"] == ""
                    except OSError:
                        return False
                self.assertTrue(eventually(health, 40), "Prometheus does not get in")
            finally:
                prometheus.kill()
                prometheus.wait()


