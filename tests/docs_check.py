#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do the documents hold together?

Every relative link and picture leads somewhere (headings too), the decisions are numbered without gaps, listed and
complete, and nothing is left as a note to self.

    tests/docs_check.py              checks all *.md of the project
    tests/docs_check.py --self-test  plants every fault in a copy and sees it found; ends with `N passed, N failed`
"""
import pathlib
import re
import shutil
import sys
import tempfile
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEFT_OUT = {"build", "run", ".git", ".cache", "node_modules"}
SECTIONS = ("Context", "Alternatives", "Decision", "Consequences")

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)")  # also inside a link, where LINK sees the outer one only
DEFINITION = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?\s*$")
HTML_LINK = re.compile(r"<(?:img|a|source)\b[^>]*?\b(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")
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
    return found + list(check_decisions(root))


ADR = "docs/decisions/"


def planted(copy):
    """(what is done to the copy, a word of the finding; none: it must stay green)"""
    first = next((copy / ADR).glob("0001-*.md"))
    last = max(file for file in (copy / ADR).glob("[0-9]*.md"))

    def write(path, text):
        (copy / path).write_text(text, encoding="utf-8")

    def edit(file, old, new):
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    yield lambda: write("x.md", "[a](gone.md)"), "leads nowhere"
    yield lambda: write("x.md", "![a](docs/gone.svg \"title\")"), "leads nowhere"
    yield lambda: write("x.md", "<img src=\"gone.svg\">"), "leads nowhere"
    yield lambda: write("x.md", "[a]: gone.md"), "leads nowhere"
    yield lambda: write("x.md", "[![a](gone.svg)](README.md)"), "leads nowhere"
    yield lambda: write("docs/x.md", "[a](README.md#no-such-heading)"), "no such heading"
    yield lambda: write("x.md", "[a](../../etc/passwd)"), "out of the project"
    yield lambda: write("x.md", "[a](/README.md)"), "relative"
    yield lambda: write("x.md", "Left. TODO"), "note to self"
    yield lambda: last.rename(last.with_name(f"{int(last.name[:4]) + 1:04}-later.md")), "comes next"
    yield lambda: first.rename(first.with_name("one.md")), "NNNN-title"
    yield lambda: edit(first, "## Alternatives", "## Else"), "no section"
    yield lambda: edit(first, "# 0001 ", "# "), "begins with"
    yield lambda: edit(copy / ADR / "README.md", f"({first.name})", "()"), "not listed"
    yield lambda: write("x.md", "# A b, c!\n[a](#a-b-c) [b](https://example.org/x) `[c](gone.md)`\n```\n[d](gone.md) TODO\n```"), None


def self_test():
    passed = failed = number = 0
    more = True
    while more:
        with tempfile.TemporaryDirectory() as scratch:
            copy = pathlib.Path(scratch) / "copy"
            shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
            before = set(check(copy))
            plants = list(planted(copy))
            plant, word = plants[number]
            plant()
            new = [finding for finding in check(copy) if finding not in before]
        if (not new) if word is None else any(word in finding for finding in new):
            passed += 1
        else:
            failed += 1
            print(f"self-test: plant {number + 1}: wanted {word or 'nothing'}, found {new or 'nothing'}")
        number += 1
        more = number < len(plants)
    print(f"{passed} passed, {failed} failed")
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 64
    found = check(ROOT)
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
