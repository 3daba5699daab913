# SPDX-License-Identifier: Apache-2.0
"""Prometheus finds many exporters through /api/v1/sd of one of them, and two of them share the work by hash."""
import os
import time
import unittest
import urllib.error

from fleet import Fleet, ask, fetch, shard_of, wait_until


def targets(prometheus):
    """{address: (health, region)} of all that it scrapes."""
    return {one["discoveredLabels"]["__address__"]: (one["health"], one["labels"].get("region"))
            for one in ask(prometheus, "targets")["activeTargets"]}


def all_up(prometheus, expected):
    return {address: health for address, (health, _) in targets(prometheus).items()} == dict.fromkeys(expected, "up")


class Sharding(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fleet = cls.enterClassContext(Fleet(os.environ["TAARA_BINARIES"]))
        cls.shards = [cls.fleet.prometheus(f"prometheus-{shard}", shard) for shard in (0, 1)]

    def expected(self, addresses):
        return [[one for one in addresses if shard_of(one, 2) == shard] for shard in (0, 1)]

    def wait_for(self, addresses):
        for prometheus, mine in zip(self.shards, self.expected(addresses)):
            wait_until(f"{prometheus} to scrape {mine} and no other", lambda p=prometheus, m=mine: all_up(p, m), 40)

    def test_1_each_exporter_is_scraped_by_exactly_one(self):
        listed = self.fleet.exporters[:4]
        self.wait_for(listed)
        found = [targets(prometheus) for prometheus in self.shards]
        self.assertEqual([len(one) for one in found], [2, 2])
        self.assertEqual(set(found[0]) & set(found[1]), set())
        self.assertEqual(set(found[0]) | set(found[1]), set(listed))
        for place, address in enumerate(listed):
            self.assertEqual((found[0] | found[1])[address], ("up", f"r{place}"), "its labels came along")
        households = [{one["metric"]["household"] for one in ask(prometheus, "query", query="taara_local_hour")["result"]} for prometheus in self.shards]
        self.assertEqual([len(one) for one in households], [4, 4])
        self.assertEqual(len(households[0] | households[1]), 8, "each household's series are in one of them")

    def test_2_a_new_one_is_found_and_one_that_left_is_forgotten(self):
        listed = self.fleet.listed(5)[1:]  # the fifth comes, the directory itself goes
        self.fleet.list_peers(listed)
        self.wait_for([one["address"] for one in listed])
        self.fleet.list_peers([])
        self.wait_for([])
        self.fleet.list_peers(self.fleet.listed(4))
        self.wait_for(self.fleet.exporters[:4])

    def test_3_without_the_login_nobody_is_found(self):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            fetch(f"http://{self.fleet.exporters[0]}/api/v1/sd", login=False)
        self.assertEqual(refused.exception.code, 401)
        stranger = self.fleet.prometheus("stranger", login=False)
        wait_until("it to have asked", lambda: float(ask(stranger, "query", query="1")["result"][1]) == 1)
        time.sleep(3)  # three times refresh_interval
        self.assertEqual(targets(stranger), {})

    def test_4_when_the_directory_is_away_the_others_are_still_scraped(self):
        self.fleet.stop("exporter-0")
        gone, others = self.fleet.exporters[0], set(self.fleet.exporters[1:4])
        time.sleep(5)  # several times refresh_interval and scrape_interval
        found = targets(self.shards[0]) | targets(self.shards[1])
        self.assertEqual(found[gone][0], "down")
        self.assertEqual({address for address, (health, _) in found.items() if health == "up"}, others)
