# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import unittest

import yaml

from house import ALERTS, MAIL_PASSWORD, MAIL_USER, MONTH, PASSCODE, PLAN, REST, ROUTER_PASSWORD, SECRETS, House, Line, MailServer, Posts
from house import cloud, mail, router
from person import CTRL_C, CTRL_D, CTRL_Z, SIGNALS


class Setup(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)

    def line(self, *options):
        return self.house.has(Line(self.house.folder, *options))

    def mail_server(self):
        return self.house.has(MailServer(self.house.folder))

    def no_secret_in(self, text):
        for secret in SECRETS:
            self.assertNotIn(secret, text)


class Whole(Setup):
    def test_a_cloud_line_and_mail(self):
        line, server = self.line(), self.mail_server()
        with self.house.setup() as person:
            person.answers(*cloud(line), ("Try the line now", ""))
            tried = person.waits_for("Data per cycle")
            self.assertIn("Reading: success", tried)
            self.assertIn("The line answers, and the reading is usable.", tried)
            person.types("")
            person.answers(*PLAN[1:], *ALERTS, *mail(server.address), ("Send one test message", ""))
            self.assertIn("The server took it", person.waits_for("Quiet hours"))
            self.no_secret_in(pathlib.Path(f"/proc/{person.process.pid}/cmdline").read_text())
            self.no_secret_in(pathlib.Path(f"/proc/{person.process.pid}/environ").read_text(errors="replace"))
            self.no_secret_in(self.house.read("setup.draft"))
            person.types("22:00-06:00")
            person.answers(*REST[1:], ("Write this", ""))
            code, rest = person.ends()
            self.assertEqual(code, 0, rest)
            self.assertIn("taara_exporter --config.file=", rest)
            self.no_secret_in(person.seen)
        self.assertEqual(sorted(os.listdir(self.house.target)), ["home.passcode", "owner.yml", "smtp.password", "taara.yml"])
        self.assertEqual(self.house.read("home.passcode"), PASSCODE)
        self.assertEqual(self.house.read("smtp.password"), MAIL_PASSWORD)
        self.assertEqual({name: self.house.mode(name) for name in os.listdir(self.house.target)},
                         {"home.passcode": 0o600, "smtp.password": 0o600, "owner.yml": 0o640, "taara.yml": 0o640})
        self.assertEqual(self.house.mode("."), 0o700)
        self.assertEqual(self.house.checks(), (0, f"{self.house.target}/taara.yml: good, 1 household\n"))
        self.assertEqual(self.house.configure(), (0, f"{self.house.target}/owner.yml: good\n"))
        household = yaml.safe_load(self.house.read("taara.yml"))["households"][0]
        self.assertEqual(household, {
            "source": "taara", "name": "home", "url": line.url, "timezone": "Africa/Nairobi",
            "account": {"country_code": "254", "phone": "700000001", "passcode_file": "./home.passcode", "hotspot_id": "hotspot-1",
                        "partner_id": "partner-1"},
            "plan": {"allocation": "1 TB", "cycle": "plan", "length": "30d"},
            "thresholds": {"used": "75%", "today": "100%", "crossing": "50%"}})
        owner = yaml.safe_load(self.house.read("owner.yml"))
        self.assertEqual(owner["quiet_hours"], {"from": "22:00", "to": "06:00"})
        self.assertEqual(owner["channels"]["email"]["to"], ["mama@example.org", "juma@example.org"])
        (message,) = server.mails()
        self.assertEqual(message["Subject"], "Taara Monitor: a test message")
        self.assertEqual(message["To"].replace("\n", ""), "mama@example.org, juma@example.org")
        self.assertEqual(message["X-RcptTo"], "mama@example.org, juma@example.org")
        self.assertIn("All is well", message.get_payload())

    def test_a_router_and_ntfy(self):
        line, posts = self.line(), self.house.has(Posts())
        with self.house.setup() as person:
            person.answers(*router(line), ("Try the line now", "yes"), *MONTH, *ALERTS, ("Messages by", "ntfy"),
                           ("Server and topic", f"{posts.url}/our-secret-topic"), ("Access token", "tk_canary"),
                           ("Send one test message", "y"), *REST, ("Write this", "yes"))
            code, rest = person.ends()
            self.assertEqual(code, 0, rest)
            for secret in ("our-secret-topic", "tk_canary", ROUTER_PASSWORD):
                self.assertNotIn(secret, person.seen)
        self.assertEqual(self.house.checks()[0], 0)
        self.assertEqual(self.house.configure()[0], 0, self.house.configure())
        self.assertEqual(self.house.read("cottage.password"), ROUTER_PASSWORD)
        household = yaml.safe_load(self.house.read("taara.yml"))["households"][0]
        self.assertEqual(household["plan"], {"allocation": "1 TB", "cycle": "monthly", "day": "5"})
        ((path, headers, body),) = posts.got
        self.assertEqual(path, "/our-secret-topic")
        self.assertEqual(headers["Authorization"], "Bearer tk_canary")
        self.assertIn("setup of cottage", body)
