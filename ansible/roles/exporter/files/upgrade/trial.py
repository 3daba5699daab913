# SPDX-License-Identifier: Apache-2.0
"""A new version beside the one that runs, on a copy of the store, under the same limits."""
import pathlib
import shutil

from machine import (BESIDE, CONFIG, COPY, SCRATCH, TRIAL, UNIT, UNITS, UNPACKED, check_page, expect, field, run, say, seen,
                     wait_ready)
from store import copy_store, readings, schema

TRIAL_UNIT = """[Unit]
Description=Taara Monitor: a new version on trial
[Service]
EnvironmentFile=
ExecStartPre={program} --config.check --config.file={config}
ExecStart=
ExecStart={program} serve --standby=/var/lib/taara-standby --config.file={config} --web.listen-address=127.0.0.1:10078
Restart=no
WatchdogSec=0
TimeoutStartSec=45
StateDirectory=
StateDirectory=taara-standby
OOMScoreAdjust=800
# It asks no line; here it could not.
IPAddressDeny=any
IPAddressAllow=localhost
"""


def clean_trial():
    run("systemctl", "stop", TRIAL, code=None)
    run("systemctl", "reset-failed", TRIAL, code=None)
    (UNITS / f"{TRIAL}.service").unlink(missing_ok=True)
    for folder in (UNITS / f"{TRIAL}.service.d", COPY, SCRATCH):
        shutil.rmtree(folder, ignore_errors=True)
    pathlib.Path("/var/lib/taara-standby").unlink(missing_ok=True)
    run("systemctl", "daemon-reload")


def unpack(package):
    folder = UNPACKED / field(package, "Version")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run("dpkg-deb", "-x", package, folder)
    return folder


def try_beside(package, store, before):
    """The new version on a copy of the store, under the same limits; gone again afterwards. How it calls itself."""
    clean_trial()
    try:
        folder = unpack(package)
        copy_store(store / "taara.db", COPY / "taara.db")
        had, was = readings(COPY / "taara.db"), schema(COPY / "taara.db")
        SCRATCH.mkdir(mode=0o755)
        config = SCRATCH / "taara.yml"
        config.touch(mode=0o640)
        shutil.chown(config, "root", "taara")
        config.write_text(CONFIG.read_text(encoding="utf-8").replace(f"/run/credentials/{UNIT}.service/", f"/run/credentials/{TRIAL}.service/"),
                          encoding="utf-8")
        UNITS.mkdir(exist_ok=True)
        shutil.copy(folder / f"usr/lib/systemd/system/{UNIT}.service", UNITS / f"{TRIAL}.service")
        drops = UNITS / f"{TRIAL}.service.d"
        drops.mkdir()
        for drop in pathlib.Path(f"/etc/systemd/system/{UNIT}.service.d").glob("*.conf"):
            shutil.copy(drop, drops)
        (drops / "zz-trial.conf").write_text(TRIAL_UNIT.format(program=folder / "usr/bin/taara_exporter", config=config), encoding="utf-8")
        run("systemctl", "daemon-reload")
        run("systemctl", "start", "--no-block", TRIAL)
        wait_ready(BESIDE, TRIAL, 60)
        now = seen(BESIDE)
        check_page(now, before, "the new version")
        expect(now["store"]["status"] == "ok" and now["store"]["salvages"] == 0, f"the new version can't use a copy of the store: {now['store']}")
        expect(now["store"]["readings"] == had, f"the new version sees {now['store']['readings']} of {had} readings")
        unread = [name for name, line in now["lines"].items() if line["kept_answer"] not in ("readable", "none")]
        expect(not unread, f"the new version can't read what the line of {', '.join(unread)} last said")
        run("systemctl", "stop", TRIAL)
        now_schema = schema(COPY / "taara.db")
        expect(readings(COPY / "taara.db") == had, "the new version changed the number of readings in its copy")
        say(f"trial of {now['version']}: ready, {len(now['lines'])} households, {had} readings, store version {was} became {now_schema}, "
            f"answers: {', '.join(sorted({line['kept_answer'] for line in now['lines'].values()}))}")
        return now["version"]
    finally:
        clean_trial()
