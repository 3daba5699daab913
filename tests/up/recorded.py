# SPDX-License-Identifier: Apache-2.0
"""What the recording rules would have recorded in the past. promtool's own way makes a block of two hours for each rule,
thousands for a month; here the rules are asked over whole ranges of a Prometheus that runs for this alone."""
import contextlib
import json
import re
import time
import urllib.parse
import urllib.request

import process
from parts import ROOT, Trouble, answers, command

DAY = 86400
STEP_SECONDS = 290  # of rules without an interval of their own: Prometheus forgets a series after five minutes
SLOW_STEP_SECONDS = 3600  # of the others, at half past each hour: by then the hour before is known
POINTS_AT_ONCE = 10_000
BLOCK_SECONDS = 486 * 3600  # as in past.cc
# What only a Prometheus that runs can know: its own alerts, other parts' metrics.
RECORDED_ANYWHERE = re.compile(r"(?<![\w:])[a-z_]+:[\w:]+")
RECORDED = re.compile(RECORDED_ANYWHERE.pattern + r"(?![\w:])(?!\s*[\[{])")  # a range or a selector can't follow parentheses
UNKNOWN = re.compile(r"ALERTS|alertmanager_|prometheus_|process_|integration:|\bup\b")


def groups():
    import yaml  # pylint: disable=import-outside-toplevel # comes with ./taara deps

    for path in sorted((ROOT / "rules").glob("*.yml")):
        yield from yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]


def recordings():
    """(name, expression, has an interval of its own). A recorded name within an expression is replaced by what it means,
    so that no rule waits for another; where that can't be said, the rule is left out."""
    waiting = [(rule["record"], rule["expr"].strip(), "interval" in group) for group in groups() for rule in group["rules"] if "record" in rule]
    meaning, progress = {}, True
    while progress:
        progress = False
        for rule in list(waiting):
            name, expression, slow = rule
            expression = RECORDED.sub(lambda found: f"({meaning[found[0]]})" if found[0] in meaning else found[0], expression)
            if RECORDED_ANYWHERE.search(re.sub(r'"[^"]*"', "", expression)) or UNKNOWN.search(expression):
                continue
            meaning[name], progress = expression, True
            waiting.remove(rule)
            yield name, expression, slow


def ask(house, expression, start, end, step):
    data = urllib.parse.urlencode({"query": expression, "start": start, "end": end, "step": step}).encode()
    with urllib.request.urlopen(house.url("prometheus", "/api/v1/query_range"), data, timeout=300) as answer:
        return json.load(answer)["data"]["result"]


def samples(house, name, expression, start, end, step):
    begin = start
    while begin < end:
        until = min(end, begin + (POINTS_AT_ONCE - 1) * step)
        for series in ask(house, expression, begin, until, step):
            labels = ",".join(f"{key}={json.dumps(value)}" for key, value in sorted(series["metric"].items()) if key != "__name__")
            for moment, value in series["values"]:
                yield moment, f"{name}{{{labels}}} {value} {moment}\n"
        begin = until + step


def write(house, pages, days, recent_days, now, step):
    """The past of all rules that can be said. Returns the pages, one for each block of Prometheus."""
    files = {}
    try:
        with asked_alone(house), contextlib.ExitStack() as open_files:
            for name, expression, slow in recordings():
                step.now(f"what would have been recorded: {name}")
                pace = SLOW_STEP_SECONDS if slow else STEP_SECONDS
                begin = (now - days * DAY) // 3600 * 3600 + 1800 if slow else now - min(days, recent_days) * DAY
                for moment, line in samples(house, name, expression, begin, now, pace):
                    block = int(moment) // BLOCK_SECONDS
                    if block not in files:
                        files[block] = open_files.enter_context(open(pages / f"recorded-{block}.om", "w", encoding="utf-8"))
                    files[block].write(line)
            for file in files.values():
                file.write("# EOF\n")
    except (OSError, ValueError) as error:
        raise Trouble(f"what the rules would have recorded can't be had: {error}") from error
    return [pages / f"recorded-{block}.om" for block in sorted(files)]


@contextlib.contextmanager
def asked_alone(house):
    """A Prometheus without rules and targets, for as long as this lasts."""
    words, environment = command(house, "prometheus")
    empty = house.folder / "empty.yml"
    empty.write_text("global: {}\n", encoding="utf-8")
    words = [f"--config.file={empty}" if word.startswith("--config.file=") else word for word in words]
    child = process.start(house.note("prometheus"), words, house.log("recorded"), environment)
    try:
        while not answers(house, "prometheus"):
            if child.poll() is not None:
                raise Trouble(f"Prometheus ended with code {child.returncode}; its log: {house.log('recorded')}")
            time.sleep(0.1)
        yield
    finally:
        process.stop_child(child)
        house.note("prometheus").unlink(missing_ok=True)
        empty.unlink()
