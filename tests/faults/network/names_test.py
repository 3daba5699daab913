# SPDX-License-Identifier: Apache-2.0
"""The line's name: it can't be found, nobody answers, it is found later, it means another machine."""
import time

from case import NetworkCase
from network import ISP, ISP_SECOND
from parts import LINE_NAME


class Names(NetworkCase):
    def test_N01_a_name_that_does_not_exist_or_a_closed_name_server(self):
        def unknown():
            self.names.names = {}

        def closed():
            self.network.name_servers(ISP_SECOND)  # nobody listens there

        for fault in (unknown, closed):
            with self.subTest(fault.__name__), self.line() as line, self.house() as house:
                good = self.reads_well(house, line, 1)
                fault()
                page = self.fails(house, good, {"dns"}, longest=1)
                self.assertLess(house.readings()[-1]["response_ms"], 1000)
                self.assertEqual(house.readings()[-1]["reached"], 0)
                self.names_work()
                self.assertLess(page.of("taara_next_poll_timestamp_seconds") - time.time(), 600)
                self.reads_well(house, line, 3, longest=620)

    def names_work(self):
        self.names.names, self.names.silent = {LINE_NAME: [ISP]}, False
        self.network.name_servers(ISP)

    def test_N02_a_silent_name_server(self):
        with self.line() as line, self.house() as house:
            good = self.reads_well(house, line, 1)
            self.names.silent = True
            self.fails(house, good, {"dns", "timeout"}, longest=5)
            self.assertLessEqual(house.readings()[-1]["response_ms"], 5000)
            self.names_work()
            self.reads_well(house, line, 3, longest=620)

    def test_N03_the_name_server_comes_after_the_exporter(self):
        self.names.silent = True
        with self.line() as line, self.house() as house:
            page = self.failed_at_once(house, {"dns", "timeout"})
            for _ in range(7):  # the breaker opens meanwhile
                page = self.fails(house, page, {"dns", "timeout"})
            self.assertEqual(page.of("taara_breaker_open"), 1)
            self.names_work()
            page = self.reads_well(house, line, int(page.polls()) + 1, longest=1830)  # the very next one
            self.assertEqual(page.of("taara_breaker_open"), 0)
            self.assertIn('msg="the line answers again"', house.log())

    def test_N04_the_line_moves_to_another_address(self):
        def told_by_the_name_server():
            self.names.names = {LINE_NAME: [ISP_SECOND]}

        def told_by_the_file_of_hosts():
            self.network.hosts({LINE_NAME: ISP_SECOND})

        for move in (told_by_the_name_server, told_by_the_file_of_hosts):
            self.names_work()
            with self.subTest(move.__name__), self.line() as first, self.line(address=ISP_SECOND) as second, self.house() as house:
                second.control("usage", bytes=5_000_000_000)  # so that it shows who was asked
                self.reads_well(house, first, 1)
                self.assertEqual(second.state()["requests"], 0)
                asked = first.state()["requests"]
                move()
                self.reads_well(house, second, 2, longest=1000)
                self.assertEqual(first.state()["requests"], asked)
                self.assertEqual(house.page().errors(), {})

    def test_an_owners_own_resolver_options_stay(self):
        self.names.silent = True
        with self.line(), self.house(environment=["RES_OPTIONS=timeout:1 attempts:1"]) as house:
            self.failed_at_once(house, {"dns"})
            self.assertLess(house.readings()[-1]["response_ms"], 2000)
