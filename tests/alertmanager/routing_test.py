# SPDX-License-Identifier: Apache-2.0
"""Who hears what and when: the routing tree by amtool, inhibition and quiet hours on the real Alertmanager.
Only group_interval is shortened here, so that nobody waits for five minutes."""
import datetime
import pathlib
import re
import subprocess
import tempfile
import unittest

import yaml

from delivery_test import LINKS, MAIL
from house import House, alert, configure, resolved, until

OWNER = {
    "timezone": "UTC", "links": LINKS, "family": ["email"], "keeper": ["keeper"],
    "channels": {"email": {"to": ["mama@example.org"], **MAIL}, "keeper": {"type": "email", "to": ["keeper@example.org"], **MAIL}},
}

BUDGET = {"TodayNearlyUsed": "low", "TodayUsed": "low", "CycleThreshold": "low", "CapLikely": "low", "CapVeryLikely": "high", "FastUse": "low",
          "FastUseUrgent": "high", "DataGone": "high", "PlanExpiring": "info", "PlanRenewed": "info", "PlanToppedUp": "info"}
MONITOR_OF_HOUSEHOLD = {"LineUnreachable": "high", "CredentialsRejected": "high", "MeterFrozen": "low", "ContractChanged": "low",
                        "ReadingsStale": "low", "RateLimited": "low", "BreakerOpen": "low", "CredentialsOld": "low"}
MONITOR = {"StoreFailing": "high", "FailedLogins": "low", "GrafanaFailedLogins": "low", "MemoryHigh": "low", "ProcessorHigh": "low", "DiskFilling": "low", "BackupOld": "low",
           "TargetDown": "high", "NotificationsFailing": "high", "RulesFailing": "high", "ClockDoubtful": "low", "ConfigRejected": "low"}
# (alert, kind, severity, household, receiver)
TABLE = (
    [(name, "budget", severity, "home", "family-urgent" if severity == "high" else "family") for name, severity in BUDGET.items()]
    + [("GoodTimeForADownload", "opportunity", "info", "home", "family"), ("UnusualUse", "unusual", "low", "home", "family")]
    + [(name, "digest", "info", "home", "family") for name in ("MorningStatus", "WeeklySummary", "MonthlyReport")]
    + [(name, "monitor", severity, "home", "keeper") for name, severity in MONITOR_OF_HOUSEHOLD.items()]
    + [(name, "monitor", severity, "", "keeper") for name, severity in MONITOR.items()]
    + [("Watchdog", "watchdog", "info", "", "nobody")]
    + [("SomebodyElses", "", "", "", "keeper"), ("SomebodyElses", "strange", "high", "home", "keeper"), ("NoKind", "", "high", "home", "keeper")]
)


def quick(config, _sink):
    for route in config["route"]["routes"]:
        route["group_interval"] = "1s"


def clock(moment):
    return moment.strftime("%H:%M")


def utc_now():
    return datetime.datetime.now(datetime.timezone.utc)


class Routes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        owner = {**OWNER, "quiet_hours": {"from": "21:30", "to": "06:30"}}
        (cls.folder / "owner.yml").write_text(yaml.safe_dump(owner).replace("SMTP", "127.0.0.1:25"), encoding="utf-8")
        code, _, errors = configure(cls.folder / "owner.yml", "--output", cls.folder)
        assert code == 0, errors
        cls.config = yaml.safe_load((cls.folder / "alertmanager.yml").read_text(encoding="utf-8"))

    def test_every_alert_has_its_receiver(self):
        for name, kind, severity, household, receiver in TABLE:
            labels = [f"{label}={value}" for label, value in
                      (("alertname", name), ("kind", kind), ("severity", severity), ("household", household)) if value]
            done = subprocess.run(["amtool", "config", "routes", "test", f"--config.file={self.folder / 'alertmanager.yml'}",
                                   f"--verify.receivers={receiver}", *labels], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout.split()), (0, [receiver]), f"{labels}: {done.stdout}{done.stderr}")

    def test_quiet_hours_mute_all_but_the_monitor_and_the_watchdog(self):
        for route in self.config["route"]["routes"]:
            loud = route["matchers"] in (['kind="monitor"'], ['kind="watchdog"'])
            self.assertEqual(route.get("mute_time_intervals"), None if loud else ["quiet-hours"], route)

    def test_family_is_not_told_what_is_over_and_the_keeper_is(self):
        resolves = {receiver["name"]: {config["send_resolved"] for key, configs in receiver.items() if key != "name" for config in configs}
                    for receiver in self.config["receivers"]}
        self.assertEqual(resolves, {"family": {False}, "family-urgent": {False}, "keeper": {True}, "nobody": set()})

    def test_a_message_leaves_within_seconds(self):
        self.assertEqual(self.config["route"]["group_wait"], "5s")
        for route in self.config["route"]["routes"]:
            self.assertIn(route.get("group_wait"), (None, "0s"))

    def test_a_digest_repeats_neither_on_its_morning_nor_misses_the_next(self):
        digest = next(route for route in self.config["route"]["routes"] if route["matchers"] == ['kind="digest"'])
        self.assertEqual(digest["repeat_interval"], "18h")  # a digest fires for 4 hours and comes again after 23 to 25


class Inhibition(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = cls.enterClassContext(House(OWNER, change=quick))

    def test_what_silences_what(self):
        """Every pair in a household of its own, posted together; the silenced ones are heard once the reason is gone."""
        def two(household, source, target):
            return alert(*source, household), alert(*target, household)

        line, rejected = ("LineUnreachable", "monitor", "high"), ("CredentialsRejected", "monitor", "high")
        stale, used, month = ("ReadingsStale", "monitor", "low"), ("TodayUsed", "budget", "low"), ("MonthlyReport", "digest", "info")
        fast = ("FastUseUrgent", "budget", "high")
        week, gone, likely = ("WeeklySummary", "digest", "info"), ("DataGone", "budget", "high"), ("CapVeryLikely", "budget", "high")
        pairs = [
            two("a", line, used), two("b", line, ("GoodTimeForADownload", "opportunity", "info")), two("c", rejected, ("UnusualUse", "unusual", "low")),
            two("d", stale, gone), two("e", line, ("MorningStatus", "digest", "info")), two("f", line, stale),
            two("g", line, ("BreakerOpen", "monitor", "low")), two("h", likely, ("CapLikely", "budget", "low")), two("i", likely, used),
            two("j", gone, likely), two("k", gone, ("PlanExpiring", "budget", "info")), two("l", used, ("TodayNearlyUsed", "budget", "low")),
            two("j2", fast, likely), two("m", month, week), two("n", month, ("MorningStatus", "digest", "info")), two("o", week, ("MorningStatus", "digest", "info")),
        ]
        heard_both = [  # these two are no reason to keep the other back
            two("p", line, ("CredentialsOld", "monitor", "low")), two("q", likely, ("PlanRenewed", "budget", "info")),
            two("r", line, ("RateLimited", "monitor", "low")),
            (alert(*line, "s"), alert(*used, "t")),
        ]
        self.house.post(*(one for pair in pairs + heard_both for one in pair))
        expected = sorted([f"{source['labels']['alertname']} of {source['labels']['household']}." for source, _ in pairs]
                          + [one["annotations"]["summary"] for pair in heard_both for one in pair])
        self.house.wait_for_mails(len(expected))
        # Anything that was not kept back would have come together with these. One more round of the slowest to be sure.
        self.house.post(alert("CycleThreshold", "budget", "low", "later"))
        self.house.wait_for_mails(len(expected) + 1)
        self.assertEqual(sorted(set(self.house.subjects()) - {"CycleThreshold of later."}), expected)
        self.assertEqual(len(self.house.subjects()), len(expected) + 1)

        self.house.post(resolved(pairs[0][0]))
        until("the silenced message after its reason is gone", 30, lambda: "TodayUsed of a." in self.house.subjects())


class Trouble(unittest.TestCase):
    def test_a_chat_that_refuses_gets_its_message_later_and_the_mail_comes_once(self):
        owner = {**OWNER, "channels": {**OWNER["channels"], "slack": {"webhook_url_file": "slack.url"}}, "family": ["email", "slack"]}
        with House(owner, {"slack.url": "SINK/slack-hook"}, change=quick) as house:
            house.sink.broken = "slack-hook"
            house.post(alert("CapLikely", "budget", "low", "home"))
            house.wait_for_mails(1)
            until("a refusal", 20, lambda: house.log.read_text(encoding="utf-8").count("notify retry canceled") >= 1)
            self.assertEqual(house.sent_to("slack-hook"), [])
            house.sink.broken = ""
            until("the chat's message", 20, lambda: house.sent_to("slack-hook"))
            house.post(alert("PlanRenewed", "budget", "info", "home"))  # whatever else was on its way has arrived by now
            until("the next message", 20, lambda: len(house.sent_to("slack-hook")) == 2 and len(house.mails()) == 2)
            self.assertEqual(house.subjects(), ["CapLikely of home.", "PlanRenewed of home."])

    def test_what_comes_again_is_told_again_although_another_lasts(self):
        with House(OWNER, change=quick) as house:
            lasting, fast = alert("CapVeryLikely", "budget", "high", "home"), alert("FastUseUrgent", "budget", "high", "home")
            house.post(lasting)
            house.wait_for_mails(1)
            house.post(fast)
            house.wait_for_mails(2)
            house.post(resolved(fast))
            until("the end to be noticed", 20, lambda: "FastUseUrgent" in "".join(re.findall(r"flushing.*\[resolved\]", house.log.read_text(encoding="utf-8"))))
            house.post(alert("FastUseUrgent", "budget", "high", "home"))
            house.wait_for_mails(3)
            self.assertEqual(house.subjects(), ["CapVeryLikely of home.", "FastUseUrgent of home.", "FastUseUrgent of home."])

    def test_a_crash_neither_loses_nor_repeats(self):
        with House(OWNER, change=quick) as house:
            known, unsaid = alert("CapLikely", "budget", "low", "home"), alert("CapLikely", "budget", "low", "cottage")
            house.post(known)
            house.wait_for_mails(1)
            house.crash_alertmanager()
            house.start_alertmanager()
            house.post(known, unsaid)  # as Prometheus does every minute
            house.wait_for_mails(2)
            house.post(alert("CapLikely", "budget", "low", "farm"))
            house.wait_for_mails(3)
            self.assertEqual(house.subjects(), ["CapLikely of home.", "CapLikely of cottage.", "CapLikely of farm."])


class QuietHours(unittest.TestCase):
    def test_wait_until_they_are_over_and_what_ended_within_comes_again(self):
        """In real time: one or two minutes of day, a minute of quiet, day again."""
        begin = (utc_now() + datetime.timedelta(seconds=45)).replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
        end = begin + datetime.timedelta(minutes=1)
        owner = {**OWNER, "quiet_hours": {"from": clock(begin), "to": clock(end)}}
        with House(owner, change=quick) as house:
            first = alert("CapLikely", "budget", "low", "home", labels={"cycle": "1"})
            house.post(first)
            house.wait_for_mails(1)
            self.assertLess(utc_now(), begin, "too slow a start for this test")
            until("the quiet hours", 120, lambda: utc_now() > begin + datetime.timedelta(seconds=1))
            night = [alert("CycleThreshold", "budget", "low", "home"), alert("FastUseUrgent", "budget", "high", "home2"),
                     alert("GoodTimeForADownload", "opportunity", "info", "home"), alert("MorningStatus", "digest", "info", "home")]
            house.post(resolved(first), *night, alert("StoreFailing", "monitor", "high"))
            house.wait_for_mails(2)
            until("the end of the night", 90, lambda: utc_now() > end - datetime.timedelta(seconds=3))
            self.assertEqual(house.subjects(), ["CapLikely of home.", "StoreFailing of None."])
            house.wait_for_mails(2 + len(night))
            self.assertGreaterEqual(utc_now(), end)
            self.assertEqual(sorted(house.subjects()[2:]), sorted(one["annotations"]["summary"] for one in night))
            # It ended unheard, so for Alertmanager it still fires. With a label of its own the next one is told all the same.
            house.post(alert("CapLikely", "budget", "low", "home", labels={"cycle": "2"}))
            house.wait_for_mails(3 + len(night))
            self.assertEqual(house.subjects().count("CapLikely of home."), 2)


if __name__ == "__main__":
    unittest.main()
