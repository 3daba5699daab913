# SPDX-License-Identifier: Apache-2.0
"""A name server of the ISP that says what a test wants: addresses, that there is no such name, or nothing at all."""
import ipaddress
import socket
import struct
import threading

from network import ISP

A, AAAA = 1, 28
NO_SUCH_NAME = 3


class NameServer:
    def __init__(self, isp):
        self.names = {}  # name -> addresses
        self.silent = False
        self.asked = 0

        def bound():
            opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            opened.bind((ISP, 53))
            return opened

        self._socket = isp.call(bound)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            question, client = self._socket.recvfrom(1500)
            self.asked += 1
            answer = None if self.silent else self._answer(question)
            if answer:
                self._socket.sendto(answer, client)

    def _answer(self, question):
        labels, at = [], 12
        while at < len(question) and question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode("ascii", "replace"))
            at += 1 + question[at]
        if at + 5 > len(question):
            return None
        name = ".".join(labels).lower()
        kind, = struct.unpack_from("!H", question, at + 1)
        records = [ipaddress.ip_address(text) for text in self.names.get(name, ())]
        records = [one.packed for one in records if (one.version == 4) == (kind == A) and kind in (A, AAAA)]
        code = 0 if name in self.names else NO_SUCH_NAME
        head = question[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(records), 0, 0)
        body = b"".join(struct.pack("!HHHIH", 0xC00C, kind, 1, 300, len(one)) + one for one in records)
        return head + question[12:at + 5] + body
