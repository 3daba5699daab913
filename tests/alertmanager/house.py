# SPDX-License-Identifier: Apache-2.0
"""The real Alertmanager with a generated configuration, a real mail server and an HTTP sink, all on loopback."""
import contextlib
import datetime
import email
import email.policy
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIGURE = ROOT / "alertmanager" / "configure"
HERE = pathlib.Path(__file__).resolve().parent


def configure(*arguments):
    """(exit code, output, error output)"""
    done = subprocess.run([sys.executable, CONFIGURE, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


def until(what, seconds, question):
    """The first true answer, or an error that says what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = question()
        if answer:
            return answer
        time.sleep(0.1)  # of this test's own clock; what it waits for runs in another process
    raise AssertionError(f"waited {seconds} s for {what}")


class Sink(http.server.ThreadingHTTPServer):
    """Keeps (path, body) of every POST; answers as Slack and Telegram do."""

    daemon_threads = True

    def __init__(self):
        self.requests = []
        self.broken = ""  # a part of the paths that are answered with 503
        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # pylint: disable=invalid-name
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.broken and self.server.broken in self.path:
            self.send_error(503)
            return
        self.server.requests.append((self.path, body, dict(self.headers)))
        answer = b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1}}}' if "/bot" in self.path else b"ok"
        self.send_response(200)
        self.send_header("Content-Type", "application/json" if answer != b"ok" else "text/plain")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):  # pylint: disable=arguments-differ
        pass


class House:
    """Use as a context. `owner` is the owner's file without the addresses of the servers; `change` may alter the
    generated configuration before it is used, `files` are the owner's secrets by name."""

    def __init__(self, owner, files=None, change=None, login=None):
        self.owner, self.files, self.change, self.login = owner, files or {}, change, login
        self.stack = contextlib.ExitStack()
        self.sink = Sink()
        self.stack.callback(self.sink.server_close)
        self.stack.callback(self.sink.shutdown)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stack.close()
            raise

    def __exit__(self, *_):
        self.stack.close()

    def start(self):
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="taara-alertmanager-")))
        for name, content in self.files.items():
            secret = self.folder / name
            secret.write_text(content.replace("SINK", self.sink.url) + "\n", encoding="utf-8")
            secret.chmod(0o600)
        smtp = self.run([HERE / "smtp_server.py", self.folder / "mail", *self.login_of_server()], stdout=subprocess.PIPE)
        port = smtp.stdout.readline().strip()
        self.write_owner(port.decode())
        code, _, errors = configure(self.folder / "owner.yml", "--output", self.folder / "out")
        assert code == 0, errors
        config = self.folder / "out" / "alertmanager.yml"
        if self.change:
            content = yaml.safe_load(config.read_text(encoding="utf-8"))
            self.change(content, self.sink.url)
            config.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        self.start_alertmanager()
        return self

    def start_alertmanager(self):
        self.log = self.folder / "alertmanager.log"
        with open(self.log, "wb") as log:
            self.alertmanager = self.run(
                ["prometheus-alertmanager", f"--config.file={self.folder / 'out' / 'alertmanager.yml'}", f"--storage.path={self.folder / 'data'}",
                 "--web.listen-address=127.0.0.1:0", "--web.external-url=http://alertmanager.test:9093", "--web.route-prefix=/",
                 "--cluster.listen-address=", "--data.retention=1080h", "--data.maintenance-interval=1s", "--log.level=debug"], stderr=log, stdout=log)
        address = until("Alertmanager's address", 15, self.address)
        self.url = f"http://{address}"
        until("Alertmanager to be ready", 15, self.ready)

    def crash_alertmanager(self):
        """After what it has sent is on its disk: with the maintenance interval of 1 s here, of 1 min in the field."""
        log, sent = self.folder / "data" / "nflog", time.time()
        until("Alertmanager to save its log of notifications", 10, lambda: log.exists() and log.stat().st_mtime > sent + 1)
        self.alertmanager.kill()
        self.alertmanager.wait()

    def login_of_server(self):
        return [self.login[0], self.folder / self.login[1]] if self.login else []

    def write_owner(self, port):
        text = yaml.safe_dump(self.owner, sort_keys=False).replace("SMTP", f"127.0.0.1:{port}").replace("SINK", self.sink.url)
        (self.folder / "owner.yml").write_text(text, encoding="utf-8")

    def run(self, command, **options):
        process = subprocess.Popen([str(part) for part in command], env={**os.environ, "TZ": "UTC"}, **options)
        self.stack.callback(self.stop, process)
        return process

    @staticmethod
    def stop(process):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    def address(self):
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            if "127.0.0.1:" in line and "istening" in line:
                return line.split("address=")[1].split()[0].strip('"')
        return None

    def ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def post(self, *alerts):
        """As Prometheus posts them. They start now: what started long ago, Alertmanager sends without waiting for others."""
        for one in alerts:
            one.setdefault("startsAt", now())
        request = urllib.request.Request(f"{self.url}/api/v2/alerts", json.dumps(alerts).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200

    def mails(self):
        """All mails so far, in the order of their arrival."""
        new = self.folder / "mail" / "new"
        files = sorted(new.iterdir(), key=lambda file: file.stat().st_mtime_ns) if new.exists() else []
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    def subjects(self):
        return [str(mail["Subject"]) for mail in self.mails()]

    def wait_for_mails(self, number, seconds=40):
        return until(f"{number} mails; there are {self.subjects()}", seconds, lambda: len(self.mails()) >= number and self.mails())

    def sent_to(self, part):
        """Bodies of the requests whose path has this part."""
        return [body for path, body, _ in self.sink.requests if part in path]


def now(**later):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**later)).isoformat()


def alert(name, kind, severity, household=None, labels=None, **annotations):
    """As Prometheus would send it; fires until told otherwise."""
    where = {"household": household} if household else {}
    annotations.setdefault("summary", f"{name} of {household}.")
    return {"labels": {"alertname": name, "kind": kind, "severity": severity, **where, **(labels or {})},
            "annotations": annotations, "endsAt": now(hours=1), "generatorURL": "http://prometheus.test/graph"}


def resolved(one):
    return {**one, "endsAt": now(seconds=-1)}
