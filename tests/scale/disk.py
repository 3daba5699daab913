#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Bytes of a sample on disk, in Prometheus and in VictoriaMetrics: days of real scrapes, minute by minute.

    fast_time --start 2040-01-02T00:00:00Z --grain 10 -- tests/scale/disk.py BIN_DIR [--households N] [--days N]

Real: the exporter, Prometheus with our rules and a scrape a minute, VictoriaMetrics, which takes Prometheus's blocks over.
Simulated: the line; and time, which jumps over the waiting. `./taara bench scale --figures` runs it.
"""
import argparse
import json
import pathlib
import re
import shutil
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "end_to_end")]

from carry_over import Victoria  # noqa: E402
from stack import Stack  # noqa: E402

MINUTE, HOUR, DAY = 60, 3600, 86400


class Usual(Stack):
    """With Prometheus's own sizes of blocks."""

    def command(self, name):
        return [word for word in super().command(name) if "block-duration" not in str(word)]


def play(binaries, folder, households, days):
    """Prometheus's blocks are in `folder` then; how many series there are of which kind."""
    with Usual(binaries, households=households, interval=MINUTE, line_options=("--punctual",)) as stack:
        stack.start("line", "exporter", "prometheus")
        for day in range(days):
            time.sleep(DAY)
            print(f"day {day + 1} of {days}", flush=True)
        time.sleep(5 * HOUR)  # the last hours are still in memory
        series = {name: stack.value(f"count({selector})") for name, selector in (
            ("of the exporter, for households", '{job="taara",household!=""}'), ("of the exporter, for itself", '{job="taara",household=""}'),
            ("made by rules, for households", '{job="",household!=""}'), ("made by rules, other", '{__name__=~".+",job="",household=""}'))}
        stack.stop("prometheus")
        shutil.copytree(stack.folder / "tsdb", folder / "tsdb")
    return series


def blocks(folder):
    for meta in sorted(folder.glob("tsdb/*/meta.json")):
        size = sum(file.stat().st_size for file in meta.parent.rglob("*") if file.is_file())
        yield json.loads(meta.read_text()), size


def in_victoria_metrics(folder):
    """(samples, bytes of data, bytes of index) once it has merged all."""
    with Victoria(folder / "victoria", "-retentionPeriod=10y") as victoria:
        victoria.take(folder / "tsdb")
        victoria.get("/internal/force_merge")
        time.sleep(3)
        page = victoria.get("/metrics")
    rows = sum(float(value) for value in re.findall(r'(?m)^vm_rows\{type="storage/[^"]+"\} (\S+)$', page))
    data, index = (sum(float(value) for value in re.findall(rf'(?m)^vm_data_size_bytes\{{type="{kind}/[^"]+"\}} (\S+)$', page))
                   for kind in ("storage", "indexdb"))
    return rows, data, index


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("binaries", type=pathlib.Path)
    options.add_argument("--households", type=int, default=10)
    options.add_argument("--days", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="taara-disk-") as folder:
        folder = pathlib.Path(folder)
        series = play(given.binaries, folder, given.households, given.days)
        print(f"{given.households} households, {given.days} days, a scrape and an evaluation of the rules a minute")
        for name, number in series.items():
            print(f"  series {name}: {number or 0:.0f}")
        samples = size = 0
        for meta, bytes_of_block in blocks(folder):
            stats = meta["stats"]
            hours = (meta["maxTime"] - meta["minTime"]) / 3.6e6
            print(f"  block of {hours:4.0f} h: {stats['numSamples']:9} samples, {stats['numSeries']:6} series, "
                  f"{bytes_of_block / stats['numSamples']:.3f} bytes a sample")
            samples, size = samples + stats["numSamples"], size + bytes_of_block
        print(f"Prometheus: {samples} samples, {size / samples:.3f} bytes each, index included", flush=True)
        rows, data, index = in_victoria_metrics(folder)
        print(f"VictoriaMetrics: {rows:.0f} samples, {data / rows:.3f} bytes each, and {index / rows:.3f} of index")


if __name__ == "__main__":
    main()
