#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Many polls under random faults, in minutes: memory and descriptors stay flat, nothing is lost, nothing goes back.

    fast_time --start 2040-03-01T00:00:00Z --grain 1 --progress 30 -- tests/end_to_end/soak.py BIN_DIR [--hours N]
        [--households N] [--seed N]

Real: the exporter as it is shipped, its store, HTTP. Simulated: the line, which breaks a tenth of the answers in every way
it knows. Time jumps over the waiting. Each household keeps the times of a day's polls, so the hours count when a day has
passed; a refused passcode waits for a day, so another one passes before all must be read again. Ends with
`N passed, N failed`.
"""
import argparse
import os
import pathlib
import random
import re
import sqlite3
import statistics
import subprocess
import time

from stack import Stack, fetch, wait_until

MINUTE, HOUR, DAY = 60, 3600, 86400
SHARE_OF_FAULTS = 0.1
LEAST_POLLS_AN_HOUR = 3  # six are usual, fewer after failures
POLL_INTERVAL_MINUTES = 10
# These move so many bytes that a few of them say all: the others come a thousand times as often.
HEAVY = {"gzip_bomb", "chunked_flood", "header_flood", "body_exact_1mib", "body_1mib_plus_1", "huge_array", "huge_string"}
SHARE_OF_HEAVY = 0.002
NOT_HERE = {"tls_silent"}  # for TLS only
LOGIN_REFUSED = {"login_401", "login_html"}  # each stops a household for a day, as it must; a lone one would do little else
MEMORY_DRIFT, DESCRIPTORS = 0.02, 2
MEMORY_DRIFT_OF_ONE = 1 << 19  # bytes; two hundredths of one household's few megabytes are the kernel's own noise
PHONES = "799123400000001"  # longer than any number of bytes
MARKS = ("7991234", "partner-1", "hotspot-", "eyJhbGci")  # telephone numbers, ids, any token


def faults_of(binaries, left_out):
    listed = subprocess.run([str(binaries / "taara_line_sim"), "--list-faults"], capture_output=True, text=True, check=True).stdout
    names = re.findall(r"(?m)^([a-z0-9_]+)", listed)
    return sorted(HEAVY & set(names)), [name for name in names if name not in HEAVY | left_out]


class Exporter:
    """What the kernel and the page say of it."""

    def __init__(self, stack):
        self.stack, self.proc = stack, pathlib.Path("/proc") / str(stack.processes["exporter"].pid)

    def resident(self):
        return int((self.proc / "statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")

    def descriptors(self):
        return len(list((self.proc / "fd").iterdir()))

    def samples(self, name):
        page = fetch(self.stack.url("exporter", "/metrics")).decode()
        return {labels: float(value) for labels, value in re.findall(rf"(?m)^{name}(\{{[^}}]*\}})? (\S+)$", page)}


class Judge:
    def __init__(self):
        self.passed = self.failed = 0

    def say(self, good, words):
        print(f"{'ok  ' if good else 'FAILED'} {words}", flush=True)
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)


def live(stack, exporter, hours, rng):
    """Lets the hours pass; [(second, resident bytes, descriptors)], how many counters went back, how many faults there were."""
    heavy, light = faults_of(stack.binaries, NOT_HERE | (LOGIN_REFUSED if stack.households == 1 else set()))
    memory, went_back, totals, faults = [], 0, {}, 0
    begun = time.monotonic()
    minute = 0
    while time.monotonic() < begun + hours * HOUR:
        for _ in range(sum(rng.random() < SHARE_OF_FAULTS / POLL_INTERVAL_MINUTES for _ in range(stack.households))):
            name = rng.choice(heavy if rng.random() < SHARE_OF_HEAVY else light)
            stack.control("fault", household=rng.randint(1, stack.households), name=name, count=1)
            faults += 1
        if minute % 5 == 0:
            memory.append((time.monotonic() - begun, exporter.resident(), exporter.descriptors()))
        if minute % 60 == 0:
            now = exporter.samples("taara_usage_bytes_total")
            went_back += sum(value < totals.get(labels, 0) for labels, value in now.items())
            totals = now
            print(f"hour {minute // 60:4} {memory[-1][1] / 1e6:8.2f} MB, {memory[-1][2]} descriptors, {faults} faults", flush=True)
        minute += 1
        time.sleep(max(0.0, begun + minute * MINUTE - time.monotonic()))
    return memory, went_back, faults


def judge(stack, exporter, hours, memory, went_back, say):
    end = memory[-1][0]
    first, last = ([one for one in memory if begin <= one[0] <= begin + HOUR] for begin in (0, end - HOUR))
    # One household's memory is given back between its polls: what it holds at rest says whether it grows, a median says
    # how often a look fell upon a poll.
    typical, most = (min, MEMORY_DRIFT_OF_ONE) if stack.households == 1 else (statistics.median, 0)
    before, after = (typical(size for _, size, _ in one) for one in (first, last))
    most = most or MEMORY_DRIFT * before
    say(after - before <= most, f"resident memory: first hour {before / 1e6:.2f} MB, last hour {after / 1e6:.2f} MB "
                                f"({(after / before - 1) * 100:+.1f} %, at most {most / 1e6:.2f} MB more)")
    # The fewest: how many more there are is how many polls a look met.
    before, after = (min(number for _, _, number in one) for one in (first, last))
    say(after <= before + DESCRIPTORS, f"fewest descriptors: first hour {before}, last hour {after}, at most {max(number for _, _, number in memory)}")
    say(went_back == 0, f"counters of usage that went back: {went_back}")
    stack.control("clear", household="all")
    time.sleep(DAY + HOUR)
    up = exporter.samples("taara_up")
    say(len(up) == stack.households and set(up.values()) == {1.0}, f"households that are read at the end: {sum(up.values()):.0f} of {stack.households}")
    usable = sum(value for labels, value in exporter.samples("taara_polls_total").items() if 'result="failed"' not in labels)
    polls = sum(exporter.samples("taara_polls_total").values())
    say(polls >= stack.households * hours * LEAST_POLLS_AN_HOUR, f"polls: {polls:.0f}, usable {usable:.0f}")
    say(exporter.samples("taara_store_writable") == {"": 1.0}, "the store is writable")
    page = fetch(stack.url("exporter", "/metrics"))
    say(stack.stop("exporter") == 0, "it stops when asked")
    places = {"page": page, **{file.name: file.read_bytes() for file in (stack.folder / "exporter.log", *(stack.folder / "store").iterdir())}}
    found = [f"{mark} in {name}" for name, text in places.items() for mark in MARKS if mark.encode() in text]
    say(not found, f"places without a secret or a personal value: {', '.join(places)} {found or ''}".rstrip())
    with sqlite3.connect(f"file:{stack.folder / 'store' / 'taara.db'}?mode=ro", uri=True) as store:
        say(store.execute("PRAGMA integrity_check").fetchone() == ("ok",), "the database is intact")
        rows, different = store.execute(
            "SELECT count(*), count(DISTINCT household || ':' || started) FROM readings WHERE status <> 'failed'").fetchone()
    say(rows == different == usable, f"usable readings stored: {rows}, different ones {different}, polls that were usable {usable:.0f}")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("binaries", type=pathlib.Path)
    options.add_argument("--hours", type=int, default=24)
    options.add_argument("--households", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    print(f"{given.households} households, {given.hours} hours, seed {given.seed}", flush=True)
    judged = Judge()
    with Stack(given.binaries, households=given.households, interval=MINUTE, seed=given.seed, line_options=("--punctual", "--phone-base", PHONES)) as stack:
        stack.start("line", "exporter")
        exporter = Exporter(stack)
        time.sleep(2 * POLL_INTERVAL_MINUTES * MINUTE)  # each has been read
        wait_until("all households to be read", lambda: len(exporter.samples("taara_remaining_bytes")) == given.households)
        rng = random.Random(given.seed)
        live(stack, exporter, DAY // HOUR, rng)
        memory, went_back, faults = live(stack, exporter, given.hours, rng)
        judged.say(faults > 0, f"faults: {faults}")
        judge(stack, exporter, given.hours, memory, went_back, judged.say)
        stack.keep = judged.failed > 0
    print(f"{judged.passed} passed, {judged.failed} failed", flush=True)
    return 0 if judged.failed == 0 else 1


if __name__ == "__main__":
    raise SystemExit(main())
