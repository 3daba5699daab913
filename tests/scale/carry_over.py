# SPDX-License-Identifier: Apache-2.0
"""A real VictoriaMetrics that takes a stopped Prometheus's blocks by vmctl, as an operator would take the past along."""
import os
import pty
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

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=120) as answer:
            return answer.read().decode()

    def take(self, blocks):
        """What vmctl says. It insists on a terminal for its progress bar."""
        ours, its = pty.openpty()
        process = subprocess.Popen([victoria("vmctl"), "prometheus", "-s", f"--prom-snapshot={blocks}", f"--vm-addr={self.url}"],
                                   stdin=its, stdout=its, stderr=its)
        os.close(its)
        said = b""
        try:
            while piece := os.read(ours, 4096):
                said += piece
        except OSError:  # the terminal's other end has been closed
            pass
        os.close(ours)
        if process.wait() != 0:
            raise RuntimeError(f"vmctl ended with code {process.returncode}: {said[-2000:].decode(errors='replace')}")
        return said.decode(errors="replace")
