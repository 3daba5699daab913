# SPDX-License-Identifier: Apache-2.0
"""What takes days: a thousand polls that fail, and a link that is gone over a long weekend."""
import contextlib
import time

from case import NetworkCase
from network import ISP, ISP_SECOND
from parts import LINE_NAME

DAY = 86_400


class Long(NetworkCase):
    def test_N15_a_thousand_polls_that_fail_leave_nothing_behind(self):
        wrong = self.other.sign("wrong", f"DNS:{LINE_NAME}")

        def gone():
            self.names.names = {}

        def refused():
            self.names.names = {LINE_NAME: [ISP_SECOND]}

        def lost():
            self.network.hosts({LINE_NAME: ISP})
            self.network.black_hole(ISP)

        def mistrusted():
            self.network.black_hole()
            impostor.enter_context(self.line(pair=wrong))

        with self.house() as house, contextlib.ExitStack() as impostor:
            with self.line() as line:
                page = self.reads_well(house, line, 1)
            stored = house.readings()
            start = None
            for fault, kind in ((gone, "dns"), (refused, "connect"), (lost, "connect"), (mistrusted, "tls")):
                fault()
                done = page.polls()
                # The first few of each kind are the start: they make what is kept for the next ones.
                while page.polls() < done + 250:
                    time.sleep(max(1, page.of("taara_next_poll_timestamp_seconds") + 5 - time.time()))
                    page = house.page()
                    if start is None and page.polls() >= 11:
                        start = self.resources(page)
                self.assertGreaterEqual(page.errors().get(kind, 0), 250)
                fds, resident = self.resources(page)
                self.assertLessEqual(abs(fds - start[0]), 2, kind)
                self.assertLessEqual(resident - start[1], 2 * 1024 * 1024, kind)
            print(f"N15: {int(page.polls())} polls, descriptors {start[0]:.0f} to {fds:.0f}, resident {start[1] / 1048576:.2f} to "
                  f"{resident / 1048576:.2f} MiB")
            impostor.close()
            self.assertGreaterEqual(sum(page.errors().values()), 1000)
            self.assertEqual(house.readings()[:1], stored)
            # One line at each change of kind, then one an hour.
            warnings = house.log().count('msg="the line could not be read"')
            hours = (time.time() - stored[0]["time"]) / 3600
            self.assertLess(warnings, hours + 10)
            with self.line() as line:
                self.reads_well(house, line, int(page.polls()) + 1, longest=1830)

    @staticmethod
    def resources(page):
        return page.samples["process_open_fds"], page.samples["process_resident_memory_bytes"]

    def test_N16_the_link_comes_back_after_three_days(self):
        with self.line() as line, self.house() as house:
            good = self.reads_well(house, line, 1)
            self.network.link(False)
            went = time.time()
            self.fails(house, good, {"dns", "connect"})
            time.sleep(went + 23 * 3600 - time.time())
            page = house.page()
            self.assertEqual((page.of("taara_up"), page.held()), (0, good.held()), "what was measured is shown for a day")
            time.sleep(went + 25 * 3600 - time.time())
            page = house.page()
            self.assertIsNone(page.of("taara_used_bytes"))
            self.assertEqual(page.of("taara_reading_timestamp_seconds"), good.of("taara_reading_timestamp_seconds"))
            time.sleep(went + 3 * DAY - time.time())
            page = house.page()
            self.assertEqual(page.of("taara_up"), 0)
            self.network.link(True)
            page = self.reads_well(house, line, int(page.polls()) + 1, longest=1830)  # the very next one
            self.assertEqual(page.of("taara_breaker_open"), 0)
            self.assertEqual(page.of("taara_usage_bytes_total"), good.of("taara_usage_bytes_total"))
