# SPDX-License-Identifier: Apache-2.0
"""alertmanager/configure: good owner's files become configurations that amtool accepts, bad ones are refused with every
error, secrets stay where they belong."""
import json
import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest

import yaml

from house import CONFIGURE, ROOT, House, alert, configure

CANARY = "canary5e7a9c"
SECRETS = {
    "smtp.password": f"p {CANARY}", "telegram.token": f"123456:{CANARY}AAAAAAAAAAAAAAAAAAAA", "slack.url": f"https://hooks.slack.com/services/T/B/{CANARY}",
    "discord.url": f"https://discord.com/api/webhooks/1/{CANARY}", "webhook.url": f"https://n8n.example.org/webhook/{CANARY}",
    "ntfy.url": f"https://ntfy.sh/{CANARY}", "ntfy.token": f"tk_{CANARY}", "watchdog.url": f"https://hc-ping.com/{CANARY}",
}
HEAD = "timezone: Africa/Nairobi\nlinks: {dashboard: https://taara.example.org/d/taara-home}\n"
EMAIL = "email: {to: [mama@example.org], from: taara@example.org, smarthost: smtp.example.org:587}"
PLAIN = f"{HEAD}channels:\n  {EMAIL}\nfamily: [email]\nkeeper: [email]\n"
CHANNELS = {
    "email": EMAIL,
    "login": "login: {type: email, to: [mama@example.org, b@example.org], from: taara@example.org, smarthost: '[2001:db8::1]:465', "
             "username: taara, password_file: smtp.password, require_tls: true, hello: monitor.example.org}",
    "telegram": "telegram: {chat_id: -1001234567890, bot_token_file: telegram.token}",
    "slack": "slack: {webhook_url_file: slack.url}",
    "discord": "discord: {webhook_url_file: discord.url}",
    "webhook": "webhook: {url: 'http://127.0.0.1:5678/webhook/taara?a=b&c=d'}",
    "hook": "hook: {type: webhook, url_file: webhook.url}",
    "ntfy": "ntfy: {url_file: ntfy.url, token_file: ntfy.token}",
}
SECRET = "a file with one line of at most 4096 bytes that others may not read (chmod o-rwx)"
URL = "https:// or http:// with a host, without spaces, quotes or braces"
# (what is bad, [LINE:COLUMN: the whole error])
BAD = {
    "empty": ("", ["1:1: found an empty file; allowed: a file as in owner.example.yml"]),
    "not yaml": ("a: [\n", ["2:1: is not YAML: expected the node content, but found '<stream end>'; allowed: a file as in owner.example.yml"]),
    "a list": ("- a\n", ["1:1: the file: found a list; allowed: a map with language, timezone, quiet_hours, links, channels, family, keeper, watchdog"]),
    "several at once": (
        PLAIN.replace("Africa/Nairobi", "Nairobi").replace("to: [mama@example.org]", "to: [mama, '{{x}}@example.org']").replace("587", "99999")
        + "language: tlh\nquiet: 1\nquiet_hours: {from: 21:30, to: 24:00}\n",
        ['1:11: timezone: found "Nairobi"; allowed: a time zone such as Africa/Nairobi',
         '4:16: channels.email.to: found "mama"; allowed: an address such as mama@example.org',
         '4:22: channels.email.to: found "{{x}}@example.org"; allowed: an address such as mama@example.org',
         '4:80: channels.email.smarthost: found "smtp.example.org:99999"; allowed: host:port',
         '7:11: language: found "tlh"; allowed: ar, de, en, fr, so, sw',
         "8:1: quiet: found an unknown key; allowed: language, timezone, quiet_hours, links, channels, family, keeper, watchdog",
         '9:32: quiet_hours.to: found "24:00"; allowed: a time such as 21:30, 00:00 to 23:59']),
    "quiet all day": (PLAIN + "quiet_hours: {from: 21:30, to: 21:30}\n",
                      ["7:14: quiet_hours: found from and to both 21:30; allowed: two different times, or none"]),
    "quiet half": (PLAIN + "quiet_hours: {from: 21:30}\n",
                   ["7:14: quiet_hours.to: found nothing, but it is needed; allowed: a time such as 21:30, 00:00 to 23:59"]),
    "quiet a word": (PLAIN + "quiet_hours: never\n",
                     ['7:14: quiet_hours: found "never"; allowed: none, or a map with from, to such as {from: "21:30", to: "06:30"}']),
    "a key twice": (PLAIN + "timezone: UTC\n", ["7:1: timezone: found the key a second time; allowed: each key once"]),
    "unknown channel": (PLAIN.replace("family: [email]", "family: [email, pigeon, email]"),
                        ['5:17: family: found "pigeon"; allowed: names of channels: email', '5:25: family: found "email" a second time; allowed: each channel once']),
    "nobody": (PLAIN.replace("keeper: [email]", "keeper: []"), ["6:9: keeper: found an empty list; allowed: a list of names of channels: email"]),
    "unknown type": (PLAIN.replace("  email: {", "  pigeon: {}\n  email: {"),
                     ["4:11: channels.pigeon.type: found nothing, but it is needed; allowed: discord, email, ntfy, slack, telegram, webhook"]),
    "a password in the file": (PLAIN.replace("587}", f"587, password: {CANARY}}}"),
                               ["4:93: channels.email.password: found an unknown key; allowed: type, to, from, smarthost, hello, username, password_file, "
                                "require_tls; a secret is named by its file, password_file"]),
    "a password as its file": (PLAIN.replace("587}", f"587, username: a, password_file: {CANARY}}}"),
                               ["4:121: channels.email.password_file: found a path that is not shown here, which can't be read (No such file or directory); "
                                f"allowed: {SECRET}"]),
    "half a login": (PLAIN.replace("587}", "587, username: a}"), ["4:10: channels.email: found one of username and password_file; allowed: both or none"]),
    "tls a word": (PLAIN.replace("587}", "587, require_tls: maybe}"), ['4:106: channels.email.require_tls: found "maybe"; allowed: true or false']),
    "a secret in an address": (PLAIN.replace("https://taara.example.org/d/taara-home", f"ftp://{CANARY}"),
                               [f"2:20: links.dashboard: found a text that is not shown here; allowed: {URL}"]),
    "a template in an address": (PLAIN.replace("/d/taara-home", "/d/{{.x}}").replace("{dashboard: https", "{dashboard: 'https").replace("}}}", "}}'}"),
                                 [f"2:20: links.dashboard: found a text that is not shown here; allowed: {URL}"]),
    "chat by name": (PLAIN.replace("  email", "  telegram: {chat_id: '@family', bot_token_file: slack.url}\n  email"),
                     ['4:23: channels.telegram.chat_id: found "@family"; allowed: a whole number, below zero for groups',
                      "4:50: channels.telegram.bot_token_file: found a file whose content does not fit (not shown); allowed: a file that holds the token as "
                      "@BotFather gave it"]),
    "a thread of Discord's": (PLAIN.replace("  email", "  discord: {webhook_url_file: thread.url}\n  email"),
                              ["4:31: channels.discord.webhook_url_file: found a file whose content does not fit (not shown); allowed: a file that holds the "
                               "webhook's URL as Discord gave it"]),
    "two addresses": (PLAIN.replace("  email", "  webhook: {url: http://a, url_file: webhook.url}\n  ntfy: {}\n  email"),
                      ["4:12: channels.webhook: found both url and url_file; allowed: one of url, url_file",
                       "5:9: channels.ntfy: found neither url nor url_file; allowed: one of url, url_file"]),
    "no topic": (PLAIN.replace("  email", "  ntfy: {url: https://ntfy.sh}\n  email"),
                 ["4:9: channels.ntfy.url: found an address without a topic, or with more than that; allowed: server and topic, such as "
                  "https://ntfy.sh/our-secret-topic"]),
    "open to all": (PLAIN + "watchdog: {url_file: open.url}\n",
                    [f'7:22: watchdog.url_file: found "open.url", which others may use (mode 0644); allowed: {SECRET}']),
    "two lines": (PLAIN + "watchdog: {url_file: two.url}\n", [f'7:22: watchdog.url_file: found "two.url", which has 2 lines; allowed: {SECRET}']),
    "a folder": (PLAIN + "watchdog: {url_file: .}\n", [f'7:22: watchdog.url_file: found ".", which is no regular file; allowed: {SECRET}']),
}


class Desk(unittest.TestCase):
    """A folder with the owner's secrets."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name, content in {**SECRETS, "open.url": "https://example.org", "thread.url": f"https://discord.com/api/webhooks/1/{CANARY}?thread_id=1", "two.url": "https://example.org\nhttps://example.com"}.items():
            (self.folder / name).write_text(content + "\n", encoding="utf-8")
            (self.folder / name).chmod(0o644 if name == "open.url" else 0o640)

    def owner(self, text):
        file = self.folder / "owner.yml"
        file.write_text(text, encoding="utf-8")
        return file

    def output(self, text, *more):
        code, said, errors = configure(self.owner(text), "--output", self.folder / "out", *more)
        self.assertEqual((code, errors), (0, ""))
        self.assertNotIn(CANARY, said)
        return self.folder / "out" / "alertmanager.yml"


class Good(Desk):
    def check(self, text):
        file = self.output(text)
        done = subprocess.run(["amtool", "check-config", file], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return yaml.safe_load(file.read_text(encoding="utf-8"))

    def test_each_channel_alone_for_both(self):
        for name, channel in CHANNELS.items():
            with self.subTest(name):
                self.check(f"{HEAD}channels:\n  {channel}\nfamily: [{name}]\nkeeper: [{name}]\n")

    def test_all_channels(self):
        everybody = ", ".join(CHANNELS)
        text = HEAD + "channels:\n" + "".join(f"  {channel}\n" for channel in CHANNELS.values()) + f"family: [{everybody}]\nkeeper: [{everybody}]\n"
        config = self.check(text + "watchdog: {url_file: watchdog.url}\nquiet_hours: {from: 22:00, to: 7:00}\n".replace("7:00", "07:00"))
        family = config["receivers"][0]
        self.assertEqual({key: len(value) for key, value in family.items() if key != "name"},
                         {"email_configs": 2, "telegram_configs": 1, "slack_configs": 2, "webhook_configs": 3})

    def test_quiet_hours(self):
        for text, times in (
                ("quiet_hours: none\n", None), ("", None), ('quiet_hours: {from: "13:00", to: "15:00"}\n', [("13:00", "15:00")]),
                ("quiet_hours: {from: 21:30, to: 06:30}\n", [("21:30", "24:00"), ("00:00", "06:30")]),
                ("quiet_hours: {from: 21:30, to: 00:00}\n", [("21:30", "24:00")])):
            config = self.check(PLAIN + text)
            self.assertEqual("time_intervals" in config, times is not None)
            self.assertEqual(any("mute_time_intervals" in route for route in config["route"]["routes"]), times is not None)
            if times:
                interval = config["time_intervals"][0]["time_intervals"][0]
                self.assertEqual(interval["location"], "Africa/Nairobi")
                self.assertEqual([(part["start_time"], part["end_time"]) for part in interval["times"]], times)

    def test_the_example_is_complete_and_good(self):
        text = (ROOT / "alertmanager" / "owner.example.yml").read_text(encoding="utf-8")
        self.check(text)
        import owner_schema  # pylint: disable=import-outside-toplevel
        used = {value["type"] for value in owner_schema.read(str(self.owner(text)))[0]["channels"].values()}
        self.assertEqual(used, set(owner_schema.CHANNELS))

    def test_greetings(self):
        for language in ("ar", "de", "en", "fr", "so", "sw"):
            self.check(f"{PLAIN}language: {language}\n")
            self.assertIn('define "taara.greeting.morning"', (self.folder / "out" / "templates" / "owner.tmpl").read_text(encoding="utf-8"))
        self.assertIn("Habari za asubuhi", (self.folder / "out" / "templates" / "owner.tmpl").read_text(encoding="utf-8"))

    def test_tls_is_asked_for_once(self):
        for port, require, expected in ((587, "", True), (587, ", require_tls: false", False), (465, ", require_tls: true", False)):
            config = self.check(PLAIN.replace("587}", f"{port}{require}}}"))
            self.assertEqual(config["receivers"][0]["email_configs"][0]["require_tls"], expected)

    def test_owners_words_and_addresses_in_a_mail(self):
        # A greeting from right to left, a dashboard address that has a query already, an own address of
        # Alertmanager's page.
        text = PLAIN.replace("https://taara.example.org/d/taara-home}", "'https://taara.example.org/d/x?orgId=1&kiosk', alertmanager: 'https://am.example.org/am/'}")
        self.output(text + "language: ar\n")
        data = {"status": "firing", "externalURL": "http://not-this.test", "alerts": [
            {"status": "firing", "labels": {"alertname": "MorningStatus", "kind": "digest", "household": "home"},
             "annotations": {"summary": "18 days.", "description": "Status: good."}, "startsAt": "2026-03-01T04:00:00Z", "fingerprint": "a"}]}
        (self.folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
        for kind, greeting, dashboard in (("text", "صباح الخير. Status: good.", "https://taara.example.org/d/x?orgId=1&kiosk&var-household=home\n"),
                                          ("html", '<span lang="ar" dir="auto">صباح الخير</span>. Status: good.',
                                           'href="https://taara.example.org/d/x?orgId=1&kiosk&var-household=home"')):
            done = subprocess.run(["amtool", "template", "render", f"--template.glob={self.folder}/out/templates/*.tmpl", f"--template.type={kind}",
                                   f"--template.data={self.folder / 'data.json'}", f'--template.text={{{{ template "taara.mail.{kind}" . }}}}'],
                                  capture_output=True, text=True, check=True)
            self.assertIn(greeting, done.stdout)
            self.assertIn(dashboard, done.stdout)
            self.assertIn("https://am.example.org/am/#/silences/new?filter=%7Balertname%3D%22MorningStatus%22%2Chousehold%3D%22home%22%7D", done.stdout)

    def test_same_file_same_bytes(self):
        once = self.output(PLAIN).read_bytes()
        self.assertEqual(self.output(PLAIN).read_bytes(), once)

    def test_modes_also_where_a_wider_file_was(self):
        (self.folder / "out").mkdir()
        (self.folder / "out" / "alertmanager.yml").write_text("old", encoding="utf-8")
        (self.folder / "out" / "alertmanager.yml").chmod(0o666)
        file = self.output(PLAIN)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o640)
        self.assertEqual(sorted(name for name in os.listdir(file.parent) if name != "templates"), ["alertmanager.yml"])

    def test_check_writes_nothing(self):
        code, said, errors = configure(self.owner(PLAIN), "--check", "--output", self.folder / "out")
        self.assertEqual((code, said, errors), (0, f"{self.folder / 'owner.yml'}: good\n", ""))
        self.assertFalse((self.folder / "out").exists())

    def test_password_reaches_the_mail_server_without_the_files_newline(self):
        owner = yaml.safe_load(PLAIN)
        owner["channels"]["email"].update(smarthost="SMTP", require_tls=False, username="taara", password_file="smtp.password")
        with House(owner, {"smtp.password": SECRETS["smtp.password"]}, login=("taara", "smtp.password")) as house:
            house.post(alert("StoreFailing", "monitor", "high"))
            house.wait_for_mails(1)
            self.assertNotIn(CANARY, house.log.read_text(encoding="utf-8", errors="replace"))


class Bad(Desk):
    def test_every_error_at_once(self):
        for name, (text, expected) in BAD.items():
            with self.subTest(name):
                file = self.owner(text)
                code, said, errors = configure(file, "--output", self.folder / "out")
                self.assertEqual((code, said), (2, ""))
                self.assertEqual(errors.splitlines(), [f"{file}:{line}" for line in expected])
                self.assertNotIn(CANARY, errors)
                self.assertFalse((self.folder / "out").exists())

    def test_files_that_are_none(self):
        for content, words in ((None, "can't be read (No such file or directory)"), (b"\xff\xfe\xff", "is not UTF-8"), (b"a: \x00", "is not YAML"),
                               (b"#" * 70000, "has more than 65536 bytes"), (b"!!python/object/apply:os.system ['true']", ":1:1: ")):
            file = self.folder / "none.yml"
            file.unlink(missing_ok=True)
            if content is not None:
                file.write_bytes(content)
            code, _, errors = configure(file, "--check")
            self.assertEqual(code, 2)
            self.assertIn(words, errors)
            self.assertNotIn("Traceback", errors)

    def test_usage(self):
        for arguments in ([], ["--strange"], [self.owner(PLAIN)], [self.owner(PLAIN), "--output"], ["a", "b", "--check"]):
            code, _, errors = configure(*arguments)
            self.assertEqual((code, "--help" in errors), (64, True), arguments)
        code, said, _ = configure("--help")
        self.assertEqual((code, "Example" in said), (0, True))

    def test_a_folder_that_can_not_be_written(self):
        (self.folder / "file").write_text("", encoding="utf-8")
        code, _, errors = configure(self.owner(PLAIN), "--output", self.folder / "file" / "out")
        self.assertEqual((code, "Traceback" in errors), (1, False))
        self.assertIn("can't write", errors)


class Secrets(Desk):
    def test_only_in_the_protected_file(self):
        everybody = ", ".join(CHANNELS)
        text = HEAD + "channels:\n" + "".join(f"  {channel}\n" for channel in CHANNELS.values()) + f"family: [{everybody}]\nkeeper: [{everybody}]\n"
        strace = self.folder / "trace"
        command = [shutil.which("strace"), "-f", "-s", "10000", "-e", "trace=execve", "-o", strace, shutil.which("python3"), CONFIGURE,
                   self.owner(text + "watchdog: {url_file: watchdog.url}\n"), "--output", self.folder / "out"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        self.assertNotIn(CANARY, done.stdout + done.stderr + strace.read_text(encoding="utf-8"))
        holders = {file.relative_to(self.folder / "out").as_posix() for file in (self.folder / "out").rglob("*")
                   if file.is_file() and CANARY in file.read_text(encoding="utf-8")}
        self.assertEqual(holders, {"alertmanager.yml"})
        # Slack's stays in its own file: Alertmanager 0.25 reads that one by itself.
        self.assertNotIn(SECRETS["slack.url"], (self.folder / "out" / "alertmanager.yml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
