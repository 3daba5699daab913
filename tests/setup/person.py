# SPDX-License-Identifier: Apache-2.0
"""A person at a terminal: runs a program on a pseudo-terminal, waits for its questions, types answers."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

PATIENCE_SECONDS = 60  # a busy machine


class Person:
    def __init__(self, command, columns=90, **options):
        self.master, slave = pty.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))

        def at_the_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, preexec_fn=at_the_terminal, **options)
        os.close(slave)
        self.seen = ""  # all that appeared
        self._read_to = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)

    def waits_for(self, pattern):
        """Until that appears after what was waited for last; at the end of what appeared, as a question does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        regex = re.compile(pattern + r"[^\n]*(?:: |\? )\Z")
        while not (match := regex.search(self.seen, self._read_to)):
            if not self._take(deadline):
                raise AssertionError(f"waited for {pattern!r}, saw: {self.seen[self._read_to:]!r}")
        between = self.seen[self._read_to:match.end()]
        self._read_to = match.end()
        return between

    def types(self, text):
        os.write(self.master, (text + "\n").encode())

    def answers(self, *pairs):
        """(part of the question, answer) in order."""
        for question, answer in pairs:
            self.waits_for(question)
            self.types(answer)

    def presses(self, key):
        os.write(self.master, key)

    def echo_is_on(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def ends(self):
        """(exit code, what appeared since the last question)"""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._take(deadline):
            pass
        code = self.process.wait(timeout=PATIENCE_SECONDS)
        rest, self._read_to = self.seen[self._read_to:], len(self.seen)
        return (code if code >= 0 else 128 - code), rest.replace("\r\n", "\n")

    def sees_more(self):
        return self._take(time.monotonic() + PATIENCE_SECONDS)

    def gets(self, number):
        self.process.send_signal(number)

    def _take(self, deadline):
        if not select.select([self.master], [], [], max(0, deadline - time.monotonic()))[0]:
            return False
        try:
            piece = os.read(self.master, 65536)
        except OSError:  # the other side is closed
            return False
        self.seen += piece.decode(errors="replace")
        return bool(piece)


CTRL_C, CTRL_D, CTRL_Z = b"\x03", b"\x04", b"\x1a"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
