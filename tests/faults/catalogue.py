# SPDX-License-Identifier: Apache-2.0
"""The cases of cases.txt and the tests that carry their ids in their names."""
import collections
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "faults" / "cases.txt"
HOW_MANY = {"R": 42, "N": 16, "D": 23, "C": 11, "P": 14, "F": 11, "H": 15, "S": 11, "T": 12}
ID = r"[RNDCPFHST][0-9]{2}"

Case = collections.namedtuple("Case", "id title must proof group")
Test = collections.namedtuple("Test", "file kind name")  # kind: unit, integration, no_memory, python, alert, soak


class Wrong(Exception):
    """What cases.txt or a test's name says and should not."""


def cases():
    found, group = [], ""
    for number, line in enumerate(CASES.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("## "):
            group = line[3:]
        elif line and not line.startswith("#"):
            fields = [field.strip() for field in line.split(" | ")]
            if len(fields) not in (3, 4) or not re.fullmatch(ID, fields[0]):
                raise Wrong(f"{CASES.name}:{number}: not `id | what | must be seen [| proof]`: {line}")
            found.append(Case(*fields[:3], fields[3] if len(fields) == 4 else "", group))
    expected = [f"{letter}{number:02}" for letter, count in HOW_MANY.items() for number in range(1, count + 1)]
    if [case.id for case in found] != expected:
        raise Wrong(f"{CASES.name}: the ids are not {expected[0]} to {expected[-1]}, each once and in order")
    return found


def ids_in(name):
    return re.findall(rf"(?:^|_|/)({ID})(?=_|$)", name)


def c_plus_plus(path):
    """(kind, filter of GoogleTest) of the tests in a file."""
    relative = path.relative_to(ROOT / "tests")
    kind = relative.parts[0]
    text = path.read_text(encoding="utf-8")
    for of_values, suite, name in re.findall(r"\bTEST(?:_F|(_P))?\(\s*(\w+),\s*(\w+)\)", text):
        yield kind, f"*/{suite}.{name}/*" if of_values else f"{suite}.{name}"
    for case in sorted(set(re.findall(rf'\bLineFault\{{"({ID})"', text))):
        yield kind, f"Line/LineFaults.AreNamedTellNoLieAndPass/{case}_*"


def python_tests():
    """Modules, and programs that are tests themselves."""
    programs = [path for path in (ROOT / "tests").rglob("*") if path.is_file() and not path.suffix and path.stat().st_mode & 0o100
                and "python" in path.open(encoding="utf-8", errors="replace").readline()]
    return sorted([*(ROOT / "tests").rglob("*_test.py"), *programs])


def tests():
    """{id: [Test]}, by what the tests' names say."""
    found = collections.defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("*_test.cc")):
        if "fuzz" in path.parts:
            continue
        for kind, name in c_plus_plus(path):
            for case in ids_in(name.replace(".", "_")):
                found[case].append(Test(path.relative_to(ROOT), kind, name))
    for path in python_tests():
        for name in re.findall(r"(?m)^    def (test_\w+)\(", path.read_text(encoding="utf-8")):
            for case in ids_in(name):
                found[case].append(Test(path.relative_to(ROOT), "python", name))
    for case in cases():
        if case.proof == "soak":
            found[case.id].append(Test(pathlib.Path("tests/end_to_end/soak.py"), "soak", "soak"))
        elif case.proof.startswith("alert "):
            for alert in case.proof[6:].split(", "):
                found[case.id].append(proof_of_alert(alert))
        elif case.proof and not case.proof.startswith("later: "):
            raise Wrong(f"{case.id}: the proof '{case.proof}' is of no known kind: soak, alert NAME, or later: WHY")
    unknown = set(found) - {case.id for case in cases()}
    if unknown:
        raise Wrong(f"tests name cases that {CASES.name} does not have: {', '.join(sorted(unknown))}")
    return found


def proof_of_alert(alert):
    """The promtool test in which the alert is seen and, at another time, not."""
    for path in sorted((ROOT / "tests" / "rules").glob("*_test.yml")):
        blocks = re.split(r"\n      - eval_time:", path.read_text(encoding="utf-8"))
        mine = [block for block in blocks if re.search(rf"(?m)^        alertname: {alert}$", block)]
        quiet = [block for block in mine if re.search(r"(?m)^        exp_alerts: \[\]", block)]
        if mine and (alert == "Watchdog" or (quiet and len(mine) > len(quiet))):
            return Test(path.relative_to(ROOT), "alert", alert)
    raise Wrong(f"no promtool test sees {alert} both fire and stay quiet")
