# SPDX-License-Identifier: Apache-2.0
"""Processes that outlive the command that started them: noted in files, found again, measured, stopped - and no others."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

PROC = pathlib.Path("/proc")
STOPS_WITHIN_SECONDS = 15
LOOPBACK = "0100007F"  # 127.0.0.1 as /proc/net/tcp writes it


def begun(pid):
    """When a process began, in ticks since this boot; None when there is none, or only what is left of one."""
    try:
        fields = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def this_boot():
    return (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


class Note:
    """What is known of a started process. Another process with the same number is not it: its beginning differs."""

    def __init__(self, path):
        self.path = path
        try:
            noted = json.loads(path.read_text(encoding="utf-8"))
            self.pid, ticks, boot = int(noted["pid"]), noted["begun"], noted["boot"]
        except (OSError, ValueError, KeyError, TypeError):
            self.pid = self.ticks = None
            return
        self.ticks = ticks if boot == this_boot() else None

    @property
    def alive(self):
        return self.ticks is not None and begun(self.pid) == self.ticks

    @property
    def seconds_up(self):
        since_boot = float((PROC / "uptime").read_text(encoding="ascii").split()[0])
        return since_boot - self.ticks / os.sysconf("SC_CLK_TCK")

    def bytes_in_memory(self):
        """(own share, resident): pages that several processes share count in the first by parts."""
        own = {}
        for name in ("smaps_rollup", "status"):
            with contextlib.suppress(OSError):
                for line in (PROC / str(self.pid) / name).read_text(encoding="utf-8", errors="replace").splitlines():
                    key, _, value = line.partition(":")
                    if key in ("Pss", "VmRSS"):
                        own[key] = int(value.split()[0]) * 1024
        return own.get("Pss"), own.get("VmRSS")

    def stop(self):
        """Ends the process and what it started. True when it was there."""
        there = self.alive
        if there:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGTERM)
            end = time.monotonic() + STOPS_WITHIN_SECONDS
            while self.alive and time.monotonic() < end:
                time.sleep(0.05)
            if self.alive:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
        self.path.unlink(missing_ok=True)
        return there


@contextlib.contextmanager
def undisturbed():
    """Signals that ask us to stop wait until the end of this, so that a child never starts unnoticed."""
    came, before = [], {}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        before[number] = signal.signal(number, lambda *which: came.append(which))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for which in came[:1]:
        before[which[0]](*which)


def start(path, command, log, environment):
    """Starts a command in a session of its own, so that the terminal's end or Ctrl-C isn't its end, and notes it in `path`."""
    with open(log, "ab") as out, undisturbed():
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                                 env={**os.environ, **environment}, cwd=log.parent)
        path.write_text(json.dumps({"pid": child.pid, "begun": begun(child.pid), "boot": this_boot()}), encoding="utf-8")
    return child


def stop_child(child):
    """Ends a child of ours that was started in a session of its own, with what it started."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def is_free(port):
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listening(port):
    """Inodes of the sockets that listen at a port of loopback or of all addresses."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in (PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                address, _, number = fields[1].rpartition(":")
                if fields[3] == "0A" and int(number, 16) == port and (address == LOOPBACK or not address.strip("0") or table == "tcp6"):
                    inodes.add(fields[9])
    return inodes


def who_holds(port):
    """ "prometheus (process 123)", or None where we may not look."""
    wanted = {f"socket:[{inode}]" for inode in listening(port)}
    for folder in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            for handle in (folder / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if os.readlink(handle) in wanted:
                        return f"{(folder / 'comm').read_text(encoding='utf-8', errors='replace').strip()} (process {folder.name})"
    return None
