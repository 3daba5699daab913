# SPDX-License-Identifier: Apache-2.0
"""What happens in the month: who uses what, what breaks when. tests/end_to_end/month.py judges what came of it."""
import datetime
import time
import zoneinfo

import messages

ZONE = zoneinfo.ZoneInfo("Africa/Nairobi")
FIRST = datetime.datetime(2040, 3, 1, tzinfo=ZONE)  # a Thursday; the line renews both plans then, and 30 days later
HEAVY, FRUGAL = "home-1", "home-2"  # with this seed: 900 GB a month and more to come; 690 GB
SEED = 4
INTERVAL_SECONDS = 300


def local(day, clock):
    """A moment of the month: day 1 to 32, "HH:MM" on the family's clock."""
    hour, minute = map(int, clock.split(":"))
    return FIRST + datetime.timedelta(days=day - 1, hours=hour, minutes=minute)


def until(moment):
    time.sleep(max(0.0, moment.timestamp() - time.time()))


class Month:
    """Plays the month; what happened is in its members then."""

    def __init__(self, stack):
        self.stack = stack
        self.seen_failing = False

    def timeline(self):
        """(moment, what to do), sorted by time."""
        steps = []
        for day in range(1, 30):  # a new habit: a film in high definition every evening
            for minute in ("05", "20", "35"):
                steps.append((local(day, f"20:{minute}"), lambda: self.use(HEAVY, 2.2)))
        for minute in range(0, 60, 10):  # one evening of a big download
            steps.append((local(8, f"18:{minute:02}"), lambda: self.use(FRUGAL, 5)))
        steps += [
            (local(6, "10:02"), lambda: self.stack.control("fault", household=HEAVY, name="status", value="503")),
            (local(6, "16:02"), lambda: self.stack.control("clear", household=HEAVY)),
            (local(9, "12:00"), lambda: self.restart("exporter")),
            (local(10, "19:00"), lambda: self.stack.stop("exporter", kill=True)),
            (local(10, "19:40"), lambda: self.stack.start("exporter")),
            (local(12, "06:40"), lambda: self.stack.stop("alertmanager")),
            (local(12, "07:40"), lambda: self.stack.start("alertmanager")),
            (local(14, "12:00"), lambda: self.restart("alertmanager", kill=True)),
            (local(15, "06:50"), lambda: self.set_refusing(True)),
            (local(15, "08:00"), self.look_whether_it_is_noticed),
            (local(15, "08:30"), lambda: self.set_refusing(False)),
            (local(17, "06:50"), lambda: self.set_hanging(True)),
            (local(17, "08:30"), lambda: self.set_hanging(False)),
            (local(20, "12:00"), lambda: self.stack.control("topup", household=FRUGAL, bytes=50_000_000_000)),
            (local(23, "07:25"), lambda: self.restart("prometheus")),
        ]
        return sorted(steps, key=lambda step: step[0])

    def play(self):
        self.stack.start("line")
        self.stack.control("renew")
        self.import_history()
        self.stack.start("exporter", "alertmanager", "prometheus")
        for moment, act in self.timeline():
            until(moment)
            act()
        until(local(32, "12:00"))
        self.read_results()

    def import_history(self):
        """The two months before, as somebody has it who was monitored already."""
        rows = self.stack.run("taara_line_sim", "--print-history", "--households", "2", "--seed", SEED,
                              "--from", utc(FIRST - datetime.timedelta(days=60)), "--to", utc(FIRST))
        self.stack.write("history.csv", rows)
        for household in (HEAVY, FRUGAL):
            self.stack.run("taara_exporter", "import", "history.csv", "--household", household, "--series", household,
                           "--config.file=exporter.yml")

    def use(self, household, gigabytes):
        self.stack.control("usage", household=household, bytes=int(gigabytes * 1e9))

    def restart(self, name, kill=False):
        self.stack.stop(name, kill=kill)
        self.stack.start(name)

    def set_refusing(self, on):
        self.stack.mail.refuses = on

    def set_hanging(self, on):
        self.stack.chat.hangs = on

    def look_whether_it_is_noticed(self):
        self.seen_failing = self.stack.value('ALERTS{alertname="NotificationsFailing",alertstate="firing",integration="email"}') == 1

    def read_results(self):
        self.mails = [messages.of_mail(mail, ZONE) for mail in self.stack.mail.mails]
        self.family = [one for one in self.mails if one.to == ("family@example.org",)]
        self.keeper = [one for one in self.mails if one.to == ("keeper@example.org",)]
        self.chats = [messages.of_post(post, ZONE) for post in self.stack.chat.posts]
        self.missed = self.stack.query("max_over_time(prometheus_rule_group_iterations_missed_total[32d])")
        self.failures = self.stack.query("max_over_time(prometheus_rule_evaluation_failures_total[32d])")
        self.quality = self.stack.query("avg_over_time(taara_data_quality_ratio[32d])")

    # ---- questions of the tests

    def of(self, alert, household, box=None):
        """Messages that hold this alert, in the order of their arrival."""
        return [one for one in (self.family if box is None else box) if (alert, household) in one.alerts]

    def sizes(self, metric, household, moment):
        """How a message that came at this moment may write this value: as of one of the last evaluations."""
        times = [moment.timestamp() - back for back in range(0, 3 * INTERVAL_SECONDS, 60)]
        values = {self.stack.value(f'{metric}{{household="{household}"}}', at) for at in times}
        return {messages.size(value) for value in values if value is not None}


def utc(moment):
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
