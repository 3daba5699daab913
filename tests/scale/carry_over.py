# SPDX-License-Identifier: Apache-2.0
"""A real VictoriaMetrics that takes the past of a Prometheus along, by promtool and its own import.

Not by vmctl, which is made for that: the one of 1.79 left out 6 of 1068 series of compacted blocks, and said nothing."""
import json
import re
import subprocess
import urllib.request

from fleet import free_ports, victoria, wait_until


class Victoria:
    """Use as a context; what is below `folder` is its own."""

    def __init__(self, folder, *flags):
        self.folder, self.flags = folder, flags

    def __enter__(self):
        here = f"127.0.0.1:{free_ports(1)[0]}"
        self.url = f"http://{here}"
        self.process = subprocess.Popen([victoria("victoria-metrics"), f"-httpListenAddr={here}", f"-storageDataPath={self.folder}",
                                         "-search.latencyOffset=0s", "-loggerLevel=WARN", *self.flags], stderr=subprocess.DEVNULL)
        try:
            wait_until("VictoriaMetrics to answer", lambda: self.get("/health"), 60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def get(self, path, data=None):
        with urllib.request.urlopen(self.url + path, data, timeout=120) as answer:
            return answer.read().decode()

    def take(self, blocks):
        """All samples of the folder of a Prometheus that is stopped; how many."""
        with subprocess.Popen(["promtool", "tsdb", "dump", str(blocks)], stdout=subprocess.PIPE, text=True) as dump:
            taken = self.import_lines(dump.stdout)
        if dump.returncode != 0:
            raise RuntimeError(f"promtool could not read {blocks}")
        self.get("/internal/force_flush")
        return taken

    def import_lines(self, lines):
        """Of promtool's dump, which has each series in one piece; how many samples there were."""
        labels, times, values, taken = None, [], [], 0
        pending = []

        def hand_over():
            if pending:
                self.get("/api/v1/import", "\n".join(pending).encode())
                pending.clear()

        def close_series():
            if not times:
                return
            metric = {name: json.loads(f'"{text}"') for name, text in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels)}
            pending.append(json.dumps({"metric": metric, "values": values, "timestamps": times}))
            if len(pending) >= 50:
                hand_over()

        for line in lines:
            series, _, rest = line.rpartition("} ")
            if series != labels:
                close_series()
                labels, times, values = series, [], []
            value, moment = rest.split()
            times.append(int(moment))
            values.append(float(value))
            taken += 1
        close_series()
        hand_over()
        return taken
