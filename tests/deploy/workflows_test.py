# SPDX-License-Identifier: Apache-2.0
"""The workflows of .github, as far as they can be checked without GitHub, and ansible/deploy, which they call. Run by tests/deploy/run."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
# In Ansible's place: notes what it was asked, ends with the next of the codes that the test laid out.
NOTES_AND_ENDS = """#!/bin/sh
echo "$@" >>"$DEPLOY_TEST/asked"
code=$(head -n 1 "$DEPLOY_TEST/codes") && sed -i 1d "$DEPLOY_TEST/codes"
exit "$code"
"""


def steps_of(workflow):
    for name, job in yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].items():
        yield name, job, {}
        for step in job.get("steps", []):
            yield name, job, step


class Workflows(unittest.TestCase):
    def test_what_others_made_is_named_by_commit(self):
        for workflow in WORKFLOWS:
            for _, job, step in steps_of(workflow):
                used = step.get("uses") or job.get("uses")
                if used and not used.startswith("./"):
                    self.assertRegex(used, r"^[\w-]+/[\w-]+@[0-9a-f]{40}$", workflow.name)

    def test_no_text_from_outside_becomes_a_command(self):
        """Secrets and inputs come as variables of the step; a shell then sees their value as one word."""
        for workflow in WORKFLOWS:
            for name, _, step in steps_of(workflow):
                self.assertNotIn("${{", step.get("run", ""), f"{workflow.name}: {name}")

    def test_every_job_has_an_end_and_no_more_rights_than_it_says(self):
        for workflow in WORKFLOWS:
            text = yaml.safe_load(workflow.read_text(encoding="utf-8"))
            self.assertEqual(text["permissions"]["contents"], "read", workflow.name)
            for name, job in text["jobs"].items():
                if "uses" not in job:
                    self.assertIn("timeout-minutes", job, f"{workflow.name}: {name}")

    def test_shellcheck_of_what_they_run(self):
        for workflow in WORKFLOWS:
            for name, _, step in steps_of(workflow):
                if "run" in step:
                    done = subprocess.run(["shellcheck", "--shell=bash", "-"], input=step["run"], capture_output=True, text=True, check=False)
                    self.assertEqual(done.returncode, 0, f"{workflow.name}: {name}: {done.stdout}")

    def test_actionlint(self):
        if not shutil.which("actionlint"):
            self.skipTest("actionlint is not installed; docs/engineer/checks.md says how")
        done = subprocess.run(["actionlint", *WORKFLOWS], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)


class Deploy(unittest.TestCase):
    def deploy(self, *words, codes=()):
        """(code, what it said, the playbooks it asked for) where Ansible ends with `codes`, one after the other."""
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            (folder / "bin").mkdir()
            (folder / "bin/ansible-playbook").write_text(NOTES_AND_ENDS, encoding="utf-8")
            (folder / "bin/ansible-playbook").chmod(0o755)
            (folder / "codes").write_text("".join(f"{code}\n" for code in codes), encoding="utf-8")
            (folder / "my exporter.deb").touch()
            more = {"PATH": f"{folder}/bin:{os.environ['PATH']}", "DEPLOY_TEST": scratch, "TAARA_DEPLOY_PAUSE": "0"}
            words = [word.replace("DEB", f"{folder}/my exporter.deb") for word in words]
            done = subprocess.run([ROOT / "ansible/deploy", *words], cwd=folder, env=os.environ | more, capture_output=True, text=True, check=False,
                                  stdin=subprocess.DEVNULL)
            asked = folder / "asked"
            self.asked = asked.read_text(encoding="utf-8") if asked.exists() else ""
            return done.returncode, done.stdout + done.stderr, re.findall(r"playbooks/(\w+)\.yml", self.asked)

    def test_a_good_upgrade_is_looked_at_and_stays(self):
        code, said, books = self.deploy("upgrade", "DEB", "/", codes=[0, 2, 0])
        self.assertEqual((code, books), (0, ["upgrade", "check", "check"]), said)
        self.assertRegex(self.asked, r'--extra-vars {"exporter_package": "/\S+/my exporter.deb"}')

    def test_one_that_is_not_well_goes_back(self):
        code, said, books = self.deploy("upgrade", "DEB", "/", codes=[0, 2, 2, 2, 2, 2, 0, 0])
        self.assertEqual((code, books), (1, ["upgrade", *["check"] * 5, "rollback", "check"]))
        self.assertIn("The version before runs again", said)

    def test_where_going_back_fails_it_asks_for_a_person(self):
        for codes in ([0, 2, 2, 2, 2, 2, 2], [0, 2, 2, 2, 2, 2, 0, 2, 2, 2, 2, 2]):
            code, said, _ = self.deploy("upgrade", "DEB", "/", codes=codes)
            self.assertEqual(code, 1)
            self.assertIn("a person is needed", said)

    def test_a_play_that_stops_is_not_followed_by_another(self):
        code, _, books = self.deploy("upgrade", "DEB", "/", codes=[2])
        self.assertEqual((code, books), (1, ["upgrade"]))

    def test_site_takes_nothing_back(self):
        code, said, books = self.deploy("site", "DEB", "/", codes=[0, 2, 2, 2, 2, 2])
        self.assertEqual((code, books), (1, ["site", *["check"] * 5]))
        self.assertIn("Nothing was taken back", said)

    def test_wrong_words_do_nothing(self):
        for words in ((), ("upgrade", "DEB"), ("downgrade", "DEB", "/"), ("upgrade", "/nowhere.deb", "/"), ("upgrade", "/etc/hostname", "/"), ("site", "DEB", "/nowhere")):
            code, said, books = self.deploy(*words)
            self.assertEqual((code, books), (64, []), said)
