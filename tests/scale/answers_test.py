# SPDX-License-Identifier: Apache-2.0
"""Every query of every dashboard and every rule, asked of a real Prometheus and of a real VictoriaMetrics that hold the same
twelve months: the same numbers, or a difference that is listed here and shown to be what it is said to be."""
import json
import math
import pathlib
import re
import tempfile
import unittest

import yaml

import year
from carry_over import Victoria
from fleet import ask
from panel_queries import END, NOW, UNITS, queries_of, question
from prometheus import ROOT, Prometheus, dashboards, fill

TOLERANCE = 1e-9
RULES_SPAN, RULES_STEP = 10 * 86400, 900

# Why an answer may differ. Each is shown by asking one of the two so that the cause is gone.
WINDOW = "a sample exactly at the far end of a window belongs to it in Prometheus 2, not in VictoriaMetrics"
GAPS = "where samples lie more than five minutes apart, VictoriaMetrics goes on with the last one, Prometheus has a hole"
COUNTER = "VictoriaMetrics gives what the counter grew between samples, Prometheus extends it to the edges of the window"

DASHBOARDS_DIFFER = {
    **{(board, f"annotation {name}", "A"): WINDOW for board in ("forecast", "health", "home", "trends") for name in ("Messages", "Top-ups")},
    ("messages", "What was said", "A"): GAPS,
    ("trends", "Use of each day", "A"): GAPS,
    ("trends", "Use of each day", "B"): GAPS,
    ("trends", "Twelve months", "A"): GAPS,
    ("trends", "Twelve months", "B"): GAPS,
    ("trends", "Hours of the day", "A"): WINDOW,
    ("trends", "Hours of the week, in GB", "A"): WINDOW,
}
RULES_DIFFER = {
    "household_alertname:message_begin_timestamp_seconds:max1h": GAPS,
    "household_alertname:usage_before_message_bytes:rate3h": GAPS,
    "household_alertname:usage_after_message_bytes:rate3h": GAPS,
    "household_alertname:usage_after_message:ratio3h": GAPS,
    "household_alertname:messages:firing_seconds1h": WINDOW,
    "integration:notifications_sent:increase1h": COUNTER,
    "stack:cpu_cores:rate30m": COUNTER,
    "household:line_bytes:increase1h": COUNTER,
    "household:usage_bytes:increase1h": COUNTER,
    **{f"household:usage_bytes:rate{span}": COUNTER for span in ("1h", "3h", "6h", "1d")},
}


def numbers(data):
    """{labels: {moment: value}}; without the name, which each of the two drops after other functions."""
    if data["resultType"] == "scalar":
        return {"": {data["result"][0]: float(data["result"][1])}}
    found = {}
    for one in data["result"]:
        labels = json.dumps({key: value for key, value in one["metric"].items() if key != "__name__"}, sort_keys=True)
        found.setdefault(labels, {}).update({round(float(at), 3): float(value) for at, value in one.get("values") or [one["value"]]})
    return found


def differences(left, right, right_may_have_more=False):
    """How many numbers of either have no equal one in the other, and the largest relative difference among those in both."""
    unequal, worst = 0, 0.0
    for labels in left.keys() | right.keys():
        ours, theirs = left.get(labels, {}), right.get(labels, {})
        size = max(map(abs, [*ours.values(), *theirs.values()]), default=0)
        unequal += len(ours.keys() - theirs.keys()) + (0 if right_may_have_more else len(theirs.keys() - ours.keys()))
        for at in ours.keys() & theirs.keys():
            one, other = ours[at], theirs[at]
            # VictoriaMetrics keeps some 15 digits of a block's largest number, so that 1e-21 beside 1 becomes 0.
            if one == other or (math.isnan(one) and math.isnan(other)) or abs(one - other) <= 1e-12 * size:
                continue
            apart = abs(one - other) / max(abs(one), abs(other))
            worst = max(worst, apart)
            unequal += apart > TOLERANCE or math.isnan(apart)
    return unequal, worst


def without_far_end(expression):
    return re.sub(r"\[(\d+)([smhd])(?=\]|:)", lambda found: f"[{int(found[1]) * UNITS[found[2]] * 1000 - 1}ms", expression)


def plain_difference(expression):
    """increase(x[1h]) as x - x offset 1h, and rate as that by the time between these two samples: right where a counter
    never starts anew."""
    def plain(found):
        function, counter, span = found.groups()
        grown = f"({counter} - {counter} offset {span})"
        return grown if function == "increase" else f"({grown} / (timestamp({counter}) - timestamp({counter} offset {span})))"

    return re.sub(r"\b(increase|rate)\(([^\[\]()]+)\[(\d+[smhd])\]\)", plain, expression)


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="taara-answers-")))
        cls.prometheus = Prometheus(folder / "prometheus")
        cls.addClassCleanup(cls.prometheus.stop)
        fill(cls.prometheus, END)
        there = cls.enterClassContext(Victoria(folder / "victoria", "-retentionPeriod=10y"))
        cls.prometheus.stop()
        cls.taken, cls.victoria = there.take(folder / "prometheus" / "data"), there.url
        cls.prometheus.start()

    def both(self, path, parameters, here=lambda text: text, **there):
        """The numbers of Prometheus, asked with its text changed by `here`, and of VictoriaMetrics, asked with `there`."""
        ours = self.prometheus.ask(path, **{**parameters, "query": here(parameters["query"])})
        # nocache: otherwise it would move the range to multiples of the step
        return numbers(ours), numbers(ask(self.victoria, path, nocache=1, **there, **parameters))

    def reason(self, path, parameters):
        """(why the answers differ, or None where they are the same; the largest relative difference)"""
        unequal, worst = differences(*self.both(path, parameters))
        if not unequal:
            return None, worst
        # One step of the look-back more, for a sample that is five minutes old to the millisecond.
        if not differences(*self.both(path, parameters, max_lookback="300001ms"))[0]:
            return GAPS, worst
        if not differences(*self.both(path, parameters, here=without_far_end))[0]:
            return WINDOW, worst
        if not differences(*self.both(path, parameters, here=plain_difference), right_may_have_more=True)[0]:
            return COUNTER, worst
        return f"not explained, {unequal} numbers differ", worst

    def judge(self, what, expected, questions):
        """One of our queries, for all households; whether anybody had an answer."""
        reasons = [self.reason(*one) for one in questions]
        found = {reason for reason, _ in reasons} - {None}
        worst = max(apart for _, apart in reasons)
        if found:
            print(f"  {what}: {' / '.join(sorted(found))}; at most {100 * worst:.2g} %", flush=True)
        with self.subTest(what):
            self.assertEqual(found, {expected} if expected else set())
        return any(numbers(self.prometheus.ask(path, **parameters)) for path, parameters in questions)

    def test_1_both_hold_the_same_series(self):
        whole = {"query": "count by (__name__) (last_over_time({__name__=~\".+\"}[380d]))", "time": END}
        ours, theirs = (self.prometheus.ask("query", **whole), ask(self.victoria, "query", nocache=1, **whole))
        of_names = [{one["metric"]["__name__"]: one["value"][1] for one in data["result"]} for data in (ours, theirs)]
        self.assertGreater(sum(map(int, of_names[0].values())), 1000)
        self.assertEqual(*of_names)
        print(f"  {self.taken} samples of {sum(map(int, of_names[0].values()))} series")

    def test_2_dashboards_have_the_same_answers(self):
        asked = answered = 0
        for name, board in dashboards().items():
            for title, ref, expression, *times in queries_of(board):
                asked += 1
                answered += self.judge(f"{name}: {title} {ref}", DASHBOARDS_DIFFER.get((name, title, ref)),
                                       [question(expression, household, *times) for household in year.HOUSEHOLDS])
        print(f"  {asked} queries, {len(DASHBOARDS_DIFFER)} of them differ, {answered} have an answer")
        self.assertGreaterEqual(answered, asked - 1)

    def test_3_rules_have_the_same_answers(self):
        asked = answered = 0
        for file in sorted((ROOT / "rules").glob("*.yml")):
            for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
                for rule in group["rules"]:
                    name = rule.get("record") or rule["alert"]
                    asked += 1
                    answered += self.judge(name, RULES_DIFFER.get(name), [
                        ("query_range", {"query": rule["expr"], "start": NOW - RULES_SPAN, "end": NOW, "step": RULES_STEP})])
        print(f"  {asked} rules, {len(RULES_DIFFER)} of them differ, {answered} have an answer")
        self.assertGreater(answered, asked / 2)
