# SPDX-License-Identifier: Apache-2.0
"""upgrade.yml and rollback.yml on a real machine. Run by tests/deploy/droplet; the tests run in the order of their names."""
import json
import pathlib
import re

from on_machine import ROOT, OnMachine
from other_versions import make_package, program_of_tomorrow

FIVE_MINUTES = 300
STORE = "/var/lib/private/taara/taara.db"


class Upgrade(OnMachine):
    def sql(self, question, file=STORE):
        words = f"import json, sqlite3; print(json.dumps(sqlite3.connect(\"file:{file}?mode=ro\", uri=True).execute(\"{question}\").fetchall()))"
        return json.loads(self.machine.ssh(f"python3 -c '{words}'").stdout)

    def readings(self):
        return {tuple(row) for row in self.sql("SELECT started, time, status, remaining, used FROM readings")}

    def version(self):
        return self.machine.ssh("dpkg-query -W -f='${Version}' taara-exporter").stdout

    def process(self):
        return self.machine.ssh("systemctl show -p MainPID --value taara-exporter").stdout.strip()

    def package_of(self, version, **how):
        return make_package(self.package, version, self.folder / f"taara-exporter_{version}_amd64.deb", **how)

    def upgrade(self, package):
        return self.run_play("upgrade.yml", "-e", f"exporter_package={package}")

    def upgraded(self, package):
        code, output, seconds = self.upgrade(package)
        self.assertEqual(code, 0, output[-5000:])
        self.told(output)
        self.assertLess(seconds, FIVE_MINUTES)

    @staticmethod
    def told(output):
        for line in re.findall(r'"((?:trial|[^"]* runs in place|an earlier run|back at|[^"]*was not taken|[^"]*was put in place|[^"]* runs again)[^"]*)"', output):
            print(line, flush=True)

    def no_trace_of_a_trial(self):
        said = self.machine.ssh("ls -d /opt/taara /run/taara-upgrade /var/lib/private/taara-standby /run/systemd/system/taara-exporter* 2>/dev/null; "
                                "systemctl is-active taara-exporter-standby; ss -Hltn sport = :10078", check=False).stdout.split()
        self.assertEqual(said, ["inactive"])

    def reading(self):
        """Until there is one more reading; a machine under pressure asks every 15 minutes."""
        had = len(self.readings())
        self.until(1000, "a new reading", lambda: len(self.readings()) > had)

    # ---- in this order

    def test_1_the_machine_is_set_up(self):
        self.play("site.yml")
        self.until(200, "the line is read", lambda: self.prometheus("/api/v1/query?query=taara_up")["result"][0]["value"][1] == "1")

    def test_2_a_good_version_takes_over_and_the_second_run_changes_nothing(self):
        before = self.readings()
        self.upgraded(self.package_of("99"))
        self.assertEqual(self.version(), "99")
        self.assertGreaterEqual(self.readings(), before)
        self.assertEqual(self.exporter_says("taara_up{"), 1)
        self.no_trace_of_a_trial()
        code, output, _ = self.upgrade(self.folder / "taara-exporter_99_amd64.deb")
        self.assertEqual(code, 0, output[-3000:])
        self.assertIn("nothing was changed", output)

    def test_3_rollback_brings_the_version_before(self):
        before, here = self.readings(), json.loads(self.machine.ssh("cat /var/lib/taara-kept/last.json").stdout)
        output, _, seconds = self.play("rollback.yml")
        self.assertLess(seconds, FIVE_MINUTES)
        self.assertEqual(self.version(), here["from"])
        self.assertGreaterEqual(self.readings(), before)
        self.told(output)

    def test_4_a_version_that_is_broken_is_not_taken_and_the_old_one_does_not_notice(self):
        for version, broken, words in (("101", "ends at its start", "broken on purpose"), ("102", "shows broken metrics", "promtool")):
            with self.subTest(broken):
                process, before = self.process(), self.readings()
                code, output, _ = self.upgrade(self.package_of(version, broken=broken))
                self.told(output)
                self.assertNotEqual(code, 0)
                self.assertIn(words, output)
                self.assertIn("did not notice", output)
                self.assertEqual(self.process(), process)
                self.assertGreaterEqual(self.readings(), before)
                self.no_trace_of_a_trial()

    def test_5_a_version_that_fails_after_the_switch_is_taken_back(self):
        old = self.version()
        for version, broken in (("103", "fails after the switch"), ("104", "stops soon after the switch")):
            with self.subTest(broken):
                before = self.readings()
                code, output, seconds = self.upgrade(self.package_of(version, broken=broken))
                self.told(output)
                self.assertNotEqual(code, 0)
                self.assertIn(f"{old} runs again", output)
                self.assertLess(seconds, FIVE_MINUTES)
                self.assertEqual(self.version(), old)
                self.assertEqual(self.exporter_says("taara_up{"), 1)
                self.assertGreaterEqual(self.readings(), before)

    def test_6_a_migrated_store_comes_back_with_what_was_read_meanwhile(self):
        tomorrow = program_of_tomorrow(ROOT / "build/release", ROOT / "exporter/io/store_schema.cc", self.folder / "tomorrow")
        old, used = self.version(), self.exporter_says("taara_usage_bytes_total")
        self.upgraded(self.package_of("110", program=tomorrow))
        self.assertEqual(self.sql("PRAGMA user_version"), [[3]])
        self.reading()
        before = self.readings()
        output, _, seconds = self.play("rollback.yml")
        self.told(output)
        self.assertLess(seconds, FIVE_MINUTES)
        self.assertEqual((self.version(), self.sql("PRAGMA user_version")), (old, [[2]]))
        self.assertGreaterEqual(self.readings(), before)
        self.assertGreaterEqual(self.exporter_says("taara_usage_bytes_total"), used)
        with self.subTest("by itself"):
            before = self.readings()
            code, output, seconds = self.upgrade(self.package_of("111", program=tomorrow, broken="stops soon after the switch"))
            self.told(output)
            self.assertNotEqual(code, 0)
            self.assertLess(seconds, FIVE_MINUTES)
            self.assertEqual((self.version(), self.sql("PRAGMA user_version")), (old, [[2]]))
            self.assertGreaterEqual(self.readings(), before)

    def test_7_no_two_scrapes_in_a_row_were_missed(self):
        scrapes = [float(time) for time, up in self.prometheus("/api/v1/query?query=up%7Bjob=%22taara%22%7D%5B2h%5D")["result"][0]["values"] if up == "1"]
        longest = max(later - sooner for sooner, later in zip(scrapes, scrapes[1:]))
        print(f"longest time between two scrapes: {longest:.0f} s")
        self.assertLessEqual(longest, 121)

    def test_8_a_run_that_was_cut_off_is_mended_by_the_next(self):
        before = self.readings()
        self.upgraded(self.package_of("120"))
        # As if the machine had lost its power right after the new package was put in place.
        self.machine.ssh("systemctl stop taara-exporter; sed -i s/done/switching/ /var/lib/taara-kept/last.json; mkdir -p /opt/taara/120")
        self.upgraded(self.package_of("121"))
        self.assertEqual(self.version(), "121")
        self.assertGreaterEqual(self.readings(), before)
        self.no_trace_of_a_trial()

    def test_9_the_line_was_never_asked_too_soon(self):
        polls = sorted(row[0] for row in self.sql("SELECT started FROM readings UNION SELECT started FROM attempts"))
        self.assertGreaterEqual(len(polls), 2)  # a machine under pressure is asked every 15 minutes
        self.assertGreaterEqual(min(later - sooner for sooner, later in zip(polls, polls[1:])), 60)
        asked = int(re.search(r'"reads": ?(\d+)', self.get("http://127.0.0.1:8077/control/state?household=home-1"))[1])
        self.assertEqual(asked, len(polls))  # each request to the line is one that the store knows
        print(f"shortest time between two polls: {min(b - a for a, b in zip(polls, polls[1:]))} s")
