# SPDX-License-Identifier: Apache-2.0
"""What setup meets in the tests: the simulated line, a mail server, a place that takes posts, a folder to write to."""
import http.server
import mailbox
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading

from person import Person

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TAARA_BIN", ROOT / "build/dev/bin"))
PASSCODE, ROUTER_PASSWORD = "1234-pass-canary", "router-pass-canary"
MAIL_USER, MAIL_PASSWORD = "taara@example.org", "mail-pass-canary 7\"\\"
SECRETS = (PASSCODE, ROUTER_PASSWORD, MAIL_PASSWORD)


class Line:
    """taara_line_sim, as cloud and as router."""

    def __init__(self, folder, *options):
        for name, secret in (("passcode", PASSCODE), ("password", ROUTER_PASSWORD)):
            (folder / name).write_text(secret + "\n")
        self.process = subprocess.Popen(
            [BIN / "taara_line_sim", "--port", "0", "--passcode-file", folder / "passcode",
             "--password-file", folder / "password", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = "http://" + self.process.stdout.readline().split()[-1]

    def close(self):
        self.process.terminate()
        self.process.communicate()


class MailServer:
    def __init__(self, folder, *tls):
        self.maildir = folder / "mail"
        password = folder / "smtp-password"
        password.write_text(MAIL_PASSWORD)
        self.process = subprocess.Popen(
            ["/usr/bin/python3", ROOT / "tests/alertmanager/smtp_server.py", self.maildir, MAIL_USER, password, *tls],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline())
        self.address = f"127.0.0.1:{self.port}"

    def mails(self):
        return list(mailbox.Maildir(self.maildir)) if self.maildir.exists() else []

    def close(self):
        self.process.terminate()
        self.process.communicate()


class Posts:
    """Answers every POST with `status` and remembers it."""

    def __init__(self):
        self.got = []
        self.status = 200
        posts = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                posts.got.append((self.path, dict(self.headers), body.decode()))
                self.send_response(posts.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class House:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="taara-setup-"))
        self.folder.chmod(0o755)
        self.target = self.folder / "etc/taara"
        self.parts = []

    def has(self, part):
        self.parts.append(part)
        return part

    def setup(self, *arguments, before=(), **options):
        return Person([*before, BIN / "taara_exporter", "setup", f"--dir={self.target}", *arguments], **options)

    def read(self, name):
        return (self.target / name).read_text()

    def mode(self, name):
        return (self.target / name).stat().st_mode & 0o7777

    def checks(self):
        """What the exporter's own check says of the file: (exit code, words)."""
        done = subprocess.run([BIN / "taara_exporter", f"--config.file={self.target}/taara.yml", "--config.check"],
                              capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def configure(self):
        """What alertmanager/configure says of owner.yml."""
        done = subprocess.run(["/usr/bin/python3", ROOT / "alertmanager/configure", self.target / "owner.yml", "--check"],
                              capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def close(self):
        for part in self.parts:
            part.close()
        shutil.rmtree(self.folder)


def cloud(line, url=None):
    """The answers about a line of the ISP's cloud, up to its passcode."""
    return [("Source", "taara"), ("Name of this household", ""), ("Address of the line", url or line.url), ("Country code", ""),
            ("Phone number", "700000001"), ("Hotspot id", "hotspot-1"), ("Partner id", "partner-1"), ("Passcode", PASSCODE),
            ("Time zone", "Africa/Nairobi")]


def router(line):
    return [("Source", "router"), ("Name of this household", "cottage"), ("Address of the line", f"{line.url}/r/1"),
            ("User name", "family"), ("Password of the router", ROUTER_PASSWORD), ("Time zone", "Africa/Nairobi")]


PLAN = [("Data per cycle", ""), ("Cycle: plan or monthly", ""), ("Length of a plan", "")]
MONTH = [("Data per cycle", ""), ("Cycle: plan or monthly", ""), ("Day of the month", "5")]
ALERTS = [("this much of the cycle's data", ""), ("this much of today's budget", ""), ("crossed with this probability", "")]


def mail(server):
    return [("Messages by", "email"), ("Mail addresses", "mama@example.org, juma@example.org"), ("Sender's", MAIL_USER),
            ("Mail server", server), ("User name at", MAIL_USER), ("Password at", MAIL_PASSWORD)]


REST = [("Quiet hours", ""), ("zone of the quiet hours", ""), ("Where messages link to", "")]
