# SPDX-License-Identifier: Apache-2.0
"""A Debian machine of its own for a test: booted by systemd-nspawn from a folder, with our binaries and the service file.
Needs root, systemd-container and debootstrap; the folder is made once, in a minute or two, and copied for each test."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = pathlib.Path(os.environ.get("TAARA_MACHINE_BASE", "/var/tmp/taara-boot-base"))
MIRROR = "http://deb.debian.org/debian"
UNIT = "taara-exporter.service"


def missing():
    """Why no machine can be made here; empty when one can."""
    tools = [tool for tool in ("systemd-nspawn", "debootstrap", "nsenter") if not shutil.which(tool)]
    if tools:
        return f"needs {', '.join(tools)}: apt install systemd-container debootstrap"
    return "" if os.geteuid() == 0 else "needs root"


def packages_of(*programs):
    """The Debian packages that hold the libraries of these programs."""
    listed = subprocess.run(["ldd", *programs], check=True, capture_output=True, text=True).stdout
    names = set()
    for library in set(re.findall(r"=> (\S+)", listed)):
        for path in (library, "/usr" + library, library.removeprefix("/usr")):
            found = subprocess.run(["dpkg", "-S", path], capture_output=True, text=True)
            if found.returncode == 0:
                names.add(found.stdout.split(":")[0])
                break
    return sorted(names)


def make_base(binaries):
    if (BASE / "usr/lib/systemd/systemd").exists():
        return
    print("making a Debian folder, a minute or two ...", flush=True)
    packages = ["systemd", "systemd-sysv", "libnss-systemd", "ca-certificates", "tzdata",
                *packages_of(binaries / "taara_exporter", binaries / "taara_line_sim")]
    new = BASE.with_name(BASE.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    subprocess.run(["debootstrap", "--variant=minbase", "--include=" + ",".join(packages), "bookworm", new, MIRROR],
                   check=True, stdout=subprocess.DEVNULL)
    new.rename(BASE)


class Machine:
    def __init__(self, binaries):
        make_base(binaries)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="taara-boot-", dir="/var/tmp"))
        self.root = self.folder / "root"
        subprocess.run(["cp", "-a", BASE, self.root], check=True)
        self._install(binaries / "taara_exporter", "usr/bin", 0o755)
        self._install(binaries / "taara_line_sim", "usr/bin", 0o755)
        self._install(ROOT / "exporter/systemd" / UNIT, "usr/lib/systemd/system", 0o644)
        shutil.copy(ROOT / "exporter/systemd/taara-exporter.sysusers", self.root / "usr/lib/sysusers.d/taara-exporter.conf")
        subprocess.run(["systemd-sysusers", f"--root={self.root}", "taara-exporter.conf"], check=True)
        self.nspawn = None

    def _install(self, source, folder, mode):
        target = self.root / folder / source.name
        shutil.copy(source, target)
        target.chmod(mode)

    def write(self, path, text, mode=0o644, group=None):
        """A file of root's in the machine."""
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=0o600)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        target.chmod(mode)
        if group:
            os.chown(target, 0, int(self.root.joinpath("etc/group").read_text().split(f"\n{group}:x:")[1].split(":")[0]))
        return target

    def drop_in(self, name, *lines):
        self.write(f"/etc/systemd/system/{UNIT}.d/{name}.conf", "\n".join(["[Service]", *lines, ""]))
        if self.nspawn:
            self.run("systemctl", "daemon-reload")

    def enable(self, *units):
        subprocess.run(["systemctl", f"--root={self.root}", "enable", "-q", *units], check=True, stderr=subprocess.DEVNULL)

    def boot(self):
        with open(self.folder / "console", "w") as console:
            self.nspawn = subprocess.Popen(
                ["systemd-nspawn", "-q", "--directory", self.root, "--boot", "--register=no", "--keep-unit",
                 "--private-network", "--console=pipe"], stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        self.wait_until_up()

    def wait_until_up(self, longest=90):
        self.eventually(lambda: re.search("running|degraded", self.run("systemctl", "is-system-running", check=False)), longest,
                        "the machine never came up")

    def reboot(self):
        self.run("systemctl", "reboot", check=False)
        self.nspawn.wait(90)  # with --keep-unit it leaves the second start to us
        self.boot()

    def _init(self):
        """The machine's first process, as its number here."""
        children = subprocess.run(["pgrep", "-P", str(self.nspawn.pid)], capture_output=True, text=True).stdout.split()
        for child in children:
            if pathlib.Path(f"/proc/{child}/comm").read_text() == "systemd\n":
                return int(child)
        return None

    def run(self, *words, check=True):
        """In the machine; gives what it said."""
        init = self._init()
        if init is None:
            return ""
        done = subprocess.run(["nsenter", "-t", str(init), "-m", "-u", "-i", "-n", "-p", "-C", "--", *map(str, words)],
                              capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}\n{self.journal()[-4000:]}")
        return done.stdout + done.stderr

    def show(self, property_name):
        return self.run("systemctl", "show", UNIT, "--value", "-p", property_name).strip()

    def journal(self, *more):
        self.run("journalctl", "--sync", check=False)  # what was said a moment ago may be on its way
        return self.run("journalctl", "--no-pager", "-u", UNIT, *more, check=False)

    def kill_main(self, number):
        """A signal to the exporter, from outside the machine."""
        self.run("/bin/sh", "-c", f"kill -{int(number)} {self.show('MainPID')}")

    @staticmethod
    def eventually(condition, longest, otherwise):
        end = time.monotonic() + longest
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.2)
        raise AssertionError(otherwise() if callable(otherwise) else otherwise)

    def stop(self):
        if self.nspawn:
            init = self._init()
            if init:
                os.kill(init, signal.SIGRTMIN + 4)  # poweroff.target
            try:
                self.nspawn.wait(30)
            except subprocess.TimeoutExpired:
                self.nspawn.kill()
                self.nspawn.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
