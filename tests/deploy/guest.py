# SPDX-License-Identifier: Apache-2.0
"""A machine with a kernel of its own: what a container of tests/deploy/machine.py has on its disk, booted by QEMU with 1 GB
and one processor. Swap, memory limits, filters of addresses and losses of power are real there. Its processor is emulated,
some ten times slower, so it says nothing about speed.

Needs qemu-system-x86 and linux-image-cloud-amd64, which nothing else needs: ./taara deps does not bring them.
"""
import pathlib
import shutil
import socket
import subprocess

from machine import Machine, run

BOOT = pathlib.Path("/boot")
NETWORK = "[Match]\nType=ether\n[Network]\nDHCP=yes\n"


def missing():
    """What is not there, in words; empty when a guest can be made."""
    words = [] if shutil.which("qemu-system-x86_64") else ["qemu-system-x86"]
    return " and ".join(words if kernel() else [*words, "linux-image-cloud-amd64"])


def kernel():
    """The newest version that is installed; None without one."""
    found = sorted(BOOT.glob("vmlinuz-*-cloud-amd64"), key=lambda path: [int(n) if n.isdigit() else 0 for n in path.name.replace("-", ".").split(".")])
    return found[-1].name.removeprefix("vmlinuz-") if found else None


class Guest(Machine):
    """Made of a container that is off; its folder becomes the disk."""

    def __init__(self, container, memory_mb=1024, disk_gb=10):
        super().__init__(container.name)
        self.memory_mb, self.disk_gb, self.qemu = memory_mb, disk_gb, None
        self.image = self.disk.with_suffix(".ext4")
        self.address = "127.0.0.1"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def ssh_options(self):
        return [*super().ssh_options(), "-o", f"Port={self.port}"]

    def up(self):
        shutil.copytree(f"/lib/modules/{kernel()}", self.disk / "usr/lib/modules" / kernel(), symlinks=True, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("build", "source"))
        (self.disk / "etc/systemd/network/ether.network").write_text(NETWORK, encoding="utf-8")
        run("systemctl", f"--root={self.disk}", "enable", "systemd-networkd")
        (self.disk / "etc/fstab").write_text("/dev/vda / ext4 errors=remount-ro 0 1\n", encoding="utf-8")
        (self.disk / "etc/resolv.conf").unlink(missing_ok=True)
        (self.disk / "etc/resolv.conf").write_text("nameserver 10.0.2.3\n", encoding="utf-8")
        self.image.unlink(missing_ok=True)
        run("mke2fs", "-q", "-t", "ext4", "-d", self.disk, self.image, f"{self.disk_gb}G")
        self.boot()
        self.wait_until_running(300)
        return self

    def boot(self):
        with open(self.disk.with_suffix(".log"), "a", encoding="utf-8") as log:
            self.qemu = subprocess.Popen(
                ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", str(self.memory_mb), "-smp", "1", "-display", "none",
                 "-serial", "stdio", "-kernel", BOOT / f"vmlinuz-{kernel()}", "-initrd", BOOT / f"initrd.img-{kernel()}",
                 "-append", "root=/dev/vda rw console=ttyS0 panic=5 quiet", "-drive", f"file={self.image},format=raw,if=virtio,cache=unsafe",
                 "-nic", f"user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:{self.port}-:22"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def runs(self):
        return self.qemu.pid if self.qemu and self.qemu.poll() is None else None

    def down(self):
        if self.runs():
            self.qemu.kill()
            self.qemu.wait()
        self.image.unlink(missing_ok=True)
