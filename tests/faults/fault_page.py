# SPDX-License-Identifier: Apache-2.0
"""docs/faults.md: made of the cases, the tests' names and the results of the last whole run, which the page itself keeps."""
import collections
import re

from catalogue import ROOT, cases, tests

PAGE = ROOT / "docs" / "faults.md"
HEAD = """# What goes wrong, and what happens then

Made by `tests/faults/table` from `tests/faults/cases.txt` and the names of the tests: a test that carries an id in its name
shows what that case must do. `./taara test` runs most of them, `./taara bench faults` all, and writes the results here.

"""
NEVER = "No whole run is recorded yet."


def recorded():
    """What the page says of the last whole run: its line, and {id: result}."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    line = re.search(r"(?m)^Last whole run: .*$", text)
    return (line.group(0) if line else NEVER), dict(re.findall(r"(?m)^\| (\w\d\d) \|.*\| ([^|]*) \|$", text))


def shown_by(of_case):
    """`file` (how many tests), shortest first."""
    files = collections.Counter(str(test.file) for test in of_case)
    return ", ".join(f"`{name.removeprefix('tests/')}`" + (f" ({count})" if count > 1 else "") for name, count in sorted(files.items()))


def page(line, results):
    found, group, lines = tests(), None, [HEAD + line]
    for case in cases():
        if case.group != group:
            group = case.group
            lines.append(f"\n## {group}\n| id | what goes wrong | what must be seen | shown by | result |\n|---|---|---|---|---|")
        lines.append(f"| {case.id} | {case.title} | {case.must} | {shown_by(found[case.id]) or case.proof or 'nothing yet'} | {results.get(case.id, '')} |")
    return "\n".join(lines) + "\n"


def write(line, results):
    PAGE.write_text(page(line, results), encoding="utf-8")
