#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Bytes of a sample on disk, in Prometheus and in VictoriaMetrics: days of real scrapes, minute by minute.

    fast_time --start 2026-01-05T00:00:00Z --grain 10 -- tests/scale/disk.py play BIN_DIR FOLDER [--households N] [--days N]
    tests/scale/disk.py weigh FOLDER

play: the simulated line, the exporter and Prometheus with our rules, a scrape a minute; time jumps over the waiting. What
Prometheus wrote is left in FOLDER/tsdb. weigh: carries those blocks to a VictoriaMetrics and weighs both. The begin must lie
in the past: VictoriaMetrics takes no samples of the future. `./taara bench scale --figures` does both.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "end_to_end"))
MINUTE, HOUR, DAY = 60, 3600, 86400


def play(binaries, folder, households, days):
    from stack import Stack

    class Usual(Stack):
        """With Prometheus's own sizes of blocks."""

        def command(self, name):
            return [word for word in super().command(name) if "block-duration" not in str(word)]

    with Usual(binaries, households=households, interval=MINUTE, line_options=("--punctual",)) as stack:
        stack.start("line", "exporter", "prometheus")
        for day in range(days):
            time.sleep(DAY)
            print(f"day {day + 1} of {days}", flush=True)
        time.sleep(5 * HOUR)  # the last hours are still in memory
        series = {name: stack.value(f"count({selector})") for name, selector in (
            ("of the exporter, for households", '{job="taara",household!=""}'), ("of the exporter, for itself", '{job="taara",household=""}'),
            ("made by rules, for households", '{job="",household!=""}'), ("made by rules, other", '{job="",household=""}'))}
        stack.stop("prometheus")
        shutil.copytree(stack.folder / "tsdb", folder / "tsdb", dirs_exist_ok=True)
    (folder / "series.json").write_text(json.dumps({"households": households, "days": days, "series": series}))


def blocks(folder):
    for meta in sorted(folder.glob("tsdb/*/meta.json")):
        size = sum(file.stat().st_size for file in meta.parent.rglob("*") if file.is_file())
        yield json.loads(meta.read_text()), size


def in_victoria_metrics(folder):
    """(samples, bytes of data, bytes of index) once it has merged all."""
    sys.path.insert(0, str(HERE))
    from carry_over import Victoria
    with Victoria(folder / "victoria", "-retentionPeriod=10y") as victoria:
        victoria.take(folder / "tsdb")
        victoria.get("/internal/force_flush")
        victoria.get("/internal/force_merge")
        time.sleep(3)
        page = victoria.get("/metrics")
    rows = sum(float(value) for value in re.findall(r'(?m)^vm_rows\{type="storage/[^"]+"\} (\S+)$', page))
    data, index = (sum(float(value) for value in re.findall(rf'(?m)^vm_data_size_bytes\{{type="{kind}/[^"]+"\}} (\S+)$', page))
                   for kind in ("storage", "indexdb"))
    return rows, data, index


def weigh(folder):
    played = json.loads((folder / "series.json").read_text())
    print(f"{played['households']} households, {played['days']} days, a scrape and an evaluation of the rules a minute")
    for name, number in played["series"].items():
        print(f"  series {name}: {number or 0:.0f}")
    samples = size = 0
    for meta, bytes_of_block in blocks(folder):
        stats = meta["stats"]
        hours = (meta["maxTime"] - meta["minTime"]) / 3.6e6
        print(f"  block of {hours:4.0f} h: {stats['numSamples']:9} samples, {stats['numSeries']:6} series, {bytes_of_block / stats['numSamples']:.3f} bytes a sample")
        samples, size = samples + stats["numSamples"], size + bytes_of_block
    print(f"Prometheus: {samples} samples, {size / samples:.3f} bytes each, index included")
    rows, data, index = in_victoria_metrics(folder)
    print(f"VictoriaMetrics: {rows:.0f} samples, {data / rows:.3f} bytes each, and {index / rows:.3f} of index")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    deeds = options.add_subparsers(dest="deed", required=True)
    playing = deeds.add_parser("play")
    playing.add_argument("binaries", type=pathlib.Path)
    playing.add_argument("folder", type=pathlib.Path)
    playing.add_argument("--households", type=int, default=10)
    playing.add_argument("--days", type=int, default=3)
    deeds.add_parser("weigh").add_argument("folder", type=pathlib.Path)
    given = options.parse_args()
    if given.deed == "play":
        play(given.binaries, given.folder.resolve(), given.households, given.days)
    else:
        weigh(given.folder.resolve())


if __name__ == "__main__":
    main()
