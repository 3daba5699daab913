#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is the product still built the way docs/architecture.md says?

Includes point one way (main -> app -> io -> core), the core knows nothing of the outside world, and the clock is read
in one place. A broken rule is printed as `file:line: what and why` and turns the check red.

    tests/layers.py              checks exporter/
    tests/layers.py --self-test  plants every violation in a copy and sees it found; ends with `N passed, N failed`
"""
import fnmatch
import pathlib
import re
import sys

from proof import prove, run

EXPORTER = pathlib.Path(__file__).resolve().parent.parent / "exporter"

# Which layers a layer may include. `main` is exporter/main.cc.
MAY_INCLUDE = {
    "core": {"core"},
    "io": {"io", "core"},
    "app": {"app", "io", "core"},
    "main": {"app", "io", "core"},
}

# An io file wraps one outside thing and knows no other. Where one thing takes several files they are a part: they may
# include each other, and nobody else includes more of a part than IO_EDGES says. Names without folder and ending.
IO_PARTS = {
    "http": ("http", "http_*"),
    "store": ("store", "store_*", "sqlite"),
    # The server with who may come in to it: TLS, logins, and the file that says so.
    "web": ("web_*", "gzip", "socket_cut", "tls_*", "listen_error", "client_certificate", "login_guard",
            "bcrypt", "watched_web_config", "file_mark"),
    # The text of requests and answers: bytes in, meaning out.
    "answer": ("*_reply", "*_json", "json_*", "personal_key", "redact", "router_mapping", "request_text"),
    "sealed": ("sealed_*",),
    "source": ("*_source", "login_conversation"),
}

# part or file -> parts or files that it may include. Keep it short, say why.
IO_EDGES = {
    # looks at the secrets that the file names
    "config_file": {"ca_file", "credentials_folder", "regular_file", "sealed", "secret_file", "time_zones", "trusted_file", "yaml_tree"},
    "sealed": {"descriptor", "secret_file"},  # a sealed file is kept as a secret's file is, and holds secrets
    "store": {"descriptor"},
    "service_manager": {"descriptor"},
    "secret_file": {"file_acl", "regular_file"},
    "ca_file": {"regular_file", "trusted_file"},
    "trusted_file": {"regular_file"},
    "web": {"descriptor", "regular_file", "secret_file", "trusted_file", "yaml_tree"},  # its own configuration; wiping a password
    "config_folder": {"output_file", "regular_file"},  # writes files whole, and looks before it reads
    "terminal": {"secret_file"},  # what is typed unseen is held as a secret
    "secret_prompt": {"descriptor", "secret_file"},  # likewise
    "source": {"answer", "secret_file"},  # a conversation hands the bytes to the parser, and reads the passcode to log in
}

# Files that may read the environment. Configuration comes from the file and the flags; only the folder in which systemd
# puts a service's credentials, and where it wants to hear from us, is told there.
MAY_READ_ENVIRONMENT = {"io/credentials_folder.cc", "io/service_manager.cc"}

# The one place that reads the real clocks.
CLOCK_FILES = {"io/system_clock.cc", "io/system_clock.h"}

# Headers of the outside world that the core may not know.
EDGES = re.compile(
    r"^(curl/|sqlite3|CivetServer|civetweb|yaml-cpp/|openssl/|zlib|boost/program_options|sys/|netinet/|arpa/|linux/"
    r"|(fstream|iostream|cstdio|stdio\.h|filesystem|syslog\.h|unistd\.h|fcntl\.h|poll\.h|netdb\.h|signal\.h|csignal"
    r"|thread|mutex|shared_mutex|atomic|condition_variable|future|semaphore|latch|barrier|stop_token|pthread\.h)$)"
)

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
MACRO_INCLUDE = re.compile(r'^\s*#\s*include\s*[^<"\s]')
NOW = re.compile(r"::\s*now\s*\(")
GETENV = re.compile(r"\b(?:secure_)?getenv\b|\benviron\b")
# Debian's civetweb 1.15 has open bugs (CVE-2025-55763, CVE-2025-9648) that only these two reach.
CIVETWEB_TRAPS = re.compile(r'"document_root"|\bmg_handle_form_request\b')
# What the core may not call: the C library's clocks, and the zone database, which lives in files.
CORE_CALLS = re.compile(
    r"\bstd\s*::\s*(?:time|clock)\s*\(|(?<![\w.>:])(?:::\s*)?time\s*\(\s*(?:nullptr|NULL|0\s*\)|&)"
    r"|\b(?:gettimeofday|clock_gettime|localtime|localtime_r|locate_zone|current_zone|get_tzdb|get_tzdb_list)\s*\("
)


def without_comments(text, keep_strings):
    """The code with comments blanked (and literals too unless kept), line breaks and columns as they were."""
    token = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"([^()\\\s]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'', re.S
    )

    def blank(match):
        found = match.group(0)
        if keep_strings and not found.startswith("/"):
            return found
        return re.sub(r"[^\n]", " ", found)

    return token.sub(blank, text)


def layer_of(path):
    if path == "main.cc":
        return "main"
    return path.split("/")[0]


def io_part(path):
    stem = pathlib.PurePath(path).stem
    for part, patterns in IO_PARTS.items():
        if any(fnmatch.fnmatchcase(stem, pattern) for pattern in patterns):
            return part
    return stem


def check_include(path, layer, quote, target):
    if quote == "<":
        if layer == "core" and EDGES.match(target):
            return f"core knows nothing of the outside world, but includes <{target}>"
        if target.startswith("boost/json") and layer != "io":
            return f"<{target}> belongs in io: parsing is an edge"
        if target.startswith("prometheus/") and layer != "app":
            return f"<{target}> belongs in app"
        return None
    target_layer = target.split("/")[0]
    if target_layer not in {"core", "io", "app"} or ".." in target:
        return f'"{target}" is not "core/...", "io/..." or "app/..."'
    if target_layer not in MAY_INCLUDE[layer]:
        return f"includes point one way: {layer} may not include {target}"
    if layer == "io" and target_layer == "io":
        own, other = io_part(path), io_part(target)
        if own != other and other not in IO_EDGES.get(own, set()):
            return f"io files stand alone: {own} may not include {other} (IO_PARTS and IO_EDGES in tests/layers.py)"
    return None


def check_line(path, layer, line):
    if NOW.search(line) and path not in CLOCK_FILES:
        yield "the clock is read in io/system_clock only; take the time as a value"
    if GETENV.search(line) and path not in MAY_READ_ENVIRONMENT:
        yield "the environment is not read: configuration comes from the file and the flags"
    if layer == "core" and CORE_CALLS.search(line):
        yield "core gets the time and the zone as values; it doesn't ask for them"


def check(exporter):
    """All broken rules under `exporter`, as 'file:line: text'."""
    found = []
    for file in sorted(exporter.rglob("*")):
        if file.suffix not in {".h", ".cc"}:
            continue
        path = file.relative_to(exporter).as_posix()
        layer = layer_of(path)
        if layer not in MAY_INCLUDE:
            found.append(f"{path}:1: no such layer; code lives in core, io, app or main.cc")
            continue
        text = file.read_text(encoding="utf-8")
        for number, line in enumerate(without_comments(text, keep_strings=True).splitlines(), 1):
            include = INCLUDE.match(line)
            if include and (problem := check_include(path, layer, *include.groups())):
                found.append(f"{path}:{number}: {problem}")
            elif CIVETWEB_TRAPS.search(line):
                found.append(f"{path}:{number}: civetweb serves no files and reads no forms here: both have known holes")
            elif MACRO_INCLUDE.match(line):
                found.append(f"{path}:{number}: an include by macro can't be checked; write the header's name")
        for number, line in enumerate(without_comments(text, keep_strings=False).splitlines(), 1):
            found += [f"{path}:{number}: {problem}" for problem in check_line(path, layer, line)]
    return found


# What the self-test plants: file, code, and a word that the finding must hold; no word: it must stay green.
PLANTS = [
    *[("core/planted.cc", f"#include <{header}>", "outside world") for header in (
        "curl/curl.h", "sqlite3.h", "CivetServer.h", "civetweb.h", "yaml-cpp/yaml.h", "fstream", "iostream", "thread",
        "mutex", "atomic", "filesystem", "unistd.h", "sys/stat.h", "openssl/evp.h", "zlib.h", "condition_variable",
        "boost/program_options.hpp", "cstdio", "shared_mutex")],
    ("core/planted.h", "  #  include  <curl/curl.h>", "outside world"),
    ("core/planted.cc", "#include <boost/json.hpp>", "belongs in io"),
    ("app/planted.cc", "#include <boost/json/parse.hpp>", "belongs in io"),
    ("core/planted.cc", "#include <prometheus/metric_family.h>", "belongs in app"),
    ("io/planted.cc", "#include <prometheus/text_serializer.h>", "belongs in app"),
    ("core/planted.cc", '#include "io/http.h"', "one way"),
    ("core/planted.cc", '#include "app/latest.h"', "one way"),
    ("io/planted.cc", '#include "app/latest.h"', "one way"),
    ("io/planted.cc", '#include "main.h"', "is not"),
    ("app/planted.cc", '#include "main.cc"', "is not"),
    ("app/planted.cc", '#include "../main.cc"', "is not"),
    ("core/planted.cc", '#include "core/../io/http.h"', "is not"),
    ("io/planted.cc", '#include "io/http.h"', "stand alone"),
    ("io/planted.cc", "#define HTTP <curl/curl.h>\n#include HTTP", "by macro"),
    ("web/planted.cc", "int x;", "no such layer"),
    ("core/planted.cc", "auto t = std::chrono::system_clock::now();", "the clock"),
    ("io/planted.cc", "auto t = std::chrono::steady_clock :: now ();", "the clock"),
    ("app/planted.cc", "auto t = Alias::now();", "the clock"),
    ("main.cc", "auto t = std::chrono::steady_clock::now();", "the clock"),
    ("core/planted.cc", "auto t = time(nullptr);", "as values"),
    ("core/planted.cc", "auto t = std::time(&seconds);", "as values"),
    ("core/planted.cc", "auto t = ::time(0);", "as values"),
    ("core/planted.cc", "clock_gettime(CLOCK_REALTIME, &spec);", "as values"),
    ("core/planted.cc", "auto* zone = date::locate_zone(name);", "as values"),
    ("core/planted.cc", 'auto* home = getenv("HOME");', "environment"),
    ("io/planted.cc", 'auto* home = std::getenv("HOME");', "environment"),
    ("app/planted.cc", "auto* home = ::secure_getenv(kHome);", "environment"),
    ("core/planted.cc", "int a = 1'000; auto t = time(nullptr); int b = 1'000;", "as values"),
    ("io/web_server.cc", 'options.push_back("document_root");', "known holes"),
    ("io/planted.cc", "mg_handle_form_request(connection, &handler);", "known holes"),
    ("io/credentials_folder.cc", 'auto* folder = secure_getenv("CREDENTIALS_DIRECTORY");', None),
    ("io/system_clock.cc", "auto t = std::chrono::system_clock::now();", None),
    ("io/taara_reply.cc", '#include "io/taara_source.h"', "stand alone"),
    ("io/http_planted.cc", '#include "io/store.h"', "stand alone"),
    ("io/taara_source.cc", '#include "io/taara_reply.h"\n#include "io/taara_source.h"', None),
    ("io/http_planted.cc", '#include "io/http.h"', None),
    ("io/planted.cc", '#include "core/time.h"\n#include "io/planted.h"\n#include <curl/curl.h>\n#include <boost/json.hpp>', None),
    ("app/planted.cc", '#include "io/http.h"\n#include <mutex>\n#include <prometheus/metric_family.h>', None),
    ("core/planted.cc", "// std::chrono::system_clock::now() is not read here\n/* nor\n #include <curl/curl.h>\n getenv */", None),
    ("core/planted.cc", 'auto text = "::now( getenv time(nullptr)"; auto raw = R"x(::now( ")x";', None),
    ("core/planted.cc", "auto at = reading.time; bool later = point->time < other.time; Time time() const;", None),
]


def planted(path, code, word):
    def plant(copy):
        target = copy / path
        target.parent.mkdir(exist_ok=True)
        target.write_text((target.read_text() if target.exists() else "") + "\n" + code + "\n", encoding="utf-8")

    def fits(new):
        return not new if word is None else len(new) == 1 and new[0].startswith(path + ":") and word in new[0]

    return f"{path} with {code!r}, wanted {word or 'nothing'}", plant, fits


def self_test():
    return prove(EXPORTER, [], check, [planted(*one) for one in PLANTS])


if __name__ == "__main__":
    sys.exit(run(__doc__, lambda: [f"exporter/{finding}" for finding in check(EXPORTER)], self_test))
