# SPDX-License-Identifier: Apache-2.0
"""Brings another version of the exporter, or goes back, on the machine itself, so that a lost connection stops nothing.

    python3 /usr/local/lib/taara/upgrade to PACKAGE.deb   tries it beside the running one on a copy of the store, then
                                                          puts it in its place
    python3 /usr/local/lib/taara/upgrade back             the version before, with everything that was read since
    python3 /usr/local/lib/taara/upgrade --store DIR …    where the exporter's store is [/var/lib/taara]

Example
    python3 /usr/local/lib/taara/upgrade to /var/cache/taara/taara-exporter_0.2.0_amd64.deb

Until the trial is over nothing of the running exporter is touched. When a check after the switch fails it goes back by
itself. It can be run again after any interruption. Ends with 0 when it is done, 1 when it is not: the last line says
why, what to do, and what was changed. Run by upgrade.yml and rollback.yml; docs/operator/upgrade.md tells more.
"""
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time

from machine import (KEPT, LIVE, PACKAGES, UNIT, UNITS, UNPACKED, Refused, check_page, expect, field, get, installed, package_of, run,
                     say, seen, show, wait_ready)
from store import copy_store, missing_in, move_aside, own, readings, schema, take_over
from trial import try_beside, unpack

# Of programs, files, stores, and answers that are not as they should be.
FAILURES = (Refused, OSError, ValueError, KeyError, sqlite3.Error, subprocess.SubprocessError)


def note(**values):
    KEPT.mkdir(mode=0o700, exist_ok=True)
    new = KEPT / "last.json.new"
    new.write_text(json.dumps(values, indent=1), encoding="utf-8")
    new.rename(KEPT / "last.json")


def noted():
    try:
        return json.loads((KEPT / "last.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def short_patience():
    """A version that hangs at its start may not hold the package's own scripts up for minutes."""
    drops = UNITS / f"{UNIT}.service.d"
    drops.mkdir(parents=True, exist_ok=True)
    (drops / "zz-upgrade.conf").write_text("[Service]\nTimeoutStartSec=30\n", encoding="utf-8")
    run("systemctl", "daemon-reload")
    try:
        yield
    finally:
        shutil.rmtree(drops)
        run("systemctl", "daemon-reload")


def put_in_place(package):
    with short_patience():
        run("dpkg", "--force-confold", "-i", package, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
        run("systemctl", "reset-failed", UNIT, code=None)
        run("systemctl", "start", "--no-block", UNIT)
        wait_ready(LIVE, UNIT, 45)


def go_back(last, store):
    """From last['to'] to last['from']. Whatever an earlier try did already is not done twice."""
    old_package = pathlib.Path(last["package"])
    expect(old_package.exists(), f"{old_package}, the package of {last['from']}, is gone; put it there and run this again. Nothing was changed")
    note(**last | {"phase": "going back"})
    run("systemctl", "stop", UNIT)
    live, before, newer = store / "taara.db", KEPT / "before.db", KEPT / f"store-of-{last['to']}"
    words = "the store stays as it is"
    if not (live.exists() and before.exists() and schema(live) == schema(before)):
        expect(before.exists(), f"the copy of the store {before} is gone, and version {last['from']} can't read the store of {last['to']}; "
                                "docs/store.md, Backup. The exporter is stopped")
        merged = KEPT / "merged"
        shutil.rmtree(merged, ignore_errors=True)
        merged.mkdir(mode=0o700)
        shutil.copy2(before, merged / "taara.db")
        source = store if live.exists() else newer
        new_package = package_of(last["to"])
        old_program = unpack(old_package) / "usr/bin/taara_exporter"
        new_program = unpack(new_package) / "usr/bin/taara_exporter" if new_package else pathlib.Path("/usr/bin/taara_exporter")
        lost = take_over(source, merged, new_program, old_program)
        missing = missing_in(merged / "taara.db", source / "taara.db")
        if live.exists():
            for other in KEPT.glob("store-of-*"):  # one is kept
                shutil.rmtree(other)
            move_aside(store, newer)
        shutil.copy2(merged / "taara.db", store / "taara.db.part")
        (store / "taara.db.part").rename(live)
        own(store)
        shutil.rmtree(merged)
        words = f"the store is the one from before the upgrade with what was read since: {readings(live)} readings"
        if missing:
            words += f"; {missing} READINGS COULD NOT BE TAKEN OVER and are in {newer}: {'; '.join(lost)[-800:]}"
    put_in_place(old_package)
    note(**last | {"phase": "back"})
    shutil.rmtree(UNPACKED, ignore_errors=True)
    return words


def check_after(now, before, version):
    check_page(now, before, "the new version")
    expect(now["version"] == version, f"version {now['version']} answers, not {version}")
    worse = [name for name, up in before["up"].items() if up == "1" and now["up"].get(name) != "1"]
    expect(not worse, f"the line of {', '.join(worse)} was read before and is not any more")
    expect(now["store"]["status"] == "ok" and now["store"]["readings"] >= before["store"]["readings"] and
           now["store"]["salvages"] == 0, f"readings are missing: {now['store']}, before: {before['store']}")
    pace = json.loads(get(f"{LIVE}/api/v1/preferences"))["data"]["polling"]["min_interval_seconds"]
    for name, due in now["next"].items():
        read = now["read"].get(name)  # a login and its retries lie between the start of a poll and its answer
        expect(read is None or float(due) >= float(read) + pace - 30, f"the line of {name} would be asked before it is due")


def to(package, store):
    begun = time.monotonic()
    new = field(package, "Version")
    expect(field(package, "Package") == UNIT, f"{package} is no package of {UNIT}. Nothing was changed")
    earlier = last = noted()
    if last and last["phase"] == "stopping":
        say("an earlier run stopped the exporter and no more; it is started again")
        run("systemctl", "start", UNIT)
        wait_ready(LIVE, UNIT, 45)
    elif last and last["phase"] in ("switching", "going back"):
        say(f"an earlier run ended in the middle of {last['phase']}; first back to {last['from']}")
        say(f"back at {last['from']}: {go_back(last, store)}")
    old = installed()
    expect(old, f"{UNIT} is not installed here; site.yml does that. Nothing was changed")
    if new == old:
        say(f"{new} is installed already; nothing to do, nothing was changed")
        return
    expect(subprocess.run(["dpkg", "--compare-versions", new, "gt", old], check=False).returncode == 0,
           f"exporter_package has version {new}, older than {old}, which runs; rollback.yml goes back. Nothing was changed")
    old_package = package_of(old)
    expect(old_package, f"the package of {old}, which runs, is not in {PACKAGES}: without it there is no way back. Put it there and run "
                        "this again. Nothing was changed")
    try:
        before = seen(LIVE)
    except (OSError, ValueError, KeyError) as why:
        raise Refused(f"the exporter that runs doesn't answer at {LIVE} ({why}); journalctl -u {UNIT} says why. Mend that first. "
                      "Nothing was changed") from why
    size = sum(file.stat().st_size for file in store.glob("taara.db*"))
    for place in (pathlib.Path("/opt"), pathlib.Path("/var/lib")):
        expect(shutil.disk_usage(place).free > 4 * size + 100_000_000,
               f"the disk of {place} has {shutil.disk_usage(place).free // 1_000_000} MB free, {(4 * size + 100_000_000) // 1_000_000} "
               "are needed. Nothing was changed")
    try:
        run("apt-get", "-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=60", "satisfy", field(package, "Depends"),
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
        calls_itself = try_beside(package, store, before)
    except FAILURES as why:
        shutil.rmtree(UNPACKED, ignore_errors=True)
        raise Refused(f"{new} was not taken: {why}\n{old} runs on as before; it did not notice. Nothing was changed but "
                      "libraries that the package wants") from why
    before = seen(LIVE)
    last = {"from": old, "to": new, "package": str(old_package), "phase": "switching"}
    stopped = time.monotonic()
    try:
        note(**last | {"phase": "stopping"})
        run("systemctl", "stop", UNIT)
        copy_store(store / "taara.db", KEPT / "before.db")
        note(**last)
        put_in_place(package)
        away = time.monotonic() - stopped
        check_after(seen(LIVE), before, calls_itself)
        runs = show("MainPID")
        time.sleep(10)
        expect(show("MainPID") == runs and show("ActiveState") == "active", "the new version did not keep running")
        check_after(seen(LIVE), before, calls_itself)
    except FAILURES as why:
        if noted() != last:
            if earlier:
                note(**earlier)
            else:
                (KEPT / "last.json").unlink(missing_ok=True)
            run("systemctl", "start", UNIT)
            raise Refused(f"{new} was not taken: {why}\n{old} runs again; nothing was changed") from why
        words = go_back(last, store)
        away = time.monotonic() - stopped
        check_page(seen(LIVE), before, old)
        raise Refused(f"{new} was put in place and failed: {why}\n{old} runs again, {words}. The exporter did not answer for up to "
                      f"{away:.0f} s, the whole took {time.monotonic() - begun:.0f} s") from why
    note(**last | {"phase": "done"})
    shutil.rmtree(UNPACKED, ignore_errors=True)
    say(f"{new} runs in place of {old}. The exporter did not answer for {away:.1f} s, the whole took {time.monotonic() - begun:.0f} s. "
        f"{old} and its store are kept: rollback.yml goes back")


def back(store):
    begun = time.monotonic()
    last = noted()
    expect(last, f"no upgrade was made here by upgrade.yml, so there is nothing to go back to. Packages in {PACKAGES}: "
                 f"{', '.join(sorted(file.name for file in PACKAGES.glob('*.deb'))) or 'none'}. Nothing was changed")
    if last["phase"] == "back":
        say(f"{last['from']} runs already; nothing to do, nothing was changed")
        return
    before = noted_page()
    words = go_back(last, store)
    now = seen(LIVE)
    if before:
        check_page(now, before, last["from"])
    say(f"{last['from']} runs in place of {last['to']}, {words}. The whole took {time.monotonic() - begun:.0f} s. Name its package, "
        f"{pathlib.Path(last['package']).name}, in exporter_package")


def noted_page():
    """What runs now shows; nothing where it doesn't run, which may be why somebody goes back."""
    try:
        return seen(LIVE)
    except (OSError, ValueError, KeyError):
        return None


def main(words):
    if not words or {"-h", "--help"} & set(words):
        print(__doc__.strip())
        return 0
    store = pathlib.Path("/var/lib/taara")
    if words[0] == "--store" and len(words) > 1:
        store, words = pathlib.Path(words[1]), words[2:]
    if not (len(words) == 2 and words[0] == "to" or words == ["back"]):
        print("upgrade: to PACKAGE.deb, or back; --help shows how", file=sys.stderr)
        return 64
    try:
        with open("/run/taara-upgrade.lock", "w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as why:
                raise Refused("another run is under way on this machine; wait for its end. Nothing was changed") from why
            if words[0] == "to":
                to(pathlib.Path(words[1]), store.resolve())
            else:
                back(store.resolve())
    except FAILURES as why:
        say(f"upgrade: {why}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
