# SPDX-License-Identifier: Apache-2.0
"""backup.yml and restore.yml on a real machine: backed up, wiped, set up anew, restored, the same numbers. Run by tests/deploy/droplet."""
import json
import re
import subprocess
import time
import urllib.parse

from inventory import SECRETS
from on_machine import OnMachine

QUERIES = ("taara_usage_bytes_total", "taara_remaining_bytes", "sum_over_time(taara_up[30m])", "count({job=\"taara\"})",
           "taara_used_today_bytes", "household:reading_age_seconds:min", "count({job=\"node\"})")
# What the exporter shows of the line alone, not of the moment or of its own process.
LINE = re.compile(r"^taara_(usage_bytes_total|used_bytes|remaining_bytes|allocation_bytes|used_today_bytes|budget_today_bytes|"
                  r"reading_timestamp_seconds|cycle_start_timestamp_seconds|cycle_end_timestamp_seconds)\{.*$", re.MULTILINE)


class Backup(OnMachine):
    saved = {}

    def numbers(self, at):
        """What Prometheus says of that moment, and of the readings before it."""
        return {query: json.dumps(self.prometheus(f"/api/v1/query?time={at}&query={urllib.parse.quote(query)}")["result"], sort_keys=True)
                for query in QUERIES}

    def page(self):
        """What the exporter says of the line. Asked while the line is away, so that no new reading changes it."""
        return sorted(match[0] for match in LINE.finditer(self.get("http://127.0.0.1:10077/metrics")))

    def bundle(self):
        return sorted((self.folder / "fetched").glob("droplet-*.tar"))[-1]

    def restore(self, *options):
        return self.run_play("restore.yml", "-e", f"backup_restore_from={self.bundle()}", "-e", f"backup_restore_key={self.folder / 'backup.key'}", *options)

    # ---- in this order

    def test_1_the_first_backup_is_made_with_the_machine(self):
        self.play("site.yml")
        self.until(200, "the line is read", lambda: self.prometheus("/api/v1/query?query=taara_up")["result"][0]["value"][1] == "1")
        self.until(200, "Prometheus knows the last backup's time", lambda: self.prometheus(
            "/api/v1/query?query=time()-taara_backup_last_success_timestamp_seconds%3C3600")["result"])
        self.assertIn("taara-backup.timer", self.machine.ssh("systemctl list-timers --no-pager").stdout)
        score = self.machine.ssh("systemd-analyze security taara-backup.service | tail -n 1").stdout
        print(score.strip())

    def test_2_a_block_of_prometheus_is_stored_once(self):
        self.machine.ssh("""python3 - <<'END'
import time
now = int(time.time()) // 7200 * 7200 - 86400
with open("/root/old.om", "w") as file:
    file.write("# TYPE of_old gauge\\n")
    for moment in range(now, now + 7000, 60):
        file.write(f"of_old {moment % 977} {moment}\\n")
    file.write("# EOF\\n")
END
systemctl stop prometheus; promtool tsdb create-blocks-from openmetrics /root/old.om /var/lib/prometheus/metrics2
chown -R prometheus: /var/lib/prometheus/metrics2; systemctl start prometheus""")
        sizes = []
        for _ in range(2):
            self.machine.ssh("systemctl start --wait taara-backup")
            sizes.append(self.machine.ssh("cd /var/backups/taara/blocks && stat -c '%n %Y %i' *").stdout)
            time.sleep(1.1)  # real: a backup is named by its second
        self.assertEqual(sizes[0], sizes[1])
        self.assertEqual(len(sizes[0].splitlines()), len(self.machine.ssh("ls -d /var/lib/prometheus/metrics2/0*").stdout.split()))

    def test_2_another_key_opens_all_of_the_next_backup(self):
        """The blocks, too, which were stored for the key before."""
        other = self.folder / "second.key"
        subprocess.run(["age-keygen", "-o", other], check=True, capture_output=True)
        recipient = subprocess.run(["age-keygen", "-y", other], check=True, capture_output=True, text=True).stdout.strip()
        self.machine.ssh(f"/usr/local/lib/taara/taara-backup make {recipient} && /usr/local/lib/taara/taara-backup bundle /root/second.tar")
        parts = self.machine.ssh("mkdir /root/second && cd /root/second && tar -xf ../second.tar && find . -name '*.age'").stdout.split()
        self.assertGreaterEqual(len(parts), 2)
        for part in parts:
            self.machine.ssh(f"age -d -i - /root/second/{part} > /dev/null", stdin=None, input=other.read_text(encoding="utf-8"))
        self.machine.ssh("rm -r /root/second*")

    def test_3_old_ones_go_once_a_new_one_is_there(self):
        self.machine.ssh("cd /var/backups/taara && for d in 29 31; do n=2020-01-${d}T000000Z; echo x > $n.tar.age; echo x > blocks/$d.tar.age;"
                         "printf '0  %s\\n0  %s\\n' $n.tar.age blocks/$d.tar.age > $n.sha256; touch -d \"$d days ago\" $n.sha256; done; systemctl start --wait taara-backup")
        there = self.machine.ssh("ls /var/backups/taara /var/backups/taara/blocks").stdout
        self.assertIn("2020-01-29T000000Z.tar.age", there)
        self.assertIn("29.tar.age", there)
        self.assertNotIn("2020-01-31T000000Z", there)
        self.assertNotIn("\n31.tar.age", there)
        self.machine.ssh("rm /var/backups/taara/2020* /var/backups/taara/blocks/29*")

    def test_4_nothing_is_readable_without_the_key_and_the_time_is_not_told_without_success(self):
        left = self.machine.ssh("grep -rlaF -f - /var/backups/taara 2>/dev/null; true", stdin=None, input="\n".join(SECRETS.values())).stdout
        self.assertEqual(left, "")
        self.assertEqual(self.machine.ssh("find /var/backups/taara -type f -perm /077").stdout, "")
        before = self.machine.ssh("cat /var/lib/prometheus/node-exporter/taara_backup.prom").stdout
        self.machine.ssh("mv /usr/bin/age /usr/bin/age.away")
        try:
            self.assertNotEqual(self.machine.ssh("systemctl start --wait taara-backup", check=False).returncode, 0)
            self.assertEqual(self.machine.ssh("cat /var/lib/prometheus/node-exporter/taara_backup.prom").stdout, before)
            self.assertEqual(self.machine.ssh("find /var/backups/taara -name '*.part' -o -name .new").stdout, "")
        finally:
            self.machine.ssh("mv /usr/bin/age.away /usr/bin/age")

    def test_5_backup_yml_brings_it(self):
        self.machine.ssh("systemctl stop taara-line-sim")
        at = int(time.time())
        time.sleep(2)  # real: Prometheus has all of that second
        Backup.saved = {"at": at, "numbers": self.numbers(at), "page": self.page(), "of_old": self.of_old()}
        self.assertGreater(len(Backup.saved["page"]), 5)
        for query, answer in Backup.saved["numbers"].items():
            self.assertNotEqual(answer, "[]", query)
        output, _, seconds = self.play("backup.yml")
        listed = subprocess.run(["tar", "-tf", self.bundle()], check=True, capture_output=True, text=True).stdout.split()
        self.assertEqual(len([name for name in listed if name.endswith(".sha256")]), 1)
        print(f"{self.bundle().name}: {self.bundle().stat().st_size / 1e6:.1f} MB, {seconds:.0f} s, {len(listed)} parts")

    def of_old(self):
        return self.prometheus("/api/v1/query?query=sum(sum_over_time(of_old%5B2d%5D))")["result"][0]["value"][1]

    def test_6_a_wrong_key_a_cut_file_and_an_unmeant_restore_change_nothing(self):
        whole = self.bundle()
        subprocess.run(["age-keygen", "-o", self.folder / "other.key"], check=True, capture_output=True)
        cut = self.folder / "cut.tar"
        cut.write_bytes(whole.read_bytes()[:-40000])
        flipped = self.folder / "flipped.tar"
        data = bytearray(whole.read_bytes())
        data[len(data) // 2] ^= 1
        flipped.write_bytes(data)
        process = self.machine.ssh("systemctl show -p MainPID --value taara-exporter prometheus").stdout
        replace = ("-e", "backup_restore_replace=true")
        for options, words in ((("-e", f"backup_restore_key={self.folder / 'other.key'}", *replace), "can't be opened"),
                               (("-e", f"backup_restore_from={cut}", *replace), "can't be opened"),
                               (("-e", f"backup_restore_from={flipped}", *replace), "can't be opened"),
                               ((), "would take the place")):
            with self.subTest(options):
                code, output, _ = self.restore(*options)
                self.assertNotEqual(code, 0)
                self.assertIn(words, re.sub(r"\s+", " ", output))
                self.assertIn("changed=0", output)
        self.assertEqual(self.machine.ssh("systemctl show -p MainPID --value taara-exporter prometheus").stdout, process)

    def test_7_wiped_and_restored_it_says_the_same_numbers(self):
        self.machine.down()
        self.machine.up()
        self.bring_the_line()
        self.play("site.yml")
        self.until(200, "a new line is read", lambda: self.exporter_says("taara_up{") == 1)
        self.machine.ssh("systemctl stop taara-line-sim")
        self.assertNotEqual(self.page(), Backup.saved["page"])
        code, output, seconds = self.restore("-e", "backup_restore_replace=true")
        self.assertEqual(code, 0, output[-5000:])
        print(f"restore.yml: {seconds:.0f} s")
        self.assertEqual(self.page(), Backup.saved["page"])
        self.assertEqual(self.numbers(Backup.saved["at"]), Backup.saved["numbers"])
        self.assertEqual(self.of_old(), Backup.saved["of_old"])
        self.assertEqual(self.machine.ssh("ls /var/backups/taara").stdout.split()[-1], "blocks")  # nothing is left open there
        self.machine.ssh("test -s /var/lib/taara-replaced/*/configuration-of-the-backup.tar -a -s /var/lib/taara-replaced/*/store/taara.db")
        for secret in SECRETS.values():
            self.assertNotIn(secret, output)
