# SPDX-License-Identifier: Apache-2.0
"""What a reader sees of an HTML mail: each text with its colours in light and in dark, and the addresses it leads to."""
import html.parser
import re

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(html.parser.HTMLParser):
    """texts: [(text, {"light": (colour, background), "dark": …})]; links; tags."""

    def __init__(self, source):
        super().__init__()
        self.dark = {}
        block = re.search(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", source, re.S)
        for name, rules in re.findall(r"\.([a-z]+) \{(.*?)\}", block[1]):
            self.dark[name] = style_of(rules)
        self.texts, self.links, self.tags, self.open = [], [], set(), []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        attributes = dict(attrs)
        self.links += [attributes[name] for name in ("href", "src", "background", "action") if name in attributes]
        seen = {"light": dict(self.open[-1][1]["light"]), "dark": dict(self.open[-1][1]["dark"])} if self.open else {"light": {}, "dark": {}}
        inline = style_of(attributes.get("style") or "")
        for scheme in seen:
            seen[scheme].update(inline)
        for name in (attributes.get("class") or "").split():
            seen["dark"].update(self.dark.get(name, {}))
        if tag not in VOID:
            self.open.append((tag, seen))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1][0] == tag, f"</{tag}> where </{self.open[-1][0] if self.open else ''}> comes next"
        self.open.pop()

    def handle_data(self, data):
        if data.strip() and not {tag for tag, _ in self.open} & {"style", "title", "head"}:
            self.texts.append((" ".join(data.split()), self.open[-1][1]))

    def text(self):
        return " ".join(text for text, _ in self.texts)


def style_of(rules):
    found = {name: value for name, value in re.findall(r"(?<![-a-z])(color|background-color)\s*:\s*(#[0-9a-f]{6})", rules)}
    return found


def luminance(colour):
    channels = [int(colour[place:place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """As WCAG 2 defines it: 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def reddish(colour):
    red, green, blue = (int(colour[place:place + 2], 16) for place in (1, 3, 5))
    return red > 1.5 * max(green, blue, 1)
