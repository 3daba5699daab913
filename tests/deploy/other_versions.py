# SPDX-License-Identifier: Apache-2.0
"""Packages of other versions, good ones and broken ones, made of a real one."""
import pathlib
import re
import shlex
import subprocess
import tempfile

REAL = "usr/lib/taara-exporter/real"

# In place of the program; {real} is the program itself, which on trial lies below /opt/taara.
BROKEN = {
    "ends at its start": """#!/bin/sh
case "$*" in *serve*) echo "this version is broken on purpose" >&2; exit 1 ;; esac
exec "$(dirname "$0")/../../{real}" "$@"
""",
    "shows broken metrics": """#!/usr/bin/python3
import http.server, os, socket, sys, urllib.request
if "--standby" not in " ".join(sys.argv):
    os.execv(os.path.dirname(__file__) + "/../../{real}", ["taara_exporter", *sys.argv[1:]])
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = urllib.request.urlopen("http://127.0.0.1:10077" + self.path).read()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(page + (b"taara_broken{ 1\\n" if self.path == "/metrics" else b""))
server = http.server.HTTPServer(("127.0.0.1", 10078), Page)
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
    manager.connect(os.environ["NOTIFY_SOCKET"])
    manager.send(b"READY=1")
server.serve_forever()
""",
    "fails after the switch": """#!/bin/sh
case "$*" in *--standby*) ;; *serve*) sleep 1; echo "this version is broken on purpose" >&2; exit 1 ;; esac
exec "$(dirname "$0")/../../{real}" "$@"
""",
    "stops soon after the switch": """#!/bin/sh
case "$*" in *--standby*) ;; *serve*) (sleep 6; kill -9 $$) & ;; esac
exec "$(dirname "$0")/../../{real}" "$@"
""",
}


def make_package(package, version, to, broken=None, program=None):
    """The package with another version, with `broken` in place of its program, or with another program."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = pathlib.Path(scratch) / "tree"
        subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
        control = tree / "DEBIAN" / "control"
        control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text(encoding="utf-8")), encoding="utf-8")
        if program:
            (tree / "usr/bin/taara_exporter").write_bytes(pathlib.Path(program).read_bytes())
        if broken:
            (tree / REAL).parent.mkdir(parents=True)
            (tree / "usr/bin/taara_exporter").rename(tree / REAL)
            (tree / "usr/bin/taara_exporter").write_text(BROKEN[broken].replace("{real}", REAL), encoding="utf-8")
            (tree / "usr/bin/taara_exporter").chmod(0o755)
        done = subprocess.run(["dpkg-deb", "-b", "--root-owner-group", tree, to], check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
    return to


def program_of_tomorrow(build, source, to):
    """The exporter with one more version of the store: a new column, compiled and linked as the release is."""
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="taara-tomorrow-"))
    text = source.read_text(encoding="utf-8")
    text = text.replace("constexpr std::array<const char*, 2> kSteps{kVersion1, kVersion2};",
                        'constexpr const char* kVersion3 = "ALTER TABLE readings ADD COLUMN mood TEXT; UPDATE store SET version=3;";\n'
                        "constexpr std::array<const char*, 3> kSteps{kVersion1, kVersion2, kVersion3};")
    if "kVersion3" not in text:
        raise RuntimeError(f"{source} has other versions than this test knows")
    (scratch / source.name).write_text(text, encoding="utf-8")
    commands = subprocess.run(["ninja", "-C", build, "-t", "commands", "taara_exporter"], check=True, capture_output=True, text=True).stdout.splitlines()
    one = next(shlex.split(line) for line in commands if line.endswith(str(source)))
    thing = next(word for word in one if word.endswith("store_schema.cc.o"))
    link = next(shlex.split(line.split("&&")[1]) for line in commands if " -o bin/taara_exporter " in line)
    library = next(word for word in link if word.endswith("libtaara_io.a"))
    (scratch / "libtaara_io.a").write_bytes((build / library).read_bytes())
    object_file = scratch / pathlib.Path(thing).name
    one = [str(object_file) if word == thing else str(scratch / source.name) if word == str(source) else word for word in one if "ccache" not in word]
    subprocess.run(one, cwd=build, check=True)
    subprocess.run(["ar", "r", scratch / "libtaara_io.a", object_file], check=True, capture_output=True)
    subprocess.run([str(to) if word == "bin/taara_exporter" else str(scratch / "libtaara_io.a") if word == library else word for word in link],
                   cwd=build, check=True)
    return to
