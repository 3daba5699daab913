# SPDX-License-Identifier: Apache-2.0
"""What goes over the wire, byte for byte, as somebody in between would see it."""
import contextlib
import socket
import threading

ALL_PROTOCOLS = 0x0003
LONGEST_FRAME = 65535


class Packets:
    """Use as a context: listens until its end."""

    def __init__(self, interface):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
        self.socket.bind((interface, 0))
        self.socket.settimeout(0.2)
        self.frames, self.over = [], threading.Event()
        self.thread = threading.Thread(target=self._listen, daemon=True)

    def _listen(self):
        while not self.over.is_set():
            with contextlib.suppress(TimeoutError):
                self.frames.append(self.socket.recv(LONGEST_FRAME))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.socket.close()

    def all(self):
        """Everything so far. A secret that is cut in two by a packet's end would be missed; a login fits in one."""
        return b"".join(self.frames)
