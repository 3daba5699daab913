# SPDX-License-Identifier: Apache-2.0
"""The exporters in a real VictoriaMetrics, now: by remote_write from Prometheus, by its own agents, our rules in vmalert."""
import json
import os
import re
import subprocess
import time
import unittest

import yaml

from fleet import ROOT, SCRAPE_SECONDS, Fleet, ask, fetch, free_ports, victoria, wait_until

RULES = sorted((ROOT / "rules").glob("*.yml"))
# What an older vmalert doesn't know of our rules: keep_firing_for came with 1.92, toTime between 1.79 and 1.93.
TOO_NEW = {"unknown fields in rule: keep_firing_for", 'function "toTime" not defined'}
HELD = ("taara_used_bytes", "taara_remaining_bytes", "taara_usage_bytes_total", "taara_cycle_end_timestamp_seconds")


def series(url, query):
    """{labels with the name: the value now}. The bound of a bucket as a number: OpenMetrics, which Prometheus asks for, writes
    1.0, the older text, which vmagent asks for, 1."""
    return {json.dumps({**one["metric"], **({"le": float(one["metric"]["le"])} if "le" in one["metric"] else {})}, sort_keys=True): one["value"][1]
            for one in ask(url, "query", query=query)["result"]}


def samples(url, query, at):
    return {json.dumps(one["metric"], sort_keys=True): [(round(float(when), 3), float(value)) for when, value in one["values"]]
            for one in ask(url, "query", query=query, time=at)["result"]}


def check_rules(files):
    """What vmalert has against them; nothing where it takes them."""
    said = subprocess.run([victoria("vmalert"), "-dryRun", "-loggerLevel=ERROR", *(f"-rule={file}" for file in files)], capture_output=True, text=True)
    return "" if said.returncode == 0 else said.stderr


def for_an_older_vmalert(content):
    for group in content["groups"]:
        for rule in group["rules"]:
            rule.pop("keep_firing_for", None)
            rule["annotations"] = {name: text for name, text in rule.get("annotations", {}).items() if "toTime" not in text}
    return content


def firing(url):
    """{labels: annotations} of what fires, as Prometheus and vmalert tell it."""
    return {json.dumps(one["labels"], sort_keys=True): one["annotations"] for one in ask(url, "alerts")["alerts"] or [] if one["state"] == "firing"}


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fleet = fleet = cls.enterClassContext(Fleet(os.environ["TAARA_BINARIES"], used_threshold="1%"))
        cls.written, cls.scraped = fleet.victoria_metrics("written"), fleet.victoria_metrics("scraped")
        # What the rules of Prometheus make stays there: vmalert has to make it again.
        readings = [{"source_labels": ["__name__"], "regex": "ALERTS.*|.*:.*", "action": "drop"}]
        cls.shards = [fleet.prometheus(f"prometheus-{shard}", shard, rule_files=[str(file) for file in RULES], remote_write=[
            {"url": f"{cls.written}/api/v1/write", "write_relabel_configs": readings}]) for shard in (0, 1)]
        config = fleet.scrape_config()
        del config["http_sd_configs"][0]["refresh_interval"]  # an option of its command line there
        fleet.write("agent.yml", {"global": {"scrape_interval": f"{SCRAPE_SECONDS}s", "scrape_timeout": f"{SCRAPE_SECONDS}s"}, "scrape_configs": [config]})
        cls.agents = []
        for member in (0, 1):
            here = f"127.0.0.1:{free_ports(1)[0]}"
            cls.agents.append(f"http://{here}")
            fleet.start(f"agent-{member}", [victoria("vmagent"), f"-promscrape.config={fleet.folder}/agent.yml", f"-httpListenAddr={here}",
                                            f"-remoteWrite.url={cls.scraped}/api/v1/write", f"-remoteWrite.tmpDataPath={fleet.folder}/agent-{member}",
                                            "-promscrape.cluster.membersCount=2", f"-promscrape.cluster.memberNum={member}", "-loggerLevel=WARN"],
                        f"http://{here}/health")
        everything = len(fleet.exporters[:4]) * 2
        for url in (cls.written, cls.scraped):
            wait_until(f"all households to be in {url}", lambda u=url: len(series(u, "taara_used_bytes")) == everything, 90)

    def test_1_remote_write_brings_every_sample_as_it_was(self):
        wait_until("a minute of them", lambda: min(len(one) for one in samples(self.written, "taara_local_hour[60s]", time.time()).values()) > 10, 60)
        at, query = time.time() - 10, '{household!="",__name__=~"taara_.+"}[15s]'
        ours = samples(self.shards[0], query, at) | samples(self.shards[1], query, at)
        self.assertGreater(len(ours), 8 * 50)
        self.assertGreater(sum(map(len, ours.values())), 2 * len(ours))
        wait_until("the same samples, of which remote_write still holds some back", lambda: samples(self.written, query, at) == ours, 40)

    def test_2_its_agents_share_the_exporters_and_bring_the_same_series(self):
        mine = [{one["discoveredLabels"]["__address__"] for one in ask(agent, "targets")["activeTargets"]} for agent in self.agents]
        self.assertEqual(mine[0] & mine[1], set())
        self.assertEqual(mine[0] | mine[1], set(self.fleet.exporters[:4]))
        query = '{__name__=~"taara_.+",job="taara"}'
        ours, theirs = series(self.written, query), series(self.scraped, query)
        self.assertGreater(len(ours), 8 * 50)
        self.assertEqual(ours.keys(), theirs.keys())
        for name in HELD:  # the others move with time, and the two were scraped at other moments
            self.assertEqual(series(self.written, name), series(self.scraped, name))
        for number in range(4):
            page = dict(re.findall(r'(?m)^taara_used_bytes\{household="([^"]+)"\} (\S+)$', self.fleet.page(number)))
            self.assertEqual(len(page), 2)
            for household, value in page.items():
                self.assertEqual([float(one) for one in series(self.scraped, f'taara_used_bytes{{household="{household}"}}').values()], [float(value)])

    def test_3_vmalert_takes_our_rules_and_says_the_same(self):
        rules = RULES
        if refused := check_rules(RULES):
            contents = {file.name: yaml.safe_load(file.read_text(encoding="utf-8")) for file in RULES}
            self.assertIn("unknown fields in rule: keep_firing_for", refused)
            rules = [self.fleet.write(name, for_an_older_vmalert(content)) for name, content in contents.items()]
            print("  this vmalert doesn't take our rules as they are: keep_firing_for is left out, and an annotation with toTime", flush=True)
            self.assertEqual(check_rules(rules), "", "nothing else is in its way")
        notified, here = (f"127.0.0.1:{port}" for port in free_ports(2))
        self.fleet.write("alertmanager.yml", {"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]})
        self.fleet.start("alertmanager", ["prometheus-alertmanager", f"--config.file={self.fleet.folder}/alertmanager.yml", "--cluster.listen-address=",
                                          f"--storage.path={self.fleet.folder}/alertmanager", f"--web.listen-address={notified}"], f"http://{notified}/-/ready")
        self.fleet.start("vmalert", [victoria("vmalert"), *(f"-rule={file}" for file in rules), f"-httpListenAddr={here}", f"-datasource.url={self.written}",
                                     f"-remoteWrite.url={self.written}", f"-remoteRead.url={self.written}", f"-notifier.url=http://{notified}",
                                     f"-evaluationInterval={SCRAPE_SECONDS}s", "-remoteWrite.flushInterval=1s", "-disableAlertgroupLabel", "-loggerLevel=WARN"],
                         f"http://{here}/health")
        # Both count a household's messages in ALERTS, which each has of its own; so only what rests on readings is compared.
        def ours():
            return firing(self.shards[0]) | firing(self.shards[1])

        def same():
            left, right = ours(), firing(f"http://{here}")
            return len(left) > 8 and left == right

        try:
            wait_until("vmalert to fire what Prometheus fires", same, 90)
        except TimeoutError:
            left, right = ours(), firing(f"http://{here}")
            self.maxDiff = None
            self.assertEqual(left.keys(), right.keys())
            self.assertEqual(left, right)
        fired = ours()
        thresholds = [labels for labels in fired if '"CycleThreshold"' in labels]
        self.assertGreaterEqual(len(thresholds), 1)
        print(f"  {len(fired)} messages, the same words in both: {', '.join(sorted({json.loads(one)['alertname'] for one in fired}))}", flush=True)

        def received():
            return {json.dumps(one["labels"], sort_keys=True) for one in json.loads(fetch(f"http://{notified}/api/v2/alerts", login=False))}
        wait_until("Alertmanager to have them all", lambda: received() == fired.keys(), 60)

        ratio = "household:cycle_used:ratio"
        recorded = {}
        for shard in self.shards:
            recorded |= series(shard, ratio)
        self.assertEqual(len(recorded), 8)
        wait_until("what vmalert recorded", lambda: len(series(self.written, f"{ratio}{{}}")) == 8, 30)
        self.assertEqual({one: float(value) for one, value in series(self.written, ratio).items()}, {one: float(value) for one, value in recorded.items()})
