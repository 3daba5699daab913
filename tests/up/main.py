# SPDX-License-Identifier: Apache-2.0
"""./taara up, down, status: the whole stack on this machine, for trying it out. docs/operator/try-it.md tells the rest."""
import argparse
import os
import pathlib
import signal
import subprocess
import sys
import time

import history
import process
import say
from folder import alone, erase, prepare
from parts import GOOD_FOR, PORTS, ROOT, House, Trouble, answers, command, configure, grafana, house_in

READY_WITHIN_SECONDS = 120
BUDGET_BYTES = 512_000_000  # of the droplet, for the whole stack
GRAFANA_HINT = "Grafana is not installed, so there are no dashboards: apt.grafana.com has it (docs/operator/try-it.md). The exporter's page shows the same at a glance."


# ---- up

def wanted(arguments, folder):
    """What is asked for, and with what the folder was set up."""
    before = house_in(folder)
    house = house_in(folder) or House(folder)
    if arguments.config:
        house.config = str(pathlib.Path(arguments.config).resolve())
        if not os.access(house.config, os.R_OK):
            raise Trouble(f"{house.config} can't be read. An example with every setting: docs/operator/taara.example.yml")
    if arguments.households:
        house.households = arguments.households
    house.ports |= dict(arguments.port_of)
    if before and (before.config, before.households) != (house.config, house.households):
        raise Trouble(f"{folder} was set up with other households. ./taara down --erase begins anew; --folder keeps both.")
    return house, before


def check_ports(house, names):
    taken = []
    for name in names:
        port = house.ports[name]
        if not process.is_free(port):
            holder = process.who_holds(port) or "a program that we may not look at"
            taken.append(f"port {port} ({name}) is taken by {holder}; choose another: ./taara up --port-of {name}={port + 10000 if port < 50000 else 19999}")
    if len({house.ports[name] for name in house.names}) < len(house.names):
        taken.append("two parts were given the same port")
    if taken:
        raise Trouble("\n".join(taken))


def build(house):
    """Installs what is missing, which may ask for a password, and compiles."""
    if subprocess.run([ROOT / "taara", "deps", "--run"], check=False).returncode != 0:
        raise Trouble("not all packages are there; see above. Is there a network?")
    with say.Step("build") as step, open(house.log("build"), "wb") as log:
        child = subprocess.Popen([ROOT / "taara", "build"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            while child.poll() is None:
                step.now(last_words(house.log("build"), 1))
                time.sleep(0.2)
        finally:
            process.stop_child(child)
        if child.returncode != 0:
            raise Trouble(f"the build failed:\n{last_words(house.log('build'), 15)}\nAll of it: {house.log('build')}")
        step.done("compiled")


def last_words(path, lines):
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - 4000))
        text = file.read().decode("utf-8", "replace").rstrip().splitlines()
    return "\n".join(text[-lines:])


def start(house, name):
    with say.Step(name) as step:
        words, environment = command(house, name)
        house.log(name).unlink(missing_ok=True)
        try:
            child = process.start(house.note(name), words, house.log(name), environment)
        except FileNotFoundError as error:
            raise Trouble(f"{words[0]} is not installed. ./taara deps --run installs all that is needed.") from error
        begun = time.monotonic()
        while not answers(house, name):
            if child.poll() is not None:
                raise Trouble(f"{name} ended with code {child.returncode}:\n{last_words(house.log(name), 8)}\nAll of it: {house.log(name)}")
            if time.monotonic() - begun > READY_WITHIN_SECONDS:
                raise Trouble(f"{name} does not answer at {house.at(name)} after {READY_WITHIN_SECONDS} s. Its log: {house.log(name)}")
            step.now("waiting until it answers")
            time.sleep(0.1)
        step.done("ready")


def up(arguments, folder):
    begun = time.monotonic()
    prepare(folder)
    with alone(folder):
        house, before = wanted(arguments, folder)
        running = [name for name in PORTS if process.Note(house.note(name)).alive]
        missing = [name for name in house.names if name not in running]
        if running and before and before.ports != house.ports:
            raise Trouble("it runs already, with other ports. First: ./taara down")
        if not missing:
            print("It runs already.")
            show(house)
            return 0
        if os.geteuid() == 0:
            print("You are root: that works, but nothing of this needs it once the packages are installed.")
        check_ports(house, missing)
        started = []
        try:
            build(house)
            configure(house)
            house.keep()
            fill(house, arguments.history_days)
            for name in missing:
                started.append(name)
                start(house, name)
        except BaseException:
            give_up(house, started)
            raise
    print(f"Ready after {say.duration(time.monotonic() - begun)}.")
    show(house)
    return 0


def fill(house, days):
    with say.Step("history") as step:
        what = history.there(house)
        if what:
            step.done(f"kept: {what}")
        elif (house.folder / "prometheus").exists():
            step.done("what is there is kept")
        else:
            step.done(history.fill(house, days, step))


def give_up(house, started):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    stopped = [name for name in reversed(started) if process.Note(house.note(name)).stop()]
    print("Nothing that this call started is left running" + (f" (stopped: {', '.join(stopped)})." if stopped else "."), file=sys.stderr)


def show(house):
    print()
    rows = []
    for name in reversed(house.names):
        place = str(house.folder / "mail" / "new") if name == "mail" else house.url(name, "/")
        rows.append((name, place, GOOD_FOR[name]))
    say.table(rows)
    if not grafana():
        print(f"\n{GRAFANA_HINT}")
    look = house.url("grafana" if grafana() else "exporter", "/")
    print(f"\nTry next\n  open {look}")
    if not house.config:
        print(f"  curl -X POST '{house.url('line', '/control/topup?household=home-1&bytes=100000000000')}'\n"
              "      somebody buys 100 GB more; when the line is read next, within ten minutes, there is mail")
    where = "" if house.folder == ROOT / "run" else f" --folder {house.folder}"
    print(f"  ./taara status{where}\n  ./taara down{where}")


# ---- down, status

def down(arguments, folder):
    if not (folder / "lock").exists():
        if arguments.erase and folder.exists():
            raise Trouble(f"{folder} was not made by ./taara up, so it is not erased.")
        print(f"Nothing runs: ./taara up has not been in {folder}.")
        return 0
    with alone(folder):
        house = house_in(folder) or House(folder)
        stopped = 0
        for name in reversed(PORTS):
            note = process.Note(house.note(name))
            if note.stop():
                stopped += 1
                print(f"  stopped {name} (process {note.pid})", flush=True)
        if not stopped:
            print("Nothing of ours was running.")
        return erase(house, arguments.yes) if arguments.erase else 0


def status(_arguments, folder):
    house = house_in(folder) if folder.is_dir() else None
    if not house:
        print(f"Nothing was started in {folder} yet. ./taara up does it.")
        return 1
    rows, total, bad = [("part", "address", "process", "memory", "up", "")], 0, 0
    for name in house.names:
        note = process.Note(house.note(name))
        if not note.alive:
            bad += 1
            rows.append((name, house.at(name), "-", "-", "-", f"down; the end of its log: {house.log(name)}"))
            continue
        own, resident = note.bytes_in_memory()
        total += own or resident or 0
        good = answers(house, name)
        bad += not good
        rows.append((name, house.at(name), str(note.pid), say.size(own or resident), say.duration(note.seconds_up), "answers" if good else "does not answer"))
    say.table(rows)
    print(f"\n{say.size(total)} of memory in all; the droplet's budget is {say.size(BUDGET_BYTES)}.")
    if "grafana" not in house.names:
        print("Grafana is not installed.")
    if bad:
        print(f"{bad} of {len(house.names)} parts {'is' if bad == 1 else 'are'} not well. ./taara up starts what is missing.")
    return 1 if bad else 0


# ---- arguments

class Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"taara: {message}. See ./taara {self.prog.split()[-1]} --help.", file=sys.stderr)
        raise SystemExit(64)


def port_of(text):
    name, _, number = text.partition("=")
    if name not in PORTS or not number.isdecimal() or not 0 < int(number) < 65536:
        raise argparse.ArgumentTypeError(f"'{text}' is not PART=PORT with a part of {', '.join(PORTS)}")
    return name, int(number)


def whole(low, high):
    def parse(text):
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"'{text}' is not a number from {low} to {high}")
        return int(text)
    return parse


def parsed(words):
    commands = {"up": (up, "Starts the whole stack on this machine: a simulated line with a year of history, the exporter, Prometheus,\n"
                           "Alertmanager, a mail catcher, and Grafana where it is installed. Installs and builds what is missing."),
                "down": (down, "Stops what ./taara up started, and nothing else."),
                "status": (status, "Tells how each part is. Ends with 1 when one is down.")}
    name = words[0]
    parser = Parser(prog=f"./taara {name}", description=commands[name][1], formatter_class=argparse.RawDescriptionHelpFormatter,
                    allow_abbrev=False, epilog="More: docs/operator/try-it.md")
    parser.add_argument("--folder", metavar="DIR", default=str(ROOT / "run"), help="where all of it lives (%(default)s)")
    if name == "up":
        parser.add_argument("--config", metavar="FILE.yml", help="a real line instead of the simulated one: the exporter's configuration")
        parser.add_argument("--households", metavar="N", type=whole(1, 50), help="of the simulated line (3)")
        parser.add_argument("--history-days", metavar="N", type=whole(2, 366), default=366, help="how long the simulated past is (%(default)s)")
        parser.add_argument("--port-of", metavar="PART=PORT", type=port_of, action="append", default=[],
                            help="another port, repeatable; usual: " + ", ".join(f"{part}={port}" for part, port in PORTS.items()))
    if name == "down":
        parser.add_argument("--erase", action="store_true", help="also erase the folder with its history and messages; asks first")
        parser.add_argument("--yes", action="store_true", help="don't ask")
    arguments = parser.parse_args(words[1:])
    if name == "up" and arguments.config and arguments.households:
        parser.error("--households is of the simulated line, --config is a real one")
    return commands[name][0], arguments


def stop_asked(*_):
    raise KeyboardInterrupt


def main(words):
    function, arguments = parsed(words)
    os.umask(0o077)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_asked)
    try:
        return function(arguments, pathlib.Path(arguments.folder).absolute())
    except Trouble as trouble:
        print(f"taara: {trouble}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"taara: {error.filename or ''}: {error.strerror}. Is the disk full?", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("taara: stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
