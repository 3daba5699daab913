#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""In real time: how long from the reading that crosses a threshold to the mail in the mailbox?

    tests/end_to_end/live.py BIN_DIR

All parts are real and at their usual pace: Prometheus scrapes and evaluates every 10 s. Only the line is simulated.
Each round passes when the mail comes at all, within two minutes; how long it took is told beside the aim of 15 s and the
limit of 30 s, for a busy machine takes its time. Debian's interpreter: python3-aiosmtpd and python3-yaml are its packages.
"""
import pathlib
import re
import sys

import messages
from month_played import ZONE
from stack import Stack, fetch, wait_until

ROUNDS = 3
AIM_SECONDS, LIMIT_SECONDS = 15, 30
USED = 760_000_000_000  # bytes of 1 TB; the threshold is 75 %


def reading_time(stack):
    """When the reading was that is on the exporter's page; None before there is one."""
    found = re.search(r"^taara_reading_timestamp_seconds\{.*\} (.*)$", fetch(stack.url("exporter", "/metrics")).decode(), re.M)
    return float(found[1]) if found else None


def mail_time(stack):
    for mail in list(stack.mail.mails):
        if ("CycleThreshold", "home-1") in messages.of_mail(mail, ZONE).alerts:
            return mail.arrived
    return None


def measure(binaries):
    """Seconds from reading to mail. The exporter comes last, so that its first reading is the one that crosses."""
    with Stack(binaries, households=1, interval=10) as stack:
        stack.start("line")
        stack.control("renew")
        stack.control("set", used=USED)
        stack.start("alertmanager", "prometheus")
        wait_until("Prometheus to scrape", lambda: stack.query('up{job="alertmanager"} == 1'), 60)
        stack.start("exporter")
        read = wait_until("the first reading", lambda: reading_time(stack), 60)
        return wait_until("the mail", lambda: mail_time(stack), 120) - read


def main():
    if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1], "taara_exporter").exists():
        print("usage: live.py BIN_DIR", file=sys.stderr)
        return 64
    took = []
    for turn in range(1, ROUNDS + 1):
        took.append(measure(sys.argv[1]))
        print(f"round {turn}: {took[-1]:.1f} s from the reading to the mail", flush=True)
    print(f"slowest {max(took):.1f} s (limit {LIMIT_SECONDS}: {'reached' if max(took) <= LIMIT_SECONDS else 'NOT reached'}), "
          f"mean {sum(took) / len(took):.1f} s (aim {AIM_SECONDS})")
    print(f"{len(took)} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
