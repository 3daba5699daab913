# SPDX-License-Identifier: Apache-2.0
"""A Chromium without a window, steered over a pipe by its own protocol (no port, no driver, no library)."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE = 60  # seconds for one answer: a busy machine starts a browser slowly


def find_chromium():
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


class Browser:
    def __init__(self, program):
        self.profile = tempfile.TemporaryDirectory(prefix="taara-chromium-", ignore_cleanup_errors=True)
        # Chromium reads what it is told from descriptor 3 and answers on 4; far ones first, so that none is in the way.
        theirs_in, self.to = os.pipe()
        self.come, theirs_out = os.pipe()
        far_in, far_out = (os.dup2(theirs_in, 103), os.dup2(theirs_out, 104))
        os.close(theirs_in), os.close(theirs_out)

        def place():
            os.dup2(far_in, 3)
            os.dup2(far_out, 4)

        flags = ["--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run", "--disable-extensions",
                 "--disable-background-networking", "--disable-component-update", "--force-color-profile=srgb",
                 f"--user-data-dir={self.profile.name}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium refuses root otherwise; it is only shown pages of our own
        self.process = subprocess.Popen([program, *flags, "about:blank"], stdin=subprocess.DEVNULL, pass_fds=(3, 4),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=place)
        os.close(far_in), os.close(far_out)
        self.held = b""
        self.number = 0
        self.events = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Log", "Network"):
            self.ask(part + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.to)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.come)
        self.profile.cleanup()

    def _message(self, until):
        while b"\0" not in self.held:
            ready, _, _ = select.select([self.come], [], [], max(0.0, until - time.monotonic()))
            piece = os.read(self.come, 1 << 20) if ready else b""
            if not piece:
                raise RuntimeError("Chromium gave no answer")
            self.held += piece
        message, self.held = self.held.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if hasattr(self, "session"):
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            said = self._message(until)
            if said.get("id") == self.number:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']}")
                return said["result"]
            self.events.append(said)

    def open(self, url, width, height, scheme):
        """Loads a page and gives what went wrong while it did: messages of the console, refused or failed requests."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events.clear()
        self.ask("Page.navigate", url=url)
        until = time.monotonic() + PATIENCE
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._message(until))
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return [fault for event in self.events if (fault := self._fault(event, url))]

    @staticmethod
    def _fault(event, url):
        method, told = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            return "exception: " + told["exceptionDetails"]["text"]
        if method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning"):
            return "console: " + json.dumps(told["args"])[:300]
        # That a page is 404 is what one of the tests wants.
        if method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning") and told["entry"].get("url") != url:
            return "log: " + told["entry"]["text"]
        if method == "Network.requestWillBeSent" and told["request"]["url"] != url \
                and not told["request"]["url"].startswith("data:"):
            return "asks for " + told["request"]["url"]
        return None

    def evaluate(self, expression):
        said = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in said:
            raise RuntimeError(str(said["exceptionDetails"])[:500])
        return said["result"].get("value")

    def picture(self, path, whole):
        said = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(said["data"]))
