# SPDX-License-Identifier: Apache-2.0
"""Reads the owner's file strictly: every error at once, each with line, column, key, what was found, what is allowed."""
import ipaddress
import os
import re
import stat
import zoneinfo

import yaml

LANGUAGES = ("ar", "de", "en", "fr", "so", "sw")
KINDS = ("discord", "email", "ntfy", "slack", "telegram", "webhook")
MAX_BYTES = 64 * 1024
MAX_SECRET_BYTES = 4096
NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*")
ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_~-]{{1,64}}@{LABEL}(?:\.{LABEL})*")
# No braces, quotes, spaces or angle brackets: these texts end up in templates and in HTML.
URL_REST = re.compile(r"[A-Za-z0-9._~%!$&()*+,;=:@/?#-]*")

LOCATION = "https:// or http:// with a host, without spaces, quotes or braces"
SECRET = "a file with one line of at most 4096 bytes that others may not read (chmod o-rwx)"


class Reader:
    """Walks the nodes of the file and gathers what is wrong with them. A value that is wrong reads as None."""

    def __init__(self, folder):
        self.folder = folder
        self.problems = []

    def problem(self, node, key, found, allowed):
        mark = node.start_mark
        self.problems.append((mark.line + 1, mark.column + 1, f"{key}: found {found}; allowed: {allowed}"))

    def mapping(self, node, key, allowed, needed=()):
        """The values by key, and only those that are allowed."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, key or "the file", kind_of(node), "a map with " + ", ".join(allowed))
            return {}
        values = {}
        for name_node, value in node.value:
            name = name_node.value if isinstance(name_node, yaml.ScalarNode) else kind_of(name_node)
            path = f"{key}.{name}" if key else name
            if name in values:
                self.problem(name_node, path, "the key a second time", "each key once")
            elif name not in allowed:
                hint = f"; a secret is named by its file, {name}_file" if f"{name}_file" in allowed else ""
                self.problem(name_node, path, "an unknown key", ", ".join(allowed) + hint)
            else:
                values[name] = value
        for name in needed:
            if name not in values:
                path = f"{key}.{name}" if key else name
                self.problem(node, path, "nothing, but it is needed", NEEDED.get(name, "a value"))
        return values

    def text(self, node, key, allowed, fits, show=True):
        """A text for which `fits` is true. With show=False an error doesn't repeat it: it may be a secret in the wrong place."""
        if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
            self.problem(node, key, kind_of(node), allowed)
            return None
        if not fits(node.value):
            short = show and len(node.value) <= 80 and node.value.isprintable()
            self.problem(node, key, f'"{node.value}"' if short else "a text that is not shown here", allowed)
            return None
        return node.value

    def boolean(self, node, key):
        value = self.text(node, key, "true or false", ("true", "false").__contains__)
        return None if value is None else value == "true"

    def items(self, node, key, allowed):
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.problem(node, key, "an empty list" if isinstance(node, yaml.SequenceNode) else kind_of(node), allowed)
            return []
        return node.value

    def url(self, node, key):
        return self.text(node, key, LOCATION, is_url, show=False)

    def path_of_secret(self, node, key):
        """The absolute path of a file with a secret. Relative paths begin at the folder of the owner's file."""
        value = self.text(node, key, SECRET, lambda text: text != "" and "\0" not in text, show=False)
        if value is None:
            return None
        path = os.path.join(self.folder, value)
        why = fault_of_secret_file(path)
        if why:
            named = f'"{value}"' if os.path.exists(path) else "a path that is not shown here"
            self.problem(node, key, f"{named}, {why}", SECRET)
            return None
        return path

    def secret(self, node, key, allowed=SECRET, fits=lambda text: True):
        path = self.path_of_secret(node, key)
        if path is None:
            return None
        with open(path, encoding="utf-8") as file:
            value = file.read().strip()
        if not fits(value):
            self.problem(node, key, "a file whose content does not fit (not shown)", allowed)
            return None
        return value


NEEDED = {
    "channels": "a map of at least one channel",
    "family": "a list of names of channels",
    "keeper": "a list of names of channels",
    "timezone": "a time zone such as Africa/Nairobi",
    "links": "a map with dashboard, alertmanager",
    "dashboard": LOCATION,
    "to": "a list of addresses",
    "from": "an address such as taara@example.org",
    "smarthost": "host:port",
    "chat_id": "a whole number",
    "bot_token_file": SECRET,
    "webhook_url_file": SECRET,
    "url_file": SECRET,
}


def kind_of(node):
    if isinstance(node, yaml.MappingNode):
        return "a map"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return "nothing" if node.tag == "tag:yaml.org,2002:null" else "a text"


def is_url(text):
    match = re.fullmatch(r"https?://(\[[0-9a-fA-F:.]+\]|[^/?#:\[\]]+)(?::([0-9]{1,5}))?([/?#].*)?", text)
    if not match:
        return False
    host, port, rest = match.groups()
    return is_host(host.strip("[]")) and is_port(port or "80") and bool(URL_REST.fullmatch(rest or ""))


def is_host(text):
    try:
        ipaddress.ip_address(text)
        return True
    except ValueError:
        return bool(HOST.fullmatch(text))


def is_port(text):
    return text.isascii() and text.isdigit() and 1 <= int(text) <= 65535


def is_host_port(text):
    host, _, port = text.rpartition(":")
    return is_host(host.strip("[]")) and is_port(port)


def is_zone(text):
    try:
        zoneinfo.ZoneInfo(text)
        return "/" in text or text == "UTC"
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False


def fault_of_secret_file(path):
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            return "which is no regular file"
        if stat.S_IMODE(status.st_mode) & 0o007:
            return f"which others may use (mode {stat.S_IMODE(status.st_mode):04o})"
        with open(path, "rb") as file:
            content = file.read(MAX_SECRET_BYTES + 1)
    except OSError as error:
        return f"which can't be read ({error.strerror})"
    if len(content) > MAX_SECRET_BYTES:
        return f"which has more than {MAX_SECRET_BYTES} bytes"
    try:
        lines = content.decode("utf-8").strip().splitlines()
    except UnicodeDecodeError:
        return "which is no text"
    if len(lines) != 1:
        return f"which has {len(lines)} lines"
    return None if lines[0].isprintable() else "which has control characters"
