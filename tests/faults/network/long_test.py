# SPDX-License-Identifier: Apache-2.0
"""What takes days: a thousand polls that fail, a link that is gone over a long weekend, a certificate that expires. Here time
jumps by half minutes, so connections have a minute's patience: a jump that comes too early then breaks none."""
import contextlib
import time

from case import NetworkCase
from network import ISP, ISP_SECOND
from parts import LINE_NAME

DAY = 86_400
PATIENCE = "connect_timeout: 60s, timeout: 60s"
STOPS_WITHIN = 62.0  # two jumps; that it is 2 s is shown in real time
HOUSEHOLDS = 16  # so that a thousand polls take a day, not three weeks; more are spread over the interval


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

        with self.house(households=HOUSEHOLDS, polling=PATIENCE, stops_within=STOPS_WITHIN) as house, contextlib.ExitStack() as impostor:
            with self.line("--households", HOUSEHOLDS):
                page = house.polled(HOUSEHOLDS, 900)
                self.assertEqual(page.errors_of_all(), {})
            stored = house.readings()
            start = None
            for fault, kind in ((gone, "dns"), (refused, "connect"), (lost, "connect"), (mistrusted, "tls")):
                fault()
                done = sum(page.errors_of_all().values())
                while sum(page.errors_of_all().values()) < done + 250:
                    time.sleep(600)
                    page = house.page()
                    if not start and page.errors_of_all().get("dns", 0) > 5 * HOUSEHOLDS:
                        start = self.resources(house)  # no connection is kept open from better times
                self.assertGreater(page.errors_of_all()[kind], 200)
                fds, resident = self.resources(house)
                self.assertLessEqual(abs(fds - start[0]), 2, kind)
                self.assertLessEqual(resident - start[1], 2 * 1024 * 1024, kind)
            failures = sum(page.errors_of_all().values())
            self.assertGreaterEqual(failures, 1000)
            print(f"N15: {failures} failed polls in {(time.time() - stored[0]['time']) / DAY:.1f} days, descriptors {start[0]:.0f} to {fds:.0f}, "
                  f"resident {start[1] / 1048576:.2f} to {resident / 1048576:.2f} MiB")
            self.assertEqual(house.readings()[:HOUSEHOLDS], stored)
            self.check_log(house, (time.time() - stored[0]["time"]) / 3600)
            impostor.close()
            with self.line("--households", HOUSEHOLDS):
                time.sleep(1860)
                page = house.page()
                self.assertEqual([page.of("taara_up", n) for n in range(1, HOUSEHOLDS + 1)], [1] * HOUSEHOLDS)

    def check_log(self, house, hours):
        """A line at each change of kind, then one an hour for each household."""
        warnings = house.log().count('msg="the line could not be read"')
        self.assertGreater(warnings, HOUSEHOLDS)
        self.assertLess(warnings, HOUSEHOLDS * (hours + 5))

    @staticmethod
    def resources(house):
        """The fewest descriptors and bytes of some moments: between polls, not in the middle of one."""
        pages = [house.page()]
        while len(pages) < 5:
            time.sleep(90)
            pages.append(house.page())
        return tuple(min(page.samples[name] for page in pages) for name in ("process_open_fds", "process_resident_memory_bytes"))

    def test_N16_the_link_comes_back_after_three_days(self):
        with self.line() as line, self.house(polling=PATIENCE, stops_within=STOPS_WITHIN) as house:
            good = self.reads_well(house, line, 1, longest=120)
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

    def test_N09_a_certificate_expires_while_all_is_well(self):
        short = self.authority.sign("short", f"DNS:{LINE_NAME}", days=1)
        with self.line(pair=short) as line, self.house(polling=PATIENCE, stops_within=STOPS_WITHIN) as house:
            self.reads_well(house, line, 1, longest=120)
            time.sleep(23 * 3600)
            polls = house.page().polls()
            self.reads_well(house, line, int(polls) + 1, longest=1830)
            time.sleep(2 * 3600)
            page = house.page()
            self.assertEqual(page.of("taara_up"), 0)
            self.assertEqual(set(page.errors()), {"tls"})
            self.assertIn("expired", house.log())
            line.stop()
            renewed = self.authority.sign("renewed", f"DNS:{LINE_NAME}")
            with self.line(pair=renewed) as right:
                self.reads_well(house, right, int(house.page().polls()) + 1, longest=1830)
