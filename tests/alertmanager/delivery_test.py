# SPDX-License-Identifier: Apache-2.0
"""What arrives: messages go through the real Alertmanager to a real mail server and an HTTP sink, and are compared with
tests/golden/messages. TAARA_UPDATE_GOLDEN=1 writes those anew; look at the difference before you commit it."""
import html
import json
import os
import re
import unittest
import urllib.parse

from cases import CASES, HOSTILE
from house import ROOT, House, alert, resolved, until
from mail_page import Page, contrast, reddish

GOLDEN = ROOT / "tests" / "golden" / "messages"
MAIL = {"from": "taara@example.org", "smarthost": "SMTP", "require_tls": False}
LINKS = {"dashboard": "https://taara.example.org/d/taara-home"}
TOKEN = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
OWNER = {
    "timezone": "Africa/Nairobi", "links": LINKS, "family": ["email", "telegram", "slack", "discord", "webhook", "ntfy"],
    "keeper": ["keeper", "telegram", "slack", "discord", "ntfy"], "watchdog": {"url_file": "watchdog.url"},
    "channels": {
        "email": {"to": ["mama@example.org", "juma@example.org"], **MAIL}, "keeper": {"type": "email", "to": ["keeper@example.org"], **MAIL},
        "telegram": {"chat_id": -100123, "bot_token_file": "telegram.token"}, "slack": {"webhook_url_file": "slack.url"},
        "discord": {"webhook_url_file": "discord.url"}, "webhook": {"url": "SINK/n8n"}, "ntfy": {"url": "SINK/topic", "token_file": "ntfy.token"},
    },
}
FILES = {"telegram.token": TOKEN, "slack.url": "SINK/slack-hook", "discord.url": "SINK/discord-hook", "watchdog.url": "SINK/watchdog",
         "ntfy.token": "tk_secret"}


def faster(config, sink):
    """Nobody waits five minutes for a resolution here. What is sent, to whom and with which words stays as generated."""
    config["global"] = {"telegram_api_url": sink}
    for route in config["route"]["routes"]:
        route["group_interval"] = "2s"


def household_of(name):
    return CASES[name][0]["labels"].get("household", "")


def parts_of(mail):
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    return text.get_content().replace("\r\n", "\n"), page.get_content().replace("\r\n", "\n")


def words_of(body):
    """Of a message to Telegram, Slack or Discord."""
    attachment = (body.get("attachments") or [{}])[0]
    return html.unescape("\n".join((body.get("text", ""), attachment.get("title", ""), attachment.get("text", ""))))


class Rendered(unittest.TestCase):
    """Every case, sent once, through every channel; then the line works again."""

    @classmethod
    def setUpClass(cls):
        cls.house = cls.enterClassContext(House(OWNER, FILES, faster))
        cls.house.post(*(one for alerts in CASES.values() for one in alerts), alert("Watchdog", "watchdog", "info"))
        cls.house.wait_for_mails(len(CASES))
        until("all chats", 20, lambda: all(len(cls.house.sent_to(path)) >= len(CASES) for path in ("sendMessage", "slack-hook", "discord-hook/slack", "topic")))
        cls.mails = cls.house.mails()
        cls.house.post(resolved(CASES["line"][0]))
        cls.again = cls.house.wait_for_mails(len(CASES) + 1)[-1]

    def mail_of(self, name):
        mark = f"#{CASES[name][0]['annotations']['runbook_url'].rpartition('#')[2]}" if not household_of(name) else f"var-household={household_of(name)}\n"
        found = [mail for mail in self.mails if mark in parts_of(mail)[0]]
        self.assertEqual(len(found), 1, f"mails of {name}: {[str(mail['Subject']) for mail in found]}")
        return found[0]

    def compare(self, name, found):
        file = GOLDEN / name
        if os.environ.get("TAARA_UPDATE_GOLDEN"):
            GOLDEN.mkdir(exist_ok=True)
            file.write_text(found, encoding="utf-8")
        self.assertEqual(found, file.read_text(encoding="utf-8"), f"{file} differs; TAARA_UPDATE_GOLDEN=1 writes it anew")

    def check_mail(self, name, mail, keeper):
        text, page = parts_of(mail)
        self.compare(f"{name}.txt", f"Subject: {mail['Subject']}\n\n{text}")
        self.compare(f"{name}.html", page)
        self.assertEqual(mail["To"], "keeper@example.org" if keeper else "mama@example.org, juma@example.org")
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertLess(len(page.encode()), 30_000)

    def check_chats(self, name):
        mark = CASES[name][-1]["annotations"]["summary"].split("\n")[0].split("&")[-1].strip()
        own = {}
        for channel, path in (("telegram", "sendMessage"), ("slack", "slack-hook"), ("discord", "discord-hook/slack")):
            found = [body for body in self.house.sent_to(path) if mark in words_of(body) and "Works again" not in words_of(body)]
            self.assertEqual(len(found), 1, f"{channel}: {found}")
            own[channel] = found[0]
        slack, discord = own["slack"]["attachments"][0], own["discord"]["attachments"][0]
        labels = CASES[name][0]["labels"]
        self.assertEqual((own["telegram"]["parse_mode"], own["telegram"]["chat_id"]), ("HTML", "-100123"))
        silent = labels["kind"] != "monitor" and labels["severity"] != "high"
        self.assertEqual(own["telegram"].get("disable_notification"), "true" if silent else None)
        self.assertEqual(slack["color"], discord["color"])
        self.assertIn(slack["color"], ("#28a745", "#007bff", "#ffc107"))
        chat = {"telegram": own["telegram"]["text"], "slack": f"{slack['color']} {slack['title_link']}\n{slack['title']}\n{slack['text']}",
                "discord": f"{discord['color']} {discord['title_link']}\n{discord['title']}\n{discord['text']}"}
        self.compare(f"{name}.chat.txt", "\n\n".join(f"== {channel}\n{text}" for channel, text in chat.items()) + "\n")

    def test_line_works_again(self):
        self.check_mail("line-again", self.again, keeper=True)
        self.assertTrue(str(self.again["Subject"]).startswith("Works again: "))

    def test_text_and_page_say_the_same_and_all(self):
        for name, alerts in CASES.items():
            text, page = parts_of(self.mail_of(name))
            seen = Page(page).text()
            for one in alerts:
                for key, value in one["annotations"].items():
                    if key == "runbook_url" or name == "hostile":
                        continue
                    self.assertIn(value, text, name)
                    self.assertIn(value, seen, name)

    def test_first_line_says_it_all(self):
        for name in CASES:
            mail = self.mail_of(name)
            self.assertEqual(parts_of(mail)[0].splitlines()[0], str(mail["Subject"]).removesuffix(" (and 1 more)"))

    def test_contrast_is_wcag_aa_in_light_and_dark_and_nothing_is_red(self):
        for name in CASES:
            for text, seen in Page(parts_of(self.mail_of(name))[1]).texts:
                for scheme, style in seen.items():
                    self.assertGreaterEqual(contrast(style["color"], style["background-color"]), 4.5, f"{name}, {scheme}: {text}")
                    self.assertFalse(reddish(style["color"]) or reddish(style["background-color"]), f"{name}, {scheme}: {text}")

    def test_nothing_is_loaded_from_anywhere(self):
        for name in CASES:
            page = Page(parts_of(self.mail_of(name))[1])
            self.assertFalse(page.tags & {"img", "link", "script", "iframe", "object", "video", "form", "input"}, name)
            self.assertNotRegex(parts_of(self.mail_of(name))[1], r"url\(|@import|src=")
            for link in page.links:
                self.assertRegex(link, r"^(https://taara\.example\.org/|http://alertmanager\.test:9093/|https://example\.org/docs/|#ZgotmplZ$)")

    def test_hostile_values_stay_text(self):
        mail = self.mail_of("hostile")
        self.assertNotIn("injected", [key for key in mail.keys()])
        self.assertEqual([value for key, value in mail.items() if key == "Subject"], [" ".join(HOSTILE.split())])
        page = parts_of(mail)[1]
        self.assertNotIn("<script", page)
        self.assertNotIn("javascript:", page)  # the runbook's address; html/template puts #ZgotmplZ in its place
        self.assertIn(" ".join(HOSTILE.split()), Page(page).text())
        slack = [json.dumps(body) for body in self.house.sent_to("slack-hook") if "var-household=hostile" in json.dumps(body)]
        self.assertNotRegex(slack[0], r"<[!@a-z]")
        telegram = [body["text"] for body in self.house.sent_to("sendMessage") if "var-household=hostile" in body["text"]]
        self.assertEqual(set(re.findall(r"</?([a-z]+)", telegram[0])), {"a", "b"})

    def test_runbook_is_for_the_keeper(self):
        for name, alerts in CASES.items():
            monitor = alerts[0]["annotations"]["runbook_url"].startswith("https:") and alerts[0]["labels"]["kind"] == "monitor"
            for part in parts_of(self.mail_of(name)):
                self.assertEqual("runbooks.md" in part, monitor, name)

    def test_silence_page_gets_the_alert(self):
        links = Page(parts_of(self.mail_of("line"))[1]).links
        self.assertIn('http://alertmanager.test:9093/#/silences/new?filter={alertname="LineUnreachable",household="cabin"}',
                      [urllib.parse.unquote(link) for link in links])

    def test_generic_webhook_gets_alertmanagers_json_of_the_family_only(self):
        bodies = self.house.sent_to("n8n")
        self.assertEqual({body["version"] for body in bodies}, {"4"})
        self.assertEqual(sorted(body["commonLabels"]["household"] for body in bodies),
                         sorted(household_of(name) for name, alerts in CASES.items() if alerts[0]["labels"]["kind"] != "monitor"))

    def test_ntfy_is_asked_to_fill_in_our_words(self):
        path, _, headers = next(request for request in self.house.sink.requests if request[0].startswith("/topic"))
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
        self.assertEqual(query["template"], ["yes"])
        self.assertEqual(query["click"], [LINKS["dashboard"]])
        self.assertIn("{{.annotations.summary}}", query["message"][0])
        self.assertIn("{{with .commonLabels.household}}", query["title"][0])
        self.assertNotRegex("".join(query["message"] + query["title"]), r"\{\{-?\s*(call|template|define)\b")  # ntfy forbids them
        self.assertEqual(headers["Authorization"], "Bearer tk_secret")
        priorities = {body["commonLabels"]["alertname"]: urllib.parse.parse_qs(path.partition("?")[2])["priority"] for path, body, _ in self.house.sink.requests
                      if path.startswith("/topic")}
        self.assertEqual({name for name, priority in priorities.items() if priority == ["default"]},
                         {one["labels"]["alertname"] for (one, *_) in CASES.values() if one["labels"]["severity"] == "high" or one["labels"]["kind"] == "monitor"})

    def test_watchdog_reaches_its_address_and_nobody_else(self):
        self.assertEqual(len(self.house.sent_to("/watchdog")), 1)
        for mail in self.house.mails():
            self.assertNotIn("Watchdog", str(mail["Subject"]))


for case in CASES:
    def mail_test(self, name=case):
        self.check_mail(name, self.mail_of(name), keeper=CASES[name][0]["labels"]["kind"] == "monitor")

    def chat_test(self, name=case):
        self.check_chats(name)

    setattr(Rendered, f"test_mail_{case.replace('-', '_')}", mail_test)
    setattr(Rendered, f"test_chat_{case.replace('-', '_')}", chat_test)


if __name__ == "__main__":
    unittest.main()
