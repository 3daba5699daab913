#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A month in minutes: two households live through a whole plan, and every message that reaches them is looked at.

    fast_time --start 2040-02-29T21:00:00Z --grain 60 --progress 30 -- tests/end_to_end/month.py BIN_DIR

Real: the exporter, Prometheus with rules/, Alertmanager with what alertmanager/configure makes (quiet hours included),
the mail server, the chat sink, HTTP and SMTP between them. Simulated: the line. Changed: Prometheus scrapes and evaluates
every five minutes, so it looks back for longer, and keeps all in its head; Go's collector obeys a limit of memory; time
jumps over the waiting.

So it does not prove: how things go at the usual pace of 10 s (tests/end_to_end/live.py does, for one message), what a
month costs in memory and processor time, leaks that only real days show, and waits that the kernel times (TCP's own).

Debian's interpreter: python3-aiosmtpd and python3-yaml are its packages.
"""
import datetime
import pathlib
import sys
import time
import unittest

import messages
from month_played import FIRST, FRUGAL, HEAVY, INTERVAL_SECONDS, SEED, Month, local, utc
from stack import Stack

QUIET = {"from": "21:30", "to": "06:30"}
# From the moment that something is true to the message: one scrape, one evaluation, group_wait, and the grain.
SOON = datetime.timedelta(seconds=2 * INTERVAL_SECONDS + 300)

MONTH = None
LATE = {12: local(12, "07:40"), 15: local(15, "08:30")}  # days whose digest could not be delivered before


def day_of(message):
    return (message.arrived.date() - FIRST.date()).days + 1


class Digests(unittest.TestCase):
    def expected(self, day):
        if day == 32:
            return "MonthlyReport"
        return "WeeklySummary" if local(day, "07:00").weekday() == 0 else "MorningStatus"

    def test_one_each_day_at_its_hour(self):
        for household in (HEAVY, FRUGAL):
            for day in range(1, 33):
                with self.subTest(household=household, day=day):
                    found = [(name, one) for name in ("MorningStatus", "WeeklySummary", "MonthlyReport")
                             for one in MONTH.of(name, household) if day_of(one) == day]
                    self.assertEqual([name for name, _ in found], [self.expected(day)])
                    due = LATE.get(day, local(day, "07:00"))
                    self.assertGreaterEqual(found[0][1].arrived, due)
                    self.assertLess(found[0][1].arrived, due + SOON)

    def test_numbers_are_those_of_prometheus(self):
        for household in (HEAVY, FRUGAL):
            for one in MONTH.of("MorningStatus", household):
                with self.subTest(household=household, arrived=str(one.arrived)):
                    for fact, metric in (("Budget for today", "taara_budget_today_bytes"), ("A day like this takes", "taara_typical_day_bytes"),
                                         ("Data left", "taara_remaining_bytes")):
                        said = one.facts[fact].split(" for ")[0]
                        self.assertIn(said, MONTH.sizes(metric, household, one.arrived), fact)
                    if one.facts["Data left"].startswith("0 B"):
                        self.assertIn("used up; it renews in", one.subject)
                    else:
                        self.assertIn(f"{one.facts['Budget for today']} for today", one.subject)


class Budget(unittest.TestCase):
    def test_threshold_is_said_once_and_to_whom_it_concerns(self):
        """At 60 %, the owner's choice here: at 75 % CapVeryLikely holds at the heavy one's, and what is high silences what is low."""
        self.assertEqual([len(MONTH.of("CycleThreshold", house)) for house in (HEAVY, FRUGAL)], [1, 1])
        one = MONTH.of("CycleThreshold", HEAVY)[0]
        self.assertLess(one.arrived, MONTH.of("CycleThreshold", FRUGAL)[0].arrived)
        self.assertRegex(one.text, r"^6[0-4]% of the plan at home-1 is used, \d+% of its time is over\.")

    def test_warnings_come_in_order(self):
        first = [MONTH.of(name, HEAVY)[0].arrived for name in ("CapLikely", "CapVeryLikely", "DataGone") if MONTH.of(name, HEAVY)]
        self.assertEqual(len(first), 3)
        self.assertEqual(first, sorted(first))

    def test_the_frugal_are_left_in_peace(self):
        for name in ("CapVeryLikely", "FastUseUrgent", "DataGone"):
            self.assertEqual(MONTH.of(name, FRUGAL), [], name)

    def test_never_two_urgent_messages_a_day(self):
        for household in (HEAVY, FRUGAL):
            urgent = [one.arrived for one in MONTH.family
                      if {(name, household) for name in ("CapVeryLikely", "FastUseUrgent", "DataGone")} & set(one.alerts)]
            for earlier, later in zip(urgent, urgent[1:]):
                self.assertNotEqual(earlier.date(), later.date())

    def test_renewal_and_top_up_are_said_once(self):
        for household in (HEAVY, FRUGAL):
            self.assertEqual([day_of(one) for one in MONTH.of("PlanRenewed", household)], [1, 31])
        self.assertEqual([day_of(one) for one in MONTH.of("PlanToppedUp", FRUGAL)], [20])
        self.assertEqual(MONTH.of("PlanToppedUp", HEAVY), [])


class Quiet(unittest.TestCase):
    def test_family_sleeps(self):
        for one in MONTH.family:
            self.assertTrue("06:30" <= one.arrived.strftime("%H:%M") < "21:31", one)

    def test_nothing_comes_twice(self):
        """A restart, an outage or a refusal would send again what went out hours before."""
        for box in (MONTH.family, MONTH.chats):
            last = {}
            for one in box:
                for alert in one.alerts:
                    with self.subTest(alert=alert, arrived=str(one.arrived)):
                        apart = datetime.timedelta(hours=12)
                        self.assertGreater(one.arrived - last.get(alert, FIRST - apart), apart)
                    last[alert] = one.arrived

    def test_chat_and_mail_say_the_same(self):
        self.maxDiff = None

        def said(box):
            return sorted((day_of(one), alert) for one in box for alert in one.alerts)

        self.assertEqual(said(MONTH.family), said(MONTH.chats))


class Breakage(unittest.TestCase):
    def phases(self, alert, household):
        return [(one.arrived, one.resolved) for one in MONTH.keeper if (alert, household) in one.alerts]

    def test_line_unreachable_is_said_and_taken_back(self):
        told = self.phases("LineUnreachable", HEAVY)
        self.assertEqual([resolved for _, resolved in told], [False, True])
        self.assertTrue(local(6, "10:25") < told[0][0] < local(6, "11:15"), told)
        self.assertTrue(local(6, "16:00") < told[1][0] < local(6, "17:30"), told)
        self.assertEqual(self.phases("LineUnreachable", FRUGAL), [])
        for one in MONTH.family:
            if told[0][0] <= one.arrived <= told[1][0]:
                self.assertNotIn(HEAVY, [household for _, household in one.alerts], one)

    def test_dead_parts_are_said_and_restarts_are_not(self):
        """Day 10: the exporter. Day 12: Alertmanager, told by itself when it is back."""
        told = self.phases("TargetDown", None)
        self.assertEqual([(day_of_moment(at), resolved) for at, resolved in told], [(10, False), (10, True), (12, False), (12, True)])

    def test_a_mail_server_that_refuses_is_noticed(self):
        self.assertGreater(MONTH.stack.mail.refused, 0)
        self.assertTrue(MONTH.seen_failing, "NotificationsFailing did not fire while mails were refused")
        told = [at for at, resolved in self.phases("NotificationsFailing", None) if not resolved and day_of_moment(at) == 15]
        self.assertEqual(len(told), 1)
        self.assertGreaterEqual(told[0], LATE[15])

    def test_only_real_trouble_is_called_trouble(self):
        told = {day_of_moment(at) for at, _ in self.phases("NotificationsFailing", None)}
        self.assertEqual(told, {12, 15, 17})

    def test_a_hanging_chat_holds_nobody_else_up(self):
        self.assertGreater(MONTH.stack.chat.left_waiting, 0)
        for household in (HEAVY, FRUGAL):
            late = [one for one in MONTH.of("MorningStatus", household, MONTH.chats) if day_of(one) == 17]
            self.assertEqual(len(late), 1)
            self.assertGreaterEqual(late[0].arrived, local(17, "08:30"))

    def test_the_keeper_hears_of_nothing_else(self):
        expected = {"LineUnreachable", "TargetDown", "NotificationsFailing", "ReadingsStale", "BreakerOpen"}
        self.assertLessEqual({name for one in MONTH.keeper for name, _ in one.alerts}, expected)


class Words(unittest.TestCase):
    def test_every_mail_is_whole(self):
        self.assertGreater(len(MONTH.mails), 60)
        for one in MONTH.mails:
            with self.subTest(subject=one.subject):
                first = one.text.split("\n")[0]
                self.assertTrue(one.subject == first or one.subject.startswith(first), first)
                self.assertIn(messages.plain(first), messages.plain(one.page))
                for wrong in ("<no value>", "NaN", "Inf", "{{", "%!"):
                    self.assertNotIn(wrong, one.text)
                if day_of(one) > 7:  # by then there is a week before
                    self.assertNotIn("not known", one.text)


class Machinery(unittest.TestCase):
    def test_prometheus_kept_up(self):
        missed = MONTH.missed
        self.assertTrue(missed)
        self.assertEqual({value for _, value in missed}, {0.0})
        self.assertEqual({value for _, value in MONTH.failures}, {0.0})

    def test_the_line_was_read_all_the_time(self):
        for labels, value in MONTH.quality:
            self.assertGreater(value, 0.9, labels)


def day_of_moment(moment):
    return (moment.date() - FIRST.date()).days + 1


def main():
    global MONTH
    if len(sys.argv) < 2 or not pathlib.Path(sys.argv[1], "taara_exporter").exists():
        print("usage: month.py BIN_DIR [unittest arguments]", file=sys.stderr)
        return 64
    if abs(time.time() - FIRST.timestamp()) > 60:
        print(f"month.py: runs under fast_time --start {utc(FIRST)}; see its first lines", file=sys.stderr)
        return 64
    with Stack(sys.argv[1], households=2, interval=INTERVAL_SECONDS, seed=SEED, line_options=["--punctual"], quiet_hours=QUIET,
               used_threshold="60%") as stack:
        MONTH = Month(stack)
        MONTH.play()
        for one in MONTH.mails:
            print(one)
        program = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False)
        bad = len(program.result.failures) + len(program.result.errors)
        stack.keep = bad > 0
    print(f"{program.result.testsRun - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
