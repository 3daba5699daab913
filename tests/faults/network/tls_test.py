# SPDX-License-Identifier: Apache-2.0
"""Who answers is who it should be, or nothing is sent: certificates, versions, authorities of one's own."""
from case import NetworkCase
from packets import Packets
from parts import CANARY, LINE_NAME, House


class Tls(NetworkCase):
    def refused(self, house, line, before=None):
        """By kind tls, before anything was sent."""
        page = self.fails(house, before, {"tls"}) if before else self.failed_at_once(house, {"tls"})
        self.assertEqual(house.readings()[-1]["reached"], 0)
        state = line.state()
        self.assertEqual((state["logins"], state["login_failures"], state["reads"]), (0, 0, 0))
        return page

    def test_N09_a_wrong_name_a_stranger_s_authority_and_a_certificate_of_its_own(self):
        wrong_name = self.authority.sign("wrong-name", "DNS:other.taara.test,IP:192.0.2.77")
        unknown = self.other.sign("unknown", f"DNS:{LINE_NAME}")
        own = (self.other.certificate, self.network.folder / "other-ca.key")
        for pair in (wrong_name, unknown, own):
            with self.subTest(pair[0].name), self.line(pair=pair) as line, self.house() as house:
                page = self.refused(house, line)
                line.stop()
                with self.line() as right:
                    self.reads_well(house, right, int(page.polls()) + 1, longest=620)

    def test_S06_who_reads_along_learns_nothing(self):
        with Packets("wire") as packets, self.line() as line, self.house() as house:
            self.reads_well(house, line, 1)
            self.assertEqual(line.state()["logins"], 1)
            seen = packets.all()
        self.assertGreater(len(seen), 2000, "the login and the reading went over this wire")
        for what in (CANARY, "700000001", "partner-1", "hotspot-1", "eyJ", "accessToken", "Authorization"):
            self.assertNotIn(what.encode(), seen)

    def test_N09_there_is_no_way_to_switch_it_off(self):
        house = House(self.authority)
        for flag in ("--insecure", "--tls.insecure-skip-verify", "-k"):
            self.assertEqual(house.run(flag)[0], 64)
        text = (house.folder / "taara.yml").read_text()
        for key in ("insecure: true", "verify: false", "insecure_skip_verify: true", "tls: {verify: false}"):
            house._write("taara.yml", text.replace("account:", f"{key}, account:"))
            code, said = house.run("--config.check")
            self.assertEqual(code, 2, said)
            self.assertIn("unknown key", said)

    def test_N10_old_versions_of_tls(self):
        for version in ("1.0", "1.1"):
            with self.subTest(version), self.line("--tls-max", version) as line, self.house() as house:
                page = self.refused(house, line)
                line.stop()
                with self.line("--tls-max", "1.2") as right:
                    self.reads_well(house, right, int(page.polls()) + 1, longest=620)

    def test_N11_an_authority_of_one_s_own_that_is_not_the_line_s(self):
        with self.line() as line, self.house(self.other) as house:
            page = self.refused(house, line)
            self.assertIn("households[].ca_file", house.log())
            # The right one, in the same file: no restart, no reload.
            house._write("ca.pem", self.authority.certificate.read_text())
            page = self.reads_well(house, line, int(page.polls()) + 1, longest=620)
            # And the wrong one again: what was let in before gets no further by it.
            house._write("ca.pem", self.other.certificate.read_text())
            self.fails(house, page, {"tls"})
            (house.folder / "ca.pem").unlink()
            page = self.fails(house, house.page(), {"tls"})
            house._write("ca.pem", self.authority.certificate.read_text())
            self.reads_well(house, line, int(page.polls()) + 1, longest=1830)

    def test_N11_both_authorities_while_the_line_changes_its_own(self):
        new_pair = self.other.sign("moved", f"DNS:{LINE_NAME}")
        with self.line() as line, self.house() as house:
            self.reads_well(house, line, 1)
            house._write("ca.pem", self.other.certificate.read_text() + self.authority.certificate.read_text())
            line.stop()
            with self.line(pair=new_pair) as moved:
                page = self.reads_well(house, moved, 2, longest=1000)
                self.assertEqual(page.errors(), {})

    def test_N11_the_system_s_authorities_hold_where_none_is_named(self):
        with self.line() as line, self.house(None) as house:
            page = self.refused(house, line)  # they don't know it yet
            self.assertNotIn("ca_file", house.log())
            self.network.trust_as_the_system(self.authority.certificate)
            try:
                self.reads_well(house, line, int(page.polls()) + 1, longest=620)
                code, said, _ = self.probe(authority=self.other)  # and do not where one is named
                self.assertNotEqual(code, 0)
                self.assertIn("households[].ca_file", said)
            finally:
                self.network.trust_system_again()

    def test_what_a_ca_file_may_be(self):
        house = House(self.authority)
        ca = house.folder / "ca.pem"
        certificate = ca.read_text()
        cases = ((lambda: ca.unlink(), 2, "No such file"), (lambda: ca.write_text("nothing\n"), 2, "holds no certificate"),
                 (lambda: ca.write_text(certificate + certificate[:300]), 2, "can't be read"), (lambda: ca.chmod(0o666), 2, "chmod o-w"),
                 (lambda: None, 0, "good"))
        for change, code, words in cases:
            house._write("ca.pem", certificate)
            change()
            done, said = house.run("--config.check")
            self.assertEqual(done, code, said)
            self.assertIn(words, said)
