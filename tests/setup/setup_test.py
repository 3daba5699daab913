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
            answers = [("Partner id \\[partner-1\\]" if question == "Partner id" else question, "" if question == "Partner id" else answer)
                       for question, answer in cloud(line)]
            person.answers(*answers, ("Try the line now", ""))
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
                           ("Server and topic", f"{posts.url}/canary-topic"), ("Access token", "tk_canary"),
                           ("Send one test message", "y"), *REST, ("Write this", "yes"))
            code, rest = person.ends()
            self.assertEqual(code, 0, rest)
            for secret in ("canary-topic", "tk_canary", ROUTER_PASSWORD):
                self.assertNotIn(secret, person.seen)
        self.assertEqual(self.house.checks()[0], 0)
        self.assertEqual(self.house.configure()[0], 0, self.house.configure())
        self.assertEqual(self.house.read("cottage.password"), ROUTER_PASSWORD)
        household = yaml.safe_load(self.house.read("taara.yml"))["households"][0]
        self.assertEqual(household["plan"], {"allocation": "1 TiB", "cycle": "monthly", "day": "5"})
        ((path, headers, body),) = posts.got
        self.assertEqual(path, "/canary-topic")
        self.assertEqual(headers["Authorization"], "Bearer tk_canary")
        self.assertIn("setup of cottage", body)

    def test_discord_and_a_webhook_get_what_alertmanager_would_send(self):
        posts = self.house.has(Posts())
        for channel, path, text in (("discord", "/api/webhooks/1/canary", '"text":'), ("webhook", "/hook/canary", '"alerts":')):
            self.house.target = self.house.folder / channel
            with self.house.setup() as person:
                person.answers(*cloud(None, "http://127.0.0.1:9"), ("Try the line now", "no"), *PLAN, *ALERTS, ("Messages by", channel),
                               ("URL of the webhook", posts.url + path), ("Send one test message", ""), *REST, ("Write this", ""))
                self.assertEqual(person.ends()[0], 0)
                self.assertNotIn("canary", person.seen)
            self.assertEqual(self.house.configure()[0], 0, self.house.configure())
            got_path, _, body = posts.got.pop()
            self.assertEqual(got_path, path + ("/slack" if channel == "discord" else ""))
            self.assertIn(text, body)


class Corrected(Setup):
    def test_a_wrong_answer_is_told_with_what_is_allowed_and_asked_again(self):
        with self.house.setup() as person:
            asked = person.waits_for("Source")
            self.assertIn("[taara]", asked)
            person.types("cable")
            self.assertIn('That does not fit: found "cable"; allowed: taara or router.', person.waits_for("Source"))
            person.types("?")
            self.assertIn("your router has a page of its own", person.waits_for("Source"))
            person.types("taara")
            person.waits_for("Name of this")
            person.types("My Home")
            self.assertIn("allowed: 1 to 63 of a-z, 0-9, _ and -", person.waits_for("Name of this"))
            person.types("\x1b[A")  # an arrow key
            self.assertIn("control character", person.waits_for("Name of this"))
            person.types("back")
            person.waits_for(r"Source: taara or router \[taara\]")
            person.types("")
            person.answers(("Name of this", "home"), ("Address", "http://share.taara.company"))
            self.assertIn("would send the passcode readable", person.waits_for("Address").replace("\r\n  ", " "))
            person.types("")
            person.answers(("Country", "254"), ("Phone", "12"))
            said = person.waits_for("Phone")
            self.assertIn("allowed: 4 to 15 digits", said)
            person.types("")
            self.assertIn("it is needed", person.waits_for("Phone"))
            person.types("quit")
            self.assertEqual(person.ends()[0], 1)

    def test_a_wrong_passcode(self):
        line = self.line()
        with self.house.setup() as person:
            person.answers(*[(question, "wrong-pass-canary" if question == "Passcode" else answer) for question, answer in cloud(line)],
                           ("Try the line now", ""))
            self.assertIn("refuses the login", person.waits_for(r"What next \[secret\]"))
            person.types("")
            person.answers(("Passcode", PASSCODE), ("Try the line now", ""))
            self.assertIn("reading is usable", person.waits_for("Data per cycle"))
            person.types("")
            person.answers(*PLAN[1:], *ALERTS, ("Messages by", "none"), ("Write this", ""))
            self.assertEqual(person.ends()[0], 0)
            self.assertNotIn("wrong-pass-canary", person.seen)
        self.assertEqual(self.house.read("home.passcode"), PASSCODE)
        self.assertFalse((self.house.target / "owner.yml").exists())

    def test_a_line_that_nobody_answers_for(self):
        line = self.line()
        with self.house.setup() as person:
            person.answers(*cloud(line, "http://127.0.0.1:9"), ("Try the line now", ""))
            self.assertIn("no answer after", person.waits_for(r"What next \[again\]"))
            person.types("answers")
            person.answers(("Source", ""), ("Name", ""), (r"Address of the line \[http://127.0.0.1:9\]", line.url), ("Country", ""),
                           (r"Phone number.*\[700000001\]", ""), ("Hotspot", ""), ("Partner", ""), ("Passcode", PASSCODE), ("Time zone", ""),
                           ("Try the line now", ""))
            self.assertIn("reading is usable", person.waits_for("Data per cycle"))
            person.types("quit")
            self.assertEqual(person.ends()[0], 1)

    def test_a_router_that_calls_its_fields_otherwise(self):
        line = self.line("--fault", "field_renamed:remaining_mb")
        with self.house.setup() as person:
            person.answers(*router(line), ("Try the line now", ""))
            self.assertIn("With the proposed mapping it would be", person.waits_for("Read it with the proposed mapping"))
            person.types("yes")
            person.answers(("Try the line now", ""))
            self.assertIn("reading is usable", person.waits_for("Data per cycle"))
            person.types("")
            person.answers(*MONTH[1:], *ALERTS, ("Messages by", "none"), ("Write this", ""))
            self.assertEqual(person.ends()[0], 0)
        self.assertEqual(self.house.checks()[0], 0)
        mapping = yaml.safe_load(self.house.read("taara.yml"))["households"][0]["mapping"]
        self.assertEqual(mapping["remaining"], {"pointer": "/remaining_mb_v2", "unit": "MiB"})

    def test_a_mail_server_that_refuses(self):
        server = self.mail_server()
        answers = [(question, "wrong-pass-canary" if question == "Password at" else answer) for question, answer in mail(server.address)]
        with self.house.setup() as person:
            person.answers(*cloud(None, "http://127.0.0.1:9"), ("Try the line now", "no"), *PLAN, *ALERTS, *answers,
                           ("Send one test message", ""))
            self.assertIn("refuses user name or password", person.waits_for(r"What next \[secret\]"))
            person.types("answers")
            person.answers(("Messages by", ""), ("Mail addresses", ""), ("Sender", ""), ("Mail server", "127.0.0.1:9"), ("User name", ""),
                           ("Password at", MAIL_PASSWORD), ("Send one", ""))
            self.assertIn("nobody answers at that host and port", person.waits_for(r"What next \[again\]"))
            person.types("answers")
            person.answers(("Messages by", ""), ("Mail addresses", ""), ("Sender", ""), ("Mail server", server.address),
                           (rf"User name.*\[{MAIL_USER}\]", ""), ("Password at", MAIL_PASSWORD), ("Send one", ""))
            self.assertIn("The server took it", person.waits_for("Quiet hours"))
            person.types("quit")
            self.assertEqual(person.ends()[0], 1)
            self.assertNotIn("pass-canary", person.seen)
        self.assertEqual(len(server.mails()), 1)

    def test_what_setup_takes_alertmanager_configure_takes(self):
        """Each value is typed for real; those that pass are judged by the other side's own rules."""
        import owner_file
        odd = ("mama@example.org", "o'hara@example.org", "a@b", "a@b.", "a@_b.org", "a@1.2", "!#$%&'*+/=?^_~-@x.y")
        hosts = ("smtp.example.org:587", "[::1]:25", "localhost:25", "1.2.3.4:465", "a_b:25", "a:99999", "[1.2.3.4]:25", "xn--a.b:1")
        links = ("http://localhost:3000/d/taara-home", "http://[fd00::1]:3000/x?y=z", "https://a.b/'", "https://a.b/{{", "http://a_b/",
                 "https://a.b/%20(x)~$&*+,;=:@!", "http://[::1", "https://ä.b/", "https://a.b:1/?#")
        quiet = ("21:30-06:30", "00:00-23:59", "9:00-10:00", "21:30-21:30")
        rules = {"Sender": (odd, owner_file.ADDRESS.fullmatch), "Mail server": (hosts, owner_file.is_host_port),
                 "Where messages": (links, owner_file.is_url),
                 "Quiet hours": (quiet, lambda text: all(owner_file.TIME.fullmatch(part) for part in text.split("-")))}
        taken = 0
        with self.house.setup() as person:
            person.answers(*cloud(None, "http://127.0.0.1:9"), ("Try the line now", "no"), *PLAN, *ALERTS, ("Messages by", "email"),
                           ("Mail addresses", "mama@example.org"))
            for question, following, good in (("Sender", "Mail server", MAIL_USER), ("Mail server", "User name", "127.0.0.1:9"),
                                              ("Quiet hours", "zone of the quiet", ""), ("Where messages", "Write this", "")):
                if question == "Quiet hours":
                    person.answers(("User name", "none"), ("Send one", "no"))
                if question == "Where messages":
                    person.answers(("zone of the quiet", ""))
                person.waits_for(question)
                values, judge = rules[question]
                for value in values:
                    person.types(value)
                    said = person.waits_for(f"(?:{question}|{following})")
                    if "does not fit" in said:
                        continue
                    self.assertTrue(judge(value), (question, value))
                    taken += 1
                    person.types("messages" if question == "Where messages" else "back")
                    if question == "Where messages":  # the last one: round about
                        person.answers(("Messages by", ""), ("Mail addresses", ""), ("Sender", ""), ("Mail server", ""), ("User name", ""),
                                       ("Send one", "no"), ("Quiet", ""), ("zone of", ""))
                    person.waits_for(question)
                person.types(good)
        self.assertGreaterEqual(taken, 12)


class Left(Setup):
    def begun(self):
        person = self.house.setup()
        person.answers(*cloud(None, "http://127.0.0.1:9")[:-2])
        person.waits_for("Passcode")
        return person

    def test_nothing_typed_at_a_secret_appears_and_echo_comes_back_however_it_ends(self):
        for leave, wanted in [(lambda person: person.presses(CTRL_C), 130), (lambda person: person.presses(CTRL_D + CTRL_D), 1),
                              *((lambda person, number=number: person.gets(number), 128 + number) for number in SIGNALS)]:
            with self.subTest(wanted=wanted), self.begun() as person:
                self.assertFalse(person.echo_is_on())
                person.presses(b"half-typed-canary")
                leave(person)
                code, rest = person.ends()
                self.assertEqual(code, wanted)
                self.assertTrue(person.echo_is_on())
                self.assertNotIn("canary", person.seen)
                self.assertIn("setup.draft", rest)
            (self.house.target / "setup.draft").unlink()

    def test_a_secret_that_is_taken_turns_echo_on_again_and_ctrl_z_does_not_stop_within_one(self):
        with self.begun() as person:
            person.presses(CTRL_Z)
            person.types("canary")
            self.assertIn("control character", person.waits_for("Passcode"))
            self.assertFalse(person.echo_is_on())
            person.types(PASSCODE)
            person.waits_for("Time zone")
            self.assertTrue(person.echo_is_on())
            self.assertNotIn("canary", person.seen)

    def test_left_and_resumed(self):
        line = self.line()
        with self.begun() as person:
            person.types(PASSCODE)
            person.waits_for("Time zone")
            person.types("quit")
            code, rest = person.ends()
            self.assertEqual(code, 1)
            self.assertIn("Left.", rest)
        self.assertEqual(os.listdir(self.house.target), ["setup.draft"])
        self.assertEqual(self.house.mode("setup.draft"), 0o600)
        self.no_secret_in(self.house.read("setup.draft"))
        with self.house.setup() as person:
            self.assertIn("7 answers of an earlier run", person.waits_for("go-on or new"))
            person.types("")
            person.answers(("Passcode", PASSCODE), ("Time zone", "Africa/Nairobi"), ("Try the line now", "yes"), ("What next", "answers"),
                           ("Source", ""), ("Name", ""), ("Address", line.url), ("Country", ""), ("Phone", ""), ("Hotspot", ""),
                           ("Partner", ""), ("Passcode", PASSCODE), ("Time zone", ""), ("Try", ""), *PLAN, *ALERTS, ("Messages by", "none"),
                           ("Write this", ""))
            self.assertEqual(person.ends()[0], 0)
        self.assertEqual(sorted(os.listdir(self.house.target)), ["home.passcode", "taara.yml"])
        self.assertEqual(self.house.checks()[0], 0)

    def test_a_draft_that_somebody_broke_does_no_harm(self):
        self.house.target.mkdir(parents=True)
        for draft in ("source: [", "source: cable\nphone: {a: b}\n", "\x00\xff", "a" * 100_000):
            (self.house.target / "setup.draft").write_text(draft, encoding="latin-1")
            with self.subTest(draft=draft[:20]), self.house.setup() as person:
                person.waits_for("Source")
                person.presses(CTRL_D)
                self.assertEqual(person.ends()[0], 1)

    def test_leaving_while_the_line_keeps_silent(self):
        line = self.line("--fault", "silent")
        with self.house.setup() as person:
            person.answers(*cloud(line), ("Try the line now", ""))
            while "(log in)" not in person.seen:
                self.assertTrue(person.sees_more())
            person.presses(CTRL_C)
            code, rest = person.ends()
            self.assertEqual(code, 130, rest)

    def test_leaving_before_any_answer_leaves_nothing(self):
        with self.house.setup() as person:
            person.waits_for("Source")
            person.presses(CTRL_D)
            code, rest = person.ends()
            self.assertEqual(code, 1)
            self.assertIn("Nothing was written", rest)
        self.assertFalse(self.house.target.exists())


class Written(Setup):
    def whole(self, passcode, *last):
        person = self.house.setup()
        self.addCleanup(person.__exit__)
        answers = [(question, passcode if question == "Passcode" else answer) for question, answer in cloud(None, "http://127.0.0.1:9")]
        person.answers(*answers, ("Try the line now", "no"), *PLAN, *ALERTS, ("Messages by", "none"), ("Write this", ""), *last)
        return person.ends()

    def test_what_is_there_is_replaced_only_when_told_and_kept_beside(self):
        self.assertEqual(self.whole("first-canary")[0], 0)
        before = self.house.read("taara.yml")
        code, rest = self.whole("second-canary", (r"Replace them\? yes or no \[no\]", ""))
        self.assertEqual(code, 1)
        self.assertIn("No configuration was written", rest)
        self.assertEqual(self.house.read("home.passcode"), "first-canary")
        self.assertEqual(sorted(os.listdir(self.house.target)), ["home.passcode", "setup.draft", "taara.yml"])
        (self.house.target / "setup.draft").unlink()
        code, rest = self.whole("second-canary", ("Replace them", "yes"))
        self.assertEqual(code, 0)
        self.assertIn("Kept beside: home.passcode.old-1 taara.yml.old-1", rest)
        self.assertEqual(self.house.read("home.passcode"), "second-canary")
        self.assertEqual(self.house.read("home.passcode.old-1"), "first-canary")
        self.assertEqual(self.house.mode("home.passcode.old-1"), 0o600)
        self.assertEqual(self.house.read("taara.yml.old-1"), before)

    def test_a_part_can_be_changed_at_the_end(self):
        person = self.house.setup()
        self.addCleanup(person.__exit__)
        person.answers(*cloud(None, "http://127.0.0.1:9"), ("Try the line now", "no"), *PLAN, *ALERTS, ("Messages by", "none"),
                       ("Write this", "plan"), ("Data per cycle", "500 GB"), ("Cycle", ""), ("Length", ""), ("Write this", "yes"))
        self.assertEqual(person.ends()[0], 0)
        self.assertEqual(yaml.safe_load(self.house.read("taara.yml"))["households"][0]["plan"]["allocation"], "500 GB")

    def test_a_narrow_window_gets_narrow_lines(self):
        with self.house.setup(columns=44) as person:
            said = person.waits_for("Source")
            for line in said.replace("\r", "").splitlines():
                if not line.startswith("Folder:"):
                    self.assertLessEqual(len(line), 44, line)
