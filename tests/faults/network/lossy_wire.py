# SPDX-License-Identifier: Apache-2.0
"""A second way to the ISP, over two TUN devices and this program between them: it loses packets, delays them, lets them
overtake each other, and is as slow as a modem. TCP itself, of the kernel, has to cope with that."""
import fcntl
import heapq
import os
import random
import select
import struct
import threading
import time

from network import run

HOUSE_END, ISP_END = "198.51.100.1", "198.51.100.2"
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
MOST_QUEUED_SECONDS = 4.0  # what would wait longer is lost, as in a router


def _open_device():
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"lossy", IFF_TUN | IFF_NO_PI))
    return device


class LossyWire:
    """Use as a context."""

    def __init__(self, network, *, loss, delay_seconds, reordered, bits_per_second, seed):
        self.loss, self.delay, self.reordered, self.rate = loss, delay_seconds, reordered, bits_per_second
        self.chance = random.Random(seed)
        self.passed = self.lost = self.overtaken = 0
        self._house, self._isp = _open_device(), network.isp.call(_open_device)
        for runs, own, other in ((run, HOUSE_END, ISP_END), (network.isp.run, ISP_END, HOUSE_END)):
            runs("ip", "address", "add", own, "peer", other, "dev", "lossy")
            runs("ip", "link", "set", "lossy", "mtu", "1400", "up")
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._forward, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        os.write(self._stop_write, b".")
        self._thread.join()
        for descriptor in (self._house, self._isp, self._stop_read, self._stop_write):
            os.close(descriptor)  # the devices go with them

    def _forward(self):
        queue = []  # when, number, where to, packet
        free = {self._house: 0.0, self._isp: 0.0}  # when each direction has sent what it has
        others = {self._house: self._isp, self._isp: self._house}
        number = 0
        while True:
            now = time.monotonic()
            while queue and queue[0][0] <= now:
                _, _, target, packet = heapq.heappop(queue)
                os.write(target, packet)
                self.passed += 1
            wait = max(0.0, queue[0][0] - now) if queue else None
            readable, _, _ = select.select([self._stop_read, *others], [], [], wait)
            if self._stop_read in readable:
                return
            for source in readable:
                packet = os.read(source, 2048)
                if packet[0] >> 4 != 4:  # neighbour discovery of IPv6
                    continue
                now = time.monotonic()
                begins = max(now, free[source])
                if self.chance.random() < self.loss or begins - now > MOST_QUEUED_SECONDS:
                    self.lost += 1
                    continue
                free[source] = begins + len(packet) * 8 / self.rate
                arrives = free[source] + self.delay
                if self.chance.random() < self.reordered:
                    arrives += self.chance.uniform(0.05, 0.6)
                    self.overtaken += 1
                number += 1
                heapq.heappush(queue, (arrives, number, others[source], packet))
