# SPDX-License-Identifier: Apache-2.0
"""The command line of a check that can prove itself: it plants faults in a copy and sees that it finds them."""
import pathlib
import shutil
import sys
import tempfile


def prove(tree, left_out, check, plants):
    """Runs `check` on a copy of `tree` for each of `plants`: (what it is, plant(copy), fits(findings that are new))."""
    passed = failed = 0
    before = None
    for what, plant, fits in plants:
        with tempfile.TemporaryDirectory() as scratch:
            copy = pathlib.Path(scratch) / tree.name
            shutil.copytree(tree, copy, ignore=shutil.ignore_patterns(*left_out))
            if before is None:
                before = set(check(copy))
            plant(copy)
            new = [finding for finding in check(copy) if finding not in before]
        if fits(new):
            passed += 1
        else:
            failed += 1
            print(f"self-test: {what}: found {new or 'nothing'}")
    print(f"{passed} passed, {failed} failed")
    return failed


def run(usage, check, self_test):
    """The exit code of a check started with the arguments of the command line; `check` gives lines to print."""
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    if sys.argv[1:]:
        print(usage, file=sys.stderr)
        return 64
    found = check()
    for finding in found:
        print(finding)
    return 1 if found else 0
