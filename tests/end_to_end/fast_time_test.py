#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fast_time does what its --help says: python3 fast_time_test.py PATH_OF_FAST_TIME [unittest arguments]"""

import calendar
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

FAST_TIME = ""
START = "2040-03-01T00:00:00Z"
START_SECONDS = calendar.timegm(time.strptime(START, "%Y-%m-%dT%H:%M:%SZ"))


def fast(*command, options=("--start", START), real_limit=60):
    return subprocess.run([FAST_TIME, *options, "--", *command], capture_output=True, text=True, timeout=real_limit)


def fast_python(program, **kwargs):
    return fast(sys.executable, "-c", program, **kwargs)


class Clocks(unittest.TestCase):
    def test_a_day_of_sleep_takes_no_time(self):
        begin = time.monotonic()
        result = fast("sh", "-c", "date -u +%s; sleep 86400; date -u +%s")
        self.assertLess(time.monotonic() - begin, 30)
        first, second = map(int, result.stdout.split())
        self.assertAlmostEqual(first, START_SECONDS, delta=5)
        self.assertAlmostEqual(second - first, 86400, delta=5)

    def test_all_clocks_move_together(self):
        result = fast_python(
            "import time, datetime\n"
            "clocks = [time.CLOCK_REALTIME, time.CLOCK_MONOTONIC, time.CLOCK_BOOTTIME, time.CLOCK_MONOTONIC_RAW]\n"
            "before = [time.clock_gettime(c) for c in clocks] + [datetime.datetime.now().timestamp()]\n"
            "time.sleep(3600)\n"
            "after = [time.clock_gettime(c) for c in clocks] + [datetime.datetime.now().timestamp()]\n"
            "print(*(b - a for a, b in zip(before, after)))\n"
        )
        passed = [float(x) for x in result.stdout.split()]
        self.assertEqual(len(passed), 5, result.stderr)
        for one in passed:
            self.assertAlmostEqual(one, 3600, delta=5)

    def test_processor_time_stays_real(self):
        result = fast_python("import time; time.sleep(3600); print(time.process_time(), time.thread_time())")
        for one in result.stdout.split():
            self.assertLess(float(one), 60)

    def test_child_and_thread_and_grandchild_see_the_same_time(self):
        result = fast_python(
            "import subprocess, sys, threading, time\n"
            "time.sleep(7200)\n"
            "t = threading.Thread(target=lambda: print(time.time())); t.start(); t.join()\n"
            "print(time.time(), flush=True)\n"
            "subprocess.run(['sh', '-c', 'date +%s.%N; (sleep 60; date +%s.%N)'])\n"
            "print(time.time())\n"
        )
        thread, own, child, grandchild, last = map(float, result.stdout.split())
        self.assertAlmostEqual(thread, START_SECONDS + 7200, delta=5)
        self.assertLess(abs(own - thread), 2)
        self.assertLess(abs(child - own), 2)
        self.assertAlmostEqual(grandchild - child, 60, delta=2)
        self.assertLess(last - grandchild, 2)

    def test_time_passes_as_usual_while_somebody_works(self):
        result = fast_python(
            "import threading, time\n"
            "late = threading.Thread(target=time.sleep, args=(1000,)); late.start()\n"
            "begin, work = time.time(), time.process_time()\n"
            "while time.process_time() - work < 0.5: pass\n"
            "print(time.time() - begin)\n"
        )
        self.assertLess(float(result.stdout), 20)

    def test_grain_is_a_raster(self):
        result = fast_python(
            "import time\nfor i in range(5): time.sleep(100); print(time.time() % 30)",
            options=("--start", START, "--grain", "30"),
        )
        for past_mark in map(float, result.stdout.split()):
            self.assertTrue(past_mark < 3 or past_mark > 29.9, past_mark)


class Waits(unittest.TestCase):
    def test_every_kind_of_wait_ends_in_time_and_as_timed_out(self):
        program = (
            "import ctypes, select, signal, socket, threading, time\n"
            "libc = ctypes.CDLL(None, use_errno=True)\n"
            "a, b = socket.socketpair()\n"
            "def told(name, wait):\n"
            "    begin = time.monotonic(); result = wait(); print(name, round(time.monotonic() - begin), result)\n"
            "poll = select.poll(); poll.register(a, select.POLLIN)\n"
            "epoll = select.epoll(); epoll.register(a, select.EPOLLIN)\n"
            "lock = threading.Lock(); lock.acquire()\n"
            "condition = threading.Condition(); condition.acquire()\n"
            "a.settimeout(1000)\n"
            "def receive():\n"
            "    try: return a.recv(1)\n"
            "    except TimeoutError: return 'timeout'\n"
            "told('sleep', lambda: time.sleep(1000))\n"
            "told('nanosleep', lambda: libc.usleep(ctypes.c_uint(1000000000)))\n"
            "told('select', lambda: select.select([a], [], [], 1000))\n"
            "told('poll', lambda: poll.poll(1000000))\n"
            "told('epoll', lambda: epoll.poll(1000))\n"
            "told('lock', lambda: lock.acquire(timeout=1000))\n"
            "told('condition', lambda: condition.wait(1000))\n"
            "told('socket', receive)\n"
            "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])\n"
            "told('signal', lambda: signal.sigtimedwait([signal.SIGUSR1], 1000))\n"
        )
        result = fast_python(program)
        lines = [line.split(" ", 2) for line in result.stdout.splitlines()]
        self.assertEqual([(name, answer) for name, _, answer in lines], [
            ("sleep", "None"), ("nanosleep", "0"), ("select", "([], [], [])"), ("poll", "[]"), ("epoll", "[]"),
            ("lock", "False"), ("condition", "False"), ("socket", "timeout"), ("signal", "None")], result.stderr)
        for name, seconds, _ in lines:
            self.assertAlmostEqual(int(seconds), 1000, delta=5, msg=name)

    def test_what_comes_ends_a_wait_at_once(self):
        result = fast_python(
            "import socket, threading, time\n"
            "a, b = socket.socketpair(); a.settimeout(5000)\n"
            "def send():\n"
            "    time.sleep(100); b.send(b'x')\n"
            "threading.Thread(target=send).start()\n"
            "begin = time.monotonic(); print(a.recv(1), round(time.monotonic() - begin))\n"
        )
        word, seconds = result.stdout.split()
        self.assertEqual(word, "b'x'")
        self.assertAlmostEqual(int(seconds), 100, delta=3)

    def test_a_wait_without_end_is_not_ended(self):
        result = fast_python(
            "import os, threading, time\n"
            "r, w = os.pipe()\n"
            "def late():\n"
            "    time.sleep(40000); os.write(w, b'now')\n"
            "lock = threading.Lock(); lock.acquire()\n"
            "threading.Thread(target=late).start()\n"
            "threading.Thread(target=lambda: (lock.acquire(), print('lock'))).start()\n"
            "print(os.read(r, 3)); lock.release()\n"
        )
        self.assertEqual(result.stdout.split(), ["b'now'", "lock"], result.stderr)


class Processes(unittest.TestCase):
    def test_exit_codes_pass(self):
        self.assertEqual(fast("sh", "-c", "exit 7").returncode, 7)
        self.assertEqual(fast("sh", "-c", "kill -USR1 $$").returncode, 128 + signal.SIGUSR1)
        self.assertEqual(fast("/nowhere/to/be/found").returncode, 127)

    def test_signals_pass(self):
        result = fast("sh", "-c", "trap 'echo caught; exit 5' TERM; (sleep 50; kill -TERM $$) & sleep 10000 & wait")
        self.assertEqual((result.stdout, result.returncode), ("caught\n", 5))

    def test_stopped_and_continued(self):
        result = fast("sh", "-c", "sleep 1000 & p=$!; sleep 10; kill -STOP $p; sleep 20; kill -CONT $p; wait $p; echo $?")
        self.assertEqual(result.stdout, "0\n")

    def test_what_the_command_leaves_behind_ends_with_it(self):
        result = fast("sh", "-c", "exec 3>&1; (while :; do :; done) >/dev/null & echo $!")
        self.assertEqual(result.returncode, 0)
        left = Path("/proc", result.stdout.strip(), "status")
        for _ in range(100):
            if not left.exists() or "(zombie)" in left.read_text():
                return
            time.sleep(0.1)
        self.fail("it still runs")

    def test_terminate_reaches_the_command(self):
        process = subprocess.Popen([FAST_TIME, "--", "sh", "-c", "trap 'exit 9' TERM; echo up; while :; do :; done"],
                                   stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), "up\n")
        process.terminate()
        self.assertEqual(process.wait(60), 9)
        process.stdout.close()


class Usage(unittest.TestCase):
    def test_help(self):
        result = subprocess.run([FAST_TIME, "--help"], capture_output=True, text=True, timeout=30)
        self.assertEqual(result.returncode, 0)
        self.assertIn("--grain", result.stdout)

    def test_wrong_usage_is_told(self):
        for words in ([], ["--"], ["--start", "tomorrow", "--", "date"], ["--start", "2020-01-01T00:00:00Z", "--", "date"],
                      ["--speed", "3", "--", "date"], ["--grain", "-1", "--", "date"], ["--grain"]):
            result = subprocess.run([FAST_TIME, *words], capture_output=True, text=True, timeout=30)
            self.assertEqual(result.returncode, 64, words)
            self.assertIn("--help", result.stderr)


@unittest.skipUnless(shutil.which("prometheus"), "needs prometheus")
class GoPrograms(unittest.TestCase):
    def test_prometheus_evaluates_once_a_minute(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "p.yml").write_text("global: {evaluation_interval: 1m}\nrule_files: [r.yml]\n")
            Path(folder, "r.yml").write_text("groups: [{name: g, rules: [{record: h, expr: hour()}]}]\n")
            program = (
                "import re, signal, subprocess, time, urllib.request\n"
                "p = subprocess.Popen(['prometheus', '--config.file=p.yml', '--storage.tsdb.path=data',\n"
                "                      '--web.listen-address=127.0.0.1:0'], stderr=subprocess.PIPE, text=True)\n"
                "for line in p.stderr:\n"
                "    if 'Listening on' in line: port = re.search(r'127.0.0.1:(\\d+)', line).group(1); break\n"
                "else: raise SystemExit('no port')\n"
                "time.sleep(6 * 3600)\n"
                "page = urllib.request.urlopen(f'http://127.0.0.1:{port}/metrics', timeout=60).read().decode()\n"
                "for name in ('iterations_total', 'iterations_missed_total', 'last_evaluation_timestamp_seconds'):\n"
                "    print(re.search(f'^prometheus_rule_group_{name}{{.*}} (.*)$', page, re.M).group(1))\n"
                "p.terminate(); print(p.wait(600))\n"
            )
            script = Path(folder, "run.py")
            script.write_text(program)
            result = subprocess.run([FAST_TIME, "--start", START, "--grain", "5", "--", sys.executable, str(script)],
                                    capture_output=True, text=True, timeout=300, cwd=folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        evaluations, missed, last, code = map(float, result.stdout.split())
        self.assertAlmostEqual(evaluations, 360, delta=2)
        self.assertEqual((missed, code), (0, 0))
        self.assertAlmostEqual(last, START_SECONDS + 6 * 3600, delta=70)


def main():
    global FAST_TIME
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        print("usage: fast_time_test.py PATH_OF_FAST_TIME [unittest arguments]", file=sys.stderr)
        return 64
    FAST_TIME = os.path.abspath(sys.argv[1])
    probe = subprocess.run([FAST_TIME, "--", "true"], capture_output=True, text=True, timeout=60)
    if probe.returncode == 77:
        print(f"skipped: {probe.stderr.strip()}")
        print("0 passed, 0 failed")
        return 0
    program = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False)
    bad = len(program.result.failures) + len(program.result.errors)
    print(f"{program.result.testsRun - bad - len(program.result.skipped)} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
