# SPDX-License-Identifier: Apache-2.0
"""What a message says, as data: which alerts it holds, its first line, its figures."""
import dataclasses
import datetime
import html
import re
import urllib.parse

# In firing alerts the address for "Not now? Silence this" names alert and household; in resolved ones the first line does.
SILENCE = re.compile(r"/#/silences/new\?filter=(\S+)")
MATCHER = re.compile(r'(\w+)="([^"]*)"')
RESOLVED = re.compile(r"^Works again: (.+?) is over(?: at ([a-z0-9_-]+))?\.", re.M)
FACT = re.compile(r"^  ([^:\n]+): (.*)$", re.M)


@dataclasses.dataclass(frozen=True)
class Message:
    arrived: datetime.datetime
    to: tuple
    subject: str
    text: str
    page: str
    alerts: tuple  # (name, household or None)
    resolved: bool  # nothing in it goes on

    @property
    def facts(self):
        return dict(FACT.findall(self.text))

    def __str__(self):
        names = ", ".join(f"{name} {household or ''}".strip() for name, household in self.alerts)
        to = " ".join(address.split("@")[0] for address in self.to)
        return f"{self.arrived:%b %d %a %H:%M:%S}  {to:6}  {names}{' (over)' if self.resolved else ''}: {self.subject}"


def of_mail(mail, zone):
    alerts = []
    for address in SILENCE.findall(mail.text):
        labels = dict(MATCHER.findall(urllib.parse.unquote(address)))
        alerts.append((labels["alertname"], labels.get("household")))
    over = [("".join(word.capitalize() for word in words.split()), household or None) for words, household in RESOLVED.findall(mail.text)]
    return Message(datetime.datetime.fromtimestamp(mail.arrived, zone), mail.to, mail.subject, mail.text, mail.page,
                   tuple(alerts + over), not alerts)


def of_post(post, zone):
    """The generic webhook: Alertmanager's own JSON."""
    alerts = tuple((one["labels"]["alertname"], one["labels"].get("household")) for one in post.body["alerts"])
    return Message(datetime.datetime.fromtimestamp(post.arrived, zone), ("chat",), post.body["alerts"][0]["annotations"]["summary"], "", "",
                   alerts, post.body["status"] == "resolved")


def plain(text):
    """Without tags, entities and the breaks of lines: what can be compared."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def size(value):
    """Bytes to a tenth of a gigabyte, as the rules write them."""
    value = round(value / 1e8) * 1e8
    for prefix in ("", "k", "M", "G", "T"):
        if abs(value) < 1000 or prefix == "T":
            return f"{value:.4g} {prefix}B"
        value /= 1000
    return ""
