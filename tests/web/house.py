# SPDX-License-Identifier: Apache-2.0
"""What the tests of the web face share: the real exporter on a simulated line, certificates, and requests by curl and
openssl, which know nothing of our code."""
import crypt
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PASSWORD = "right horse"


def hashed(password, cost=4):
    return crypt.crypt(password, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=2 ** cost))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def eventually(condition, longest=10.0):
    end = time.monotonic() + longest
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    return condition()


class Authority:
    """A CA of the test's own, in a folder."""

    def __init__(self, folder, name, days=2):
        self.folder, self.name, self.days = folder, name, days
        self.certificate = folder / f"{name}.pem"
        self._openssl("req", "-x509", *self._new_key(name), "-subj", f"/CN={name}", "-days", days,
                      "-out", self.certificate)

    def _new_key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.folder / f"{name}.key"]

    def _openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)

    def sign(self, name, san, days=None):
        """NAME.crt and NAME.key for the subject alternative names of `san`; they last as long as the CA unless told."""
        request, names = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        names.write_text(f"subjectAltName={san}\n")
        self._openssl("req", "-new", *self._new_key(name), "-subj", f"/CN={name}", "-out", request)
        made = self.folder / f"{name}.new"
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.folder / f"{self.name}.key",
                      "-CAcreateserial", "-days", days or self.days, "-extfile", names, "-out", made)
        made.replace(self.folder / f"{name}.crt")
        return self.folder / f"{name}.crt", self.folder / f"{name}.key"


class Line:
    """The simulated line."""

    def __init__(self, binaries, *more):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([binaries / "taara_line_sim", "--port", str(port), "--seed", "1", "--punctual", *more],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.kill()
        self.process.wait()


class Exporter:
    def __init__(self, binaries, line_url, web=None, listen="127.0.0.1:0", flags=(), more_web=""):
        self.binaries = binaries
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="taara-web-"))
        self._write("passcode", "1234\n")
        self._write("taara.yml", "households:\n  - {name: home, url: '%s', account: {phone: '700000001', passcode_file: "
                    "./passcode, partner_id: partner-1, hotspot_id: hotspot-1}}\nstore: {path: ./store}\n"
                    "web: {listen_address: '%s'%s}\n" % (line_url, listen, more_web))
        if web is not None:
            self.set_web(web)
        self.web = web
        self.flags = list(flags)
        self.process = None

    def _write(self, name, text):
        path = self.folder / name
        new = self.folder / f"{name}.new"
        new.touch(mode=0o600)
        new.write_text(text)
        new.replace(path)

    def set_web(self, text):
        self._write("web.yml", text)

    def command(self, *more):
        words = [str(self.binaries / "taara_exporter"), f"--config.file={self.folder}/taara.yml", *self.flags, *more]
        if (self.folder / "web.yml").exists():
            words.append(f"--web.config.file={self.folder}/web.yml")
        return words

    def run(self, *more):
        """To its end: exit code and output."""
        done = subprocess.run(self.command(*more), capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def __enter__(self):
        with open(self.folder / "log", "w") as log:
            self.process = subprocess.Popen(self.command(), stderr=log)
        found = eventually(lambda: re.search(r'msg=listening address="?([^" \n]+)', self.log()) or self.process.poll(), 60)
        if not isinstance(found, re.Match):
            self.process.kill()
            self.process.wait()
            raise AssertionError("it did not start: " + self.log())
        self.address = found[1]
        self.port = int(self.address.rsplit(":", 1)[1])
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.code = self.process.wait()
        self.last_log = self.log()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def logged(self, text):
        return eventually(lambda: text in self.log())

    def inside_port(self):
        """Where civetweb listens behind the TLS front: what of this process listens, less the address it tells."""
        inodes = set()
        for fd in os.listdir(f"/proc/{self.process.pid}/fd"):
            try:
                inodes.update(re.findall(r"socket:\[(\d+)\]", os.readlink(f"/proc/{self.process.pid}/fd/{fd}")))
            except FileNotFoundError:
                pass
        ports = set()
        for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                ports.add(int(fields[1].split(":")[1], 16))
        return (ports - {self.port}).pop()


class Answer:
    def __init__(self, status, headers, body, words):
        self.status, self.headers, self.body, self.words = status, headers, body, words


def curl(url, *options, user=None):
    """One request. Status 0 where there was no answer; `words` are curl's own."""
    words = ["curl", "-sS", "-D", "/dev/stderr", "--max-time", "20", *map(str, options), url]
    if user:
        words += ["-u", user]
    done = subprocess.run(words, capture_output=True, text=True, timeout=40)
    status = re.findall(r"^HTTP/[0-9.]+ ([0-9]+)", done.stderr, re.M)
    headers = {name.lower(): value.strip() for name, value in re.findall(r"^([A-Za-z-]+):(.*)$", done.stderr, re.M)}
    return Answer(int(status[-1]) if status else 0, headers, done.stdout, done.stderr)


def metric(page, name):
    found = re.search(rf"^{re.escape(name)} (.*)$", page, re.M)
    return float(found[1]) if found else None
