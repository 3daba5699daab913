#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A Debian 12 machine as a droplet would be: real systemd, its own network, reached by SSH as root with a key.

    tests/deploy/machine.py up [NAME]      makes and boots it; prints how to reach it
    tests/deploy/machine.py ssh [NAME] COMMAND...
    tests/deploy/machine.py down [NAME]    ends it and deletes its disk

Example
    tests/deploy/machine.py up && tests/deploy/machine.py ssh droplet systemctl is-system-running

Needs root, debootstrap, systemd-container, nftables and iproute2 (./taara deps). The first time a Debian is fetched and
kept in /var/tmp/taara-machine (325 MB, two minutes); after that a machine is there in 15 seconds. It is a container:
its kernel, its clock and its memory are this computer's, so swap, sysctl and memory limits can't be tried in it.
"""
import contextlib
import fcntl
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

CACHE = pathlib.Path("/var/tmp/taara-machine")
PACKAGES = "systemd-sysv,dbus,libpam-systemd,openssh-server,python3,python3-apt,sudo,iproute2,ca-certificates,netbase"
FORWARD = pathlib.Path("/proc/sys/net/ipv4/ip_forward")


def run(*words, **options):
    """The output of a command that must succeed; its words where it doesn't."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    if done.returncode != 0:
        sys.exit(f"machine: {' '.join(map(str, words))}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def base():
    """A fresh Debian 12, made once. The lock lets a second one wait for the first."""
    CACHE.mkdir(mode=0o755, exist_ok=True)
    with open(CACHE / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (CACHE / "base").exists():
            print("machine: fetching Debian 12, two minutes", flush=True)
            shutil.rmtree(CACHE / "base.new", ignore_errors=True)
            run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", CACHE / "base.new", "http://deb.debian.org/debian")
            (CACHE / "base.new" / "etc" / "machine-id").write_text("", encoding="utf-8")
            for key in (CACHE / "base.new" / "etc" / "ssh").glob("ssh_host_*"):
                key.unlink()
            (CACHE / "base.new").rename(CACHE / "base")
        if not (CACHE / "key").exists():
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", CACHE / "key")
    return CACHE / "base"


class Machine:
    """One machine. Its name decides its addresses, so two of different names run side by side."""

    def __init__(self, name="droplet"):
        self.name = name
        self.disk = CACHE / "machines" / name
        number = sum(ord(letter) * 7 ** place for place, letter in enumerate(name)) % 250 + 2
        self.link = f"taara{number}"
        self.table = f"taara_machine_{number}"
        self.space = f"taara-{name}"
        self.outside, self.address = f"10.87.{number}.1", f"10.87.{number}.2"
        self.key = CACHE / "key"

    def up(self):
        self.down()
        self.disk.parent.mkdir(exist_ok=True)
        run("cp", "-a", "--reflink=auto", base(), self.disk)
        (self.disk / "root" / ".ssh").mkdir(mode=0o700, exist_ok=True)
        shutil.copy(self.key.with_suffix(".pub"), self.disk / "root" / ".ssh" / "authorized_keys")
        (self.disk / "etc" / "hostname").write_text(self.name + "\n", encoding="utf-8")
        (self.disk / "etc" / "hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {self.name}\n", encoding="utf-8")
        run("ssh-keygen", "-A", "-f", self.disk)
        self.connect()
        self.boot()
        self.wait_until_running()
        return self

    def boot(self):
        with open(self.disk.with_suffix(".log"), "a", encoding="utf-8") as log:
            nspawn = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", f"--directory={self.disk}",
                 f"--machine={self.name}", f"--network-namespace-path=/run/netns/{self.space}", "--capability=CAP_NET_ADMIN",
                 "--resolv-conf=replace-host", "--timezone=off", "--console=read-only"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.disk.with_suffix(".pid").write_text(str(nspawn.pid), encoding="utf-8")

    def runs(self):
        """Whether the container of the noted process is there; one that has ended and is our child is collected."""
        try:
            number = int(self.disk.with_suffix(".pid").read_text(encoding="utf-8"))
            with contextlib.suppress(ChildProcessError):
                os.waitpid(number, os.WNOHANG)
            return number if b"systemd-nspawn" in pathlib.Path(f"/proc/{number}/cmdline").read_bytes() else None
        except (OSError, ValueError):
            return None

    def connect(self):
        """A cable between this computer and the machine, and the way out through this computer's address."""
        run("ip", "netns", "add", self.space)
        run("ip", "link", "add", self.link, "type", "veth", "peer", "name", "host0", "netns", self.space)
        run("ip", "addr", "add", f"{self.outside}/30", "dev", self.link)
        run("ip", "link", "set", self.link, "up")
        inside = ("ip", "-n", self.space)
        run(*inside, "addr", "add", f"{self.address}/30", "dev", "host0")
        run(*inside, "link", "set", "host0", "up")
        run(*inside, "link", "set", "lo", "up")
        run(*inside, "route", "add", "default", "via", self.outside)
        run("nft", "add", "table", "ip", self.table)
        run("nft", "add", "chain", "ip", self.table, "out", "{ type nat hook postrouting priority 100; }")
        run("nft", "add", "rule", "ip", self.table, "out", "ip", "saddr", self.address, "masquerade")
        if FORWARD.read_text(encoding="utf-8").strip() == "0":
            FORWARD.write_text("1", encoding="utf-8")

    def wait_until_running(self, seconds=90):
        """Until systemd says that the boot is over. Returns how long that took."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            state = self.ssh("systemctl is-system-running", check=False, timeout=10).stdout.strip()
            if state in ("running", "degraded"):
                return time.monotonic() - begun
            time.sleep(0.5)
        sys.exit(f"machine: {self.name} does not answer; its console is in {self.disk.with_suffix('.log')}")

    def ssh_options(self):
        return ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=5",
                "-o", "ServerAliveInterval=10", "-o", "LogLevel=ERROR", "-i", str(self.key)]

    def ssh(self, command, check=True, timeout=120, **options):
        """A command of the machine's shell, as a completed process."""
        try:
            done = subprocess.run(["ssh", *self.ssh_options(), f"root@{self.address}", command], capture_output=True, text=True,
                                  timeout=timeout, check=False, **({"stdin": subprocess.DEVNULL} | options))
        except subprocess.TimeoutExpired as error:
            done = subprocess.CompletedProcess(error.cmd, 255, "", f"no answer within {timeout} s")
        if check and done.returncode != 0:
            raise RuntimeError(f"{self.name}: {command}: code {done.returncode}: {(done.stderr + done.stdout)[-2000:]}")
        return done

    def put(self, path, to):
        run("scp", *self.ssh_options(), path, f"root@{self.address}:{to}")

    @contextlib.contextmanager
    def tunnel(self, here, there):
        """While it is open, port `here` of our loopback is `there` of the machine's."""
        control = self.disk.with_suffix(".tunnel")
        run("ssh", *self.ssh_options(), "-f", "-N", "-M", "-S", control, "-o", "ExitOnForwardFailure=yes",
            "-L", f"127.0.0.1:{here}:127.0.0.1:{there}", f"root@{self.address}")
        try:
            yield
        finally:
            run("ssh", "-S", control, "-O", "exit", f"root@{self.address}")

    def wait_until_off(self, seconds=60):
        for _ in range(seconds * 5):
            if not self.runs():
                return True
            time.sleep(0.2)
        return False

    def reboot(self):
        """Restarts the machine; returns the seconds from the order until the boot is over. nspawn itself ends at a reboot."""
        begun = time.monotonic()
        self.ssh("systemctl reboot", check=False, timeout=10)
        if not self.wait_until_off():
            sys.exit(f"machine: {self.name} does not go down")
        self.boot()
        self.wait_until_running()
        return time.monotonic() - begun

    def down(self):
        """Ends what up made, also what an interrupted up left."""
        number = self.runs()
        if number:
            os.kill(number, signal.SIGTERM)
            if not self.wait_until_off(30):
                os.kill(number, signal.SIGKILL)
        self.disk.with_suffix(".pid").unlink(missing_ok=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        subprocess.run(["nft", "delete", "table", "ip", self.table], **quiet)
        subprocess.run(["ip", "link", "delete", self.link], **quiet)
        subprocess.run(["ip", "netns", "delete", self.space], **quiet)
        if self.disk.exists():
            shutil.rmtree(self.disk)


def main(words):
    if not words or words[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0
    if os.geteuid() != 0:
        sys.exit("machine: needs root, for a machine of its own with its own network")
    machine = Machine(*words[1:2])
    if words[0] == "up" and len(words) <= 2:
        machine.up()
        print(f"{machine.name} runs: ssh {' '.join(machine.ssh_options())} root@{machine.address}")
    elif words[0] == "down" and len(words) <= 2:
        machine.down()
    elif words[0] == "ssh" and len(words) > 2:
        done = machine.ssh(" ".join(words[2:]), check=False)
        print(done.stdout, end="")
        print(done.stderr, end="", file=sys.stderr)
        return done.returncode
    else:
        print("machine: up, down or ssh; --help shows how", file=sys.stderr)
        return 64
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
