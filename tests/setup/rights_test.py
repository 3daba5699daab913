# SPDX-License-Identifier: Apache-2.0
"""Who may what: owners and modes, folders that are no good, and mail that must be encrypted."""
import os
import shutil
import subprocess
import unittest

from house import ALERTS, BIN, MAIL_PASSWORD, MAIL_USER, PASSCODE, PLAN, REST, House, MailServer, cloud
from person import Person

SERVICE = 990
KEEPER = 1500
NO_LINE = "http://127.0.0.1:9"


def can_unshare():
    return os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


class Rights(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)

    def with_files(self, **files):
        """Words before a command that make it see these files in /etc, and nobody else."""
        if not can_unshare():
            self.skipTest("needs root and a mount namespace of its own")
        mounts = ""
        for name, text in files.items():
            own = self.house.folder / f"etc-{name}"
            own.write_text(text)
            own.chmod(0o644)
            mounts += f"mount --bind {own} /etc/{name} && "
        return ["unshare", "-m", "sh", "-c", mounts + 'exec "$@"', "sh"]

    def with_accounts(self):
        passwd = open("/etc/passwd").read() + f"taara:x:{SERVICE}:{SERVICE}::/nonexistent:/usr/sbin/nologin\n"
        passwd += f"keeper:x:{KEEPER}:{KEEPER}::{self.house.folder}/keeper:/bin/sh\n"
        group = open("/etc/group").read() + f"taara:x:{SERVICE}:\nkeeper:x:{KEEPER}:\n"
        return self.with_files(passwd=passwd, group=group)

    def walk(self, person, mail_server="127.0.0.1:9", attempt="no"):
        person.answers(*cloud(None, NO_LINE), ("Try the line now", "no"), *PLAN, *ALERTS, ("Messages by", "email"),
                       ("Mail addresses", "mama@example.org"), ("Sender", MAIL_USER), ("Mail server", mail_server), ("User name", MAIL_USER),
                       ("Password at", MAIL_PASSWORD), ("Send one", attempt))

    def owners(self, folder):
        found = {}
        for name in [".", *os.listdir(folder)]:
            status = (folder / name).stat()
            found[name] = (status.st_uid, status.st_gid, oct(status.st_mode & 0o7777))
        return found

    def test_without_a_terminal_it_says_so(self):
        for where in ({"stdin": subprocess.DEVNULL}, {"stdout": subprocess.PIPE}):
            done = subprocess.run([BIN / "taara_exporter", "setup", f"--dir={self.house.target}"], **{"stdin": subprocess.DEVNULL, **where},
                                  stderr=subprocess.PIPE, text=True)
            self.assertEqual(done.returncode, 64)
            self.assertIn("run it in a terminal", done.stderr)
        self.assertFalse(self.house.target.exists())

    def test_folders_that_are_no_good(self):
        for prepare, code, words in ((lambda: self.house.target.write_text(""), 64, "is no folder"),
                                     (lambda: (self.house.target.mkdir(), self.house.target.chmod(0o777)), 77, "written to by every user")):
            self.house.target.parent.mkdir(exist_ok=True)
            prepare()
            with self.subTest(words=words), self.house.setup() as person:
                ended, said = person.ends()
                self.assertEqual(ended, code, said)
                self.assertIn(words, said)
            shutil.rmtree(self.house.target) if self.house.target.is_dir() else self.house.target.unlink()

    def test_two_at_once(self):
        with self.house.setup() as first:
            first.waits_for("Source")
            with self.house.setup() as second:
                code, said = second.ends()
                self.assertEqual(code, 75)
                self.assertIn("another setup is at work", said)

    def test_as_root_the_service_can_read_what_it_needs_and_nobody_else(self):
        as_here = self.with_accounts()
        with self.house.setup(before=as_here) as person:
            self.walk(person)
            person.answers(*REST, ("Write this", ""))
            code, said = person.ends()
            self.assertEqual(code, 0, said)
            self.assertIn("runuser -u taara -- taara_exporter", said)
            self.assertNotIn("chgrp", said)
        self.assertEqual(self.owners(self.house.target), {
            ".": (0, SERVICE, "0o750"), "home.passcode": (SERVICE, SERVICE, "0o600"), "smtp.password": (SERVICE, SERVICE, "0o600"),
            "taara.yml": (0, SERVICE, "0o640"), "owner.yml": (0, SERVICE, "0o640")})
        self.assertEqual(self.house.configure()[0], 0, self.house.configure())
        as_service = [*as_here, "setpriv", f"--reuid={SERVICE}", f"--regid={SERVICE}", "--clear-groups"]
        if subprocess.run([*as_service, "test", "-x", BIN / "taara_exporter"]).returncode:
            self.skipTest("the build folder is closed to other users; owners and modes were right")
        done = subprocess.run([*as_service, BIN / "taara_exporter", f"--config.file={self.house.target}/taara.yml", "--config.check"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        self.assertNotEqual(subprocess.run([*as_nobody, "ls", self.house.target], capture_output=True).returncode, 0)

    def test_an_older_closed_folder_is_said(self):
        self.house.target.mkdir(parents=True, mode=0o700)
        with self.house.setup(before=self.with_accounts()) as person:
            self.walk(person)
            person.answers(*REST, ("Write this", ""))
            code, said = person.ends()
        self.assertEqual(code, 0)
        self.assertIn(f"chgrp taara {self.house.target}", said)

    def test_a_folder_that_belongs_to_the_service_is_taken(self):
        self.house.target.mkdir(parents=True, mode=0o700)
        before = self.with_accounts()
        os.chown(self.house.target, SERVICE, SERVICE)
        with self.house.setup(before=before) as person:
            self.walk(person)
            person.answers(*REST, ("Write this", ""))
            code, said = person.ends()
        self.assertEqual(code, 0, said)
        self.assertNotIn("chgrp", said)
        self.assertEqual(self.owners(self.house.target)["taara.yml"], (0, SERVICE, "0o640"))
        os.chown(self.house.target, KEEPER, KEEPER)
        with self.house.setup(before=before) as person:
            code, said = person.ends()
        self.assertEqual(code, 77)
        self.assertIn("belongs to another user", said)

    def test_as_somebody_it_writes_below_the_own_home(self):
        home = self.house.folder / "keeper"
        home.mkdir()
        os.chown(home, KEEPER, KEEPER) if os.geteuid() == 0 else None
        as_keeper = [*self.with_accounts(), "setpriv", f"--reuid={KEEPER}", f"--regid={KEEPER}", "--clear-groups"]
        if subprocess.run([*as_keeper, "test", "-x", BIN / "taara_exporter"]).returncode:
            self.skipTest("the build folder is closed to other users")
        with Person([*as_keeper, BIN / "taara_exporter", "setup"]) as person:
            self.walk(person)
            person.answers(*REST, ("Write this", ""))
            code, said = person.ends()
            self.assertEqual(code, 0, said)
        folder = home / ".config/taara"
        self.assertEqual(self.owners(folder), {
            ".": (KEEPER, KEEPER, "0o700"), "home.passcode": (KEEPER, KEEPER, "0o600"), "smtp.password": (KEEPER, KEEPER, "0o600"),
            "taara.yml": (KEEPER, KEEPER, "0o640"), "owner.yml": (KEEPER, KEEPER, "0o640")})
        self.assertIn("path: ./store", (folder / "taara.yml").read_text())
        (self.house.folder / "closed").mkdir(mode=0o755)
        with Person([*as_keeper, BIN / "taara_exporter", "setup", f"--dir={self.house.folder}/closed/taara"]) as person:
            code, said = person.ends()
            self.assertEqual(code, 77)
            self.assertIn("cannot be made: Permission denied", said)

    def test_mail_is_encrypted_and_the_certificate_checked(self):
        certificate, key = self.house.folder / "cert.pem", self.house.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                        "-subj", "/CN=mail.test", "-addext", "subjectAltName=DNS:mail.test"], check=True, capture_output=True)
        server = self.house.has(MailServer(self.house.folder, certificate, key))
        plain = self.house.has(MailServer(self.house.folder))
        hosts = "127.0.0.1 localhost mail.test other.test\n"
        bundle = {"ssl/certs/ca-certificates.crt": certificate.read_text(), "hosts": hosts}
        (self.house.folder / "etc-ssl/certs").mkdir(parents=True)
        with self.house.setup(before=self.with_files(**bundle)) as person:
            self.walk(person, f"other.test:{server.port}", "yes")
            self.assertIn("certificate is not valid for that name", person.waits_for("What next"))
            person.types("answers")
            again = [("Messages by", ""), ("Mail addresses", ""), ("Sender", "")]
            person.answers(*again, ("Mail server", f"other.test:{plain.port}"), ("User name", ""), ("Password at", MAIL_PASSWORD), ("Send one", ""))
            self.assertIn("offers no encryption on this port", person.waits_for("What next"))
            person.types("answers")
            person.answers(*again, ("Mail server", f"mail.test:{server.port}"), ("User name", ""), ("Password at", MAIL_PASSWORD), ("Send one", ""))
            self.assertIn("The server took it", person.waits_for("Quiet hours"))
        self.assertEqual(len(server.mails()), 1)
