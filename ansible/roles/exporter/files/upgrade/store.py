# SPDX-License-Identifier: Apache-2.0
"""Copies of the exporter's store, and what a newer version read into the store of an older one."""
import contextlib
import json
import os
import re
import shutil
import sqlite3

from machine import CONFIG, SCRATCH, Refused, run


def database(file, writable=False):
    return contextlib.closing(sqlite3.connect(f"file:{file}?mode={'rw' if writable else 'ro'}", uri=True, timeout=30))


def number(file, question):
    with database(file) as store:
        return store.execute(question).fetchone()[0]


def schema(file):
    return number(file, "PRAGMA user_version")


def readings(file):
    return number(file, "SELECT count(*) FROM readings")


def copy_store(source, target):
    """One moment of a store that may be in use, looked through, and whole or not there."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = target.with_suffix(".new")
    new.unlink(missing_ok=True)
    with database(source) as old, contextlib.closing(sqlite3.connect(new)) as copy:
        old.backup(copy)
        if (found := copy.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise Refused(f"the copy of the store is damaged ({found}); docs/store.md, Damage")
        copy.execute("PRAGMA journal_mode=DELETE")
    new.chmod(0o600)
    new.rename(target)


def own(store):
    """Files that root wrote are the service's again."""
    owner = store.stat()
    for file in store.glob("taara*"):
        os.chown(file, owner.st_uid, owner.st_gid)


def move_aside(store, to):
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in sorted(store.glob("taara.db*"), reverse=True):  # the log before the database: what is left opens
        shutil.move(file, to / file.name)


def only_known(history, known):
    """An export without the tables and columns that an older version would refuse."""
    return {name: [{key: value for key, value in row.items() if key in known[name]} for row in part] if name in known else part
            for name, part in history.items() if name in known or name in ("format", "version", "household")}


def config_for(folder):
    """The configuration with another place of the store, for root alone."""
    file = SCRATCH / "taara.yml"
    others = re.sub(r"(?m)^store:.*\n(?:[ \t]+.*\n)*", "", CONFIG.read_text(encoding="utf-8"))
    file.write_text(f"{others}\nstore: {{path: {folder}}}\n", encoding="utf-8")
    file.chmod(0o600)
    return f"--config.file={file}"


def take_over(newer, older, new_program, old_program):
    """What the newer version read, into a copy of the older store: exported by the one, imported by the other. What could not be."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir(mode=0o700)
    lost = []
    with database(newer / "taara.db") as new:
        names = [row[0] for row in new.execute("SELECT name FROM households ORDER BY name")]
    with database(older / "taara.db", writable=True) as old, old:
        known = {table: {row[1] for row in old.execute(f"PRAGMA table_info({table})")}
                 for table in ("state", "attempts", "readings", "cycles", "days", "hours", "raw")}
        accounts = old.execute("SELECT * FROM state").fetchall()
        old.execute("DELETE FROM state")  # so that the newer account can come
    for name in names:
        file = SCRATCH / "history.json"
        try:
            file.unlink(missing_ok=True)
            run(new_program, "export", f"--household={name}", "--format=json", f"--output={file}", config_for(newer))
            history = only_known(json.loads(file.read_text(encoding="utf-8")), known)
            for parts in (history, {key: value for key, value in history.items() if key != "state"}):
                file.write_text(json.dumps(parts), encoding="utf-8")
                try:
                    run(old_program, "import", file, config_for(older))
                    break
                except Refused:
                    if parts is not history:  # not even without the account
                        raise
        except (Refused, ValueError, OSError) as why:
            lost.append(f"{name}: {why}")
    with database(older / "taara.db", writable=True) as old:
        with old:
            there = {row[0] for row in old.execute("SELECT household FROM state")}
            for row in accounts:  # one that did not come: the old one goes on
                if row[0] not in there:
                    old.execute(f"INSERT INTO state VALUES({','.join('?' * len(row))})", row)
        old.execute("PRAGMA journal_mode=DELETE")
    shutil.rmtree(SCRATCH)
    return lost


def missing_in(store, newer):
    """How many readings of the newer store are not in this one."""
    question = "SELECT name, started FROM readings JOIN households ON households.id=household"
    with database(store) as one, database(newer) as other:
        return len(set(other.execute(question)) - set(one.execute(question)))
