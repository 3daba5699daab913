# SPDX-License-Identifier: Apache-2.0
"""What every case of the network has in common: the network as it should be before it, and what must hold after it."""
import contextlib
import pathlib
import signal
import sys
import time
import unittest

from name_server import NameServer
from network import ISP, Network
from parts import CANARY, LINE_NAME, House, Line

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "web"))
from house import Authority, eventually  # noqa: E402

LONGEST_PAGE_SECONDS = 0.25
POLL_BUDGET_SECONDS = 60 + 30  # no request starts later than 60 s after its poll, and none takes longer than 30
_shared = {}


def shared():
    """The network of this process, made once: network, name server, authority, the line's certificate."""
    if not _shared:
        network = Network()
        authority = Authority(network.folder, "line-ca", days=400)
        _shared.update(network=network, names=NameServer(network.isp), authority=authority,
                       other=Authority(network.folder, "other-ca", days=400), pair=authority.sign("line", f"DNS:{LINE_NAME}"))
    return _shared


class NetworkCase(unittest.TestCase):
    def setUp(self):
        self.network, self.names = shared()["network"], shared()["names"]
        self.authority, self.other, self.pair = shared()["authority"], shared()["other"], shared()["pair"]
        self.network.reset()
        self.names.silent, self.names.names, self.names.asked = False, {LINE_NAME: [ISP]}, 0

    @contextlib.contextmanager
    def line(self, *options, pair=None, address=ISP):
        line = Line(self.network, pair or self.pair, *options, address=address)
        try:
            yield line
        finally:
            line.stop()

    @contextlib.contextmanager
    def house(self, authority="the line's", stops_within=2.0, **more):
        """An exporter at work. At its end: what must hold whatever happened (faults.md: L1, L2, L4, L5)."""
        strangers = self.network.packets_to_strangers()
        house = House(self.authority if authority == "the line's" else authority, **more)
        with house:
            yield house
            self.assertIsNone(house.process.poll(), house.log())
            page = self.quick_page(house)
            self.assertEqual(page.samples["taara_store_pending_readings"], 0)
            stored = len(house.readings())
            self.assertTrue(page.polls() <= stored <= house.page().polls(), "every poll is stored, once")
            self.assertTrue(house.is_sound())
            self.look_for_secrets(house, page)
            self.assertEqual(self.network.packets_to_strangers(), strangers, "it spoke to nobody but the line and its name server")
            begun = time.monotonic()
            house.process.send_signal(signal.SIGTERM)
            self.assertTrue(eventually(lambda: house.process.poll() is not None, stops_within), "it must stop")
            self.assertLess(time.monotonic() - begun, stops_within)
        self.assertEqual(house.code, 0, house.last_log)

    def quick_page(self, house):
        """The page, in time (L5). What holds it up does so again; a busy machine seldom does three times."""
        pages = [house.page()]
        while pages[-1].took >= LONGEST_PAGE_SECONDS and len(pages) < 3:
            pages.append(house.page())
        self.assertLess(pages[-1].took, LONGEST_PAGE_SECONDS)
        return pages[-1]

    def look_for_secrets(self, house, page):
        folder = pathlib.Path(f"/proc/{house.process.pid}")
        places = {"log": house.log().encode(), "page": page.text.encode(), "arguments": (folder / "cmdline").read_bytes(),
                  "environment": (folder / "environ").read_bytes()}
        places.update((str(path), path.read_bytes()) for path in (house.folder / "store").iterdir())
        for place, content in places.items():
            self.assertNotIn(CANARY.encode(), content, place)

    def reads_well(self, house, line, polls, longest=30):
        """The page after so many polls, the last of which told what the line says."""
        page = house.polled(polls, longest)
        self.assertEqual(page.of("taara_up"), 1, house.log())
        self.assertEqual(page.of("taara_used_bytes"), line.state()["plan"]["used"])
        self.assertAlmostEqual(page.of("taara_reading_timestamp_seconds"), time.time(), delta=longest)
        return page

    def fails(self, house, before, kinds, longest=POLL_BUDGET_SECONDS):
        """Waits for the next poll, which must fail in one of these ways, once, and change nothing that was measured (L3).
        The page is asked while it is under way, too (L5)."""
        due = before.of("taara_next_poll_timestamp_seconds")
        time.sleep(max(0.0, due - time.time()))
        stored = house.readings()
        begun = time.time()
        self.quick_page(house)
        time.sleep(0.5)
        self.quick_page(house)
        page = house.polled(before.polls() + 1, longest + 2)
        self.assertLess(time.time() - begun, longest + 2)
        self.check_failure(house, before, page, kinds)
        if before.of("taara_up") is not None and before.held():
            self.assertEqual(page.held(), before.held())
        self.assertEqual(house.readings()[:len(stored)], stored, "what is stored stays as it was")
        return page

    def check_failure(self, house, before, page, kinds):
        self.assertEqual(page.polls(), (before.polls() if before else 0) + 1)
        old, new = before.errors() if before else {}, page.errors()
        risen = {kind: count - old.get(kind, 0) for kind, count in new.items() if count != old.get(kind, 0)}
        self.assertEqual(sum(risen.values()), 1, risen)
        kind, = risen
        self.assertIn(kind, kinds, house.log())
        self.assertEqual(page.of("taara_up"), 0)
        self.assertEqual(house.readings()[-1]["error"], kind)
        self.assertIn(f"kind={kind}", house.log())

    def failed_at_once(self, house, kinds, longest=POLL_BUDGET_SECONDS):
        """The first poll of a house, which starts by itself, fails in one of these ways. Nothing was measured yet."""
        page = house.polled(1, longest)
        self.check_failure(house, None, page, kinds)
        self.assertEqual({name for name in page.held() if "cycle" not in name}, set())
        return page

    def probe(self, *, authority="the line's", host=LINE_NAME):
        """One try of `taara_exporter probe`, which repeats nothing: exit code, what it says, how long it took."""
        house = House(self.authority if authority == "the line's" else authority, host=host)
        begun = time.monotonic()
        code, said = house.run("probe")
        self.assertNotIn(CANARY, said)
        return code, said, time.monotonic() - begun
