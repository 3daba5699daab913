# SPDX-License-Identifier: Apache-2.0
"""The way to the line and what travels on it: refused, lost, cut, silent, led elsewhere."""
import socket
import threading

from case import NetworkCase
from network import HOUSE, ISP, LINE_PORT, NOBODY, NOBODY_V6
from parts import LINE_NAME


class Listener:
    """Takes connections, and counts them, and says nothing."""

    def __init__(self, address, port, namespace=None):
        def opened():
            return socket.create_server((address, port))

        self._socket = namespace.call(opened) if namespace else opened()
        self.held = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                self.held.append(self._socket.accept()[0])
            except OSError:
                return

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for one in self.held:
            one.close()


class Connections(NetworkCase):
    def test_N05_a_refused_connection(self):
        with self.line() as line, self.house() as house:
            good = self.reads_well(house, line, 1)
            line.stop()
            self.fails(house, good, {"connect"}, longest=10)  # four tries, with pauses of less than 4.2 s together
            self.assertLess(house.readings()[-1]["response_ms"], 1000)
            with self.line() as again:
                self.reads_well(house, again, 3, longest=620)

    def test_N06_a_black_hole(self):
        with self.line() as line, self.house() as house:
            good = self.reads_well(house, line, 1)
            self.network.black_hole(ISP)  # with names asked before known for a minute only, this would be N02
            self.network.hosts({LINE_NAME: ISP})
            page = self.fails(house, good, {"connect", "timeout"})
            self.assertAlmostEqual(house.readings()[-1]["response_ms"], 10_000, delta=1000)
            self.network.black_hole()
            self.reads_well(house, line, int(page.polls()) + 1, longest=620)

    def test_N07_a_reset_wherever_it_comes(self):
        for fault in ("rst_after_request", "rst_after_headers", "rst_in_body"):
            for step in ("read", "login"):
                with self.subTest(fault=fault, step=step), self.line() as line, self.house() as house:
                    good = self.reads_well(house, line, 1)
                    if step == "login":
                        line.control("expire_tokens")
                    line.fault(fault, on=step)
                    asked = line.state()["logins"] + line.state()["login_failures"]
                    page = self.fails(house, good, {"reset"})
                    state = line.state()
                    self.assertLessEqual(state["logins"] + state["login_failures"] - asked, 1, "one login, not more")
                    line.control("clear")
                    self.reads_well(house, line, int(page.polls()) + 1, longest=1830)

    def test_N08_it_takes_the_connection_and_never_speaks_tls(self):
        with self.line() as line, self.house() as house:
            good = self.reads_well(house, line, 1)
            line.fault("tls_silent")
            page = self.fails(house, good, {"timeout"})
            self.assertAlmostEqual(house.readings()[-1]["response_ms"], 10_000, delta=1000)
            line.control("clear")
            self.reads_well(house, line, int(page.polls()) + 1, longest=620)

    def test_N08_a_listener_that_only_listens(self):
        with Listener(ISP, LINE_PORT, self.network.isp) as listener, self.house() as house:
            self.failed_at_once(house, {"timeout"})
            self.assertEqual(len(listener.held), 4, "one try and three more")
            self.assertAlmostEqual(house.readings()[-1]["response_ms"], 10_000, delta=1000)

    def test_N12_ipv6_is_broken_and_ipv4_is_fine(self):
        self.names.names = {LINE_NAME: [NOBODY_V6, ISP]}
        self.network.black_hole(NOBODY_V6)
        with self.line() as line, self.house() as house:
            self.reads_well(house, line, 1)
            page = self.reads_well(house, line, 2, longest=1000)
            self.assertLess(page.of("taara_poll_duration_seconds_sum"), 2)  # two polls
            self.assertEqual(page.errors(), {})

    def test_N14_proxy_variables_mean_nothing(self):
        with Listener(HOUSE, 3128) as proxy:
            where = f"http://{HOUSE}:3128"
            names = ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
            with self.line() as line, self.house(environment=[f"{name}={where}" for name in names] + ["no_proxy="]) as house:
                self.reads_well(house, line, 1)
                self.reads_well(house, line, 2, longest=1000)
            self.assertEqual(proxy.held, [])

    def test_an_answer_leads_nowhere_else(self):
        """Redirects to another host, to the machine's own files, in a circle: nobody else hears of it (see house())."""
        targets = (f"redirect:http://{NOBODY}:80/latest/meta-data", "redirect:http://169.254.169.254/", f"redirect:https://{ISP}:443/x",
                   "redirect:ftp://192.0.2.9/x", "redirect:file:///etc/passwd", "redirect_loop")
        with self.line() as line, self.house() as house:
            page = self.reads_well(house, line, 1)
            for target in targets:
                name, _, value = target.partition(":")
                line.fault(name, **({"value": value} if value else {}), on="read")
                page = self.fails(house, page, {"redirect"})
                line.control("clear")
            self.reads_well(house, line, int(page.polls()) + 1, longest=1830)
