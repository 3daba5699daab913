# SPDX-License-Identifier: Apache-2.0
"""What the droplet's tests see of Grafana, from outside and in the machine. Left out where there is no package of it."""
import http.client
import json
import os
import pathlib
import re
import subprocess
import time

from inventory import NAME, SECRETS

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = os.environ.get("TAARA_GRAFANA_PACKAGE")
UNIT = "grafana-server"
COOKIE = "__Secure-taara_session"
FAILED = 'grafana_http_request_duration_seconds_count{handler="/login",method="POST",status_code="401"}'
# Asks for what a dashboard asks. Debian's own targets, of before the first run, are at localhost.
QUERY = {"from": "now-1h", "to": "now", "queries": [
    {"refId": "A", "datasource": {"uid": "taara-prometheus"}, "expr": "up{instance=~\"127.*\"}", "instant": True, "intervalMs": 60000, "maxDataPoints": 10}]}


class Grafana:
    """A part of Droplet, whose machine, plays and TLS it uses."""

    def wants_grafana(self):
        if not PACKAGE:
            self.skipTest("Grafana was left out: TAARA_GRAFANA_PACKAGE=FILE.deb brings it")

    def grafana(self, path, body=None, session=None, method=None, headers=()):
        """(status, headers, content) of a request to Grafana through the door."""
        connection = http.client.HTTPConnection(NAME, timeout=30)
        connection.sock = self.tls()
        sent = {"Content-Type": "application/json", **dict(headers)} | ({"Cookie": f"{COOKIE}={session}"} if session else {})
        try:
            connection.request(method or ("GET" if body is None else "POST"), f"/grafana{path}", None if body is None else json.dumps(body), sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def sign_in(self, user="family", password=SECRETS["grafana.family"]):
        """(the session, its cookie as it was sent); waits where nginx asks for it."""
        for _ in range(12):
            status, headers, content = self.grafana("/login", {"user": user, "password": password})
            if status != 429:
                break
            time.sleep(10)  # real: nginx counts by its own clock
        self.assertEqual(status, 200, content)
        cookie = next(one for one in headers.get_all("Set-Cookie") if one.startswith(f"{COOKIE}="))
        return cookie.split("=", 1)[1].split(";")[0], cookie

    def in_the_machine(self, program):
        """The words of a Python program that runs there as Grafana's user."""
        return self.machine.ssh("runuser -u grafana -- python3 -", stdin=None, input=program).stdout

    def test_4_T12_strangers_get_nothing_from_grafana(self):
        self.wants_grafana()
        for user, password in (("admin", "admin"), ("admin", "password"), ("family", "family")):
            self.assertEqual(self.grafana("/login", {"user": user, "password": password})[0], 401, f"{user}:{password}")
        # Neither a good password nor a bad one opens but at the login page.
        for word in (SECRETS["grafana.admin"], "admin"):
            basic = subprocess.run(["base64", "-w0"], input=f"admin:{word}", capture_output=True, text=True, check=True).stdout
            self.assertEqual(self.grafana("/api/org", headers={"Authorization": f"Basic {basic}"})[0], 401)
        self.assertEqual(self.grafana("/api/user/signup", {"email": "stranger@example.org"})[0], 401)
        self.assertEqual(self.grafana("/api/user/signup/step2", {"email": "stranger@example.org", "password": "x" * 12})[0], 401)
        proxy = "/api/datasources/proxy/uid/taara-prometheus/api/v1/labels"
        resources = "/api/datasources/uid/taara-prometheus/resources/api/v1/labels"
        for path in ("/api/org", "/api/search", "/api/dashboards/home", "/api/dashboards/uid/taara-home", "/api/datasources", proxy, resources,
                     "/api/admin/settings", "/api/users", "/api/annotations", "/api/frontend/settings", "/api/live/ws"):
            with self.subTest(path):
                self.assertIn(self.grafana(path)[0], (401, 403))
        self.assertEqual(self.grafana("/api/ds/query", QUERY)[0], 401)
        for path in ("/", "/d/taara-home", "/explore", "/admin/users"):
            status, headers, _ = self.grafana(path)
            self.assertEqual(status, 302, path)
            self.assertIn(headers["Location"], ("/grafana/", "/grafana/login"), path)
        for path in ("/metrics", "/metrics/", "//metrics", "/%6detrics", "/x/../metrics", "/api/snapshots/1234"):
            self.assertEqual(self.grafana(path)[0], 404, path)
        self.assertNotIn("version", json.loads(self.grafana("/api/health")[2]))
        version = self.machine.ssh("/usr/share/grafana/bin/grafana --version || /usr/sbin/grafana-server -v", check=False).stdout
        self.assertNotIn(re.search(r"[0-9]+\.[0-9]+\.[0-9]+", version)[0], self.grafana("/login")[2])
        # The same questions with a session, so that it is the session that opens.
        session, _ = self.sign_in()
        self.assertEqual(self.grafana("/api/ds/query", QUERY, session)[0], 200)
        self.assertEqual(self.grafana(resources, session=session)[0], 200)
        self.assertEqual(self.grafana("/api/dashboards/home", session=session)[0], 200)

    def test_4_grafana_shows_the_family_home_and_lets_it_change_nothing(self):
        self.wants_grafana()
        session, cookie = self.sign_in()
        for word in ("Path=/grafana", "Max-Age=86400", "HttpOnly", "Secure", "SameSite=Strict"):
            self.assertIn(word, cookie)
        home = json.loads(self.grafana("/api/dashboards/home", session=session)[2])
        self.assertEqual(home["dashboard"]["title"], json.loads((ROOT / "grafana/dashboards/home.json").read_text(encoding="utf-8"))["title"])
        self.assertFalse(home["meta"]["canEdit"] or home["meta"]["canSave"])
        self.assertEqual(len(json.loads(self.grafana("/api/search?tag=taara", session=session)[2])), 6)
        answer = json.loads(self.grafana("/api/ds/query", QUERY, session)[2])
        self.assertEqual(len(answer["results"]["A"]["frames"]), 5)  # the five targets of Prometheus
        board = json.loads(self.grafana("/api/dashboards/uid/taara-home", session=session)[2])["dashboard"]
        for method, path, body in (
                ("POST", "/api/dashboards/db", {"dashboard": board | {"title": "Changed"}, "overwrite": True}),
                ("DELETE", "/api/dashboards/uid/taara-home", None), ("POST", "/api/folders", {"title": "Mine"}),
                ("PUT", "/api/org/preferences", {"theme": "light"}), ("POST", "/api/datasources", {"name": "mine", "type": "prometheus"}),
                ("DELETE", "/api/datasources/uid/taara-prometheus", None), ("POST", "/api/org/invites", {"loginOrEmail": "x", "role": "Viewer"}),
                ("POST", "/api/orgs", {"name": "mine"}), ("GET", "/api/admin/settings", None), ("GET", "/api/org/users", None),
                ("PUT", "/api/user/password", {"oldPassword": SECRETS["grafana.family"], "newPassword": "changed-by-family"}),
                ("POST", "/api/auth/keys", {"name": "mine", "role": "Viewer"})):
            with self.subTest(f"{method} {path}"):
                self.assertEqual(self.grafana(path, body, session, method)[0], 403)
        self.assertEqual(self.grafana("/api/snapshots", {"dashboard": board}, session)[0], 404)

    def test_4_grafana_ends_a_session_after_a_day(self):
        self.wants_grafana()
        session, _ = self.sign_in()
        self.assertEqual(self.grafana("/api/org", session=session)[0], 200)
        # 23 hours old, then 25: as if it had been used all the time.
        for hours, status in ((23, 200), (25, 401)):
            self.in_the_machine("import sqlite3, time\n"
                                "base = sqlite3.connect('/var/lib/grafana/grafana.db', timeout=30)\n"
                                f"base.execute('update user_auth_token set created_at = ?', (int(time.time()) - {hours} * 3600,))\n"
                                "base.commit()\n")
            self.assertEqual(self.grafana("/api/org", session=session)[0], status, f"{hours} hours")

    def test_4_grafana_slows_guessing_and_the_keeper_is_told(self):
        self.wants_grafana()
        begun = time.monotonic()
        answers = [self.grafana("/login", {"user": "stranger", "password": f"guess-{number}"})[0] for number in range(15)]
        took = time.monotonic() - begun
        self.assertGreaterEqual(answers.count(401), 1, answers)
        self.assertLessEqual(answers.count(401), 6 + took / 10, answers)
        self.assertEqual(set(answers), {401, 429})
        for _ in range(5):  # at the pace that nginx lets through
            time.sleep(10)
            self.grafana("/login", {"user": "stranger", "password": "another guess"})
        log = self.machine.ssh(f"journalctl -u {UNIT} --no-pager | grep status=401 | tail -n 1").stdout
        self.assertIn(f"remote_addr={self.machine.outside}", log)
        took = self.until(200, "the message", lambda: self.prometheus("/api/v1/query?query=ALERTS{alertname=\"GrafanaFailedLogins\",alertstate=\"firing\"}")["result"])
        print(f"GrafanaFailedLogins fires {took:.0f} s after the last guess")

    def test_4_grafana_calls_nobody(self):
        self.wants_grafana()
        rules = ("table inet taara_watch { counter calls { }; chain out { type filter hook output priority -10;"
                 " meta skuid grafana oif != lo ct direction original counter name calls; }; }")
        count = "nft -j list counter inet taara_watch calls"
        packets = lambda: next(one["counter"]["packets"] for one in json.loads(self.machine.ssh(count).stdout)["nftables"] if "counter" in one)
        self.machine.ssh("nft -f -", stdin=None, input=rules)
        try:
            self.machine.ssh(f"systemctl restart {UNIT}")
            self.until(120, "Grafana", lambda: self.grafana("/api/health")[0] == 200)
            time.sleep(60)  # real: whom it would call in its first minute
            self.assertEqual(packets(), 0)
            self.machine.ssh(f"runuser -u grafana -- timeout 2 bash -c '</dev/tcp/{self.machine.outside}/443'", check=False)
            self.assertGreater(packets(), 0, "the counter counts")
        finally:
            self.machine.ssh("nft delete table inet taara_watch")

    def test_4_grafanas_memory_after_all_dashboards(self):
        self.wants_grafana()
        if not (ROOT / "tests/grafana/browser/node_modules").exists():
            subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=ROOT / "tests/grafana/browser", check=False)
        done = subprocess.run(["node", ROOT / "tests/grafana/browser/visit.mjs", f"https://{NAME}/grafana", f"{NAME}={self.machine.address}"],
                              input=SECRETS["grafana.family"], capture_output=True, text=True, check=False, timeout=900)
        if done.returncode == 77:
            self.skipTest(done.stdout.strip())
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1:]), (0, ["6 dashboards seen"]), done.stdout + done.stderr)
        status = self.machine.ssh(f"cat /proc/$(systemctl show -p MainPID --value {UNIT})/status").stdout
        megabytes = {name: int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) / 1024 for name in ("VmHWM", "VmRSS", "RssAnon", "RssFile")}
        print("Grafana after all dashboards:", ", ".join(f"{name} {size:.0f} MiB" for name, size in megabytes.items()))
        self.assertLess(megabytes["RssAnon"], 200)
        self.assertLess(megabytes["VmHWM"], 256)

    def test_6_grafana_takes_new_passwords(self):
        self.wants_grafana()
        new = {"grafana_admin_password": "canary-second-admin-password", "grafana_family_password": "canary-second-family"}
        file = self.folder.with_suffix(".json")  # not in the folder, which is the inventory
        file.write_text(json.dumps(new), encoding="utf-8")
        try:
            output, changed, _ = self.play("site.yml", "--tags", "grafana", "-vvv", "--diff", "-e", f"@{file}")
            self.assertGreaterEqual(changed, 3)  # the file with admin's, admin's, the family's
            for secret in new.values():
                self.assertNotIn(secret, output)
            self.assertEqual(self.play("site.yml", "--tags", "grafana", "-e", f"@{file}")[1], 0)
            self.sign_in("family", new["grafana_family_password"])
            self.sign_in("admin", new["grafana_admin_password"])
        finally:
            file.unlink()
        self.assertEqual(self.grafana("/login", {"user": "family", "password": SECRETS["grafana.family"]})[0], 401)
