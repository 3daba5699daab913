#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do the documents hold together?

Every relative link and picture leads somewhere (headings too), the decisions are numbered without gaps, listed and
complete, nothing is left as a note to self, and a test that is cited as `file::name` (below tests/) is there.

    tests/docs_check.py              checks all *.md of the project
    tests/docs_check.py --self-test  plants every fault in a copy and sees it found; ends with `N passed, N failed`
"""
import pathlib
import re
import sys
import urllib.parse

from proof import prove, run

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEFT_OUT = {"build", "run", ".git", ".cache", "node_modules"}
SECTIONS = ("Context", "Alternatives", "Decision", "Consequences")

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)")  # also inside a link, where LINK sees the outer one only
DEFINITION = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?\s*$")
HTML_LINK = re.compile(r"<(?:img|a|source)\b[^>]*?\b(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")
CITED_TEST = re.compile(r"`([\w./-]+\.(?:cc|py))::(\w+)`")
NOTE_TO_SELF = re.compile(r"\b(?:TODO|FIXME|XXX|TBD)\b")


def lines_outside_code(text):
    """(number, line) without fenced blocks; inline code is blanked."""
    fence = None
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r"^\s*(`{3,}|~{3,})", line)
        if fence:
            if mark and mark.group(1).startswith(fence):
                fence = None
        elif mark:
            fence = mark.group(1)
        else:
            yield number, re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)


def anchors_of(text):
    """The names that GitHub gives the headings."""
    seen = {}
    fence = None
    for line in text.splitlines():
        mark = re.match(r"^\s*(`{3,}|~{3,})", line)
        if mark and (fence is None or mark.group(1).startswith(fence)):
            fence = None if fence else mark.group(1)
        heading = HEADING.match(line)
        if fence or not heading:
            continue
        words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        seen[name] = seen.get(name, -1) + 1
        yield name if seen[name] == 0 else f"{name}-{seen[name]}"


def check_link(root, file, target):
    if re.match(r"^[a-z][a-z0-9+.-]*:", target, re.I):  # another site: not ours to check, and CI must not depend on it
        return None
    path, _, anchor = urllib.parse.unquote(target).partition("#")
    if path.startswith("/"):
        return f"{target}: links are relative, so that they work in every copy"
    goal = (file.parent / path).resolve() if path else file
    if not goal.is_relative_to(root.resolve()):
        return f"{target} leads out of the project"
    if not goal.exists():
        return f"{target} leads nowhere"
    if anchor and goal.suffix == ".md" and anchor not in set(anchors_of(goal.read_text(encoding="utf-8"))):
        return f"{target}: no such heading in {goal.name}"
    return None


def check_cited_tests(root, file):
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        for path, name in CITED_TEST.findall(line):
            test = root / "tests" / path
            if not test.is_file():
                yield f"{file.relative_to(root)}:{number}: there is no tests/{path}"
            elif not re.search(rf"\b{name}\b", test.read_text(encoding="utf-8")):
                yield f"{file.relative_to(root)}:{number}: tests/{path} has no {name}"


def check_decisions(root):
    folder = root / "docs" / "decisions"
    if not folder.is_dir():
        return
    listed = (folder / "README.md").read_text(encoding="utf-8") if (folder / "README.md").exists() else ""
    files = sorted(file for file in folder.glob("*.md") if file.name != "README.md")
    for file in files:
        if not re.match(r"^\d{4}-[a-z0-9-]+\.md$", file.name):
            yield f"docs/decisions/{file.name}:1: a decision's file is called NNNN-title.md"
            return
    for expected, file in enumerate(files, 1):
        name = f"docs/decisions/{file.name}"
        if int(file.name[:4]) != expected:
            yield f"{name}:1: number {file.name[:4]} where {expected:04} comes next"
            return
        text = file.read_text(encoding="utf-8")
        if not re.match(rf"^# {file.name[:4]} ", text):
            yield f"{name}:1: the heading begins with '# {file.name[:4]} '"
        for section in SECTIONS:
            if not re.search(rf"^## {section}", text, re.M):
                yield f"{name}:1: no section '## {section}'"
        if f"({file.name})" not in listed:
            yield f"{name}:1: not listed in docs/decisions/README.md"


def check(root):
    found = []
    for file in sorted(root.rglob("*.md")):
        name = file.relative_to(root)
        if LEFT_OUT & set(name.parts):
            continue
        for number, line in lines_outside_code(file.read_text(encoding="utf-8")):
            targets = set(LINK.findall(line) + PICTURE.findall(line) + DEFINITION.findall(line) + HTML_LINK.findall(line))
            problems = [problem for target in sorted(targets) if (problem := check_link(root, file, target))]
            if NOTE_TO_SELF.search(line):
                problems.append("a note to self; do it, or put it into docs/debt.md in words")
            found += [f"{name}:{number}: {problem}" for problem in problems]
        found += check_cited_tests(root, file)
    return found + list(check_decisions(root))


ADR = "docs/decisions/"


def first_decision(copy):
    return next((copy / ADR).glob("0001-*.md"))


def last_decision(copy):
    return max((copy / ADR).glob("[0-9]*.md"))


def writes(path, text):
    return lambda copy: (copy / path).write_text(text, encoding="utf-8")


def edits(find, old, new):
    def plant(copy):
        file = find(copy)
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return plant


def renames(find, name):
    def plant(copy):
        file = find(copy)
        file.rename(file.with_name(name(file)))

    return plant


# (what is done to a copy, a word of the finding; none: it must stay green)
PLANTS = [
    (writes("x.md", "[a](gone.md)"), "leads nowhere"),
    (writes("x.md", "![a](docs/gone.svg \"title\")"), "leads nowhere"),
    (writes("x.md", "<img src=\"gone.svg\">"), "leads nowhere"),
    (writes("x.md", "[a]: gone.md"), "leads nowhere"),
    (writes("x.md", "[![a](gone.svg)](README.md)"), "leads nowhere"),
    (writes("docs/x.md", "[a](README.md#no-such-heading)"), "no such heading"),
    (writes("x.md", "[a](../../etc/passwd)"), "out of the project"),
    (writes("x.md", "[a](/README.md)"), "relative"),
    (writes("x.md", "Left. TODO"), "note to self"),
    (writes("x.md", "| `unit/gone_test.cc::Name` |"), "there is no tests/unit/gone_test.cc"),
    (writes("x.md", "`proof.py::prov`"), "has no prov"),
    (writes("x.md", "`proof.py::prove` and `std::string`"), None),
    (renames(last_decision, lambda file: f"{int(file.name[:4]) + 1:04}-later.md"), "comes next"),
    (renames(first_decision, lambda file: "one.md"), "NNNN-title"),
    (edits(first_decision, "## Alternatives", "## Else"), "no section"),
    (edits(first_decision, "# 0001 ", "# "), "begins with"),
    (edits(lambda copy: copy / ADR / "README.md", "(0001-", "("), "not listed"),
    (writes("x.md", "# A b, c!\n[a](#a-b-c) [b](https://example.org/x) `[c](gone.md)`\n```\n[d](gone.md) TODO\n```"), None),
]


def self_test():
    def fits(word):
        return lambda new: not new if word is None else any(word in finding for finding in new)

    return prove(ROOT, LEFT_OUT, check, [(f"plant {number}, wanted {word or 'nothing'}", plant, fits(word))
                                         for number, (plant, word) in enumerate(PLANTS, 1)])


if __name__ == "__main__":
    sys.exit(run(__doc__, lambda: check(ROOT), self_test))
