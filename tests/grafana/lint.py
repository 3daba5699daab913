#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The dashboards keep to what was agreed.

    tests/grafana/lint.py              checks grafana/dashboards, one line per finding, exit 1 when there is one
    tests/grafana/lint.py --self-test  proves that each check can turn red

One data source, chosen at the top; known metrics; units, a description and words for missing data on every panel; no red
and no palette that holds some; uids and links that last. That the JSON is what the source gives: grafana/build --check.
"""
import colorsys
import copy
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/rules")]
from agreement import OTHERS, histogram_base, load as load_rules, names_in  # noqa: E402
from proof import run  # noqa: E402

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
# Fixed colours and one-coloured scales. Every other palette of Grafana holds red, leaves the choice to it, or is newer than
# Grafana 9, which shows an empty panel for a name that it doesn't know (shades).
CALM = {"fixed", "thresholds", "continuous-blues", "continuous-greens"}
# Seen on the pages of Prometheus 2.42, Alertmanager 0.25 and node_exporter 1.5; only dashboards read them.
SHOWN_ONLY = {
    "scrape_duration_seconds", "prometheus_tsdb_head_series",
    "prometheus_tsdb_storage_blocks_bytes", "alertmanager_silences", "alertmanager_alerts",
    "alertmanager_config_last_reload_successful",
}
PLAIN = {"none", "decbytes", "s", "percentunit", "dateTimeFromNow", "suffix: days"}


def load():
    rules = load_rules()
    known = rules["served"] | OTHERS | SHOWN_ONLY | {rule["record"] for _, rule in rules["rules"] if "record" in rule}
    boards = {file.name: json.loads(file.read_text()) for file in sorted((ROOT / "grafana/dashboards").glob("*.json"))}
    return {"known": known, "boards": boards}


def values_of(tree, key):
    """Every value under that key, at any depth; properties of overrides are such pairs, too."""
    if isinstance(tree, dict):
        if tree.get("id") == key and "value" in tree:
            yield tree["value"]
        for name, value in tree.items():
            if name == key:
                yield value
            yield from values_of(value, key)
    elif isinstance(tree, list):
        for value in tree:
            yield from values_of(value, key)


def is_red(colour):
    """Red and its neighbours, by name or by hue."""
    digits = re.fullmatch(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})(?:[0-9a-f]{2})?", colour.lower())
    numbers = [int(part, 16) for part in digits.groups()] if digits else [int(n) for n in re.findall(r"\d+", colour)[:3]]
    if len(numbers) < 3:
        return bool(re.search("red|orange|crimson|tomato|salmon|firebrick|maroon|pink|coral", colour.lower()))
    hue, _, saturation = colorsys.rgb_to_hls(*(number / 255 for number in numbers))
    return saturation > 0.25 and not 38 / 360 <= hue <= 300 / 360


def colours(tree):
    text = json.dumps(tree)
    return set(re.findall(r'#[0-9a-fA-F]{6,8}\b|rgba?\([^)]*\)', text)) | {
        value for key in ("color", "fixedColor", "iconColor") for value in values_of(tree, key) if isinstance(value, str)}


def palettes(tree):
    return {value["mode"] for value in values_of(tree, "color") if isinstance(value, dict) and "mode" in value}


def expressions(board):
    return list(values_of(board, "expr")) + [json.dumps(variable.get("query")) for variable in board["templating"]["list"]
                                             if variable["type"] == "query"]


def check(given):
    findings = []
    uids = [board["uid"] for board in given["boards"].values()]
    tags = {tag for board in given["boards"].values() for tag in board["tags"]}
    findings += [f"uid {uid} is given twice" for uid in sorted(set(uids)) if uids.count(uid) > 1]
    for file, board in given["boards"].items():
        def found(words, where=file):
            findings.append(f"{where}: {words}")

        if not re.fullmatch(r"taara-[a-z-]{1,33}", board["uid"]):
            found(f"the uid {board['uid']} is not taara-… of less than 40 characters")
        variables = {variable["name"]: variable["type"] for variable in board["templating"]["list"]}
        if [kind for kind in variables.values()].count("datasource") != 1:
            found("it needs one variable for the data source")
        ids = [panel["id"] for panel in board["panels"]]
        if len(set(ids)) != len(ids) or not all(isinstance(number, int) and number > 0 for number in ids):
            found("its panels need ids of their own")
        for name in set().union(*map(names_in, expressions(board))):
            if not {name, histogram_base(name)} & given["known"]:
                found(f"{name} is served and recorded by nothing")
        for name in set(re.findall(r"\$\{?([a-z]\w*)", " ".join(expressions(board)))) - set(variables):
            found(f"${name} is no variable of this dashboard")
        for colour in sorted(colours(board)):
            if is_red(colour):
                found(f"{colour} is red or close to it")
        for palette in sorted(palettes(board) - CALM):
            found(f"the palette {palette} may show red")
        for link in board["links"]:
            if link["type"] != "dashboards" or not set(link["tags"]) <= tags or not link["includeVars"]:
                found(f"the link {link['title']} leads to dashboards by a tag that none has, or forgets the household")
        for url in re.findall(r'"url": "([^"]*)"', json.dumps(board)):
            target = re.match(r"/d/([\w-]+)", url)
            if url and not (target and target[1] in uids or url.startswith("https://github.com/taara-monitor/taara-monitor/")):
                found(f"the link {url} leads nowhere that we know")
        for panel in board["panels"]:
            where, defaults = f"{file}: {panel['title']}", panel["fieldConfig"]["defaults"]
            if len(panel.get("description", "")) < 30:
                found("it needs a description that says what is seen", where)
            if defaults.get("unit") not in PLAIN:
                found(f"its unit is {defaults.get('unit')}, none of {sorted(PLAIN)}", where)
            if not defaults.get("noValue"):
                found("it needs words for missing data (noValue)", where)
            if "mode" not in defaults.get("color", {}):
                found("it leaves the colours to Grafana, whose palette holds red", where)
            if defaults.get("color", {}).get("mode") == "thresholds" and not defaults.get("thresholds"):
                found("it leaves the thresholds to Grafana, which are green and red", where)
            if any(source != SOURCE for source in [panel.get("datasource"), *(t.get("datasource") for t in panel["targets"])]):
                found("it reads another data source than the one chosen at the top", where)
            bytes_shown = [t["expr"] for t in panel["targets"] if re.search(r"_bytes\b", t["expr"]) and "/" not in t["expr"]]
            if bytes_shown and "decbytes" not in {defaults.get("unit"), *values_of(panel["fieldConfig"]["overrides"], "unit")} \
                    and panel["type"] != "stat":
                found("it shows bytes without the unit decbytes", where)
    return findings


def self_test():
    good = load()

    def spoiled(change):
        given = copy.deepcopy(good)
        board = given["boards"]["home.json"]
        change(given, board, board["panels"][0])
        return check(given)

    cases = {
        "as it is": (lambda g, b, p: None, None),
        "a uid twice": (lambda g, b, p: b.update(uid="taara-trends"), "given twice"),
        "a long uid": (lambda g, b, p: b.update(uid="taara-" + "x" * 40), "less than 40"),
        "two data sources": (lambda g, b, p: b["templating"]["list"].append({"name": "other", "type": "datasource"}), "one variable for the data source"),
        "an id twice": (lambda g, b, p: p.update(id=2), "ids of their own"),
        "an unknown metric": (lambda g, b, p: p["targets"][0].update(expr="taara_no_such_bytes"), "taara_no_such_bytes"),
        "an unknown variable": (lambda g, b, p: p["targets"][0].update(expr='taara_up{household="$house"}'), "$house"),
        "one in an annotation": (lambda g, b, p: b["annotations"]["list"][0].update(expr="taara_no_such"), "taara_no_such"),
        "red by hue": (lambda g, b, p: p["fieldConfig"]["defaults"].update(color={"mode": "fixed", "fixedColor": "#e02f44"}), "#e02f44"),
        "red by name": (lambda g, b, p: p["fieldConfig"]["defaults"].update(thresholds={"steps": [{"color": "semi-dark-red", "value": None}]}), "semi-dark-red"),
        "an orange mark": (lambda g, b, p: b["annotations"]["list"][0].update(iconColor="rgba(255, 96, 96, 1)"), "rgba"),
        "a palette with red": (lambda g, b, p: p["fieldConfig"]["overrides"].append({"matcher": {}, "properties": [{"id": "color", "value": {"mode": "palette-classic"}}]}), "palette-classic"),
        "no palette": (lambda g, b, p: p["fieldConfig"]["defaults"].pop("color"), "leaves the colours"),
        "Grafana's thresholds": (lambda g, b, p: p["fieldConfig"]["defaults"].update(color={"mode": "thresholds"}, thresholds=None), "leaves the thresholds"),
        "a link to no tag": (lambda g, b, p: b["links"][0].update(tags=["other"]), "leads to dashboards"),
        "a link to nowhere": (lambda g, b, p: p["fieldConfig"]["defaults"].update(links=[{"url": "/d/taara-gone"}]), "taara-gone"),
        "no description": (lambda g, b, p: p.update(description=""), "description"),
        "no unit": (lambda g, b, p: p["fieldConfig"]["defaults"].pop("unit"), "unit is None"),
        "binary bytes": (lambda g, b, p: p["fieldConfig"]["defaults"].update(unit="bytes"), "unit is bytes"),
        "no words for nothing": (lambda g, b, p: p["fieldConfig"]["defaults"].pop("noValue"), "noValue"),
        "a data source by name": (lambda g, b, p: p["targets"][0].update(datasource={"type": "prometheus", "uid": "abc"}), "another data source"),
        "bytes as a number": (lambda g, b, p: next(panel for panel in b["panels"] if panel["type"] == "timeseries")["fieldConfig"]["defaults"].update(unit="none"), "without the unit decbytes"),
    }
    failed = 0
    for name, (change, sign) in cases.items():
        found = spoiled(change)
        if found if sign is None else not any(sign in line for line in found):
            failed += 1
            print(f"FAILED: {name}: {found}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(run(__doc__, lambda: check(load()), self_test))
