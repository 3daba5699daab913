# SPDX-License-Identifier: Apache-2.0
"""Progress for people: a line that moves on a terminal, plain lines elsewhere."""
import sys
import time

QUIET_SECONDS = 20  # a file hears of a step that still works this often
WHEEL = "|/-\\"


class Step:
    """A step of the work. `now` says what it is at; at the end one line stays."""

    def __init__(self, name):
        self.name, self.begun, self.told, self.turns = name, time.monotonic(), time.monotonic(), 0

    def __enter__(self):
        self.now("")
        return self

    def now(self, words):
        self.turns += 1
        if sys.stdout.isatty():
            print(f"\r\033[K  {WHEEL[self.turns % 4]} {self.name:14}{words[:90]}", end="", flush=True)
        elif time.monotonic() - self.told > QUIET_SECONDS:
            self.told = time.monotonic()
            print(f"  . {self.name:14}{words} ({self.told - self.begun:.0f} s)", flush=True)

    def done(self, words):
        self.clear()
        print(f"  + {self.name:14}{words} ({time.monotonic() - self.begun:.1f} s)", flush=True)

    def clear(self):
        if sys.stdout.isatty():
            print("\r\033[K", end="", flush=True)

    def __exit__(self, kind, *_):
        if kind is not None:
            self.clear()
            print(f"  - {self.name:14}{'stopped' if issubclass(kind, KeyboardInterrupt) else 'did not work'}", flush=True)


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def size(number):
    return "?" if number is None else f"{number / 1e6:.1f} MB" if number < 100e6 else f"{number / 1e6:.0f} MB"


def duration(seconds):
    minutes = int(seconds) // 60
    return f"{int(seconds)} s" if minutes < 2 else f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"
