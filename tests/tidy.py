#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""clang's warnings and clang-tidy over every .cc file that the build knows, two things that g++ doesn't see.

    tests/tidy.py CLANG_TIDY CLANGXX BUILD_DIR

A file that was clean is not looked at again until it, a header that it includes, its flags, a .clang-tidy or the tools
change; what is remembered lies in BUILD_DIR/tidy, so a fresh clone checks everything.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The analyzer walks every path through a test's chain of ASSERTs: 32 s of the 39 s that taara_source_test.cc took. A test
# runs whole under ASan and UBSan anyway, so there its walk ends at 20,000 nodes; the product's code keeps the 225,000.
TEST_EFFORT = [f"--extra-arg={arg}" for arg in ("-Xclang", "-analyzer-config", "-Xclang", "max-nodes=20000")]


class Tidy:
    def __init__(self, clang_tidy, clangxx, build):
        self.clang_tidy = clang_tidy
        self.clangxx = clangxx
        self.build = build
        self.memory = build / "tidy"
        self.memory.mkdir(exist_ok=True)
        self.marks = {}  # file -> what changes when it changes
        version = subprocess.run([clang_tidy, "--version"], capture_output=True, text=True, check=True).stdout
        self.common = version + (ROOT / ".clang-tidy").read_text() + (ROOT / "exporter" / ".clang-tidy").read_text() + pathlib.Path(__file__).read_text()

    def mark(self, file):
        if file not in self.marks:
            try:
                if file.startswith(str(ROOT)):
                    self.marks[file] = hashlib.sha256(pathlib.Path(file).read_bytes()).hexdigest()
                else:
                    stat = os.stat(file)
                    self.marks[file] = f"{stat.st_size} {stat.st_mtime_ns}"
            except OSError:
                self.marks[file] = "gone"
        return self.marks[file]

    def fingerprint(self, flags, parts):
        text = "\n".join([self.common, *flags, *(f"{part} {self.mark(part)}" for part in parts)])
        return hashlib.sha256(text.encode()).hexdigest()

    def look(self, file, flags):
        """Empty when the file is clean, else what the tools say; and whether they were run."""
        remembered = self.memory / (str(file.relative_to(ROOT)).replace("/", "__") + ".json")
        if remembered.exists():
            old = json.loads(remembered.read_text())
            if self.fingerprint(flags, old["parts"]) == old["fingerprint"]:
                return "", False
            remembered.unlink()
        deps = remembered.with_suffix(".d")
        said = self.run([self.clangxx, *flags, "-M", "-MT", "x", "-MF", str(deps), str(file)])
        if not said:
            effort = TEST_EFFORT if file.is_relative_to(ROOT / "tests") else []
            said = self.run([self.clang_tidy, "-p", str(self.build), "--quiet", *effort, str(file)])
        if not said:
            parts = [str(pathlib.Path(self.build, part).resolve()) for part in deps.read_text().replace("\\\n", " ").split()[1:]]
            new = {"fingerprint": self.fingerprint(flags, parts), "parts": parts}
            remembered.write_text(json.dumps(new))
        return said, True

    def run(self, command):
        done = subprocess.run(command, cwd=self.build, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return ""
        told = "".join(line for line in (done.stdout + done.stderr).splitlines(True) if "warnings generated" not in line)
        return told or f"{command[0]} ended with code {done.returncode} and said nothing\n"


def flags_of(entry):
    """The compiler's flags without the compiler, the output and the sanitizers."""
    words = shlex.split(entry["command"]) if "command" in entry else list(entry["arguments"])
    while words and not words[0].startswith("-"):
        words.pop(0)
    flags = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in {"-o", "-c"}:
            skip = True  # -c is followed by the file
        elif not word.startswith(("-fsanitize", "-fno-sanitize")):
            flags.append(word)
    return flags


def main():
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 64
    build = pathlib.Path(sys.argv[3]).resolve()
    entries = json.loads((build / "compile_commands.json").read_text())
    files = {pathlib.Path(entry["directory"], entry["file"]).resolve(): flags_of(entry) for entry in entries}
    files = {file: flags for file, flags in files.items() if file.is_relative_to(ROOT) and not file.is_relative_to(build)}
    tidy = Tidy(sys.argv[1], sys.argv[2], build)
    looked = 0
    bad = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        begun = time.monotonic()
        jobs = {pool.submit(tidy.look, file, flags): file for file, flags in sorted(files.items())}
        for number, job in enumerate(concurrent.futures.as_completed(jobs), 1):
            said, run = job.result()
            looked += run
            name = jobs[job].relative_to(ROOT)
            if said:
                bad[name] = said
                print(f"[{number}/{len(jobs)}] {name}: not clean", flush=True)
            elif run:
                print(f"[{number}/{len(jobs)}] {name}: clean ({time.monotonic() - begun:.0f} s)", flush=True)
    for name, said in bad.items():  # at the end, where whoever reads a cut log finds it
        print(f"{name} is not clean:\n{said}")
    print(f"{len(files)} files: {len(bad)} not clean, {looked} looked at, {len(files) - looked} unchanged since they were clean")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main())
