# SPDX-License-Identifier: Apache-2.0
"""What the short and the long runs of the fuzzers share: the targets, where each begins, and one run of libFuzzer."""
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
OURS = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Target:
    name: str
    max_bytes: int  # of an input: room for what is meant, and short enough to be quick
    fixtures: str = ""  # what the other tests read, too

    def seeds(self):
        """Files to begin with: fixtures, seeds that are nobody else's, and every input that once failed."""
        found = sorted(FIXTURES.glob(self.fixtures)) if self.fixtures else []
        return found + sorted(path for path in (FIXTURES / "fuzz" / self.name).glob("*"))

    def program(self, preset):
        return ROOT / "build" / preset / "bin" / f"fuzz_{self.name}"


TARGETS = (
    Target("taara_reply", 4096, "taara/*"),
    Target("router_reply", 2048, "router/*"),
    Target("line_head", 2048),
    Target("config", 2048, "config/*.yml"),
    Target("web_config", 2048),
    Target("web_request", 1024),
    Target("sealed_file", 1024),
    Target("usage_csv", 1024, "usage/*.csv"),
    Target("history_csv", 1024),
    Target("history_json", 2048),
    Target("vnstat_json", 6144, "history/vnstat-*.json"),
)
NAMES = tuple(target.name for target in TARGETS)

# Seconds for one input; megabytes for the process, and for one allocation (known with ASan only).
LIMITS = ["-timeout=10", "-rss_limit_mb=1024", "-malloc_limit_mb=64"]


@dataclass
class Outcome:
    code: int
    executions: int = 0
    edges: int = 0
    peak_mb: int = 0
    finding: str = ""  # the file that holds the input
    told: str = ""  # the end of what libFuzzer said


def run(target, preset, options, corpus, findings, progress=None):
    """One run of libFuzzer. `corpus` is a folder that grows; `progress` gets the executions so far."""
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(parents=True, exist_ok=True)
    seeds = findings / f"{target.name}.seeds"
    seeds.write_text(",".join(str(path) for path in target.seeds()))
    command = [str(target.program(preset)), *LIMITS, f"-max_len={target.max_bytes}", f"-seed_inputs=@{seeds}",
               f"-artifact_prefix={findings}/{target.name}-", "-print_final_stats=1", *options]
    dictionary = OURS / "dict" / f"{target.name}.dict"
    if dictionary.exists():
        command.append(f"-dict={dictionary}")
    command.append(str(corpus))
    environment = dict(os.environ, UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1", ASAN_OPTIONS="detect_leaks=1")
    outcome, lines = Outcome(code=0), []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
                          env=environment) as process:
        for line in process.stderr:
            lines = [*lines[-79:], line]
            if found := re.match(r"#(\d+)\s.*\bcov: (\d+)", line):
                outcome.executions, outcome.edges = int(found[1]), int(found[2])
                if progress:
                    progress(outcome.executions)
            elif found := re.match(r"stat::number_of_executed_units:\s*(\d+)", line):
                outcome.executions = int(found[1])
            elif found := re.match(r"stat::peak_rss_mb:\s*(\d+)", line):
                outcome.peak_mb = int(found[1])
            elif found := re.search(r"Test unit written to (\S+)", line):
                outcome.finding = found[1]
    outcome.code, outcome.told = process.returncode, "".join(lines[-60:])
    return outcome
