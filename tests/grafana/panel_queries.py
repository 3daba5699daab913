# SPDX-License-Identifier: Apache-2.0
"""What the dashboards ask, as Grafana would ask it on one evening."""
import re

# Tuesday, 3 November 2026, 19:00 in Nairobi: an evening on which one household is told of a good time for updates.
END = 1793721600
NOW = END - 600
WIDTH_POINTS = 1400  # of a large screen
MOST_POINTS = 11000  # of an annotation: Grafana widens the step before Prometheus refuses
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(text):
    return int(text[:-1]) * UNITS[text[-1]]


def queries_of(board):
    """(panel, refId, expression, begin and end or None, moment where it is an instant, step, length) in seconds from now.
    An instant is asked about the end of the range, as Grafana does. Annotations are asked like panels."""
    def moment(text):
        sign, span = re.fullmatch(r"now(?:([+-])(\w+))?", text).groups()
        return 0 if span is None else seconds(span) * (1 if sign == "+" else -1)

    begin, last = moment(board["time"]["from"]), moment(board["time"]["to"])
    asked = [(f"annotation {mark['name']}", "A", mark["expr"], (begin, last), last,
              max(seconds(mark["step"]), -(-(last - begin) // MOST_POINTS)), last - begin) for mark in board["annotations"]["list"]]
    for panel in board["panels"]:
        span = (-seconds(panel["timeFrom"]), 0) if "timeFrom" in panel else (begin, last)
        length = span[1] - span[0]
        for target in panel["targets"]:
            step = max(seconds(target.get("interval", "15s")), -(-length // WIDTH_POINTS))
            asked.append((panel["title"], target["refId"], target["expr"], None if target.get("instant") else span, span[1], step, length))
    return asked


def filled_in(expression, household, whole):
    """With what stands for a dashboard's variables; `whole` is the length of what it shows, in seconds."""
    return expression.replace("$household", household).replace("$size", "50000000000").replace("$__range", f"{whole}s")


def question(expression, household, span, at, step, whole):
    """(path of the API, its parameters) of a query of queries_of() for one household."""
    text = filled_in(expression, household, whole)
    if span is None:
        return "query", {"query": text, "time": NOW + at}
    return "query_range", {"query": text, "start": NOW + span[0], "end": NOW + span[1], "step": step}
