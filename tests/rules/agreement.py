#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules, metrics, runbooks and rule tests agree with each other.

    tests/rules/agreement.py              checks the repository, one line per finding, exit 1 when there is one
    tests/rules/agreement.py --self-test  proves that each check can turn red

A metric in a rule is served by the exporter (docs/metrics.md, which a test compares with the page), recorded by a rule,
or one of the few of other programs that are listed here. An alert has its labels, its texts, a runbook, a test in which
it is quiet and one in which it fires and is compared word by word.
"""
import copy
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from proof import run  # noqa: E402

RUNBOOKS = "https://github.com/taara-monitor/taara-monitor/blob/main/docs/runbooks.md#"
SEVERITIES = {"high", "low", "info"}
KINDS = {"budget", "opportunity", "digest", "unusual", "monitor", "watchdog"}
# Seen on the pages of Prometheus 2.42, Alertmanager 0.25, node_exporter 1.5 and Grafana 9.4.
OTHERS = {
    "ALERTS", "ALERTS_FOR_STATE", "up", "alertmanager_notifications_failed_total", "alertmanager_notifications_total",
    "grafana_http_request_duration_seconds_count",
    "node_filesystem_avail_bytes", "node_filesystem_size_bytes", "prometheus_notifications_dropped_total",
    "prometheus_notifications_errors_total", "prometheus_rule_evaluation_failures_total",
}
# Words that scold or alarm; the family is told what helps instead.
UNKIND = re.compile(r"\b(red|exceed\w*|too much|wast\w+|abus\w*|blame\w*|warning|violat\w*|danger\w*|!)\b|!", re.IGNORECASE)
RECORDED = re.compile(r"^(household(_alertname|_weekday|_weekday_hour|_cycle|_level)?|integration|stack):[a-z_0-9]+:[a-z_0-9]+$")
METRIC = re.compile(r"\b(?:taara_[a-z0-9_]+|process_[a-z0-9_]+|node_[a-z0-9_]+|prometheus_[a-z0-9_]+|alertmanager_[a-z0-9_]+|grafana_[a-z0-9_]+"
                    r"|ALERTS(?:_FOR_STATE)?|[a-z_]+:[a-z0-9_]+:[a-z0-9_]+)\b(?!\()")


def load():
    served = set(re.findall(r"^\| `([a-z0-9_]+)` \|", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE))
    rules = [(file.name, rule) for file in sorted((ROOT / "rules").glob("*.yml"))
             for group in yaml.safe_load(file.read_text())["groups"] for rule in group["rules"]]
    tests = [case for file in sorted((ROOT / "tests/rules").glob("*_test.yml"))
             for test in yaml.safe_load(file.read_text())["tests"] for case in test.get("alert_rule_test", [])]
    headings = set(re.findall(r"^## (\w+)$", (ROOT / "docs/runbooks.md").read_text(), re.MULTILINE))
    return {"served": served, "rules": rules, "tests": tests, "headings": headings}


def names_in(expression):
    """Metric names; label values don't count."""
    return set(METRIC.findall(re.sub(r'=~?\\?"[^"]*"', "", expression)))


def names_in_text(text):
    return set().union(*(names_in(action) for action in re.findall(r"\{\{.*?\}\}", text, re.DOTALL)))


def histogram_base(name):
    return re.sub(r"_(bucket|sum|count)$", "", name)


def check(given):
    findings = []
    recorded = {rule["record"] for _, rule in given["rules"] if "record" in rule}
    facts = {}
    for file, rule in given["rules"]:
        name = rule.get("record") or rule["alert"]
        texts = rule.get("annotations", {})
        for metric in sorted(names_in(rule["expr"]).union(*map(names_in_text, texts.values()))):
            if not ({metric, histogram_base(metric)} & given["served"] or metric in recorded or metric in OTHERS):
                findings.append(f"{file}: {name} reads {metric}, which nothing serves or records")
        if "record" in rule:
            if not RECORDED.match(name):
                findings.append(f"{file}: {name} is not of the form level:metric:operation with a level that we know")
            continue
        labels = rule.get("labels", {})
        if labels.get("severity") not in SEVERITIES or labels.get("kind") not in KINDS:
            findings.append(f"{file}: {name} lacks a severity of {sorted(SEVERITIES)} or a kind of {sorted(KINDS)}")
        for needed in ("summary", "description", "runbook_url"):
            if not texts.get(needed):
                findings.append(f"{file}: {name} has no {needed}")
        if texts.get("runbook_url") != RUNBOOKS + name.lower():
            findings.append(f"{file}: {name} has another runbook_url than {RUNBOOKS}{name.lower()}")
        if name not in given["headings"]:
            findings.append(f"docs/runbooks.md: no heading ## {name}")
        for key, text in texts.items():
            if key.startswith("fact_") and facts.setdefault((key.split("_", 2)[2], labels.get("kind")), text) != text:
                findings.append(f"{file}: {name}: {key} is computed differently in another message")
            if key != "runbook_url" and UNKIND.search(re.sub(r"\{\{.*?\}\}", "", text)):
                findings.append(f"{file}: {name}: {key} has a word that alarms or blames: {UNKIND.search(text)[0]}")
        cases = [case for case in given["tests"] if case["alertname"] == name]
        if not any(case.get("exp_alerts") == [] for case in cases) and name != "Watchdog":
            findings.append(f"tests/rules: {name} is nowhere expected to be quiet")
        if not any(alert.get("exp_annotations", {}).get("summary") for case in cases for alert in case.get("exp_alerts") or []):
            findings.append(f"tests/rules: {name} is nowhere expected to fire with its text")
    alerts = {rule["alert"] for _, rule in given["rules"] if "alert" in rule}
    findings += [f"docs/runbooks.md: ## {heading} is about no alert" for heading in sorted(given["headings"] - alerts)]
    return findings


def self_test():
    good = load()
    def spoiled(change):
        given = copy.deepcopy(good)
        change(given, next(rule for _, rule in given["rules"] if rule.get("alert") == "TodayUsed"))
        return check(given)

    def drop_tests(given, quiet):
        given["tests"] = [c for c in given["tests"] if c["alertname"] != "TodayUsed" or (c.get("exp_alerts") == []) != quiet]

    cases = {
        "as it is": (lambda g, r: None, None),
        "a metric that nobody serves": (lambda g, r: r.update(expr="taara_no_such_bytes > 1"), "taara_no_such_bytes"),
        "one in a text": (lambda g, r: r["annotations"].update(summary='{{ query "household:no_such:max" }}'), "household:no_such:max"),
        "no severity": (lambda g, r: r["labels"].pop("severity"), "lacks a severity"),
        "no description": (lambda g, r: r["annotations"].pop("description"), "no description"),
        "a runbook elsewhere": (lambda g, r: r["annotations"].update(runbook_url="https://example.org"), "runbook_url"),
        "no heading": (lambda g, r: g["headings"].discard("TodayUsed"), "no heading"),
        "a heading too many": (lambda g, r: g["headings"].add("NoSuchAlert"), "about no alert"),
        "never quiet": (lambda g, r: drop_tests(g, True), "expected to be quiet"),
        "never fires": (lambda g, r: drop_tests(g, False), "expected to fire"),
        "a fact of its own": (lambda g, r: r["annotations"].update(fact_4_Data_left="much"), "computed differently"),
        "an unkind word": (lambda g, r: r["annotations"].update(summary="You exceeded it"), "alarms or blames"),
        "a bad name": (lambda g, r: g["rules"].append(("x.yml", {"record": "Bad", "expr": "up"})), "level:metric:operation"),
    }
    failed = 0
    for name, (change, sign) in cases.items():
        found = spoiled(change)
        good_one = not found if sign is None else any(sign in line for line in found)
        failed += not good_one
        if not good_one:
            print(f"FAILED: {name}: {found}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(run(__doc__, lambda: check(load()), self_test))
