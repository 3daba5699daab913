# SPDX-License-Identifier: Apache-2.0
"""Playbooks, variables and templates, without a machine. Run by tests/deploy/run."""
import configparser
import contextlib
import hashlib
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

import yaml

from inventory import NAME, SECRETS, grafana_variables, make_certificate, variables

ROOT = pathlib.Path(__file__).resolve().parents[2]
ANSIBLE = ROOT / "ansible"
sys.path.insert(0, str(ANSIBLE / "roles/exporter/files/upgrade"))
sys.dont_write_bytecode = True
import store  # noqa: E402 pylint: disable=wrong-import-position # as it lies on the machine
import trial  # noqa: E402 pylint: disable=wrong-import-position
UNITS = {"node_exporter": ("prometheus-node-exporter", 12), "prometheus": ("prometheus", 12),
         "alertmanager": ("prometheus-alertmanager", 12), "nginx": ("nginx", 15), "grafana": ("grafana-server", 20)}
KEY = b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n(the tests' stand-in)\n-----END PGP PUBLIC KEY BLOCK-----\n"


def run(*words, cwd=ANSIBLE, **options):
    done = subprocess.run([str(word) for word in words], cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False, env=os.environ | {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "False"}, **options)
    return done.returncode, done.stdout + done.stderr


class Repository(http.server.BaseHTTPRequestHandler):
    """Answers as far as the preflight asks Grafana's repository."""

    def do_GET(self):  # pylint: disable=invalid-name # the library's name
        self.send_response(200 if self.path == "/gpg.key" else 404)
        self.end_headers()
        self.wfile.write(KEY if self.path == "/gpg.key" else b"")

    def log_message(self, *words):  # pylint: disable=arguments-differ
        pass


@contextlib.contextmanager
def repository():
    server = http.server.HTTPServer(("127.0.0.1", 0), Repository)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def defaults(role):
    return yaml.safe_load((ANSIBLE / "roles" / role / "defaults" / "main.yml").read_text(encoding="utf-8"))


def lock(role):
    """The variables with which a role locks its service in."""
    tasks = yaml.safe_load((ANSIBLE / "roles" / role / "tasks" / "main.yml").read_text(encoding="utf-8"))
    found = [task["vars"] for task in tasks if task.get("ansible.builtin.include_role", {}).get("name") == "hardened_unit"]
    return defaults("hardened_unit") | found[0]


class Playbooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="taara-playbooks-"))
        make_certificate(cls.folder)
        (cls.folder / "taara-exporter.deb").touch()
        cls.good = variables(cls.folder, cls.folder / "taara-exporter.deb")
        (cls.folder / "grafana.deb").write_text("a package", encoding="utf-8")
        cls.grafana = grafana_variables(cls.folder / "grafana.deb")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def preflight(self, **changed):
        """What the play says on this computer before it would touch anything: no role has the tag that is asked for."""
        values = {key: value for key, value in (self.good | changed).items() if value is not None}
        inventory = self.folder / "hosts.json"
        inventory.write_text(json.dumps({"monitor": {"hosts": {"here": {"ansible_connection": "local"}}, "vars": values}}), encoding="utf-8")
        return run("ansible-playbook", "-i", inventory, "playbooks/site.yml", "--tags", "only-the-preflight", "--skip-tags", "systemd")

    def test_syntax(self):
        for book in sorted((ANSIBLE / "playbooks").glob("*.yml")):
            with self.subTest(book.name):
                code, output = run("ansible-playbook", "-i", "inventory/example", book, "--syntax-check")
                self.assertEqual(code, 0, output)

    def test_good_variables_pass_and_change_nothing(self):
        code, output = self.preflight()
        self.assertEqual(code, 0, output[-3000:])
        self.assertIn("changed=0", output)

    def test_bad_variables_stop_the_play_before_it_begins(self):
        expired = self.folder / "expired.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                        "-subj", f"/CN={NAME}", "-keyout", self.folder / "expired.key", "-out", expired], check=True, capture_output=True)
        for changed, words in (
                ({"exporter_config": None}, "exporter_config"),
                ({"exporter_package": "/nowhere/taara.deb"}, "./taara package makes one"),
                ({"exporter_secrets": {}}, "home.passcode"),
                ({"alertmanager_secrets": {}}, "smtp.password"),
                ({"prometheus_retention_mb": 900000000}, "prometheus_retention_mb"),
                ({"base_ssh_port": 2222}, "base_ssh_port"),
                ({"nginx_users": [{"name": "family", "hash": "plain-password"}]}, "htpasswd -nB NAME"),
                ({"nginx_certificate": str(expired)}, str(expired)),
                ({"nginx_server_name": "other.example"}, "isn't for other.example"),
                ({"backup_recipient": ""}, "age-keygen -o backup.key"),
                ({"backup_recipient": "age1short"}, "age-keygen -o backup.key"),
                ({"backup_days": 0}, "backup_days")):
            with self.subTest(words):
                code, output = self.preflight(**changed)
                self.assertNotEqual(code, 0)
                self.assertIn(words, re.sub(r"\s+", " ", output))
                self.assertIn("changed=0", output)

    def test_grafana_is_looked_at_before_anything_is_touched(self):
        """Good values of both ways pass; a wrong one stops the play and is named, no secret is."""
        from_there = self.grafana | {"grafana_package": "", "grafana_package_sha256": "", "grafana_version": "9.4.17"}
        with repository() as url:
            key = {"grafana_repository": url, "grafana_key_sha256": hashlib.sha256(KEY).hexdigest()}
            for changed, words in (
                    (self.grafana, None), (from_there | key, None),
                    (self.grafana | {"grafana_admin_password": "admin"}, "grafana_admin_password (16 characters"),
                    (self.grafana | {"grafana_secret_key": None}, "grafana_secret_key (32 or more)"),
                    (self.grafana | {"grafana_package_sha256": ""}, "with grafana_package_sha256"),
                    (self.grafana | {"grafana_package_sha256": "0" * 64}, hashlib.sha256(b"a package").hexdigest()),
                    (self.grafana | {"grafana_package": "/nowhere/grafana.deb"}, "/nowhere/grafana.deb, which is no .deb"),
                    (from_there | key | {"grafana_version": "latest"}, "grafana_version with grafana_key_sha256"),
                    (from_there | key | {"grafana_key_sha256": "0" * 64}, "Compare its fingerprint"),
                    (from_there | key | {"grafana_repository": "http://127.0.0.1:9"}, "http://127.0.0.1:9 can not be reached from here")):
                with self.subTest(words or "good values"):
                    code, output = self.preflight(**changed)
                    self.assertEqual(code == 0, words is None, output[-3000:])
                    self.assertIn(words or "failed=0", re.sub(r"\s+", " ", output))
                    self.assertIn("changed=0", output)
                    for name, secret in SECRETS.items():
                        self.assertNotIn(secret, output, name)

    def read_is_kept(self, jobs):
        """Prometheus drops most of what it scrapes; nothing that a rule or a dashboard reads is among it."""
        keep = {job["job_name"]: job["metric_relabel_configs"][0]["regex"] for job in jobs
                if job.get("metric_relabel_configs", [{}])[0].get("source_labels") == ["__name__"]}
        files = [*(ROOT / "rules").glob("*.yml"), *(ROOT / "grafana/dashboards").glob("*.json")]
        read = {name for file in files for name in re.findall(r"\b(?:node|prometheus|alertmanager|process|taara_backup)_[a-z0-9_]+(?=[{)\[ ])", file.read_text(encoding="utf-8"))}
        self.assertIn("node_filesystem_avail_bytes", read)
        for name in sorted(read):
            job = {"taara_backup": "node"}.get("_".join(name.split("_")[:2]), name.split("_")[0])
            for regex in keep.values() if job == "process" else [keep[job]]:
                with self.subTest(name):
                    self.assertRegex(name, f"^(?:{regex})$")

    def test_what_the_templates_give_is_what_the_programs_take(self):
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        wanted = [("prometheus", "prometheus.yml.j2", "prometheus.yml", {}), ("nginx", "nginx.conf.j2", "nginx.conf", {}),
                  ("nginx", "nginx.conf.j2", "nginx-grafana.conf", {"nginx_grafana": True}), ("base", "nftables.conf.j2", "nftables.conf", {}),
                  ("base", "sshd.conf.j2", "sshd.conf", {}), ("grafana", "grafana.ini.j2", "grafana.ini", self.grafana),
                  ("prometheus", "prometheus.yml.j2", "prometheus-grafana.yml", {"prometheus_grafana": True})]
        wanted += [("backup", f"taara-backup.{kind}.j2", f"taara-backup.{kind}", {}) for kind in ("service", "timer")]
        wanted += [("hardened_unit", "hardened.conf.j2", f"{role}.dropin", lock(role)) for role in UNITS]
        play = [{"hosts": "localhost", "gather_facts": False, "tasks": [
            {"ansible.builtin.template": {"src": str(ANSIBLE / "roles" / role / "templates" / template), "dest": str(out / to), "mode": "0644"},
             "vars": (defaults(role) | (defaults(where) if (where := pathlib.Path(to).stem) in UNITS else {}) | own)}
            for role, template, to, own in wanted]}]
        (self.folder / "render.yml").write_text(json.dumps(play), encoding="utf-8")
        values = self.folder / "values.json"
        values.write_text(json.dumps(self.good), encoding="utf-8")
        code, output = run("ansible-playbook", "-i", "localhost,", "-c", "local", "-e", f"@{values}", self.folder / "render.yml")
        self.assertEqual(code, 0, output[-3000:])

        for name in ("prometheus.yml", "prometheus-grafana.yml"):
            prometheus = (out / name).read_text(encoding="utf-8").replace("/etc/prometheus/rules", str(ROOT / "rules"))
            (out / name).write_text(prometheus, encoding="utf-8")
            self.good_for("promtool", "check", "config", out / name)
            for job in yaml.safe_load(prometheus)["scrape_configs"]:
                with self.subTest(f"T07 {name} {job['job_name']}"):
                    self.assertTrue({"sample_limit", "label_limit", "label_value_length_limit", "body_size_limit"} <= set(job))
        self.read_is_kept(yaml.safe_load(prometheus)["scrape_configs"])
        self.check_grafana(out / "grafana.ini")
        for name in ("nginx.conf", "nginx-grafana.conf"):
            text = (out / name).read_text(encoding="utf-8").replace("/etc/nginx/taara/certificate.pem", str(self.folder / "cert.pem"))
            text = text.replace("/etc/nginx/taara/key.pem", str(self.folder / "key.pem")).replace("/run/nginx/", f"{out}/")
            (out / name).write_text(text, encoding="utf-8")
            self.good_for("nginx", "-t", "-q", "-e", "stderr", "-c", out / name)
        if os.geteuid() == 0:
            self.good_for("nft", "-c", "-f", out / "nftables.conf")

        system = out / "root"
        for role, (unit, threshold) in UNITS.items():
            with self.subTest(unit):
                dropin = system / "etc/systemd/system" / f"{unit}.service.d"
                dropin.mkdir(parents=True)
                (system / "usr/lib/systemd/system").mkdir(parents=True, exist_ok=True)
                own = pathlib.Path(f"/lib/systemd/system/{unit}.service")
                if own.exists():
                    shutil.copy(own, system / "usr/lib/systemd/system")
                else:  # Grafana is not a package of Debian's; of its unit only the user counts here
                    (system / "usr/lib/systemd/system" / own.name).write_text(
                        "[Service]\nUser=grafana\nExecStart=/usr/share/grafana/bin/grafana server\n", encoding="utf-8")
                shutil.copy(out / f"{role}.dropin", dropin / "taara.conf")
                self.good_for("systemd-analyze", f"--root={system}", "security", "--offline=true", f"--threshold={threshold}", f"{unit}.service")

        with self.subTest("taara-backup"):
            units = system / "usr/lib/systemd/system"
            for name in ("taara-backup.service", "taara-backup.timer"):
                shutil.copy(out / name, units)
            text = (units / "taara-backup.service").read_text(encoding="utf-8")
            # systemd-analyze wants the program to be there.
            text = text.replace("/usr/local/lib/taara/taara-backup", str(ANSIBLE / "roles/backup/files/taara-backup"))
            (out / "taara-backup.service").write_text(text, encoding="utf-8")
            self.good_for("systemd-analyze", "verify", out / "taara-backup.service", out / "taara-backup.timer")
            self.good_for("systemd-analyze", f"--root={system}", "security", "--offline=true", "--threshold=22", "taara-backup.service")

    def check_grafana(self, file):
        """Row 33 of the checklist, and what a family must not find open."""
        text = file.read_text(encoding="utf-8")
        ini = configparser.ConfigParser(interpolation=None)
        ini.read_string(text)
        for secret in SECRETS.values():
            self.assertNotIn(secret, text)
        for key in ("admin_password", "secret_key"):
            self.assertRegex(ini["security"][key], r"^\$__file\{/run/credentials/grafana-server\.service/[a-z.]+\}$")
        self.assertNotIn("*", ini["security"]["content_security_policy_template"])
        for section, key, value in (
                ("server", "http_addr", "127.0.0.1"), ("server", "root_url", f"https://{NAME}/grafana/"), ("server", "serve_from_sub_path", "true"),
                ("security", "cookie_secure", "true"), ("security", "cookie_samesite", "strict"), ("security", "strict_transport_security", "true"),
                ("security", "disable_brute_force_login_protection", "false"), ("security", "disable_gravatar", "true"),
                ("auth", "login_maximum_lifetime_duration", "24h"), ("auth", "login_maximum_inactive_lifetime_duration", "24h"),
                ("auth", "login_cookie_name", "__Secure-taara_session"), ("auth.anonymous", "enabled", "false"), ("auth.anonymous", "hide_version", "true"),
                ("users", "allow_sign_up", "false"), ("users", "allow_org_create", "false"), ("users", "viewers_can_edit", "false"),
                ("analytics", "reporting_enabled", "false"), ("analytics", "check_for_updates", "false"), ("analytics", "check_for_plugin_updates", "false"),
                ("news", "news_feed_enabled", "false"), ("snapshots", "external_enabled", "false"), ("public_dashboards", "enabled", "false"),
                ("plugins", "plugin_admin_enabled", "false"), ("unified_alerting", "enabled", "false"), ("alerting", "enabled", "false"),
                ("live", "max_connections", "0"), ("log", "mode", "console"), ("database", "wal", "true")):
            with self.subTest(f"{section}.{key}"):
                self.assertEqual(ini[section][key], value)

    def test_a_trial_is_locked_in_as_the_service_is_and_asks_nobody(self):
        unit = self.folder / "trial" / "usr/lib/systemd/system" / "taara-exporter-standby.service"
        drops = unit.with_name(unit.name + ".d")
        drops.mkdir(parents=True)
        shutil.copy(ROOT / "exporter/systemd/taara-exporter.service", unit)
        (drops / "zz-trial.conf").write_text(trial.TRIAL_UNIT.format(program="/bin/true", config="/dev/null"), encoding="utf-8")
        self.good_for("systemd-analyze", "verify", unit)
        self.good_for("systemd-analyze", f"--root={self.folder / 'trial'}", "security", "--offline=true", "--threshold=12", unit.name)
        self.assertIn("IPAddressDeny=any", trial.TRIAL_UNIT)

    def test_what_an_older_version_does_not_know_is_left_out_of_what_it_takes_over(self):
        self.assertEqual(store.only_known(
            {"format": "taara-history", "version": 1, "household": "home", "moods": [{"started": 1}],
             "readings": [{"started": 1, "mood": "calm"}, {"started": 2}]}, {"readings": {"started", "time"}, "days": {"date"}}),
            {"format": "taara-history", "version": 1, "household": "home", "readings": [{"started": 1}, {"started": 2}]})

    def test_what_runs_on_the_machine_tells_what_it_does(self):
        for program in ("exporter/files/upgrade", "backup/files/taara-backup"):
            with self.subTest(program):
                code, output = run("python3", "-B", ANSIBLE / "roles" / program, "--help")
                self.assertEqual(code, 0)
                self.assertIn("Example", output)
                code, output = run("python3", "-B", ANSIBLE / "roles" / program, "nonsense")
                self.assertEqual(code, 64)
                self.assertIn("--help", output)

    def good_for(self, *words):
        code, output = run(*words)
        self.assertEqual(code, 0, f"{words[0]}: {output[-2500:]}")

    def test_the_example_is_one_that_works(self):
        exporter = ROOT / "build" / "release" / "bin" / "taara_exporter"
        if not exporter.exists():
            self.skipTest("the release is not built")
        text = (ANSIBLE / "inventory/example/group_vars/all/main.yml").read_text(encoding="utf-8")
        vault = yaml.safe_load((ANSIBLE / "inventory/example/group_vars/all/vault.example.yml").read_text(encoding="utf-8"))
        named = set(re.findall(r"vault_[a-z_]+", text))
        self.assertEqual(named, set(vault))
        example = yaml.safe_load(text.replace("{{ nginx_server_name }}", NAME))
        house = self.folder / "example"
        house.mkdir(mode=0o700)
        for name in example["exporter_secrets"] | example["alertmanager_secrets"]:
            (house / name).write_text("https://example.org/1234\n" if name.endswith("url") else "1234\n", encoding="utf-8")
            (house / name).chmod(0o600)
        config = yaml.safe_dump(example["exporter_config"]).replace("/run/credentials/taara-exporter.service", str(house))
        (house / "taara.yml").write_text(config, encoding="utf-8")
        (house / "taara.yml").chmod(0o600)
        code, output = run(exporter, "--config.check", f"--config.file={house / 'taara.yml'}")
        self.assertEqual(code, 0, output)
        (house / "owner.yml").write_text(yaml.safe_dump(example["alertmanager_owner"]), encoding="utf-8")
        code, output = run(ROOT / "alertmanager" / "configure", house / "owner.yml", "--output", house / "made")
        self.assertEqual(code, 0, output)
        self.good_for("amtool", "check-config", house / "made" / "alertmanager.yml")

    def test_secrets_are_told_to_nobody(self):
        """Each task that handles a variable of secrets says no_log."""
        for file in sorted(ANSIBLE.glob("roles/*/tasks/*.yml")):
            for task in yaml.safe_load(file.read_text(encoding="utf-8")):
                text = json.dumps({key: value for key, value in task.items() if "assert" not in key})
                if "_secrets | dict2items" in text or "nginx_key" in text or "users.j2" in text or re.search(
                        r"grafana_(admin_password|family_password|secret_key)", text):
                    with self.subTest(f"{file.parent.parent.name}: {task['name']}"):
                        self.assertTrue(task.get("no_log"))

    def test_ansible_lint(self):
        if not shutil.which("ansible-lint"):
            self.skipTest("ansible-lint is not installed")
        code, output = run("ansible-lint", "--offline", "-q")
        self.assertEqual(code, 0, output)
