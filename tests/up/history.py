# SPDX-License-Identifier: Apache-2.0
"""A past for a stack that begins: into the exporter's store and into Prometheus, before they start."""
import json
import queue
import shutil
import subprocess
import threading
import time

import process
import recorded
from parts import BINARIES, SEED, Trouble, run

DAY = 86400
NO_STORE = 73  # taara_exporter export: there is no store yet
ALL_METRICS_DAYS = 35  # a cycle and the start of the one before it; older than that the main metrics only
# Largest need while it works: pages of the newest weeks, and what comes of them.
BYTES_NEEDED, BYTES_NEEDED_PER_HOUSEHOLD = 200_000_000, 250_000_000


def there(house):
    """Whether a past is there, in words; None when there is none. What an interrupted call left is taken away."""
    if (house.folder / "history.filling").exists():
        forget(house)
    if (house.folder / "history.json").exists():
        return json.loads((house.folder / "history.json").read_text(encoding="utf-8"))["what"]
    return None


def forget(house):
    for name in ("store", "prometheus", "pages"):
        if house.config is None or name != "store":
            shutil.rmtree(house.folder / name, ignore_errors=True)
    (house.folder / "history.filling").unlink(missing_ok=True)


def fill(house, days, step):
    """Whole or not at all. Returns what is there now, in words."""
    needed = BYTES_NEEDED + (0 if house.config else BYTES_NEEDED_PER_HOUSEHOLD * house.households)
    free = shutil.disk_usage(house.folder).free
    if free < needed:
        raise Trouble(f"{house.folder} has {free / 1e6:.0f} MB free and {needed / 1e6:.0f} MB are needed. Make room, or choose another disk with --folder.")
    filling, pages = house.folder / "history.filling", house.folder / "pages"
    filling.touch()
    try:
        pages.mkdir()
        (house.folder / "prometheus").mkdir(exist_ok=True)
        what = from_store(house, pages, step) if house.config else simulated(house, days, pages, step)
        (house.folder / "history.json").write_text(json.dumps({"what": what}) + "\n", encoding="utf-8")
        shutil.rmtree(pages)
        filling.unlink()
    except BaseException:
        forget(house)
        raise
    return what


def into_prometheus(house, page):
    run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=500h", "--quiet", page, house.folder / "prometheus"],
        f"promtool could not make blocks of {page.name}")
    page.unlink()


class Blocks:
    """Makes blocks for Prometheus beside the work that writes the pages: the second core has nothing else to do."""

    def __init__(self, house):
        self.house, self.pages, self.failure = house, queue.Queue(), None
        self.thread = threading.Thread(target=self.work, daemon=True)

    def work(self):
        while page := self.pages.get():
            try:
                if self.failure is None:
                    into_prometheus(self.house, page)
            except (Trouble, OSError) as error:
                self.failure = error

    def check(self):
        if self.failure:
            raise self.failure

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            self.failure = self.failure or Trouble("stopped")
        self.pages.put(None)
        while self.thread.is_alive():
            self.thread.join(0.2)


def simulated(house, days, pages, step):
    now = int(time.time())
    command = [BINARIES / "taara_line_past", "--config", house.exporter_config, "--openmetrics", pages, "--instance", house.at("exporter"),
               "--households", house.households, "--seed", SEED, "--from", now - days * DAY, "--to", now,
               "--full-from", max(now - ALL_METRICS_DAYS * DAY, now - days * DAY)]
    with Blocks(house) as blocks, open(house.log("past"), "wb") as log:
        child = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
                                 start_new_session=True)
        try:
            for line in child.stdout:
                blocks.check()
                word, _, file = line.strip().partition(" ")
                if word == "whole":
                    blocks.pages.put(pages / file.rpartition("/")[2])
                else:
                    step.now(f"{line.strip()} of {days} days lived through")
            if child.wait() != 0:
                raise Trouble(f"the past could not be lived through: {house.log('past').read_text(encoding='utf-8', errors='replace').strip()[-1000:]}")
        finally:
            process.stop_child(child)
            child.stdout.close()
        while blocks.pages.qsize() > 0:
            step.now("into Prometheus")
            time.sleep(0.2)
    blocks.check()
    for page in recorded.write(house, pages, days, ALL_METRICS_DAYS, now, step):
        step.now("what would have been recorded, into Prometheus")
        into_prometheus(house, page)
    return f"{days} days of {house.households} simulated households"


def from_store(house, pages, step):
    """A real line: what its store remembers, if it does."""
    import yaml  # pylint: disable=import-outside-toplevel # comes with ./taara deps

    with open(house.config, encoding="utf-8") as file:
        names = [one["name"] for one in yaml.safe_load(file)["households"]]
    remembered = []
    for name in names:
        step.now(f"what is stored about {name}")
        page = pages / f"{name}.om"
        done = subprocess.run([BINARIES / "taara_exporter", "export", f"--config.file={house.config}", f"--household={name}",
                               "--format=openmetrics", f"--output={page}"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode == NO_STORE:
            continue
        if done.returncode != 0:
            raise Trouble(f"what is stored about {name} can't be read: {done.stderr.strip()}")
        text = page.read_text(encoding="utf-8")
        if "{household=" in text:
            page.write_text(text.replace("{household=", f'{{instance="{house.at("exporter")}",job="taara",household='), encoding="utf-8")
            into_prometheus(house, page)
            remembered.append(name)
    return f"what the store remembered of {', '.join(remembered)}" if remembered else "nothing is stored yet"
