# SPDX-License-Identifier: Apache-2.0
"""Passwords: who comes in, who is locked out, and what a flood does."""
import os
import pathlib
import signal
import threading
import time
import unittest

from house import PASSWORD, Exporter, Line, curl, eventually, hashed, metric

BINARIES = pathlib.Path(os.environ.get("TAARA_BINARIES", ""))
USERS = f"basic_auth_users:\n  alice: {hashed(PASSWORD)}\n"
CLOSED = ["/", "/metrics", "/household/home", "/-/ready", "/api/v1/forecast", "/api/v1/system/health", "/nothing",
          "//metrics", "/%6detrics", "/metrics/", "/-/healthy/x", "/-/healthy%00", "/-/../-/healthy", "/-/HEALTHY"]


class Access(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.line = Line(BINARIES)
        cls.addClassCleanup(cls.line.stop)

    def exporter(self, web=USERS, **more):
        return Exporter(BINARIES, self.line.url, web, **more)

    def test_everything_but_healthy_is_closed(self):
        with self.exporter() as exporter:
            url = f"http://{exporter.address}"
            self.assertEqual(curl(url + "/-/healthy").status, 200)
            self.assertEqual(curl(url + "/-/healthy", "-I").status, 200)
            for path in CLOSED:
                for options in ([], ["-I"], ["-X", "POST"], ["-X", "DELETE"]):
                    answer = curl(url + path, "--path-as-is", *options)
                    self.assertIn(answer.status, (400, 401), f"{options} {path}")  # 400: civetweb takes it for no request
                    if answer.status == 401:
                        self.assertIn("basic realm=", answer.headers["www-authenticate"].lower())
                        self.assertEqual(answer.headers["x-content-type-options"], "nosniff")
                    self.assertNotIn("taara_up", answer.body)
            self.assertEqual(curl(url + "/-/reload", "-d", "x" * 3000).status, 401)
            self.assertEqual(curl(url + "/metrics", user="alice:" + PASSWORD).status, 200)
            self.assertEqual(curl(url + "/-/reload", "-X", "POST", user="alice:" + PASSWORD).status, 200)
            self.assertEqual(curl(url + "/nothing", user="alice:" + PASSWORD).status, 404)

    def test_lock_out_after_five_and_of_this_address_only(self):
        with self.exporter() as exporter:
            url = f"http://{exporter.address}/metrics"
            for user in ("alice:wrong", "alice:wrong", "mallory:" + PASSWORD, "alice:", "alice\n:x"):
                self.assertEqual(curl(url, user=user).status, 401)
            answer = curl(url, user="alice:" + PASSWORD)
            self.assertEqual(answer.status, 429)
            self.assertTrue(880 < int(answer.headers["retry-after"]) <= 900, answer.headers)
            self.assertEqual(curl(f"http://{exporter.address}/-/healthy").status, 200)
            other = curl(url, "--interface", "127.0.0.2", user="alice:" + PASSWORD)
            self.assertEqual(other.status, 200)
            self.assertEqual(metric(other.body, "taara_http_auth_failures_total"), 6)
            log = exporter.log()
            self.assertIn('msg="a login to the pages was refused: wrong password" from=127.0.0.1 user=alice', log)
            self.assertIn('msg="a login to the pages was refused: no such user" from=127.0.0.1 user=mallory', log)
            self.assertEqual(log.count("must wait 15 minutes"), 1)
            self.assertNotIn("wrong\n", log.replace("wrong password", ""))
            self.assertNotIn(PASSWORD, log)

    def test_a_changed_hash_holds_without_restart_and_a_bad_file_changes_nothing(self):
        with self.exporter() as exporter:
            url = f"http://{exporter.address}/metrics"
            self.assertEqual(curl(url, user="alice:" + PASSWORD).status, 200)
            exporter.set_web(f"basic_auth_users:\n  alice: {hashed('another')}\n")
            self.assertEqual(curl(url, user="alice:another").status, 200)
            self.assertEqual(curl(url, "--interface", "127.0.0.2", user="alice:" + PASSWORD).status, 401)
            exporter.set_web("basic_auth_users:\n  alice: plain words\n")
            self.assertEqual(curl(url, "--interface", "127.0.0.3", user="alice:another").status, 200)
            page = eventually(lambda: next((b for b in [curl(url, "--interface", "127.0.0.3", user="alice:another").body]
                                            if metric(b, "taara_config_last_reload_successful") == 0), None))
            self.assertTrue(page, "the refused file is not in the metrics")
            self.assertEqual(exporter.log().count("the web configuration was not taken"), 1)
            self.assertNotIn("plain words", exporter.log())
            exporter.process.send_signal(signal.SIGHUP)
            self.assertTrue(eventually(lambda: exporter.log().count("the web configuration was not taken") == 2))
            exporter.set_web(f"basic_auth_users:\n  alice: {hashed('third')}\n")
            reloaded = curl(f"http://{exporter.address}/-/reload", "-X", "POST", "--interface", "127.0.0.4",
                            user="alice:third")
            self.assertEqual(reloaded.status, 200, reloaded.body)
            exporter.set_web("")  # as while somebody's editor writes it anew
            self.assertEqual(curl(url, "--interface", "127.0.0.5").status, 401)
            self.assertIn("passwords can't be switched off while the exporter runs", exporter.log())
            exporter.set_web(f"basic_auth_users:\n  alice: {hashed('third')}\n")
            self.assertTrue(eventually(lambda: metric(curl(url, "--interface", "127.0.0.6", user="alice:third").body,
                                                      "taara_config_last_reload_successful") == 1))

    def test_a_flood_of_wrong_passwords_leaves_the_right_one_and_the_health_check_quick(self):
        with self.exporter(f"basic_auth_users:\n  alice: {hashed(PASSWORD, 10)}\n") as exporter:
            url = f"http://{exporter.address}"
            self.assertEqual(curl(url + "/metrics", user="alice:" + PASSWORD).status, 200)
            stop, seen = threading.Event(), []

            def flood(number):
                turn = 0
                while not stop.is_set():
                    turn += 1
                    seen.append(curl(url + "/metrics", "--interface", f"127.0.1.{number % 50 + 1}",
                                     user=f"alice:{number}-{turn}").status)

            threads = [threading.Thread(target=flood, args=(n,)) for n in range(100)]
            for thread in threads:
                thread.start()
            times = {"/metrics": [], "/-/healthy": []}
            try:
                end = time.monotonic() + 8
                while time.monotonic() < end:
                    for path, taken in times.items():
                        begun = time.monotonic()
                        answer = curl(url + path, user="alice:" + PASSWORD if path == "/metrics" else None)
                        taken.append(time.monotonic() - begun)
                        self.assertEqual(answer.status, 200, answer.words)
            finally:
                stop.set()
                for thread in threads:
                    thread.join()
            worst = {path: max(taken) for path, taken in times.items()}
            print(f"    flood: {len(seen)} wrong ones from 50 addresses, {seen.count(401)} looked at, "
                  f"{seen.count(429)} locked out, {seen.count(503)} told to wait; worst {worst}")
            self.assertEqual(seen.count(200), 0)
            self.assertLessEqual(seen.count(401), 250)  # five for each address
            self.assertGreater(seen.count(429) + seen.count(503), 100)
            for path, longest in worst.items():
                self.assertLess(longest, 4.0, path)

    def test_headers_and_rate_limit(self):
        web = ("http_server_config:\n  headers:\n    Strict-Transport-Security: max-age=1\n    X-Frame-Options: sameorigin\n"
               "rate_limit: {interval: 1h, burst: 3}\n")
        with self.exporter(web) as exporter:
            url = f"http://{exporter.address}"
            first = curl(url + "/metrics")
            self.assertEqual((first.status, first.headers["strict-transport-security"]), (200, "max-age=1"))
            self.assertEqual(first.headers["x-frame-options"], "sameorigin")
            self.assertEqual(first.words.lower().count("x-frame-options"), 1)
            self.assertEqual([curl(url + "/metrics").status for _ in range(3)], [200, 200, 429])
            self.assertEqual(curl(url + "/").headers["retry-after"], "3600")
            self.assertEqual(curl(url + "/-/healthy").status, 200)

    def test_the_right_password_stays_out_of_everything(self):
        with self.exporter(f"basic_auth_users:\n  alice: {hashed('canary-7391')}\n") as exporter:
            page = curl(f"http://{exporter.address}/metrics", user="alice:canary-7391")
            self.assertEqual(page.status, 200)
            self.assertNotIn("canary-7391", page.body + exporter.log())
            self.assertNotIn("$2b$", page.body + exporter.log())
            self.assertNotIn(b"canary-7391", pathlib.Path(f"/proc/{exporter.process.pid}/cmdline").read_bytes())

    def test_checking_looks_at_both_files(self):
        exporter = self.exporter("basic_auth_users: {a: b}\nrate_limits: 1\n")
        code, said = exporter.run("--config.check")
        self.assertEqual(code, 2)
        self.assertIn("web.yml:1:23: basic_auth_users.a: found a value that is not shown here", said)
        self.assertIn("web.yml:2:1: rate_limits: unknown key; did you mean rate_limit?", said)
        self.assertEqual(exporter.run()[0], 78)
        exporter.set_web(USERS)
        code, said = exporter.run("--config.check")
        self.assertEqual(code, 0)
        self.assertIn("web.yml: good", said)
        (exporter.folder / "web.yml").chmod(0o606)
        self.assertEqual(exporter.run()[0], 77)

    def test_beyond_this_machine_only_with_tls_and_password_or_told_twice(self):
        for address in ("0.0.0.0:0", "[::]:0", "192.168.77.5:0", "10.0.0.1:0"):
            for flags, more in (((), ""), (("--web.allow-public",), ""), ((), ", allow_public: true")):
                exporter = self.exporter(listen=address, flags=flags, more_web=more)
                code, said = exporter.run()
                self.assertEqual(code, 78, said)
                self.assertIn("allow_public: true", said)
                self.assertIn("--web.allow-public", said)
                self.assertEqual(exporter.run("--config.check")[0], 2)
        exporter = self.exporter(listen="0.0.0.0:0", flags=("--web.allow-public",), more_web=", allow_public: true")
        with exporter:
            self.assertEqual(curl(f"http://127.0.0.1:{exporter.port}/-/healthy").status, 200)
        exporter = self.exporter()
        self.assertEqual(exporter.run("--web.listen-address=0.0.0.0:0")[0], 78)
